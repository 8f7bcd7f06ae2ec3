"""Columns that we keep of an export, in the order of the kept file and of the typed table.

Only these are ever stored: a column that a layout does not map to one of them is dropped at the door.
"""

from __future__ import annotations

from dataclasses import dataclass

ONE_STOP = "one_stop"
DOC_MANAGEMENT = "doc_management"


@dataclass(frozen=True)
class Column:
    """One kept column.

    `kind`: code (identifier), date, words (text mapped through `vocabulary`), unit, text, excerpt,
    derived (made at the door, in no export).
    """

    name: str
    kind: str
    vocabulary: str | None = None


COLUMNS: dict[str, tuple[Column, ...]] = {
    ONE_STOP: (
        Column("dossier_code", "code"),
        Column("procedure_code", "code"),
        Column("field", "text"),
        Column("channel", "words", "channel"),
        Column("submitted_at", "date"),
        Column("received_at", "date"),
        Column("due_at", "date"),
        Column("ended_at", "date"),
        Column("returned_at", "date"),
        Column("status", "words", "status"),
        Column("return_channel", "words", "return_channel"),
        Column("unit_code", "unit"),
        Column("unit_name", "unit"),
        Column("service_level", "words", "service_level"),
        Column("paid_online", "words", "yes_no"),
        Column("digitised", "words", "yes_no"),
    ),
    DOC_MANAGEMENT: (
        Column("direction", "words", "direction"),
        Column("number", "code"),
        Column("symbol", "code"),
        Column("registered_on", "date"),
        Column("type_name", "text"),
        Column("excerpt", "excerpt"),
        Column("secrecy", "words", "secrecy"),
        Column("medium", "words", "medium"),
        Column("signed", "words", "yes_no"),
        Column("unit_code", "unit"),
        Column("unit_name", "unit"),
        Column("about_reform", "derived"),
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
