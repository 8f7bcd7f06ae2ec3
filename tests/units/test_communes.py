"""The communes of the file beside the official list, and `tools/refresh-communes` on the committed file."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.errors import CchcError
from cchc.paths import PROJECT_ROOT
from cchc.units import UnitRegister
from cchc.units.communes import Commune, Row, current, differences, read_rows, refreshed, write_rows

PARENT = "tinh-a"
SINCE = date(2027, 1, 1)
TEXT = """\
code,name,tier,kind,parent,valid_from,valid_to,predecessors,mailboxes,head
tinh-a,Tỉnh A,tinh,tỉnh,,2020-01-01,,,,
h-b,UBND huyện B,huyen,huyện,tinh-a,2020-01-01,2025-06-30,,h-b@a.example,Chủ tịch UBND huyện
00001,UBND xã Một,xa,xã,tinh-a,2025-07-01,,h-b,mot@tinh-a.vn,Chủ tịch
00002,UBND xã Hai,xa,xã,tinh-a,2025-07-01,,,hai@tinh-a.vn; vp.hai@tinh-a.vn,Chủ tịch UBND xã
00003,UBND xã Ba,xa,xã,tinh-a,2025-07-01,2026-06-30,,,Chủ tịch UBND xã
90001,UBND xã Khác,xa,xã,tinh-z,2025-07-01,,,khac@z.example,Chủ tịch UBND xã
"""
OFFICIAL = [Commune("00001", "Xã Một", "xã"), Commune("00002", "Xã Hai", "xã")]
COLUMNS, ROWS = read_rows(TEXT)


def row(rows: Sequence[Row], code: str) -> Row:
    return next(one for one in rows if one["code"] == code)


def test_a_file_that_agrees_has_no_differences_and_is_not_rewritten() -> None:
    assert differences(ROWS, OFFICIAL, PARENT) == []
    again = refreshed(ROWS, OFFICIAL, PARENT)
    assert sorted(again, key=str) == sorted(ROWS, key=str)
    assert write_rows(COLUMNS, refreshed(again, OFFICIAL, PARENT)) == write_rows(COLUMNS, again)


def test_other_provinces_and_ended_communes_are_left_alone() -> None:
    kept = refreshed(ROWS, OFFICIAL, PARENT)
    assert row(kept, "90001") == row(ROWS, "90001")
    assert row(kept, "00003") == row(ROWS, "00003")
    assert list(current(ROWS, PARENT)) == ["00001", "00002"]


def test_a_renamed_commune_keeps_what_people_entered() -> None:
    renamed = [replace(OFFICIAL[0], name="Phường Một", kind="phường"), OFFICIAL[1]]
    assert differences(ROWS, renamed, PARENT) == [
        "~ 00001 cột name: tệp ghi “UBND xã Một”, danh mục ghi “UBND phường Một”",
        "~ 00001 cột kind: tệp ghi “xã”, danh mục ghi “phường”",
    ]
    assert row(refreshed(ROWS, renamed, PARENT), "00001") == row(ROWS, "00001") | {
        "name": "UBND phường Một",
        "kind": "phường",
    }


def test_a_new_commune_needs_the_day_and_gets_no_mailbox_of_its_own() -> None:
    more = [*OFFICIAL, Commune("00004", "Đặc khu Bốn", "đặc khu")]
    assert differences(ROWS, more, PARENT) == [
        "+ 00004 UBND đặc khu Bốn: có trong danh mục, chưa có trong tệp"
    ]
    with pytest.raises(CchcError, match="--tu-ngay"):
        refreshed(ROWS, more, PARENT)
    new = row(refreshed(ROWS, more, PARENT, SINCE), "00004")
    assert (new["valid_from"], new["valid_to"], new["mailboxes"]) == ("2027-01-01", "", "")
    assert (new["head"], new["parent"]) == ("Chủ tịch UBND đặc khu", PARENT)
    assert (
        row(refreshed(ROWS, more, PARENT, SINCE, "a.example"), "00004")["mailboxes"] == "ubnd.00004@a.example"
    )


def test_a_commune_no_longer_listed_ends_and_is_never_dropped() -> None:
    """Its obligations of past rounds still name it."""
    assert differences(ROWS, OFFICIAL[:1], PARENT) == [
        "- 00002 UBND xã Hai: tệp còn ghi có hiệu lực, danh mục không còn"
    ]
    with pytest.raises(CchcError, match="--tu-ngay"):
        refreshed(ROWS, OFFICIAL[:1], PARENT)
    ended = refreshed(ROWS, OFFICIAL[:1], PARENT, SINCE)
    assert row(ended, "00002") == row(ROWS, "00002") | {"valid_to": "2026-12-31"}
    assert differences(ended, OFFICIAL[:1], PARENT) == []


def test_a_commune_cannot_end_before_it_began() -> None:
    with pytest.raises(CchcError, match="00002 UBND xã Hai"):
        refreshed(ROWS, OFFICIAL[:1], PARENT, date(2025, 7, 1))


def test_predecessors_come_from_the_districts_that_the_register_knows() -> None:
    known = [
        OFFICIAL[0],
        replace(OFFICIAL[1], districts=(("Tỉnh A", "Huyện B"), ("Tỉnh A", "Huyện C"), ("Tỉnh D", "Huyện B"))),
    ]
    assert differences(ROWS, known, PARENT) == ["~ 00002 cột predecessors: tệp ghi “”, danh mục ghi “h-b”"]
    assert row(refreshed(ROWS, known, PARENT), "00002")["predecessors"] == "h-b"


def test_an_edition_without_districts_leaves_predecessors_alone() -> None:
    assert row(refreshed(ROWS, OFFICIAL, PARENT), "00001")["predecessors"] == "h-b"


COMMUNES = st.lists(
    st.builds(
        Commune,
        code=st.integers(0, 12).map(lambda number: f"{number:05d}"),
        name=st.sampled_from(["Xã Một", "Phường Hai", "Đặc khu Ba"]),
        kind=st.sampled_from(["xã", "phường", "đặc khu"]),
        districts=st.sampled_from([None, (), (("Tỉnh A", "Huyện B"),)]),
    ),
    unique_by=lambda commune: commune.code,
)


@given(official=COMMUNES)
def test_a_refreshed_file_agrees_with_the_list_and_refreshing_again_changes_nothing(
    official: list[Commune],
) -> None:
    once = refreshed(ROWS, official, PARENT, SINCE)
    assert differences(once, official, PARENT) == []
    assert refreshed(once, official, PARENT, SINCE) == once
    assert refreshed(once, official, PARENT) == once
    assert {one["code"] for one in ROWS} <= {one["code"] for one in once}


def tool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(PROJECT_ROOT / "tools" / "refresh-communes"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_the_committed_file_agrees_with_the_package() -> None:
    result = tool("--check")
    assert (result.returncode, result.stderr) == (0, "")
    assert "102 xã, phường, đặc khu khớp danh mục" in result.stdout


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return Path(shutil.copy(PROJECT_ROOT / "include" / "config" / "units.csv", tmp_path / "units.csv"))


def test_the_tool_names_differences_and_mends_them(file: Path) -> None:
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole.replace("UBND xã Óc Eo,xa,xã", "UBND xã Oc Eo,xa,xã"), encoding="utf-8")
    checked = tool("--check", "--tep", file)
    assert checked.returncode == 1
    assert "~ 30688 cột name: tệp ghi “UBND xã Oc Eo”, danh mục ghi “UBND xã Óc Eo”" in checked.stdout
    assert "Oc Eo" in file.read_text(encoding="utf-8")
    assert tool("--tep", file).returncode == 0
    assert file.read_text(encoding="utf-8") == whole


def test_the_tool_makes_the_communes_of_an_empty_file(file: Path) -> None:
    whole = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"(?m)^\d{5},.*\n", "", whole), encoding="utf-8")
    refused = tool("--tep", file)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "--tu-ngay" in refused.stderr
    assert tool("--tep", file, "--tu-ngay", "2025-07-01", "--mien", "angiang.example").returncode == 0
    made, kept = UnitRegister.load(file.parent), UnitRegister.load()
    # Predecessors come only with the newer editions of the package.
    bare, expected = ([replace(unit, predecessors=()) for unit in one.all] for one in (made, kept))
    assert bare == expected
