"""The catalogue of procedures: landed like an export, counted by code, and silent about what its lists do not tell."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sources.samples import register

from cchc.clock import at
from cchc.paths import Instance
from cchc.sources import CATALOGUE, catalogue_figures, freeze_snapshot, land_file
from cchc.sources.catalogue import INDICATORS
from cchc.sources.duck import connect, mappings, run
from cchc.sources.snapshots import broken_snapshots
from cchc.store import Store
from cchc.year import Window

HEADER = (
    "Mã TTHC", "Tên thủ tục", "Lĩnh vực", "Cấp thực hiện", "Cơ quan thực hiện", "Mức độ DVC", "Thanh toán trực tuyến",
    "Bưu chính công ích", "Đã công khai", "Tích hợp Cổng DVCQG", "Liên thông", "Trạng thái", "Ngày công bố",
    "Ngày bãi bỏ", "Người cập nhật",
)  # fmt: skip
PLAIN = {
    "Tên thủ tục": "Đăng ký khai sinh", "Lĩnh vực": "Hộ tịch", "Cấp thực hiện": "Cấp xã",
    "Cơ quan thực hiện": "UBND cấp xã", "Mức độ DVC": "Toàn trình", "Thanh toán trực tuyến": "x", "Đã công khai": "Có",
    "Ngày công bố": "05/01/2020", "Người cập nhật": "Công dân Giả Định Một",
}  # fmt: skip
WINDOW = Window(date(2025, 12, 15), date(2026, 3, 14))
CUT_OFF, FIRST, LATER = at(WINDOW.last, 23, 30), at(date(2026, 2, 2), 9), at(date(2026, 3, 2), 9)


def procedure(number: int, **changed: str) -> dict[str, str]:
    cells = {"Mã TTHC": f"1.{number:06d}.000.00.00.H01"} | PLAIN
    return cells | {name.replace("_", " "): value for name, value in changed.items()}


def listed(rows: Iterable[Mapping[str, str]], without: tuple[str, ...] = ()) -> bytes:
    out = io.StringIO()
    heads = [name for name in HEADER if name not in without]
    writer = csv.DictWriter(out, heads, delimiter=";", extrasaction="ignore", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def land(store: Store, instance: Instance, content: bytes, moment=FIRST, name="danh-muc.csv"):
    path = instance.export_drop / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return land_file(store, instance, path, register(), moment)


def figures(store: Store, instance: Instance) -> dict[str, Decimal | None]:
    freeze_snapshot(store, instance, CATALOGUE, WINDOW.last, CUT_OFF)
    found = catalogue_figures(store, instance, WINDOW, CUT_OFF)
    assert found is not None
    return {code: one.value for code, one in found.figures.items()}


ROWS = [
    procedure(1),
    procedure(2, Cấp_thực_hiện="Cấp tỉnh, cấp xã", Mức_độ_DVC="Một phần", Bưu_chính_công_ích="x"),
    procedure(
        3, Cấp_thực_hiện="Cấp tỉnh", Mức_độ_DVC="Không", Thanh_toán_trực_tuyến="", Liên_thông="Cùng cấp"
    ),
    procedure(4, Cấp_thực_hiện="Cấp tỉnh", Ngày_công_bố="10/01/2026", Trạng_thái="Công bố mới"),
    procedure(5, Trạng_thái="Bãi bỏ", Ngày_bãi_bỏ="20/02/2026"),
    procedure(6, Ngày_công_bố="01/04/2026"),
    procedure(7, Ngày_công_bố="10/02/2026", Trạng_thái="Sửa đổi, bổ sung", Liên_thông="Giữa các cấp"),
]


def test_each_indicator_counts_procedures_in_force_once(store: Store, instance: Instance) -> None:
    landing = land(store, instance, listed(ROWS))
    assert (landing.source, landing.rows_accepted, landing.rows_quarantined) == (CATALOGUE, 7, 0)
    assert figures(store, instance) == {
        "III.2.1": 1, "III.2.2": 1, "III.2.3": 5, "III.2.4": 3, "III.2.5": 3, "III.3.1": 5, "III.3.2": 4,
        "III.5.1": 1, "III.5.2": 1, "III.7.1": 0, "III.7.2": 4, "III.7.3": 4, "VII.4.1": 1, "VII.4.2": 3, "VII.5.1": 1,
    }  # fmt: skip
    assert broken_snapshots(store, instance) == (1, [], [])


def test_a_procedure_of_two_rows_and_two_spellings_is_one(store: Store, instance: Instance) -> None:
    both = [
        procedure(1),
        procedure(1, Cấp_thực_hiện="Cấp tỉnh", Mức_độ_DVC="Một phần") | {"Mã TTHC": "1.000001"},
    ]
    land(store, instance, listed(both))
    found = figures(store, instance)
    assert [found[code] for code in ("III.2.3", "III.2.4", "III.2.5", "VII.4.1", "VII.4.2")] == [
        1,
        1,
        1,
        0,
        1,
    ]


def test_a_column_that_the_list_lacks_gives_no_figure_and_no_nought(store: Store, instance: Instance) -> None:
    lacking = ("Mức độ DVC", "Thanh toán trực tuyến", "Ngày công bố", "Ngày bãi bỏ", "Liên thông")
    land(store, instance, listed(ROWS[:3], lacking))
    found = figures(store, instance)
    assert found.keys() == {
        "III.2.3",
        "III.2.4",
        "III.2.5",
        "III.3.1",
        "III.7.1",
        "VII.5.1",
    }


def test_faulty_rows_are_held_back_with_their_reasons_and_no_person_is_kept(
    store: Store, instance: Instance
) -> None:
    rows = [
        procedure(1),
        procedure(2, Cấp_thực_hiện="Cấp huyện"),
        procedure(3, Mức_độ_DVC=""),
        procedure(4, Tên_thủ_tục=""),
        procedure(5, Ngày_công_bố="31/02/2026"),
        procedure(6, Đã_công_khai="có thể"),
    ]
    landing = land(store, instance, listed(rows))
    assert (landing.rows_accepted, landing.rows_quarantined) == (1, 5)
    row = store.one("sources.landing", landing_id=landing.landing_id)
    assert row is not None
    told = (instance.data / row["quarantine_path"]).read_text(encoding="utf-8-sig")
    for words in ("Cấp huyện", "Thiếu 'Mức độ DVC'", "Thiếu 'Tên thủ tục'", "31/02/2026", "có thể"):
        assert words in told
    everything = b"".join(path.read_bytes() for path in instance.data.rglob("*") if path.is_file())
    assert "Giả Định".encode() not in everything


def test_the_last_list_is_the_whole_list_and_the_frozen_one_stays(store: Store, instance: Instance) -> None:
    land(store, instance, listed(ROWS))
    assert not land(store, instance, listed(ROWS), LATER, "lai.csv").new, "the same bytes again"
    land(store, instance, listed(ROWS[:2]), LATER, "moi.csv")
    assert figures(store, instance)["III.2.3"] == 2, "what the last list lacks is no longer in force"
    land(store, instance, listed(ROWS[:1]), at(date(2026, 3, 20), 9), "sau.csv")
    assert figures(store, instance)["III.2.3"] == 2


def test_without_a_frozen_list_nothing_is_said(store: Store, instance: Instance) -> None:
    assert catalogue_figures(store, instance, WINDOW, CUT_OFF) is None
    land(store, instance, listed(ROWS))
    freeze_snapshot(store, instance, CATALOGUE, WINDOW.last, CUT_OFF)
    assert catalogue_figures(store, instance, WINDOW, FIRST) is None, (
        "a run of before knows no later snapshot"
    )


FLAGS = ("paid_online", "by_post", "is_public", "on_portal")
row_of_catalogue = st.fixed_dictionaries(
    {
        "code": st.sampled_from(["1.000001", "1.000002", "1.000003", "1.000004"]),
        "level": st.sampled_from([1, 2, 3]),
        "online_level": st.sampled_from([0, 1, 2]),
        "linked": st.sampled_from([0, 1, 2]),
        "state": st.sampled_from([None, 1, 2, 3, 4]),
        "published_on": st.sampled_from([None, date(2020, 1, 1), date(2026, 1, 1), date(2026, 5, 1)]),
        "ended_on": st.sampled_from([None, date(2025, 1, 1), date(2026, 2, 1), date(2026, 5, 1)]),
    }
    | {name: st.booleans() for name in FLAGS}
)


def expected(rows: list[dict[str, object]]) -> dict[str, int]:
    """The counts written out in Python, from what the rules say."""

    def in_force(row: Mapping[str, object]) -> bool:
        published, ended = row["published_on"], row["ended_on"]
        if published is not None and published > WINDOW.last:  # type: ignore[operator]
            return False
        return ended > WINDOW.last if ended is not None else row["state"] != 3  # type: ignore[operator]

    by_code: dict[object, list[dict[str, object]]] = {}
    for row in filter(in_force, rows):
        by_code.setdefault(row["code"], []).append(row)
    of_codes = list(by_code.values())

    def codes(told: object) -> int:
        return len({row["code"] for row in rows if told(row)})  # type: ignore[operator]

    def within(day: object) -> bool:
        return day is not None and WINDOW.first <= day <= WINDOW.last  # type: ignore[operator]

    online = [max(int(str(row["online_level"])) for row in own) for own in of_codes]
    return {
        "in_force": len(of_codes),
        "at_province": sum(any(row["level"] in (1, 3) for row in own) for own in of_codes),
        "at_commune": sum(any(row["level"] in (2, 3) for row in own) for own in of_codes),
        "published": codes(lambda row: within(row["published_on"]) and row["state"] != 2),
        "ended": codes(lambda row: within(row["ended_on"])),
        "online": sum(one > 0 for one in online),
        "partly_online": online.count(1),
        "wholly_online": online.count(2),
        "linked_at_level": sum(any(row["linked"] == 1 for row in own) for own in of_codes),
        "linked_between": sum(any(row["linked"] == 2 for row in own) for own in of_codes),
    } | {name: sum(any(row[name] for row in own) for own in of_codes) for name in FLAGS}


@given(rows=st.lists(row_of_catalogue, min_size=1, max_size=8))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_the_counts_are_those_of_the_rules_written_out(rows: list[dict[str, object]], tmp_path: Path) -> None:
    import pandas as pd

    path = tmp_path / "danh-muc.parquet"
    typed = pd.DataFrame(rows)
    for name in ("published_on", "ended_on"):
        typed[name] = pd.to_datetime(typed[name])
    typed["state"] = typed["state"].astype("Int8")
    with connect() as connection:
        connection.register("typed", typed.assign(has_published=True, has_ended=True))
        connection.execute(
            "COPY (SELECT * REPLACE (published_on::DATE AS published_on, ended_on::DATE AS ended_on) FROM typed) "
            f"TO '{path}' (FORMAT parquet)"
        )
        values = {"path": str(path), "first": WINDOW.first, "last": WINDOW.last}
        (found,) = mappings(run(connection, "catalogue/counts.counts", **values))
    assert found == expected(rows)
    assert set(INDICATORS.values()) == expected(rows).keys()
    assert found["partly_online"] + found["wholly_online"] == found["online"] <= found["in_force"]
    assert max(found["at_province"], found["at_commune"]) <= found["in_force"]


@pytest.mark.parametrize("code", INDICATORS)
def test_every_indicator_that_is_counted_is_one_of_the_catalogue(code: str) -> None:
    from cchc.indicators import IndicatorRegister

    assert IndicatorRegister.load().get(code).source in ("catalogue", "self")
