"""How far a round has come, in words: not open, open, closed, drafted, returned, issued."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cchc import clock
from cchc.obligations import Phase, RoundState
from cchc.texts import t, table
from cchc.year import REPORT_KINDS, Round, RoundKind

# The Dag that opens a round of each kind.
OPENED_BY = {
    RoundKind.PLAN: "ke_hoach_nam",
    RoundKind.INSPECTION: "kiem_tra",
    RoundKind.SCORING: "cham_diem",
    **dict.fromkeys(REPORT_KINDS, "mo_dot_bao_cao"),
}


@dataclass(frozen=True)
class RoundStatus:
    """`code` is a style and filter word, `text` what people read, `waiting` whether a person must decide."""

    code: str
    text: str
    detail: str = ""
    waiting: bool = False


def standing(round_: Round, as_of: datetime, state: RoundState | None) -> RoundStatus:
    """From what was known at the moment shown; `state` None: the round was not open by then."""
    if state is None:
        return _unopened(round_, as_of)
    text, detail = _words(round_, state)
    return RoundStatus(state.phase.value, text, detail, state.waiting)


def _words(round_: Round, state: RoundState) -> tuple[str, str]:
    since = t("board.standing.since", day=_day(state.since))
    if state.phase is Phase.OPEN:
        return t(f"board.standing.{'open' if round_.kind in REPORT_KINDS else 'under_way'}"), ""
    if state.phase is Phase.DRAFTED:
        return t("board.standing.draft", draft=state.draft) if state.draft else t(
            "board.standing.drafted"
        ), since
    if state.phase is Phase.RETURNED:
        return t("board.standing.returned"), state.remarks
    if state.phase is Phase.ISSUED and (last := state.last_issue):
        day = clock.vn_date(last.issued_on) if last.issued_on else _day(last.decided_at)
        key = "issued_without" if last.not_held else "issued_as"
        sign = f"{last.number}/{last.symbol}".strip("/")
        return t("board.standing.issued"), t(
            f"board.standing.{key}", sign=sign, day=day, count=len(last.not_held)
        )
    return t("board.standing.closed"), since


def _day(moment: datetime) -> str:
    return clock.vn_date(moment.astimezone(clock.TZ).date())


def _unopened(round_: Round, as_of: datetime) -> RoundStatus:
    """A round that should be open by now needs somebody; one that is over was never meant for here."""
    code = "not_open" if as_of < round_.opens_at else "overdue" if as_of < round_.closes_at else "never"
    detail = ""
    if code == "overdue":
        dag_id = OPENED_BY[round_.kind]
        detail = t(
            "board.standing.open_it", dag=table("board.dags")[dag_id], dag_id=dag_id, round=round_.round_id
        )
    return RoundStatus(code, t(f"board.standing.{code}"), detail)
