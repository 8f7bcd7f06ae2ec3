"""What a form takes its figures from, which units stand in it, and that its parts add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.sources.samples import export, register, row, unit

from cchc.clock import at
from cchc.errors import CchcError
from cchc.paths import Instance
from cchc.sources import counting, freeze_snapshot, land_file
from cchc.sources.forms import UnitChoice, document_table, one_stop_form
from cchc.sources.states import frozen_state, landed_state
from cchc.store import Store
from cchc.units import UnitRegister
from cchc.year import Window

WINDOW = Window(date(2025, 12, 15), date(2026, 3, 14))
EVENING = at(WINDOW.last, 18)
OUT = ("Số", "Ký hiệu", "Ngày văn bản", "Hình thức gửi", "Ký số", "Đơn vị ban hành")


def land(store: Store, instance: Instance, *rows: dict[str, str], name: str = "a.csv", days: int = 0) -> None:
    path = instance.export_drop / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(export(rows))
    landing = land_file(store, instance, path, register(), EVENING + timedelta(days=days))
    assert landing.rows_quarantined == 0


def done(code: str, **changed: str) -> dict[str, str]:
    return row(code, Trạng_thái="Đã xử lý xong", Ngày_kết_thúc_xử_lý="06/01/2026", **changed)


def test_what_had_landed_by_a_day_has_the_hash_that_its_freeze_would_have(
    store: Store, instance: Instance
) -> None:
    land(store, instance, row("H-1"), done("H-2"))
    land(store, instance, done("H-1"), name="b.csv", days=3)
    with landed_state(store, instance, "one_stop", EVENING) as state:
        early = (state.sha256, state.row_count, state.landings, state.told_at)
        path = state.path
        (mine, *_) = one_stop_form(state, WINDOW, register(), UnitChoice(("30001",)))
        assert mine.counts is not None and mine.counts["resolved"] == 1
    assert not path.exists()
    assert not list(instance.data.glob(".bieu.*"))
    with landed_state(store, instance, "one_stop", EVENING + timedelta(days=3)) as state:
        assert (state.sha256, state.landings) != (early[0], early[2])
        (mine, *_) = one_stop_form(state, WINDOW, register(), UnitChoice(("30001",)))
        assert mine.counts is not None and mine.counts["resolved"] == 2
    frozen = freeze_snapshot(store, instance, "one_stop", WINDOW.last, EVENING)
    assert frozen is not None
    assert early == (frozen.sha256, 2, 1, EVENING)
    state_ = frozen_state(store, instance, "one_stop", WINDOW.last)
    assert state_ is not None
    assert (state_.snapshot_id, state_.sha256) == ("one_stop-2026-03-14", frozen.sha256)
    assert frozen.sha256 in state_.provenance()[1] and "14/03/2026" in state_.provenance()[0]


def test_nothing_landed_by_then_says_what_to_do(store: Store, instance: Instance) -> None:
    land(store, instance, row("H-1"))
    with (
        pytest.raises(CchcError, match=r"--da-nhan-den"),
        landed_state(store, instance, "one_stop", EVENING - timedelta(days=1)),
    ):
        pass
    assert frozen_state(store, instance, "one_stop", WINDOW.last) is None


def test_a_snapshot_whose_file_is_gone_is_named(store: Store, instance: Instance) -> None:
    land(store, instance, row("H-1"))
    snapshot = freeze_snapshot(store, instance, "one_stop", WINDOW.last, EVENING)
    assert snapshot is not None
    snapshot.path.unlink()
    with pytest.raises(CchcError, match=r"Không còn tệp bản chốt ngày 14/03/2026.*parquet"):
        frozen_state(store, instance, "one_stop", WINDOW.last)


def test_rows_are_fields_in_vietnamese_order_and_add_up_to_the_unit(store: Store, instance: Instance) -> None:
    fields = ["Hộ tịch", "Đất đai", "Hộ tịch", "Chứng thực"]
    land(store, instance, *(done(f"H-{n}", Lĩnh_vực=name) for n, name in enumerate(fields)))
    with landed_state(store, instance, "one_stop", EVENING) as state:
        blocks = one_stop_form(state, WINDOW, register(), UnitChoice(tier="xa"))
    assert [block.unit.code for block in blocks] == ["30001", "30002", "30003", "30009"]
    first, second = blocks[:2]
    assert [name for name, _ in first.rows] == ["Chứng thực", "Đất đai", "Hộ tịch"]
    assert first.counts is not None and second.counts is not None
    assert [counts["resolved"] for _, counts in first.rows] == [1, 1, 2]
    assert (first.counts["resolved"], second.counts["total"], second.rows) == (4, 0, ())


@pytest.mark.parametrize(
    ("dimension", "names"),
    [
        ("channel", ["Trực tiếp", "Trực tuyến"]),
        ("service_level", ["Không ghi mức độ", "Mức độ 4"]),
    ],
)
def test_rows_can_be_levels_or_channels(
    store: Store, instance: Instance, dimension: str, names: list[str]
) -> None:
    land(store, instance, done("H-1"), done("H-2", Kênh_thực_hiện="Trực tuyến", Mức_độ_DVC=""))
    with landed_state(store, instance, "one_stop", EVENING) as state:
        (block,) = one_stop_form(state, WINDOW, register(), UnitChoice(("30001",)), dimension)
    assert [name for name, _ in block.rows] == names


def test_a_unit_that_no_export_covers_is_missing_and_not_zero(store: Store, instance: Instance) -> None:
    land(store, instance, done("H-1"))
    with landed_state(store, instance, "one_stop", EVENING) as state:
        blocks = {
            block.unit.code: block.counts for block in one_stop_form(state, WINDOW, register(), UnitChoice())
        }
    assert blocks["so-thu"] is None
    assert blocks["30002"] is not None
    assert "h-trung" not in blocks  # ended, and without a dossier


def test_a_unit_that_ended_within_the_window_keeps_its_dossiers_in_the_total(
    store: Store, instance: Instance
) -> None:
    land(store, instance, done("H-1"), done("H-2", Mã_đơn_vị="30002", Đơn_vị_xử_lý="UBND xã Thử Hòa"))
    units = UnitRegister(
        [
            replace(one, valid_to=date(2026, 2, 1)) if one.code == "30002" else one
            for one in [*register().all, unit("30077", "UBND xã Mới", first=date(2026, 2, 2))]
        ]
    )
    with landed_state(store, instance, "one_stop", EVENING) as state:
        blocks = one_stop_form(state, WINDOW, units, UnitChoice(tier="xa"))
        assert sum(block.counts["total"] for block in blocks if block.counts) == 2
        assert {"30002", "30077"} <= {block.unit.code for block in blocks}
        later = Window(date(2026, 2, 15), WINDOW.last)
        assert "30002" not in {
            block.unit.code for block in one_stop_form(state, later, units, UnitChoice(tier="xa"))
        }


def test_parts_that_do_not_add_up_to_the_unit_stop_the_form(
    store: Store, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    land(store, instance, done("H-1"), done("H-2", Lĩnh_vực="Đất đai"))
    real = counting._stream
    # A row of a field vanishes: each row is sound in itself.
    monkeypatch.setattr(
        counting, "_stream", lambda cursor: [one for one in real(cursor) if one["field"] != "dat dai"]
    )
    with (
        landed_state(store, instance, "one_stop", EVENING) as state,
        pytest.raises(CchcError, match=r"UBND xã Thử Một \(30001\).*lĩnh vực.*'total' \(2 ≠ 1\)"),
    ):
        one_stop_form(state, WINDOW, register(), UnitChoice(("30001",)))


def test_a_register_that_nobody_exported_leaves_its_half_empty(store: Store, instance: Instance) -> None:
    rows = [
        {
            "Số": "1", "Ký hiệu": "CV-UBND", "Ngày văn bản": "05/01/2026", "Hình thức gửi": "Văn bản giấy",
            "Ký số": "Không", "Đơn vị ban hành": "Sở Thử Nghiệm",
        }
    ]  # fmt: skip
    path = instance.export_drop / "van-ban.csv"
    Path(path.parent).mkdir(parents=True, exist_ok=True)
    path.write_bytes(export(rows, header=OUT))
    land_file(store, instance, path, register(), EVENING)
    with landed_state(store, instance, "doc_management", EVENING) as state:
        (mine,) = document_table(state, WINDOW, register(), UnitChoice(("so-thu",)))
    assert mine.sent is not None
    assert (mine.sent["sent"], mine.sent["sent_paper"], mine.received, mine.signed) == (1, 1, None, 0)
