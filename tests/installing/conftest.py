"""The answers of a small office, and an installation made from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cchc.installing.questions import Answers
from cchc.installing.writing import own_folder, write_settings
from cchc.paths import Instance
from cchc.registers.checking import import_rooms

import_rooms()  # what is checked by `check` are the files of the rooms that were imported
UNITS = """code,name,tier,kind,valid_from,mailboxes
so-noi-vu,Sở Nội vụ,so,sở,2025-07-01,snv@vinhlong.gov.vn
so-tai-chinh,Sở Tài chính,so,sở,2025-07-01,stc@vinhlong.gov.vn
xa-an-binh,Xã An Bình,xa,xã,2025-07-01,anbinh@vinhlong.gov.vn
"""


@pytest.fixture
def answers(tmp_path: Path) -> Answers:
    units = tmp_path / "ds.csv"
    units.write_text(UNITS, encoding="utf-8")
    return {
        "folder": str(tmp_path / "cau-hinh-rieng"),
        "province": "tỉnh Vĩnh Long",
        "place": "Vĩnh Long",
        "department": "Sở Nội vụ",
        "phone": "0270 382 1234",
        "mailbox": "cchc@vinhlong.gov.vn",
        "operators": "vanhanh@vinhlong.gov.vn",
        "approver": "lanhdao@vinhlong.gov.vn",
        "committee": "bcd@vinhlong.gov.vn",
        "units": str(units),
        "base_url": "",
        "ca_file": "",
    }


@pytest.fixture
def made(instance: Instance, answers: Answers) -> Path:
    """An installation with its own folder."""
    folder, _ = own_folder(instance, answers, {})
    write_settings(instance, folder, answers["base_url"])
    return folder
