"""The year's calendar: the page with its act, and the files that people hang up or put into their telephones."""

from __future__ import annotations

from fastapi import Response

from cchc_board.answers import download
from cchc_board.calendar.acts import ACTS
from cchc_board.calendar.calendar_page import CalendarPage, calendar_page
from cchc_board.door import Asked, Board


def add(board: Board) -> None:
    """The page, its act and files."""
    board.page("/lich", "calendar/lich.html.j2", _year, ACTS)
    board.file("/lich/lich.ics", _ics)
    board.file("/lich/lich.xlsx", _xlsx)


def _year(asked: Asked) -> CalendarPage:
    return calendar_page(asked.desk, asked.year)


def _ics(asked: Asked) -> Response:
    from cchc.year.ics import calendar_ics  # heavy, rarely asked for

    return download(calendar_ics(asked.desk.calendar, asked.year), f"lich-{asked.year}.ics")


def _xlsx(asked: Asked) -> Response:
    from cchc.year.xlsx import calendar_xlsx

    return download(calendar_xlsx(asked.desk.calendar, asked.year), f"lich-{asked.year}.xlsx")
