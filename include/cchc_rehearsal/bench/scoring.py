"""`./cchc bench cham-diem`: a year's scoring of all units by both sample sets, each step beside its plainest work.

The yardstick of a step does the same amount of the plainest work there is for it: exact arithmetic for points, ranks,
reading the same rows for what is rebuilt from the record, bare cells for workbooks, python-docx for papers.
"""

from __future__ import annotations

import io
import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from cchc.texts import t, table

if TYPE_CHECKING:
    from cchc.criteria import CriteriaSet, Inputs
    from cchc.run import Run
    from cchc.scoring.round_results import RoundResults
    from cchc.units import Unit

YEAR = 2026
GROUP_ROWS = 4004  # of the largest group: 37 rows of 20 bodies and 32 of 102 communes
SHEETS_BY_HAND = 2  # papers that python-docx writes; the others are reckoned from them

Fewer = Annotated[
    int | None, typer.Option("--don-vi", help=t("rehearsal.bench_scoring.units"), metavar="SO", min=1)
]


@dataclass(frozen=True)
class _Measured:
    """A step: its seconds, what it may take, its yardstick and that one's seconds."""

    name: str
    seconds: float
    aim: float
    yardstick: str
    other: float


def bench_scoring(most: Fewer = None) -> None:
    """Prints a line a step: seconds, the aim, the yardstick, its seconds, the ratio; one process, one core."""
    with tempfile.TemporaryDirectory() as folder:
        world = _World(Path(folder), most)
        measured = [*world.points(), *world.results(), *world.books(), *world.papers()]
    grid = Table(
        *table("rehearsal.bench_scoring.columns").values(),
        title=t("rehearsal.bench_scoring.title", units=len(world.units), values=world.values),
    )
    names = table("rehearsal.bench_scoring.names")
    for one in measured:
        grid.add_row(
            names[one.name],
            f"{one.seconds:.2f}",
            f"{one.aim:g}",
            names[one.yardstick],
            f"{one.other:.2f}",
            f"{one.seconds / one.other:.1f}",
        )
    Console().print(grid)


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


