"""Points follow from frozen data with their origin; silence earns nothing, and never the claim."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.inspection.scene import LETTER_DAY, Scene, finding
from tests.support.scored_year import COMMUNE, DEPARTMENT, LOCKED, OPENED, ROUND, SILENT, owe, reported

from cchc.clock import at
from cchc.criteria import Duty, Points
from cchc.inspection.counts import InspectionCounts
from cchc.obligations import Event, EventKind, RoundEvent, RoundEventKind
from cchc.paths import Instance
from cchc.run import Run
from cchc.scores import (
    ExternalValue,
    FilledSurvey,
    ScoreEvent,
    Stage,
    append,
    history,
    pinned,
    put_external_values,
    put_survey_forms,
    set_for,
    standing,
)
from cchc.scoring.appraisal import Appraisal, Decided
from cchc.scoring.computing import compute_units
from cchc.scoring.inputs import inputs_of
from cchc.scoring.scored_units import merged_units, scored_units
from cchc.stages import score_opening
from cchc.store import Store

FIGURES = {
    "I.1.1": "10",
    "I.1.2": "8",
    "T06.1": "100",
    "T06.5": "90",
    "T06.6": "80",
    "T06.7": "5",
    "T06.10": "5",
}


@pytest.fixture
def run(store: Store, instance: Instance) -> Run:
    """A round that is open, and one report of the year: of COMMUNE. SILENT sent nothing."""
    own = Run(store, instance, OPENED, ROUND)
    score_opening.open_scoring(own)
    return replace(own, as_of=LOCKED)


def units(run: Run, *codes: str):
    return [run.units.get(code) for code in codes or (COMMUNE, SILENT)]


def claim_everything(run: Run, unit: str) -> None:
    scored = set_for(run.store, ROUND, unit)
    rows = [row for row in scored.rows_of(run.units.get(unit)) if row.is_claimable]
    events = [
        ScoreEvent(
            ROUND, unit, row.code, scored.version, Stage.CLAIM, max(row.max_points, Decimal(0)), False, "x",
            unit, OPENED,
        )
        for row in rows
    ]  # fmt: skip
    with run.store.write() as tx:
        append(tx, events)


def test_a_silent_unit_that_claims_everything_has_no_point_that_counts(run: Run) -> None:
    """By the old rule the ranks 1 to 24 were the units that had sent no annual report: their claims were final."""
    reported(run, COMMUNE, FIGURES)
    owe(run, "2026-NAM", SILENT)
    claim_everything(run, SILENT)
    compute_units(run, units(run))
    own = standing(run.store, ROUND)[SILENT]
    assert own["1.1.1"].claim is not None, "it did claim"
    assert all(one.final == Points(None) for one in own.values()), "and nobody decided anything"
    of_figures = {
        code: one.computed
        for code, one in own.items()
        if one.computed and any(name.startswith(("I.", "T06", "V.")) for name in _terms(run, SILENT, code))
    }
    assert len(of_figures) > 10
    assert {one.points for one in of_figures.values()} == {None}
    assert not any(one.dropped for one in of_figures.values())
    assert {one.basis.partition(" (")[0] for one in of_figures.values()} == {"không có số liệu kiểm chứng"}


def _terms(run: Run, unit: str, code: str) -> tuple[str, ...]:
    return set_for(run.store, ROUND, unit).row(code).terms


def test_a_silent_unit_loses_what_the_ledger_says_and_nothing_else(run: Run) -> None:
    for kind in ("Q1", "6T", "Q3", "NAM"):
        owe(run, f"2026-{kind}", SILENT)
        reported(run, COMMUNE, FIGURES, round_id=f"2026-{kind}")
    compute_units(run, units(run))
    found = standing(run.store, ROUND)
    assert found[SILENT]["1.2.1"].computed.points == 0
    assert found[COMMUNE]["1.2.1"].computed.points == Decimal("1.5")


def test_every_number_says_where_it_comes_from(run: Run) -> None:
    submission = reported(run, COMMUNE, FIGURES)
    found = inputs_of(run, units(run, COMMUNE), pinned(run.store, ROUND))[COMMUNE]
    (origin,) = found.origins["T06.1"]
    assert (origin.value, origin.origin) == (Decimal(100), submission)
    assert len(origin.sha256) == 64
    compute_units(run, units(run, COMMUNE))
    for one in standing(run.store, ROUND)[COMMUNE].values():
        if one.computed and one.computed.points is not None:
            assert one.computed.numbers, one.criterion
            assert all(number.origin for number in one.computed.numbers)


def test_computing_again_adds_nothing_and_a_changed_figure_one_word_a_row(run: Run) -> None:
    reported(run, COMMUNE, FIGURES)
    assert compute_units(run, units(run, COMMUNE)) > 50
    assert compute_units(replace(run, as_of=LOCKED + timedelta(days=1)), units(run, COMMUNE)) == 0
    value = ExternalValue(2026, "SIPAS", COMMUNE, Decimal("84.5"), "268/QĐ-BNV", date(2027, 1, 3), "f" * 64)
    with run.store.write() as tx:
        put_external_values(tx, [value], LOCKED, "thuky1")
    reading = [row.code for row in set_for(run.store, ROUND, COMMUNE).rows if "ngoai:SIPAS" in row.terms]
    assert (
        compute_units(replace(run, as_of=LOCKED + timedelta(days=2)), units(run, COMMUNE)) == len(reading) > 0
    )
    events = history(run.store, ROUND, COMMUNE, reading[0])
    assert [one.points is None for one in events] == [True, False]


def test_a_table_that_was_read_and_does_not_name_a_unit_says_so(run: Run) -> None:
    value = ExternalValue(2026, "SIPAS", COMMUNE, Decimal("84.5"), "268/QĐ-BNV", date(2027, 1, 3), "f" * 64)
    before = inputs_of(run, units(run), pinned(run.store, ROUND))
    assert "ngoai:SIPAS" not in before[SILENT].numbers
    with run.store.write() as tx:
        put_external_values(tx, [value], OPENED, "thuky1")
    found = inputs_of(run, units(run), pinned(run.store, ROUND))
    assert (found[COMMUNE].numbers["ngoai:SIPAS"], found[SILENT].numbers["ngoai:SIPAS"]) == (
        Decimal("84.5"),
        None,
    )


def test_the_mean_of_a_survey_is_that_of_its_answers(run: Run) -> None:
    answers = ["A"] * 40 + ["B"] * 30 + ["C"] * 20 + ["D"] * 10
    forms = [
        FilledSurvey(f"P{number}", ROUND, "KS4", COMMUNE, "nguoi_dan", {"1": answer}, OPENED, "giay")
        for number, answer in enumerate(answers)
    ]
    with run.store.write() as tx:
        put_survey_forms(tx, forms)
    found = inputs_of(run, units(run), pinned(run.store, ROUND))
    assert (found[COMMUNE].surveys["ks:KS4"].forms, found[COMMUNE].surveys["ks:KS4"].mean) == (100, 62)
    assert found[SILENT].surveys == {}


def test_a_section_that_a_unit_declares_empty_has_nothing_and_a_blank_cell_is_unknown(run: Run) -> None:
    reported(run, COMMUNE, {"I.1.1": "10"}, nothing={"III": "D5"})
    found = inputs_of(run, units(run, COMMUNE), pinned(run.store, ROUND))[COMMUNE]
    assert found.numbers["T06.1"] == 0
    assert "không phát sinh" in found.origins["T06.1"][0].origin
    assert "I.1.2" not in found.numbers


def test_late_by_an_hour_is_late_by_a_day_and_what_is_owed_is_not_done(run: Run) -> None:
    reported(run, COMMUNE, round_id="2026-Q1", late=timedelta(hours=1))
    reported(run, COMMUNE, round_id="2026-6T", late=timedelta(days=2))
    reported(run, COMMUNE, round_id="2026-Q3", late=-timedelta(days=1))
    owe(run, "2026-NAM", COMMUNE)
    duties = inputs_of(run, units(run, COMMUNE), pinned(run.store, ROUND))[COMMUNE].duties["obl:bao_cao"]
    found: dict[str, Duty] = {one.round_kind: one for one in duties}
    assert {kind: one.days_late for kind, one in found.items()} == {"Q1": 1, "6T": 2, "Q3": 0, "NAM": None}
    assert all(one.is_due for one in found.values())


def test_what_was_waived_and_what_fell_due_before_there_was_the_unit_is_no_duty(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in ("Q1", "6T"):
        owe(run, f"2026-{kind}", COMMUNE)
    waived = owe(run, "2026-Q3", COMMUNE)
    run.ledger.record(Event(waived, EventKind.waived, OPENED, OPENED, "thu", reason="thử"))
    young = replace(run.units.get(COMMUNE), valid_from=date(2026, 4, 1))
    found = inputs_of(run, [young], pinned(run.store, ROUND))[COMMUNE].duties["obl:bao_cao"]
    assert [one.round_kind for one in found] == ["6T"]


def test_figures_stay_those_of_the_issue_whatever_comes_after_it(run: Run) -> None:
    reported(run, COMMUNE, FIGURES)
    issued = run.calendar.round("2026-NAM").unit_due_at + timedelta(hours=1)
    event = RoundEvent(
        "2026-NAM", RoundEventKind.issued, issued, issued, "thu", detail={"number": "1", "symbol": "x"}
    )
    run.rounds.record(event)
    reported(run, SILENT, FIGURES, late=timedelta(days=1))
    found = inputs_of(run, units(run), pinned(run.store, ROUND))
    assert (found[COMMUNE].has_report, found[SILENT].has_report) == (True, False)


def test_units_of_the_last_day_are_scored_and_merged_ones_are_named(run: Run) -> None:
    found = scored_units(run.units, run.round)
    assert len(found) == 122
    year = run.calendar.round("2025-CD")
    merged = merged_units(run.units, year)
    assert merged and all(one.unit.valid_to.year == 2025 for one in merged)
    assert merged[0].why.startswith("không chấm: đã sáp nhập vào ")
    assert merged[0].why.endswith("từ 01/07/2025")


def test_a_department_and_a_commune_are_computed_by_their_own_sets(run: Run) -> None:
    compute_units(run, units(run, COMMUNE, DEPARTMENT))
    found = standing(run.store, ROUND)
    assert {one.computed.set_version.partition("@")[0] for one in found[DEPARTMENT].values()} == {"so-2026"}
    assert {one.computed.set_version.partition("@")[0] for one in found[COMMUNE].values()} == {"xa-2026"}
    assert at(date(2026, 12, 25), 17) == LOCKED


def test_where_nobody_inspected_nothing_is_known_and_that_is_no_nought(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = {COMMUNE: InspectionCounts(visits=1, by_name={"vua": 2}), SILENT: InspectionCounts()}
    monkeypatch.setattr("cchc.scoring.inputs.counts", lambda *_, **__: seen)
    found = inputs_of(run, units(run), pinned(run.store, ROUND))
    assert (found[COMMUNE].numbers["kt:vua"], found[COMMUNE].numbers["kt:nang"]) == (2, 0)
    assert found[COMMUNE].origins["kt:vua"][0].origin == "kiểm tra năm 2026, 1 lượt"
    assert "kt:vua" not in found[SILENT].numbers
    compute_units(run, units(run))
    points = {unit: one["5.4.2"].computed.points for unit, one in standing(run.store, ROUND).items()}
    assert points == {COMMUNE: 1, SILENT: None}, "2 less twice a half; and unknown"


def test_what_an_inspection_found_of_reports_and_figures_is_laid_before_the_appraiser(run: Run) -> None:
    """Letter of 1 April, lock of 25 December; nobody was at the other unit."""
    scene = Scene.made(run.store, run.instance, [COMMUNE, SILENT])
    rows = [("Chế độ báo cáo", "Gửi muộn"), ("Số liệu báo cáo", "Lệch"), ("Số liệu báo cáo", "Lệch nữa")]
    scene.handed_in(*(finding(COMMUNE, text, "Sửa", topic=topic) for topic, text in rows))
    assert scene.letters_of(at(LETTER_DAY, 9)) == 1
    before = inputs_of(replace(run, as_of=at(date(2026, 3, 31), 9)), units(run), pinned(run.store, ROUND))
    assert "kt:bao_cao" not in before[COMMUNE].numbers, "as it was known the day before"
    found = inputs_of(run, units(run), pinned(run.store, ROUND))
    assert (found[COMMUNE].numbers["kt:bao_cao"], found[COMMUNE].numbers["kt:chenh_lech"]) == (1, 2)
    assert not {"kt:bao_cao", "kt:chenh_lech"} & set(found[SILENT].numbers)
    compute_units(run, units(run))
    said = {unit: own["7.7.1"].computed for unit, own in standing(run.store, ROUND).items()}
    assert said[COMMUNE].points is None and said[COMMUNE].basis == "người thẩm định chọn theo hồ sơ"
    assert [(one.name, one.value, one.origin) for one in said[COMMUNE].numbers] == [
        ("kt:chenh_lech", 2, "kiểm tra năm 2026, 1 lượt")
    ]
    assert "kt:chenh_lech" in said[SILENT].basis and not said[SILENT].numbers


def test_a_criterion_that_asks_about_another_is_computed_once_people_decided_that_one(run: Run) -> None:
    """5.3.2 of communes asks whether there is a plan (5.3.1): at the lock nobody has judged the plan yet."""
    reported(run, COMMUNE, FIGURES | {"V.4.1": "10", "V.4.2": "9"})
    compute_units(run, units(run, COMMUNE))
    before = standing(run.store, ROUND)[COMMUNE]["5.3.2"].computed
    assert before is not None and before.points is None
    assert before.basis == "tính được khi tiêu chí 5.3.1 đã có điểm thẩm định"
    own = replace(run, actor="nv1", as_of=LOCKED + timedelta(days=1))
    plan = pinned(run.store, ROUND)["xa-2026"].row("5.3.1")
    wanted = Decided(COMMUNE, "5.3.1", "sua", plan.max_points, "Có kế hoạch", "12/KH-UBND")
    assert Appraisal.of(own).decide([wanted]) == 1
    after = standing(run.store, ROUND)[COMMUNE]["5.3.2"].computed
    assert after is not None
    assert (after.points, after.actor) == (Decimal("1.6"), "he-thong"), "9 of 10: from 85 % on 1,6"
    assert Appraisal.of(own).decide([wanted]) == 0
    assert len(history(run.store, ROUND, COMMUNE, "5.3.2")) == 2


def test_a_choice_that_only_the_ledger_speaks_of_is_not_said_to_lack_a_report(run: Run) -> None:
    compute_units(run, units(run, SILENT))
    own = standing(run.store, ROUND)[SILENT]
    bases = {code: one.computed.basis for code, one in own.items() if one.computed}
    assert bases["1.1.1"] == "người thẩm định chọn theo hồ sơ", "its task is in the ledger, not in the report"
    assert bases["1.1.4"].startswith("không có số liệu kiểm chứng (đơn vị không có báo cáo năm")
