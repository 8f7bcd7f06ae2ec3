"""The outline of the narrative is data, and wrong data is refused by place."""

from __future__ import annotations

import pytest

from cchc.errors import ConfigError
from cchc.workbooks.outline import load_outline

SECTION = '  - {{code: {code}, heading: "Mục", min_length: {least}, max_length: 100}}\n'


def written(folder, *sections):
    (folder / "outline.yaml").write_text(
        "sections:\n" + "".join(SECTION.format(code=c, least=n) for c, n in sections)
    )
    return folder


def test_the_outline_in_force_has_the_parts_of_a_report_in_order():
    codes = [section.code for section in load_outline()]
    wanted = ["noi_bat", "thu_tuc", "han_che", "kien_nghi", "phuong_huong"]
    assert [code for code in codes if code in wanted] == wanted


def test_a_doubled_code_is_refused_with_both_places(tmp_path):
    with pytest.raises(ConfigError, match=r"mục thứ 2.*'a'.*mục thứ 1"):
        load_outline(written(tmp_path, ("a", 0), ("a", 0)))


def test_a_least_length_above_the_greatest_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="max_length"):
        load_outline(written(tmp_path, ("a", 200)))


def test_a_section_can_be_asked_for_in_some_rounds_only(tmp_path):
    (tmp_path / "outline.yaml").write_text('sections:\n  - {code: a, heading: "Mục", rounds: [NAM]}\n')
    (section,) = load_outline(tmp_path)
    assert (section.asked_in("NAM"), section.asked_in("Q1")) == (True, False)
