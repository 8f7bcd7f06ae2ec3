"""A person decides whose figure of a unit is taken, whatever the order of witnesses says; the last word counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cchc.clock import to_text
from cchc.errors import RuleRefused
from cchc.figures.reconciliation import evidence
from cchc.store import Store
from cchc.texts import t


def settle(
    store: Store,
    round_id: str,
    figures: Sequence[tuple[str, str]],
    witness: str | None,
    reason: str,
    actor: str,
    moment: datetime,
) -> None:
    """Keep the decision for each (unit, indicator), all or none; the next consolidation takes it. witness None: the
    order again.

    RuleRefused `no-reason` without a reason, `no-number` where the witness gives no number of that unit.
    """
    if not reason.strip():
        raise RuleRefused("no-reason", t("figures.settling.no_reason"))
    with store.write() as tx:
        tx.execute(
            "obligations.rounds_lock_one", round_id=round_id
        )  # of two who decide at once neither is lost
        found = evidence(tx, round_id, moment)
        for unit, code in figures:
            one = found.get(unit, {}).get(code)
            if witness is not None and (one is None or witness not in one.numbers):
                raise RuleRefused(
                    "no-number", t("figures.settling.no_number", unit=unit, code=code, round=round_id)
                )
            last = tx.one("figures.last_settled", round_id=round_id, unit_code=unit, indicator=code)
            tx.execute(
                "figures.add_settled",
                round_id=round_id,
                unit_code=unit,
                indicator=code,
                seq=((last["seq"] if last else None) or 0) + 1,
                witness=witness,
                recorded_at=to_text(moment),
                actor=actor,
                reason=reason.strip(),
            )
