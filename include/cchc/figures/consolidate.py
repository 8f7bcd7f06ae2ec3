"""Consolidation of a round: every owed indicator over the obliged units, by province and by tier."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from cchc.clock import from_text, to_text
from cchc.documents.form import DocumentSettings
from cchc.errors import RuleRefused
from cchc.figures.province import of_books, read_books, with_derived
from cchc.figures.readings import origins_of, other_figures, with_readings
from cchc.figures.reconciliation import Evidences, evidence, put_precedence
from cchc.figures.tally import Figures, Origin, OtherReading, Tally, tally
from cchc.indicators import Indicator, IndicatorRegister
from cchc.obligations import Ledger, obliged
from cchc.store import Row, Store, Transaction
from cchc.submissions.kept import declared_nothing, standing
from cchc.texts import t
from cchc.units import Tier, Unit, UnitRegister
from cchc.workbooks.forms import ReportedFigure
from cchc.year import Product, Round


@dataclass(frozen=True)
class Consolidation:
    """The consolidated figures of one draft of a round's report, as known at `as_of`."""

    round_id: str
    draft: int
    lines: Mapping[tuple[str, str], Tally]
    as_of: datetime

    def line(self, indicator: str, scope: str = Tier.PROVINCE) -> Tally | None:
        """The line of an indicator, or None when no unit of the scope owes it."""
        return self.lines.get((indicator, scope))

    @property
    def indicators(self) -> list[str]:
        """Codes in the order of the register."""
        return list(dict.fromkeys(code for code, _ in self.lines))

    @property
    def scopes(self) -> list[str]:
        """`tinh` first, then the tiers."""
        return list(dict.fromkeys(scope for _, scope in self.lines))

    @property
    def coverage(self) -> dict[str, str]:
        """`counted/obliged` of every provincial figure by indicator, for the provenance of documents."""
        return {
            code: f"{line.units_counted}/{line.units_obliged}"
            for (code, scope), line in self.lines.items()
            if scope == Tier.PROVINCE
        }


def add_up(
    indicators: Sequence[Indicator],
    owed: Mapping[str, Collection[str]],
    units: Sequence[Unit],
    figures: Mapping[str, Figures],
    nothing: Collection[str] = (),
    nothing_sections: Mapping[str, Collection[str]] | None = None,
    stated: Mapping[str, Tally] | None = None,
) -> dict[tuple[str, str], Tally]:
    """Tallies by (indicator, scope) for the province and, of what each unit states, for each tier that states it.

    Args:
        indicators: in the order in which they shall be shown.
        owed: by unit the codes of the indicators that it stands behind.
        units: the obliged units, in the order in which they shall be named.
        nothing: units that declared that they have nothing to report at all.
        nothing_sections: the sections that single units declared so.
        stated: the province's lines of what no unit states, by code (see `of_books`).
    """
    sections = nothing_sections or {}
    tiers = list(dict.fromkeys(unit.tier for unit in units))
    lines: dict[tuple[str, str], Tally] = {}
    for indicator in indicators:
        if known := (stated or {}).get(indicator.code):
            lines[indicator.code, Tier.PROVINCE] = known
            continue
        owing = [unit for unit in units if indicator.code in owed.get(unit.code, ())]
        if not owing:
            continue
        codes = [unit.code for unit in owing]
        silent = {*nothing, *(unit for unit, own in sections.items() if indicator.section in own)}
        lines[indicator.code, Tier.PROVINCE] = tally(indicator, Tier.PROVINCE, codes, figures, silent)
        for tier in tiers if indicator.of_units else ():  # what an owner states is no figure of its own tier
            if own := [unit.code for unit in owing if unit.tier == tier]:
                lines[indicator.code, tier] = tally(indicator, tier, own, figures, silent)
    return lines


def owed_indicators(
    round_: Round, units: Iterable[Unit], register: IndicatorRegister
) -> tuple[list[Indicator], dict[str, frozenset[str]]]:
    """The indicators of the round's appendix, as on its day, and by unit the codes that it stands behind.

    What is asked of units of which none is there is left out; what an owner, our books or the register state is not.
    """
    day, kind = round_.reference_day, round_.kind
    asked = register.in_round(day, kind)
    owned = [one for one in asked if one.owner]  # of all others every unit of a tier stands behind the same
    of_tier: dict[str, frozenset[str]] = {}
    codes: dict[str, frozenset[str]] = {}
    for unit in units:
        if unit.tier not in of_tier:
            own = (one.code for one in asked if not one.owner and one.counts(unit.tier, unit.code))
            of_tier[unit.tier] = frozenset(own)
        own = (one.code for one in owned if one.counts(unit.tier, unit.code))
        codes[unit.code] = of_tier[unit.tier].union(own)
    stated = frozenset[str]().union(*codes.values())
    return [one for one in asked if not one.of_units or one.code in stated], codes


