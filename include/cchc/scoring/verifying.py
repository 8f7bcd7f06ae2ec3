"""A published result computed again from events and pinned content, and held against what was written down."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from cchc.clock import END, to_text
from cchc.criteria import CriterionRow, Inputs, compute
from cchc.errors import CchcError, RuleRefused
from cchc.scores import ScoreEvent, Stage, versions_of
from cchc.scores.events import event_of
from cchc.scoring.editions import Edition, edition_lines, editions_of, rebuild_with
from cchc.scoring.round_results import inputs_sha256
from cchc.store import Store
from cchc.texts import t

_NOT_NUMBERS = ("obl:", "ks:", "tay")  # inputs that are no numbers: their points are not computed again here


@dataclass(frozen=True)
class Difference:
    """Where the record and what was published are not the same; `told` is Vietnamese and names both sides."""

    unit_code: str
    told: str


@dataclass(frozen=True)
class Verified:
    """What was held against what: editions, units, criteria and computed values, and every difference."""

    editions: tuple[Edition, ...]
    units: int
    criteria: int
    recomputed: int
    differences: tuple[Difference, ...]


def verify(store: Store, round_id: str, year: int, title: str) -> Verified:
    """Everything published of a round, recomputed. RuleRefused('not-published') when there is nothing."""
    editions = editions_of(store, round_id)
    if not editions:
        raise RuleRefused("not-published", t("score_results.not_published", title=title))
    sets = versions_of(store, round_id)
    differences = [
        Difference("", t("score_results.verify.set", version=version, found=one.version))
        for version, one in sets.items()
        if one.version != version
    ]
    recomputed = 0
    for event, written in _events(store, round_id):
        if event.event_id != written:
            differences.append(_of(event, "event", id=written, actor=event.actor, stage=str(event.stage)))
        if event.stage is Stage.COMPUTED and event.set_version in sets:
            again = _computed_again(event, sets[event.set_version].row(event.criterion))
            recomputed += again is not None
            if again is not None and again != (event.points, event.dropped):
                differences.append(
                    _of(event, "computed", found=_text(event.points), computed=_text(again[0]))
                )
    units = criteria = 0
    for edition in editions:
        try:
            results = rebuild_with(store, edition, year, sets)
        except CchcError as error:
            differences.append(Difference("", str(error)))
            continue
        lines = edition_lines(store, edition)
        for one in results.results:
            units, criteria = units + 1, criteria + len(one.criteria)
            line = lines.pop(one.unit_code, None)
            if line is None:
                differences.append(
                    Difference(one.unit_code, t("score_results.verify.absent", edition=edition.number))
                )
                continue
            pairs = (
                ("index", _text(line.index), _text(one.index)),
                ("rank", str(line.rank or "-"), str(one.rank or "-")),
                ("class", line.class_name or "-", one.class_name or "-"),
                ("inputs", line.inputs_sha256[:12], inputs_sha256(one)[:12]),
            )
            for name, published, found in pairs:
                if published != found:
                    said = t(
                        f"score_results.verify.{name}",
                        edition=edition.number,
                        published=published,
                        computed=found,
                    )
                    differences.append(Difference(one.unit_code, said))
        for unit in lines:
            differences.append(Difference(unit, t("score_results.verify.extra", edition=edition.number)))
    return Verified(tuple(editions), units, criteria, recomputed, tuple(differences))


def _events(store: Store, round_id: str) -> Iterator[tuple[ScoreEvent, str]]:
    """Every event of points of a round with the id under which it stands."""
    with store.read() as tx:
        rows = list(tx.each("scores.events_of_round", round_id=round_id, as_of=to_text(END)))
    for row in rows:
        yield event_of(row), row["event_id"]


def _computed_again(event: ScoreEvent, row: CriterionRow) -> tuple[Decimal | None, bool] | None:
    """Points from the numbers that were kept with the value; None where it does not rest on numbers alone."""
    names = {one.name for one in event.numbers}
    if not names or row.asks or any(term.startswith(_NOT_NUMBERS) for term in row.terms):
        return None
    if not set(row.terms) <= names:
        return None
    points = compute(row, Inputs(numbers={one.name: one.value for one in event.numbers}))
    return points.value, points.dropped


def _of(event: ScoreEvent, key: str, **values: object) -> Difference:
    said = t(f"score_results.verify.{key}", criterion=event.criterion, **values)
    return Difference(event.unit_code, said)


def _text(value: Decimal | None) -> str:
    return "-" if value is None else format(value, "f")
