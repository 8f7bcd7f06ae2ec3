"""The synthetic exports, and the figures computed from them against the truth counted without SQL."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from itertools import pairwise

import pytest

from cchc.clock import at
from cchc.indicators import IndicatorRegister
from cchc.paths import Instance
from cchc.sources import compute_values, freeze_snapshot, land_file, system_values
from cchc.store import Store
from cchc.units import Unit, UnitRegister
from cchc.year import Calendar, Round, Window
from cchc_rehearsal.document_exports import DocumentYear
from cchc_rehearsal.one_stop_exports import PERSONAL, Dossier, OneStopYear

YEAR = 2026
FIRST = date(2025, 12, 15)
REPORTS = ("2026-Q1", "2026-6T", "2026-Q3", "2026-NAM")


def reporters() -> list[Unit]:
    return UnitRegister.load().on(date(YEAR, 6, 30), ["so", "xa"])


def some() -> list[Unit]:
    units = reporters()
    return [unit for unit in units if unit.tier == "so"][:6] + [unit for unit in units if unit.tier == "xa"][
        :10
    ]


def rows(content: bytes, delimiter: str = ";") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))


@pytest.fixture(scope="module")
def small() -> OneStopYear:
    return OneStopYear(some(), YEAR, seed=3, total=4000)


@pytest.fixture(scope="module")
def documents() -> DocumentYear:
    return DocumentYear(some(), YEAR, seed=3, total=3000)


def test_the_seed_decides_everything(small: OneStopYear, documents: DocumentYear) -> None:
    week = (date(2026, 3, 2), date(2026, 3, 8))
    assert OneStopYear(some(), YEAR, seed=3, total=4000).weekly_file(*week) == small.weekly_file(*week)
    assert OneStopYear(some(), YEAR, seed=4, total=4000).weekly_file(*week) != small.weekly_file(*week)
    assert DocumentYear(some(), YEAR, seed=3, total=3000).weekly_file(*week) == documents.weekly_file(*week)


def test_a_weekly_file_tells_nothing_of_the_days_after_it(small: OneStopYear) -> None:
    last = date(2026, 3, 8)
    told = rows(small.weekly_file(date(2026, 3, 2), last))
    assert len(told) > 50
    for row in told:
        for column in ("Ngày nộp", "Ngày tiếp nhận", "Ngày kết thúc xử lý", "Ngày trả"):
            if row[column]:
                day, month, year = row[column][:10].split("/")
                assert date(int(year), int(month), int(day)) <= last


def test_every_trap_is_planted(small: OneStopYear) -> None:
    told = rows(small.weekly_file(FIRST, date(2026, 12, 14)))
    assert {row["Trạng thái"] for row in told} >= {
        "Không được tiếp nhận", "Đang xử lý", "Yêu cầu bổ sung", "Công dân rút", "Dừng xử lý",
        "Đã xử lý xong", "Đã trả kết quả",
    }  # fmt: skip
    assert any(row["Ngày tiếp nhận"] and not row["Ngày hẹn trả"] for row in told)
    assert any(row["Ngày hẹn trả"][:5] in ("31/02", "31/06", "00/00", "1/13/") for row in told)
    assert any("Không Có Trong Danh Mục" in row["Đơn vị xử lý"] for row in told)
    assert {row["Mã hồ sơ"].startswith("000.") for row in told} == {True, False}
    assert any(dossier.rewritten for dossier in small.dossiers)
    assert any(
        dossier.received is not None and dossier.received < FIRST.toordinal() for dossier in small.dossiers
    )
    assert all(row[column] for row in told for column in PERSONAL)
    assert all("Giả Định" in row["Chủ hồ sơ"] for row in told)


def test_no_two_dossiers_share_a_code(small: OneStopYear) -> None:
    codes = [dossier.code for dossier in small.dossiers]
    assert len(set(codes)) == len(codes)


def test_the_truth_of_a_hand_made_unit() -> None:
    unit = next(unit for unit in reporters() if unit.tier == "xa")
    year = OneStopYear([unit], YEAR, seed=1, total=0)
    first, last = FIRST.toordinal(), date(2026, 3, 14).toordinal()

    def dossier(
        received: int, due: int | None, ended: int | None, *, channel: int = 1, **more: object
    ) -> Dossier:
        events = [(received, 2), (received, 4)] + ([(ended, 9)] if ended else [])
        return Dossier(1, "x", 0, 6, channel, received, received, due, ended, events=events, **more)  # type: ignore[arg-type]  # fields by name

    year.dossiers = [
        dossier(first - 5, first, first, channel=2),  # carried over, on time
        dossier(first, first + 5, first + 4, channel=2),  # online, early
        dossier(first, first + 5, first + 6),  # late
        dossier(last, last - 1, None),  # open and over its day
        dossier(first, first + 5, last + 1, channel=3),  # ends after the window: open, over its day
        dossier(first, first + 5, first + 6, fault="date"),  # never a usable row
        dossier(first, first + 5, first + 6, rewritten=(last, first + 5)),  # mended: on time
    ]
    truth = year.truth(Window(FIRST, date(2026, 3, 14)))
    numbers = [truth[unit.code, f"T06.{n}"].value for n in range(1, 12)]
    assert numbers == [6, 1, 4, 1, 4, 1, 2, 1, 2, 0, 2]
    share = truth[unit.code, "III.6.9"]  # procedure 6 is of the field 'Đất đai'
    assert (share.numerator, share.denominator, str(share.value)) == (3, 4, "75.00")
    assert truth[unit.code, "III.6.10"].value is None


def weeks(until: date) -> list[tuple[date, date]]:
    """Fortnights of collecting, cut at each cut-off."""
    cut_offs = [Calendar.load().round(name).window for name in REPORTS]
    ends = {window.last for window in cut_offs if window}
    edges = [FIRST]
    while edges[-1] <= until:
        following = edges[-1] + timedelta(days=14)
        edges.append(
            min([following, *(end + timedelta(days=1) for end in ends if edges[-1] <= end < following)])
        )
    return [(begin, end - timedelta(days=1)) for begin, end in pairwise(edges) if begin <= until]


def collect(
    store: Store, instance: Instance, year: OneStopYear | DocumentYear, begin: date, end: date, name: str
) -> int:
    path = instance.export_drop / f"{name}_{begin}_{end}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(year.weekly_file(begin, end))
    return land_file(store, instance, path, UnitRegister.load(), at(end, 18)).rows_quarantined


def test_the_figures_of_every_round_equal_the_truth(
    store: Store, instance: Instance, small: OneStopYear, documents: DocumentYear
) -> None:
    calendar, indicators, units = Calendar.load(), IndicatorRegister.load(), UnitRegister(some())
    rounds = {round_.window.last: round_ for name in REPORTS if (round_ := calendar.round(name)).window}
    compared = quarantined = 0
    for begin, end in weeks(date(2026, 12, 14)):
        quarantined += collect(store, instance, small, begin, end, "mot-cua")
        quarantined += collect(store, instance, documents, begin, end, "van-ban")
        if end in rounds:
            compared += compare(store, instance, small, documents, rounds[end], units, indicators)
    assert quarantined > 0
    assert compared > 4 * 16 * 20


def compare(
    store: Store,
    instance: Instance,
    dossiers: OneStopYear,
    documents: DocumentYear,
    round_: Round,
    units: UnitRegister,
    indicators: IndicatorRegister,
) -> int:
    assert round_.window is not None
    end = round_.window.last
    for source in ("one_stop", "doc_management"):
        freeze_snapshot(store, instance, source, end, at(end, 18))
    compute_values(store, instance, round_, units, indicators, at(end, 18))
    found = system_values(store, round_.round_id)
    truth = dossiers.truth(round_.window) | documents.truth(round_.window)
    owed = {
        (unit.code, one.code) for unit in units.on(end) for one in indicators.owed(unit, end, round_.kind)
    }
    assert set(found) == set(truth) & owed
    for key, value in found.items():
        expected = truth[key]
        assert (value.value, value.numerator, value.denominator) == (
            expected.value,
            expected.numerator,
            expected.denominator,
        ), (round_.round_id, *key)
    return len(found)


@pytest.mark.parametrize("direction", ["di", "den"])
def test_each_register_alone_lands_in_its_own_layout(
    store: Store, instance: Instance, documents: DocumentYear, direction: str
) -> None:
    path = instance.root / "so.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(documents.weekly_file(FIRST, date(2026, 3, 14), direction))  # type: ignore[arg-type]  # a literal
    landing = land_file(store, instance, path, UnitRegister.load(), at(date(2026, 3, 14), 18))
    assert landing.layout == f"van-ban-{direction}"
    assert landing.rows_accepted > 0.9 * landing.rows_read > 0


def test_some_documents_are_entered_after_the_cut_off_of_their_day(documents: DocumentYear) -> None:
    cut_off = date(2026, 3, 14).toordinal()
    assert any(document.day <= cut_off < document.entered for document in documents.documents)


@pytest.mark.slow
def test_a_province_s_year_has_its_size_and_lands_whole(store: Store, instance: Instance) -> None:
    dossiers, documents = OneStopYear(reporters(), YEAR, seed=1), DocumentYear(reporters(), YEAR, seed=1)
    assert 55_000 < len(dossiers.dossiers) < 65_000
    assert 39_000 < len(documents.documents) < 41_000
    end = date(2026, 12, 14)
    content = dossiers.weekly_file(FIRST, end)
    week = dossiers.weekly_file(date(2026, 4, 6), date(2026, 4, 10))
    for number in range(5):
        path = instance.export_drop / f"{number}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(week.replace(b"Gi\xe1\xba\xa3", b"G%d" % number))
        landing = land_file(store, instance, path, UnitRegister.load(), at(end, 17))
        assert landing.new
    path.write_bytes(content)
    land_file(store, instance, path, UnitRegister.load(), at(end, 18))
    freeze_snapshot(store, instance, "one_stop", end, at(end, 18))
    round_ = Calendar.load().round("2026-NAM")
    changed = compute_values(
        store, instance, round_, UnitRegister.load(), IndicatorRegister.load(), at(end, 18)
    )
    assert changed > 2000
