"""From the kept CSV to typed rows: every row is either accepted or quarantined with its reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cchc.sources.columns import COLUMNS, ONE_STOP
from cchc.sources.duck import mappings, run, whole_file
from cchc.sources.layouts import CountingRules, Layout
from cchc.sources.matching import Match
from cchc.sources.names import UnitFinder, normalise
from cchc.texts import t

if TYPE_CHECKING:
    from cchc.units import UnitRegister

MACROS = ("parsed", "moment", "unknown_word", "bad_date", "future")


@dataclass(frozen=True)
class Refused:
    """One quarantined row: its number in the original, the reasons in Vietnamese, the kept texts."""

    row: int
    reasons: tuple[str, ...]
    cells: dict[str, str]


@dataclass(frozen=True)
class Typed:
    """Outcome of typing; read = accepted + len(refused)."""

    read: int
    accepted: int
    refused: tuple[Refused, ...]


def type_rows(
    connection: Any, kept: Path, match: Match, units: UnitRegister, landed_on: date, rules: CountingRules
) -> Typed:
    """Make the table `typed` on the connection from the kept CSV.

    A date after `landed_on` (the day the export was received) is refused. Units are looked up once for each
    distinct pair of cells, words once for each distinct word, so the work per row stays in DuckDB.
    """
    layout = match.layout
    source = layout.source
    connection.execute("SET VARIABLE date_formats = $formats", {"formats": list(layout.date_formats)})
    connection.execute("SET VARIABLE earliest_day = $day", {"day": rules.earliest_day})
    for macro in MACROS:
        run(connection, f"exports/macros.{macro}")
    run(connection, f"{source}/landing.read", path=str(kept))
    _make_words(connection, layout)
    _make_units(connection, layout, units, landed_on)
    values: dict[str, Any] = {"landed_on": landed_on}
    if source == ONE_STOP:
        values |= {"not_counted": list(rules.one_stop.not_counted), "finished": list(rules.one_stop.finished)}
    else:
        values |= {"direction": layout.direction}
    run(connection, f"{source}/landing.type", **values)
    read, accepted = run(connection, f"{source}/landing.count").fetchone()
    rows = mappings(run(connection, f"{source}/landing.quarantined")) if read > accepted else []
    return Typed(read, accepted, tuple(_refused(match, row) for row in rows))


def write_accepted(connection: Any, source: str, path: Path) -> None:
    """Write the accepted rows as Parquet, whole or not at all."""
    with whole_file(path) as name:
        run(connection, f"{source}/landing.accept", path=name)


def _make_words(connection: Any, layout: Layout) -> None:
    tables = {
        column.name: layout.words(column.vocabulary) for column in COLUMNS[layout.source] if column.vocabulary
    }
    found = run(connection, f"{layout.source}/landing.words").fetchall()
    run(
        connection,
        "exports/macros.words",
        column_names=[column for column, _ in found],
        words=[word for _, word in found],
        # The name of a field has no list of its own: it is compared in its normalised form.
        codes=[
            tables[column].get(normalise(word)) if column in tables else normalise(word) or None
            for column, word in found
        ],
    )


def _make_units(connection: Any, layout: Layout, units: UnitRegister, landed_on: date) -> None:
    finder = UnitFinder(units, landed_on, layout.unit_aliases)
    pairs: Sequence[tuple[str, str]] = run(connection, f"{layout.source}/landing.units").fetchall()
    answers = [finder.find(code, name) for code, name in pairs]
    run(
        connection,
        "exports/macros.found_units",
        unit_codes=[code for code, _ in pairs],
        unit_names=[name for _, name in pairs],
        codes=[code for code, _ in answers],
        faults=[fault for _, fault in answers],
    )


def _refused(match: Match, row: dict[str, Any]) -> Refused:
    cells = {column.name: row[column.name] or "" for column in COLUMNS[match.layout.source]}
    return Refused(row["row_no"], tuple(_reason(fault, match, cells) for fault in row["faults"]), cells)


def _reason(fault: str, match: Match, cells: dict[str, str]) -> str:
    """The fault in Vietnamese, with the header as the export writes it and the cell as it was kept."""
    key, _, rest = fault.partition(":")
    if key == "misaligned":
        found, _, expected = rest.partition(":")
        return t("sources.reason.misaligned", found=found, expected=expected)
    if rest:
        return t(f"sources.reason.{key}", column=match.title(rest), value=cells.get(rest, ""))
    unit = cells["unit_name"] or cells["unit_code"]
    return t(f"sources.reason.{key}", unit=unit, code=cells["unit_code"])
