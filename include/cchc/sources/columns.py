"""Columns that we keep of an export, in the order of the kept file and of the typed table.

Only these are ever stored: a column that a layout does not map to one of them is dropped at the door.
"""

from __future__ import annotations

from dataclasses import dataclass

ONE_STOP = "one_stop"
DOC_MANAGEMENT = "doc_management"


@dataclass(frozen=True)
class ExportColumn:
    """One kept column.

    `kind`: code (identifier), date, words (text mapped through `vocabulary`), unit, text, excerpt,
    derived (made at the door, in no export).
    """

    name: str
    kind: str
    vocabulary: str | None = None


COLUMNS: dict[str, tuple[ExportColumn, ...]] = {
    ONE_STOP: (
        ExportColumn("dossier_code", "code"),
        ExportColumn("procedure_code", "code"),
        ExportColumn("field", "text"),
        ExportColumn("channel", "words", "channel"),
        ExportColumn("submitted_at", "date"),
        ExportColumn("received_at", "date"),
        ExportColumn("due_at", "date"),
        ExportColumn("ended_at", "date"),
        ExportColumn("returned_at", "date"),
        ExportColumn("status", "words", "status"),
        ExportColumn("return_channel", "words", "return_channel"),
        ExportColumn("unit_code", "unit"),
        ExportColumn("unit_name", "unit"),
        ExportColumn("service_level", "words", "service_level"),
        ExportColumn("paid_online", "words", "yes_no"),
        ExportColumn("digitised", "words", "yes_no"),
    ),
    DOC_MANAGEMENT: (
        ExportColumn("direction", "words", "direction"),
        ExportColumn("number", "code"),
        ExportColumn("symbol", "code"),
        ExportColumn("registered_on", "date"),
        ExportColumn("type_name", "text"),
        ExportColumn("excerpt", "excerpt"),
        ExportColumn("secrecy", "words", "secrecy"),
        ExportColumn("medium", "words", "medium"),
        ExportColumn("signed", "words", "yes_no"),
        ExportColumn("unit_code", "unit"),
        ExportColumn("unit_name", "unit"),
        ExportColumn("about_reform", "derived"),
    ),
}

# Without a code here a row cannot be told from another, and may be a footer or a shifted line.
KEY_COLUMN = {ONE_STOP: "dossier_code", DOC_MANAGEMENT: "number"}

# Codes that the counting rules and the SQL know; a layout maps its software's words to these.
VOCABULARIES: dict[str, frozenset[str]] = {
    "channel": frozenset("123"),
    "return_channel": frozenset("123"),
    "status": frozenset(str(code) for code in range(1, 11)),
    "service_level": frozenset("1234"),
    "yes_no": frozenset("01"),
    "secrecy": frozenset("01"),
    "direction": frozenset({"di", "den"}),
    "medium": frozenset({"giay", "dien-tu", "dien-tu-va-giay"}),
}

# What a layout says of a column that its software does not write: the row is kept with a code of its own, and what
# would need the column is not computed. The word stands in the cell until then.
UNKNOWN = "unknown"
UNKNOWN_WORD = "không rõ"
UNKNOWN_CODES = {"channel": "0", "field": ""}
