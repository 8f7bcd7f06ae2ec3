"""The line language of templates: commands, errors that name the template, values that stay values."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.errors import CchcError
from cchc.report import templates
from cchc.report.blocks import Paragraph, Run, Section, Signature, Table, literal, parse, plain, runs


def test_lines_become_blocks_in_their_styles() -> None:
    head, blocks = parse(
        "@loai BÁO CÁO\n@trich_yeu Dòng một|dòng hai\n@kinh_gui\n# I. Mục\n- ý **đậm** và *nghiêng*\nLời\n"
        "@ngang\n@bang b\n@ky",
        {"b": [Table((), [])]},
        "thu",
    )
    assert (head.kind, head.subject, head.addressed) == ("BÁO CÁO", "Dòng một\ndòng hai", True)
    assert [block.style for block in blocks if isinstance(block, Paragraph)] == ["heading1", "item", "body"]
    assert [type(block) for block in blocks[3:]] == [Section, Table, Signature]
    item = blocks[1]
    assert isinstance(item, Paragraph)
    assert item.runs == (Run("ý "), Run("đậm", bold=True), Run(" và "), Run("nghiêng", italic=True))


@pytest.mark.parametrize("line", ["@lenh_la gì", "@bang khong_co"])
def test_an_unknown_command_or_table_is_named_with_its_template(line: str) -> None:
    with pytest.raises(CchcError) as error:
        parse(f"Lời\n{line}", {"tien_do": []}, "bao_cao.txt.j2")
    assert "bao_cao.txt.j2" in str(error.value)
    assert line in str(error.value)


@pytest.fixture
def own_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(templates, "FOLDER", tmp_path)
    templates._environment.cache_clear()
    yield tmp_path  # type: ignore[misc]  # a generator fixture
    templates._environment.cache_clear()


@pytest.mark.parametrize(
    ("text", "told"),
    [("Số {{ khong_co }}", "khong_co"), ("Số {{ a", "dòng 1"), ("{% if a %}", "dòng 1")],
)
def test_a_template_that_asks_for_an_unknown_value_or_is_malformed_is_refused(
    own_template: Path, text: str, told: str
) -> None:
    (own_template / "thu.txt.j2").write_text(text, encoding="utf-8")
    with pytest.raises(CchcError) as error:
        templates.fill("thu", {"a": 1})
    assert "thu.txt.j2" in str(error.value)
    assert told in str(error.value)


def test_an_absent_template_is_named() -> None:
    with pytest.raises(CchcError, match=r"khong_co\.txt\.j2"):
        templates.fill("khong_co", {})


HOSTILE = [
    "# Không phải đề mục",
    "@ky",
    "**không đậm**",
    "{{ 7*7 }}",
    "{% raise %}",
    "- gạch",
    "a\n@ngang\nb",
    "<w:p/>&amp;",
    "\x07\x00ô",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_is_never_read_as_template_or_markup(own_template: Path, value: str) -> None:
    (own_template / "thu.txt.j2").write_text("{{ ten }}\nĐơn vị {{ ten }} gửi\n", encoding="utf-8")
    _, blocks = templates.fill("thu", {"ten": value})
    assert len(blocks) == 2
    expected = " ".join(value.replace("\x07", "").replace("\x00", "").split())
    for block, text in zip(blocks, (expected, f"Đơn vị {expected} gửi"), strict=True):
        assert isinstance(block, Paragraph)
        assert block.style == "body"
        assert block.text == text
        assert not any(run.bold or run.italic for run in block.runs)


@given(st.text(st.characters(exclude_categories=("Cs", "Co", "Cc"))))
def test_a_literal_text_survives_parsing_unchanged(text: str) -> None:
    assert plain(literal("x" + text + "x")) == "x" + text + "x"
    assert all(not run.bold and not run.italic for run in runs(literal(text)))
