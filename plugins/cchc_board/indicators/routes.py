"""Pages of indicators. Whoever gives figures changes them, or a decision does; here they are marked to be followed."""

from __future__ import annotations

from fastapi import Response

from cchc_board.answers import table_file
from cchc_board.door import Asked, Board
from cchc_board.finding import LONGEST
from cchc_board.indicators.acts import ACTS, FIGURE_ACTS
from cchc_board.indicators.indicator_page import IndicatorPage, figures_table, indicator_page
from cchc_board.indicators.list_page import IndicatorsPage, indicators_page
from cchc_board.indicators.unit_figure_page import UnitFigurePage, unit_figure_page


def add(board: Board) -> None:
    """The pages, and the figures of one indicator as a file."""
    board.page("/chi-tieu", "indicators/danh_sach.html.j2", _all, ACTS)
    board.page("/chi-tieu/{code}", "indicators/chi_tieu.html.j2", _one, ACTS)
    board.page("/chi-tieu/{code}/don-vi/{unit}", "indicators/so_lieu.html.j2", _of_unit, FIGURE_ACTS)
    board.file("/chi-tieu/{code}/so-lieu.{kind}", _figures)


def _all(asked: Asked) -> IndicatorsPage:
    return indicators_page(asked, asked.query.get("tim", "")[:LONGEST])


def _one(asked: Asked) -> IndicatorPage:
    return indicator_page(asked, asked.path["code"], asked.query.get("loc", "")[:20])


def _of_unit(asked: Asked) -> UnitFigurePage:
    return unit_figure_page(asked, asked.path["code"], asked.path["unit"])


def _figures(asked: Asked) -> Response:
    code = asked.path["code"]
    round_id, shown = figures_table(asked, code, asked.query.get("loc", "")[:20])
    return table_file(asked, shown, f"chi-tieu-{code}-{round_id}")
