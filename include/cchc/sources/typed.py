"""From the cells of an export to typed rows: every row is either accepted or quarantined with its reasons."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cchc.errors import CchcError
from cchc.folding import loose
from cchc.sources.columns import CATALOGUE, COLUMNS, ONE_STOP
from cchc.sources.completing import complete
from cchc.sources.door import Entrance
from cchc.sources.duck import quoted, run
from cchc.sources.matching import Match
from cchc.sources.rules import CountingRules
from cchc.sources.tables import Numbering, TextTable
from cchc.sources.tables.base import trimmed
from cchc.sources.vocabulary import Vocabulary, learn, learn_from, use
from cchc.texts import t

if TYPE_CHECKING:
    from cchc.units import UnitRegister

MACROS = (
    "as_seen", "meant", "one_spaced", "halves_of_day", "tidy_moment", "zone_of", "minutes_of", "odd_text", "odd_moment",
    "shape", "kept_code", "key_of", "is_personal", "kept_procedure", "kept_text", "kept_date", "plain", "kept_word",
    "kept_unit", "date_like", "unknown_word", "bad_date", "future",
)  # fmt: skip
CHUNK = 10_000
MASKED = "***"


@dataclass(frozen=True)
class UnknownUnit:
    """A unit that the register does not know, as the row names it, and the nearest names of the register."""

    text: str
    near: tuple[str, ...]


@dataclass(frozen=True)
class Refused:
    """One quarantined row: its number in the original, the reasons in Vietnamese, the kept texts."""

    row: int
    reasons: tuple[str, ...]
    cells: dict[str, str]
    unknown_unit: UnknownUnit | None = None


@dataclass(frozen=True)
class Typed:
    """A typed file; read = accepted + quarantined. `superseded` of the latter are replaced by a later row.

    `footers`: rows of totals, headings and signatures, which are none of the rows that were read.

    `path` is a Parquet of every row that was read: the accepted ones have no `faults`.
    """

    path: Path
    match: Match
    read: int
    accepted: int
    superseded: int
    footers: int
    _numbering: Numbering
    _vocabulary: Vocabulary

    @property
    def quarantined(self) -> int:
        return self.read - self.accepted

    def refused(self, connection: Any) -> Iterator[Refused]:
        """The quarantined rows in the file's order."""
        aside = (
            Refused(number, (self._reason(fault, {}),), self._nothing)
            for number, fault in sorted(self._numbering.set_aside.items())
        )
        yield from heapq.merge(self._with_faults(connection), aside, key=lambda refused: refused.row)

    def _with_faults(self, connection: Any) -> Iterator[Refused]:
        found = run(connection, "exports/macros.quarantined", path=str(self.path))
        while rows := found.fetchmany(CHUNK):
            numbers = self._numbering.row_numbers([place for place, *_ in rows])
            for number, (_, row_no, faults, kept) in zip(numbers, rows, strict=True):
                told = json.loads(kept) if kept else {}
                cells = self._nothing | {name: text or "" for name, text in told.items()}
                reasons = tuple(self._reason(fault, cells) for fault in faults)
                yield Refused(row_no or number, reasons, cells, self._unknown_unit(faults, cells))

    @property
    def _nothing(self) -> dict[str, str]:
        return {column.name: "" for column in COLUMNS[self.match.layout.source] if column.kind != "derived"}

    def _unknown_unit(self, faults: Sequence[str], cells: Mapping[str, str]) -> UnknownUnit | None:
        code, name = cells["unit_code"], cells["unit_name"]
        if "unit" not in faults or self._vocabulary.unit_fault(code, name) != "unknown_unit":
            return None
        return UnknownUnit(name or code, self._vocabulary.nearest(code, name))

    def _reason(self, fault: str, cells: dict[str, str]) -> str:
        """The fault in Vietnamese, with the header as the export writes it and the cell as it was kept."""
        key, _, rest = fault.partition(":")
        if key == "misaligned":
            found, _, expected = rest.partition(":")
            return t("sources.reason.misaligned", found=found, expected=expected)
        if key == "unit":
            return self._vocabulary.unit_reason(cells["unit_code"], cells["unit_name"])
        if rest:
            return t(f"sources.reason.{key}", column=self.match.title(rest), value=cells.get(rest, ""))
        return t(f"sources.reason.{key}")


