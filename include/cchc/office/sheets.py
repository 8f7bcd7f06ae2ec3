"""How far the cells of a sheet reach and what a reader would not show, before a reader lays the cells out.

Readers lay a sheet out as a full grid from its first cell to its last: one stray cell at the far corner would ask for
500 GB. Names are local ones, for a sheet may prefix them; cells without a place stand behind each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from xml.parsers import expat

from cchc.office.package import BadArchive

LONGEST_CELL = 32_767  # characters, of every spreadsheet program
MOST_LETTERS = 30_000_000  # of all cells of a sheet: thousands of cells may show one long text
_REFERENCE = re.compile(r"([A-Za-z]{1,4})([0-9]{1,8})")


@dataclass(frozen=True)
class Extent:
    """The largest sheet that is read. `cells`: of the grid, rows times columns."""

    rows: int
    columns: int
    cells: int


class TooFar(Exception):
    """A sheet reaches beyond what is read: `rows` times `columns`, seen at `cell`."""

    def __init__(self, cell: str, rows: int, columns: int) -> None:
        super().__init__(cell)
        self.cell, self.rows, self.columns = cell, rows, columns


class TooLong(Exception):
    """A cell, or a text that cells share, holds more letters than any spreadsheet program lets one type."""

    def __init__(self, cell: str) -> None:
        super().__init__(cell)
        self.cell = cell


class TooMuch(TooLong):
    """All cells of a sheet together hold more letters than people write, seen at `cell`."""


@lru_cache(1000)
def column_number(letters: str) -> int:
    """'A' is 1, 'AA' is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def cell_name(row: int, column: int) -> str:
    """0-based row and column as people read them: (0, 8) is `I1`."""
    from xlsxwriter.utility import xl_rowcol_to_cell  # here: reading the Dags loads no heavy library

    return str(xl_rowcol_to_cell(row, column))


@dataclass
class _Walk:
    """Called by expat; keeps the place and the reach."""

    most: Extent
    rows: int = 0
    columns: int = 0

    def reach(self, row: int, column: int) -> None:
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)
        if (
            self.rows > self.most.rows
            or self.columns > self.most.columns
            or self.rows * self.columns > self.most.cells
        ):
            raise TooFar(cell_name(row - 1, column - 1), self.rows, self.columns)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        raise NotImplementedError

    def end(self, name: str) -> None:
        """Most walks need no ends."""

    def text(self, data: str) -> None:
        """Most walks need no texts."""


@dataclass
class ExcelWalk(_Walk):
    """A worksheet of Excel. `shared`: how long the texts are that cells share. `unread`: cells that readers show as
    empty, with why: an error, or `formula` without a stored result."""

    shared: Sequence[int] = field(kw_only=True)
    unread: dict[str, str] = field(default_factory=dict)
    letters: int = 0
    _shares: bool = False
    _row: int = 0
    _column: int = 0
    _in_cell: bool = False
    _error: bool = False
    _formula: bool = False
    _letters: list[str] = field(default_factory=list)
    _length: int = 0
    _inside: bool = False  # a value or a text

    # Thousands of elements a form pass here, most of them cells whose name nobody asks for.
    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "c":
            self._place(attributes)
        elif local in ("v", "t"):
            self._inside = True
        elif local == "f":
            self._formula = self._in_cell
        elif local == "row":
            self._row, self._column = _number(attributes.get("r"), self._row + 1), 0

    def _place(self, attributes: dict[str, str]) -> None:
        written = attributes.get("r")
        if written is None:
            self._row, self._column = max(self._row, 1), self._column + 1
        else:
            place = _REFERENCE.fullmatch(written)
            if place is None:
                raise TooFar(written[:20], 0, 0)
            self._row, self._column = int(place[2]), column_number(place[1])
            if self._row == 0:
                raise TooFar(written, 0, 0)
        if self._row > self.rows or self._column > self.columns:
            self.reach(self._row, self._column)
        kind = attributes.get("t")
        self._in_cell, self._error, self._shares, self._formula = True, kind == "e", kind == "s", False
        self._letters, self._length = [], 0

    @property
    def _cell(self) -> str:
        return cell_name(self._row - 1, self._column - 1)

    def text(self, data: str) -> None:
        if self._inside and self._in_cell:
            self._length += len(data)
            if self._length > LONGEST_CELL:
                raise TooLong(self._cell)
            if self._error or self._formula or self._shares:
                self._letters.append(data)

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local in ("v", "t"):
            self._inside = False
        elif local == "c" and self._in_cell:
            if self._error:
                self.unread[self._cell] = "".join(self._letters) or "#ERROR"
            elif self._formula and not self._length:
                self.unread[self._cell] = "formula"
            self.letters += self._shown()
            if self.letters > MOST_LETTERS:
                raise TooMuch(self._cell)
            self._in_cell = False

    def _shown(self) -> int:
        """How many letters the cell shows."""
        if self._shares and (place := "".join(self._letters)).isdecimal() and len(place) < 9:
            return self.shared[int(place)] if int(place) < len(self.shared) else 0
        return self._length


