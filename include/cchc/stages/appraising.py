"""Thẩm định: the groups' workbooks, what their heads confirm, explanations, the second turn, the council.

People decide after a run's own moment: what follows a confirmation works at the time of the last one, so that it sees
what was decided until then, however often it is repeated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cchc.chasing.attachments import EXPLANATION
from cchc.clock import vn_instant
from cchc.criteria import Appraisers
from cchc.errors import RuleRefused
from cchc.files import write_atomic
from cchc.form_key import form_key
from cchc.indicators.numbers import number
from cchc.isolation.outcome import ItemFailed
from cchc.obligations import Event, EventKind, Obligation, append
from cchc.run import Run
from cchc.scores import FileEvent, FileEventKind, append_file_events, council_sessions, file_events
from cchc.scoring.appraisal import Appraisal
from cchc.scoring.appraisal_papers import minutes, notice, opening_papers, rulings, submission
from cchc.scoring.cases import FIRST_TURN, SECOND_TURN, Case, Desk, Docket
from cchc.scoring.gathering import round_results
from cchc.scoring.group_books import TakenIn, book_path, group_book, take_in
from cchc.scoring.moved import moved
from cchc.scoring.objections import undecided_objections
from cchc.scoring.results import RankingList
from cchc.stages.opening import request
from cchc.submissions.late import lock_round
from cchc.submissions.reading import Reader, reading
from cchc.texts import t
from cchc.units import Unit
from cchc.workbooks.explanation_book import Contested, build_explanation_workbook
from cchc.workbooks.read_appraisal import AppraisalRefused, WrittenAppraisal, read_appraisal_book
from cchc.year import Product


@dataclass(frozen=True)
class Confirmation:
    """What a person answered when asked whether a group, or the council, is done. by: the login."""

    done: bool
    by: str
    at: datetime


def opening_documents(run: Run) -> list[str]:
    """Plan of the scoring and decision on the council; their ids. Made again, nothing changes."""
    return opening_papers(run, Appraisal.of(run))


def desks(run: Run, turn: int) -> list[str]:
    """Keys of the desks that have anything in a turn."""
    return [one.key for one in _desks(run, turn)]


def desk_names(run: Run, turn: int) -> list[dict[str, str]]:
    """The same with what people call them, as the mapped tasks of a turn are given them."""
    return [{"nhom": one.key, "nhom_ten": one.name} for one in _desks(run, turn)]


def _desks(run: Run, turn: int) -> list[Desk]:
    appraisal = Appraisal.of(_lately(run, FIRST_TURN))
    return [one for one in appraisal.docket.desks if appraisal.has_any(one, turn)]


def write_books(run: Run, keys: Sequence[str], turn: int) -> int:
    """Make the workbook of each desk where it is not there yet (a filled one is never overwritten); how many there are.

    The turn begins for the units that it is about.
    """
    appraisal = Appraisal.of(_lately(run, FIRST_TURN))
    for key in keys:
        desk = appraisal.docket.desk(key)
        path = book_path(run, desk, turn)
        if not path.exists():
            write_atomic(path, group_book(appraisal, desk, turn))
    if turn == FIRST_TURN:
        _tell(run, FileEventKind.APPRAISAL_1, [unit.code for unit in appraisal.docket.units])
    else:
        again = [one.unit.code for one in appraisal.docket.cases.values() if one.for_second]
        _tell(run, FileEventKind.APPRAISAL_2, dict.fromkeys(again))
    return len(keys)


def read_book(run: Run, key: str, turn: int) -> TakenIn:
    """Take in what a desk wrote into its workbook, in the name of its head, who answers for the workbook.

    AppraisalRefused, and nothing is kept, when it has faults. What was decided on a page or by command counts too.
    """
    docket = Docket.load(run)
    desk = docket.desk(key)
    path = book_path(run, desk, turn)
    if not path.exists():
        return TakenIn(0, 0, 0)
    try:
        with reading(run) as readers:
            written: WrittenAppraisal = readers.ask(_book_in, path.read_bytes(), path.name)
    except ItemFailed as error:
        raise AppraisalRefused(t("stages.appraising.unread", file=path.name, why=error)) from error
    return take_in(Appraisal(replace(run, actor=desk.head), docket), desk, turn, written, path.name)


def _book_in(_: Reader, content: bytes, file_name: str) -> WrittenAppraisal:
    return read_appraisal_book(content, file_name)


def head_of(run: Run, key: str) -> str:
    """The account that answers for a desk."""
    return Docket.load(run).desk(key).head


def group_words(run: Run, key: str, turn: int) -> tuple[Desk, str]:
    """A desk, and what its head is shown: counts, and where to look."""
    found = Appraisal.of(run).group_standing(key, turn)
    base = run.instance.base_url or ""
    link = f"{base}/cchc/cham-diem/{run.round.round_id}/nhom/{found.desk.code}"
    words = t(
        "stages.appraising.counts",
        group=found.desk.name,
        turn=turn,
        total=found.total,
        decided=found.decided,
        left=found.left,
        changed=found.changed,
        without=found.without_evidence,
        link=link,
        file=book_path(run, found.desk, turn).name,
    )
    return found.desk, words


def refuse_head(run: Run, key: str, actor: str) -> None:
    """Whether an account may say that a desk is done: its head alone. RuleRefused('not-head'), ('own-unit')."""
    Appraisal(replace(run, actor=actor), Docket.load(run, ())).refuse_head(key)


def refuse_chair(run: Run, actor: str) -> None:
    """RuleRefused('not-chair') for everybody but the chair of the council."""
    if actor != Appraisers.load().council.chair:
        raise RuleRefused("not-chair", t("stages.appraising.not_chair", actor=actor))


def confirm(run: Run, key: str, turn: int, answer: Confirmation) -> bool:
    """What the head answered: the group is done, and nothing is left; False when that was recorded before.

    RuleRefused('not-done'), RuleRefused('undecided') with the list, RuleRefused('not-head').
    """
    own = replace(run, as_of=max(answer.at, run.as_of), actor=answer.by)
    appraisal = Appraisal.of(own)
    if not answer.done:
        left = appraisal.left_in_words(appraisal.group_standing(key, turn))
        raise RuleRefused("not-done", t("stages.appraising.not_done", words=left))
    return appraisal.confirm_group(key, turn)


def ask_explanations(run: Run, units: Sequence[str]) -> int:
    """Give the units of a block their explanation form, where there is anything to explain; how many got one.

    Every desk must have confirmed the first turn. Asking again changes nothing.
    """
    own = _confirmed(run, FIRST_TURN)
    docket = Docket.load(own, units)
    due = explain_until(own)
    asked: dict[str, list[Case]] = {}
    for one in docket.cases.values():
        if one.is_contested:
            asked.setdefault(one.unit.code, []).append(one)
    round_ = run.round
    for code, cases in asked.items():
        path = (
            run.instance.round_out(round_.round_id)
            / "bieu-mau"
            / f"{round_.round_id}_{code}{EXPLANATION}.xlsx"
        )
        if not path.exists():
            rows = [_contested(one) for one in cases]
            content = build_explanation_workbook(
                cases[0].unit, round_, rows, due, own.as_of, form_key(run.instance)
            )
            write_atomic(path, content)
    run.ledger.open(
        [_explanation_of(run, cases[0].unit, due) for cases in asked.values()], own.as_of, own.actor
    )
    _tell(own, FileEventKind.EXPLANATION_ASKED, asked)
    return len(asked)


def send_notice(run: Run) -> Run:
    """The notice of the first appraisal as a document, and the requests to explain; the run at which they are sent."""
    own = _confirmed(run, FIRST_TURN)
    notice(own, Appraisal.of(own))
    request(own)
    return own


def explain_until(run: Run) -> datetime:
    """Until when units explain: the calendar's moment, later when the notice itself is late."""
    return moved(run, "tham_dinh_1", "giai_trinh", run.as_of)