def type_rows(
    connection: Any,
    entrance: Entrance,
    units: UnitRegister,
    landed_on: date,
    rules: CountingRules,
    path: Path,
) -> Typed:
    """Write the typed rows of the export to `path`.

    A date after `landed_on` (the day the export was received) is refused. Units and words are looked up once for
    each distinct one. Of a large CSV they are learnt from a sample: when rows were refused for a word that turns
    out to be known or for blanks around a cell, or when lines and rows do not agree, the file is read once more.
    Raises CchcError for a file that cannot be read to its end.
    """
    table, reading, layout = entrance.table, entrance.reading, entrance.match.layout
    connection.execute(f"CREATE TEMP MACRO bared(cell) AS {trimmed('cell')}")
    for macro in MACROS:
        run(connection, f"exports/macros.{macro}")
    table.load(connection, reading)
    complete(connection, entrance.match)
    vocabulary = learn(connection, table, reading, layout, units, landed_on)
    while True:
        _write(connection, vocabulary, rules, landed_on, entrance, path)
        landed = run(connection, "exports/macros.landed", path=str(path)).fetchone()
        read, accepted, places, footers, unread_days = landed
        known = vocabulary.known
        if unread_days and _learn_days(connection, vocabulary, path, unread_days):
            continue
        if not isinstance(table, TextTable):
            numbering = Numbering()
            break
        if table.lazy and read > accepted:
            (blanks,) = run(connection, "exports/macros.has_blanks", path=str(path)).fetchone()
            if blanks and table != table.trimming():
                table = table.trimming()
                table.load(connection, reading)
                complete(connection, entrance.match)
                continue
            _learn_from_refused(connection, vocabulary, path)
        found = table.numbering(connection, reading, places)
        if found is None:
            table = table.careful()
            table.load(connection, reading)
            complete(connection, entrance.match)
            learn_from(connection, vocabulary)
        elif vocabulary.known == known:
            numbering = found
            break
    if unread_days:
        _refuse_unread_columns(connection, entrance, path)
    (superseded,) = run(connection, f"{layout.source}/landing.superseded", path=str(path)).fetchone()
    if superseded:
        target = path.with_name(f"{path.name}.thay")
        run(connection, f"{layout.source}/landing.set_aside", path=str(path), target=str(target))
        target.replace(path)
    return Typed(
        path,
        entrance.match,
        read + len(numbering.set_aside),
        accepted - superseded,
        superseded,
        footers,
        numbering,
        vocabulary,
    )


def _learn_days(connection: Any, vocabulary: Vocabulary, path: Path, columns: Sequence[str]) -> bool:
    """Whether refused cells of these columns show that they have days and months the other way round than thought."""
    learnt = False
    for name in columns:
        seen = vocabulary.days_seen[name]
        values = {"path": str(path), "fault": f"bad_date:{name}", "column": f"$.{name}"}
        refused = [cell for (cell,) in run(connection, "exports/macros.refused_days", **values).fetchall()]
        if refused:
            (late,) = connection.execute(
                f"SELECT strftime({name}, '%d/%m/%Y') FROM read_parquet($path) WHERE day({name}) > 12 LIMIT 1",  # noqa: S608 - a column of ours
                {"path": str(path)},
            ).fetchone() or ("",)
            seen += [late, *refused]
            learnt = True
    return learnt and vocabulary.settle_days()


def _refuse_unread_columns(connection: Any, entrance: Entrance, path: Path) -> None:
    """A column of which not one value could be read is a matter of its format, told once and not row by row."""
    match = entrance.match
    for column, values, shapes in run(connection, "exports/macros.unread_columns", path=str(path)).fetchall():
        (read,) = connection.execute(
            f"SELECT count({column}) FROM read_parquet($path)",  # noqa: S608 - a column of ours
            {"path": str(path)},
        ).fetchone()
        if not read:
            raise CchcError(
                t(
                    "sources.file.unread_column",
                    file=entrance.table.path.name,
                    column=match.title(column),
                    count=values,
                    shapes="; ".join(f"“{one}”" for one in shapes),
                    layout=match.layout.layout,
                )
            )


def _write(
    connection: Any,
    vocabulary: Vocabulary,
    rules: CountingRules,
    landed_on: date,
    entrance: Entrance,
    path: Path,
) -> None:
    import duckdb

    layout = entrance.match.layout
    use(connection, vocabulary, rules)
    values: dict[str, Any] = {"landed_on": landed_on, "path": str(path)}
    if layout.source == ONE_STOP:
        values |= {"not_counted": list(rules.one_stop.not_counted), "finished": list(rules.one_stop.finished)}
    elif layout.source == CATALOGUE:
        present = [name for name, place in entrance.reading.columns.items() if place is not None]
        connection.execute("SET VARIABLE present = $present::VARCHAR[]", {"present": present})
        run(connection, "catalogue/landing.yes_no")
        del values["landed_on"]  # a procedure may be published for a day to come
    else:
        words = "|".join(loose(word) for word in rules.doc_management.reform_words)
        connection.execute("SET VARIABLE reform_words = $words", {"words": words})
        has_secrecy = entrance.reading.columns.get("secrecy") is not None
        connection.execute("SET VARIABLE has_secrecy = $has", {"has": has_secrecy})
        values |= {"direction": layout.direction}
    try:
        run(connection, f"{layout.source}/landing.type", **values)
    except duckdb.InvalidInputException:
        # Of a file that reads row by row without a fault only its size can be too much.
        raise CchcError(t("sources.file.unreadable", file=entrance.table.path.name)) from None


def _learn_from_refused(connection: Any, vocabulary: Vocabulary, path: Path) -> None:
    source = vocabulary.layout.source
    names = [column.name for column in COLUMNS[source] if column.kind != "derived"]
    fields = ", ".join(f"cells->>'{name}' AS {name}" for name in names)
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW refused AS SELECT {fields} "  # noqa: S608 - our own columns and path
        f"FROM read_parquet({quoted(path)}) WHERE cells IS NOT NULL"
    )
    learn_from(connection, vocabulary, "refused")
    if MASKED in vocabulary.words_seen:  # it may be a known word in capitals: only the file itself tells
        learn_from(connection, vocabulary)
