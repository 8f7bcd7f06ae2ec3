"""A faulty criteria file names row, column and value."""

from __future__ import annotations

import shutil

import pytest

from cchc.config_files.folder import config_dir
from cchc.criteria import Criteria
from cchc.errors import ConfigErrors


@pytest.fixture
def folder(tmp_path):
    for name in ("scoring.yaml", "indicators.csv", "criteria"):
        source = config_dir() / name
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, tmp_path / name)
    return tmp_path


def edit(folder, old: str, new: str) -> None:
    path = folder / "criteria" / "2026.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "value", "column"),
    [
        ("ratio_step,I.1.2,I.1.1", "ratio_step,I.1.99,I.1.1", "I.1.99", "numerator"),
        ("ratio_threshold,T06.6+T06.7", "ratio_threshold,T06.6-T06.7", "T06.6-T06.7", "numerator"),
        ("ratio_threshold,T06.6+T06.7", "ratio_threshold,T06.6++T06.7", "T06.6++T06.7", "numerator"),
        ("\n1.1.2,", "\n1.1.1,", "1.1.1", "code"),
        (",2,ratio_step,", ",hai,ratio_step,", "hai", "max_points"),
        (",2,ratio_step,", ",200,ratio_step,", "200", "max_points"),
        (",2,ratio_step,", ",2,ratio_stairs,", "ratio_stairs", "method"),
    ],
)
def test_a_fault_is_named_with_row_column_and_value(folder, old, new, value, column) -> None:
    edit(folder, old, new)
    with pytest.raises(ConfigErrors) as raised:
        Criteria.load(folder)
    text = str(raised.value)
    assert "2026.csv" in text and value in text and column in text


def test_the_committed_set_is_whole_and_says_that_it_is_an_example() -> None:
    criteria = Criteria.load()
    assert criteria.is_example
    assert sum(row.max_points for row in criteria.rows if not row.code.startswith("P.")) == 100


def test_the_version_follows_from_the_file(folder) -> None:
    before = Criteria.load(folder).version
    edit(folder, "Ban hành kế hoạch CCHC năm", "Ban hành kế hoạch CCHC")
    assert Criteria.load(folder).version != before
