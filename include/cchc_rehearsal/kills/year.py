"""The steps of a small province's year, in their order, each as its Dag orders them: what is killed.

`before` is what other people do first (units send, the software exports, the team visits); nobody kills them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from shutil import copytree, ignore_patterns

from cchc.clock import at, to_text
from cchc.config_files import make_own
from cchc.documents import handing_out, papers
from cchc.documents.approvers import document_kind
from cchc.files import write_atomic
from cchc.identity import open_store
from cchc.inspection import known_findings
from cchc.mail.department import Department
from cchc.mail.rules import OutboxRules
from cchc.mail.server import SmtpConfig
from cchc.paths import Instance
from cchc.run import Approval, Cause, Run
from cchc.stages import (
    chasing,
    closing,
    collecting,
    completing,
    concluding,
    inspecting,
    maintaining,
    opening,
    planning,
    receiving,
    restoring,
    score_opening,
    scoring,
)
from cchc.store import Store, upgrade
from cchc_rehearsal.kills.old_store import make_old
from cchc_rehearsal.world import World

YEAR, COMMUNES = 2026, 4
OFFICES = ("vp-ubnd", "so-noi-vu", "so-tu-phap")
PLAN, Q1, INSPECTION, SCORING = (f"{YEAR}-{kind}" for kind in ("KH", "Q1", "KT", "CD"))
_UNIT = re.compile(r"\bunit: ([a-z0-9-]+)")
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


def small_year(folder: Path) -> Path:
    """The year's data with a few units, and the plan's tasks that these can be given."""
    make_own(folder)
    units, tasks = folder / "units.csv", folder / "plan_tasks.csv"
    rows = _rows(units)
    communes = [row["code"] for row in rows if row["tier"] == "xa" and not row["predecessors"]][:COMMUNES]
    kept = [row for row in rows if row["tier"] == "tinh" or row["code"] in (*OFFICES, *communes)]
    codes = {row["code"] for row in kept}
    alone = [row | {"predecessors": " ".join({*row["predecessors"].split()} & codes)} for row in kept]
    _write(units, alone)
    owned = folder / "indicators.csv"
    here = {*codes, ""}
    _write(owned, [row | ({} if row["owner"] in here else {"owner": OFFICES[1]}) for row in _rows(owned)])
    for name in ("inspection_fields.yaml", f"kiem-tra/{YEAR}/doan.yaml"):
        told = (folder / name).read_text(encoding="utf-8")
        write_atomic(
            folder / name, _UNIT.sub(lambda one: one[0] if one[1] in codes else f"unit: {OFFICES[2]}", told)
        )
    _write(tasks, [row for row in _rows(tasks) if row["lead"] in (*OFFICES, "moi-don-vi", "so", "xa")])
    return folder


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_atomic(path, text.getvalue())


def settle(place: YearPlace, moment: datetime) -> None:
    """The next run's sending, when the claim of whoever was killed has grown stale."""
    later = moment + timedelta(minutes=OutboxRules.load().stale_after_minutes + 1)
    chasing.send(place.run(later))


def _approval(run: Run, moment: datetime, number: int, symbol: str) -> Approval:
    by = Department.load().approvers_of(document_kind(run.round.kind))[0].account_id
    return Approval.parse(
        {"decision": "approve", "by": by, "decided_at": to_text(moment), "number": str(number), "symbol": symbol,
         "issued_on": moment.date().isoformat()}
    )  # fmt: skip


def _hand_out(run: Run, ids: list[str]) -> None:
    own = handing_out.at_the_decision(run, ids)
    handing_out.mail_issued(own, ids)
    chasing.send(own)


def _draft_plan(place: YearPlace, moment: datetime) -> None:
    planning.draft(place.run(moment, PLAN))


def _issue_plan(place: YearPlace, moment: datetime) -> None:
    run = place.run(at(date(YEAR, 1, 5), 8), PLAN)
    ids = planning.issue(run, _approval(run, moment, 3, "KH-UBND"))
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


def _inspect(place: YearPlace, moment: datetime) -> None:
    """The plan, decided on at once, and the team's workbook laid down."""
    run = replace(place.run(moment, INSPECTION), about="ke_hoach")
    inspecting.draft(run)
    ids = inspecting.issue(run, _approval(run, moment + timedelta(hours=1), 9, "KH-UBND"))
    _hand_out(run, ids)