def obliged_units(
    store: Store, round_: Round, units: UnitRegister, as_of: datetime
) -> tuple[list[Unit], frozenset[str]]:
    """Units whose report counts (see `obliged`), tier by tier in register order; codes of those with nothing.

    Raises CchcError for a unit that the register no longer has: a figure over the others would name a wrong
    denominator.
    """
    found = Ledger(store).states(as_of, round_id=round_.round_id, product=Product.REPORT)
    states = {obligation.unit_code: state for obligation, state in obliged(found, units, as_of)}
    for code in states:
        units.get(code)
    order = {tier: place for place, tier in enumerate(round_.tiers)}
    owing = [unit for unit in units.all if unit.code in states]
    owing.sort(key=lambda unit: order.get(unit.tier, len(order)))  # stable: register order inside a tier
    nothing = frozenset(code for code, state in states.items() if state.status == "nothing_to_report")
    return owing, nothing


def counted_figures(found: Evidences) -> dict[str, dict[str, ReportedFigure]]:
    """The figure that counts by unit and indicator, as precedence and people's decisions say."""
    return {
        unit: {code: one.taken for code, one in own.items() if one.taken is not None}
        for unit, own in found.items()
    }


def consolidate(
    store: Store,
    round_: Round,
    draft: int | None,
    units: UnitRegister,
    indicators: IndicatorRegister,
    as_of: datetime,
    settings: DocumentSettings | None = None,
) -> Consolidation:
    """Compute the round's consolidated figures from the accepted reports known at `as_of` and keep them, together
    with the precedence by which they were chosen.

    `draft` None means: the last draft when its figures are the same, else a new one. A given draft that is
    already kept with other figures is refused (RuleRefused `draft-differs`): somebody may have read it.
    """
    owing, nothing = obliged_units(store, round_, units, as_of)
    shown, owed = owed_indicators(round_, owing, indicators)
    sections = declared_nothing(store, round_.round_id, as_of=as_of)
    reported = {*nothing, *standing(store, round_.round_id, as_of=as_of)}
    rules = (settings or DocumentSettings.load()).report
    with store.write() as tx:
        put_precedence(tx, round_.round_id, rules, shown)
        found = evidence(tx, round_.round_id, as_of)
        books = of_books(shown, read_books(tx, round_, units, as_of))
        first, second = (
            add_up(shown, owed, owing, with_derived(figures, shown, owed), nothing, sections, books)
            for figures in (counted_figures(found), other_figures(found))
        )
        lines = with_readings(first, second, shown, owed, owing, found, origins_of(found, reported))
        newest = tx.one("figures.last_draft", round_id=round_.round_id)
        last = newest["draft"] if newest else None
        number = draft if draft is not None else last if last is not None else 1
        kept, made_at = _kept(tx, round_.round_id, number)
        alike = lines if _knows_origins(kept) else _without_readings(lines)
        if kept and kept != alike:
            if draft is not None:
                raise RuleRefused(
                    "draft-differs", t("figures.draft_differs", draft=draft, round=round_.round_id)
                )
            number, kept = number + 1, {}
        if kept:
            return Consolidation(round_.round_id, number, alike, made_at or as_of)
        rows = [_row(round_.round_id, number, line, as_of) for line in lines.values()]
        tx.execute_many("figures.add_consolidated", rows)
        readings = [_reading_row(round_.round_id, number, line) for line in lines.values()]
        tx.execute_many("figures.add_reading", readings)
    return Consolidation(round_.round_id, number, lines, as_of)


def load_consolidation(
    store: Store, round_id: str, draft: int | None = None, indicators: IndicatorRegister | None = None
) -> Consolidation | None:
    """The kept figures of a draft (the last one by default); None when there is none.

    With a register the lines stand in its order, otherwise by code.
    """
    if draft is None:
        newest = store.one("figures.last_draft", round_id=round_id)
        draft = newest["draft"] if newest else None
    if draft is None:
        return None
    lines, made_at = _kept(store, round_id, draft)
    if made_at is None:
        return None
    place = {indicator.code: n for n, indicator in enumerate(indicators.all)} if indicators else {}
    order = sorted(
        lines, key=lambda key: (place.get(key[0], len(place)), key[0], key[1] != Tier.PROVINCE, key[1])
    )
    return Consolidation(round_id, draft, {key: lines[key] for key in order}, made_at)