class _World:
    """Units, sets and figures, and a store in which everything was decided and published."""

    def __init__(self, folder: Path, most: int | None) -> None:
        from cchc.clock import at
        from cchc.criteria import CriteriaSets
        from cchc.paths import Instance
        from cchc.run import Run
        from cchc.scoring.scored_units import units_under
        from cchc.scoring.years import scoring_round
        from cchc.store import Store, upgrade
        from cchc.units import UnitRegister

        register = UnitRegister.load()
        self.sets = [one for one in CriteriaSets.load().all if one.settings.applies_to.tiers]
        self.units: list[tuple[Unit, CriteriaSet]] = units_under(register, self.sets, YEAR)[:most]
        self.values = sum(len(own.rows_of(unit)) for unit, own in self.units)
        self.inputs: dict[str, Inputs] = {unit.code: made_inputs(unit, own) for unit, own in self.units}
        store = upgrade(Store(f"sqlite:///{folder / 'so-cai.db'}"))
        self.run: Run = Run(store, Instance(folder), at(date(YEAR + 1, 1, 28), 9), scoring_round(YEAR))
        self.published: RoundResults | None = None

    def points(self) -> list[_Measured]:
        """All values from data, and the decisions written down."""
        from cchc.criteria import compute

        def work() -> None:
            for unit, own in self.units:
                for row in own.rows_of(unit):
                    compute(row, self.inputs[unit.code])

        work()  # what is parsed once is parsed
        return [
            _Measured("points", _timed(work), 3, "arithmetic", _timed(lambda: arithmetic(self.values))),
            _Measured("recording", _timed(self._record), 10, "rows", _timed(self._read_rows)),
        ]

    def _record(self) -> None:
        from cchc.scores import ScoreEvent, Stage, append, pin_sets
        from cchc_rehearsal.made_scores import made_scores

        run = self.run
        opened = run.round.opens_at
        run.rounds.open(run.round, opened, "bench")
        events = [
            ScoreEvent(
                run.round.round_id, unit.code, one.code, own.version, Stage.FIRST, one.final.value,
                one.final.dropped, "thẩm định", "bench", opened + timedelta(days=30), reason="đủ minh chứng",
            )
            for unit, own in self.units
            for one in made_scores(unit, own, YEAR).criteria
        ]  # fmt: skip
        with run.store.write() as tx:
            pin_sets(tx, run.round.round_id, {one.code: one for one in self.sets}, opened, actor="bench")
            append(tx, events)

    def _read_rows(self) -> None:
        from cchc.clock import END, to_text

        with self.run.store.read() as tx:
            round_id = self.run.round.round_id
            list(tx.each("scores.events_of_round", round_id=round_id, as_of=to_text(END)))

    def results(self) -> list[_Measured]:
        """Results from the record, ranked, with what decides; verified once published; another set tried."""
        from cchc.scoring.editions import Publishing, put_edition
        from cchc.scoring.gathering import round_results
        from cchc.scoring.verifying import verify
        from cchc.scoring.what_if import what_if

        run, round_id = self.run, self.run.round.round_id

        def gathered() -> RoundResults:
            return round_results(run.store, run.units, round_id, YEAR, run.as_of)

        recomputed = _timed(gathered)
        results = gathered()
        ranked = _timed(lambda: sensitivity_of(results))
        with run.store.write() as tx:
            put_edition(tx, results, Publishing(1, run.as_of, run.as_of, "bench", 1, "7/QĐ-UBND"))
        self.published = results
        one = self.sets[-1]
        rows, numbers = _timed(self._read_rows), _timed(lambda: arithmetic(self.values))
        return [
            _Measured("recomputed", recomputed, 3, "rows", rows),
            _Measured("ranked", ranked, 5, "arithmetic", numbers),
            _Measured("verified", _timed(lambda: verify(run.store, round_id, YEAR, "")), 5, "rows", rows),
            _Measured(
                "what_if",
                _timed(lambda: what_if(run.store, run.units, YEAR, one, self.inputs)),
                5,
                "arithmetic",
                numbers,
            ),
        ]

    def books(self) -> list[_Measured]:
        """The appraisal workbook of the largest group, built and read; the ranking workbook."""
        from cchc.documents.marking import Marking
        from cchc.scoring.ranking_book import build_ranking_book
        from cchc.workbooks.appraisal_book import AppraisalHead, AppraisalRow, build_appraisal_book
        from cchc.workbooks.read_appraisal import read_appraisal_book

        rows = [
            AppraisalRow(
                unit.code, unit.name, row.code, row.criterion, row.max_points, Decimal(1), Decimal(1),
                numbers="I.1.1: 20; I.1.2: 18", evidence="Kế hoạch", proposal=Decimal(1), choice="giu",
                points=Decimal(1),
            )
            for unit, own in self.units
            for row in own.rows_of(unit)
        ][:GROUP_ROWS]  # fmt: skip
        head, run = AppraisalHead("so-noi-vu", "Sở Nội vụ", 1, "Bộ tiêu chí"), self.run

        def build() -> bytes:
            return build_appraisal_book(run.round, head, rows, run.as_of)

        content = build()
        columns = 16
        names = {unit.code: unit.name for unit in self.run.units.all}
        mark = Marking(run.as_of, draft=1)
        assert self.published is not None
        results = self.published
        bare = _timed(lambda: bare_book(len(rows), columns))
        return [
            _Measured("appraisal_built", _timed(build), 3, "bare_book", bare),
            _Measured(
                "appraisal_read",
                _timed(lambda: read_appraisal_book(content, "tham-dinh.xlsx")),
                3,
                "openpyxl",
                _timed(lambda: read_plainly(content)),
            ),
            _Measured(
                "ranking_book",
                _timed(lambda: build_ranking_book(results, names, mark, "")),
                3,
                "bare_ranking",
                _timed(lambda: bare_book(len(self.units), 100)),
            ),
        ]

    def papers(self) -> list[_Measured]:
        """A score sheet for every unit."""
        from cchc.documents.form import DocumentSettings
        from cchc.documents.marking import Marking
        from cchc.scoring.papers import SheetContext, build_score_sheet

        assert self.published is not None
        names = {unit.code: unit.name for unit in self.run.units.all}
        context = SheetContext(self.published, names, 1, None, DocumentSettings.load(), {})
        day = self.run.today
        mark = Marking(self.run.as_of, number="7", symbol="QĐ-UBND", issued_on=day)
        codes = [unit.code for unit, _ in self.units]
        rows = self.values // len(codes)
        by_hand = _timed(lambda: [paper_by_hand(rows) for _ in range(SHEETS_BY_HAND)])
        return [
            _Measured(
                "sheets",
                _timed(lambda: [build_score_sheet(context, code, mark) for code in codes]),
                60,
                "python_docx",
                by_hand * len(codes) / SHEETS_BY_HAND,
            )
        ]


