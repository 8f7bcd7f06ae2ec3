"""The groups, the secretary and the council of the synthetic province, each acting under an account of its own.

Most of a group's decisions are taken as on its page; the smallest desk writes its workbook, which the Dag reads.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random

import openpyxl

from cchc.clock import vn_date
from cchc.files import write_atomic
from cchc.run import Run
from cchc.scores import CouncilSession, Objection
from cchc.scoring.appraisal import Appraisal, AppraisalChoice, Decided
from cchc.scoring.cases import FIRST_TURN, SECOND_TURN, Case, Desk, Docket
from cchc.scoring.council import Council, Ruling
from cchc.scoring.group_books import book_path
from cchc.scoring.objections import decide_objection, receive_objection, undecided_objections
from cchc.submissions.late import accept_late, leave_late, waiting_late
from cchc.texts import t, table
from cchc.workbooks.appraisal_book import AT, FIRST_ROW
from cchc.year import Product

_CENT = Decimal("0.01")
_LESS = Decimal("0.9")  # what a group leaves of a claim that nothing but papers proves


def appraise(run: Run, turn: int, chance: Random) -> int:
    """Every desk decides what it has in a turn; how many decisions. The smallest desk fills its workbook in."""
    docket = Docket.load(run)
    left = {desk.key: _left(docket, desk, turn) for desk in docket.desks}
    on_paper = min((key for key in left if left[key]), key=lambda key: len(left[key]), default="")
    count = 0
    for desk in docket.desks:
        wanted = [_decision(case, turn, chance) for case in left[desk.key] if not _is_bulk(case, turn)]
        if desk.key == on_paper:
            _write_book(book_path(run, desk, turn), [_decision(one, turn, chance) for one in left[desk.key]])
            continue
        own = Appraisal(replace(run, actor=chance.choice(desk.accounts)), docket)
        if turn == FIRST_TURN:
            count += own.confirm_alike(desk.key)
        count += own.decide(wanted, turn)
    return count


def _left(docket: Docket, desk: Desk, turn: int) -> list[Case]:
    if turn == FIRST_TURN:
        return [one for one in docket.of(desk) if one.standing.first is None]
    return [one for one in docket.of(desk) if one.for_second and one.standing.second is None]


def _is_bulk(case: Case, turn: int) -> bool:
    return turn == FIRST_TURN and case.is_alike


def _decision(case: Case, turn: int, chance: Random) -> Decided:
    """What is proposed where something is; else what the papers are worth, with reason and source."""
    key = case.key
    if turn == SECOND_TURN:
        claim = case.claim.value if case.claim else None
        if claim is None or not chance.random() < 0.5:
            return Decided(*key, AppraisalChoice.KEEP, reason=t("rehearsal.scores.kept"))
        source = t("rehearsal.evidence", number=chance.randint(5, 300))
        return Decided(*key, AppraisalChoice.CHANGE, claim, t("rehearsal.scores.convinced"), source)
    if case.proposal.is_given:
        return Decided(*key, AppraisalChoice.KEEP, reason=t("rehearsal.scores.as_proposed"))
    claim = (case.claim.value if case.claim else None) or Decimal(0)
    low, high = sorted((Decimal(0), case.row.max_points))
    if case.lacks_evidence:
        claim = Decimal(0)
    points = min(max(claim * _LESS, low), high).quantize(_CENT, ROUND_HALF_UP)
    source = t("rehearsal.evidence", number=chance.randint(5, 300))
    return Decided(*key, AppraisalChoice.CHANGE, points, t("rehearsal.scores.by_papers"), source)


def _write_book(path: Path, decisions: Sequence[Decided]) -> None:
    """The group's workbook, filled in and saved by another program."""
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    sheet = book[t("workbooks.sheets.appraisal")]
    choices, by_key = (
        table("workbooks.appraisal.choices"),
        {(one.unit, one.criterion): one for one in decisions},
    )
    for row in range(FIRST_ROW + 1, sheet.max_row + 1):
        unit, code = (sheet.cell(row, AT[name] + 1).value for name in ("unit", "criterion"))
        one = by_key.get((str(unit), str(code)))
        if one is None:
            continue
        written = {
            "choice": choices[one.choice],
            "points": one.points,
            "reason": one.reason,
            "source": one.source,
        }
        for name, value in written.items():
            sheet.cell(row, AT[name] + 1).value = value or None if name != "points" else value
    buffer = io.BytesIO()
    book.save(buffer)
    write_atomic(path, buffer.getvalue())


