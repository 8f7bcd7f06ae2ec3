"""The year, its rounds, and their lists on the board."""

from __future__ import annotations

from fastapi import Response

from cchc.errors import CchcError
from cchc.texts import t
from cchc_board.answers import download, table_file
from cchc_board.door import Asked, Board
from cchc_board.rounds.round_page import RoundPage, round_page
from cchc_board.rounds.tables import units_table
from cchc_board.rounds.year_page import YearPage, year_page


def add(board: Board) -> None:
    """The pages, and what can be taken from them as a file."""
    board.page("/nam", "rounds/nam.html.j2", _year)
    board.page("/dot/{round_id}", "rounds/dot.html.j2", _round)
    board.file("/dot/{round_id}/danh-sach.{kind}", _units)
    board.file("/dot/{round_id}/doi-soat.xlsx", _reconciliation)


def _year(asked: Asked) -> YearPage:
    asked_for = asked.query.get("nam", "")
    if asked_for and not (asked_for.isdecimal() and 2016 <= int(asked_for) <= 2044):
        raise CchcError(t("board.not_found"))
    return year_page(asked.desk, int(asked_for) if asked_for else asked.desk.as_of.year)


def _round(asked: Asked) -> RoundPage:
    return round_page(asked.desk, asked.path["round_id"], asked.query.get("trang-thai", ""))


def _units(asked: Asked) -> Response:
    round_id = asked.path["round_id"]
    shown = units_table(asked.desk, round_id, asked.query.get("trang-thai", ""))
    return table_file(asked, shown, f"danh-sach-{round_id}")


def _reconciliation(asked: Asked) -> Response:
    """Units' figures beside those of the systems as known at the moment shown; made when it is asked for."""
    # Rarely asked for, and heavy: every process of Airflow loads the plugin.
    from cchc.figures.facts import reconciliation_of
    from cchc.indicators import IndicatorRegister
    from cchc.report.reconciliation_book import build_reconciliation_book

    desk = asked.desk
    round_ = desk.calendar.round(asked.path["round_id"])
    if desk.store is None or round_.round_id not in desk.opened_rounds(round_.year):
        raise CchcError(t("board.nothing_recorded"))
    lines = reconciliation_of(desk.store, round_, desk.units, IndicatorRegister.load(), desk.as_of)
    content = build_reconciliation_book(round_, lines, desk.as_of, rehearsal=desk.rehearsal)
    return download(content, f"doi-soat-{round_.round_id}.xlsx")
