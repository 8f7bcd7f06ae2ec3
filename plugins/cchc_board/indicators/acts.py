"""What is done on pages of indicators: a figure is marked to be followed, and the mark taken off with a word; of one
unit somebody decides whose figure is taken."""

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


def _take(run: Run, typed: TypedIn) -> str:
    """Whose figure of the unit the next consolidation takes; by the rule again where none is named."""
    from cchc.figures.settling import settle  # every process of Airflow loads the plugin

    code, unit, witness = typed.one("chi-tieu"), typed.one("don-vi"), typed.one("nguon")
    settle(
        run.store,
        run.round.round_id,
        [(unit, code)],
        None if witness in ("", "rule") else witness,
        typed.text(),
        run.actor,
        run.as_of,
    )
    return t("board_indicators.take_done", code=code, unit=_name(run, unit))


def _name(run: Run, unit: str) -> str:
    if unit == PROVINCE:
        return t("figures.followed.province")
    return run.units.get(unit).name if unit in run.units else unit


ACTS = (
    BoardAct("theo_doi", "theo-doi them", _follow, about=("don-vi",)),
    BoardAct("thoi_theo_doi", "theo-doi thoi", _release, about=("don-vi",)),
)
FIGURE_ACTS = (*ACTS, BoardAct("lay_so", "doi-soat", _take, about=("don-vi",)))
