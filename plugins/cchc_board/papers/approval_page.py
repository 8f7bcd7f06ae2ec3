"""Page 'Phê duyệt' of a round: the draft that waits, what must be known of it, its pages, and the decision.

The decision is given to the very form of Airflow that waits for it, as the person who is signed in: what that form
would not take, this one does not take either, and what hangs on it (who is asked, the log, the seal) stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from fastapi import Response

from cchc.clock import END
from cchc.documents.approvers import approvers_of
from cchc.documents.decision_form import DecisionForm, form_about
from cchc.documents.form import DocumentSettings
from cchc.documents.page_pictures import page_count, page_picture
from cchc.documents.receivers import Group, receivers
from cchc.documents.registry import DRAFT, DocumentRecord, documents
from cchc.documents.signed_copies import SIGNABLE
from cchc.documents.waiting import WaitingDraft
from cchc.errors import CchcError, RuleRefused
from cchc.figures.bound_review import reviewed
from cchc.run import Run
from cchc.stages.deciding import answer_to, as_drafted, to_know, waiting_in
from cchc.texts import t, table
from cchc.year import REPORT_KINDS, Round
from cchc_board.actors import Right
from cchc_board.airflow_side import AirflowSide
from cchc_board.answers import brought, picture
from cchc_board.door import Asked, BoardAct
from cchc_board.typed import TypedIn

LONGEST_REMARKS = 3000


@dataclass(frozen=True)
class DraftPaper:
    """A document of a draft. pages: how many can be looked at here, of a PDF."""

    record: DocumentRecord
    kind: str
    file: str
    pages: int


@dataclass(frozen=True)
class DraftToDecide:
    """A draft that waits. lines: what must be known of it; bounds: figures beyond theirs, each with whether somebody
    explained it; is_asked: whether whoever looks is one of the approvers; form: the one that waits in Airflow, None
    when there is none (or a day gone by is shown); other_form: one of the round, which may show an earlier state;
    receivers: the lines of its 'Nơi nhận' with the addresses behind them today."""

    waiting: WaitingDraft
    papers: list[DraftPaper]
    lines: list[str]
    bounds: list[tuple[str, bool]]
    approvers: list[str]
    is_asked: bool
    symbol: str
    form: DecisionForm | None
    other_form: DecisionForm | None
    receivers: list[Group] = field(default_factory=list)

    @property
    def unexplained(self) -> int:
        return sum(not explained for _, explained in self.bounds)


@dataclass(frozen=True)
class ApprovalPage:
    """What the template shows. reports: whether figures of the round stand beside those of systems."""

    round: Round
    drafts: list[DraftToDecide]
    reports: bool
    longest: int = LONGEST_REMARKS


def approval_page(asked: Asked, airflow: AirflowSide) -> ApprovalPage:
    """The drafts of the round that wait at the moment shown. CchcError for a round that is not open."""
    desk = asked.desk
    round_ = desk.calendar.round(asked.path["round_id"])
    if desk.store is None or round_.round_id not in desk.opened_rounds(round_.year):
        raise CchcError(t("board.nothing_recorded"))
    run = Run(desk.store, desk.instance, desk.as_of, round_.round_id)
    found = waiting_in(run)
    forms = airflow.forms() if found and not desk.chosen else ()
    return ApprovalPage(
        round_, [_to_decide(asked, run, one, forms) for one in found], round_.kind in REPORT_KINDS
    )


def _to_decide(asked: Asked, run: Run, one: WaitingDraft, forms: Sequence[DecisionForm]) -> DraftToDecide:
    own, kinds = as_drafted(run, one), table("board.document_kinds")
    papers = [
        DraftPaper(
            each,
            kinds.get(each.kind, t("board.other_document")),
            PurePosixPath(each.file_name).name,
            page_count(_file(asked, each)) if _is_ours(each) else 0,
        )
        for each in one.documents
    ]
    approvers, account = approvers_of(own), asked.actor.account if asked.actor else ""
    said = to_know(own, asked.desk.as_of if asked.desk.chosen else END)
    return DraftToDecide(
        one,
        papers,
        [line.replace("**", "") for line in said],  # Airflow's form writes Markdown
        reviewed(own),
        [each.title for each in approvers],
        account in {each.account_id for each in approvers},
        _symbol(one.documents),
        form_about(forms, [each.document_id for each in one.documents]),
        next(
            (form for form in forms if form.shown[:1] and form.shown[0].startswith(f"{one.round_id}/")), None
        ),
        _receivers(run, one.documents),
    )


def _symbol(drafts: Sequence[DocumentRecord]) -> str:
    """The symbol that the papers' form gives, as a proposal."""
    kind = _form_of(drafts)
    return DocumentSettings.load().form(kind).symbol if kind else ""


def _receivers(run: Run, drafts: Sequence[DocumentRecord]) -> list[Group]:
    """To whom the paper would go if it were issued on the day shown."""
    kind = _form_of(drafts)
    return receivers(DocumentSettings.load(), kind, run.units, run.today) if kind else []


def _form_of(drafts: Sequence[DocumentRecord]) -> str:
    known = (SIGNABLE.get(one.kind.removesuffix(DRAFT)) for one in drafts)
    return next((kind for kind in known if kind), "")


def page_of_draft(asked: Asked) -> Response:
    """A page of a PDF that we made for the round, as a picture; of what people brought, nothing is drawn here."""
    desk, wanted = asked.desk, asked.path["digest"]
    known = documents(desk.store, asked.path["round_id"]) if desk.store else []
    one = next((one for one in known if one.file_sha256 == wanted and _is_ours(one)), None)
    page = asked.path["page"]
    if one is None or not page.isdecimal():
        raise CchcError(t("board.no_document"))
    return picture(page_picture(desk.instance, _file(asked, one), int(page[:4])))


def _is_ours(one: DocumentRecord) -> bool:
    """Whether it is a PDF that LibreOffice made of our own document."""
    return one.kind.endswith("_pdf") and "made_from" in one.provenance and one.file_name.endswith(".pdf")


def _file(asked: Asked, one: DocumentRecord) -> Path:
    return brought(asked.desk, one.kept_at(asked.desk.instance))


def approval_acts(airflow: AirflowSide) -> tuple[BoardAct, ...]:
    """To approve and to return, each the answer to Airflow's form."""
    command = "van-ban phe-duyet"
    return (
        BoardAct("phe_duyet", command, _deciding(airflow, "approve"), Right.DECIDE),
        BoardAct("tra_lai", command, _deciding(airflow, "return"), Right.DECIDE),
    )


def _deciding(airflow: AirflowSide, decision: str) -> Callable[[Run, TypedIn], str]:
    def decide(run: Run, typed: TypedIn) -> str:
        remarks = typed.one("nhan-xet") if decision == "return" else ""
        if len(remarks) > LONGEST_REMARKS:
            words = t("board.acts.refused.long", most=LONGEST_REMARKS, count=len(remarks))
            raise RuleRefused("text-too-long", words)
        given = {
            "decision": decision,
            "by": typed.actor.account if typed.actor else "",
            "remarks": remarks,
            "number": typed.one("so"),
            "symbol": typed.one("ky-hieu"),
            "issued_on": typed.one("ngay"),
        }
        form, option, fields = answer_to(run, typed.one("ve"), given, typed.all("da-xem"), airflow.forms())
        airflow.answer(form, typed.actor and typed.actor.user, option, fields)
        return t("documents.deciding.told", option=option)

    return decide
