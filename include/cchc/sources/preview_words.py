"""What was seen in an export before it is landed, in lines that people read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cchc.errors import CchcError
from cchc.isolation.outcome import ItemFailed
from cchc.sources.door import NoLayout
from cchc.sources.preview import Preview
from cchc.texts import t

SHOWN_ROW_NUMBERS = 8


def preview_words(file_name: str, found: Preview) -> list[str]:
    """Layout, columns, how many rows are taken and why others are not; no content of any row."""
    return [*_layout(file_name, found), *_rows(found)]


def refusal_words(error: CchcError) -> list[str]:
    """Why a file cannot be landed, with the nearest layouts where it fits none."""
    if isinstance(error, ItemFailed):
        return [t("sources.kiem_tra.breaks", why=error, place=error.place or "-")]
    lines = [f"{t('sources.kiem_tra.unfit')} {error}"]
    if isinstance(error, NoLayout) and error.nearest:
        lines.append(t("sources.kiem_tra.nearest"))
        for match in error.nearest:
            names = {"title": match.layout.title, "layout": match.layout.layout}
            missing = ", ".join(match.missing) or "-"
            lines.append(t("sources.kiem_tra.near", found=len(match.positions), missing=missing, **names))
    return lines


def _layout(file_name: str, found: Preview) -> Iterator[str]:
    match = found.match
    yield t("sources.kiem_tra.fits", file=file_name, title=match.layout.title, layout=match.layout.layout)
    if found.sheet is not None:
        yield t("sources.kiem_tra.sheet", sheet=found.sheet)
    if found.remark is not None:
        yield found.remark
    if match.layout.assumed:
        yield t("sources.kiem_tra.assumed")
    yield t("sources.kiem_tra.columns")
    for name, title in match.titles.items():
        yield t("sources.kiem_tra.column", title=title, name=t(f"sources.columns.{name}"))
    for key, columns in (("personal", match.personal), ("unknown", match.unknown)):
        if columns:
            yield t(f"sources.kiem_tra.{key}", columns=", ".join(columns))


def _rows(found: Preview) -> Iterator[str]:
    refused = found.read - found.accepted
    yield t("sources.kiem_tra.rows", read=found.read, accepted=found.accepted, refused=refused)
    if found.superseded:
        yield t("sources.kiem_tra.superseded", count=found.superseded)
    if found.footers:
        yield t("sources.kiem_tra.footers", count=found.footers)
    if not refused:
        return
    yield t("sources.kiem_tra.reasons")
    for reason, rows in found.reasons.items():
        yield t("sources.kiem_tra.reason", count=len(rows), reason=reason, rows=_numbers(rows))
    if found.unknown_units:
        yield t("sources.kiem_tra.units", layout=found.match.layout.layout)
    for unit, rows in found.unknown_units.items():
        near = ", ".join(unit.near) or t("sources.kiem_tra.no_unit_near")
        yield t("sources.kiem_tra.unit", unit=unit.text, count=len(rows), rows=_numbers(rows), near=near)


def _numbers(rows: Sequence[int]) -> str:
    return ", ".join(map(str, rows[:SHOWN_ROW_NUMBERS])) + (", ..." if len(rows) > SHOWN_ROW_NUMBERS else "")
