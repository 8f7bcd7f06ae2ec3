"""The steps of a small province's year, in their order, each as its Dag orders them: what is killed.

`before` is what other people do first (units send, the software exports, the team visits); nobody kills them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from shutil import copytree, ignore_patterns

from cchc.clock import at
from cchc.documents import handing_out, papers
from cchc.files import write_atomic
from cchc.identity import open_store
from cchc.mail.rules import OutboxRules
from cchc.mail.server import SmtpConfig
from cchc.paths import Instance
from cchc.run import Cause, Run
from cchc.scoring import sheets
from cchc.scoring.cases import FIRST_TURN, SECOND_TURN
from cchc.stages import (
    appraising,
    chasing,
    closing,
    collecting,
    completing,
    maintaining,
    opening,
    planning,
    receiving,
    restoring,
    score_opening,
    score_publishing,
)
from cchc.store import Store, upgrade
from cchc_rehearsal.kills import inspections
from cchc_rehearsal.kills.inspections import approval
from cchc_rehearsal.kills.old_store import make_old
from cchc_rehearsal.kills.small_year import YEAR
from cchc_rehearsal.world import World

PLAN, Q1, INSPECTION, SCORING = (f"{YEAR}-{kind}" for kind in ("KH", "Q1", "KT", "CD"))
HOME, RESTORED, OLD = "cai-dat", "phuc-hoi", "ban-cu"


@dataclass(frozen=True)
class YearPlace:
    """A folder that holds the installation (`HOME`), and what is made beside it; `smtp`: the mail server's."""

    root: Path
    smtp: SmtpConfig

    @property
    def instance(self) -> Instance:
        return Instance(self.root / HOME)

    def run(self, moment: datetime, round_id: str | None = None, actor: str = "he-thong") -> Run:
        """A run on a store of its own, opened as tasks and commands open it."""
        store = open_store(self.instance, moment)
        return Run(store, self.instance, moment, round_id, actor=actor, cause=Cause.HOUR, smtp=self.smtp)


@dataclass(frozen=True)
class KilledStep:
    """`name`: in `rehearsal.kills.steps`. `moment`: the as-of of its run, the same when it is repeated. `home`: the
    folder that it works on. `turns`: how often it comes in a round of all steps (the quick ones more often)."""

    name: str
    moment: datetime
    work: Callable[[YearPlace, datetime], None]
    before: Callable[[World, datetime], object] = lambda world, moment: world.until(moment)
    home: str = HOME
    turns: int = 1


def settle(place: YearPlace, moment: datetime) -> None:
    """The next run's sending, when the claim of whoever was killed has grown stale."""
    later = moment + timedelta(minutes=OutboxRules.load().stale_after_minutes + 1)
    chasing.send(place.run(later))


def _hand_out(run: Run, ids: list[str]) -> None:
    own = handing_out.at_the_decision(run, ids)
    handing_out.mail_issued(own, ids)
    chasing.send(own)


def _draft_plan(place: YearPlace, moment: datetime) -> None:
    planning.draft(place.run(moment, PLAN))


def _issue_plan(place: YearPlace, moment: datetime) -> None:
    run = place.run(at(date(YEAR, 1, 5), 8), PLAN)
    ids = planning.issue(run, approval(run, moment, 3, "KH-UBND"))
    chasing.send(handing_out.at_the_decision(run, ids))
    _hand_out(run, ids)


def _export(world: World, moment: datetime) -> None:
    world.export(moment.date())
    world.until(moment)


def _land(place: YearPlace, moment: datetime) -> None:
    run = place.run(moment)
    collecting.land(run, collecting.pending(run))
    collecting.freeze(run)
    collecting.report_rewrites(run)
    collecting.watch(run)


def _open(place: YearPlace, moment: datetime) -> None:
    run = place.run(moment, Q1)
    opening.open_round(run)
    papers.request_letter(run)
    opening.compute_provisional(run)
    for block in opening.unit_blocks(run):
        opening.build_workbooks(run, block)
    chasing.request(run)


def _after_opening(world: World, moment: datetime) -> None:
    world.report_round_opened(Q1)
    world.until(moment)


def _receive(place: YearPlace, moment: datetime) -> None:
    run = place.run(moment)
    receiving.receive(run, receiving.pending(run))
    chasing.send(run)
    completing.rounds_with_news(run)
    completing.complete_rounds(run, unread=0)


def _chase(place: YearPlace, moment: datetime) -> None:
    run = place.run(moment)
    chasing.decide(run)
    chasing.send(run)
    chasing.report(run)


