"""Who will be late: a plain model on past punctuality, which says why, and is held against the simplest guess.

For each unit: how often it was late before, weighed against how often units of its tier were late in rounds of that
kind. The fewer rounds a unit has behind it, the more the group counts (a Beta prior of `strength` rounds). The strength
is the one that would have foretold the past best. The guess to beat is the share of late reports so far, the same for
everybody. Everything is counted from rounds that were over before the one foretold.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cchc.obligations import Ledger, timeliness, to_chase
from cchc.store import Store
from cchc.units import UnitRegister
from cchc.year import Calendar, Product

STRENGTHS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
GROUP_ROUNDS = 20.0  # how many reports a tier or kind needs behind it to count half


@dataclass(frozen=True)
class Past:
    """One report that was due: whose, of which kind of round, when, and whether it was late or never came."""

    unit_code: str
    tier: str
    kind: str
    round_id: str
    due_at: datetime
    late: bool


@dataclass(frozen=True)
class Forecast:
    """The chance that a unit is late, in 0..1, and what it rests on: late_before of rounds_before, the group's."""

    unit_code: str
    chance: float
    late_before: int
    rounds_before: int
    group_chance: float


@dataclass(frozen=True)
class Bin:
    """Calibration: of `count` forecasts between two chances, on average `foretold`, so many were late."""

    foretold: float
    late: int
    count: int


@dataclass(frozen=True)
class Score:
    """How the forecasts of held-out rounds did. Brier scores: mean squared error, smaller is better, 0.25 is a coin.

    `caught`: late ones among the ten likeliest of each round; `caught_by_chance`: what ten drawn blindly would hold.
    """

    rounds: int
    forecasts: int
    brier: float
    baseline: float
    bins: tuple[Bin, ...]
    caught: int
    caught_by_chance: float


class Model:
    """Counts of the past, and the chance that follows for a unit."""

    def __init__(self, past: Sequence[Past], strength: float | None = None) -> None:
        self._late: Counter[str] = Counter()
        self._seen: Counter[str] = Counter()
        for one in past:
            for name in ("", f"unit/{one.unit_code}", f"tier/{one.tier}", f"kind/{one.kind}"):
                self._seen[name] += 1
                self._late[name] += one.late
        self.base = (self._late[""] + 1) / (self._seen[""] + 2)
        self.strength = best_strength(past) if strength is None else strength

    def of(self, unit_code: str, tier: str, kind: str) -> Forecast:
        """The forecast for a unit in a round of this kind."""
        group = self._group(tier, kind)
        late, seen = self._late[f"unit/{unit_code}"], self._seen[f"unit/{unit_code}"]
        chance = (late + self.strength * group) / (seen + self.strength)
        return Forecast(unit_code, chance, late, seen, group)

    def _group(self, tier: str, kind: str) -> float:
        """The share of the tier and of the kind, each drawn towards that of all, put together on the odds."""
        base = _odds(self.base)
        return 1 / (1 + math.exp(-(base + self._shift(f"tier/{tier}") + self._shift(f"kind/{kind}"))))

    def _shift(self, name: str) -> float:
        share = (self._late[name] + GROUP_ROUNDS * self.base) / (self._seen[name] + GROUP_ROUNDS)
        return _odds(share) - _odds(self.base)


def _odds(share: float) -> float:
    return math.log(share / (1 - share))


def by_round(past: Iterable[Past]) -> list[list[Past]]:
    """The rounds in the order of their due dates."""
    rounds: dict[str, list[Past]] = defaultdict(list)
    for one in past:
        rounds[one.round_id].append(one)
    return sorted(rounds.values(), key=lambda ones: (max(one.due_at for one in ones), ones[0].round_id))


