"""Four real reports go through their own rounds: what was printed comes out again, and their faults are named."""

from __future__ import annotations

import io
import re
import zipfile
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import load_workbook
from ruamel.yaml import YAML

from cchc.clock import at
from cchc.indicators import IndicatorRegister, parse_number
from cchc.obligations import Ledger
from cchc.paths import Instance
from cchc.store import Store, fingerprint
from cchc.submissions.kept import latest_values
from cchc.texts import t, table
from cchc.year import Calendar
from cchc_rehearsal.real_rounds import ACTOR, FOLDER, Entered, RealResult, load_real_reports, run_real_rounds

REPORTS = {report.unit: report for report in load_real_reports()}
REGISTER = IndicatorRegister.load()
PRINTED = [
    pytest.param(unit, code, id=f"{unit}-{code}")
    for unit, report in REPORTS.items()
    for code in report.figures
]


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    one = Instance(tmp_path_factory.mktemp("thuc-te"))
    one.settings_file.write_text("rehearsal: true\n", encoding="utf-8")
    return one


@pytest.fixture(scope="module")
def steps() -> list[str]:
    return []


@pytest.fixture(scope="module")
def result(instance: Instance, steps: list[str]) -> RealResult:
    return run_real_rounds(instance, steps.append)


@pytest.fixture(scope="module")
def store(instance: Instance, result: RealResult) -> Store:
    return Store(instance.store_url)


@pytest.fixture(scope="module")
def sheets(result: RealResult) -> dict[str, dict[str, dict[str, object]]]:
    """The rows of the real units in the sheets 'Theo đơn vị' of the appendices, as files: round/unit ->
    cells and units of measure, each by the column's code."""
    found: dict[str, dict[str, dict[str, object]]] = {}
    for one in result.rounds:
        book = load_workbook(one.documents["phu_luc_noi_bo_du_thao"], data_only=True)
        rows = list(book[t("appendix.sheets.units")].values)
        head = next(number for number, row in enumerate(rows) if "I.1.1" in row)
        top = next(number for number, row in enumerate(rows) if table("appendix.units")["measure"] in row)
        for row in rows[head + 1 :]:
            if row[2] in REPORTS:
                cells = dict(zip(map(str, rows[head]), row, strict=True))
                units = dict(zip(map(str, rows[head]), rows[top], strict=True))
                found[f"{one.round_id}/{row[2]}"] = {"cells": cells, "units": units}
    return found


def _entered(result: RealResult, unit: str) -> Entered:
    return next(one for one in result.reports if one.report.unit == unit)


@pytest.mark.parametrize(("unit", "code"), PRINTED)
def test_a_printed_figure_comes_out_of_the_appendix_as_it_went_in(sheets, unit: str, code: str) -> None:
    report = REPORTS[unit]
    day = Calendar.load().round(report.round).reference_day
    indicator = next(one for one in REGISTER.on(day) if one.code == code)
    own = sheets[f"{report.round}/{unit}"]
    cell, figure = own["cells"][code], report.figures[code]
    if isinstance(cell, str):
        assert cell == figure.raw
    elif cell is None:
        pytest.fail(f"{code}: {figure.raw} was lost")
    else:
        assert indicator.aggregation != "ratio"
        assert Decimal(str(cell)) == parse_number(figure.raw, indicator.kind)
    assert (own["units"][code] or "") == indicator.unit_of_measure
    if figure.numerator:
        parts = (own["cells"][f"{code} (TS)"], own["cells"][f"{code} (MS)"])
        assert parts == (int(figure.numerator), int(figure.denominator or ""))


@pytest.mark.parametrize("unit", REPORTS)
def test_the_store_keeps_the_characters_that_were_printed(store: Store, unit: str) -> None:
    report = REPORTS[unit]
    kept = latest_values(store, report.round)[unit]
    assert {code: kept[code].raw for code in report.figures} == {
        code: one.raw for code, one in report.figures.items()
    }
    # Beyond what was printed there is only what the form itself derives from it.
    assert all(REGISTER.get(code).source == "computed" for code in kept.keys() - report.figures.keys())


def test_the_whole_statistics_table_of_my_tu_is_in() -> None:
    # 98 cells of the printed table hold a figure.
    assert len(REPORTS["h-my-tu"].figures) == 98


