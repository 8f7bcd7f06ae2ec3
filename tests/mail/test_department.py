from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cchc.config_files.folder import config_dir
from cchc.documents.form import DocumentSettings
from cchc.errors import ConfigErrors
from cchc.mail.department import Approvers, Department


def test_the_committed_file_holds_no_real_address() -> None:
    text = (config_dir() / "department.yaml").read_text(encoding="utf-8")
    domains = {word.rpartition("@")[2].strip(" },") for word in text.split() if "@" in word}
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


@pytest.mark.parametrize(
    ("old", "new", "place", "found", "allowed"),
    [
        ("  bao_cao: [lanh-dao]\n", "", "approvers.bao_cao", "", "bắt buộc"),
        ("  bao_cao: [lanh-dao]", "  bao_cao: []", "approvers.bao_cao", "", "ít nhất 1"),
        (
            "  bao_cao: [lanh-dao]",
            "  bao_cao: [lanh-dap]",
            "approvers.bao_cao.0",
            "lanh-dap",
            "có phải ý là “lanh-dao”",
        ),
        (
            "  ke_hoach: [",
            "  ke_hoach: [xem, ",
            "approvers.ke_hoach.0",
            "xem",
            "lanh-dao, van-hanh, tham-dinh, quan-tri",
        ),
        ("  ke_hoach: [", "  ke_hoach: [van-hanh, ", "approvers.ke_hoach.0", "van-hanh", "mailbox"),
        ("  ke_hoach: [", "  ke_hoac: [", "approvers.ke_hoac", "ke_hoac", "có phải ý là “ke_hoach”"),
        ("role: xem}", "role: xem, id: lanh-dao}", "accounts.xem", "lanh-dao", "một tài khoản"),
        ("role: xem}", "role: khach}", "accounts.xem.role", "khach", "'lanh-dao', 'van-hanh'"),
        (
            "role: lanh-dao, mailbox",
            "role: lanh-dao, locked: true, mailbox",
            "approvers.bao_cao.0",
            "lanh-dao",
            "lanh-dao",
        ),
        (
            "role: lanh-dao, mailbox",
            "role: lanh-dao, tiers: [xa], mailbox",
            "approvers.bao_cao.0",
            "lanh-dao",
            "mọi đơn vị",
        ),
        ("  xem: {", "  'xem:admin': {", "accounts.xem:admin", "xem:admin", "A-Za-z0-9"),
    ],
)
def test_an_approver_who_could_not_decide_is_an_error_with_its_place(
    tmp_path: Path, old: str, new: str, place: str, found: str, allowed: str
) -> None:
    path = tmp_path / "department.yaml"
    text = (config_dir() / "department.yaml").read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigErrors) as error:
        Department.load(tmp_path)
    words = [str(one) for one in error.value.errors]
    assert any(place in one and found in one and allowed in one for one in words), words
    assert all("department.yaml" in one for one in words)


def test_an_account_is_known_to_airflow_by_its_id_and_to_people_by_its_title(tmp_path: Path) -> None:
    path = tmp_path / "department.yaml"
    text = (config_dir() / "department.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("role: lanh-dao,", "role: lanh-dao, id: 3,"), encoding="utf-8")
    (one,) = Department.load(tmp_path).approvers_of("bao_cao")
    assert (one.account_id, one.title) == ("3", "Lãnh đạo Sở Nội vụ (lanh-dao)")


def test_what_is_decided_on_is_a_document_that_the_department_issues() -> None:
    assert set(Approvers.model_fields) <= set(DocumentSettings.load().documents)


def test_an_edited_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "department.yaml"
    shutil.copy(config_dir() / "department.yaml", path)
    assert Department.load(tmp_path).place == "An Giang"
    path.write_text(
        path.read_text(encoding="utf-8").replace("place: An Giang", "place: Cần Thơ"), encoding="utf-8"
    )
    assert Department.load(tmp_path).place == "Cần Thơ"
