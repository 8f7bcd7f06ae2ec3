"""A group's workbook between the store and people: made of what lies before it, taken in whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cchc.clock import vn_date
from cchc.errors import RuleRefused
from cchc.indicators import format_number
from cchc.run import Run
from cchc.scores import EvidenceKind, KeptEvidence, NumberUsed, SameFile, ScoreEvent, pinned, reused
from cchc.scoring.appraisal import Appraisal, AppraisalChoice, Decided
from cchc.scoring.cases import FIRST_TURN, Case, Desk
from cchc.scoring.number_words import origin_in_words
from cchc.texts import t
from cchc.workbooks.appraisal_book import AppraisalHead, AppraisalRow, build_appraisal_book
from cchc.workbooks.read_appraisal import AppraisalRefused, WrittenAppraisal, WrittenDecision, refuse

FOLDER = "tham-dinh"
_PLACES = 5  # that are named where one file stands in many
# In which column of the row a person mends what a rule refuses; anything else is mended in the choice.
_AT_FAULT = {
    "reason-needed": "reason",
    "source-needed": "source",
    "points-needed": "points",
    "out-of-range": "points",
    "excluded-with-points": "points",
    "kept-otherwise": "points",
    "unknown-case": "criterion",
    "own-unit": "unit",
    "not-in-group": "criterion",
}


@dataclass(frozen=True)
class TakenIn:
    """What a workbook brought: new decisions, rows as they were, rows that nobody has decided."""

    decided: int
    untouched: int
    left: int


def book_path(run: Run, desk: Desk, turn: int) -> Path:
    """Where a desk's workbook is made and where it is expected back, filled in."""
    round_id, name = run.round.round_id, desk.key.replace(":", "_")
    return run.instance.round_out(round_id) / FOLDER / f"{round_id}_{name}_lan-{turn}.xlsx"


def group_book(appraisal: Appraisal, desk: Desk, turn: int) -> bytes:
    """The workbook of a desk: everything it has in the first turn, in the second what came up again."""
    run = appraisal.run
    cases = [one for one in appraisal.docket.of(desk) if turn == FIRST_TURN or one.for_second]
    units = dict.fromkeys(one.unit.code for one in cases if one.evidence)
    again = {key: places for unit in units for key, places in reused(run.store, run_id(run), unit).items()}
    rows = [_row(run, one, turn, again) for one in cases]
    versions = {one.version for one in cases}
    titles = [one.title for one in pinned(run.store, run_id(run)).values() if one.version in versions]
    head = AppraisalHead(desk.key, desk.name, turn, "; ".join(dict.fromkeys(titles)))
    return build_appraisal_book(run.round, head, rows, run.as_of)


def take_in(
    appraisal: Appraisal, desk: Desk, turn: int, written: WrittenAppraisal, file_name: str
) -> TakenIn:
    """The decisions of a workbook, in the name of the run's actor.

    Raises AppraisalRefused, and keeps nothing, when it is another round's or group's, or when a row may not stand.
    """
    expected, found = (run_id(appraisal.run), desk.key, turn), (written.round_id, written.group, written.turn)
    if found != expected:
        raise AppraisalRefused(
            t("scoring.books.other", file=file_name, found=_shown(*found), expected=_shown(*expected))
        )
    faults, wanted = list(written.faults), []
    for one in written.decisions:
        decision = Decided(one.unit, one.criterion, one.choice, one.points, one.reason, one.source)
        try:
            _must_be_the_desks(appraisal, desk, one)
            if appraisal.checked(decision, turn) is not None:
                wanted.append(decision)
        except RuleRefused as refused:
            cell = one.places.get(_AT_FAULT.get(refused.rule, "choice"), "")
            faults.append(t("scoring.books.fault", cell=cell, what=refused))
    if faults:
        raise refuse(file_name, tuple(faults))
    return TakenIn(appraisal.decide(wanted, turn), written.untouched, written.left)


def run_id(run: Run) -> str:
    return run.round.round_id