def best_strength(past: Sequence[Past]) -> float:
    """The strength that would have foretold the later rounds of the past best; 8 while there are few."""
    rounds = by_round(past)
    if len(rounds) < 3:
        return 8.0
    errors: dict[float, list[float]] = {strength: [] for strength in STRENGTHS}
    for place in range(len(rounds) // 2, len(rounds)):
        model = Model([one for ones in rounds[:place] for one in ones], STRENGTHS[0])
        for strength in STRENGTHS:  # what was counted is the same for all of them
            model.strength = strength
            errors[strength] += [
                (model.of(one.unit_code, one.tier, one.kind).chance - one.late) ** 2 for one in rounds[place]
            ]
    return -min((sum(found) / len(found), -strength) for strength, found in errors.items())[1]


def held_out(past: Sequence[Past], first: int = 2) -> Score | None:
    """Foretell each round from the ones before it, from the round at `first` on; None when there are too few."""
    rounds = by_round(past)
    if len(rounds) <= first:
        return None
    pairs: list[tuple[float, bool]] = []
    guessed, caught, by_chance = 0.0, 0, 0.0
    for place in range(first, len(rounds)):
        model = Model([one for ones in rounds[:place] for one in ones])
        foretold = [(model.of(one.unit_code, one.tier, one.kind).chance, one) for one in rounds[place]]
        pairs += [(chance, one.late) for chance, one in foretold]
        guessed += sum((model.base - one.late) ** 2 for one in rounds[place])
        likeliest = sorted(foretold, key=lambda pair: (-pair[0], pair[1].unit_code))[:10]
        caught += sum(one.late for _, one in likeliest)
        by_chance += len(likeliest) * sum(one.late for one in rounds[place]) / len(rounds[place])
    brier = sum((chance - late) ** 2 for chance, late in pairs) / len(pairs)
    return Score(
        len(rounds) - first, len(pairs), brier, guessed / len(pairs), tuple(_bins(pairs)), caught, by_chance
    )


def _bins(pairs: Sequence[tuple[float, bool]], count: int = 5) -> list[Bin]:
    """Fifths of the forecasts, from the least to the most likely to be late."""
    ordered = sorted(pairs)
    found = []
    for place in range(count):
        part = ordered[place * len(ordered) // count : (place + 1) * len(ordered) // count]
        if part:
            found.append(
                Bin(sum(chance for chance, _ in part) / len(part), sum(late for _, late in part), len(part))
            )
    return found


def past_reports(store: Store, calendar: Calendar, units: UnitRegister, as_of: datetime) -> list[Past]:
    """Every report that was due by `as_of` and not waived, as known then."""
    found, kinds = [], dict[str, str]()
    for obligation, state in Ledger(store).states(as_of, product=Product.REPORT):
        standing = timeliness(obligation, state, units, as_of)
        if state.due_at > as_of or obligation.unit_code not in units:
            continue
        if standing in ("waived", "pending", "dissolved"):
            continue
        if obligation.round_id not in kinds:
            kinds[obligation.round_id] = str(calendar.round(obligation.round_id).kind)
        found.append(
            Past(
                obligation.unit_code,
                units.get(obligation.unit_code).tier,
                kinds[obligation.round_id],
                obligation.round_id,
                state.due_at,
                standing != "on_time",
            )
        )
    return found


def foretell(
    store: Store, calendar: Calendar, units: UnitRegister, as_of: datetime, round_id: str
) -> list[Forecast]:
    """Units that have not answered the round yet and are not late already, the likeliest to be late first.

    Empty while nothing was ever due: without a past there is nothing to tell.
    """
    past = past_reports(store, calendar, units, as_of)
    if not past:
        return []
    model, kind = Model(past), str(calendar.round(round_id).kind)
    owed = Ledger(store).states(as_of, round_id=round_id, product=Product.REPORT, only_owed=True)
    awaited = [
        obligation.unit_code for obligation, state in to_chase(owed, units, as_of) if state.due_at > as_of
    ]
    found = [model.of(code, units.get(code).tier, kind) for code in awaited]
    return sorted(found, key=lambda one: (-one.chance, one.unit_code))


def often_late(past: Sequence[Past], last: int = 4, at_least: int = 2) -> list[tuple[str, int, int]]:
    """(unit, late, of so many): units late at least so often in their last rounds, the worst first."""
    histories: dict[str, list[Past]] = defaultdict(list)
    for one in sorted(past, key=lambda one: (one.due_at, one.round_id)):
        histories[one.unit_code].append(one)
    found = []
    for code, history in histories.items():
        recent = history[-last:]
        late = sum(one.late for one in recent)
        if late >= at_least:
            found.append((code, late, len(recent)))
    return sorted(found, key=lambda one: (-one[1], one[2], one[0]))
