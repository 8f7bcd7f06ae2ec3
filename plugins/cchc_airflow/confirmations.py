"""A person confirms: the head of a group that its appraisal is done, the chair that the council has decided.

The answer is no decision on points: those stand in workbooks, on pages and in commands. Silence confirms nothing, and
what is not done is asked again by a 'Clear'.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.hitl import HITLOperator

from cchc import clock
from cchc.clock import vn_instant
from cchc.errors import RuleRefused
from cchc.texts import t
from cchc_airflow.answers import ask_again, sealed

if TYPE_CHECKING:
    from cchc.run import Run
    from cchc.stages.appraising import Confirmation

GROUP_DONE, GROUP_NOT_DONE = "Xác nhận đã thẩm định xong", "Chưa xong"
COUNCIL_DONE, COUNCIL_NOT_DONE = "Hội đồng đã thông qua", "Chưa thông qua"


class _Confirmation(HITLOperator):
    """Waits, without a slot and without a time limit, for one account; no default answer, no field to fill in."""

    def __init__(self, *, subject: str, options: list[str], **kwargs: Any) -> None:
        kwargs["execution_timeout"] = None  # waiting is not executing
        kwargs["params"] = None  # the Dag's own are none of the form
        super().__init__(subject=subject, body="", options=options, **kwargs)

    def execute(self, context: Any) -> Any:
        """Show how far things are now, then wait."""
        from cchc_airflow.context import run_context

        run = at_present(run_context(context))
        account, name, words = self.asked(run)
        self.subject = f"{self.subject} - {name} - {run.round.title}"
        self.assigned_users = [{"id": account_id(account), "name": account}]
        parts = [words, t("airflow.confirmation_who", account=account)]
        if (context["dag_run"].conf or {}).get("as_of"):
            parts.insert(0, t("airflow.as_of_past", moment=vn_instant(run.as_of), actor=run.actor))
        self.body = "\n\n".join(parts)
        return super().execute(context)

    def execute_complete(self, context: Any, event: dict[str, Any]) -> Any:
        """The answer, sealed; that of somebody else than who is asked now, or with anything typed, is asked again."""
        from cchc_airflow.context import run_context

        if "error" in event:
            return super().execute_complete(context, event)
        try:
            if typed := event.get("params_input"):
                raise RuleRefused("strange-fields", t("airflow.no_fields", names=", ".join(map(str, typed))))
            who = login_of(str((event.get("responded_by_user") or {}).get("id") or ""))
            self.refuse(at_present(run_context(context)), who)
        except RuleRefused as wrong:
            return ask_again(self, context, wrong)
        return sealed(context, super().execute_complete(context, event))

    def asked(self, run: Run) -> tuple[str, str, str]:
        """Whose answer it is, what it is about, and what is shown."""
        raise NotImplementedError

    def refuse(self, run: Run, login: str) -> None:
        """RuleRefused for an account that may not answer."""
        raise NotImplementedError


class GroupConfirmationOperator(_Confirmation):
    """Asks the head of a group whether its appraisal is done.

    desk: the group's key (also of a mapped group of tasks); turn: 1 or 2. `nhom_ten` names the mapped copy.
    """

    template_fields = (*HITLOperator.template_fields, "desk", "nhom_ten")

    def __init__(self, *, desk: str, turn: int, nhom_ten: str = "", **kwargs: Any) -> None:
        subject = t("airflow.group_subject", turn=turn)
        super().__init__(subject=subject, options=[GROUP_DONE, GROUP_NOT_DONE], **kwargs)
        self.desk, self.turn, self.nhom_ten = desk, turn, nhom_ten

    def asked(self, run: Run) -> tuple[str, str, str]:
        from cchc.stages.appraising import group_words

        desk, words = group_words(run, self.desk, self.turn)
        return desk.head, desk.name, words

    def refuse(self, run: Run, login: str) -> None:
        from cchc.stages.appraising import refuse_head

        refuse_head(run, self.desk, login)


class CouncilConfirmationOperator(_Confirmation):
    """Asks the chair whether the council has decided."""

    def __init__(self, **kwargs: Any) -> None:
        subject = t("airflow.council_subject")
        super().__init__(subject=subject, options=[COUNCIL_DONE, COUNCIL_NOT_DONE], **kwargs)

    def asked(self, run: Run) -> tuple[str, str, str]:
        from cchc.stages.appraising import council_words

        chair, words = council_words(run)
        return chair, t("airflow.council_name"), words

    def refuse(self, run: Run, login: str) -> None:
        from cchc.stages.appraising import refuse_chair

        refuse_chair(run, login)


def account_id(login: str) -> str:
    """By what Airflow knows a login."""
    from cchc.mail.department import Department

    known = Department.load().accounts.get(login)
    return (known.id if known is not None and known.id else None) or login


def login_of(identity: str) -> str:
    """The login of what Airflow calls an account."""
    from cchc.mail.department import Department

    accounts = Department.load().accounts
    return next((login for login, one in accounts.items() if (one.id or login) == identity), identity)


def at_present(run: Run) -> Run:
    """The run as of now, when people took longer than its own moment; a rehearsed one keeps its time."""
    from dataclasses import replace

    now = clock.now().replace(microsecond=0)
    return run if run.instance.settings.rehearsal else replace(run, as_of=max(run.as_of, now))


def answered(run: Run, answer: Any, assigned: str) -> Confirmation:
    """What was answered, by login and time. A rehearsal answers as the one who is asked (`assigned`).

    RuleRefused('no-answer') where nobody did.
    """
    from cchc.run import Approval
    from cchc.stages.appraising import Confirmation as Given

    if answer:
        user = answer.get("responded_by_user") or {}
        chosen = list(answer.get("chosen_options") or [])
        raw = {"decision": "return", "remarks": "-", "decided_at": answer.get("responded_at")}
        moment = Approval.parse(raw).decided_at
        return Given(chosen in ([GROUP_DONE], [COUNCIL_DONE]), login_of(str(user.get("id") or "")), moment)
    if run.approval:  # only a rehearsal is given one
        return Given(run.approval.get("decision") == "approve", assigned, run.as_of)
    raise RuleRefused("no-answer", t("airflow.no_confirmation"))
