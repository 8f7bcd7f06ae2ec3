from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tests.sources.samples import export, register, row, xlsx

from cchc.clock import at
from cchc.errors import CchcError
from cchc.paths import Instance
from cchc.sources import Landing, freeze_snapshot, land_file, pending_exports, reading
from cchc.store import Store

RECEIVED = at(date(2026, 3, 14), 17)


def drop(instance: Instance, content: bytes, name: str = "mot-cua.csv") -> Path:
    path = instance.export_drop / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def land(store: Store, instance: Instance, content: bytes, name: str = "mot-cua.csv") -> Landing:
    return land_file(store, instance, drop(instance, content, name), register(), RECEIVED)


def manifest(store: Store) -> list[dict[str, object]]:
    return [dict(one) for one in store.query("sources.landings_known", source="one_stop", at="9999")]


def quarantine(store: Store, instance: Instance) -> list[dict[str, str]]:
    (landed,) = manifest(store)
    if landed["quarantine_path"] is None:
        return []
    with (instance.data / str(landed["quarantine_path"])).open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def accepted(store: Store, instance: Instance, columns: str) -> list[tuple[object, ...]]:
    (landed,) = manifest(store)
    path = str(instance.data / str(landed["parquet_path"]))
    return duckdb.execute(
        f"SELECT {columns} FROM read_parquet(?, file_row_number = true) WHERE faults IS NULL ORDER BY file_row_number",
        [path],
    ).fetchall()


def test_a_sound_row_becomes_typed_values(any_store: Store, instance: Instance) -> None:
    landing = land(any_store, instance, export([row("h01.1-260105-0001", Ngày_tiếp_nhận="05/01/2026 08:30")]))
    assert (landing.rows_read, landing.rows_accepted, landing.rows_quarantined, landing.new) == (
        1,
        1,
        0,
        True,
    )
    columns = "dossier_code, received_at::VARCHAR, channel, status, unit, field_key, service_level"
    assert accepted(any_store, instance, columns) == [
        ("H01.1-260105-0001", "2026-01-05 08:30:00", 1, 4, "30001", "ho tich", 4)
    ]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"Ngày_hẹn_trả": "31/02/2026"}, "'Ngày hẹn trả' có giá trị '31/02/2026' không phải là ngày có thật"),
        ({"Ngày_hẹn_trả": "31/06/2022"}, "không phải là ngày có thật"),
        ({"Ngày_tiếp_nhận": "00/00/0000"}, "không phải là ngày có thật"),
        ({"Ngày_nộp": "1/13/2022"}, "không phải là ngày có thật"),
        ({"Ngày_nộp": "05/01/26"}, "không phải là ngày có thật"),
        ({"Ngày_nộp": "15/03/2026"}, "sau ngày nhận tệp"),
        ({"Trạng_thái": "Chờ ký"}, "'Trạng thái' có giá trị 'Chờ ký' chưa có trong bảng mã"),
        ({"Trạng_thái": ""}, "Thiếu 'Trạng thái'"),
        ({"Kênh_thực_hiện": "Bồ câu"}, "chưa có trong bảng mã"),
        ({"Kênh_thực_hiện": ""}, "Thiếu 'Kênh thực hiện'"),
        ({"Hình_thức_trả": "Bồ câu"}, "chưa có trong bảng mã"),
        ({"Lĩnh_vực": ""}, "Thiếu 'Lĩnh vực'"),
        ({"Ngày_tiếp_nhận": ""}, "Thiếu 'Ngày tiếp nhận'"),
        (
            {"Mã_đơn_vị": "", "Đơn_vị_xử_lý": "UBND xã Chưa Hề Có"},
            "Đơn vị 'UBND xã Chưa Hề Có' không có trong danh mục",
        ),
        ({"Mã_đơn_vị": "", "Đơn_vị_xử_lý": ""}, "Không ghi đơn vị"),
        ({"Đơn_vị_xử_lý": "Sở Thử Nghiệm"}, "chỉ hai đơn vị khác nhau"),
        ({"Trạng_thái": "Đã trả kết quả"}, "không có ngày kết thúc"),
        ({"Trạng_thái": "Công dân rút"}, "không có ngày kết thúc"),
        ({"Trạng_thái": "Đã xử lý xong", "Ngày_kết_thúc_xử_lý": "04/01/2026"}, "trước ngày tiếp nhận"),
    ],
)
def test_a_bad_row_is_quarantined_with_its_number_and_reason(
    store: Store, instance: Instance, changed: dict[str, str], reason: str
) -> None:
    landing = land(store, instance, export([row("H01-1"), row("H01-2", **changed), row("H01-3")]))
    assert (landing.rows_read, landing.rows_accepted, landing.rows_quarantined) == (3, 2, 1)
    (refused,) = quarantine(store, instance)
    assert (refused["Dòng"], refused["Mã hồ sơ"]) == ("3", "H01-2")
    assert reason in refused["Lý do"]
    assert "Chủ hồ sơ" not in refused


