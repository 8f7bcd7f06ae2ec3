"""Word templates: what an official may change, what is refused with its name, values that stay values."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn

from cchc.clock import at
from cchc.errors import CchcError
from cchc.report import template_maker, templates
from cchc.report.blocks import Block, Column, Paragraph, Run, Table
from cchc.report.marking import Marking
from cchc.report.template_maker import make_all, make_template, names_in
from cchc.report.word import build

DRAFT = Marking(at(date(2026, 3, 19), 9), draft=1)
ISSUED = Marking(at(date(2026, 3, 19), 9), number="12", symbol="SNV-CCHC", issued_on=date(2026, 3, 19))
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Makes `yeu_cau.docx` of a folder of the test's own from lines of a source."""
    monkeypatch.setattr(templates, "FOLDER", tmp_path)
    sources = tmp_path / "nguon"
    sources.mkdir()

    def made(text: str) -> Path:
        (sources / "yeu_cau.txt").write_text(text, encoding="utf-8")
        make_all(tmp_path, sources)
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


def test_the_templates_that_are_used_are_those_of_the_reviewed_sources(tmp_path: Path) -> None:
    """Whoever changes a source runs tools/make-word-templates; both changes then stand in one review."""
    made = make_all(tmp_path)
    assert {path.name for path in made} == {
        path.name for path in templates.FOLDER.iterdir() if path.suffix != ".md"
    }
    for path in made:
        assert path.read_bytes() == (templates.FOLDER / path.name).read_bytes(), path.name


def test_lines_become_paragraphs_in_their_styles(write: Write) -> None:
    write(
        "@loai BÁO CÁO\n@trich_yeu Dòng {{ a }}\n# I. Mục\n- ý **đậm** và *nghiêng*\nLời\n@ngang\n@phu_luc P|T\n@ky"
    )
    document = filled({"a": "một"})
    styles = {one.text: one.style.style_id for one in document.paragraphs if one.text}
    assert styles["I. Mục"] == "Heading1"
    assert styles["- ý đậm và nghiêng"] == "MucCon"
    assert styles["Lời"] == "NoiDung"
    item = next(one for one in document.paragraphs if one.text.startswith("- "))
    assert [(run.text, bool(run.bold), bool(run.italic)) for run in item.runs][1:] == [
        ("ý ", False, False), ("đậm", True, False), (" và ", False, False), ("nghiêng", False, True)
    ]  # fmt: skip
    assert [section.orientation for section in document.sections] == [0, 1]
    assert document.core_properties.title == "BÁO CÁO Dòng một"


def test_what_an_official_changes_in_word_is_kept(write: Write) -> None:
    path = write("@trich_yeu v\nThời hạn: **{{ due }}** nhé.\n@ky")
    document = Document(str(path))
    paragraph = next(one for one in document.paragraphs if "Thời hạn" in one.text)
    paragraph.runs[0].text = "Chậm nhất là: "
    paragraph.runs[0].underline = True
    document.add_paragraph("Đoạn mới.", style=paragraph.style)
    document.save(str(path))
    found = filled({"due": "ngày 20"})
    assert "Chậm nhất là: ngày 20 nhé." in words(found)
    assert "Đoạn mới." in words(found)
    changed = next(one for one in found.paragraphs if "Chậm nhất" in one.text)
    assert changed.runs[0].underline
    assert changed.runs[1].bold


def test_a_placeholder_that_word_has_torn_apart_is_still_one(write: Write) -> None:
    path = write("@trich_yeu v\nHạn {{ due }}.\n@ky")
    document = Document(str(path))
    paragraph = next(one for one in document.paragraphs if "Hạn" in one.text)
    for run in paragraph.runs:
        run.text = ""
    for piece in ("Hạn {", "{ d", "ue }", "}."):
        paragraph.add_run(piece)
    document.save(str(path))
    assert "Hạn ngày 20." in words(filled({"due": "ngày 20"}))