def _must_be_the_desks(appraisal: Appraisal, desk: Desk, one: WrittenDecision) -> None:
    case = appraisal.docket.case(one.unit, one.criterion)
    if case is not None and not desk.takes(case.row, one.unit) and case.row.appraiser != desk.code:
        raise RuleRefused(
            "not-in-group",
            t("scoring.books.other_group", unit=case.unit.name, criterion=one.criterion, group=desk.name),
        )


def _shown(round_id: str, group: str, turn: int) -> str:
    return t("scoring.books.whose", round=round_id, group=group, turn=turn)


def _row(run: Run, case: Case, turn: int, used: Mapping[str, Sequence[SameFile]]) -> AppraisalRow:
    """used: evidence_id -> where the same file stands too."""
    decision = case.standing.first if turn == FIRST_TURN else case.standing.second
    choice = _choice_of(decision)
    first = case.standing.first
    again = turn != FIRST_TURN and first is not None
    proposed, dropped = (
        (first.points, first.dropped) if again and first else (case.proposal.points, case.proposal.dropped)
    )
    said = case.standing.explanation
    computed = case.computed
    return AppraisalRow(
        unit=case.unit.code,
        unit_name=case.unit.name,
        criterion=case.row.code,
        criterion_name=case.row.criterion,
        max_points=case.row.max_points,
        claim=None if case.claim is None else case.claim.value,
        computed=None if computed is None else computed.value,
        computed_dropped=computed is not None and computed.dropped,
        numbers="; ".join(
            map(number_in_words, case.standing.computed.numbers if case.standing.computed else ())
        ),
        evidence=_evidence_in_words(run, case, used),
        explanation=said.text if said is not None else "",
        proposal=proposed,
        proposal_dropped=dropped,
        choice=choice,
        points=decision.points if decision is not None and choice == AppraisalChoice.CHANGE else None,
        reason=(decision.reason or "") if decision is not None else "",
        source=(decision.document_no or "") if decision is not None else "",
    )


def _choice_of(decision: ScoreEvent | None) -> str:
    """The choice of a decision that stands; '' when there is none."""
    if decision is None:
        return ""
    return next(
        (str(one) for one in AppraisalChoice if t(f"scoring.appraisal.basis.{one}") == decision.basis), ""
    )


def number_in_words(one: NumberUsed) -> str:
    """`T06.6 = 1.200 (Một cửa điện tử, chốt 14/12/2026)`."""
    value = t("scoring.books.no_value") if one.value is None else format_number(one.value)
    return t("scoring.books.number", name=one.name, value=value, origin=origin_in_words(one.origin))


def _evidence_in_words(run: Run, case: Case, used: Mapping[str, Sequence[SameFile]]) -> str:
    """What the unit brought, or what is missing, in one line; a file that stands elsewhere too says where."""
    if case.lacks_evidence:
        return t("scoring.books.no_evidence", what=case.row.evidence)
    return "; ".join(_named(run, one, used.get(one.evidence_id, ())) for one in case.evidence)


def _named(run: Run, one: KeptEvidence, elsewhere: Sequence[SameFile]) -> str:
    """A file by its document, a link with what came of opening it."""
    words = one.name
    if one.document_no and one.document_date:
        day = vn_date(one.document_date)
        words = t("scoring.books.document", number=one.document_no, day=day, name=one.name)
    if one.kind is EvidenceKind.LINK:
        return t("scoring.books.link", name=words, status=t(f"scores.evidence.{one.status}"))
    own = (one.round_id, one.unit_code, one.criterion)
    others = [two for two in elsewhere if (two.round_id, two.unit_code, two.criterion) != own]
    places = [
        t("scoring.books.place", unit=_unit_name(run, two.unit_code), code=two.criterion, round=two.round_id)
        for two in others[:_PLACES]
    ]
    return t("scoring.books.again", name=words, places="; ".join(places)) if places else words


def _unit_name(run: Run, code: str) -> str:
    return run.units.get(code).name if code in run.units else code
