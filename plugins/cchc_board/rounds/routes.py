"""The year, its rounds, and their lists on the board."""

from __future__ import annotations

from fastapi import Response

from cchc_board.answers import download, table_file
from cchc_board.door import Asked, Board
from cchc_board.finding import LONGEST
from cchc_board.rounds.acts import ACTS
from cchc_board.rounds.differences_page import DifferencesPage, compared, differences_page
from cchc_board.rounds.rates_page import RatesPage, rates_page, rates_table
from cchc_board.rounds.round_page import RoundPage, round_page
from cchc_board.rounds.tables import units_table
from cchc_board.rounds.year_page import YearPage, year_page


def add(board: Board) -> None:
    """The pages, and what can be taken from them as a file."""
    board.page("/nam", "rounds/nam.html.j2", _year)
    board.page("/ty-le", "rounds/ty_le.html.j2", _rates)
    board.file("/ty-le/danh-sach.{kind}", _rates_file)
    board.page("/dot/{round_id}", "rounds/dot.html.j2", _round, ACTS)
    board.page("/dot/{round_id}/doi-soat", "rounds/doi_soat.html.j2", _differences)
    board.file("/dot/{round_id}/danh-sach.{kind}", _units)
    board.file("/dot/{round_id}/doi-soat.xlsx", _reconciliation)


def _year(asked: Asked) -> YearPage:
    return year_page(asked.desk, asked.year)


def _rates(asked: Asked) -> RatesPage:
    return rates_page(asked.desk, asked.year)


def _rates_file(asked: Asked) -> Response:
    return table_file(asked, rates_table(rates_page(asked.desk, asked.year)), f"ty-le-{asked.year}")


def _round(asked: Asked) -> RoundPage:
    return round_page(asked.desk, asked.path["round_id"], *_filters(asked))


def _filters(asked: Asked) -> tuple[str, str, str, str]:
    """State, words of a name, tier, officer: the same of the page and of its list as a file."""
    query = asked.query
    state, sought = query.get("trang-thai", "")[:30], query.get("tim", "")[:LONGEST]
    return state, sought, query.get("cap", "")[:20], query.get("can-bo", "")[:60]


def _differences(asked: Asked) -> DifferencesPage:
    return differences_page(asked.desk, asked.path["round_id"])


def _units(asked: Asked) -> Response:
    round_id = asked.path["round_id"]
    shown = units_table(asked.desk, round_id, *_filters(asked))
    return table_file(asked, shown, f"danh-sach-{round_id}")


def _reconciliation(asked: Asked) -> Response:
    """Units' figures beside those of the systems as known at the moment shown; made when it is asked for."""
    from cchc.report.reconciliation_book import build_reconciliation_book  # heavy, rarely asked for

    desk = asked.desk
    round_, lines = compared(desk, asked.path["round_id"])
    content = build_reconciliation_book(round_, lines, desk.as_of, rehearsal=desk.rehearsal)
    return download(content, f"doi-soat-{round_.round_id}.xlsx")
