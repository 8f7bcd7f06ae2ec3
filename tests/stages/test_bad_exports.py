"""Whatever lies in the drop folder: one clear message, one row of the manifest, nothing lost, the others go on."""

from __future__ import annotations

import csv
import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.sources.samples import export, xlsx
from tests.support.bad_files import REFUSED, Bad, blown_up
from tests.support.dossiers import dossier

from cchc.clock import at
from cchc.errors import CchcError
from cchc.paths import Instance
from cchc.run import Run
from cchc.sources import landing, reading
from cchc.sources.tables import archives
from cchc.stages import collecting
from cchc.store import Store

RECEIVED = at(date(2026, 3, 14), 18)
GOOD = [dossier("H01-901", "10/02/2026"), dossier("H01-902", "09/02/2026")]


@pytest.fixture
def stage(store: Store, instance: Instance) -> Run:
    instance.export_drop.mkdir(parents=True)
    return Run(store, instance, RECEIVED)


def drop(run: Run, name: str, content: bytes) -> Path:
    path = run.instance.export_drop / name
    path.write_bytes(content)
    return path


def land_all(run: Run) -> str:
    """The stage over all that waits; the message in which it ends, if any."""
    try:
        collecting.land(run, collecting.pending(run))
    except CchcError as error:
        return str(error)
    return ""


def landings(run: Run) -> list[dict[str, Any]]:
    return [dict(row) for row in run.store.query("sources.landings_known", source="one_stop", at="9999")]


def refusals(run: Run) -> list[dict[str, Any]]:
    return [dict(row) for row in run.store.query("sources.refusals", at="9999")]


def kept_files(run: Run) -> dict[str, bytes]:
    """Everything under the data folder, half-written files included."""
    return {
        str(path.relative_to(run.instance.data)): path.read_bytes()
        for path in run.instance.data.rglob("*")
        if path.is_file()
    }


def quarantined(run: Run, name: str) -> list[dict[str, str]]:
    (row,) = [row for row in landings(run) if row["file_name"] == name]
    assert row["rows_read"] == row["rows_accepted"] + row["rows_quarantined"]
    if row["quarantine_path"] is None:
        return []
    with (run.instance.data / row["quarantine_path"]).open(encoding="utf-8-sig", newline="") as handle:
        found = list(csv.DictReader(handle))
    assert len(found) == row["rows_quarantined"]
    return found


