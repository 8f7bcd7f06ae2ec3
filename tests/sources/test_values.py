"""Figures against an independent count, dossier by dossier, at every boundary of the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sources import reference_counts as reference
from tests.sources.samples import export, register, row, unit

from cchc.clock import at, vn_date
from cchc.errors import CchcError
from cchc.indicators import IndicatorRegister
from cchc.paths import Instance
from cchc.sources import (
    SystemValue,
    compute_values,
    counting,
    freeze_snapshot,
    land_file,
    system_values,
    values,
)
from cchc.sources.rules import CountingRules
from cchc.store import Store, upgrade
from cchc.year import Round, RoundKind, Window

FIRST, LAST = date(2025, 12, 15), date(2026, 3, 14)
EVENING = at(LAST, 18)
DAY = timedelta(days=1)


def quarter() -> Round:
    return Round(
        "2026-Q1",
        2026,
        RoundKind.Q1,
        "Quý I",
        EVENING,
        Window(FIRST, LAST),
        EVENING,
        LAST,
        EVENING,
        ("so", "xa"),
    )


def compute(store: Store, instance: Instance, content: bytes) -> dict[tuple[str, str], SystemValue]:
    path = instance.export_drop / "mot-cua.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    landing = land_file(store, instance, path, register(), at(LAST + 30 * DAY))
    assert landing.rows_quarantined == 0
    freeze_snapshot(store, instance, "one_stop", LAST, at(LAST + 30 * DAY))
    compute_values(store, instance, quarter(), register(), IndicatorRegister.load(), at(LAST + 30 * DAY))
    return system_values(store, "2026-Q1")


def shown(day: date | None) -> str:
    return "" if day is None else vn_date(day)


def dossier(
    code: str,
    received: date,
    due: date | None = None,
    ended: date | None = None,
    status: str = "",
    **changed: str,
) -> dict[str, str]:
    return row(
        code,
        Ngày_nộp=shown(received),
        Ngày_tiếp_nhận=shown(received),
        Ngày_hẹn_trả=shown(due),
        Ngày_kết_thúc_xử_lý=shown(ended),
        Trạng_thái=status or ("Đã xử lý xong" if ended else "Đang xử lý"),
        **changed,
    )


CASES: list[tuple[str, dict[str, str], set[str]]] = [
    ("received on the first day", dossier("H-1", FIRST), {"T06.3", "T06.10"}),
    ("received the day before", dossier("H-1", FIRST - DAY), {"T06.4", "T06.10"}),
    ("received on the last day", dossier("H-1", LAST), {"T06.3", "T06.10"}),
    ("received the day after", dossier("H-1", LAST + DAY), set()),
    ("ended before the window", dossier("H-1", FIRST - 9 * DAY, None, FIRST - DAY), set()),
    ("ended on the first day", dossier("H-1", FIRST - 9 * DAY, FIRST, FIRST), {"T06.4", "T06.7"}),
    ("ended on the last day", dossier("H-1", FIRST, LAST + DAY, LAST), {"T06.3", "T06.6"}),
    ("ended the day after", dossier("H-1", FIRST, LAST, LAST + DAY), {"T06.3", "T06.10"}),
    ("ended a day late", dossier("H-1", FIRST, LAST - DAY, LAST), {"T06.3", "T06.8"}),
    ("ended without due date", dossier("H-1", FIRST, None, LAST), {"T06.3", "T06.7"}),
    ("withdrawn late", dossier("H-1", FIRST, FIRST, LAST, "Công dân rút"), {"T06.3", "T06.7"}),
    ("due on the last day", dossier("H-1", FIRST, LAST), {"T06.3", "T06.10"}),
    ("due the day before", dossier("H-1", FIRST, LAST - DAY), {"T06.3", "T06.11"}),
    (
        "late, waits for a supplement",
        dossier("H-1", FIRST, FIRST, None, "Yêu cầu bổ sung"),
        {"T06.3", "T06.10"},
    ),
    ("late, suspended", dossier("H-1", FIRST, FIRST, None, "Dừng xử lý"), {"T06.3", "T06.10"}),
    (
        "late, waits for a payment",
        dossier("H-1", FIRST, FIRST, None, "Nghĩa vụ tài chính"),
        {"T06.3", "T06.11"},
    ),
    ("online", dossier("H-1", FIRST, Kênh_thực_hiện="Trực tuyến"), {"T06.2", "T06.10"}),
    ("by post", dossier("H-1", FIRST, Kênh_thực_hiện="BCCI"), {"T06.3", "T06.10", "VII.5.4"}),
    (
        "by post, carried over",
        dossier("H-1", FIRST - DAY, Kênh_thực_hiện="BCCI"),
        {"T06.4", "T06.10"},
    ),
    ("refused", dossier("H-1", FIRST, None, None, "Không được tiếp nhận"), set()),
    ("only registered", dossier("H-1", FIRST, None, None, "Mới đăng ký"), set()),
]
WHOLE = {"T06.2": "T06.1", "T06.3": "T06.1", "T06.4": "T06.1"} | dict.fromkeys(
    ("T06.6", "T06.7", "T06.8"), "T06.5"
)
WHOLE |= dict.fromkeys(("T06.10", "T06.11"), "T06.9")
COUNTED = (
    "T06.1",
    "T06.2",
    "T06.3",
    "T06.4",
    "T06.5",
    "T06.6",
    "T06.7",
    "T06.8",
    "T06.9",
    "T06.10",
    "T06.11",
)


@pytest.mark.parametrize(("cells", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_one_dossier_at_a_boundary_counts_where_the_form_says(
    store: Store, instance: Instance, cells: dict[str, str], expected: set[str]
) -> None:
    found = compute(store, instance, export([cells]))
    ones = {code for code in (*COUNTED, "VII.5.4") if found["30001", code].value == 1}
    assert ones == expected | {WHOLE[code] for code in expected if code in WHOLE}
    assert all(found["30001", code].value in (0, 1) for code in COUNTED)


def test_a_result_returned_by_post_in_the_window_counts_though_it_ended_before(
    store: Store, instance: Instance
) -> None:
    cells = dossier(
        "H-1", FIRST - 9 * DAY, FIRST, FIRST - DAY, Ngày_trả=shown(FIRST), Hình_thức_trả="Bưu chính công ích"
    )
    found = compute(store, instance, export([cells]))
    assert (found["30001", "VII.5.5"].value, found["30001", "T06.1"].value) == (1, 0)


near = st.sampled_from([FIRST - 9 * DAY, FIRST - DAY, FIRST, FIRST + DAY, LAST - DAY, LAST, LAST + DAY])
drawn = st.tuples(
    near,
    st.none() | near,
    st.none() | near,
    st.sampled_from(
        ["Đã xử lý xong", "Đã trả kết quả", "Công dân rút", "Đang xử lý", "Yêu cầu bổ sung", "Dừng xử lý"]
    ),
    st.sampled_from(["Trực tiếp", "Trực tuyến", "Bưu chính công ích"]),
    st.sampled_from(["Hộ tịch", "Đất đai", "Hoạt động xây dựng"]),
)


STATUS = {
    "Đang xử lý": 4,
    "Yêu cầu bổ sung": 5,
    "Công dân rút": 7,
    "Dừng xử lý": 8,
    "Đã xử lý xong": 9,
    "Đã trả kết quả": 10,
}
CHANNEL = {"Trực tiếp": 1, "Trực tuyến": 2, "Bưu chính công ích": 3}
NAMES = dict(
    zip(
        COUNTED,
        (
            "total", "received_online", "received_direct_or_post", "carried_over", "resolved", "early",
            "on_time", "late", "still_open", "in_term", "overdue",
        ),
        strict=True,
    )
)  # fmt: skip


def typed(one: tuple[date, date | None, date | None, str, str, str]) -> dict[str, Any]:
    """The drawn dossier as the reference reads it."""
    received, due, ended, status, channel, field = one
    moments = {"received_at": received, "due_at": due, "ended_at": ended, "returned_at": None}
    return {
        "unit": "30001",
        "status": STATUS[status],
        "channel": CHANNEL[channel],
        "field_key": reference.plain(field),
        "service_level": 4,
        "return_channel": None,
    } | {name: None if day is None else datetime.combine(day, time()) for name, day in moments.items()}


def usable(one: tuple[date, date | None, date | None, str, str, str]) -> bool:
    received, _, ended, status, *_ = one
    finished = status in ("Đã xử lý xong", "Đã trả kết quả", "Công dân rút")
    return (ended is None or ended >= received) and (ended is not None or not finished)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(drawn.filter(usable), min_size=1, max_size=60))
def test_any_dossiers_are_counted_as_a_person_would(
    tmp_path_factory: pytest.TempPathFactory, dossiers: list
) -> None:
    instance = Instance(tmp_path_factory.mktemp("nha"))
    store = upgrade(Store(instance.store_url))
    rows = [
        dossier(f"H-{number}", received, due, ended, status, Kênh_thực_hiện=channel, Lĩnh_vực=field)
        for number, (received, due, ended, status, channel, field) in enumerate(dossiers)
    ]
    found = compute(store, instance, export(rows))
    rules = CountingRules.load().one_stop.model_dump(mode="json")
    counted = reference.count(map(typed, dossiers), FIRST, LAST, rules)
    expected = counted.get(("30001",), reference.ZERO)
    assert {code: found["30001", code].value for code in COUNTED} == {
        code: expected[name] for code, name in NAMES.items()
    }
    land = found["30001", "III.6.9"]
    assert (land.numerator, land.denominator) == (expected["land_in_time"], expected["land_resolved"])
    assert (land.value is None) == (expected["land_resolved"] == 0)
    store.close()


def test_covered_without_a_dossier_is_zero_and_not_covered_is_no_row(
    store: Store, instance: Instance
) -> None:
    found = compute(store, instance, export([dossier("H-1", FIRST - 9 * DAY, None, FIRST - DAY)]))
    assert found["30001", "T06.1"].value == 0  # its only dossier is over
    assert found["30002", "T06.1"].value == 0  # a commune: the software serves it
    assert found["30002", "T06.R"] == SystemValue(None, Decimal(0), Decimal(0), "one_stop-2026-03-14")
    units = {unit for unit, _ in found}
    assert "so-thu" not in units  # a body that no export ever named
    assert "h-trung" not in units  # no longer there


def test_a_body_is_covered_once_it_had_a_dossier(store: Store, instance: Instance) -> None:
    body = dossier("H-1", FIRST, None, FIRST, Mã_đơn_vị="so-thu", Đơn_vị_xử_lý="Sở Thử Nghiệm")
    found = compute(store, instance, export([body]))
    assert found["so-thu", "T06.1"].value == 1
    assert ("so-khong-ho-so", "T06.1") not in found
    assert found["so-thu", "III.6.3"].value == Decimal("100.00")
    assert ("so-thu", "III.6.8") not in found  # the communes' row
    assert ("30001", "III.6.3") not in found


def test_an_export_without_the_level_gives_no_figure_by_level(store: Store, instance: Instance) -> None:
    found = compute(store, instance, export([dossier("H-1", FIRST, Mức_độ_DVC="")]))
    assert ("30001", "OS.2") not in found
    assert ("30001", "VII.5.5") not in found  # nor was a form of return in it
    assert ("30001", "T06.1") in found


def test_computing_again_changes_no_row(any_store: Store, instance: Instance) -> None:
    found = compute(any_store, instance, export([dossier("H-1", FIRST)]))
    again = compute_values(
        any_store, instance, quarter(), register(), IndicatorRegister.load(), at(LAST + 31 * DAY)
    )
    assert again == 0
    assert system_values(any_store, "2026-Q1") == found
    assert system_values(any_store, "2026-Q1", "30001") == {k: v for k, v in found.items() if k[0] == "30001"}


def test_a_run_of_an_earlier_day_does_not_know_a_later_snapshot(store: Store, instance: Instance) -> None:
    found = compute(store, instance, export([dossier("H-1", FIRST)]))
    assert compute_values(store, instance, quarter(), register(), IndicatorRegister.load(), EVENING) == 0
    assert system_values(store, "2026-Q1") == found


def test_a_change_of_the_rules_is_taken_over(
    store: Store, instance: Instance, change_config: Callable[[str, str, str], None]
) -> None:
    content = export([dossier("H-1", FIRST, FIRST, None, "Nghĩa vụ tài chính")])
    assert compute(store, instance, content)["30001", "T06.11"].value == 1
    change_config("sources/counting.yaml", "always_in_term: [5, 8]", "always_in_term: [5, 6, 8]")
    changed = compute_values(
        store, instance, quarter(), register(), IndicatorRegister.load(), at(LAST + 31 * DAY)
    )
    assert changed == 2
    assert system_values(store, "2026-Q1")["30001", "T06.11"].value == 0


def test_a_broken_identity_stops_everything_and_names_unit_and_numbers(
    store: Store, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = counting._stream
    monkeypatch.setattr(counting, "_stream", lambda cursor: [counts | {"late": 7} for counts in real(cursor)])
    with pytest.raises(
        CchcError,
        match=r"UBND xã Thử Một \(30001\), kỳ 15/12/2025 - 14/03/2026: T06.5 = T06.6 \+.*0 ≠ 0 \+ 0 \+ 7",
    ):
        compute(store, instance, export([dossier("H-1", FIRST)]))
    assert system_values(store, "2026-Q1") == {}


def test_a_district_s_row_of_its_communes_is_their_sum_once_all_of_them_are_covered() -> None:
    district = unit("h-1", "UBND huyện Một", "huyen", date(2020, 1, 1), date(2025, 6, 30))
    communes = [replace(unit(f"x-{n}", f"UBND xã {n}", first=date(2020, 1, 1)), parent="h-1") for n in (1, 2)]
    counts = {"x-1": {"received": 3}, "x-2": {"received": 4}, "h-1": {"received": 5}}
    units = [district, *communes]
    assert values.counts_of_communes(district, units, {"h-1", "x-1", "x-2"}, counts) == {"received": 7}
    assert values.counts_of_communes(district, units, {"h-1", "x-1"}, counts) is None  # half a sum is no sum
    assert values.counts_of_communes(district, [district], {"h-1"}, counts) is None
    assert values.counts_of_communes(communes[0], units, {"x-1", "x-2"}, counts) is None
