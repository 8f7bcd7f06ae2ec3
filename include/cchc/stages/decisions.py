"""What a person's decision does to a round: a return stops with its words, an approval is recorded."""

from __future__ import annotations

from cchc.errors import RuleRefused
from cchc.stages.run import Approval, Run
from cchc.texts import t


def refuse_return(run: Run, approval: Approval) -> None:
    """Record a return on the round and stop: nothing is issued, and everybody sees why."""
    if approval.decision != "return":
        return
    run.rounds.record(
        run.round.round_id,
        "returned",
        run.as_of,
        run.as_of,
        approval.by or run.actor,
        approval.remarks or None,
    )
    raise RuleRefused(
        "returned", t("stages.returned", by=approval.by, remarks=approval.remarks or t("stages.no_remarks"))
    )


def record_issue(run: Run, approval: Approval, ids: list[str]) -> None:
    """The round's events of an approval and of the issue, once."""
    round_id = run.round.round_id
    issued_on = approval.issued_on.isoformat() if approval.issued_on else None
    detail = {
        "number": approval.number,
        "symbol": approval.symbol,
        "issued_on": issued_on,
        "documents": ids,
    }
    mark = f"{approval.number}/{approval.symbol}/{issued_on}"  # entered anew with another day, it is another issue
    run.rounds.record(
        round_id,
        "approved",
        run.as_of,
        run.as_of,
        approval.by or run.actor,
        key=f"{round_id}:approved:{mark}",
    )
    run.rounds.record(
        round_id,
        "issued",
        run.as_of,
        run.as_of,
        approval.by or run.actor,
        detail=detail,
        key=f"{round_id}:issued:{mark}",
    )