def made_inputs(unit: Unit, own: CriteriaSet) -> Inputs:
    """Figures for everything that the set asks of a unit."""
    from cchc.criteria import Duty, Inputs, Survey

    chance = random.Random(unit.code)  # noqa: S311 - made-up figures
    numbers: dict[str, Decimal | None] = {}
    duties: dict[str, tuple[Duty, ...]] = {}
    surveys: dict[str, Survey] = {}
    due = date(YEAR, 12, 16)
    for name in {name for row in own.rows_of(unit) for name in row.terms}:
        if name.startswith("obl:"):
            late = timedelta(days=chance.randint(-5, 2))
            duties[name] = tuple(Duty("NAM", name, due, due + late, True) for _ in range(4))
        elif name.startswith("ks:"):
            surveys[name] = Survey(chance.randint(20, 200), Decimal(chance.randint(55, 95)))
        else:
            whole = chance.randint(10, 900)
            part = chance.randint(whole // 2, whole)
            numbers |= {name: Decimal(part), f"{name}.num": Decimal(part), f"{name}.den": Decimal(whole)}
    return Inputs(numbers=numbers, duties=duties, surveys=surveys)


def sensitivity_of(results: RoundResults) -> None:
    """Everything that is told of how firm a result is, for every unit; ranks are made anew."""
    from cchc.scoring.results import rank_list
    from cchc.scoring.sensitivity import mend_first, neighbours, next_class, next_rank

    for ranking in results.lists:
        again = rank_list(ranking.code, ranking.title, [one.scores for one in ranking.results])
        neighbours(again)
        for one in again.results:
            next_class(one)
            next_rank(again, one)
            mend_first(one)


def arithmetic(values: int) -> Decimal:
    """An exact division, a product and a sum for each value."""
    total = Decimal(0)
    for number in range(1, values + 1):
        total += Decimal(number) / Decimal(values) * Decimal("1.5")
    return total


def bare_book(rows: int, columns: int) -> bytes:
    """As many cells, without formats and checks."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet()
    for row in range(rows):
        for column in range(columns):
            sheet.write(row, column, f"{row}.{column}")
    book.close()
    return buffer.getvalue()


def read_plainly(content: bytes) -> int:
    """The cells of the first sheet, as openpyxl gives them."""
    from openpyxl import load_workbook

    sheet = load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
    return sum(1 for row in sheet.iter_rows(values_only=True) for _ in row)


def paper_by_hand(rows: int) -> bytes:
    """A paper with a table of nine columns, cell by cell, as people write such programs."""
    from docx import Document

    document = Document()
    grid = document.add_table(rows=0, cols=9)
    for number in range(rows):
        for cell in grid.add_row().cells:
            cell.text = str(number)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()
