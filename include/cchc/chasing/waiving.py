"""What a person no longer wants from a unit: an obligation waived with a reason, and asked for again.

A report is wanted until the province's report is issued (`obligations.to_chase`); a task of the plan, an answer after
an inspection, until it comes. What is not worth waiting for is waived here, also after the issue.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from cchc.chasing.by_hand import Done, Pair, needs, noted, record_each
from cchc.errors import RuleRefused
from cchc.obligations import Event, EventKind, Obligation, ObligationState
from cchc.run import Run
from cchc.texts import t


def waive(run: Run, unit_codes: Collection[str], reason: str, item: str = "") -> Done:
    """Expect nothing more of units in the run's round; of several things that they owe only `item`, when it is given.

    Raises RuleRefused('nothing-to-waive') when one of the units owes nothing there, so that a slip of the pen is seen.
    """
    return _each(run, unit_codes, reason, item, EventKind.waived, lambda state: state.owed)


def ask_again(run: Run, unit_codes: Collection[str], reason: str, item: str = "") -> Done:
    """Open what was waived: it is owed again, as it was before the waiver."""
    return _each(run, unit_codes, reason, item, EventKind.opened, lambda state: state.status == "waived")


def _each(
    run: Run,
    unit_codes: Collection[str],
    reason: str,
    item: str,
    kind: EventKind,
    concerned: Callable[[ObligationState], bool],
) -> Done:
    needs(run.actor, reason)
    wanted = {run.units.get(code).code for code in unit_codes}
    found: list[Pair] = [
        (one, state)
        for one, state in run.ledger.states(run.as_of, round_id=run.round.round_id)
        if one.unit_code in wanted and item in ("", one.item) and concerned(state)
    ]
    for code in sorted(wanted - {one.unit_code for one, _ in found}):
        name = run.units.get(code).name
        raise RuleRefused(
            "nothing-to-waive", t(f"chasing.waiving.none_{kind}", unit=name, round=run.round.title)
        )

    def event(obligation: Obligation, _state: ObligationState) -> Event:
        return noted(run, obligation, kind, reason)

    return record_each(run, found, event)
