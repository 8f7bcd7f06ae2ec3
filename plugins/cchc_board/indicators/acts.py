"""What is done on pages of indicators: a figure is marked to be followed, and the mark taken off with a word."""

from __future__ import annotations

from cchc.figures.followed import PROVINCE, follow, release
from cchc.run import Run
from cchc.texts import t
from cchc_board.door import BoardAct
from cchc_board.typed import TypedIn


def _follow(run: Run, typed: TypedIn) -> str:
    code, unit = typed.one("chi-tieu"), typed.one("don-vi")
    follow(run, code, unit, typed.text())
    return t("board_indicators.follow_done", code=code, unit=_name(run, unit))


def _release(run: Run, typed: TypedIn) -> str:
    code, unit = typed.one("chi-tieu"), typed.one("don-vi")
    release(run, code, unit, typed.text())
    return t("board_indicators.release_done", code=code, unit=_name(run, unit))


def _name(run: Run, unit: str) -> str:
    if unit == PROVINCE:
        return t("figures.followed.province")
    return run.units.get(unit).name if unit in run.units else unit


ACTS = (
    BoardAct("theo_doi", "theo-doi them", _follow, about=("don-vi",)),
    BoardAct("thoi_theo_doi", "theo-doi thoi", _release, about=("don-vi",)),
)
