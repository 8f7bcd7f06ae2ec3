"""A unit that was merged is compared with its predecessors together; a unit that was split with nothing."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

from docx import Document

from cchc.documents.marking import Marking
from cchc.figures.facts import RoundFacts
from cchc.figures.last_year import YearComparison, compare
from cchc.figures.successors import of_predecessors
from cchc.report.report_docx import build_report_docx
from cchc.units import Unit
from cchc.workbooks.forms import ReportedFigure

MERGED = date(2025, 7, 1)


def unit(code: str, *predecessors: str, tier: str = "xa", ended: bool = False) -> Unit:
    first, last = (date(2020, 1, 1), date(2025, 6, 30)) if ended else (MERGED, None)
    return Unit(code, f"UBND xã {code}", tier, "xã", None, first, last, predecessors, (), "")


def count(number: int) -> dict[str, ReportedFigure]:
    return {"T06.1": ReportedFigure("T06.1", raw=str(number), value=Decimal(number))}


OLD = [
    unit("a", ended=True),
    unit("b", ended=True),
    unit("c", ended=True),
    unit("d", tier="huyen", ended=True),
]
THEN = {"a": count(3), "b": count(4), "c": count(50), "d": count(60)}


def test_figures_of_all_predecessors_add_up() -> None:
    new = unit("n", "a", "b")
    assert of_predecessors([new], [*OLD, new], THEN)["n"]["T06.1"].value == 7


def test_a_share_comes_from_the_sums_of_its_parts() -> None:
    new = unit("n", "a", "b")
    then = {
        "a": {"R": ReportedFigure("R", value=Decimal(50), numerator=Decimal(1), denominator=Decimal(2))},
        "b": {"R": ReportedFigure("R", value=Decimal(100), numerator=Decimal(8), denominator=Decimal(8))},
    }
    merged = of_predecessors([new], [*OLD, new], then)["n"]["R"]
    assert (merged.value, merged.numerator, merged.denominator) == (None, 9, 10)


def test_nothing_is_made_up_where_a_predecessor_is_silent_split_or_of_another_tier() -> None:
    silent = unit("n", "a", "b")
    assert of_predecessors([silent], [*OLD, silent], {"a": count(3)}) == {}
    one, two = unit("n", "c"), unit("m", "c")
    assert of_predecessors([one, two], [*OLD, one, two], THEN) == {}
    commune = unit("n", "d")
    assert of_predecessors([commune], [*OLD, commune], THEN) == {}
    own = unit("n", "a", "b")
    assert of_predecessors([own], [*OLD, own], {**THEN, "n": count(9)}) == {}


def test_the_comparison_counts_the_merged_unit_and_names_it(facts: RoundFacts) -> None:
    indicator = facts.indicator_of["T06.1"]
    new = unit("n", "a", "b")
    owed = {"n": frozenset({"T06.1"})}
    past = facts.last_year
    assert past is not None
    found = compare(past.round_, [indicator], owed, [new], {"n": count(8)}, THEN, [*OLD, new])
    assert (found.now["T06.1"].value, found.then["T06.1"].value, found.merged) == (8, 7, [new])
    told = replace(facts, last_year=YearComparison(past.round_, past.now, past.then, [new]))
    document = Document(io.BytesIO(build_report_docx(told, Marking(facts.as_of))))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "đơn vị mới sắp xếp (UBND xã n) là tổng số liệu của các đơn vị trước khi sắp xếp" in text