@pytest.mark.parametrize("unit", REPORTS)
def test_the_faults_known_to_be_in_a_report_are_found(result: RealResult, unit: str) -> None:
    entered = _entered(result, unit)
    assert entered.missed == []
    assert all(finding.message and finding.severity for finding in entered.faults)
    assert entered.blanks + len(entered.faults) == len(entered.findings)


@pytest.mark.parametrize(
    ("unit", "figure"),
    [
        ("h-my-tu", "97,56%"),  # 98,44 % beside 26.600/27.266
        ("h-my-tu", "54.639"),  # 53.850 + 789 beside 54.647
        ("h-my-tu", "21.125"),  # the table, beside 9.229 in the text
        ("h-long-my", "30,74%"),  # 83/270 beside 22,43 %
        ("h-long-my", "15/06/2022"),  # a window ending after the signing of 07/06
        ("h-u-minh-thuong", "98,65%"),  # 4455/4516 beside 98,7 %
        ("vp-ubnd-kien-giang", "31/06/2022"),
        ("vp-ubnd-kien-giang", "31/12/2022"),
        ("vp-ubnd-kien-giang", "28/51"),
    ],
)
def test_a_fault_is_named_with_its_figures(result: RealResult, unit: str, figure: str) -> None:
    assert any(figure in finding.message for finding in _entered(result, unit).faults)


@pytest.mark.parametrize("unit", REPORTS)
def test_a_refused_report_of_the_past_counts_and_the_ledger_says_why(
    store: Store, result: RealResult, unit: str
) -> None:
    report = REPORTS[unit]
    state = Ledger(store).state(report.obligation_id, at(report.signed_on, 23))
    assert state is not None and state.status == "accepted"
    assert state.fulfilled_at == at(report.signed_on, 16)
    history = Ledger(store).history(report.obligation_id)
    assert [event.kind.value for event in history] == [
        "opened",
        "submitted",
        "rejected",
        "submitted",
        "accepted",
    ]
    assert history[-1].actor == ACTOR and history[-1].reason
    assert _entered(result, unit).as_found


def test_missing_units_are_named_and_not_counted_as_zero(result: RealResult, store: Store) -> None:
    for one in result.rounds:
        present = [entered.unit_name for entered in result.reports if entered.report.round == one.round_id]
        assert len(one.missing) + len(present) == one.obliged
        assert not set(present) & set(one.missing)
        assert latest_values(store, one.round_id).keys() == {
            entered.report.unit for entered in result.reports if entered.report.round == one.round_id
        }


def test_documents_say_on_their_pages_that_they_are_a_rehearsal(result: RealResult) -> None:
    for one in result.rounds:
        assert set(one.documents) == {
            "bao_cao_du_thao", "phu_luc_du_thao", "bao_cao_noi_bo_du_thao", "phu_luc_noi_bo_du_thao",
        }  # fmt: skip
        for path in one.documents.values():
            with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
                texts = "".join(
                    archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")
                )
            assert "BẢN DIỄN TẬP" in texts


def test_progress_tells_every_round_and_report(steps: list[str], result: RealResult) -> None:
    assert len(steps) == 2 * len(result.rounds) + len(result.reports)


def test_a_second_run_changes_no_row_and_no_file(
    instance: Instance, store: Store, result: RealResult
) -> None:
    def files() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in instance.out.rglob("*") if path.is_file()}

    rows, written = fingerprint(store), files()
    again = run_real_rounds(instance)
    assert again == result
    assert fingerprint(store) == rows
    assert files() == written


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_no_person_is_named_or_can_be_reached(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "@" not in text
    # A figure with dots has groups of three behind the first: 0918.235.035 would be caught by its leading 0.
    assert not re.search(r"(?<![\d.,])0\d{3}[\s.]?\d{3}[\s.]?\d{3}(?!\d)", text)
    assert not re.search(r"(?<!\d)(?:\+?84|1800|1900)[\s.]?\d{6,}", text)
    words = set(YAML(typ="safe").load(text))
    assert words <= {"unit", "round", "number", "signed_on", "dated", "figures", "texts", "faults"}
    assert not re.search(r"\b(?:ông|bà|đồng chí) [A-ZĐ]", text, re.IGNORECASE)
