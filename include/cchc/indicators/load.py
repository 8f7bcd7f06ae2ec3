"""Reading `indicators.csv`: each row by itself, then rows against each other; every fault in one pass."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import cast

from cchc.config_files import OpenedFiles, RowFaults, StrictModel, one_of
from cchc.errors import ConfigErrors
from cchc.indicators.expression import CODE, terms_of
from cchc.indicators.meaning import ASKED_OF_OWNER, ASKED_OF_TIERS, PROVINCE_FIGURES, StatedBy
from cchc.indicators.model import (
    AGGREGATION,
    OWN,
    REPORTS,
    SOURCES,
    TWO_TIERS_SINCE,
    Indicator,
    Kind,
)
from cchc.texts import t
from cchc.units import REPORTING_TIERS, TIERS_SINCE_2025_07, UnitRegister

_OPTION = re.compile(r"(\d+)=(\S.*)")
PARTS = ("numerator", "denominator")
COUNTED = ("count", "money")  # kinds that a ratio may be made of
_DAYS = ("valid_from", "valid_until")


class IndicatorRow(StrictModel):
    """A row of the file as text, as an official edits it; checked below, where faults can be gathered."""

    code: str
    valid_from: str | None = None
    valid_until: str | None = None
    section: str
    section_name: str
    group: str
    name: str
    unit_of_measure: str
    kind: str
    options: str | None = None
    numerator: str | None = None
    denominator: str | None = None
    source: str
    tiers: str
    rounds: str | None = None
    stated_by: str
    owner: str | None = None
    province_figure: str
    made_of: str | None = None
    reason: str


Placed = Sequence[tuple[int, Indicator]]


def read_indicators(opened: OpenedFiles) -> list[Indicator]:
    """Every row, in the order of the file. Raises ConfigErrors."""
    rows = opened.csv(IndicatorRow)
    faults = RowFaults(opened.path)
    owners = _possible_owners(opened)
    placed: list[tuple[int, Indicator]] = []
    for number, row in rows.numbered():
        _check_row(number, row, owners, faults)
        placed.append((number, _indicator(number, row, faults)))
    _check_periods(placed, faults)
    by_code: dict[str, list[Indicator]] = {}
    for _, one in placed:
        by_code.setdefault(one.code, []).append(one)
    for number, one in placed:
        _check_parts(number, one, by_code, faults)
        _check_made_of(number, one, by_code, faults)
    if faults.found:
        raise ConfigErrors(faults.found)
    return [one for _, one in placed]


def _possible_owners(opened: OpenedFiles) -> Mapping[str, str] | None:
    """Tier of each unit; None where the folder has no units: a sheet of indicators by itself can be tried."""
    if not (opened.folder / "units.csv").is_file():
        return None
    return {unit.code: unit.tier for unit in UnitRegister.load(opened.folder, strict=False).all}


def _check_row(number: int, row: IndicatorRow, owners: Mapping[str, str] | None, faults: RowFaults) -> None:
    if not CODE.fullmatch(row.code):
        faults.add(number, "code", row.code, t("indicators.code_form"))
    if row.source not in SOURCES:
        faults.add(number, "source", row.source, one_of(row.source, SOURCES))
    if row.kind not in AGGREGATION:
        faults.add(number, "kind", row.kind, one_of(row.kind, AGGREGATION))
    else:
        _check_options(number, row, faults)
    _check_meaning(number, row, faults)
    _check_owner(number, row, owners, faults)
    tiers = TIERS_SINCE_2025_07 if (row.valid_from or "") >= TWO_TIERS_SINCE.isoformat() else REPORTING_TIERS
    for column, allowed_words in (("tiers", tiers), ("rounds", REPORTS)):
        for wrong in _unknown(getattr(row, column), allowed_words):
            faults.add(number, column, wrong, t("indicators.words", names=", ".join(allowed_words)))


def _check_meaning(number: int, row: IndicatorRow, faults: RowFaults) -> None:
    """Who states it, and whether the province's figure can come about from that."""
    if row.stated_by not in set(StatedBy):
        faults.add(number, "stated_by", row.stated_by, one_of(row.stated_by, StatedBy))
        return
    fitting = [
        name
        for name, way in PROVINCE_FIGURES.items()
        if row.stated_by in way.stated_by and (row.kind in way.kinds or row.kind not in AGGREGATION)
    ]
    if row.province_figure not in fitting:
        allowed = t(
            "indicators.figures_of",
            names=", ".join(fitting) or t("indicators.none_fits"),
            stated_by=row.stated_by,
            kind=row.kind,
        )
        faults.add(number, "province_figure", row.province_figure, allowed)


def _check_owner(number: int, row: IndicatorRow, owners: Mapping[str, str] | None, faults: RowFaults) -> None:
    owner = row.owner or ""
    if row.stated_by not in ASKED_OF_OWNER:
        if owner:
            faults.add(
                number, "owner", owner, t("indicators.no_owner", words=", ".join(sorted(ASKED_OF_OWNER)))
            )
        return
    if not owner:
        faults.add(number, "owner", owner, t("indicators.owner_needed"))
    elif owners is not None and owner in owners and row.tiers.split() != [owners[owner]]:
        # An owner that the units do not know is no fault: a province begins with some of its units. What it would state
        # is missing then, and stands on the list of what is left to do.
        allowed = t("indicators.owners_tier", tier=owners[owner], owner=owner)
        faults.add(number, "tiers", row.tiers, allowed)