@pytest.mark.parametrize(
    "changed",
    [
        {"Ngày_hẹn_trả": ""},
        {"Ngày_hẹn_trả": "28/02/2028"},
        {"Trạng_thái": "Mới đăng ký", "Ngày_tiếp_nhận": "", "Ngày_hẹn_trả": ""},
        {"Trạng_thái": "Không được tiếp nhận", "Ngày_tiếp_nhận": ""},
        {
            "Trạng_thái": "Đã xử lý xong",
            "Ngày_kết_thúc_xử_lý": "05/01/2026 07:00",
            "Ngày_tiếp_nhận": "05/01/2026 09:00",
        },
        {"Ngày_tiếp_nhận": "14/03/2026", "Ngày_nộp": "2026-03-14 23:59:59"},
        {"Trạng_thái": "10", "Ngày_kết_thúc_xử_lý": "46054.5", "Kênh_thực_hiện": "2"},
    ],
)
def test_a_row_at_the_edge_of_the_rules_is_accepted(
    store: Store, instance: Instance, changed: dict[str, str]
) -> None:
    assert land(store, instance, export([row("H01-1", **changed)])).rows_quarantined == 0


def test_of_a_code_twice_in_a_file_the_earlier_sound_rows_are_superseded(
    store: Store, instance: Instance
) -> None:
    rows = [
        row("H01-1", Trạng_thái="Được tiếp nhận"),
        row("H01-1", Trạng_thái="Yêu cầu bổ sung"),
        row("h01-1", Ngày_nộp="31/02/2026"),
    ]
    landing = land(store, instance, export(rows))
    assert (landing.rows_read, landing.rows_accepted, landing.rows_superseded) == (3, 1, 1)
    assert ["lặp lại" in one["Lý do"] for one in quarantine(store, instance)] == [True, False]
    assert {one["Mã hồ sơ"] for one in quarantine(store, instance)} == {"H01-1", "h01-1"}
    frozen = freeze_snapshot(store, instance, "one_stop", date(2026, 3, 14), RECEIVED)
    assert frozen is not None
    assert duckdb.execute("SELECT status FROM read_parquet(?)", [str(frozen.path)]).fetchall() == [(5,)]


def test_every_format_of_the_same_data_lands_alike(store: Store, tmp_path: Path) -> None:
    rows = [row("H01-1"), row("H01-2", Trạng_thái="Đã xử lý xong", Ngày_kết_thúc_xử_lý="06/01/2026")]
    contents = {
        "a.csv": export(rows),
        "b.csv": export(rows, delimiter=",", bom=False),
        "c.csv": export(rows, delimiter="\t"),
        "d.xlsx": xlsx(rows),
        "e.xlsx": xlsx(rows, title_rows=4),
    }
    seen = set()
    for name, content in contents.items():
        instance = Instance(tmp_path / name)
        landing = land_file(store, instance, drop(instance, content, name), register(), RECEIVED)
        path = next((instance.data / "nguon" / "one_stop" / "nhan").glob("*.parquet"))
        seen.add(
            str(
                duckdb.execute(
                    "SELECT * EXCLUDE row_no FROM read_parquet(?) ORDER BY dossier_code", [str(path)]
                ).fetchall()
            )
        )
        assert landing.rows_accepted == 2
    assert len(seen) == 1