def secretary(run: Run) -> Run:
    """The run in the name of the secretary."""
    return replace(run, actor=Docket.load(run, []).appraisers.secretary.accounts[0])


def reopen_one(run: Run) -> tuple[str, str] | None:
    """The secretary opens one decided criterion again, by a document; which one."""
    own = secretary(run)
    docket = Docket.load(own)
    case = next((one for one in docket.cases.values() if one.is_contested and not one.is_explained), None)
    if case is None:
        return None
    document = t("rehearsal.scores.document", number=41, day=vn_date(run.today))
    Appraisal(own, docket).reopen(*case.key, t("rehearsal.scores.reopened"), document)
    return case.key


def decide_late(run: Run) -> dict[str, int]:
    """Of the self-scores that came after the lock the first is let in, the others are not; how many of each."""
    own, told = secretary(run), {"accepted": 0, "refused": 0}
    for row in waiting_late(own):
        if (
            not row["submission_id"].startswith(f"{run.round.round_id}/")
            or Product.SELF_SCORE not in row["submission_id"]
        ):
            continue
        if told["refused"] and not told["accepted"]:
            accept_late(own, row["submission_id"], t("rehearsal.scores.late_accepted"))
            told["accepted"] += 1
        else:
            leave_late(own, row["submission_id"], t("rehearsal.scores.late_refused"))
            told["refused"] += 1
    return told


def hold_council(run: Run, few: Sequence[str] = ()) -> CouncilSession:
    """A session of everybody, in which one point is changed and units with little in force are let rank."""
    docket = Docket.load(run)
    members = docket.appraisers.council
    chair = Council(replace(run, actor=members.chair), docket)
    session = chair.hold((members.chair, *members.members), (), run.as_of - timedelta(hours=1))
    case = next((one for one in docket.cases.values() if _may_be_raised(one)), None)
    if case is not None:
        points = (case.row.max_points * _LESS).quantize(_CENT, ROUND_HALF_UP)
        chair.rule(
            session.session_id,
            Ruling(*case.key, AppraisalChoice.CHANGE, t("rehearsal.scores.council"), points),
        )
    for unit in few:
        chair.approve_few_points(session.session_id, unit, t("rehearsal.scores.few"))
    return session


def _may_be_raised(case: Case) -> bool:
    return case.standing.second is not None and case.row.effect == "diem" and case.unit.tier == "xa"


def object_to_one(run: Run, at: datetime) -> Objection:
    """A unit of the communes objects to a criterion in which it lost points."""
    own = secretary(replace(run, as_of=at))
    docket = Docket.load(own)
    case = next(one for one in docket.cases.values() if one.is_contested and one.unit.tier == "xa")
    return receive_objection(own, *case.key, t("rehearsal.scores.objection"), at, files=(), links=())


def decide_objections(run: Run) -> int:
    """The council's chair gives everything that was objected to; how many were decided."""
    docket = Docket.load(run)
    own = replace(run, actor=docket.appraisers.council.chair)
    waiting = undecided_objections(own)
    for one in waiting:
        row = docket.cases[one.unit_code, one.criterion].row
        document = t("rehearsal.scores.document", number=57, day=vn_date(run.today))
        decide_objection(
            own,
            one.objection_id,
            AppraisalChoice.CHANGE,
            t("rehearsal.scores.objection_right"),
            document,
            row.max_points,
        )
    return len(waiting)
