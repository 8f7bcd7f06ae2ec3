"""Events against the rules, and what follows from them against what is written beside them."""

from __future__ import annotations

from cchc.audit.inquiry import Inquiry
from cchc.errors import RuleRefused


def histories(inquiry: Inquiry) -> None:
    """Every obligation's events are allowed by the rules, and what counts is what they say."""
    run = inquiry.run
    for row in run.rounds.all():
        try:
            inquiry.looked(len(run.ledger.states(run.as_of, round_id=row["round_id"])))
            for one in run.ledger.wrongly_counted(row["round_id"]):
                inquiry.found("counted", one)
        except RuleRefused as error:
            inquiry.found("history", row["round_id"], rule=error.rule, message=error)
