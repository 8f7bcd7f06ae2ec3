"""Reading `indicators.csv`: each row by itself, then ratios against their parts; every fault in one pass."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import cast

from cchc.config_files import OpenedFiles, RowFaults, StrictModel
from cchc.errors import ConfigErrors
from cchc.indicators.expression import CODE, terms_of
from cchc.indicators.model import AGGREGATION, OWN, REPORTS, SOURCES, Indicator, Kind
from cchc.texts import t
from cchc.units import REPORTING_TIERS, TIERS_SINCE_2025_07

_OPTION = re.compile(r"(\d+)=(\S.*)")
PARTS = ("numerator", "denominator")
COUNTED = ("count", "money")  # kinds that a ratio may be made of


class IndicatorRow(StrictModel):
    """A row of the file as text, as an official edits it; checked below, where faults can be gathered."""

    code: str
    section: str
    section_name: str
    group: str
    group_since_2025_07: str | None = None
    name: str
    name_since_2025_07: str | None = None
    unit_of_measure: str
    kind: str
    options: str | None = None
    numerator: str | None = None
    denominator: str | None = None
    source: str
    aggregation: str
    tiers_until_2025_06: str | None = None
    tiers_since_2025_07: str | None = None
    rounds: str | None = None
    note: str | None = None


def read_indicators(opened: OpenedFiles) -> list[Indicator]:
    """Indicators in the order of the file. Raises ConfigErrors."""
    rows = opened.csv(IndicatorRow)
    faults = RowFaults(opened.path)
    first: dict[str, tuple[int, Indicator]] = {}
    for number, row in rows.numbered():
        _check_row(number, row, faults)
        if row.code in first:
            faults.add(number, "code", row.code, t("indicators.unique_code", row=first[row.code][0]))
        else:
            first[row.code] = (number, _indicator(row))
    known = {code: indicator for code, (_, indicator) in first.items()}
    for number, indicator in first.values():
        _check_parts(number, indicator, known, faults)
    if faults.found:
        raise ConfigErrors(faults.found)
    return list(known.values())


def _check_row(number: int, row: IndicatorRow, faults: RowFaults) -> None:
    if not CODE.fullmatch(row.code):
        faults.add(number, "code", row.code, t("indicators.code_form"))
    if row.source not in SOURCES:
        faults.add(number, "source", row.source, t("config_files.one_of", names=", ".join(SOURCES)))
    if row.kind not in AGGREGATION:
        faults.add(number, "kind", row.kind, t("config_files.one_of", names=", ".join(AGGREGATION)))
    else:
        if row.aggregation != AGGREGATION[row.kind]:
            allowed = t("indicators.aggregation_of_kind", aggregation=AGGREGATION[row.kind], kind=row.kind)
            faults.add(number, "aggregation", row.aggregation, allowed)
        _check_options(number, row, faults)
    for column, allowed_words in (
        ("tiers_until_2025_06", REPORTING_TIERS),
        ("tiers_since_2025_07", TIERS_SINCE_2025_07),
        ("rounds", REPORTS),
    ):
        for wrong in _unknown(getattr(row, column), allowed_words):
            faults.add(number, column, wrong, t("indicators.words", names=", ".join(allowed_words)))


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


def _check_parts(number: int, one: Indicator, known: Mapping[str, Indicator], faults: RowFaults) -> None:
    """A ratio has both parts, made of counts that the same units owe in the same rounds; others have none."""
    for column in PARTS:
        expression = getattr(one, column)
        if (one.kind == "percent") != (expression is not None):
            faults.add(number, column, expression or "", t("indicators.parts_of_percent"))
        elif expression not in (None, OWN):
            for code, allowed in _wrong_codes(one, expression, known):
                faults.add(number, column, code, allowed)


def _wrong_codes(
    one: Indicator, expression: str, known: Mapping[str, Indicator]
) -> Iterator[tuple[str, str]]:
    try:
        terms = terms_of(expression)
    except ValueError:
        yield expression, t("indicators.known_codes")
        return
    for _, code, share in terms:
        part = known.get(code)
        if share or part is None:  # a part of another percentage is no count of its own
            yield code + share, t("indicators.known_codes")
        elif part.kind not in COUNTED:
            yield code, t("indicators.counted_parts")
        elif not _owed_together(one, part):
            yield code, t("indicators.owed_together", code=one.code)


def _owed_together(one: Indicator, part: Indicator) -> bool:
    """Whether whoever owes `one` owes `part` too; without it the ratio could never be worked out."""
    rounds = part.rounds or frozenset(REPORTS)
    return (
        one.tiers_before <= part.tiers_before
        and one.tiers_since <= part.tiers_since
        and (one.rounds or frozenset(REPORTS)) <= rounds
    )


def _options(text: str | None) -> list[re.Match[str] | None]:
    return [_OPTION.fullmatch(part.strip()) for part in (text or "").split(";")]


def _unknown(cell: str | None, allowed: Collection[str]) -> Sequence[str]:
    return [word for word in (cell or "").split() if word not in allowed]


def _indicator(row: IndicatorRow) -> Indicator:
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
        aggregation=row.aggregation,
        note=row.note or "",
        tiers_before=frozenset((row.tiers_until_2025_06 or "").split()),
        tiers_since=frozenset((row.tiers_since_2025_07 or "").split()),
        rounds=frozenset((row.rounds or "").split()),
        new_name=row.name_since_2025_07 or "",
        new_group=row.group_since_2025_07 or "",
    )
