"""Nộp hộ: a workbook that reached a person (by hand, on a stick, through a page) goes in by the door of the mailbox."""

from __future__ import annotations

from dataclasses import replace

from cchc.clock import to_text
from cchc.errors import CchcError, RuleRefused
from cchc.run import Run
from cchc.stages.receiving import LARGEST, stored
from cchc.submissions.arrivals import Arrival, Channel, Verdict
from cchc.submissions.reading import reading
from cchc.texts import t, table


def hand_in(
    run: Run, unit_code: str, name: str, content: bytes, channel: Channel, note: str = ""
) -> list[str]:
    """Take in a file for a unit in the run's round; returns what became of it, in words, the first of them short.

    Everything is as for a mail of the unit: versions, checks, receipt. note: who handed it in and why; it stands in the
    receipt. Nothing is kept of a file that is no form, of another unit, or that cannot be read, and the unit gets no
    mail about it: CchcError in the words that it would have got.
    """
    unit = run.units.get(unit_code)
    arrival = Arrival(
        file_name=name,
        content=content if len(content) <= LARGEST else b"",
        received_at=run.as_of,
        channel=channel,
        round_id=run.round.round_id,
        senders=(unit.code,),
        notes=(note,) if note else (),
        occasion=to_text(run.as_of),
        proven=True,
        too_large=len(content) > LARGEST,
    )
    with reading(run) as readers:
        verdicts = stored(run, readers, arrival, wait=False, answered=False)
    if refused := next((one for one in verdicts if one.refusal is not None), None):
        if refused.word == "again":
            return [str(refused.refusal)]
        raise RuleRefused("not-taken-in", str(refused.refusal))
    if not verdicts:
        raise CchcError(t("submissions.handing_in.nothing", file=name))
    return [line for one in verdicts for line in _told(one)]


def _told(verdict: Verdict) -> list[str]:
    words = table("submissions.handing_in.outcomes")
    lines = [words.get(verdict.word, words["other"])]
    return [
        *lines,
        *(f"{one.sheet}!{one.cell}: {one.message}" if one.cell else one.message for one in verdict.findings),
    ]


def of_person(run: Run, reason: str) -> str:
    """The note of a file that an official hands in for a unit. RuleRefused('reason-needed')."""
    if not reason.strip():
        raise RuleRefused("reason-needed", t("submissions.handing_in.reason_needed"))
    return t("submissions.handing_in.note", actor=run.actor, reason=reason.strip())


def for_round(run: Run, round_id: str) -> Run:
    """The run in the round; CchcError for a round that is not there."""
    return replace(run, round_id=run.calendar.round(round_id).round_id)
