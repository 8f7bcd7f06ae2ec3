"""How each criterion of each unit stands: the last word of every stage, and what counts of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from cchc.clock import END, to_text
from cchc.criteria import Points
from cchc.scores.events import ScoreEvent, Stage, event_of
from cchc.scores.unit_words import UnitExplanation, explanations_of
from cchc.store import Store

UNKNOWN = Points(None)
_FIELD = {
    Stage.CLAIM: "claim", Stage.COMPUTED: "computed", Stage.FIRST: "first", Stage.SECOND: "second",
    Stage.COUNCIL: "council", Stage.OBJECTION: "objection",
}  # fmt: skip


@dataclass
class Standing:
    """One criterion of one unit: the last event of each stage, and what the unit said to a decision."""

    criterion: str
    claim: ScoreEvent | None = None
    computed: ScoreEvent | None = None
    first: ScoreEvent | None = None
    explanation: UnitExplanation | None = None
    second: ScoreEvent | None = None
    council: ScoreEvent | None = None
    objection: ScoreEvent | None = None

    @property
    def decision(self) -> ScoreEvent | None:
        """The decision that counts: the last of those that people took."""
        return self.objection or self.council or self.second or self.first

    @property
    def final(self) -> Points:
        """What counts. Unknown while no person decided: neither a claim nor a computed value counts by itself."""
        decision = self.decision
        return UNKNOWN if decision is None else decision.worth

    @property
    def is_decided(self) -> bool:
        return self.decision is not None


def standing(
    store: Store,
    round_id: str,
    *,
    units: Collection[str] | None = None,
    only: Callable[[str, str], bool] | None = None,
    as_of: datetime | None = None,
) -> dict[str, dict[str, Standing]]:
    """unit -> criterion -> how it stood at `as_of` (None: now). What nobody spoke of is absent.

    units: of these alone; only: of the units and criteria for which it says so.
    """
    moment = to_text(as_of or END)
    found: defaultdict[str, dict[str, Standing]] = defaultdict(dict)
    with store.read() as tx:
        if units is None:
            rows = tx.each("scores.events_of_round", round_id=round_id, as_of=moment)
        else:
            rows = tx.each("scores.events_of_units", round_id=round_id, units=list(units), as_of=moment)
        last = {
            (row["unit_code"], row["criterion"], row["stage"]): row
            for row in rows
            if only is None or only(row["unit_code"], row["criterion"])
        }
    for (code, criterion, stage), row in last.items():
        one = found[code].setdefault(criterion, Standing(criterion))
        setattr(one, _FIELD[Stage(stage)], event_of(row))
    for said in explanations_of(store, round_id, units):
        wanted = only is None or only(said.unit_code, said.criterion)
        if wanted and (as_of is None or said.at <= as_of):
            found[said.unit_code].setdefault(said.criterion, Standing(said.criterion)).explanation = said
    return dict(found)
