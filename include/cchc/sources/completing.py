"""What stands for the cells that a layout's software does not write: relation `cells` of `file_cells`."""

from __future__ import annotations

from typing import Any

from cchc.folding import loose
from cchc.sources.columns import COLUMNS, KEY_COLUMN, UNKNOWN, UNKNOWN_WORD
from cchc.sources.matching import Match
from cchc.sources.tables.base import literal


def complete(connection: Any, match: Match) -> None:
    """Make view `cells`; a layout without stand-ins costs nothing. A row without a code gets none."""
    layout = match.layout
    names = [column.name for column in COLUMNS[layout.source] if column.kind != "derived"]
    cell = {name: name for name in names}
    if match.mended:  # the mark that keeps a spreadsheet from computing the cell
        cell = {name: f"regexp_replace({name}, '^''(\\s*[=+\\-@])', '\\1')" for name in names}
    if layout.empty:
        words = ", ".join(literal(word) for word in layout.empty)
        cell = {
            name: f"CASE WHEN trim({text}) NOT IN ({words}) THEN {text} END" for name, text in cell.items()
        }
    key = cell[KEY_COLUMN[layout.source]]
    for column, code in layout.defaults.items():
        word = literal(UNKNOWN_WORD if code == UNKNOWN else code)
        cell[column] = f"coalesce({cell[column]}, CASE WHEN {key} IS NOT NULL THEN {word} END)"
    if layout.status_by_date is not None:
        by_date = layout.status_by_date
        silent = ", ".join(literal(loose(word)) for word in by_date.words) or "''"
        cell["status"] = (
            f"CASE WHEN {key} IS NULL OR plain({cell['status']}) NOT IN ({silent}) THEN {cell['status']} "
            f"WHEN {cell['returned_at']} IS NOT NULL THEN {literal(by_date.returned)} "
            f"WHEN {cell['ended_at']} IS NOT NULL THEN {literal(by_date.ended)} "
            f"ELSE {literal(by_date.open)} END"
        )
    replaced = ", ".join(f"{text} AS {name}" for name, text in cell.items() if text != name)
    columns = f"* REPLACE ({replaced})" if replaced else "*"
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW cells AS SELECT {columns} FROM file_cells"  # noqa: S608 - our columns, literals
    )
