"""Points that follow from data: computed beside the unit's claim, kept as events with their numbers, deciding nothing.

Where the data do not say, the event says so, and a person decides: never the claim, never a silent nought.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from cchc.criteria import UNKNOWN, CriteriaSet, CriterionRow, Points, compute
from cchc.criteria.expression import BY_HAND, is_outside
from cchc.run import Run
from cchc.scores import NumberUsed, ScoreEvent, Stage, Standing, append, pinned, set_among, standing
from cchc.scoring.inputs import DUTY, UnitInputs, inputs_of
from cchc.scoring.number_words import lines_in_words
from cchc.texts import t
from cchc.units import Unit


@dataclass(frozen=True)
class Computed:
    """What data say of one criterion: points (or that they do not say), on what it rests, and its numbers."""

    points: Points
    basis: str
    numbers: tuple[NumberUsed, ...]

    @property
    def data(self) -> str:
        """The numbers as a form shows them: those of one origin on a line, and the origin in words."""
        return "\n".join(lines_in_words(self.numbers))


def compute_unit(
    scored: CriteriaSet, unit: Unit, inputs: UnitInputs, decided: Mapping[str, Points]
) -> dict[str, Computed]:
    """Criterion -> what the data say, of one unit. `decided`: points that people decided, for the rows that ask."""
    return {row.code: _computed(row, inputs, decided) for row in scored.rows_of(unit)}


def _computed(row: CriterionRow, inputs: UnitInputs, decided: Mapping[str, Points]) -> Computed:
    earlier = {row.asks: decided[row.asks]} if row.asks in decided else {}
    known = replace(inputs, earlier=earlier)
    points = compute(row, known)
    numbers = tuple(one for name in row.terms for one in _numbers(name, inputs))
    return Computed(points, _basis(row, points, known, numbers), numbers)


def _numbers(name: str, inputs: UnitInputs) -> tuple[NumberUsed, ...]:
    """The numbers under a name; of a share that is named alone also its parts."""
    parts = (name, f"{name}.num", f"{name}.den")
    return tuple(one for part in parts for one in inputs.origins.get(part, ()))


def _basis(row: CriterionRow, points: Points, inputs: UnitInputs, numbers: Sequence[NumberUsed]) -> str:
    if points.dropped:
        return t("scoring.basis.dropped")
    if points.value is not None:
        return t("scoring.basis.computed", kind=row.kind)
    if BY_HAND in row.terms:
        return t("scoring.basis.by_hand")
    given = {one.name for one in numbers if one.value is not None}
    missing = [name for name in row.terms if name not in given and not {f"{name}.num", f"{name}.den"} & given]
    if row.kind == "chon" and all(name.startswith(DUTY) for name in missing):
        return t("scoring.basis.by_hand")
    if not missing and row.asks and inputs.earlier.get(row.asks, UNKNOWN).value is None:
        return t("scoring.basis.waits", code=row.asks)
    if not missing:
        return t("scoring.basis.no_data")
    # Only what a unit reports itself is missing for want of its report.
    reported = any(":" not in name and not is_outside(name) for name in missing)
    key = "scoring.basis.no_report" if reported and not inputs.has_report else "scoring.basis.missing"
    return t(key, names=", ".join(missing))


def compute_asking(run: Run, decided: Collection[tuple[str, str]]) -> int:
    """Compute the criteria that ask about others of which people decided the points by now; how many words were new.

    decided: (unit, criterion). What asks about none of them is left as it stands.
    """
    sets = pinned(run.store, run.round.round_id)
    asking = {
        (unit, row.code)
        for unit, criterion in decided
        for row in set_among(sets, run.round.round_id, unit).rows
        if row.asks == criterion
    }
    units = [run.units.get(code) for code in dict.fromkeys(unit for unit, _ in sorted(asking))]
    return compute_units(run, units, asking) if units else 0


def compute_units(run: Run, units: Sequence[Unit], only: Collection[tuple[str, str]] | None = None) -> int:
    """Compute what the data say of these units by the pinned sets, and keep it; how many words were new.

    Computing again from the same data adds nothing. only: (unit, criterion) that are meant; None: all of theirs.
    """
    round_id = run.round.round_id
    sets = pinned(run.store, round_id)
    inputs = inputs_of(run, units, sets)
    codes = {unit.code for unit in units}
    known = standing(run.store, round_id, only=lambda unit, _: unit in codes, as_of=run.as_of)
    events = []
    for unit in units:
        own = known.get(unit.code, {})
        decided = {code: one.final for code, one in own.items() if one.is_decided}
        scored = set_among(sets, round_id, unit.code)
        for code, made in compute_unit(scored, unit, inputs[unit.code], decided).items():
            meant = only is None or (unit.code, code) in only
            if meant and not _is_said(own.get(code), scored.version, made):
                events.append(_event(run, unit, code, scored.version, made))
    with run.store.write() as tx:
        return append(tx, events)


def _is_said(known: Standing | None, version: str, made: Computed) -> bool:
    last = known.computed if known else None
    return last is not None and (last.set_version, last.worth, last.basis, last.numbers) == (
        version,
        _plain(made.points),
        made.basis,
        made.numbers,
    )


def _plain(points: Points) -> Points:
    """Equal to what the store gives back."""
    value = points.value
    return points if value is None else replace(points, value=Decimal(format(value.normalize(), "f")))


def _event(run: Run, unit: Unit, code: str, version: str, made: Computed) -> ScoreEvent:
    return ScoreEvent(
        run.round.round_id, unit.code, code, version, Stage.COMPUTED, made.points.value, made.points.dropped,
        made.basis, actor=run.actor, at=run.as_of, numbers=made.numbers,
    )  # fmt: skip
