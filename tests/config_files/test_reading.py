"""A wrong file gives one clear Vietnamese error a fault: file, place, value found, what is allowed; exit code 2."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Literal

import pytest
from pydantic import Field

from cchc.config_files import StrictModel, config_hash, shown
from cchc.config_files.reading import read_csv, read_yaml
from cchc.errors import ConfigError, ConfigErrors
from cchc.paths import PROJECT_ROOT

# Words of pydantic's own messages; none of them may reach a reader.
ENGLISH = re.compile(r"\b(Input|should|valid|String|List|must|least|Value error|or)\b")


class Inner(StrictModel):
    day: date


class Settings(StrictModel):
    count: int = Field(default=1, ge=1, le=5)
    share: Decimal = Field(default=Decimal("0.3"), gt=0, lt=1)
    ratio: float = 1.0
    yes: bool = True
    code: str = Field(default="a", pattern="^a", max_length=3)
    names: tuple[str, ...] = Field(default=("x",), min_length=1)
    limits: dict[str, int] = Field(default_factory=dict)
    inner: Inner | None = None
    kind: Literal["KH", "Q1"] = "KH"


class Row(StrictModel):
    code: str
    name: str
    note: str | None = None
    points: int | None = None


Fault = ConfigError | ConfigErrors


def yaml_fault(folder: Path, text: str) -> Fault:
    path = folder / "cai.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises((ConfigError, ConfigErrors)) as caught:
        read_yaml(path, path.read_bytes(), Settings)
    return caught.value


def csv_fault(folder: Path, content: str | bytes) -> Fault:
    path = folder / "cai.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises((ConfigError, ConfigErrors)) as caught:
        read_csv(path, path.read_bytes(), Row)
    return caught.value


@pytest.mark.parametrize(
    ("text", "place", "found", "allowed"),
    [
        ("count: 0", "count (dòng 1)", "0", "từ 1 trở lên"),
        ("count: 9", "count (dòng 1)", "9", "không quá 5"),
        ("count: 1.5", "count (dòng 1)", "1.5", "số nguyên"),
        ("count: ba", "count (dòng 1)", "'ba'", "số nguyên"),
        ("count:", "count (dòng 1)", "None", "số nguyên"),
        ("share: 0", "share (dòng 1)", "0", "lớn hơn 0"),
        ("share: 1", "share (dòng 1)", "1", "nhỏ hơn 1"),
        ("share: x", "share (dòng 1)", "'x'", "phần thập phân"),
        ("ratio: x", "ratio (dòng 1)", "'x'", "phần thập phân"),
        ("yes: có", "yes (dòng 1)", "'có'", "true hoặc false"),
        ("code: b", "code (dòng 1)", "'b'", "theo mẫu ^a"),
        ("code: aaaa", "code (dòng 1)", "'aaaa'", "nhiều nhất 3"),
        ("code: 5", "code (dòng 1)", "5", "chuỗi ký tự"),
        ("names: x", "names (dòng 1)", "'x'", "một danh sách"),
        ("names: []", "names (dòng 1)", "[]", "ít nhất 1"),
        ("count: 1\nnames:\n  - x\n  - 2", "names.1 (dòng 4)", "2", "chuỗi ký tự"),
        ("limits: 3", "limits (dòng 1)", "3", "một nhóm"),
        ("count: 1\nlimits:\n  a: z", "limits.a (dòng 3)", "'z'", "số nguyên"),
        ("inner: 3", "inner (dòng 1)", "3", "một nhóm"),
        ("inner: {}", "inner.day (dòng 1)", "'không có'", "bắt buộc"),
        ("inner:\n  day: 31/06/2026", "inner.day (dòng 2)", "'31/06/2026'", "YYYY-MM-DD"),
        ("inner:\n  day: 2026-06-31", "dòng 2", "'2026-06-31'", "ngày có thật"),
        ("kind: Q5", "kind (dòng 1)", "'Q5'", "'KH', 'Q1'"),
        ("kidn: KH", "kidn (dòng 1)", "'kidn'", "có phải ý là “kind”?"),
        ("inner:\n  day: 2026-01-01\n  dya: 1", "inner.dya (dòng 3)", "'dya'", "“day”"),
        ("- 1", "cả tệp", "[1]", "một nhóm"),
        ("", "cả tệp", "None", "một nhóm"),
        ("count: 1\ncount: 2", "dòng 2", "count: 2", "mỗi khóa chỉ nêu một lần"),
        ("count: 1\n\tkind: KH", "dòng 2", "kind: KH", "không dùng phím Tab"),
        ("count: 1\nnames: [x", "dòng 2", "names: [x", "YAML"),
    ],
)
def test_a_wrong_yaml_names_place_value_and_what_is_allowed(
    text: str, place: str, found: str, allowed: str, tmp_path: Path
) -> None:
    fault = yaml_fault(tmp_path, text)
    message = str(fault)
    assert fault.exit_code == 2
    assert f"{tmp_path}/cai.yaml, tại {place}: giá trị" in message
    assert found in message.partition("giá trị")[2].partition("không hợp lệ")[0]
    assert allowed in message.partition("Cho phép: ")[2]
    assert ENGLISH.search(message.partition("Cho phép: ")[2]) is None


def test_every_fault_of_a_file_is_told_in_one_pass(tmp_path: Path) -> None:
    fault = yaml_fault(tmp_path, "count: 9\nkind: Q5\nnew: 1")
    assert isinstance(fault, ConfigErrors)
    assert [error.place for error in fault.errors] == ["count (dòng 1)", "kind (dòng 2)", "new (dòng 3)"]
    assert len(str(fault).splitlines()) == 3


@pytest.mark.parametrize(
    ("content", "place", "found", "allowed"),
    [
        ("code,name\na,Xã B, Mỹ Tú\n", "dòng 2", " Mỹ Tú", "dấu ngoặc kép"),
        ("code,name,\na,Xã B,thừa\n", "dòng 2", "thừa", "dấu ngoặc kép"),
        ("code,name\na,\n", "dòng 2, cột name", "", "không để trống"),
        ("code,name\n\na\n", "dòng 3, cột name", "", "không để trống"),
        ("code,name,points\na,b,ba\n", "dòng 2, cột points", "ba", "số nguyên"),
        ("code;name\na;b\n", "dòng 1", "các cột cách nhau bằng dấu chấm phẩy", "dấu phẩy"),
        ("code\tname\na\tb\n", "dòng 1", "các cột cách nhau bằng phím Tab", "dấu phẩy"),
        ("code,name\na,b\x07\n", "dòng 2", "0x07", "xóa ký tự lạ"),
        ("code,nam\na,b\n", "dòng 1", "nam", "có phải ý là “name”?"),
        ("code,name,code\na,b,c\n", "dòng 1", "code", "một lần"),
        ("code\na\nb\n", "dòng 1, cột name", "không có", "phải có cột name"),
        ("", "dòng 1", "tệp rỗng", "code,name,note,points"),
        (b"code,name\na,b\nc,\xcf\xe3\n", "dòng 3", "0xcf", "UTF-8"),
        ("code,name\na,b\n".encode("utf-16"), "dòng 1", "0xff", "UTF-8"),
    ],
)
def test_a_wrong_table_names_row_column_value_and_what_is_allowed(
    content: str | bytes, place: str, found: str, allowed: str, tmp_path: Path
) -> None:
    fault = csv_fault(tmp_path, content)
    first = fault.errors[0] if isinstance(fault, ConfigErrors) else fault
    assert fault.exit_code == 2
    assert first.file == f"{tmp_path}/cai.csv"
    assert (first.place, first.found or "") == (place, found)
    assert allowed in first.allowed
    assert ENGLISH.search(first.allowed) is None


def test_a_wrong_column_is_told_once_and_not_for_each_row(tmp_path: Path) -> None:
    fault = csv_fault(tmp_path, "code,nam\n" + "a,b\n" * 100)
    assert isinstance(fault, ConfigErrors)
    assert len(fault.errors) == 1


def test_a_file_that_another_code_page_wrote_says_how_to_save_it(tmp_path: Path) -> None:
    assert "CSV UTF-8" in str(csv_fault(tmp_path, b"code,name\na,\xcf\n"))


def test_what_a_spreadsheet_leaves_behind_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "cai.csv"
    path.write_bytes(b"\xef\xbb\xbfcode,name,note,,\r\n" + "a,Mỹ Tú,,,\r\n,,,,\r\n\r\nb,c,d,,,\r\n".encode())
    rows = read_csv(path, path.read_bytes(), Row)
    assert list(rows.numbered()) == [(2, Row(code="a", name="Mỹ Tú")), (5, Row(code="b", name="c", note="d"))]


@pytest.mark.parametrize("load", [partial(read_yaml, model=Settings), partial(read_csv, model=Row)])
def test_a_file_that_is_absent_is_named(load: Callable[[Path, None], object], tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"khong-co, tại cả tệp: giá trị 'không có'"):
        load(tmp_path / "khong-co", None)


def test_a_path_inside_the_checkout_is_shown_as_people_know_it(tmp_path: Path) -> None:
    assert shown(PROJECT_ROOT / "include" / "config" / "units.csv") == "include/config/units.csv"
    assert shown(tmp_path / "units.csv") == f"{tmp_path}/units.csv"


def test_the_hash_of_a_folder_follows_names_and_contents_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hash_of(name: str) -> str:
        monkeypatch.setenv("CCHC_CONFIG", str(tmp_path / name))
        return config_hash()

    for folder in ("a", "b"):
        (tmp_path / folder / "sub").mkdir(parents=True)
        (tmp_path / folder / "x.csv").write_text("1")
        (tmp_path / folder / "sub" / "y.csv").write_text("2")
    same = hash_of("a")
    assert hash_of("b") == same
    (tmp_path / "b" / "x.csv").write_text("3")
    changed = hash_of("b")
    (tmp_path / "b" / "x.csv").write_text("1")
    (tmp_path / "b" / "x.csv").rename(tmp_path / "b" / "z.csv")
    assert len({same, changed, hash_of("b")}) == 3
