from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cchc.config_files.folder import config_dir
from cchc.errors import ConfigErrors
from cchc.reminders import Department


def test_the_committed_file_holds_no_real_address() -> None:
    text = (config_dir() / "department.yaml").read_text(encoding="utf-8")
    domains = {word.rpartition("@")[2].strip() for word in text.split() if "@" in word}
    assert domains
    assert all(domain.endswith(".example") for domain in domains)


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("reply_to: cchc@", "reply_to: a@b.example, cchc@", "a@b.example, cchc@"),
        ("  - quantri@sonoivu.angiang.example\n", "  []\n", "failure_recipients"),
        ("mail_domain: sonoivu", "mail_domain: so noi vu", "mail_domain"),
    ],
)
def test_a_wrong_address_or_domain_is_an_error_of_the_file(
    tmp_path: Path, old: str, new: str, word: str
) -> None:
    shutil.copy(config_dir() / "department.yaml", tmp_path / "department.yaml")
    path = tmp_path / "department.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigErrors, match=word.split(",")[0]) as error:
        Department.load(tmp_path)
    assert "department.yaml" in str(error.value)


def test_an_edited_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "department.yaml"
    shutil.copy(config_dir() / "department.yaml", path)
    assert Department.load(tmp_path).place == "An Giang"
    path.write_text(
        path.read_text(encoding="utf-8").replace("place: An Giang", "place: Cần Thơ"), encoding="utf-8"
    )
    assert Department.load(tmp_path).place == "Cần Thơ"
