"""The units of a round as a file for Excel."""

from __future__ import annotations

from cchc.table_files import PlainTable
from cchc.texts import t, table
from cchc_board.desk import RequestView
from cchc_board.rounds.round_page import round_page

UNIT_COLUMNS = (
    "code", "unit", "tier", "title", "due", "timeliness", "against", "status", "last", "files", "requested"
)  # fmt: skip


def units_table(
    desk: RequestView, round_id: str, chosen: str, sought: str = "", tier: str = "", officer: str = ""
) -> PlainTable:
    """A row for each obligation of the units that the page shows under the filter. CchcError as `round_page`."""
    tiers = table("board.tiers")
    rows = [
        (
            row.code,
            row.name,
            tiers.get(row.tier, row.tier),
            line.obligation.title,
            line.due_at,
            line.timeliness_text,
            line.against_due,
            line.status,
            row.last_received_at,
            row.files,
            row.requested_at,
        )
        for row in round_page(desk, round_id, chosen, sought, tier, officer).rows
        for line in row.lines
    ]
    return PlainTable(t("board.table_units"), [t(f"board.column_{name}") for name in UNIT_COLUMNS], rows)
