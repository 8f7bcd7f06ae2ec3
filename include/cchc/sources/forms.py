"""The figures of Biểu 06 and of the document table for chosen units and any window, ready to be written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cchc.clock import vn_date
from cchc.errors import CchcError
from cchc.sources.counting import DIMENSIONS, NO_LEVEL, Counts, DocumentCounter, DossierCounter, UnitCounts
from cchc.sources.duck import connect
from cchc.sources.rules import CountingRules
from cchc.sources.states import SourceState
from cchc.sources.values import declared, unit_names, zero_where_absent
from cchc.texts import t, table, vietnamese_order

if TYPE_CHECKING:
    from cchc.units import Unit, UnitRegister
    from cchc.year import Window


@dataclass(frozen=True)
class UnitBlock:
    """One unit: its counts, and those of its rows (name, counts) by the dimension; None when no export covers it.

    A unit that is covered and had no case has 0 of everything and no rows.
    """

    unit: Unit
    counts: Counts | None
    rows: tuple[tuple[str, Counts], ...] = ()


@dataclass(frozen=True)
class DocumentRow:
    """One unit; None for a register of which no export tells, and for signing where no export has it."""

    unit: Unit
    sent: Counts | None
    received: Counts | None
    signed: int | None


def one_stop_form(
    state: SourceState, window: Window, units: UnitRegister, chosen: UnitChoice, dimension: str = "field"
) -> list[UnitBlock]:
    """The blocks of the chosen units, in the register's order, rows by name.

    `dimension`: field, service_level or channel. Raises CchcError when an identity of the form does not hold
    in a unit or a row, or when a unit's rows do not add up to its own counts.
    """
    assert dimension in DIMENSIONS
    rules = CountingRules.load().one_stop
    with connect() as connection:
        counter = DossierCounter(connection, state.path, window, rules, fields=dimension == "field")
        names = unit_names(units)
        wholes = zero_where_absent(counter.counts(names=names))
        seen = counter.known()
        parts: dict[str, list[UnitCounts]] = {}
        for counted in counter.counts([dimension], names):
            parts.setdefault(counted.unit, []).append(counted)
        label = _labels(dimension, counter.field_names() if dimension == "field" else {})
    blocks = []
    have = [code for code, counts in wholes.items() if counts["total"]]
    for unit in chosen.units(units, window, have):
        if unit.code not in seen and not declared(unit, state.layouts):
            blocks.append(UnitBlock(unit, None))
            continue
        whole, rows = wholes[unit.code], parts.get(unit.code, [])
        _assert_parts(unit, window, dimension, whole, rows)
        # Only what the form shows: a dossier that merely returned its result in the window makes no row.
        shown = [(label(one), one.counts) for one in rows if one.counts["total"]]
        blocks.append(UnitBlock(unit, whole, tuple(sorted(shown, key=lambda row: vietnamese_order(row[0])))))
    return blocks


def document_table(
    state: SourceState, window: Window, units: UnitRegister, chosen: UnitChoice
) -> list[DocumentRow]:
    """The rows of the chosen units, in the register's order. Raises CchcError as `one_stop_form` does."""
    with connect() as connection:
        counter = DocumentCounter(connection, state.path, window, CountingRules.load().doc_management)
        by_unit = zero_where_absent(counter.counts(unit_names(units)))
        senders, receivers, has_signed = counter.known()
    rows = []
    for unit in chosen.units(units, window, by_unit):
        told = {
            way: unit.code in seen
            or declared(unit, [layout for layout in state.layouts if layout.direction in (way, None)])
            for way, seen in (("di", senders), ("den", receivers))
        }
        counts = by_unit[unit.code]
        rows.append(
            DocumentRow(
                unit,
                counts if told["di"] else None,
                counts if told["den"] else None,
                counts["signed"] if told["di"] and has_signed else None,
            )
        )
    return rows


@dataclass(frozen=True)
class UnitChoice:
    """Which units stand in a form: those named, those of one tier, or all."""

    codes: tuple[str, ...] = ()
    tier: str | None = None

    def units(self, register: UnitRegister, window: Window, counted: Iterable[str]) -> list[Unit]:
        """Named units as named. Of a tier or of all: those valid on the window's last day, and those that ended
        earlier but have counts in the window, so that no dossier drops out of a province's total."""
        if self.codes:
            return [register.get(code) for code in self.codes]
        tiers = {self.tier} if self.tier else None
        valid = {unit.code for unit in register.on(window.last, tiers)}
        have = set(counted)
        return [
            unit
            for unit in register.all
            if unit.code in valid
            or (unit.code in have and unit.reports and (tiers is None or unit.tier in tiers))
        ]


def _labels(dimension: str, fields: dict[str, str]) -> Callable[[UnitCounts], str]:
    if dimension == "field":
        return lambda counted: fields[counted.field or ""]
    if dimension == "channel":
        channels = table("sources.form_06.channels")
        return lambda counted: channels[str(counted.channel)]
    return lambda counted: (
        t("sources.form_06.no_level")
        if counted.service_level == NO_LEVEL
        else t("sources.form_06.level", level=counted.service_level)
    )


def _assert_parts(
    unit: Unit, window: Window, dimension: str, whole: Counts, parts: Sequence[UnitCounts]
) -> None:
    for name, number in whole.items():
        found = sum(part.counts[name] for part in parts)
        if found != number:
            raise CchcError(
                t(
                    "sources.identity",
                    unit=f"{unit.name} ({unit.code})",
                    window=f"{vn_date(window.first)} - {vn_date(window.last)}",
                    equation=t(
                        "sources.form_06.parts", dimension=t(f"sources.dimensions.{dimension}"), count=name
                    ),
                    numbers=f"{number} ≠ {found}",
                )
            )