def test_a_lost_placeholder_is_named_with_its_template(write: Write) -> None:
    path = write("@trich_yeu v\nHạn {{ due }}.\n@bang danh_sach\n@ky")
    document = Document(str(path))
    for paragraph in document.paragraphs:
        if "due" in paragraph.text or "danh_sach" in paragraph.text:
            paragraph._p.getparent().remove(paragraph._p)
    document.save(str(path))
    with pytest.raises(CchcError) as error:
        filled({"due": "x"}, {"danh_sach": []})
    for expected in ("yeu_cau.docx", "{{ due }}", '{{p bang("danh_sach") }}'):
        assert expected in str(error.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Số {{ khong_co }}", "khong_co"),
        ("@bang khong_co", "khong_co"),
        ("Số {{ a.b }}", "b"),
        ("{% if a %}\nSố", "yeu_cau.docx"),
    ],
    ids=["value", "insert", "attribute", "open"],
)
def test_what_a_template_asks_for_in_vain_is_named(write: Write, text: str, told: str) -> None:
    path = write("@trich_yeu v\nCâu.\n@ky")
    path.write_bytes(make_template(f"@trich_yeu v\n{text}\n@ky", "thu"))
    with pytest.raises(CchcError) as error:
        filled({"a": "x"})
    assert "yeu_cau.docx" in str(error.value)
    assert told in str(error.value)


def test_an_absent_template_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "FOLDER", tmp_path)
    with pytest.raises(CchcError, match=r"yeu_cau\.docx"):
        filled({})


def test_a_line_that_the_maker_does_not_know_is_named() -> None:
    with pytest.raises(CchcError, match=r"thu\.txt.*@lenh_la"):
        make_template("@trich_yeu v\n@lenh_la gì", "thu.txt")


def test_a_table_stands_where_its_placeholder_stood_and_nothing_where_it_is_empty(write: Write) -> None:
    write("@trich_yeu v\nTrước.\n@bang danh_sach\n@bang rong\nSau.\n@ky")
    listed = Table((Column("Cột", 30),), [["ô"]])
    found = words(filled({}, {"danh_sach": [listed], "rong": []}))
    assert found[found.index("Trước.") : found.index("Sau.") + 1] == ["Trước.", "Cột", "ô", "", "Sau."]


def test_a_place_to_be_written_stands_in_drafts_only(write: Write) -> None:
    write("@trich_yeu v\n@cho_viet Lời của Sở.\nCâu.\n@ky")
    assert "[Lời của Sở.]" in words(filled({}))
    assert "[Lời của Sở.]" not in words(filled({}, marking=ISSUED))


def test_conditions_and_loops_leave_no_empty_line(write: Write) -> None:
    write(
        "@trich_yeu v\n{% for one in rows %}\n- {{ one }};\n{% endfor %}\n{% if rows %}\nCó.\n{% endif %}\nHết.\n@ky"
    )
    found = words(filled({"rows": ["a", "b"]}))
    assert found[found.index("- a;") : found.index("Hết.") + 1] == ["- a;", "- b;", "Có.", "Hết."]
    assert "Có." not in words(filled({"rows": []}))


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
    write("@trich_yeu v\nĐơn vị {{ ten }} gửi\n@ky")
    expected = " ".join(value.replace("\x07", "").replace("\x00", "").split())
    document = filled({"ten": value})
    (paragraph,) = [one for one in document.paragraphs if one.text.startswith("Đơn vị")]
    assert paragraph.text == f"Đơn vị {expected} gửi"
    assert not any(run.bold or run.italic for run in paragraph.runs)


def test_a_value_cannot_pass_for_a_table(write: Write) -> None:
    write("@trich_yeu v\n{{ ten }}\n@bang danh_sach\n@ky")
    shown = Paragraph((Run("bảng"),))
    found = words(filled({"ten": templates.marker("danh_sach")}, {"danh_sach": [shown]}))
    assert found.count("bảng") == 1


def test_every_template_opens_and_lists_its_placeholders() -> None:
    for path in templates.FOLDER.glob("*.docx"):
        assert names_in(path.read_bytes()), path.name
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None
    assert len(list(templates.FOLDER.glob("*.docx"))) == len(list(template_maker.SOURCES.glob("*.txt"))) == 7
