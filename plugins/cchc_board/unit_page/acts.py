"""What a unit does through its link: the same functions that its mails come to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from cchc.clock import vn_date
from cchc.errors import RuleRefused
from cchc.run import Run
from cchc.stages.handing_in import declare_nothing, hand_in
from cchc.submissions.arrivals import Channel
from cchc.submissions.handed import HandedFile
from cchc.submissions.pleas import ask_for_time
from cchc.texts import t
from cchc.unit_page.uses import UseKind
from cchc_board.posted import Posted
from cchc_board.typed import LONGEST_NAME, TypedIn

MOST_FILES = 20  # of one upload; an archive may hold more


@dataclass(frozen=True)
class UnitAct:
    """word: what the form sends as `viec`; do: does it and returns what to tell. CchcError in words when nothing was
    recorded."""

    word: str
    use: UseKind
    do: Callable[[Run, str, Posted], str]


def _upload(run: Run, unit_code: str, sent: Posted) -> str:
    files = [HandedFile(_name(name), content) for name, content in sent.files]
    return hand_in(run, unit_code, files, Channel.LINK).told


def _nothing(run: Run, unit_code: str, sent: Posted) -> str:
    if not TypedIn(sent.fields).one("xac-nhan"):
        raise RuleRefused("confirm-needed", t("unit_page.refused.confirm"))
    return declare_nothing(run, unit_code, Channel.LINK).told


def _more_time(run: Run, unit_code: str, sent: Posted) -> str:
    wanted = TypedIn(sent.fields).day("den")
    ask_for_time(run, run.units.get(unit_code), wanted)
    return t("unit_page.asked", day=vn_date(wanted))


def _name(name: str) -> str:
    """As it is kept: without folders, on one line."""
    plain = "".join(one for one in PurePosixPath(name.replace("\\", "/")).name if one.isprintable())
    return plain[-LONGEST_NAME:] or "tep"


ACTS = {
    act.word: act
    for act in (
        UnitAct("nop", UseKind.UPLOAD, _upload),
        UnitAct("khong_phat_sinh", UseKind.NOTHING, _nothing),
        UnitAct("xin_lui_han", UseKind.MORE_TIME, _more_time),
    )
}
