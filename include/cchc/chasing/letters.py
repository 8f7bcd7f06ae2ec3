"""Công văn đôn đốc: the department's letter listing all late units, written when a rung of the ladder asks for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from cchc.chasing.by_hand import log_letter
from cchc.chasing.ladder import Ladder
from cchc.chasing.plan import PlannedMail
from cchc.clock import TZ, at, to_text, vn_date
from cchc.documents.form import DocumentSettings
from cchc.documents.letters import LateRow, build_urging_letter
from cchc.documents.numbering import ON_PAPER, issue, issued_letter
from cchc.documents.papers import REQUEST_LETTER, marking, record
from cchc.documents.registry import DocumentRecord
from cchc.mail.department import Department
from cchc.mail.mail import URGING, Mail, enqueue, relative_to_root
from cchc.mail.render import render_pair
from cchc.obligations import Obligation, ObligationState, lateness, to_chase
from cchc.paths import Instance
from cchc.run import Approval, Run
from cchc.texts import t, table


def write_letters(run: Run) -> list[str]:
    """The letters that today's rungs ask for, one a round, each mailed to approvers and operators to be signed.

    Returns the documents' ids. What was decided today stands in the store, so a run that died before this step
    writes the letter when it is repeated, and a repeated one changes nothing.
    """
    found = []
    for letter in _letters(run, _asked_for(run)):
        extra = {"units": letter.unit_codes}
        found.append(record(letter.run, URGING, letter.content(), letter.file_name, extra=extra))
        with run.store.write() as tx:
            enqueue(tx, letter.mail())
    return found


def letters_to_sign(run: Run, planned: Sequence[PlannedMail], withdrawn: Collection[str]) -> list[Mail]:
    """The mails of `write_letters`, once `planned` is decided and the mails `withdrawn` are put aside; reading only."""
    asking = {rung.code for rung in Ladder.load().rungs if rung.letter}
    lines = [line for one in planned for line in one.lines if line.rung and line.rung.code in asking]
    rounds = _asked_for(run, withdrawn) | {line.obligation.round_id for line in lines}
    return [letter.mail() for letter in _letters(run, rounds)]


def _asked_for(run: Run, withdrawn: Collection[str] = ()) -> set[str]:
    """Rounds of which a reminder was decided today on a rung that asks for the letter."""
    return {
        row["round_id"]
        for rung in Ladder.load().rungs
        if rung.letter
        for row in run.store.query(
            "chasing.letters_due", rung=rung.code, day_start=to_text(at(run.today)), as_of=to_text(run.as_of)
        )
        if row["mail_key"] not in withdrawn
    }


def late(run: Run, round_id: str | None = None) -> list[tuple[Obligation, ObligationState]]:
    """What is to be chased and overdue now, by unit; of one round or of all."""
    owed = to_chase(run.ledger.states(run.as_of, round_id=round_id, only_owed=True), run.units, run.as_of)
    return [(obligation, state) for obligation, state in owed if state.current_due_at < run.as_of]


def _letters(run: Run, rounds: Collection[str]) -> list[_Letter]:
    """One a round, without those of which all have answered since the decision, the sender left aside."""
    sender = Department.load().unit
    found = (
        _Letter(own, [one for one in late(own, own.round_id) if one[0].unit_code != sender])
        for own in _runs(run, rounds)
    )
    return [letter for letter in found if letter.overdue]


def _runs(run: Run, rounds: Collection[str]) -> list[Run]:
    return [replace(run, round_id=round_id) for round_id in sorted(rounds)]


@dataclass(frozen=True)
class _Letter:
    """The letter about one round, and its mail."""

    run: Run
    overdue: list[tuple[Obligation, ObligationState]]

    @property
    def file_name(self) -> str:
        return (
            f"cong-van-don-doc/{self.run.round.round_id}_cong-van-don-doc_{self.run.today.isoformat()}.docx"
        )

    @property
    def subject(self) -> str:
        round_ = self.run.round
        subjects = table("chasing.urging_subjects")
        title = round_.title[:1].lower() + round_.title[1:]
        return subjects.get(str(round_.kind), subjects["other"]).format(title=title, year=round_.year)

    @property
    def answer_by(self) -> date:
        return self.run.calendar.working_days.add(self.run.today, Ladder.load().letter_within_working_days)

    def content(self) -> bytes:
        rows = [_row(self.run, *one) for one in self.overdue]
        return build_urging_letter(rows, self.subject, self.answer_by, marking(self.run), _asked(self.run))

    @property
    def unit_codes(self) -> list[str]:
        return sorted({one.unit_code for one, _ in self.overdue})

    def mail(self) -> Mail:
        run = self.run
        return urging_mail(
            run.instance,
            round_id=run.round.round_id,
            title=self.subject,
            units=list(dict.fromkeys(run.units.get(one.unit_code).name for one, _ in self.overdue)),
            answer_by=self.answer_by,
            file=run.instance.round_out(run.round.round_id) / self.file_name,
            as_of=run.as_of,
        )


def _asked(run: Run) -> str:
    """The letter that asked for what is late, once it is numbered; empty before."""
    asking = issued_letter(run.store, run.round.round_id, REQUEST_LETTER, run.as_of)
    if asking is None or asking.issued_on is None:
        return ""
    settings = DocumentSettings.load()
    return t(
        "documents.numbering.asked",
        number=asking.number,
        symbol=asking.symbol,
        day=vn_date(asking.issued_on),
        issuer=settings.authority(settings.form(ON_PAPER[REQUEST_LETTER])),
    )


def issue_letter(run: Run, document_id: str, given: Approval) -> DocumentRecord:
    """Number a letter signed on paper; an urging letter is noted with the units that it names and that still owe."""
    record = issue(run, document_id, given)
    if record.kind == URGING:
        own = replace(run, round_id=record.round_id)
        named = set(record.provenance.get("units") or ())
        owing = {one.unit_code for one, _ in late(own, record.round_id)} & named
        if owing and record.issued_on:
            log_letter(own, sorted(owing), f"{record.number}/{record.symbol}", record.issued_on)
    return record


def _row(run: Run, obligation: Obligation, state: ObligationState) -> LateRow:
    due_at = state.current_due_at
    late_by = lateness(replace(state, fulfilled_at=None, due_at=due_at), run.as_of, run.calendar.working_days)
    return LateRow(
        run.units.get(obligation.unit_code).name,
        obligation.title,
        due_at,
        late_by.working_days,
        table("chasing.urging_states")[state.status],
    )


def urging_mail(
    instance: Instance,
    *,
    round_id: str,
    title: str,
    units: Sequence[str],
    answer_by: date,
    file: Path,
    as_of: datetime,
    department: Department | None = None,
) -> Mail:
    """The mail with the letter (`file`, docx); one key a round and day. `units`: names of the late units."""
    department = department or Department.load()
    day = as_of.astimezone(TZ).date()
    html, plain = render_pair(
        "urging",
        department=department,
        as_of=as_of,
        title=title,
        units=list(units),
        answer_by=answer_by,
        attachment=file.name,
    )
    return Mail(
        key=f"{URGING}/{round_id}/{day.isoformat()}",
        kind=URGING,
        as_of=as_of,
        round_id=round_id,
        unit_code=None,
        recipients=department.approver_mailboxes(),
        copies=department.operators,
        subject=t("mail.subject.urging", count=len(units), title=title, day=vn_date(day)),
        html=html,
        plain=plain,
        attachments=(relative_to_root(instance, file),),
    )