def _conclude(place: YearPlace, moment: datetime) -> None:
    """What the team wrote, and a letter for each unit with minutes."""
    run = place.run(moment, INSPECTION)
    inspecting.read_findings(run)
    visits = {one.visit_id for one in known_findings(run.store, INSPECTION)}
    for number, visit in enumerate(sorted(visits), start=20):
        own = replace(run, about=visit)
        concluding.draft(own)
        concluding.issue(own, _approval(own, moment + timedelta(hours=1), number, "UBND-NC"))
    chasing.send(place.run(moment + timedelta(hours=1), INSPECTION))


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
    """An operator on the page 'Đôn đốc'; who got no answer looks, and presses again what is not there yet."""
    from cchc_board.acts import CALL, EXTEND, REMIND, perform
    from cchc_board.desk import RequestView

    run = place.run(moment, Q1)
    owed = sorted({one.unit_code for one, _ in run.ledger.states(moment, round_id=Q1, only_owed=True)})
    desk = RequestView(instance=place.instance, store=run.store, as_of=moment)
    day = (moment + timedelta(days=6)).date().isoformat()
    for kind, unit in zip((CALL, EXTEND, "tam_hoan", REMIND), owed, strict=False):
        words = ["Đã trao đổi qua điện thoại"]
        fields = {"viec": [kind], "don-vi": [unit], "dot": [Q1], "den": [day], "noi-dung": words}
        perform(desk, fields, "can-bo")
    chasing.send(run)


def _close(place: YearPlace, moment: datetime) -> None:
    run = place.run(moment, Q1)
    closing.draft(run, closing.consolidate(run))


def _issue_report(place: YearPlace, moment: datetime) -> None:
    run = place.run(at(date(YEAR, 3, 19), 9), Q1)
    _hand_out(run, closing.issue(run, _approval(run, moment, 57, "BC-UBND")))


def _found(world: World, moment: datetime) -> None:
    world.inspected(INSPECTION, moment.date())
    world.until(moment)


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


def _score(place: YearPlace, moment: datetime) -> None:
    scoring.score(place.run(moment, SCORING))


def _publish(place: YearPlace, moment: datetime) -> None:
    run = place.run(at(date(YEAR, 12, 30), 9), SCORING)
    _hand_out(run, scoring.publish(run, _approval(run, moment, 412, "QĐ-UBND")))


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
    KilledStep("inspection", at(date(YEAR, 3, 2), 8, 30), _inspect),
    KilledStep("chasing", at(date(YEAR, 3, 10), 8), _chase, _after_opening, turns=2),
    KilledStep("intake", at(date(YEAR, 3, 13), 17), _receive),
    KilledStep("freezing", at(date(YEAR, 3, 14), 18), _land, _export),
    KilledStep("intake_due", at(date(YEAR, 3, 17), 17), _receive),
    KilledStep("board", at(date(YEAR, 3, 18), 9), _act, turns=2),
    KilledStep("closing", at(date(YEAR, 3, 19), 9), _close),
    KilledStep("issuing", at(date(YEAR, 3, 20), 15), _issue_report),
    KilledStep("chasing_late", at(date(YEAR, 3, 24), 8), _chase, turns=2),
    KilledStep("inspection_letters", at(date(YEAR, 6, 16), 9), _conclude, _found),
    KilledStep("scoring_open", at(date(YEAR, 12, 1), 8, 30), _open_scoring, turns=2),
    KilledStep("intake_scores", at(date(YEAR, 12, 22), 16), _receive, _self_scores),
    KilledStep("scoring", at(date(YEAR, 12, 30), 9), _score, turns=2),
    KilledStep("publishing", at(date(YEAR, 12, 30), 15), _publish, turns=2),
    KilledStep("backup", at(date(YEAR, 12, 31), 6), _back_up),
    KilledStep("restore", at(date(YEAR, 12, 31), 10), _restore, home=RESTORED, turns=2),
    KilledStep("migration", at(date(YEAR, 12, 31), 11), _migrate, home=OLD, turns=2),
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