def _check_options(number: int, row: IndicatorRow, faults: RowFaults) -> None:
    if row.kind not in ("boolean", "enum"):
        if row.options is not None:
            faults.add(number, "options", row.options, t("indicators.no_options"))
        return
    keys = [match[1] if match else None for match in _options(row.options)]
    if None in keys or len(set(keys)) != len(keys) or len(keys) < 2:
        faults.add(number, "options", row.options or "", t("indicators.options_form"))
    elif row.kind == "boolean" and set(keys) != {"0", "1"}:
        # Yes is counted, and yes is 1.
        faults.add(number, "options", row.options, t("indicators.boolean_options"))


def _check_periods(placed: Placed, faults: RowFaults) -> None:
    """Periods of one code do not meet, and no two indicators of a group have the same name today."""
    seen: dict[str, list[tuple[int, Indicator]]] = {}
    named: dict[tuple[str, str, str], list[tuple[int, Indicator]]] = {}
    for number, one in placed:
        first, last = one.valid_from, one.valid_until
        if first and last and last < first:
            faults.add(number, "valid_until", str(last), t("indicators.until_after_from", first=first))
        for row, other in seen.setdefault(one.code, []):
            if _meet(one, other):
                faults.add(number, "code", one.code, t("indicators.unique_code", row=row))
        seen[one.code].append((number, one))
        if one.valid_until is not None:
            continue  # what was printed then stays as it was printed
        for row, other in named.setdefault((one.section, one.group, one.name), []):
            if one.code != other.code:
                faults.add(number, "name", one.name, t("indicators.unique_name", row=row, code=other.code))
        named[one.section, one.group, one.name].append((number, one))


def _meet(one: Indicator, other: Indicator) -> bool:
    """Whether there is a day on which both are valid."""
    return (one.valid_from or date.min) <= (other.valid_until or date.max) and (
        other.valid_from or date.min
    ) <= (one.valid_until or date.max)


def _check_parts(
    number: int, one: Indicator, known: Mapping[str, Sequence[Indicator]], faults: RowFaults
) -> None:
    """A ratio has both parts, made of counts that the same units owe in the same rounds; others have none."""
    for column in PARTS:
        expression = getattr(one, column)
        if (one.kind == "percent") != (expression is not None):
            faults.add(number, column, expression or "", t("indicators.parts_of_percent"))
        elif expression not in (None, OWN):
            for code, allowed in _wrong_codes(one, expression, known):
                faults.add(number, column, code, allowed)


def _check_made_of(
    number: int, one: Indicator, known: Mapping[str, Sequence[Indicator]], faults: RowFaults
) -> None:
    """A figure that follows from others names them; the same units give them in the same rounds."""
    way = PROVINCE_FIGURES.get(one.province_figure)
    needed = way.made_of if way else ""
    if not needed or not one.made_of:
        if one.made_of or needed:
            faults.add(number, "made_of", one.made_of, t("indicators.made_of", figures=", ".join(_MADE_OF)))
        return
    for code, allowed in _wrong_codes(one, one.made_of, known, ("boolean",) if needed == "yes" else COUNTED):
        faults.add(number, "made_of", code, allowed)
    if needed == "yes" and "+" in one.made_of:
        faults.add(number, "made_of", one.made_of, t("indicators.one_question"))


_MADE_OF = [name for name, way in PROVINCE_FIGURES.items() if way.made_of]


def _wrong_codes(
    one: Indicator,
    expression: str,
    known: Mapping[str, Sequence[Indicator]],
    kinds: Collection[str] = COUNTED,
) -> Iterator[tuple[str, str]]:
    try:
        terms = terms_of(expression)
    except ValueError:
        yield expression, t("indicators.known_codes")
        return
    for _, code, share in terms:
        parts = [part for part in known.get(code, ()) if _meet(one, part)]
        if share or not parts:  # a part of another percentage is no count of its own
            yield code + share, t("indicators.known_codes")
        elif any(part.kind not in kinds for part in parts):
            yield code, t("indicators.counted_parts" if kinds == COUNTED else "indicators.one_question")
        elif not all(_owed_together(one, part) for part in parts):
            yield code, t("indicators.owed_together", code=one.code)


def _owed_together(one: Indicator, part: Indicator) -> bool:
    """Whether whoever owes `one` owes `part` too; without it the ratio could never be worked out."""
    rounds = part.rounds or frozenset(REPORTS)
    asked = part.stated_by in ASKED_OF_TIERS or (part.asked and part.owner == one.owner)
    return asked and one.tiers <= part.tiers and (one.rounds or frozenset(REPORTS)) <= rounds


def _options(text: str | None) -> list[re.Match[str] | None]:
    return [_OPTION.fullmatch(part.strip()) for part in (text or "").split(";")]


def _unknown(cell: str | None, allowed: Collection[str]) -> Sequence[str]:
    return [word for word in (cell or "").split() if word not in allowed]


def _day(number: int, column: str, text: str | None, faults: RowFaults) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        faults.add(number, column, text, t("indicators.day_form"))
        return None


def _indicator(number: int, row: IndicatorRow, faults: RowFaults) -> Indicator:
    first, last = (_day(number, column, getattr(row, column), faults) for column in _DAYS)
    return Indicator(
        code=row.code,
        section=row.section,
        section_name=row.section_name,
        group=row.group,
        name=row.name,
        unit_of_measure=row.unit_of_measure,
        kind=cast(Kind, row.kind),  # checked above; a wrong one never leaves this module
        options={match[1]: match[2] for match in _options(row.options) if match},
        numerator=row.numerator,
        denominator=row.denominator,
        source=row.source,
        stated_by=StatedBy(row.stated_by) if row.stated_by in set(StatedBy) else StatedBy.UNIT,
        owner=row.owner or "",
        province_figure=row.province_figure,
        made_of=row.made_of or "",
        reason=row.reason,
        tiers=frozenset(row.tiers.split()),
        rounds=frozenset((row.rounds or "").split()),
        valid_from=first,
        valid_until=last,
    )
