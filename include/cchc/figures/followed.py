"""Figures that somebody keeps an eye on: marked with a note, listed until somebody takes the mark off with a word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cchc.clock import from_text, to_text
from cchc.errors import RuleRefused
from cchc.run import Run
from cchc.store import Store, Transaction
from cchc.texts import t

PROVINCE = ""
"""Stands for the unit of a mark on the province's figure."""
FOLLOWED, RELEASED = "followed", "released"


@dataclass(frozen=True)
class FollowedFigure:
    """A mark that holds. round_id: the round that was looked at when it was set."""

    indicator: str
    unit_code: str
    round_id: str
    note: str
    actor: str
    at: datetime


def follow(run: Run, indicator: str, unit_code: str, note: str) -> None:
    """Mark an indicator of a unit (PROVINCE: the province's figure) as of the run's round; a new note replaces the
    former one.

    RuleRefused: 'follow-needs-note', 'follow-needs-actor', 'no-such-unit', 'not-in-round' for an indicator that the
    round does not ask for.
    """
    _who_and_why(run, note)
    round_ = run.round
    if unit_code != PROVINCE and unit_code not in run.units:
        raise RuleRefused("no-such-unit", t("figures.followed.no_unit", unit=unit_code))
    if indicator not in {one.code for one in run.indicators.in_round(round_.reference_day, round_.kind)}:
        raise RuleRefused(
            "not-in-round", t("figures.followed.not_in_round", code=indicator, round=round_.round_id)
        )
    with run.store.write() as tx:
        if not tx.one("figures.round_is_open", round_id=round_.round_id):
            raise RuleRefused("not-in-round", t("figures.followed.not_open", round=round_.title))
        _add(tx, run, (indicator, unit_code), FOLLOWED, round_.round_id, note)


def release(run: Run, indicator: str, unit_code: str, note: str) -> None:
    """Take the mark off. RuleRefused: 'follow-needs-note', 'follow-needs-actor', 'not-followed'."""
    _who_and_why(run, note)
    with run.store.write() as tx:
        last = tx.one("figures.last_mark", indicator=indicator, unit_code=unit_code)
        if last is None or last["kind"] != FOLLOWED:
            raise RuleRefused("not-followed", t("figures.followed.not_followed", code=indicator))
        _add(tx, run, (indicator, unit_code), RELEASED, last["round_id"], note)


def followed(store: Store, as_of: datetime) -> list[FollowedFigure]:
    """Every mark that held at that moment, the oldest first."""
    return [
        FollowedFigure(
            row["indicator"],
            row["unit_code"],
            row["round_id"],
            row["note"],
            row["actor"],
            from_text(row["recorded_at"]),
        )
        for row in store.query("figures.marks", as_of=to_text(as_of))
        if row["kind"] == FOLLOWED
    ]


def _who_and_why(run: Run, note: str) -> None:
    if not note.strip():
        raise RuleRefused("follow-needs-note", t("figures.followed.note_needed"))
    if not run.actor.strip():
        raise RuleRefused("follow-needs-actor", t("figures.followed.actor_needed"))


def _add(tx: Transaction, run: Run, key: tuple[str, str], kind: str, round_id: str, note: str) -> None:
    indicator, unit_code = key
    tx.add_numbered(
        "figures.add_mark",
        indicator=indicator,
        unit_code=unit_code,
        kind=kind,
        round_id=round_id,
        note=note.strip(),
        recorded_at=to_text(run.as_of),
        actor=run.actor.strip(),
    )
