"""What is settled on page 'Hôm nay' itself: the acts of chasing, late files, numbers of letters, mended addresses."""

from __future__ import annotations

from collections.abc import Callable

from cchc.chasing.letters import issue_letter
from cchc.errors import CchcError, RuleRefused
from cchc.mail.bounces import mend_address
from cchc.run import Approval, Run
from cchc.submissions.late import accept_late, leave_late
from cchc.texts import t
from cchc_board.door import BoardAct
from cchc_board.today.chasing_acts import ACTS as CHASING_ACTS
from cchc_board.typed import TypedIn


def _accept_late(run: Run, typed: TypedIn) -> str:
    return _each(run, typed, accept_late, "accepted")


def _leave_late(run: Run, typed: TypedIn) -> str:
    return _each(run, typed, leave_late, "left")


def _each(run: Run, typed: TypedIn, decide: Callable[[Run, str, str], bool], key: str) -> str:
    """Decide on every file that was ticked; one that is refused is told, and keeps no other from its decision."""
    submissions, reason = typed.all("bai-nop"), typed.text()
    if not submissions:
        raise RuleRefused("items-needed", t("board_today.none_ticked"))
    lines, refused = [], []
    for one in submissions:
        try:
            done = decide(run, one, reason)
        except CchcError as why:
            refused.append(why)
            lines.append(f"{one}: {why}")
        else:
            lines.append(t(f"cli.late.{key if done else 'already'}", submission=one))
    if len(refused) == len(submissions):
        raise refused[0]
    return "\n".join(lines)


def _enter_number(run: Run, typed: TypedIn) -> str:
    day = typed.day("ngay-ky")
    approval = Approval.parse(
        {
            "decision": "approve",
            "by": run.actor,
            "decided_at": run.as_of,
            "number": typed.one("so"),
            "symbol": typed.one("ky-hieu"),
            "issued_on": day.isoformat(),
        }
    )
    record = issue_letter(run, typed.one("van-ban"), approval)
    return t("board_today.numbered", number=record.number, symbol=record.symbol)


def _mend(run: Run, typed: TypedIn) -> str:
    address = typed.one("dia-chi")
    mend_address(run.store, address, run.as_of, typed.text(), run.actor)
    return t("board_today.mended", address=address)


LATE_ACTS = (
    BoardAct("nhan", "bai-nop nhan", _accept_late, about=("bai-nop",)),
    BoardAct("khong_tinh", "bai-nop khong-tinh", _leave_late, about=("bai-nop",)),
)
ACTS = (
    *CHASING_ACTS,
    *LATE_ACTS,
    BoardAct("ghi_so", "van-ban ghi-so", _enter_number, about=("van-ban",)),
    BoardAct("da_sua", "don-doc dia-chi", _mend, about=("dia-chi",)),
)