def assert_refused_alone(run: Run, bad: Bad) -> None:
    drop(run, "0-truoc.csv", export(GOOD[:1]))
    content = bad.content()
    path = drop(run, bad.name, content)
    drop(run, "z-sau.csv", export(GOOD[1:]))
    for _ in range(2):  # the second run meets it again and adds nothing
        message = land_all(run)
        (line,) = [line for line in message.splitlines() if line.startswith("- ")]
        assert line.startswith(f"- {bad.name}: ")
        assert bad.told in line
        assert [row["file_name"] for row in landings(run)] == ["0-truoc.csv", "z-sau.csv"]
        (refusal,) = refusals(run)
        assert refusal["file_sha256"] == hashlib.sha256(content).hexdigest()
        assert f"- {bad.name}: {refusal['reason']}" == line
        assert [path.name] == [one.name for one in run.instance.export_drop.iterdir()]
        assert sorted(kept_files(run)) == sorted(row["parquet_path"] for row in landings(run))
    assert path.read_bytes() == content


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_file_is_refused_alone_with_one_message_and_one_row(stage: Run, case: str) -> None:
    assert_refused_alone(stage, REFUSED[case])


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/media/image1.png", "content.xml"])
def test_a_zip_bomb_is_not_unpacked_beyond_the_limit(
    stage: Run, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    monkeypatch.setattr(archives, "MAX_UNPACKED", 24 << 20)
    monkeypatch.setattr(collecting, "read_apart", reading.read_export)  # where the limit was changed
    name = "a.ods" if part == "content.xml" else "a.xlsx"
    assert_refused_alone(stage, Bad(name, lambda: blown_up(part, 25), "phình to"))


FAULTS: dict[str, tuple[Mapping[str, str], str]] = {
    "H01-1": ({"Ngày hẹn trả": "31/06/2022"}, "'Ngày hẹn trả' có giá trị '31/06/2022' không phải là ngày có thật"),
    "H01-2": ({"Ngày tiếp nhận": "00/00/0000"}, "'Ngày tiếp nhận' có giá trị '00/00/0000'"),
    "H01-3": ({"Ngày nộp": "1/13/2022"}, "'Ngày nộp' có giá trị '1/13/2022'"),
    "H01-4": (
        {"Mã đơn vị": "", "Đơn vị xử lý": "UBND phường Bình Đứcc"},
        "Đơn vị 'UBND phường Bình Đứcc' không có trong danh mục (gần nhất: UBND phường Bình Đức (30292)",
    ),
    "H01-5": ({"Ngày trả": "15/03/2026"}, "'Ngày trả' là 15/03/2026, sau ngày nhận tệp"),
    "H01-6": ({"Ngày kết thúc xử lý": "01/02/2026"}, "Ngày kết thúc xử lý trước ngày tiếp nhận"),
    "H01-7": ({"Ngày hẹn trả": "09/02/26"}, "'Ngày hẹn trả' có giá trị '09/02/26'"),
}  # fmt: skip


def faulty() -> list[dict[str, str]]:
    """A row for each fault, then a dossier twice; sound ones between."""
    rows = [dossier("H01-900", "10/02/2026")]
    for code, (changed, _) in FAULTS.items():
        rows += [dossier(code, "10/02/2026", **changed), dossier(f"{code}0", "10/02/2026")]
    return [*rows, dossier("H01-8", "10/02/2026"), dossier("H01-8", "11/02/2026")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", lambda: export(faulty())),
        ("a.xlsx", lambda: xlsx(faulty())),
        ("a.json", lambda: json.dumps(faulty()).encode()),
    ],
)
def test_bad_rows_are_kept_with_number_place_and_reason_and_the_sound_ones_land(
    stage: Run, name: str, content: Callable[[], bytes]
) -> None:
    drop(stage, name, content())
    drop(stage, "z-sau.csv", export(GOOD))
    assert land_all(stage) == ""
    kept = {row["Mã hồ sơ"]: row for row in quarantined(stage, name)}
    assert {code: int(row["Dòng"]) for code, row in kept.items()} == {
        **{code: 3 + 2 * place for place, code in enumerate(FAULTS)},
        "H01-8": 3 + 2 * len(FAULTS),
    }
    for code, (_, reason) in FAULTS.items():
        assert kept[code]["Lý do"].startswith(reason)
        assert ";" not in kept[code]["Lý do"].split("unit_aliases")[0].replace("); nếu", "), nếu")
    assert kept["H01-8"]["Lý do"] == "Mã lặp lại trong tệp; dòng xuất hiện sau cùng được dùng"
    (row,) = [row for row in landings(stage) if row["file_name"] == name]
    assert (row["rows_read"], row["rows_superseded"]) == (len(faulty()), 1)
    assert (len(landings(stage)), refusals(stage)) == (2, [])


def test_a_header_without_rows_is_a_landing_of_nothing(stage: Run) -> None:
    for name, content in (("a.csv", export([])), ("a.xlsx", xlsx([]))):
        drop(stage, name, content)
    assert land_all(stage) == ""
    assert [(row["rows_read"], row["rows_quarantined"]) for row in landings(stage)] == [(0, 0), (0, 0)]


def test_rows_under_another_delimiter_than_the_header_s_are_all_kept_aside(stage: Run) -> None:
    header, rows = export(GOOD).split(b"\r\n", 1)
    drop(stage, "a.csv", header + b"\r\n" + rows.replace(b";", b","))
    assert land_all(stage) == ""
    assert [(row["Dòng"], "ô trong khi" in row["Lý do"]) for row in quarantined(stage, "a.csv")] == [
        ("2", True),
        ("3", True),
    ]


