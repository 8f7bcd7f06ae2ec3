"""No count shifts without a named change: any pair of exports, and a synthetic year whose rewrites are known."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sources.cut_off import (
    CUT_OFF,
    FROZEN,
    LATER,
    STATUSES,
    WINDOW,
    compare,
    fresh,
    land,
)
from tests.sources.samples import register, row

from cchc.clock import at, vn_date
from cchc.paths import Instance
from cchc.sources import freeze_snapshot, land_file
from cchc.store import Store
from cchc_rehearsal.document_exports import DocumentYear
from cchc_rehearsal.one_stop_exports import OneStopYear

DAYS = st.sampled_from([date(2025, 12, 10), date(2026, 1, 7), date(2026, 3, 13), CUT_OFF, date(2026, 3, 20)])


@st.composite
def states(draw: st.DrawFn) -> dict[str, str]:
    status = draw(
        st.sampled_from((*STATUSES, "Mới đăng ký", "Không được tiếp nhận", "Công dân rút", "Đã xử lý xong"))
    )
    received = draw(DAYS)
    ended = draw(DAYS.filter(lambda day: day >= received))
    finished = status in ("Công dân rút", "Đã xử lý xong")
    due = draw(st.none() | DAYS)
    return {
        "Trạng_thái": status,
        "Ngày_tiếp_nhận": vn_date(received),
        "Ngày_nộp": "",
        "Ngày_hẹn_trả": vn_date(due) if due else "",
        "Ngày_kết_thúc_xử_lý": vn_date(ended) if finished else "",
        "Kênh_thực_hiện": draw(st.sampled_from(("Trực tiếp", "Trực tuyến"))),
        "Mã_đơn_vị": "",
        "Đơn_vị_xử_lý": draw(st.sampled_from(("UBND xã Thử Một", "UBND xã Thử Hòa"))),
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(states(), states()), min_size=4, max_size=10))
def test_a_dossier_whose_class_on_the_day_differs_is_always_named(
    pairs: list[tuple[dict[str, str], dict[str, str]]],
) -> None:
    """Judged by the words of the rule in plain Python, on the facts of the day alone."""
    frozen_at = at(date(2026, 3, 21))
    with fresh() as (store, instance):
        land(store, instance, frozen_at, *(row(f"H01-{n}", **old) for n, (old, _) in enumerate(pairs)))
        freeze_snapshot(store, instance, "one_stop", CUT_OFF, frozen_at)
        land(
            store,
            instance,
            LATER,
            row("H01-X", Ngày_tiếp_nhận="20/03/2026"),
            *(row(f"H01-{n}", **new) for n, (_, new) in enumerate(pairs)),
        )
        named = {one.key for one in compare(store, instance).rewrites}
    for number, (old, new) in enumerate(pairs):
        if _on_the_day(old) != _on_the_day(new, open_status=old["Trạng_thái"]):
            assert f"H01-{number}" in named


def _on_the_day(cells: dict[str, str], open_status: str | None = None) -> tuple[str, ...]:
    """(class, unit, channel) of a dossier on the cut-off day."""

    def day(name: str) -> date | None:
        text = cells[name]
        return date(int(text[6:]), int(text[3:5]), int(text[:2])) if text else None

    received, due, ended = day("Ngày_tiếp_nhận"), day("Ngày_hẹn_trả"), day("Ngày_kết_thúc_xử_lý")
    status = cells["Trạng_thái"]
    assert received is not None
    if status in ("Mới đăng ký", "Không được tiếp nhận") or received > CUT_OFF:
        return ("not counted",)
    where = (cells["Đơn_vị_xử_lý"], cells["Kênh_thực_hiện"])
    if ended is not None and ended <= CUT_OFF:
        if ended < WINDOW.first:
            return ("before", *where)
        if status == "Công dân rút" or due is None or ended == due:
            return ("on time", *where)
        return ("early" if ended < due else "late", *where)
    waiting = (open_status or status) in ("Yêu cầu bổ sung", "Dừng xử lý")
    return ("open in term" if waiting or due is None or due >= CUT_OFF else "overdue", *where)


def test_of_a_synthetic_year_all_planted_rewrites_and_only_those_are_found(
    store: Store, instance: Instance
) -> None:
    units = register()
    reporters = list(units.on(date(2026, 6, 30), ["so", "xa"]))
    one_stop, documents = OneStopYear(reporters, 2026, 8, 12_000), DocumentYear(reporters, 2026, 8, 6_000)
    last = date(2026, 6, 19)
    days = sorted({CUT_OFF} | {date(2025, 12, 19) + timedelta(weeks=week) for week in range(27)})
    first = date(2025, 12, 15)
    for day in days:
        for name, system in (("mc", one_stop), ("vb", documents)):
            path = instance.export_drop / f"{name}_{day}.csv"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(system.weekly_file(first, day))
            land_file(store, instance, path, units, at(day, 18))
        first = day + timedelta(days=1)
        if day == CUT_OFF:
            for source in ("one_stop", "doc_management"):
                freeze_snapshot(store, instance, source, CUT_OFF, FROZEN)
    assert first == last + timedelta(days=1)
    planted = {
        dossier.code: (date.fromordinal(dossier.ended), date.fromordinal(dossier.rewritten[1]))
        for dossier in one_stop.dossiers
        if not dossier.fault
        and dossier.rewritten
        and dossier.ended is not None
        and CUT_OFF.toordinal() < dossier.rewritten[0] <= last.toordinal()
        and dossier.rewritten[1] <= CUT_OFF.toordinal()
    }
    found = compare(store, instance, at(last, 19))
    # Finished late before the cut-off and mended since, or still open then and finished 'in time' since.
    assert {one.key: (one.kind, one.old, one.new) for one in found.rewrites} == {
        code: ("end_changed", str(ended), str(told))
        if ended <= CUT_OFF
        else ("end_backdated", None, str(told))
        for code, (ended, told) in planted.items()
    }
    assert {one.kind for one in found.rewrites} == {
        "end_changed",
        "end_backdated",
    }  # else it proves too little
    assert {(one.kind, one.before, one.after) for one in found.rewrites} == {
        ("end_changed", "late", "on_time"),
        ("end_backdated", "overdue", "on_time"),
    }
    belated = Counter(
        reporters[document.unit].code
        for document in documents.documents
        if not document.fault and document.day <= CUT_OFF.toordinal() < document.entered <= last.toordinal()
    )
    told = compare(store, instance, at(last, 19), "doc_management")
    assert sum(belated.values()) >= 3
    assert {one.kind for one in told.rewrites} <= {"appeared", "last_day"}
    assert Counter(one.unit for one in told.rewrites) == belated