@dataclass
class SharedTexts(_Walk):
    """The texts that cells share: none may be longer than a cell. `lengths`: of each."""

    lengths: list[int] = field(default_factory=list)
    _length: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "si":
            self._length = 0

    def end(self, name: str) -> None:
        if name.rpartition(":")[2] == "si":
            self.lengths.append(self._length)

    def text(self, data: str) -> None:
        self._length += len(data)
        if self._length > 2 * LONGEST_CELL:  # phonetic runs and blanks between the tags count along
            raise TooLong("")


@dataclass
class CalcWalk(_Walk):
    """The sheets of an OpenDocument: cells with a value count, repeated ones as often."""

    _row: int = 0
    _column: int = 0
    _length: int = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "table":
            self.rows = self.columns = self._row = 0
        elif local == "table-row":
            self._row += _number(_attribute(attributes, "number-rows-repeated"), 1)
            self._column = 0
        elif local in ("table-cell", "covered-table-cell"):
            self._column += _number(_attribute(attributes, "number-columns-repeated"), 1)
            self._length = 0
            if _attribute(attributes, "value-type") is not None:
                self.reach(max(self._row, 1), self._column)

    def text(self, data: str) -> None:
        self._length += len(data)
        if self._length > 2 * LONGEST_CELL:
            raise TooLong(cell_name(max(self._row, 1) - 1, max(self._column, 1) - 1))


def _attribute(attributes: dict[str, str], local: str) -> str | None:
    return next((value for name, value in attributes.items() if name.rpartition(":")[2] == local), None)


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isdecimal() and len(text) < 9 else otherwise


def walk(found: _Walk, chunks: Iterable[bytes]) -> None:
    """Lead `found` through an XML part.

    Raises what it raises: TooFar, TooLong; BadArchive for a part that breaks off or defines entities.
    """
    parser = expat.ParserCreate()
    parser.StartElementHandler = found.start
    parser.EndElementHandler = found.end
    parser.CharacterDataHandler = found.text
    parser.EntityDeclHandler = _no_entities
    parser.buffer_text = True
    try:
        for chunk in chunks:
            parser.Parse(chunk)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise BadArchive from error


def _no_entities(*_: object) -> None:
    raise BadArchive


def is_sheet(part: bytes) -> bool:
    """Whether a part is a worksheet, wherever it lies: a workbook may call its parts what it likes."""
    return re.search(rb"<(?:[\w.-]+:)?worksheet[\s>]", part[:4096]) is not None


def is_shared_texts(part: bytes) -> bool:
    return re.search(rb"<(?:[\w.-]+:)?sst[\s>]", part[:4096]) is not None


def pieces(part: bytes, size: int = 1 << 20) -> Iterator[bytes]:
    for start in range(0, len(part), size):
        yield part[start : start + size]
