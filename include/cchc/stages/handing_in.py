"""Nộp hộ, and the unit's own page: files that did not come by mail go in by the door of the mailbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cchc.clock import to_text
from cchc.depot import Depot
from cchc.errors import RuleRefused
from cchc.isolation.session import Session
from cchc.run import Run
from cchc.stages.opening import workbook_path
from cchc.stages.receiving import LARGEST, put_down
from cchc.submissions.arrivals import Arrival, Channel, Verdict
from cchc.submissions.handed import HandedFile, judge_handed
from cchc.submissions.reading import reading
from cchc.texts import t, table
from cchc.workbooks.forms import CheckFinding
from cchc.workbooks.nothing import declared_nothing
from cchc.year import Product


@dataclass(frozen=True)
class HandedIn:
    """What became of files that were handed in. word: as runs count by (`again`: taken in before, nothing changed);
    told: in words; findings: by cell, of all forms among them."""

    word: str
    told: str
    findings: tuple[CheckFinding, ...] = ()

    @property
    def lines(self) -> list[str]:
        """Everything in words, the first line short."""
        return [
            self.told,
            *(f"{one.sheet}!{one.cell}: {one.message}" if one.cell else one.message for one in self.findings),
        ]


def hand_in(
    run: Run, unit_code: str, files: Sequence[HandedFile], channel: Channel, note: str = ""
) -> HandedIn:
    """Take in files for a unit in the run's round: a form, and what belongs to it, as one mail of the unit brings them.

    Everything is as for a mail: versions, checks, receipt. note: who handed it in and why; it stands in the receipt.
    Nothing is kept of files among which one is no form, of another unit, or cannot be read, and the unit gets no mail
    about it: RuleRefused in the words that it would have got.
    """
    for one in files:
        if len(one.content) > LARGEST:
            limit = LARGEST // (1024 * 1024)
            raise RuleRefused("not-taken-in", t("stages.file_too_large", file=one.name, limit=limit))
    arrival = Arrival(
        file_name="",
        content=b"",
        received_at=run.as_of,
        channel=channel,
        round_id=run.round.round_id,
        senders=(run.units.get(unit_code).code,),
        notes=(note,) if note else (),
        occasion=to_text(run.as_of),
        proven=True,
    )
    with reading(run) as readers:
        verdicts = put_down(run, lambda: _judged(readers, arrival, files))
    refused = [one for one in verdicts if one.refusal is not None]
    if refused and len(refused) == len(verdicts):  # all of them known already
        return HandedIn("again", str(refused[0].refusal))
    words = table("submissions.handing_in.outcomes")
    return HandedIn(
        word=verdicts[0].word,
        told=" ".join(dict.fromkeys(words.get(one.word, words["other"]) for one in verdicts)),
        findings=tuple(finding for one in verdicts for finding in one.findings),
    )


def declare_nothing(run: Run, unit_code: str, channel: Channel) -> HandedIn:
    """Hand in, for a unit that owes its report of the run's round, its form with nothing but 'không phát sinh'.

    RuleRefused('owes-nothing') when no report is owed, ('no-form') when the form was not made yet.
    """
    unit = run.units.get(unit_code)
    round_id, title = run.round.round_id, run.round.title
    owed = run.ledger.states(run.as_of, round_id=round_id, unit_code=unit.code, only_owed=True)
    if not any(one.product == Product.REPORT for one, _ in owed):
        raise RuleRefused("owes-nothing", t("submissions.by_link.no_report_owed", round=title))
    path = workbook_path(run, run.round, unit)
    if not path.is_file() and (depot := Depot.of(run.instance)):
        depot.fetch(path)
    if not path.is_file():
        raise RuleRefused("no-form", t("submissions.by_link.no_form", round=title))
    form = HandedFile(path.name, declared_nothing(path.read_bytes()))
    return hand_in(run, unit.code, [form], channel)


def _judged(readers: Session, arrival: Arrival, files: Sequence[HandedFile]) -> list[Verdict]:
    """The verdicts; RuleRefused for what is not taken in. Whoever hands in what is there already sees it said, and no
    mail tells it."""
    verdicts: list[Verdict] = readers.ask(judge_handed, arrival, tuple(files))
    for one in verdicts:
        if one.refusal is not None and one.word != "again":
            raise RuleRefused("not-taken-in", str(one.refusal))
    return [replace(one, mails=()) if one.word == "again" else one for one in verdicts]


def of_person(run: Run, reason: str) -> str:
    """The note of a file that an official hands in for a unit. RuleRefused('reason-needed')."""
    if not reason.strip():
        raise RuleRefused("reason-needed", t("submissions.handing_in.reason_needed"))
    return t("submissions.handing_in.note", actor=run.actor, reason=reason.strip())


def for_round(run: Run, round_id: str) -> Run:
    """The run in the round; CchcError for a round that is not there."""
    return replace(run, round_id=run.calendar.round(round_id).round_id)