def close_explanations(run: Run) -> int:
    """End the time for explanations: what was not answered is no fault, its decision stands; how many units explained.

    RuleRefused while the first turn is not confirmed, or while somebody's time is not over.
    """
    _confirmed(run, FIRST_TURN)
    owed = run.ledger.states(run.as_of, round_id=run.round.round_id, product=Product.EXPLANATION)
    open_until = max((state.current_due_at for _, state in owed if state.owed), default=run.as_of)
    if open_until > run.as_of:
        raise RuleRefused("not-over", t("stages.appraising.not_over", moment=vn_instant(open_until)))
    silent = [one for one, state in owed if state.owed]
    events = [
        Event(
            one.obligation_id,
            EventKind.waived,
            run.as_of,
            run.as_of,
            run.actor,
            reason=t("stages.appraising.silent"),
            key=f"{one.obligation_id}:waived:khong-giai-trinh",
        )
        for one in silent
    ]
    with run.store.write() as tx:
        append(tx, events)
        lock_round(tx, run, "giai-trinh", Product.EXPLANATION)
    _tell(run, FileEventKind.NOT_EXPLAINED, [one.unit_code for one in silent])
    return sum(state.fulfilled for _, state in owed)


def meeting_papers(run: Run) -> str:
    """Minutes to be filled in, with what the council is asked; RuleRefused while a desk has not confirmed."""
    own = _confirmed(run, SECOND_TURN)
    appraisal = Appraisal.of(own)
    _tell(own, FileEventKind.COUNCIL, [unit.code for unit in appraisal.docket.units])
    return minutes(own, appraisal, held=False)


def chair() -> str:
    """The account of the council's chair."""
    return Appraisers.load().council.chair


