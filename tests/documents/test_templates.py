"""Word templates: what an official may change, what is refused with its name, values that stay values."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docxtpl import DocxTemplate

from cchc.clock import at
from cchc.config_files.reading import read_yaml
from cchc.documents import templates
from cchc.documents.blocks import Block, DocumentTable, Paragraph, Picture, TableColumn, TextRun
from cchc.documents.marking import Marking
from cchc.documents.word import build
from cchc.errors import CchcError

DRAFT = Marking(at(date(2026, 3, 19), 9), draft=1)
ISSUED = Marking(at(date(2026, 3, 19), 9), number="12", symbol="SNV-CCHC", issued_on=date(2026, 3, 19))
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Makes `yeu_cau.docx` of a folder of the test's own: the real one with other lines, as Word would save it."""
    real = templates.FOLDER / "yeu_cau.docx"
    monkeypatch.setattr(templates, "FOLDER", tmp_path)

    def made(*lines: str, style: str = "Nội dung", required: tuple[str, ...] = ()) -> Path:
        document = Document(str(real))
        for element in list(document.element.body)[:-1]:  # the last one is the section
            document.element.body.remove(element)
        document.core_properties.title = "v"
        for line in lines:
            document.add_paragraph(line, style=style)
        document.save(str(tmp_path / "yeu_cau.docx"))
        listed = "".join(f"\n    - {name}" for name in required) or " []"
        (tmp_path / templates.PLACEHOLDERS).write_text(f"templates:\n  yeu_cau:{listed}\n", encoding="utf-8")
        return tmp_path / "yeu_cau.docx"

    return made


def filled(
    values: dict[str, Any], inserts: dict[str, list[Block]] | None = None, marking: Marking = DRAFT
) -> Any:
    return Document(io.BytesIO(build("yeu_cau", values, inserts or {}, marking)))


def words(document: Any) -> list[str]:
    """The text of each paragraph of the body, outside and inside tables."""
    return [
        "".join(node.text or "" for node in one.iter(qn("w:t")))
        for one in document.element.body.iter(qn("w:p"))
    ]


def test_the_list_names_the_placeholders_of_every_template_and_no_other() -> None:
    path = templates.FOLDER / templates.PLACEHOLDERS
    listed = read_yaml(path, path.read_bytes(), templates.Placeholders).templates
    assert len(listed) == 22
    assert {f"{name}.docx" for name in listed} == {path.name for path in templates.FOLDER.glob("*.docx")}
    for name, expected in listed.items():
        template = DocxTemplate(templates.FOLDER / f"{name}.docx")
        template.init_docx()
        assert templates.placeholders(template.patch_xml(template.get_xml())) == set(expected), name


def test_templates_bring_no_styles_of_tables_that_nothing_uses() -> None:
    """Each of some hundred and sixty is read again with every paper that is made, opened or turned into a PDF."""
    for path in templates.FOLDER.glob("*.docx"):
        document = Document(str(path))
        used = {node.get(qn("w:val")) for node in document.element.body.iter(qn("w:tblStyle"))}
        kept = {one.style_id for one in document.styles if one.type == WD_STYLE_TYPE.TABLE}
        assert kept <= used | {document.styles.default(WD_STYLE_TYPE.TABLE).style_id}, path.name
        parts = {str(one.partname) for one in document.part.package.iter_parts()}
        assert "/word/stylesWithEffects.xml" not in parts, path.name


def test_what_an_official_changes_in_word_is_kept(write: Write) -> None:
    path = write("Thời hạn: ")
    document = Document(str(path))
    paragraph = document.paragraphs[0]
    paragraph.add_run("{{ due }}").bold = True
    paragraph.add_run(" nhé.")
    paragraph.runs[0].text = "Chậm nhất là: "
    paragraph.runs[0].underline = True
    document.add_paragraph("Đoạn mới.", style=paragraph.style)
    document.save(str(path))
    found = filled({"due": "ngày 20"})
    assert words(found) == ["Chậm nhất là: ngày 20 nhé.", "Đoạn mới."]
    changed = found.paragraphs[0]
    assert changed.style.style_id == "NoiDung"
    assert changed.runs[0].underline
    assert changed.runs[1].bold


def test_a_placeholder_that_word_has_torn_apart_is_still_one(write: Write) -> None:
    path = write("", required=("due",))
    document = Document(str(path))
    for piece in ("Hạn {", "{ d", "ue }", "}."):
        document.paragraphs[0].add_run(piece)
    document.save(str(path))
    assert words(filled({"due": "ngày 20"})) == ["Hạn ngày 20."]


def test_a_lost_placeholder_is_named_with_its_template(write: Write) -> None:
    write("Hết.", required=("due", "bang.danh_sach"))
    with pytest.raises(CchcError) as error:
        filled({"due": "x"}, {"danh_sach": []})
    for expected in ("yeu_cau.docx", "{{ due }}", '{{p bang("danh_sach") }}'):
        assert expected in str(error.value)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["Số {{ khong_co }}"], "khong_co"),
        (['{{p bang("khong_co") }}'], "khong_co"),
        (["Số {{ a.b }}"], "b"),
        (["{%p if a %}", "Số"], "yeu_cau.docx"),
    ],
    ids=["value", "insert", "attribute", "open"],
)
def test_what_a_template_asks_for_in_vain_is_named(write: Write, lines: list[str], told: str) -> None:
    write(*lines)
    with pytest.raises(CchcError) as error:
        filled({"a": "x"})
    assert "yeu_cau.docx" in str(error.value)
    assert told in str(error.value)