def test_real_date_cells_of_a_workbook_are_read(store: Store, instance: Instance) -> None:
    from datetime import datetime

    cells = {**row("H01-1"), "Ngày tiếp nhận": datetime(2026, 1, 5, 8, 30), "Ngày hẹn trả": 46054}
    land(store, instance, xlsx([cells]), "a.xlsx")
    assert accepted(store, instance, "received_at::VARCHAR, due_at::DATE::VARCHAR") == [
        ("2026-01-05 08:30:00", "2026-02-01")
    ]


def test_the_manifest_says_what_was_dropped_and_the_original_s_hash(store: Store, instance: Instance) -> None:
    import hashlib

    content = export([row("H01-1")])
    land(store, instance, content)
    (landed,) = manifest(store)
    assert landed["file_sha256"] == hashlib.sha256(content).hexdigest()
    assert json.loads(str(landed["dropped_columns"])) == ["Chủ hồ sơ", "Số điện thoại"]


def test_the_same_file_again_changes_nothing(any_store: Store, instance: Instance) -> None:
    content = export([row("H01-1"), row("H01-2", Ngày_nộp="31/02/2026")])
    first = land(any_store, instance, content)
    before = {path: path.read_bytes() for path in instance.data.rglob("*") if path.is_file()}
    rows = manifest(any_store)
    second = land(any_store, instance, content, "ten-khac.csv")
    assert (first.new, second.new) == (True, False)
    assert second.landing_id == first.landing_id
    assert manifest(any_store) == rows
    assert {path: path.read_bytes() for path in instance.data.rglob("*") if path.is_file()} == before
    assert pending_exports(instance) == []


def test_a_refused_file_stays_where_it_is_and_only_its_refusal_is_kept(
    any_store: Store, instance: Instance
) -> None:
    path = drop(instance, b"a;b\n1;2\n")
    for _ in range(2):
        with pytest.raises(CchcError) as caught:
            land_file(any_store, instance, path, register(), RECEIVED)
    assert path.exists()
    assert manifest(any_store) == []
    (refusal,) = any_store.query("sources.refusals", at="9999")
    assert (refusal["file_name"], refusal["reason"]) == (path.name, str(caught.value))
    assert not [one for one in instance.data.rglob("*") if one.is_file()]


def test_a_file_outside_the_drop_folder_is_not_removed(
    store: Store, instance: Instance, tmp_path: Path
) -> None:
    path = tmp_path / "cua-toi.csv"
    path.write_bytes(export([row("H01-1")]))
    land_file(store, instance, path, register(), RECEIVED)
    assert path.exists()


def test_a_week_without_a_dossier_is_a_landing_of_no_rows(store: Store, instance: Instance) -> None:
    landing = land(store, instance, export([]))
    assert (landing.rows_read, landing.rows_accepted, landing.new) == (0, 0, True)


def test_hidden_and_half_written_files_do_not_wait(instance: Instance) -> None:
    for name in ("b.csv", "a/x.xlsx", ".an.csv", "~$mo.xlsx", "c.csv.part"):
        drop(instance, b"x", name)
    assert [str(path.relative_to(instance.export_drop)) for path in pending_exports(instance)] == [
        "a/x.xlsx",
        "b.csv",
    ]


def test_two_runs_at_once_land_a_file_once(
    any_store: Store, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = export([row("H01-1")])
    copy = instance.root / "ban-sao.csv"
    others: list[Landing] = []
    real_find = reading.find_layout

    def interrupted(*arguments: Any) -> Any:
        # This run has seen that the file is new; now the other one lands the same file.
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(content)
            others.append(land_file(any_store, instance, copy, register(), RECEIVED))
        return real_find(*arguments)

    monkeypatch.setattr(reading, "find_layout", interrupted)
    mine = land(any_store, instance, content)
    assert (others[0].new, mine.new) == (True, False)
    assert len(manifest(any_store)) == 1


def test_a_file_that_changes_while_it_is_read_is_refused(
    store: Store, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_find = reading.find_layout

    def growing(path: Path, layouts: Any) -> Any:
        found = real_find(path, layouts)
        with path.open("ab") as handle:
            handle.write(b"\n")
        return found

    monkeypatch.setattr(reading, "find_layout", growing)
    with pytest.raises(CchcError, match="thay đổi"):
        land(store, instance, export([row("H01-1")]))
    assert manifest(store) == []
    assert not [one for one in instance.data.rglob("*") if one.is_file()]