def _act(place: YearPlace, moment: datetime) -> None:
    """An operator on the board; who got no answer looks, and presses again what is not there yet."""
    from cchc_board.actors import Actor
    from cchc_board.desk import RequestView
    from cchc_board.door import perform
    from cchc_board.today.chasing_acts import ACTS, CALL, EXTEND, REMIND
    from cchc_board.typed import TypedIn

    run = place.run(moment, Q1)
    owed = sorted({one.unit_code for one, _ in run.ledger.states(moment, round_id=Q1, only_owed=True)})
    desk = RequestView(instance=place.instance, store=run.store, as_of=moment)
    day = (moment + timedelta(days=6)).date().isoformat()
    for kind, unit in zip((CALL, EXTEND, "tam_hoan", REMIND), owed, strict=False):
        words = ["Đã trao đổi qua điện thoại"]
        fields = {"viec": [kind], "don-vi": [unit], "dot": [Q1], "den": [day], "noi-dung": words}
        perform(desk, {act.word: act for act in ACTS}, TypedIn(fields), Actor("can-bo"))
    chasing.send(run)


def _close(place: YearPlace, moment: datetime) -> None:
    run = place.run(moment, Q1)
    closing.draft(run, closing.consolidate(run))


def _issue_report(place: YearPlace, moment: datetime) -> None:
    run = place.run(at(date(YEAR, 3, 19), 9), Q1)
    _hand_out(run, closing.issue(run, approval(run, moment, 57, "BC-UBND")))


def _open_scoring(place: YearPlace, moment: datetime) -> None:
    run = place.run(moment, SCORING)
    score_opening.open_scoring(run)
    for block in score_opening.unit_blocks(run):
        score_opening.build_forms(run, block)
    score_opening.ask_units(run)
    chasing.send(run)


def _self_scores(world: World, moment: datetime) -> None:
    world.scoring.after(SCORING, "mo", moment)
    world.until(moment)


def _lock(place: YearPlace, moment: datetime) -> None:
    run = place.run(moment, SCORING)
    score_opening.lock_files(run)
    for block in score_opening.unit_blocks(run):
        score_opening.compute_block(run, block)
    appraising.write_books(run, appraising.desks(run, FIRST_TURN), FIRST_TURN)


def _acting(phase: str) -> Callable[[World, datetime], None]:
    """What people decide before the step of a moment, of which they are asked."""

    def before(world: World, moment: datetime) -> None:
        world.until(moment)
        world.scoring.before(SCORING, phase, moment)

    return before


def _confirm(run: Run, turn: int) -> None:
    for key in appraising.desks(run, turn):
        appraising.read_book(run, key, turn)
        head = appraising.group_words(run, key, turn)[0].head
        appraising.confirm(run, key, turn, appraising.Confirmation(True, head, run.as_of))


def _first_turn(place: YearPlace, moment: datetime) -> None:
    run = place.run(moment, SCORING)
    _confirm(run, FIRST_TURN)
    for block in score_opening.unit_blocks(run):
        appraising.ask_explanations(run, block)
    chasing.send(appraising.send_notice(run))


def _explanations(world: World, moment: datetime) -> None:
    world.scoring.after(SCORING, "tham_dinh_1", world.calendar.round(SCORING).moments["tham_dinh_1"])
    world.until(moment)


def _explained(place: YearPlace, moment: datetime) -> None:
    run = place.run(moment, SCORING)
    appraising.close_explanations(run)
    appraising.write_books(run, appraising.desks(run, SECOND_TURN), SECOND_TURN)


def _second_turn(place: YearPlace, moment: datetime) -> None:
    _confirm(place.run(moment, SCORING), SECOND_TURN)


def _council(place: YearPlace, moment: datetime) -> None:
    run = place.run(moment, SCORING)
    appraising.meeting_papers(run)
    chair = appraising.council_words(run)[0]
    appraising.after_council(run, appraising.Confirmation(True, chair, moment))


def _rank(place: YearPlace, moment: datetime) -> None:
    run = place.run(moment, SCORING)
    score_publishing.rank(run)
    appraising.submission_paper(run)
    score_publishing.draft(run)


def _publish(place: YearPlace, moment: datetime) -> None:
    run = place.run(moment - timedelta(hours=1), SCORING)
    _hand_out(run, score_publishing.publish(run, approval(run, moment, 412, "QĐ-UBND")))
    for block in sheets.blocks(run):
        sheets.make_sheets(run, block)
    sheets.mail_sheets(run)
    chasing.send(run)


def _back_up(place: YearPlace, moment: datetime) -> None:
    maintaining.backup(place.run(moment))


def _restore(place: YearPlace, moment: datetime) -> None:
    """Into an empty place beside; whoever was killed there is followed by somebody who gives the same command."""
    (kept,) = place.instance.root.joinpath("sao-luu").glob("*.tar.zst")
    wanted = restoring.Request(kept, with_airflow=False)
    restoring.bring_back(wanted, Instance(place.root / RESTORED), moment, "quản trị")


def _migrate(place: YearPlace, moment: datetime) -> None:
    """A store of the first schema, with the rows of this year."""
    upgrade(Store(f"sqlite:///{place.root / OLD / 'so-cai.db'}"))


