"""Đủ báo cáo: which rounds have new reports, which are complete, and whether a closing run is the one to close.

A round is closed as soon as its last unit is accepted, or at its hour, whichever comes first. Early means: only with
frozen figures. Before the cut-off day has ended and its figures are frozen nobody may close early; the question is
asked again with every reading of the inbox, and the hour comes in any case.
"""

from __future__ import annotations

from cchc.clock import to_text, vn_instant
from cchc.errors import NothingToDo
from cchc.obligations import Phase, RoundEvent, RoundEventKind, completeness
from cchc.run import Cause, Run
from cchc.texts import t
from cchc.year import REPORT_KINDS, Product, Round


def rounds_with_news(run: Run) -> list[str]:
    """Rounds of which this run accepted something (a report, or that there is nothing to report)."""
    return [row["round_id"] for row in run.store.query("stages.rounds_accepted_at", at=to_text(run.as_of))]


def complete_rounds(run: Run, *, unread: int) -> list[str]:
    """Open report rounds that may be closed now because nothing is awaited any more; each is recorded, and told once.

    `unread`: messages that one run of the mailbox left to the next; none is closed while there are any. A run that is
    repeated tells again what it told.
    """
    if unread:
        return []
    found = []
    for round_id, state in run.rounds.states(run.as_of).items():
        round_ = run.calendar.round(round_id)
        if round_.kind in REPORT_KINDS and state.phase is Phase.OPEN:
            mark = _mark(run, round_)
            if mark and frozen(run, round_) and _told_by(run, round_id, mark):
                found.append(round_id)
    return found


def frozen(run: Run, round_: Round) -> bool:
    """Whether the round's window is over and its figures were frozen and counted by the run's moment."""
    if round_.window is None or run.today <= round_.window.last:
        return False
    return bool(
        run.store.one(
            "stages.figures_frozen",
            round_id=round_.round_id,
            cut_off=round_.window.last.isoformat(),
            as_of=to_text(run.as_of),
        )
    )


def leave_to_another(run: Run) -> None:
    """Raise NothingToDo when this run is not the one to close its round. Whoever starts it by hand means it.

    The hour leaves alone what was closed early and drafted, or is issued; without a draft it closes all the same. An
    early run closes only what is open and still complete: a report may have been sent back meanwhile.
    """
    if run.cause is Cause.HAND:
        return
    round_ = run.round
    closings = [one for one in run.rounds.events(round_.round_id) if one.kind is RoundEventKind.closed]
    if any(one.happened_at == run.as_of for one in closings):
        return  # this very run, repeated
    state = run.rounds.state(round_.round_id, run.as_of)
    if state is None:
        return
    words = {"round": round_.title, "moment": vn_instant(state.since)}
    if state.issues:
        raise NothingToDo(t("stages.issued_already", **words))
    if run.cause is Cause.COMPLETE:
        if state.phase is not Phase.OPEN:
            raise NothingToDo(t("stages.closed_already", **words))
        if not (_mark(run, round_) and frozen(run, round_)):
            raise NothingToDo(t("stages.no_longer_complete", **words))
        return
    early = [one for one in closings if one.detail.get("early") and one.happened_at < run.as_of]
    if early and state.phase in (Phase.DRAFTED, Phase.RETURNED):
        words["moment"] = vn_instant(early[0].happened_at)
        raise NothingToDo(t("stages.closed_early", **words))


def _mark(run: Run, round_: Round) -> str | None:
    pairs = run.ledger.states(run.as_of, round_id=round_.round_id, product=Product.REPORT)
    return completeness(pairs, run.units, run.as_of)


def _told_by(run: Run, round_id: str, mark: str) -> bool:
    """Record that the round is complete. False when another run has told it."""
    event = RoundEvent(
        round_id, RoundEventKind.complete, run.as_of, run.as_of, run.actor,
        detail={"mark": mark}, key=f"{round_id}:complete:{mark}",
    )  # fmt: skip
    if run.rounds.record(event):
        return True
    return any(
        one.event_key == event.event_key and one.happened_at == run.as_of
        for one in run.rounds.events(round_id)
    )