def council_words(run: Run) -> tuple[str, str]:
    """The chair's account, and what is shown there: sessions held, rulings, and what nobody decided."""
    appraisal = Appraisal.of(run)
    cases = appraisal.docket.cases.values()
    words = t(
        "stages.appraising.council",
        sessions=len(council_sessions(run.store, run.round.round_id)),
        rulings=len(rulings(run, appraisal)),
        left=sum(not one.standing.is_decided for one in cases),
        link=f"{run.instance.base_url or ''}/cchc/cham-diem/{run.round.round_id}",
    )
    return appraisal.docket.appraisers.council.chair, words


def after_council(run: Run, answer: Confirmation) -> str:
    """The record of the council's sessions, once its chair says that it is done; the minutes' id.

    RuleRefused without a session, or while anything is undecided.
    """
    own = replace(run, as_of=max(answer.at, run.as_of), actor=answer.by)
    appraisal = Appraisal.of(own)
    refuse_chair(run, answer.by)
    if not answer.done:
        raise RuleRefused("not-done", t("stages.appraising.council_not_done"))
    if not council_sessions(run.store, run.round.round_id):
        raise RuleRefused("no-session", t("stages.appraising.no_session"))
    left: dict[str, list[str]] = {}
    for one in appraisal.docket.cases.values():
        if not one.standing.is_decided:
            left.setdefault(one.unit.name, []).append(one.row.code)
    if left:
        lines = "\n".join(f"- {name}: {', '.join(codes)}" for name, codes in left.items())
        raise RuleRefused("undecided", t("stages.appraising.undecided", list=lines))
    return minutes(own, appraisal, held=True)


def submission_paper(run: Run) -> str:
    """The submission to the chairman, with what the lists come to; its id."""
    results = round_results(run.store, run.units, run.round.round_id, run.round.year, run.as_of)
    return submission(run, Appraisal.of(run), [_list_line(one) for one in results.lists])


def _list_line(ranking: RankingList) -> list[str]:
    """Title, units, ranked ones, the best and the least index, classes: the cells of a line."""
    found = [one.index for one in ranking.ranked if one.index is not None]
    classes = Counter(one.class_name for one in ranking.ranked)
    return [
        ranking.title,
        str(len(ranking.results)),
        str(len(ranking.ranked)),
        number(max(found, default=None), "percent"),
        number(min(found, default=None), "percent"),
        "; ".join(f"{name}: {count}" for name, count in classes.items()),
    ]


def refuse_undecided_objections(run: Run) -> None:
    """RuleRefused('objections-open') with the objections that nobody has decided: silence grants and denies none."""
    left = undecided_objections(run)
    if left:
        lines = [
            f"- {run.units.get(one.unit_code).name}, {one.criterion} ({one.objection_id})" for one in left
        ]
        raise RuleRefused(
            "objections-open",
            t("stages.appraising.objections_open", count=len(left), list="\n".join(lines)),
        )


def _contested(case: Case) -> Contested:
    first = case.standing.first
    assert first is not None, "only what was decided can be contested"
    return Contested(
        case.row.code,
        case.row.criterion,
        case.row.max_points,
        None if case.claim is None else case.claim.value,
        first.points,
        first.reason or "",
    )


def _explanation_of(run: Run, unit: Unit, due: datetime) -> Obligation:
    round_id = run.round.round_id
    title = t("stages.appraising.explanation_title", year=run.round.year)
    identity = f"{round_id}/{unit.code}/{Product.EXPLANATION}"
    return Obligation(identity, round_id, unit.code, Product.EXPLANATION, "", title, due)


def _confirmed(run: Run, turn: int) -> Run:
    """The run at the last confirmation of a turn. RuleRefused('not-confirmed') names the desks that miss."""
    own = _lately(run, turn)
    appraisal = Appraisal.of(own)
    missing = [
        one.name
        for one in appraisal.docket.desks
        if not appraisal.is_confirmed(one, turn) and appraisal.has_any(one, turn)
    ]
    if missing:
        raise RuleRefused(
            "not-confirmed", t("stages.appraising.not_confirmed", turn=turn, groups="; ".join(missing))
        )
    return own


def _lately(run: Run, turn: int) -> Run:
    """The run at its own moment, or at the last word of a head about a turn, when people took longer."""
    last = max(
        (
            one.at
            for one in file_events(run.store, run.round.round_id)
            if one.kind is FileEventKind.GROUP_CONFIRMED and one.detail.get("turn") == turn
        ),
        default=run.as_of,
    )
    return replace(run, as_of=max(last, run.as_of))


def _tell(run: Run, kind: FileEventKind, units: Iterable[str]) -> None:
    """Once for each unit, whichever run comes first."""
    known = {one.unit_code for one in file_events(run.store, run.round.round_id) if one.kind is kind}
    events = [
        FileEvent(run.round.round_id, code, kind, run.actor, run.as_of) for code in units if code not in known
    ]
    if events:
        with run.store.write() as tx:
            append_file_events(tx, events)
