"""Self-scores at the door: what is kept when one counts. Points become events, each with the unit's own words."""

from __future__ import annotations

from decimal import Decimal

from cchc.errors import RuleRefused
from cchc.obligations import Obligation
from cchc.run import Run
from cchc.scores import (
    FileEvent,
    FileEventKind,
    NumberUsed,
    ScoreEvent,
    Stage,
    append,
    append_file_events,
    set_for,
    standing,
)
from cchc.store import Transaction
from cchc.submissions.arrivals import Arrival
from cchc.submissions.evidence_rows import keep_evidence
from cchc.submissions.kept import SubmissionOutcome, submission_id_of
from cchc.texts import t
from cchc.workbooks.forms import FilledForm, FilledScore
from cchc.workbooks.score_book import layout_of, lines_of, option_name

OPTION = "lua_chon:"


def chosen_option(event: ScoreEvent | None) -> str | None:
    """The option that a unit chose for a criterion; None when its points were typed."""
    names = (one.name for one in event.numbers) if event else ()
    return next((name.removeprefix(OPTION) for name in names if name.startswith(OPTION)), None)


def must_be_of_the_set(run: Run, filled: FilledForm) -> None:
    """RuleRefused when the form asks for other rows than the set in force does of this unit."""
    identity = filled.identity
    scored = set_for(run.store, identity.round_id, identity.unit_code)
    unit = run.units.get(identity.unit_code)
    if layout_of(lines_of(scored.rows_of(unit))) != identity.layout:
        raise RuleRefused(
            "other-set", t("submissions.evidence.other_set", unit=unit.name, set=scored.settings.name)
        )


def put_claims(run: Run, tx: Transaction, filled: FilledForm, submission_id: str) -> int:
    """The unit's points as events, in the caller's transaction: those that differ from what it said last."""
    identity = filled.identity
    scored = set_for(run.store, identity.round_id, identity.unit_code)
    before = standing(run.store, identity.round_id, units=[identity.unit_code]).get(identity.unit_code, {})
    events = []
    for score in filled.scores:
        if not score.is_claimable:
            continue
        known = before.get(score.criterion)
        last = known.claim if known else None
        event = _claim(run, identity.round_id, identity.unit_code, scored.version, score, submission_id)
        if last is None and event.points is None and not event.reason:
            continue
        if last is not None and _says_the_same(last, event):
            continue
        events.append(event)
    return append(tx, events)


def _claim(
    run: Run, round_id: str, unit: str, version: str, score: FilledScore, submission_id: str
) -> ScoreEvent:
    option = (
        (NumberUsed(f"{OPTION}{score.chosen}", score.self_points, submission_id),) if score.chosen else ()
    )
    basis = (
        t("submissions.evidence.claim_none")
        if score.self_points is None
        else t("submissions.evidence.claim_option", option=option_name(score.chosen))
        if score.chosen
        else t("submissions.evidence.claim")
    )
    return ScoreEvent(
        round_id, unit, score.criterion, version, Stage.CLAIM, score.self_points, False, basis,
        actor=unit, at=run.as_of, numbers=option, reason=score.explanation,
    )  # fmt: skip


def _says_the_same(last: ScoreEvent, event: ScoreEvent) -> bool:
    def said(one: ScoreEvent) -> tuple[Decimal | None, str, str]:
        return one.points, one.reason or "", chosen_option(one) or ""

    return last.set_version == event.set_version and said(last) == said(event)


def put_self_score(
    run: Run,
    tx: Transaction,
    filled: FilledForm,
    arrival: Arrival,
    outcome: SubmissionOutcome,
    *,
    counts: bool,
) -> None:
    """What a self-score brings, in the caller's transaction: its evidence, its points when it counts, and that it waits
    for a decision when it came after the lock. What was rejected brings nothing."""
    identity = filled.identity
    obligation_id = f"{identity.round_id}/{identity.unit_code}/{identity.form}"
    submission_id = submission_id_of(obligation_id, arrival.content)
    if outcome is SubmissionOutcome.REJECTED:
        return
    keep_evidence(run, tx, filled, arrival, submission_id)
    if counts:
        put_claims(run, tx, filled, submission_id)
    elif outcome is SubmissionOutcome.KEPT_LATE:
        event = FileEvent(
            identity.round_id, identity.unit_code, FileEventKind.LATE_WAITING, run.actor, run.as_of,
            detail={"submission_id": submission_id},
        )  # fmt: skip
        append_file_events(tx, [event])


def late_decided(
    run: Run,
    tx: Transaction,
    obligation: Obligation,
    submission_id: str,
    reason: str,
    filled: FilledForm | None,
) -> None:
    """A person decided about a self-score that came after the lock, in the caller's transaction.

    `filled`: what it says, if it counts from now on; None when it never does.
    """
    event = FileEvent(
        obligation.round_id, obligation.unit_code,
        FileEventKind.LATE_ACCEPTED if filled else FileEventKind.LATE_REFUSED, run.actor, run.as_of, reason,
        detail={"submission_id": submission_id},
    )  # fmt: skip
    append_file_events(tx, [event])
    if filled:
        put_claims(run, tx, filled, submission_id)