def province_lines(store: Store, round_id: str, as_of: datetime) -> dict[str, Tally]:
    """The province's lines of the last draft that was made by `as_of`, by indicator; empty without one."""
    rows = store.query("figures.province_lines", round_id=round_id, known_by=to_text(as_of))
    return {code: line for (code, _), line in _with_readings_beside(rows).items()}


def lines_of_indicator(store: Store, round_id: str, code: str, as_of: datetime) -> dict[str, Tally]:
    """One indicator's lines of the last draft that was made by `as_of`, by scope; empty without one."""
    rows = store.query(
        "figures.lines_of_indicator", round_id=round_id, indicator=code, known_by=to_text(as_of)
    )
    return {scope: line for (_, scope), line in _with_readings_beside(rows).items()}


def _with_readings_beside(rows: Sequence[Row]) -> dict[tuple[str, str], Tally]:
    told = {(row["indicator"], row["scope"]): row for row in rows if row["origins"] is not None}
    return _lines(rows, told)


def _kept(
    store: Store | Transaction, round_id: str, draft: int
) -> tuple[dict[tuple[str, str], Tally], datetime | None]:
    """The lines of a draft and what they were known at; nothing and None when there is no such draft."""
    rows = store.query("figures.consolidated_of_draft", round_id=round_id, draft=draft)
    readings = store.query("figures.readings_of_draft", round_id=round_id, draft=draft)
    lines = _lines(rows, {(row["indicator"], row["scope"]): row for row in readings})
    return lines, from_text(rows[0]["as_of"]) if rows else None


def _knows_origins(lines: Mapping[tuple[str, str], Tally]) -> bool:
    """Drafts of older versions say nothing of origins, which makes no other figures of them."""
    return any(line.origins or line.other for line in lines.values())


def _without_readings(lines: Mapping[tuple[str, str], Tally]) -> dict[tuple[str, str], Tally]:
    return {key: replace(line, origins={}, other=None) for key, line in lines.items()}


def _reading_row(round_id: str, draft: int, line: Tally) -> dict[str, object]:
    other = line.other
    spread = other.distribution if other else None
    return {
        "round_id": round_id,
        "draft": draft,
        "indicator": line.indicator,
        "scope": line.scope,
        "origins": json.dumps(line.origins, sort_keys=True),
        "other_rule": other.rule if other else None,
        "other_value": _text(other.value) if other else None,
        "other_numerator": _text(other.numerator) if other else None,
        "other_denominator": _text(other.denominator) if other else None,
        "other_distribution": None if spread is None else json.dumps(dict(spread), sort_keys=True),
        "other_counted": other.units_counted if other else None,
    }


def _reading(row: Row | None) -> OtherReading | None:
    if row is None or row["other_rule"] is None:
        return None
    return OtherReading(
        row["other_rule"],
        _decimal(row["other_value"]),
        _decimal(row["other_numerator"]),
        _decimal(row["other_denominator"]),
        None if row["other_distribution"] is None else json.loads(row["other_distribution"]),
        row["other_counted"],
    )


def _origins(row: Row | None) -> dict[Origin, int]:
    return {Origin(name): units for name, units in json.loads(row["origins"]).items()} if row else {}


def _row(round_id: str, draft: int, line: Tally, as_of: datetime) -> dict[str, object]:
    return {
        "round_id": round_id,
        "draft": draft,
        "indicator": line.indicator,
        "scope": line.scope,
        "value": _text(line.value),
        "numerator": _text(line.numerator),
        "denominator": _text(line.denominator),
        "distribution": None
        if line.distribution is None
        else json.dumps(dict(line.distribution), sort_keys=True),
        "units_counted": line.units_counted,
        "units_obliged": line.units_obliged,
        "missing": json.dumps(line.missing),
        "stated": json.dumps(line.stated),
        "reported_nothing": json.dumps(line.nothing),
        "as_of": to_text(as_of),
    }


def _lines(rows: Iterable[Row], readings: Mapping[tuple[str, str], Row]) -> dict[tuple[str, str], Tally]:
    return {
        (row["indicator"], row["scope"]): Tally(
            indicator=row["indicator"],
            scope=row["scope"],
            value=_decimal(row["value"]),
            numerator=_decimal(row["numerator"]),
            denominator=_decimal(row["denominator"]),
            distribution=None if row["distribution"] is None else json.loads(row["distribution"]),
            units_counted=row["units_counted"],
            units_obliged=row["units_obliged"],
            missing=tuple(json.loads(row["missing"])),
            stated=tuple(json.loads(row["stated"])),
            nothing=tuple(json.loads(row["reported_nothing"])),
            origins=_origins(readings.get((row["indicator"], row["scope"]))),
            other=_reading(readings.get((row["indicator"], row["scope"]))),
        )
        for row in rows
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