STEPS: tuple[KilledStep, ...] = (
    KilledStep("plan_draft", at(date(YEAR, 1, 5), 8), _draft_plan, turns=2),
    KilledStep("plan_issue", at(date(YEAR, 1, 12), 10), _issue_plan, turns=2),
    KilledStep("landing", at(date(YEAR, 2, 27), 18), _land, _export),
    KilledStep("opening", at(date(YEAR, 3, 2), 7, 30), _open),
    KilledStep("inspection", at(date(YEAR, 3, 2), 8, 30), inspections.plan),
    KilledStep("inspection_team", at(date(YEAR, 3, 4), 9), inspections.team),
    KilledStep("chasing", at(date(YEAR, 3, 10), 8), _chase, _after_opening, turns=2),
    KilledStep("intake", at(date(YEAR, 3, 13), 17), _receive),
    KilledStep("freezing", at(date(YEAR, 3, 14), 18), _land, _export),
    KilledStep("intake_due", at(date(YEAR, 3, 17), 17), _receive),
    KilledStep("board", at(date(YEAR, 3, 18), 9), _act, turns=2),
    KilledStep("closing", at(date(YEAR, 3, 19), 9), _close),
    KilledStep("issuing", at(date(YEAR, 3, 20), 15), _issue_report),
    KilledStep("chasing_late", at(date(YEAR, 3, 24), 8), _chase, turns=2),
    KilledStep("inspection_notices", at(date(YEAR, 4, 1), 8), inspections.notices),
    KilledStep(
        "inspection_moved", at(date(YEAR, 4, 20), 9), inspections.change_visits, inspections.outlines_sent
    ),
    KilledStep("surprise_begun", at(date(YEAR, 5, 5), 8), inspections.begin_surprise),
    KilledStep("surprise_read", at(date(YEAR, 5, 6), 9), inspections.read_surprise, inspections.surprised),
    KilledStep("inspection_read", at(date(YEAR, 6, 15), 9), inspections.read, inspections.found),
    KilledStep("inspection_letters", at(date(YEAR, 6, 16), 9), inspections.conclude, turns=2),
    KilledStep("mending", at(date(YEAR, 7, 15), 9), inspections.mend, inspections.mended, turns=2),
    KilledStep("mending_decided", at(date(YEAR, 7, 15), 10), inspections.confirm, turns=2),
    KilledStep("inspection_report", at(date(YEAR, 11, 20), 9), inspections.report),
    KilledStep("scoring_open", at(date(YEAR, 12, 1), 8, 30), _open_scoring, turns=2),
    KilledStep("intake_scores", at(date(YEAR, 12, 22), 16), _receive, _self_scores),
    KilledStep("scoring_lock", at(date(YEAR, 12, 25), 17), _lock, turns=2),
    KilledStep("appraisal", at(date(YEAR + 1, 1, 11), 17), _first_turn, _acting("tham_dinh_1"), turns=2),
    KilledStep("intake_explained", at(date(YEAR + 1, 1, 18), 16), _receive, _explanations),
    KilledStep("explained", at(date(YEAR + 1, 1, 18), 17), _explained, turns=2),
    KilledStep(
        "second_appraisal", at(date(YEAR + 1, 1, 25), 17), _second_turn, _acting("tham_dinh_2"), turns=2
    ),
    KilledStep("council", at(date(YEAR + 1, 1, 28), 14), _council, _acting("hoi_dong"), turns=2),
    KilledStep("ranking", at(date(YEAR + 1, 1, 29), 16), _rank, turns=2),
    KilledStep("publishing", at(date(YEAR + 1, 1, 29), 17), _publish, turns=2),
    KilledStep("backup", at(date(YEAR + 1, 1, 30), 6), _back_up),
    KilledStep("restore", at(date(YEAR + 1, 1, 30), 10), _restore, home=RESTORED, turns=2),
    KilledStep("migration", at(date(YEAR + 1, 1, 30), 11), _migrate, home=OLD, turns=2),
)


def prepare(folder: Path, place: YearPlace, last: str) -> None:
    """Live the year once, until the step `last`, and keep the place as it stood before each: `folder/<step>`."""
    write_atomic(place.instance.settings_file, "mail_mode: live\nrehearsal: true\n")
    first = place.run(at(date(YEAR, 1, 2), 8))
    world = World(place.instance, first.store, YEAR, 1)
    try:
        for step in STEPS:
            step.before(world, step.moment)
            if step.work is _migrate:
                old = place.root / OLD
                copytree(
                    place.instance.root,
                    old,
                    ignore=ignore_patterns("so-cai.db*", "sao-luu", "kiem-toan.json"),
                )
                make_old(first.store, old / "so-cai.db")
            copytree(place.root, folder / step.name)
            if step.name == last:
                break
            step.work(place, step.moment)
            settle(place, step.moment)
    finally:
        world.close()
