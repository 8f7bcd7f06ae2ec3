"""The synthetic province at work: exports are dropped, units send their files, the inspection team writes down.

The world knows the truth and keeps it (`su-that.json` of the instance), so that tests can recompute what the
system consolidated without asking the system.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from cchc.clock import at
from cchc.files import write_atomic
from cchc.indicators import Indicator, IndicatorRegister
from cchc.inspection import InspectionFinding, TeamOrder, VisitKind, known_findings, known_visits
from cchc.inspection.mending import accept, open_orders, send_back
from cchc.inspection.outline import outline_path
from cchc.inspection.roles import first_confirmer
from cchc.inspection.team import InspectionTeam
from cchc.inspection.team_book import minutes_of, team_book_path, team_content
from cchc.inspection.visits import open_visits, surprise_visit
from cchc.obligations import Ledger
from cchc.paths import Instance
from cchc.run import Run
from cchc.stages.inspecting import surprise
from cchc.store import Store
from cchc.texts import t, table
from cchc.units import TIERS_SINCE_2025_07, UnitRegister
from cchc.workbooks.writing import Cell
from cchc.year import Calendar, Product, Round, Window
from cchc_rehearsal.behaviour import Conduct, Manner, conduct, seeded
from cchc_rehearsal.catalogue_exports import CatalogueYear, kept_catalogue
from cchc_rehearsal.deliveries import Courier
from cchc_rehearsal.document_exports import DocumentYear
from cchc_rehearsal.faults.answers import report_answers
from cchc_rehearsal.faults.blocking import BLOCKING
from cchc_rehearsal.faults.prose import WARNING
from cchc_rehearsal.faults.scene import PlantedFault, Scene
from cchc_rehearsal.figures import TrueFigure, true_figures
from cchc_rehearsal.fill import Answers, fill_workbook
from cchc_rehearsal.one_stop_exports import OneStopYear
from cchc_rehearsal.scores.acts import ScoringActs
from cchc_rehearsal.signer import sign_everything

VISITED_BY_JUNE, VISITED_BY_AUTUMN = 4, 8  # of 37: a decision and two PDFs each
_AUTUMN = 9
_AGAIN = 5  # working days until a returned answer comes again


@dataclass
class Truth:
    """What is really so: the conduct of each unit in each round, its figures, and the faults it planted."""

    conducts: dict[tuple[str, str], Conduct] = field(default_factory=dict)
    figures: dict[tuple[str, str], dict[str, TrueFigure]] = field(default_factory=dict)
    faults: dict[tuple[str, str], PlantedFault] = field(default_factory=dict)

    def save(self, path: Path) -> None:
        """One JSON entry a unit and round: manner, arrivals, figures as texts, planted fault."""
        entries = []
        for (round_id, unit), conducted in sorted(self.conducts.items()):
            fault = self.faults.get((round_id, unit))
            entries.append(
                {
                    "round": round_id,
                    "unit": unit,
                    "manner": conducted.manner.value,
                    "arrivals": [delivery.moment.isoformat() for delivery in conducted.deliveries],
                    "faulty": [delivery.faulty for delivery in conducted.deliveries],
                    "fault": None if fault is None else {"kind": fault.kind, "rule": fault.rule},
                    "figures": {
                        code: _as_text(figure)
                        for code, figure in self.figures.get((round_id, unit), {}).items()
                    },
                }
            )
        write_atomic(path, json.dumps(entries, ensure_ascii=False, indent=1) + "\n")


@dataclass(frozen=True)
class SentAnswers:
    """The last answers of a unit to the orders of its letter, and when all of them have arrived."""

    target: Path
    form: bytes
    answers: Mapping[str, Mapping[str, Cell]]
    arrival: datetime


def _as_text(figure: TrueFigure) -> dict[str, str]:
    parts = {
        "value": figure.value,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "text": figure.text,
    }
    return {name: str(part) for name, part in parts.items() if part is not None}


def _arrived(path: Path, day: date) -> None:
    moment = at(day, 6).timestamp()
    os.utime(path, (moment, moment))


class World:
    """Acts between the runs of a replay: `after` a Dag has run, and `until` a moment."""

    def __init__(self, instance: Instance, store: Store, year: int, seed: int, workers: int = 1) -> None:
        self.instance, self.store, self.year, self.seed = instance, store, year, seed
        self.calendar, self.units, self.indicators = (
            Calendar.load(),
            UnitRegister.load(),
            IndicatorRegister.load(),
        )
        self.truth = Truth()
        self.courier = Courier(workers)
        reporters = self.units.on(date(year, 6, 30), TIERS_SINCE_2025_07)
        self.order = {unit.code: place for place, unit in enumerate(reporters)}
        self.one_stop = OneStopYear(reporters, year, seed)
        self.documents = DocumentYear(reporters, year, seed)
        self.catalogue = CatalogueYear(year, seed)
        self.answered: set[tuple[str, str, str]] = set()
        self.last_answers: dict[tuple[str, str], SentAnswers] = {}
        self.returned: list[str] = []  # obligations whose answer a confirmer sent back
        self._windows: dict[tuple[date, date], dict[tuple[str, str], TrueFigure]] = {}
        self.scoring = ScoringActs(self)
        self.exported_until = date(year - 1, 12, 14)  # a replay that begins later has told the days before

    # -- what happens by itself ------------------------------------------------------------------------

    def until(self, moment: datetime) -> int:
        """Let everything arrive that is due by `moment`; returns the number of files."""
        return self.courier.deliver(moment)

    def export(self, day: date) -> None:
        """Drop the exports of the two systems for the days since the last ones, up to and with `day`."""
        first = self.exported_until + timedelta(days=1)
        if first > day:
            return
        self.exported_until = day
        for name, system in (("mot-cua", self.one_stop), ("van-ban", self.documents)):
            target = self.instance.export_drop / f"{name}_{first.isoformat()}_{day.isoformat()}.csv"
            write_atomic(target, system.weekly_file(first, day))
            _arrived(target, day)
        ends = [one.window.last for one in self.calendar.rounds(self.year) if one.window]
        if day in ends:  # the whole list, as it is on the cut-off day
            target = self.instance.export_drop / f"danh-muc_{day.isoformat()}.csv"
            write_atomic(target, self.catalogue.file(day))
            _arrived(target, day)

    # -- what units do once a stage has sent them something -----------------------------------------------

    def report_round_opened(self, round_id: str) -> None:
        """Each unit has its workbook: decide its conduct and have its files prepared."""
        round_ = self.calendar.round(round_id)
        assert round_.window is not None
        for unit in self.units.on(round_.window.last, round_.tiers):
            doing = conduct(self.seed, round_, unit.code, self.order[unit.code], self.calendar.working_days)
            self.truth.conducts[round_id, unit.code] = doing
            if doing.deliveries:
                self._send_report(
                    round_, unit.code, self.indicators.owed(unit, round_.window.last, round_.kind), doing
                )

    def _send_report(self, round_: Round, unit_code: str, owed: list[Indicator], doing: Conduct) -> None:
        form = (
            self.instance.round_out(round_.round_id) / "bieu-mau" / f"{round_.round_id}_{unit_code}.xlsx"
        ).read_bytes()
        for place, delivery in enumerate(doing.deliveries, start=1):
            signed = delivery.moment.date()
            number = f"{self.order[unit_code] + 40 + place}/BC"
            target = self.instance.inbox / round_.round_id / f"{round_.round_id}_{unit_code}_lan{place}.xlsx"
            if doing.manner is Manner.NOTHING:
                answers = Answers(nothing_to_report=True, document_number=number, signed_on=signed)
                self.courier.send(delivery.moment, target, fill_workbook, form, answers)
                continue
            figures = self.figures_of(round_, unit_code, owed, signed)
            chance = seeded(self.seed, round_.round_id, unit_code, "fault")
            scene = Scene(figures, round_.year, signed, chance, str(round_.kind))
            fault = self._fault(doing, scene) if delivery.faulty or doing.manner is Manner.CARELESS else None
            if fault:
                self.truth.faults[round_.round_id, unit_code] = fault
            self.truth.figures[round_.round_id, unit_code] = figures
            answers = report_answers(scene, owed, number, fault)
            self.courier.send(delivery.moment, target, fill_workbook, form, answers)

    def _fault(self, doing: Conduct, scene: Scene) -> PlantedFault:
        kinds = WARNING if doing.manner is Manner.CARELESS else BLOCKING
        return kinds[(self.order[doing.unit_code] + len(doing.round_id)) % len(kinds)](scene)

    def figures_of(
        self, round_: Round, unit_code: str, owed: list[Indicator], signed: date
    ) -> dict[str, TrueFigure]:
        """A unit that signs before the cut-off reports what is so far: its figures differ honestly."""
        assert round_.window is not None
        last = min(round_.window.last, signed - timedelta(days=1))
        known = self._system(Window(round_.window.first, last))
        codes = {one.code for one in owed}
        system = {
            code: figure for (unit, code), figure in known.items() if unit == unit_code and code in codes
        }
        return true_figures(self.seed, unit_code, str(round_.kind), owed, system)

    def _system(self, window: Window) -> Mapping[tuple[str, str], TrueFigure]:
        key = (window.first, window.last)
        if key not in self._windows:
            merged = {**self.one_stop.truth(window), **self.documents.truth(window)}
            self._windows[key] = {
                place: TrueFigure(known.value, known.numerator, known.denominator)
                for place, known in merged.items()
            } | kept_catalogue(self.catalogue, window, self.indicators)
        return self._windows[key]

    def plan_issued(self, round_id: str, moment: datetime) -> None:
        """Units answer their tasks of the plan: mostly around the due day, some late, a few never."""
        self._answer_items(round_id, Product.TASK, moment)

    def letters_issued(self, round_id: str, moment: datetime) -> None:
        """Inspected units answer the orders of their letter."""
        self._answer_items(round_id, Product.ANSWER, moment)

    def visits_announced(self, round_id: str, moment: datetime) -> None:
        """Units that are to be visited fill in their outline."""
        run = Run(self.store, self.instance, moment, round_id)
        for visit in known_visits(self.store, round_id):
            path, chance = outline_path(run, visit), seeded(self.seed, round_id, visit.unit_code, "outline")
            if not path.exists() or chance.random() < 0.06:
                continue
            answers: dict[str, dict[str, Cell]] = {}
            arrival = at(
                self.calendar.working_days.add(moment.date(), chance.randint(3, 9)), chance.randint(8, 15)
            )
            for one, _ in Ledger(self.store).states(moment, round_id=round_id, unit_code=visit.unit_code):
                if one.product == Product.OUTLINE:
                    answers[one.obligation_id] = {
                        "result": t("rehearsal.task_done"),
                        "document": f"{chance.randint(10, 400)}/BC",
                        "done_on": arrival.date(),
                    }
            target = self.instance.inbox / round_id / path.name
            self.courier.send(arrival, target, fill_workbook, path.read_bytes(), Answers(items=answers))

    def _answer_items(self, round_id: str, product: str, moment: datetime) -> None:
        due: dict[str, list[tuple[str, datetime, str]]] = {}
        for obligation, _ in Ledger(self.store).states(moment, round_id=round_id, product=product):
            due.setdefault(obligation.unit_code, []).append(
                (obligation.item, obligation.due_at, obligation.title)
            )
        for unit_code, items in due.items():
            form_path = self.instance.round_out(round_id) / "bieu-mau" / f"{round_id}_{unit_code}.xlsx"
            if not form_path.exists() or (round_id, unit_code, product) in self.answered:
                continue
            self.answered.add((round_id, unit_code, product))
            form, answers = form_path.read_bytes(), dict[str, dict[str, Cell]]()
            for place, (item, due_at, _title) in enumerate(
                sorted(items, key=lambda one: (one[1], one[0])), start=1
            ):
                chance = seeded(self.seed, round_id, unit_code, item)
                if chance.random() < 0.06:
                    continue  # never done
                shift = chance.choice((-6, -4, -3, -2, -2, -1, -1, 0, 2, 4))
                day = self.calendar.working_days.add(due_at.date(), shift)
                arrival = max(
                    at(day, chance.randint(8, 15), chance.randrange(60)), moment + timedelta(hours=3)
                )
                answers[f"{round_id}/{unit_code}/{product}/{item}"] = {
                    "result": t("rehearsal.task_done"),
                    "document": f"{chance.randint(10, 400)}/UBND",
                    "done_on": arrival.date(),
                }
                target = self.instance.inbox / round_id / f"{round_id}_{unit_code}_lan{place}.xlsx"
                self.courier.send(arrival, target, fill_workbook, form, Answers(items=dict(answers)))
                if product == Product.ANSWER:
                    known = self.last_answers.get((round_id, unit_code))
                    latest = max(arrival, known.arrival) if known else arrival
                    self.last_answers[round_id, unit_code] = SentAnswers(target, form, dict(answers), latest)

    def documents_signed(self, moment: datetime) -> None:
        """Somebody signs what was issued: with a certificate where there is a PDF, on paper where there is none."""
        sign_everything(Run(self.store, self.instance, moment, actor=t("rehearsal.signing.clerk")))

    def inspected(self, round_id: str, day: date) -> None:
        """The team writes what it found so far into its workbook, and the minutes beside: of a few visits by June, of
        more by autumn; each is a run with a decision. Rows that have their numbers keep them."""
        run = Run(self.store, self.instance, at(day, 8), round_id)
        visits = [
            one
            for one in open_visits(known_visits(self.store, round_id))
            if one.unit_code in self.order and one.kind is not VisitKind.SURPRISE  # that has its own workbook
        ]
        mine = {one.visit_id for one in visits}
        visits = visits[: VISITED_BY_JUNE if day.month < _AUTUMN else VISITED_BY_AUTUMN]
        findings = [one.finding for one in known_findings(self.store, round_id) if one.visit_id in mine]
        named = {one.unit_code for one in findings}
        samples = list(table("rehearsal.findings").items())
        for visit in visits:
            if visit.unit_code in named:
                continue
            chance = seeded(self.seed, round_id, visit.unit_code)
            for number in range(1, chance.randint(1, 3) + 1):
                found, order = samples[(chance.randrange(len(samples)) + number) % len(samples)]
                findings.append(InspectionFinding(visit.unit_code, found, (TeamOrder(order),)))
        held = {one.visit_id for one in visits}
        minutes = [
            replace(minutes_of(one), held_on=day, agreed=True) if one.visit_id in held and not one.has_minutes
            else minutes_of(one)
            for one in known_visits(self.store, round_id)
            if one.visit_id in mine
        ]  # fmt: skip
        write_atomic(team_book_path(run), team_content(run, None, findings, minutes))

    def surprise_visit(self, round_id: str, moment: datetime) -> str:
        """The head of the team opens a surprise visit: of the last of the communes, that day. Its number."""
        head = InspectionTeam.of_year(moment.year).head.account
        run = Run(self.store, self.instance, moment, round_id, actor=head)
        unit = max(code for code in self.order if code.isdigit())
        return surprise(run, surprise_visit(run, unit, moment.date(), t("rehearsal.surprise_reason")))

    def surprised(self, round_id: str, day: date) -> None:
        """The team of a surprise visit writes its own workbook, once there is one."""
        run = Run(self.store, self.instance, at(day, 15), round_id)
        found, order = next(iter(table("rehearsal.findings").items()))
        for visit in known_visits(self.store, round_id):
            if visit.is_secret and team_book_path(run, visit).exists():
                finding = InspectionFinding(visit.unit_code, found, (TeamOrder(order),))
                minutes = replace(minutes_of(visit), held_on=day, agreed=False)
                write_atomic(team_book_path(run, visit), team_content(run, visit, [finding], [minutes]))

    def mending_confirmed(self, moment: datetime) -> int:
        """Confirmers look at what units reported of mending, and accept it, but for the first answer of the year: it is
        returned, and comes again. Returns how many answers they looked at."""
        run = Run(self.store, self.instance, moment)
        waits = [one for one in open_orders(run) if one.waits]
        for one in waits:
            own = replace(run, round_id=one.finding.round_id, actor=first_confirmer(one.finding))
            sent = self.last_answers.get((one.finding.round_id, one.order.unit_code))
            if not self.returned and sent is not None and sent.arrival < moment:
                self.returned.append(one.order.obligation_id)
                send_back(own, one.item, t("rehearsal.mending_returned"))
                self._answer_again(sent, one.order.obligation_id, moment)
            else:
                accept(own, one.item, t("rehearsal.mending_seen"))
        return len(waits)

    def _answer_again(self, sent: SentAnswers, obligation_id: str, moment: datetime) -> None:
        """The unit sends its answers once more, the returned one with what was asked for."""
        arrival = at(self.calendar.working_days.add(moment.date(), _AGAIN), 9)
        answer = dict(sent.answers[obligation_id]) | {"result": t("rehearsal.mending_again")}
        answers = Answers(items=dict(sent.answers) | {obligation_id: answer})
        target = sent.target.with_name(f"{sent.target.stem}_bo-sung.xlsx")
        self.courier.send(arrival, target, fill_workbook, sent.form, answers)

    def close(self) -> None:
        self.courier.close()
        self.truth.save(self.instance.root / "su-that.json")
