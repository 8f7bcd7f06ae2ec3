"""The report of a year names the result that was published in it and the units inspected; what was found is counted."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

from docx import Document
from tests.inspection.scene import Scene, finding
from tests.support.results import decide_all, kept_set

from cchc.clock import at, to_text
from cchc.documents.marking import Marking
from cchc.figures.facts import RoundFacts
from cchc.figures.province import of_books, read_books
from cchc.figures.tally import Origin
from cchc.paths import Instance
from cchc.report.report_docx import build_report_docx
from cchc.run import Approval, Run
from cchc.stages import score_publishing
from cchc.stages.year_words import year_words
from cchc.store import Store

FIRST, SECOND = "so-noi-vu", "so-tu-phap"


def publish(store: Store, instance: Instance) -> None:
    """The result of 2025, in January 2026."""
    scored = kept_set(
        ("1.1", "60", "dat:60;mot_phan:30;khong:0"), ("2.1", "40", "dat:40;khong:0"),
        applies_to={"units": [FIRST, SECOND]},
    )  # fmt: skip
    run = Run(store, instance, at(date(2025, 12, 1), 9), "2025-CD")
    points = {FIRST: ("60", "40"), SECOND: ("30", "40")}
    decide_all(run, scored, points, at(date(2026, 1, 20), 9))
    drafted = replace(run, as_of=at(date(2026, 1, 28), 9))
    score_publishing.draft(drafted)
    told = {
        "decision": "approve", "by": "Chủ tịch", "decided_at": to_text(at(date(2026, 1, 29), 9)),
        "number": "7", "symbol": "QĐ-UBND", "issued_on": "2026-01-29",
    }  # fmt: skip
    score_publishing.publish(drafted, Approval.parse(told))


def test_the_year_tells_of_the_result_published_in_it_and_of_its_inspections(
    store: Store, instance: Instance
) -> None:
    run = Run(store, instance, at(date(2026, 12, 20), 9), "2026-NAM")
    assert year_words(run) == {}, "nothing of what was not done"
    publish(store, instance)
    scene = Scene.made(store, instance, ["30760", "30292"])
    scene.handed_in(finding("30760", "Thiếu sổ theo dõi", "Lập sổ"))
    assert scene.letters_of(at(date(2026, 4, 1), 9)) == 1
    told = year_words(run)
    (result,) = told["chi_dao"]
    assert "năm 2025, công bố tại Quyết định số 7/QĐ-UBND ngày 29/01/2026" in result
    assert "2 đơn vị được xếp hạng, chỉ số bình quân 85,00, cao nhất Sở Nội vụ (100,00)" in result
    (inspected,) = told["kiem_tra"]
    name = run.units.get("30760").name
    assert f"đã kiểm tra 1 đơn vị: {name}." in inspected
    figures = [
        one for one in run.indicators.in_round(run.today, "NAM") if one.code in ("KT.1", "KT.2", "KT.3")
    ]
    with store.read() as tx:
        lines = of_books(figures, read_books(tx, run.round, run.units, run.as_of))
    assert {code: (one.value, one.origins) for code, one in lines.items()} == {
        code: (value, {Origin.LEDGER: 1}) for code, value in (("KT.1", 1), ("KT.2", 1), ("KT.3", 0))
    }
    assert year_words(replace(run, round_id="2026-Q1")) == {}, "of the report of the year alone"


def test_the_words_of_the_year_stand_behind_the_opening_of_their_section(facts: RoundFacts) -> None:
    besides = {"chi_dao": ["Kết quả xác định chỉ số đã công bố."]}
    document = Document(io.BytesIO(build_report_docx(facts, Marking(facts.as_of, draft=1), besides=besides)))
    lines = [one.text for one in document.paragraphs]
    place = lines.index("Kết quả xác định chỉ số đã công bố.")
    heading = max(
        n for n, one in enumerate(document.paragraphs[:place]) if one.style.name.startswith("Heading")
    )
    assert place - heading > 1, "not before what the section opens with"
