"""Page 'Danh mục' with every list and file, and one list: searched, as of the day shown or with all that ever held."""

from __future__ import annotations

from dataclasses import dataclass

from cchc.clock import TZ
from cchc.errors import CchcError
from cchc.registers import FileChange
from cchc.table_files import PlainTable
from cchc.texts import t
from cchc_board.desk import RequestView
from cchc_board.finding import named_so
from cchc_board.registers.files_page import FileLine, file_lines, recent
from cchc_board.registers.lists import LISTS, ListEntry, YearList

RECENT = 10  # changes that are shown on the page of all lists
EVER = "tat-ca"  # in the address: rows that held on another day too


@dataclass(frozen=True)
class RegistersPage:
    """What the template shows: each list, with how many rows hold on the day shown; each file; what changed last."""

    lists: list[tuple[YearList, int]]
    files: list[FileLine]
    recent: list[FileChange]


@dataclass(frozen=True)
class ListPage:
    """One list. sought: the words that were looked for; ever: with rows that do not hold on the day shown; editing: the
    row whose form is open."""

    shown: YearList
    entries: list[ListEntry]
    sought: str
    ever: bool
    editing: ListEntry | None = None


def registers_page(desk: RequestView) -> RegistersPage:
    """Only what was changed is read from the store."""
    lists = [(one, len(list_page(desk, code).entries)) for code, one in LISTS.items()]
    if desk.scope is not None:  # a change names units, and a file holds all of them
        return RegistersPage(lists, [], [])
    return RegistersPage(lists, file_lines(desk), recent(desk)[:RECENT])


def list_page(desk: RequestView, code: str, sought: str = "", ever: str = "", editing: str = "") -> ListPage:
    """Rows whose texts hold the words, with or without accents, in the order of the file. CchcError: no such list."""
    shown = LISTS.get(code)
    if shown is None:
        raise CchcError(t("board.not_found"))
    day = desk.as_of.astimezone(TZ).date()
    every = list(shown.entries(desk, day))
    found = [
        one
        for one in every
        if (ever == EVER or one.holds_on(day)) and (not sought or named_so(sought, *one.cells))
    ]
    chosen = next((one for one in every if editing and one.key == editing), None)
    return ListPage(shown, found, sought, ever == EVER, chosen)


def list_table(page: ListPage) -> PlainTable:
    """The rows that the page shows, with the columns that stand in the file only."""
    dated = page.shown.dated
    heads = [*page.shown.heads, *([t("board_registers.columns.validity")] if dated else [])]
    rows = [(*one.cells, *([one.validity] if dated else [])) for one in page.entries]
    return PlainTable(page.shown.title, heads, rows)
