"""What a marked workbook keeps, part by part, what it does not give back, and what cannot be marked."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import MergedCell
from openpyxl.utils import get_column_letter
from tests.support.workbooks import Content

from cchc.workbooks.as_xlsx import Rewritten
from cchc.workbooks.forms import CheckFinding
from cchc.workbooks.marking import is_review_alone, mark_workbook
from cchc.workbooks.report_book import build_report_workbook
from cchc_rehearsal.dialects import rewritten
from cchc_rehearsal.fill import Answer, Answers, fill_workbook

SHEET, BOOK, STYLES = "xl/worksheets/sheet2.xml", "xl/workbook.xml", "xl/styles.xml"
RED, ORANGE = "FFF8CBAD", "FFFFE0B2"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def finding(severity: str, cell: str, sheet: str = "Số liệu") -> CheckFinding:
    return CheckFinding("quy-tac", severity, sheet, cell, "T06.1", None, None, "Sai")


WRONG = [finding("loi", "I8")]


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def changed(content: bytes, changes: dict[str, tuple[str, str]], **more: str) -> bytes:
    """A workbook with texts replaced in its parts, and more parts whose names have __ for a slash."""

    def change(name: str, part: bytes) -> tuple[str, bytes]:
        if name in changes:
            old, new = (text.encode() for text in changes[name])
            assert old in part, (name, old)
            part = part.replace(old, new, 1)
        return name, part

    out = io.BytesIO(rewritten(content, change))
    with zipfile.ZipFile(out, "a") as archive:
        for name, text in more.items():
            archive.writestr(name.replace("__", "/"), text)
    return out.getvalue()


def related(kind: str, target: str, mode: str = "") -> tuple[str, str]:
    """One more relation `rId99`."""
    more = f'<Relationship Id="rId99" Type="{RELATIONS}/{kind}" Target="{target}"{mode}/></Relationships>'
    return "</Relationships>", more


@pytest.fixture(scope="module")
def filled(unit: Any, round_: Any, indicators: list[Any], as_of: Any) -> bytes:
    form = build_report_workbook(unit, round_, indicators[:15], as_of=as_of)
    return Content(fill_workbook(form, Answers({indicators[0].code: Answer(226)})))


def looks(content: bytes) -> dict[tuple[str, str], tuple[Any, ...]]:
    """Every cell outside the review: what it holds and how it looks, its fill last."""
    return {
        (sheet.title, cell.coordinate): (
            cell.value, cell.number_format, cell.protection.locked, cell.font.name, cell.font.sz, cell.font.b,
            cell.font.i, cell.border.left.style, cell.border.bottom.style, cell.alignment.horizontal,
            cell.alignment.vertical, bool(cell.alignment.wrap_text), cell.alignment.indent,
            cell.fill.fgColor.rgb if cell.fill.fill_type else None,
        )
        for sheet in opened(content).worksheets
        if sheet.title != "Rà soát"
        for row in sheet.iter_rows()
        for cell in row
        if not isinstance(cell, MergedCell)  # of one that another covers openpyxl reads no look
    }  # fmt: skip


def rules(content: bytes) -> list[object]:
    """What of every sheet is no cell."""
    return [
        (sheet.title, sheet.sheet_state, sheet.protection.sheet, sheet.freeze_panes, str(sheet.merged_cells),
         [(str(one.sqref), one.type, one.formula1) for one in sheet.data_validations.dataValidation],
         [(str(one.sqref), one.rules) for one in sheet.conditional_formatting])
        for sheet in opened(content).worksheets
    ]  # fmt: skip


PLACES = st.tuples(
    st.sampled_from(["Số liệu", "Nội dung", "Hướng dẫn"]), st.integers(1, 40), st.integers(1, 16)
)


@given(found=st.lists(st.tuples(st.sampled_from(["loi", "canh_bao", "luu_y"]), PLACES), max_size=12))
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_only_the_named_cells_change_and_only_their_fill(filled: bytes, found: list[Any]) -> None:
    findings = [
        finding(kind, f"{get_column_letter(column)}{row}", sheet) for kind, (sheet, row, column) in found
    ]
    red = {(one.sheet, one.cell) for one in findings if one.severity == "loi"}
    orange = {(one.sheet, one.cell) for one in findings if one.severity == "canh_bao"} - red
    marked = mark_workbook(filled, findings)
    before, after = looks(filled), looks(marked)
    blank = looks(mark_workbook(filled, [finding("loi", "Z3")]))["Số liệu", "Z3"]
    for place, look in after.items():
        fill = RED if place in red else ORANGE if place in orange else before.get(place, (None,))[-1]
        assert look == (*before.get(place, blank)[:-1], fill), place
    assert rules(marked) == rules(filled)


def test_parts_without_a_finding_stay_byte_for_byte(filled: bytes) -> None:
    came = changed(filled, {SHEET: ("</sheetData>", "</sheetData><!-- x -->")}, xl__media__image1="\x89PNG")
    before, after = parts(came), parts(mark_workbook(came, [finding("loi", "B4", "Nội dung")]))
    assert {name for name in before if before[name] != after.get(name)} == {
        "[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels", BOOK, STYLES,
        "xl/worksheets/sheet1.xml", "xl/worksheets/sheet3.xml", "xl/worksheets/sheet4.xml",
    }  # fmt: skip
    # The sheet that lay open: two chosen sheets would take everything that is typed into one of them.
    assert after["xl/worksheets/sheet1.xml"] == before["xl/worksheets/sheet1.xml"].replace(
        b' tabSelected="1"', b""
    )
    assert set(before) == set(after)


def test_what_formulas_gave_goes_back_with_them(filled: bytes) -> None:
    came = changed(filled, {SHEET: ('<c r="I8"', '<c r="H8"><f>1+1</f><v>2</v></c><c r="I8"')})
    book = openpyxl.load_workbook(io.BytesIO(mark_workbook(came, WRONG)), data_only=True)
    assert book["Số liệu"]["H8"].value == 2


def test_a_cell_that_was_not_there_stands_at_its_place(filled: bytes) -> None:
    gone = re.compile(rb'<c r="I8"[^>]*?(/>|>.*?</c>)|<row r="9" .*?</row>', re.DOTALL)
    came = rewritten(filled, lambda name, part: (name, gone.sub(b"", part) if name == SHEET else part))
    marked = mark_workbook(
        came, [*WRONG, finding("canh_bao", "C9"), *(finding("loi", cell) for cell in ("P90", "B89", "A90"))]
    )
    text = parts(marked)[SHEET].decode()
    places = [int(row) for row in re.findall(r'<row r="(\d+)"', text)]
    row = re.search(r'<row r="8".*?</row>', text, re.DOTALL)
    assert row is not None
    columns = re.findall(r'<c r="([A-Z]+)8"', row[0])
    assert (places, columns) == (sorted(places), sorted(columns))
    assert {9, 89, 90} <= set(places) and "I" in columns
    assert opened(marked)["Số liệu"]["C9"].fill.fgColor.rgb == ORANGE


def test_a_workbook_without_a_review_gets_one(filled: bytes) -> None:
    book = opened(filled)
    del book["Rà soát"]
    out = io.BytesIO()
    book.save(out)
    marked = opened(mark_workbook(out.getvalue(), WRONG))
    assert (marked.sheetnames[-1], marked.active.title) == ("Rà soát", "Rà soát")
    assert marked["Rà soát"]["D5"].hyperlink.location == "'Số liệu'!I8"
    assert marked["Số liệu"]["I8"].fill.fgColor.rgb == RED


def test_a_review_that_was_hidden_is_shown_and_alone_is_chosen(filled: bytes) -> None:
    book = opened(
        mark_workbook(changed(filled, {BOOK: ('name="Rà soát"', 'name="Rà soát" state="hidden"')}), WRONG)
    )
    assert [sheet.title for sheet in book.worksheets if sheet.sheet_view.tabSelected] == ["Rà soát"]
    assert (book.active.title, book["Rà soát"].sheet_state) == ("Rà soát", "visible")


def test_sheet_names_written_with_letters_taken_apart_are_found(filled: bytes) -> None:
    import unicodedata

    def apart(name: str, part: bytes) -> tuple[str, bytes]:
        return name, unicodedata.normalize("NFD", part.decode()).encode() if name == BOOK else part

    book = opened(mark_workbook(rewritten(filled, apart), WRONG))
    assert len(book.sheetnames) == len(opened(filled).sheetnames)
    assert book.worksheets[1]["I8"].fill.fgColor.rgb == RED
    assert book.worksheets[3]["D5"].hyperlink.location == f"'{book.sheetnames[1]}'!I8"


def test_links_to_other_files_do_not_go_back_and_what_they_gave_stays(filled: bytes) -> None:
    came = changed(
        filled,
        {
            BOOK: (
                "</sheets>",
                f'</sheets><externalReferences><externalReference xmlns:r="{RELATIONS}" r:id="rId99"/>'
                "</externalReferences>",
            ),
            "xl/_rels/workbook.xml.rels": related("externalLink", "externalLinks/externalLink1.xml"),
            "[Content_Types].xml": (
                "</Types>",
                '<Override PartName="/xl/externalLinks/externalLink1.xml" ContentType="x"/></Types>',
            ),
            "xl/worksheets/sheet3.xml": (
                "</sheetData>",
                '<row r="90"><c r="A90"><f>[1]So!A1+1</f><v>7</v></c><c r="B90"><f>1+1</f></c></row></sheetData>',
            ),
        },
    )
    came = changed(
        came, {BOOK: ("<definedNames>", '<definedNames><definedName name="x">[1]So!$A$1</definedName>')}
    )
    out = io.BytesIO(came)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
        archive.writestr("xl/externalLinks/_rels/externalLink1.xml.rels", "<Relationships/>")
    marked = mark_workbook(out.getvalue(), WRONG)
    left = parts(marked)
    assert not any("externalLinks/" in name for name in left)
    assert b"xternal" not in left[BOOK] + left["xl/_rels/workbook.xml.rels"] + left["[Content_Types].xml"]
    book = opened(marked)
    assert (list(book.defined_names), book["Nội dung"]["A90"].value) == ([], 7)
    assert book["Nội dung"]["B90"].value == "=1+1"


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("vbaProject", "vbaProject.bin"),
        ("oleObject", "embeddings/oleObject1.bin"),
        ("calcChain", "calcChain.xml"),
        ("vbaProject", "another.bin"),
    ],
)
def test_programs_and_what_would_no_longer_be_true_do_not_go_back(
    filled: bytes, kind: str, target: str
) -> None:
    name = f"xl/{target}"
    came = changed(
        filled, {"xl/_rels/workbook.xml.rels": related(kind, target)}, **{name.replace("/", "__"): "x"}
    )
    left = parts(mark_workbook(came, WRONG))
    assert name not in left
    assert kind.encode() not in left["xl/_rels/workbook.xml.rels"]
    assert b"I8" in left[SHEET], "the form itself goes back"


def test_a_control_goes_with_the_husks_around_it(filled: bytes) -> None:
    husks = (
        f'<controls xmlns:mc="urn:mc"><mc:AlternateContent><mc:Choice><control xmlns:r="{RELATIONS}" r:id="rId99"/>'
        "</mc:Choice></mc:AlternateContent></controls></worksheet>"
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId99" Type="{RELATIONS}/control" Target="../activeX/activeX1.xml"/></Relationships>'
    )
    more = {"xl__worksheets___rels__sheet3.xml.rels": relations, "xl__activeX__activeX1.xml": "<x/>"}
    came = changed(filled, {"xl/worksheets/sheet3.xml": ("</worksheet>", husks)}, **more)
    left = parts(mark_workbook(came, WRONG))
    assert b"ontrol" not in left["xl/worksheets/sheet3.xml"]
    assert "xl/activeX/activeX1.xml" not in left


def test_a_template_goes_back_as_a_workbook(filled: bytes) -> None:
    came = changed(filled, {"[Content_Types].xml": ("sheet.main+xml", "template.main+xml")})
    assert parts(mark_workbook(came, WRONG))["[Content_Types].xml"].count(b"sheet.main+xml") == 1


SPOILT = {
    "a table of another source": {"xl/connections.xml": "<connections/>"},
    "a picture that lies elsewhere": {
        "xl/drawings/_rels/drawing1.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships"><Relationship Id="rId1" Type="{RELATIONS}/image" Target="http://x/y.png" '
        'TargetMode="External"/></Relationships>'
    },
    "entities": {STYLES: '<!DOCTYPE x [<!ENTITY a "ha">]><styleSheet/>'},
    "a part too large to be opened": {STYLES: "<styleSheet>" + " " * (9 << 20) + "</styleSheet>"},
    "a sheet that is no XML": {SHEET: "rubbish"},
    "no styles": {STYLES: "rubbish"},
    "a format that is not there": {SHEET: re.sub(r"\s+", " ", '<worksheet xmlns="http://schemas.openxmlformats.org/'
        'spreadsheetml/2006/main"><sheetData><row r="8"><c r="I8" s="99999"/></row></sheetData></worksheet>')},
}  # fmt: skip


@pytest.mark.parametrize("spoilt", SPOILT.values(), ids=SPOILT.keys())
def test_what_cannot_be_understood_goes_back_as_the_form_written_over(
    filled: bytes, spoilt: dict[str, str]
) -> None:
    kept = rewritten(filled, lambda name, part: None if name in spoilt else (name, part))
    came = changed(kept, {}, **{name.replace("/", "__"): text for name, text in spoilt.items()})
    over = mark_workbook(came, WRONG, lambda: Rewritten(filled, {("Số liệu", "I8"): "I9"}))
    assert opened(over)["Số liệu"]["I9"].fill.fgColor.rgb == RED
    assert is_review_alone(mark_workbook(came, WRONG))


def test_a_workbook_without_styles_is_coloured_all_the_same(filled: bytes) -> None:
    styled = rb' (s|style)="\d+"|<conditionalFormatting.*?</conditionalFormatting>'

    def bare(name: str, part: bytes) -> tuple[str, bytes] | None:
        if name == "xl/_rels/workbook.xml.rels":
            part = re.sub(rb'<Relationship [^>]*styles\.xml"/>', b"", part)
        return None if name == STYLES else (name, re.sub(styled, b"", part) if "sheets/" in name else part)

    assert opened(mark_workbook(rewritten(filled, bare), WRONG))["Số liệu"]["I8"].fill.fgColor.rgb == RED


def test_a_list_of_fills_that_begins_otherwise_is_filled_up_first(filled: bytes) -> None:
    """Programs take the first two fills for none and a pattern, whatever stands there."""

    def bare(name: str, part: bytes) -> tuple[str, bytes]:
        if name == STYLES:
            part = re.sub(rb"<fills.*</fills>", b"", part)
            part = re.sub(rb'fillId="\d+"', b'fillId="0"', part)
        return name, part

    book = opened(mark_workbook(rewritten(filled, bare), WRONG))
    assert book["Số liệu"]["I8"].fill.fgColor.rgb == RED


def test_marking_again_and_again_does_not_make_the_styles_grow(filled: bytes) -> None:
    once = mark_workbook(filled, WRONG)
    back = mark_workbook(once, [])
    assert parts(mark_workbook(mark_workbook(back, WRONG), []))[STYLES] == parts(back)[STYLES]


def test_a_remark_of_an_earlier_review_that_coloured_nothing_clears_nothing(filled: bytes) -> None:
    section = "B6"
    once = mark_workbook(filled, [finding("luu_y", section)])
    assert looks(mark_workbook(once, []))["Số liệu", section] == looks(filled)["Số liệu", section]
