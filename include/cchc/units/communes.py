"""The communes of `units.csv` beside the official list: what differs, and the file brought up to date.

The official list gives code, name and kind, and, in newer editions, the districts from which each commune was
formed. Mailboxes, titles and validity are people's: they stay as they are in the file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from cchc.clock import vn_date
from cchc.errors import CchcError
from cchc.texts import t
from cchc.units.tiers import Tier

Row = dict[str, str]
OFFICIAL = ("name", "kind", "predecessors")


@dataclass(frozen=True)
class Commune:
    """A commune as the official list names it, e.g. `Xã An Châu`.

    districts: (province, district) it was formed from, e.g. (`Tỉnh Kiên Giang`, `Huyện An Biên`); None when the
    edition of the list does not tell.
    """

    code: str
    name: str
    kind: str
    districts: tuple[tuple[str, str], ...] | None = None


def read_rows(text: str) -> tuple[list[str], list[Row]]:
    """Column names and rows of the file, as text."""
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    rows = list(reader)
    return list(reader.fieldnames or ()), rows


def write_rows(columns: Sequence[str], rows: Sequence[Row]) -> str:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


def current(rows: Sequence[Row], parent: str) -> dict[str, Row]:
    """The communes of a province that have no last day, by code."""
    return {row["code"]: row for row in _communes(rows, parent) if not row["valid_to"]}


def differences(rows: Sequence[Row], official: Sequence[Commune], parent: str) -> list[str]:
    """One Vietnamese line for each commune or cell that differs; a last day that people entered is no difference."""
    present = {row["code"]: row for row in _communes(rows, parent)}
    listed = {commune.code for commune in official}
    lines = []
    for commune in official:
        row = present.get(commune.code)
        if row is None:
            lines.append(t("units.refresh.added", code=commune.code, name=_unit_name(commune)))
            continue
        for column, value in _cells(commune, rows).items():
            if row[column] != value:
                found = {"code": commune.code, "column": column, "found": row[column], "official": value}
                lines.append(t("units.refresh.changed", **found))
    for code, row in current(rows, parent).items():
        if code not in listed:
            lines.append(t("units.refresh.removed", code=code, name=row["name"]))
    return lines


def refreshed(
    rows: Sequence[Row], official: Sequence[Commune], parent: str, since: date | None = None, domain: str = ""
) -> list[Row]:
    """The rows with the communes of the official list, sorted by code, after all others.

    since: first day of communes that are new, and the day after the last day of those no longer listed: the list
    itself does not say since when. domain: where a made-up mailbox of a new commune lies; without it the mailbox
    stays empty, which the register reports until somebody fills it in. Refuses (CchcError) to guess a day.
    """
    present = {row["code"]: row for row in _communes(rows, parent)}
    listed = {commune.code: commune for commune in official}
    gone = [row for code, row in current(rows, parent).items() if code not in listed]
    if since is None:
        if gone or listed.keys() - present.keys():
            raise CchcError(t("units.refresh.since_needed"))
    else:
        present |= {row["code"]: _ended(row, since) for row in gone}
    for code, commune in listed.items():
        known = present.get(code) or _new_row(rows, commune, parent, since, domain)
        present[code] = known | _cells(commune, rows)
    others = [row for row in rows if not _is_commune(row, parent)]
    return others + [present[code] for code in sorted(present)]


def _communes(rows: Sequence[Row], parent: str) -> list[Row]:
    return [row for row in rows if _is_commune(row, parent)]


def _is_commune(row: Row, parent: str) -> bool:
    return row["tier"] == Tier.COMMUNE and row["parent"] == parent


def _ended(row: Row, since: date) -> Row:
    first = date.fromisoformat(row["valid_from"])
    if since <= first:
        values = {"code": row["code"], "name": row["name"], "first": vn_date(first), "since": vn_date(since)}
        raise CchcError(t("units.refresh.since_early", **values))
    return row | {"valid_to": (since - timedelta(days=1)).isoformat()}


def _new_row(rows: Sequence[Row], commune: Commune, parent: str, since: date | None, domain: str) -> Row:
    columns = rows[0] if rows else {}
    return dict.fromkeys(columns, "") | {
        "code": commune.code,
        "tier": Tier.COMMUNE.value,
        "parent": parent,
        "valid_from": since.isoformat() if since else "",
        "valid_to": "",
        "predecessors": "",
        "mailboxes": f"ubnd.{commune.code}@{domain}" if domain else "",
        "head": f"Chủ tịch UBND {commune.kind}",
    }


def _cells(commune: Commune, rows: Sequence[Row]) -> dict[str, str]:
    """What the official list says of a commune; predecessors only when it tells."""
    cells = {"name": _unit_name(commune), "kind": commune.kind}
    if commune.districts is not None:
        known = _districts(rows)
        codes = {known[district] for district in commune.districts if district in known}
        cells["predecessors"] = " ".join(sorted(codes))
    return cells


def _districts(rows: Sequence[Row]) -> Mapping[tuple[str, str], str]:
    """Codes of the districts of the file by (province, district) as the official list names them."""
    provinces = {row["code"]: row["name"] for row in rows if row["tier"] == Tier.PROVINCE}
    return {
        (provinces.get(row["parent"], ""), _official_name(row["name"])): row["code"]
        for row in rows
        if row["tier"] == "huyen"
    }


def _unit_name(commune: Commune) -> str:
    """`Xã An Châu` -> `UBND xã An Châu`: the reporting unit is the people's committee."""
    return f"UBND {commune.name[:1].lower()}{commune.name[1:]}"


def _official_name(unit_name: str) -> str:
    bare = unit_name.removeprefix("UBND ")
    return bare[:1].upper() + bare[1:]
