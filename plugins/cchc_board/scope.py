"""Which units an act is about: whoever looks after some units acts on no others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cchc.chasing.more_time import waiting_pleas
from cchc.errors import RuleRefused
from cchc.inspection.mending import open_orders
from cchc.inspection.visits import known_visits
from cchc.mail.bounces import bad_addresses
from cchc.run import Run
from cchc.scores import objections_of
from cchc.texts import t
from cchc_board.desk import RequestView
from cchc_board.typed import TypedIn


def refuse_beyond_scope(desk: RequestView, about: Sequence[str], typed: TypedIn) -> None:
    """RuleRefused('not-own-unit') when something that the fields name is not of the viewer's units, or is not known at
    all, or when they name nothing, so that the act would be about every unit."""
    if desk.scope is None or desk.store is None:
        return
    named = {name: typed.all(name) for name in about}
    if typed.one("tat-ca") or not any(named.values()):
        raise RuleRefused("not-own-unit", t("board.acts.refused.every_unit", actor=desk.viewer))
    run = Run(desk.store, desk.instance, desk.as_of, typed.one("round_id") or None)
    for name, values in named.items():
        if name in TYPED:
            desk.refuse_others(*values)
        elif not all(UNIT_BEHIND[name](run, one) in desk.scope for one in values):  # whose it is, is not told
            raise RuleRefused("not-own-unit", t("board_scope.not_own_item", actor=desk.viewer))


def _sender(run: Run, submission: str) -> str | None:
    row = run.store.one("board.submission_of_unit", submission_id=submission)
    return str(row["unit_code"]) if row else None


def _pleading(run: Run, plea: str) -> str | None:
    return next((one.unit_code for one in waiting_pleas(run) if one.plea_id == plea), None)


def _receiver(run: Run, document: str) -> str | None:
    """Of a letter to one unit; any other document is the province's."""
    row = run.store.one("board.document", document_id=document)
    return row["unit_code"] if row else None


def _addressed(run: Run, address: str) -> str | None:
    return next(
        (one.unit_code for one in bad_addresses(run.store, run.as_of) if one.address == address), None
    )


def _visited(run: Run, visit: str) -> str | None:
    known = known_visits(run.store, run.round.round_id, run.as_of)
    return next((one.unit_code for one in known if one.visit_id == visit), None)


def _ordered(run: Run, item: str) -> str | None:
    found = (one for one in open_orders(run) if one.item == item)
    return next((one.order.unit_code or one.finding.unit_code for one in found), None)


def _objecting(run: Run, objection: str) -> str | None:
    known = objections_of(run.store, run.round.round_id)
    return next((one.unit_code for one in known if one.objection_id == objection), None)


TYPED = frozenset({"don-vi", "code"})
"""Fields that name units themselves."""
UNIT_BEHIND: dict[str, Callable[[Run, str], str | None]] = {
    "bai-nop": _sender,
    "de-nghi": _pleading,
    "van-ban": _receiver,
    "dia-chi": _addressed,
    "cuoc": _visited,
    "yeu-cau": _ordered,
    "kien-nghi": _objecting,
}
"""By any other field of a form: the unit behind what it names, exactly as lists have it; None for anything else."""
