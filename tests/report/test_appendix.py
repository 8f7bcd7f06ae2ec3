"""The Excel appendix: totals equal the consolidated figures, and units' figures come back as they went in."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from cchc.documents.marking import Marking
from cchc.figures.facts import ReceivedReport, RoundFacts, SnapshotStamp
from cchc.figures.shown import stated
from cchc.files import sha256_bytes
from cchc.indicators import Indicator
from cchc.report.appendix import SourceForms, build_appendix_xlsx
from cchc.report.appendix_units import slots
from cchc.report.report_docx import build_report_docx
from cchc.sources import DOC_MANAGEMENT, ONE_STOP
from cchc.sources.forms import DocumentRow, UnitBlock
from cchc.sources.states import SourceState
from cchc.texts import table
from cchc.units import Tier
from cchc.workbooks.forms import ReportedFigure

UNITS = "Theo đơn vị"


@pytest.fixture(scope="module")
def forms(facts: RoundFacts) -> SourceForms:
    """Two units of the round in Biểu 06, one of them without exports, and in the document table."""
    window = facts.round_.window
    assert window is not None
    one, two = facts.units[0], facts.units[-1]

    def state(source: str) -> SourceState:
        path, when = Path("x.parquet"), facts.as_of
        return SourceState(source, path, "ab" * 32, 9, when, (), 1, f"{source}-1", window.last)

    names = ("total", "received_online", "received_direct_or_post", "carried_over", "resolved", "early", "on_time",
             "late", "still_open", "in_term", "overdue")  # fmt: skip
    counts = defaultdict(int, zip(names, (7, 2, 4, 1, 5, 2, 1, 2, 2, 1, 1), strict=True))
    exchanged = {"sent": 9, "sent_paper": 2, "sent_electronic": 4, "sent_both": 3, "received": 6,
                 "received_paper": 1, "received_electronic": 2, "received_both": 3}  # fmt: skip
    return SourceForms(
        ([UnitBlock(one, counts, (("Đất đai", counts),)), UnitBlock(two, None)], state(ONE_STOP)),
        (
            [DocumentRow(one, exchanged, exchanged, 5), DocumentRow(two, None, None, None)],
            state(DOC_MANAGEMENT),
        ),
    )


@pytest.fixture(scope="module")
def content(facts: RoundFacts, forms: SourceForms) -> bytes:
    origin = {"code": "abc123", "snapshots": {"s1": "ff"}}
    return build_appendix_xlsx(facts, Marking(facts.as_of, rehearsal=True), origin, forms)


@pytest.fixture(scope="module")
def kept(content: bytes) -> Any:
    """The workbook as readers see it that do not calculate: formulas by their kept results."""
    return openpyxl.load_workbook(io.BytesIO(content), data_only=True)


def header(sheet: Any) -> tuple[int, dict[str, int]]:
    """(row of the codes, column by heading) of the grid of units."""
    for row in sheet.iter_rows():
        if row[0].value == "TT":
            return row[0].row, {cell.value: cell.column for cell in row if cell.value}
    raise AssertionError("no heading")


def stated_by_units(facts: RoundFacts) -> list[Indicator]:
    """What has a column in the grid of units: our own books are none."""
    return [one for one in facts.indicators if one.of_units or one.asked]


def labelled(sheet: Any, label: str) -> int:
    return next(row[0].row for row in sheet.iter_rows(max_col=1) if row[0].value == label)


def test_the_sheets_are_those_that_people_expect(kept: Any) -> None:
    *lists, origin = table("appendix.sheets").values()
    assert kept.sheetnames == [*lists, "Biểu 06", "Cách đếm", "Văn bản", origin]


def test_a_form_whose_exports_are_not_there_says_so_on_its_sheet(facts: RoundFacts) -> None:
    content = build_appendix_xlsx(facts, Marking(facts.as_of), None, SourceForms())
    book = openpyxl.load_workbook(io.BytesIO(content))
    for name in ("Biểu 06", "Văn bản"):
        text = " ".join(str(cell.value) for row in book[name].iter_rows() for cell in row if cell.value)
        assert "Chưa có số liệu chốt ngày" in text


def test_figures_carry_their_source_and_its_hash(facts: RoundFacts) -> None:
    sent = {
        unit.code: ReceivedReport(f"bao-cao-{unit.code}.xlsx", sha256_bytes(unit.code.encode()), facts.as_of)
        for unit in facts.units
        if unit.code in facts.figures
    }
    stamp = SnapshotStamp("one_stop-1", ONE_STOP, date(2026, 12, 14), "cd" * 32)
    told = replace(facts, received=sent, snapshots={"T06.1": (stamp,)})
    book = openpyxl.load_workbook(io.BytesIO(build_appendix_xlsx(told, Marking(facts.as_of))))
    grid = book[UNITS]
    head, _ = header(grid)
    for n, unit in enumerate(facts.units, start=1):
        comment = grid.cell(head + n, 2).comment
        assert (comment is not None) == (unit.code in sent)
        if comment is not None:
            assert sent[unit.code].file_name in comment.text
            assert sent[unit.code].sha256 in comment.text
    summary = book[table("appendix.sheets")["summary"]]
    row = next(row for row in summary.iter_rows() if row[1].value == "T06.1")
    notes = [cell.comment.text for cell in row if cell.comment]
    line = facts.consolidation.line("T06.1")
    assert line is not None
    behind = sorted(
        sent[u.code].sha256
        for u in facts.units
        if facts.owes(u, "T06.1") and u.code not in {*line.missing, *line.stated}
    )
    assert f"{line.units_counted} đơn vị trên {line.units_obliged}" in notes[0]
    assert sha256_bytes("\n".join(behind).encode()) in notes[0]
    assert "cd" * 32 in notes[-1]


def test_totals_by_province_and_tier_equal_the_consolidated_figures(kept: Any, facts: RoundFacts) -> None:
    sheet, tiers = kept[UNITS], table("report.tiers")
    _, columns = header(sheet)
    for scope in (Tier.PROVINCE, *facts.tiers):
        row = labelled(sheet, tiers[scope])
        for indicator in stated_by_units(facts):
            line = facts.consolidation.line(indicator.code, scope)
            shown = sheet.cell(row, columns[indicator.code]).value
            if line is None or indicator.aggregation == "none" or not line.units_counted:
                assert shown in (None, ""), indicator.code
            elif indicator.aggregation == "count_yes":
                assert shown == f"{line.numerator}/{line.denominator}"
            elif indicator.aggregation == "distribution":
                assert [part.split(": ")[1] for part in shown.split("; ")] == [
                    str((line.distribution or {}).get(key, 0)) for key in indicator.options
                ]
            else:
                assert shown == pytest.approx(float(line.value or 0)), indicator.code
            if indicator.aggregation == "ratio" and line is not None and line.units_counted:
                assert sheet.cell(row, columns[f"{indicator.code} (TS)"]).value == float(line.numerator or 0)
                assert sheet.cell(row, columns[f"{indicator.code} (MS)"]).value == float(
                    line.denominator or 0
                )


def test_every_figure_of_every_unit_comes_back(kept: Any, facts: RoundFacts) -> None:
    sheet = kept[UNITS]
    head, columns = header(sheet)
    for n, unit in enumerate(facts.units, start=1):
        assert sheet.cell(head + n, columns["Mã"]).value == unit.code
        for indicator in stated_by_units(facts):
            figure = facts.figures.get(unit.code, {}).get(indicator.code)
            shown = sheet.cell(head + n, columns[indicator.code]).value
            if figure is None:
                assert shown is None or indicator.aggregation == "ratio", (unit.code, indicator.code)
            elif indicator.aggregation in ("ratio", "none"):
                if figure.raw is not None:
                    assert shown == figure.raw
            else:
                assert Decimal(str(shown)) == figure.value


TYPED = ("4,747", "99.81", "46,20", "04/592", "khoảng 40", "=1+1", '=HYPERLINK("http://x")', "@SUM(1)", "-")


def test_what_cannot_be_added_is_given_back_as_typed_and_is_never_a_formula(facts: RoundFacts) -> None:
    speaking = [unit for unit in facts.units if unit.code in facts.figures][: len(TYPED)]
    told = {
        unit.code: dict(facts.figures[unit.code]) | {"T06.1": ReportedFigure("T06.1", raw=raw)}
        for unit, raw in zip(speaking, TYPED, strict=True)
    }
    changed = replace(facts, figures=dict(facts.figures) | told)
    book = openpyxl.load_workbook(io.BytesIO(build_appendix_xlsx(changed, Marking(facts.as_of))))
    head, columns = header(book[UNITS])
    for unit, raw in zip(speaking, TYPED, strict=True):
        cell = book[UNITS].cell(head + 1 + facts.units.index(unit), columns["T06.1"])
        assert (cell.value, cell.data_type) == (raw, "s")


def test_a_figure_that_is_not_owed_is_shown_but_is_no_number_for_the_total(facts: RoundFacts) -> None:
    unit = next(unit for unit in facts.units if unit.tier == "so" and unit.code in facts.figures)
    indicator = next(
        one for one in stated_by_units(facts) if one.aggregation == "sum" and not facts.owes(unit, one.code)
    )
    own = dict(facts.figures[unit.code]) | {
        indicator.code: ReportedFigure(indicator.code, raw="12", value=Decimal(12))
    }
    changed = replace(facts, figures=dict(facts.figures) | {unit.code: own})
    book = openpyxl.load_workbook(io.BytesIO(build_appendix_xlsx(changed, Marking(facts.as_of))))
    head, columns = header(book[UNITS])
    cell = book[UNITS].cell(head + 1 + facts.units.index(unit), columns[indicator.code])
    assert (cell.value, cell.data_type) == ("12", "s")


def test_units_without_a_report_are_named_with_their_reason(kept: Any, facts: RoundFacts) -> None:
    rows = {(row[0], row[4]) for row in kept["Thiếu"].iter_rows(values_only=True) if not row[2]}
    words = table("appendix.missing")
    for standing in facts.standings:
        if standing.timeliness == "missing":
            assert (standing.unit.name, words["not_sent"]) in rows
        if standing.status == "nothing_to_report":
            assert (standing.unit.name, words["nothing"]) in rows


def test_the_list_of_missing_figures_agrees_with_the_coverage(kept: Any, facts: RoundFacts) -> None:
    listed = [row[2] for row in kept["Thiếu"].iter_rows(values_only=True) if row[2]]
    whole = {s.unit.code for s in facts.standings if s.unit.code not in facts.figures}
    for indicator in facts.indicators:
        line = facts.consolidation.line(indicator.code)
        assert line is not None
        if not indicator.asked:
            continue
        alone = [code for code in (*line.missing, *line.stated) if code not in whole]
        assert listed.count(indicator.code) == len(alone), indicator.code


def test_differences_lateness_and_findings_are_listed(kept: Any, facts: RoundFacts) -> None:
    gaps = list(kept["Chênh lệch"].iter_rows(values_only=True))
    assert facts.differences
    for gap in facts.differences:
        own = facts.figures[gap.unit.code][gap.indicator.code]
        assert any(row[:2] == (gap.unit.name, gap.indicator.code) and row[4] == stated(own) for row in gaps)
    names = [row[1] for row in kept["Tiến độ"].iter_rows(values_only=True)]
    assert [unit.name for unit in facts.units] == names[-len(facts.units) :]
    assert any("Tổng số khác tổng các phần." in row for row in kept["Cảnh báo"].iter_rows(values_only=True))
    assert ("snapshots.s1", "ff") in list(kept["Nguồn gốc"].iter_rows(values_only=True))


def test_panes_are_frozen_filters_set_and_the_stamp_is_on_each_sheet(content: bytes) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book:
        assert sheet.freeze_panes, sheet.title
        assert "BẢN DIỄN TẬP" in sheet.oddHeader.center.text
        assert sheet["A1"].value == "BẢN DIỄN TẬP"
        if sheet.title not in ("Tổng hợp", "Biểu 06", "Văn bản"):  # bands or subtotals between the rows
            assert sheet.auto_filter.ref, sheet.title


def test_equal_facts_give_equal_bytes(facts: RoundFacts, forms: SourceForms, content: bytes) -> None:
    origin = {"code": "abc123", "snapshots": {"s1": "ff"}}
    again = build_appendix_xlsx(facts, Marking(facts.as_of, rehearsal=True), origin, forms)
    assert again == content


def test_a_round_that_nobody_reported_has_empty_totals_and_no_zero(
    new_facts: Callable[..., RoundFacts],
) -> None:
    facts = new_facts(seed=4, silent=122)
    book = openpyxl.load_workbook(
        io.BytesIO(build_appendix_xlsx(facts, Marking(facts.as_of))), data_only=True
    )
    sheet = book[UNITS]
    row = labelled(sheet, table("report.tiers")[Tier.PROVINCE])
    _, columns = header(sheet)
    assert {sheet.cell(row, columns[one.code]).value for one in stated_by_units(facts)} <= {None, ""}


def test_the_grid_has_a_column_for_every_indicator_and_three_for_a_ratio(facts: RoundFacts) -> None:
    shown = stated_by_units(facts)
    ratios = sum(indicator.aggregation == "ratio" for indicator in shown)
    assert len(slots(facts)) == len(shown) + 2 * ratios
    assert {one.code for one in facts.indicators} - {one.code for one in shown} == {
        "I.2.3",
        "KH.1",
        "KH.2",
        "KT.1",
        "KT.2",
        "KT.3",
    }


@pytest.mark.slow
def test_docx_and_xlsx_of_122_units_are_whole_files(facts: RoundFacts) -> None:
    for content in (
        build_report_docx(facts, Marking(facts.as_of)),
        build_appendix_xlsx(facts, Marking(facts.as_of)),
    ):
        assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None


@pytest.mark.slow
@pytest.mark.usefixtures("office")
def test_libreoffice_computes_the_totals_that_the_file_keeps(
    content: bytes, kept: Any, tmp_path: Path
) -> None:
    """The kept results are overwritten first, so that only a real calculation can give them back."""
    profile = tmp_path / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        '<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">'
        "<value>0</value></prop></item></oor:items>"
    )
    source = tmp_path / "phu-luc.xlsx"
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(source, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.startswith("xl/worksheets/"):
                data = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1<v>777</v>", data)
            new.writestr(name, data)
    home = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [
        "soffice",
        home,
        "--headless",
        "--convert-to",
        "xlsx",
        "--outdir",
        str(tmp_path / "out"),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    computed = openpyxl.load_workbook(tmp_path / "out" / source.name, data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(content))
    compared = 0
    for name in formulas.sheetnames:
        for cell in (cell for row in formulas[name].iter_rows() for cell in row):
            if cell.data_type != "f":
                continue
            expected, found = kept[name][cell.coordinate].value, computed[name][cell.coordinate].value
            compared += 1
            if isinstance(expected, (int, float)):
                assert found == pytest.approx(expected, abs=1e-6), cell.coordinate
            else:
                assert (found or "") == (expected or ""), cell.coordinate
    assert compared > 400


def test_wide_and_long_sheets_are_printed_on_few_pages_with_their_headings(kept: Any) -> None:
    grid, told = kept[UNITS], kept["Giải trình"]
    assert grid.page_setup.fitToWidth <= 7 and grid.page_setup.fitToHeight == 2
    assert grid.print_title_rows and grid.print_title_cols == "$A:$B"
    assert (grid.page_setup.paperSize, grid.page_setup.orientation) == (8, "landscape")
    assert all(sheet.page_setup.fitToHeight is not None for sheet in kept)
    first = [str(row[0].value or "") for row in grid.iter_rows(min_row=1, max_row=4)]
    assert any(text.startswith("Lưu hành nội bộ, không gửi kèm báo cáo.") for text in first), first
    # What the grid of units shows already is not listed again with empty columns beside it.
    for row in told.iter_rows(min_row=5, values_only=True):
        assert row[6] or row[7] or row[4] is None or row[5] is None or row[1] == ""


@pytest.mark.slow
def test_the_appendix_comes_out_of_the_printer_on_few_pages(
    content: bytes, tmp_path: Path, office: str
) -> None:
    """It was 204 pages: each sheet's columns page beside page, and long lists of empty cells."""
    (tmp_path / "phu-luc.xlsx").write_bytes(content)
    profile = f"-env:UserInstallation=file://{tmp_path}/lo"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "phu-luc.xlsx")], check=True, capture_output=True, timeout=120)
    told = subprocess.run(
        ["pdfinfo", str(tmp_path / "phu-luc.pdf")], check=True, capture_output=True, text=True, timeout=30
    ).stdout
    (pages,) = re.findall(r"Pages: +(\d+)", told)
    assert int(pages) <= 60
