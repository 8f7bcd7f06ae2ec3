"""Columns that we keep of an export, in the order of the kept file and of the typed table.

Only these are ever stored: a column that a layout does not map to one of them is dropped at the door.
"""

from __future__ import annotations

from dataclasses import dataclass

ONE_STOP = "one_stop"
DOC_MANAGEMENT = "doc_management"
CATALOGUE = "catalogue"
# The typed column that tells one row of a source from another.
KEYS = {ONE_STOP: "dossier_code", DOC_MANAGEMENT: "document_key", CATALOGUE: "procedure_key"}


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
    # Where a procedure applies is its level, and in words what the list says of bodies; it need not be a unit of ours.
    CATALOGUE: (
        ExportColumn("procedure_code", "code"),
        ExportColumn("procedure_name", "text"),
        ExportColumn("procedure_field", "text"),
        ExportColumn("level", "words", "procedure_level"),
        ExportColumn("unit_code", "unit"),
        ExportColumn("unit_name", "unit"),
        ExportColumn("online_level", "words", "online_service"),
        ExportColumn("paid_online", "words", "yes_no"),
        ExportColumn("by_post", "words", "yes_no"),
        ExportColumn("is_public", "words", "yes_no"),
        ExportColumn("on_portal", "words", "yes_no"),
        ExportColumn("linked", "words", "procedure_link"),
        ExportColumn("state", "words", "procedure_state"),
        ExportColumn("published_on", "date"),
        ExportColumn("ended_on", "date"),
    ),
}

# Without a code here a row cannot be told from another, and may be a footer or a shifted line.
KEY_COLUMN = {ONE_STOP: "dossier_code", DOC_MANAGEMENT: "number", CATALOGUE: "procedure_code"}

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
    "procedure_level": frozenset("123"),  # province, commune, both
    "online_service": frozenset("012"),  # none, partly ('một phần'), wholly ('toàn trình')
    "procedure_link": frozenset("012"),  # none, at one level, between levels
    "procedure_state": frozenset("1234"),  # new, changed, ended, in force
}

# What a layout says of a column that its software does not write: the row is kept with a code of its own, and what
# would need the column is not computed. The word stands in the cell until then.
UNKNOWN = "unknown"
UNKNOWN_WORD = "không rõ"
UNKNOWN_CODES = {"channel": "0", "field": ""}
