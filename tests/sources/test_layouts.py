from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from cchc.errors import ConfigError, ConfigErrors
from cchc.paths import PROJECT_ROOT
from cchc.sources.layouts import load_layouts
from cchc.sources.preview import preview
from cchc.sources.rules import CountingRules
from cchc.units import UnitRegister


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration folder that holds the files of the sources only."""
    shutil.copytree(PROJECT_ROOT / "include" / "config" / "sources", tmp_path / "sources")
    return tmp_path


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shipped_layouts_cover_every_source_and_both_registers() -> None:
    assert {(one.source, one.direction) for one in load_layouts()} == {
        ("one_stop", None),
        ("doc_management", "di"),
        ("doc_management", "den"),
        ("doc_management", None),
        ("catalogue", None),
    }


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("layout-one-stop.yaml", '"Số hồ sơ", ', '"Ngày  NỘP", ', "Ngày nộp"),
        ("layout-one-stop.yaml", "  - Chủ hồ sơ", "  - mã hồ sơ", "dossier_code"),
        ("layout-one-stop.yaml", '    "9": ["Đã xử lý xong"]', '    "11": ["Đã xử lý xong"]', "11"),
        ("layout-one-stop.yaml", '"9": ["Đã xử lý xong"', '"9": ["đang xử lý"', "đang xử lý"),
        (
            "layout-one-stop.yaml",
            "dossier_code: { required: true",
            "dossier_code: { required: false",
            "required",
        ),
        ("layout-one-stop.yaml", "  procedure_code:", "  citizen:", "citizen"),
        ("layout-documents-out.yaml", "direction: di", "", "direction"),
        ("layout-documents-in.yaml", "layout: van-ban-den", "layout: van-ban-di-den", "van-ban-di-den"),
    ],
)
def test_a_wrong_layout_is_one_clear_error(folder: Path, file: str, old: str, new: str, told: str) -> None:
    change(folder / "sources" / file, old, new)
    with pytest.raises(ConfigError, match=told) as caught:
        load_layouts(folder)
    assert caught.value.exit_code == 2


def test_an_unknown_key_is_named_with_file_and_line(folder: Path) -> None:
    change(folder / "sources" / "layout-one-stop.yaml", "title:", "tieu_de:")
    with pytest.raises(ConfigErrors, match=r"layout-one-stop\.yaml.*tieu_de"):
        load_layouts(folder)


def test_the_example_of_the_administrators_guide_lands_a_file_of_that_software(
    config_copy: Path, tmp_path: Path
) -> None:
    guide = (PROJECT_ROOT / "docs" / "quan-tri.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(layout: .*?)```", guide, re.DOTALL)
    (config_copy / "sources" / "layout-vi-du.yaml").write_text(example, encoding="utf-8")
    file = tmp_path / "a.csv"
    file.write_text(
        "Người nộp;Mã số HS;Nguồn tiếp nhận;Ngày vào sổ;Hạn xử lý;Ngày xong;Tình hình xử lý;Nơi giải quyết\n"
        "An;H-1;Tại quầy;05/01/2026 08:30;12/01/2026;-;Đang thụ lý;Phòng Một cửa Bình Đức\n"
        "An;H-2;Qua bưu điện;05/01/2026;-;06/01/2026;Đã trả dân;UBND phường Bình Đức\n",
        encoding="utf-8",
    )
    found = preview(file, UnitRegister.load(), date(2026, 3, 14))
    assert (found.match.layout.layout, found.read, found.accepted) == ("mot-cua-tinh-moi", 2, 2)
    assert found.match.personal == ("Người nộp",)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("finished: [7, 9, 10]", "finished: [5, 7, 9, 10]"),
        ("not_counted: [1, 3]", "not_counted: [1, 3, 9]"),
        ("always_on_time: [7]", "always_on_time: [4]"),
        ("not_counted: [1, 3]", "not_counted: [1, 33]"),
    ],
)
def test_counting_rules_that_contradict_each_other_are_refused(folder: Path, old: str, new: str) -> None:
    change(folder / "sources" / "counting.yaml", old, new)
    with pytest.raises(ConfigError):
        CountingRules.load(folder)


def test_an_edited_file_is_read_again(folder: Path) -> None:
    before = CountingRules.load(folder).one_stop.always_in_term
    change(folder / "sources" / "counting.yaml", "always_in_term: [5, 8]", "always_in_term: [5, 6, 8]")
    assert (before, CountingRules.load(folder).one_stop.always_in_term) == ((5, 8), (5, 6, 8))