@pytest.mark.parametrize("place", ["find_layout", "type_rows"])
def test_a_file_that_changes_while_it_is_read_waits_for_the_next_run(
    stage: Run, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    rows = [GOOD[0], dossier("H01-1", "10/02/2026", **{"Ngày hẹn trả": "31/06/2022"})]
    path = drop(stage, "a.csv", export(rows))
    drop(stage, "z-sau.csv", export(GOOD[1:]))
    real, grown = getattr(reading, place), []

    def growing(*arguments: Any) -> Any:
        found = real(*arguments)
        if not grown:
            grown.append(path)
            with path.open("ab") as handle:
                handle.write(export([GOOD[1]]).split(b"\r\n", 1)[1])
        return found

    with monkeypatch.context() as patched:
        patched.setattr(reading, place, growing)
        patched.setattr(collecting, "read_apart", reading.read_export)
        assert "- a.csv: Tệp a.csv thay đổi trong lúc đọc. Chờ chép xong rồi chạy lại." in land_all(stage)
    assert [row["file_name"] for row in landings(stage)] == ["z-sau.csv"]
    assert list(kept_files(stage)) == [landings(stage)[0]["parquet_path"]], (
        "of the changing one nothing is kept"
    )
    assert len(refusals(stage)) == 1
    # Copied to its end it lands whole.
    assert land_all(stage) == ""
    assert {row["file_name"]: row["rows_read"] for row in landings(stage)} == {"z-sau.csv": 1, "a.csv": 3}


def test_the_same_files_again_under_any_name_change_nothing(stage: Run) -> None:
    contents = {"csv": export(GOOD), "xlsx": xlsx(faulty())}
    for name in ("a", "lan-hai"):
        for kind, content in contents.items():
            drop(stage, f"{name}.{kind}", content)
        assert land_all(stage) == ""
        if name == "a":
            before = (landings(stage), kept_files(stage))
    assert (landings(stage), kept_files(stage)) == before
    assert collecting.pending(stage) == []


def test_two_runs_at_once_land_every_file_once_and_neither_fails(
    any_store: Store, instance: Instance
) -> None:
    instance.export_drop.mkdir(parents=True)
    first, second = Run(any_store, instance, RECEIVED), Run(any_store, instance, at(date(2026, 3, 14), 19))
    for number in range(6):
        drop(first, f"{number}.csv", export([dossier(f"H01-{number}", "10/02/2026"), *faulty()]))
    names, gate, told = collecting.pending(first), threading.Barrier(2), []

    def land(run: Run, order: list[str]) -> None:
        gate.wait()
        try:
            told.append(collecting.land(run, order))
        except CchcError as error:
            told.append(str(error))

    threads = [
        threading.Thread(target=land, args=arguments) for arguments in ((first, names), (second, names[::-1]))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(told) == 6, told
    assert sorted(row["file_name"] for row in landings(first)) == names
    assert len(kept_files(first)) == 12  # typed rows and quarantine of each, nothing half-written
    assert (refusals(first), collecting.pending(first)) == ([], [])


def test_a_run_that_is_repeated_after_it_was_broken_off_finds_its_file_landed(stage: Run) -> None:
    drop(stage, "a.csv", export(GOOD))
    assert collecting.land(stage, ["a.csv"]) == 1
    assert collecting.land(stage, ["a.csv"]) == 0


def test_a_file_that_went_away_unread_is_told(stage: Run) -> None:
    drop(stage, "a.csv", export(GOOD))
    assert collecting.land(stage, ["a.csv"]) == 1
    with pytest.raises(CchcError, match=r"- a\.csv: Không còn tệp a\.csv"):
        # A week later the same name means another file.
        collecting.land(Run(stage.store, stage.instance, at(date(2026, 3, 21), 18)), ["a.csv"])


def test_a_file_that_may_not_be_opened_does_not_stop_the_others(
    stage: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(stage, "a.csv", export(GOOD[:1]))
    drop(stage, "b.csv", export(GOOD[1:]))
    real = landing.sha256_file

    def denied(path: Path) -> str:
        if path.name == "a.csv":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(landing, "sha256_file", denied)
    assert "- a.csv: Không mở được tệp a.csv" in land_all(stage)
    assert [row["file_name"] for row in landings(stage)] == ["b.csv"]
