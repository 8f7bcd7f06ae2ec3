"""Sets as spreadsheets, editors and other machines leave them: taken when they say the same, else refused in words."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from tests.criteria.conftest import files_of

from cchc.criteria import CriteriaSets
from cchc.errors import ConfigErrors

ROWS = files_of("xa-2026").rows


def _separated(delimiter: str) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(csv.reader(io.StringIO(ROWS.decode())))
    return text.getvalue().encode()


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbf" + ROWS,
        ROWS.replace(b"\n", b"\r\n"),
        ROWS + b"," * 20 + b"\n",
        unicodedata.normalize("NFD", ROWS.decode()).encode(),
    ],
    ids=["bom", "crlf", "empty row", "nfd"],
)
def test_a_table_that_says_the_same_in_other_bytes_is_taken(sets, content: bytes) -> None:
    sets.files["xa-2026"] = replace(files_of("xa-2026"), rows=content)
    assert sets.faults() == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (_separated(";"), "tại dòng 1: giá trị 'các cột cách nhau bằng dấu chấm phẩy' không hợp lệ"),
        (_separated("\t"), "tại dòng 1: giá trị 'các cột cách nhau bằng phím Tab' không hợp lệ"),
        (ROWS.decode().encode("utf-16"), "văn bản mã hóa UTF-8. Lưu lại tệp dưới dạng “CSV UTF-8”"),
        (ROWS.replace(b"\n1.1.2", b"\n1.1\x00.2", 1), "tại dòng 3: giá trị '0x00' không hợp lệ"),
        (b"", "tại dòng 1: giá trị 'tệp rỗng' không hợp lệ. Cho phép: dòng tiêu đề code,group"),
    ],
    ids=["semicolons", "tabs", "utf-16", "nul", "empty"],
)
def test_a_table_of_another_form_says_how_to_save_it_and_blames_no_other_set(
    folder: Path, content: bytes, said: str
) -> None:
    (folder / "criteria" / "xa-2026" / "tieu_chi.csv").write_bytes(content)
    with pytest.raises(ConfigErrors) as caught:
        CriteriaSets.load(folder)
    (only,) = caught.value.errors
    assert said in str(only)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"code": "01/01/2026"}, 'dòng 3, cột code: mã "01/01/2026" chỉ gồm chữ số'),
        ({"code": "46023"}, 'dòng 3, cột code: mã "46023" không bắt đầu bằng mã nhóm "1."'),
        ({"max_points": "1,5"}, "dòng 3, cột max_points: giá trị '1,5' không hợp lệ"),
        ({"max_points": "2-Jan"}, "dòng 3, cột max_points: giá trị '2-Jan' không hợp lệ"),
        ({"criterion": ""}, "dòng 3, cột criterion: giá trị '' không hợp lệ. Cho phép: không để trống"),
        ({"kind": "tuyen_tinh", "parameters": "", "inputs": "01/02/2026"}, '"01/02/2026" không đọc được tại'),
        (
            {"kind": "tuyen_tinh", "parameters": "", "inputs": "I.1.2+I.1.3/I.1.1"},
            '"I.1.2+I.1.3/I.1.1": đặt tổng trong ngoặc',
        ),
        (
            {"kind": "bac", "parameters": "[90,100]:1;[0,90):0", "inputs": "I.1.2/I.1.1"},
            "có bậc vượt quá 1 (100 %): 100. Tỷ lệ ghi từ 0 đến 1, ví dụ 0.9 cho 90 %",
        ),
        (
            {"kind": "nguong", "parameters": "san=60%;dich=0.9;kieu=tich", "inputs": "I.1.2/I.1.1"},
            '"60%" không phải là số (viết 0.5 cho 0,5; 0.6 cho 60 %)',
        ),
        (
            {"kind": "tuyen_tinh", "parameters": "", "inputs": "I.9.9/I.1.1"},
            '"I.9.9" không có; một trong … giá trị; gần nhất: III.6.9, ',
        ),
    ],
)
def test_a_cell_that_a_spreadsheet_turned_into_something_else_is_told(sets, cells, said) -> None:
    sets.rows("xa-2026", lambda row: row | cells if row["code"] == "1.1.2" else row)
    told = [re.sub(r"một trong \d+ giá trị", "một trong … giá trị", one) for one in sets.faults()]
    assert any(said in one for one in told)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "bonus_cap: 3",
            "bonus_cap: 3\nbonus_cap: 5",
            "dòng 12: giá trị 'bonus_cap: 5' không hợp lệ. Cho phép: mỗi khóa",
        ),
        (
            "bonus_cap: 3",
            "\tbonus_cap: 3",
            "dòng 11: giá trị 'bonus_cap: 3' không hợp lệ. Cho phép: thụt đầu dòng",
        ),
        ("bonus_cap: 3", "bonus_cap: [3", "nội dung đúng cú pháp YAML"),
    ],
)
def test_settings_that_are_no_yaml_are_told_in_vietnamese(
    folder: Path, old: str, new: str, said: str
) -> None:
    path = folder / "criteria" / "xa-2026" / "bo.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigErrors) as caught:
        CriteriaSets.load(folder)
    (only,) = caught.value.errors
    assert said in str(only)