def test_an_absent_template_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "FOLDER", tmp_path)
    with pytest.raises(CchcError, match=r"yeu_cau\.docx"):
        filled({})


def test_a_table_stands_where_its_placeholder_stood_and_nothing_where_it_is_empty(write: Write) -> None:
    write("Trước.", '{{p bang("danh_sach") }}', '{{p bang("rong") }}', "Sau.")
    listed = DocumentTable((TableColumn("Cột", 30),), [["ô"]])
    found = words(filled({}, {"danh_sach": [listed], "rong": []}))
    assert found == ["Trước.", "Cột", "ô", "", "Sau."]


def test_a_place_to_be_written_stands_in_drafts_only(write: Write) -> None:
    write("[Lời của Sở.]", style="Chỗ cần viết")
    assert words(filled({})) == ["[Lời của Sở.]"]
    assert words(filled({}, marking=ISSUED)) == []


def test_conditions_and_loops_leave_no_empty_line(write: Write) -> None:
    write(
        "{%p for one in rows %}",
        "- {{ one }};",
        "{%p endfor %}",
        "{%p if rows %}",
        "Có.",
        "{%p endif %}",
        "Hết.",
    )
    assert words(filled({"rows": ["a", "b"]})) == ["- a;", "- b;", "Có.", "Hết."]
    assert words(filled({"rows": []})) == ["Hết."]


def test_a_count_is_written_as_people_write_numbers_and_a_year_is_text(write: Write) -> None:
    write("Có {{ count }} số liệu năm {{ year }}.")
    assert words(filled({"count": 1188, "year": "2026"})) == ["Có 1.188 số liệu năm 2026."]


@pytest.mark.parametrize(
    "value",
    [
        "# Không phải đề mục",
        "@ky",
        "**không đậm**",
        "{{ 7*7 }}",
        "{% raise %}",
        "a\n@ngang\nb",
        "<w:p/>&amp;",
        "\x07\x00ô",
    ],
)
def test_a_value_is_never_read_as_template_or_markup(write: Write, value: str) -> None:
    write("Đơn vị {{ ten }} gửi")
    expected = " ".join(value.replace("\x07", "").replace("\x00", "").split())
    document = filled({"ten": value})
    (paragraph,) = [one for one in document.paragraphs if one.text.startswith("Đơn vị")]
    assert paragraph.text == f"Đơn vị {expected} gửi"
    assert not any(run.bold or run.italic for run in paragraph.runs)


def test_a_value_cannot_pass_for_a_table(write: Write) -> None:
    write("{{ ten }}", '{{p bang("danh_sach") }}')
    shown = Paragraph((TextRun("bảng"),))
    found = words(filled({"ten": templates.marker("danh_sach")}, {"danh_sach": [shown]}))
    assert found.count("bảng") == 1


PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


def test_pictures_are_numbered_named_described_and_kept_with_their_caption(write: Write) -> None:
    write('{{p bang("hinh") }}', required=("bang.hinh",))
    pictures: list[Block] = [
        Picture(PIXEL, "Tỷ lệ đúng hạn", "Biểu đồ cột", 50),
        Picture(PIXEL, "Hai", "Đường", 400),
    ]
    found = filled({}, {"hinh": pictures})
    shown = list(found.element.body.iter(qn("wp:inline")))
    names = [one.find(qn("wp:docPr")).attrib for one in shown]
    assert [(one["id"], one["name"], one["descr"]) for one in names] == [
        ("1", "Hinh 1", "Biểu đồ cột"),
        ("2", "Hinh 2", "Đường"),
    ]
    assert [one.get("id") for one in found.element.body.iter(qn("pic:cNvPr"))] == ["1", "2"]
    widths = [int(one.find(qn("wp:extent")).get("cx")) / 36000 for one in shown]
    assert widths == [50, 165], "no picture is wider than the text"
    assert [text for text in words(found) if text] == ["Hình 1. Tỷ lệ đúng hạn", "Hình 2. Hai"]
    for one in shown:
        paragraph = next(one.iterancestors(qn("w:p")))
        assert next(paragraph.iter(qn("w:keepNext")), None) is not None
        assert next(paragraph.iter(qn("w:jc"))).get(qn("w:val")) == "center"


def test_the_room_between_a_table_and_what_follows_is_a_thin_line(write: Write) -> None:
    write('{{p bang("danh_sach") }}', required=("bang.danh_sach",))
    found = filled({}, {"danh_sach": [DocumentTable((TableColumn("Tên", 50),), [["An Phú"]])]})
    *_, thin = (one for one in found.element.body if one.tag == qn("w:p"))
    spacing = next(thin.iter(qn("w:spacing")))
    assert (spacing.get(qn("w:line")), spacing.get(qn("w:lineRule"))) == ("120", "exact")
