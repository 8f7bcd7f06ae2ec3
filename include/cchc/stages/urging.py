"""Công văn đôn đốc: the department's letter listing all late units, written when a rung of the ladder asks for it."""

from __future__ import annotations

from dataclasses import replace

from cchc.clock import at, to_text
from cchc.obligations import Obligation, State, lateness, to_chase
from cchc.reminders import Department, Ladder, urging_mail
from cchc.reminders.mail import URGING
from cchc.report.documents import document
from cchc.report.letters import LateRow, build_urging_letter
from cchc.stages.papers import marking, record
from cchc.stages.run import Run
from cchc.texts import table


def write_letters(run: Run) -> list[str]:
    """The letters that today's rungs ask for, one a round, each mailed to approvers and operators to be signed.

    Returns the documents' ids. What was decided today stands in the store, so a run that died before this step
    writes the letter when it is repeated, and a repeated one changes nothing.
    """
    ladder = Ladder.load()
    rounds = {
        row["round_id"]
        for rung in ladder.rungs
        if rung.letter
        for row in run.store.query(
            "chasing.letters_due", rung=rung.code, day_start=to_text(at(run.today)), as_of=to_text(run.as_of)
        )
    }
    found = [_write(replace(run, round_id=round_id), ladder) for round_id in sorted(rounds)]
    return [document_id for document_id in found if document_id]


def late(run: Run, round_id: str | None = None) -> list[tuple[Obligation, State]]:
    """What is to be chased and overdue now, by unit; of one round or of all."""
    owed = to_chase(run.ledger.states(run.as_of, round_id=round_id, only_owed=True), run.units, run.as_of)
    return [(obligation, state) for obligation, state in owed if state.current_due_at < run.as_of]


def _write(run: Run, ladder: Ladder) -> str | None:
    round_ = run.round
    overdue = late(run, round_.round_id)
    if not overdue:  # all have answered since the decision
        return None
    answer_by = run.calendar.working_days.add(run.today, ladder.letter_within_working_days)
    subjects = table("stages.urging_subjects")
    title = round_.title[:1].lower() + round_.title[1:]
    subject = subjects.get(str(round_.kind), subjects["other"]).format(title=title, year=round_.year)
    content = build_urging_letter([_row(run, *one) for one in overdue], subject, answer_by, marking(run))
    name = f"cong-van-don-doc/{round_.round_id}_cong-van-don-doc_{run.today.isoformat()}.docx"
    document_id = record(run, URGING, content, name)
    kept = document(run.store, document_id)
    assert kept is not None
    urging_mail(
        run.store,
        run.instance,
        round_id=round_.round_id,
        title=subject,
        units=list(dict.fromkeys(run.units.get(one.unit_code).name for one, _ in overdue)),
        answer_by=answer_by,
        file=kept.copied_to(run.instance),
        as_of=run.as_of,
        department=Department.load(),
    )
    return document_id


def _row(run: Run, obligation: Obligation, state: State) -> LateRow:
    due_at = state.current_due_at
    late_by = lateness(replace(state, fulfilled_at=None, due_at=due_at), run.as_of, run.calendar.working_days)
    return LateRow(
        run.units.get(obligation.unit_code).name,
        obligation.title,
        due_at,
        late_by.working_days,
        table("stages.urging_states")[state.status],
    )
