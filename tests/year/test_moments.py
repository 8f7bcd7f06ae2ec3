"""The moments of inspection and scoring: their order, the ways to write them, and what days off do to them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.year.conftest import Configure, line_of

from cchc.clock import at
from cchc.errors import ConfigError, ConfigErrors, ConfigSentence
from cchc.year import MOMENTS, Calendar, RoundKind, WorkingDays, phases_of

LOCK = "khoa: {after: tu_cham_han, working_days: 3"
CLAIM_DUE = 'tu_cham_han: {day: "12-22"'
PUBLISHED = 'cong_bo: {day: "+1/01-30", hour: "16:00", on_day_off: previous}'


def test_self_scores_are_due_after_the_year_s_reports_and_the_rest_follows_in_january() -> None:
    """D11: a self-score due before the annual report had no figures of the whole year behind it."""
    calendar = Calendar.load()
    scoring, report = calendar.round("2026-CD"), calendar.round("2026-NAM")
    assert scoring.unit_due_at > report.unit_due_at
    assert {name: f"{instant:%Y-%m-%d %H:%M}" for name, instant in scoring.moments.items()} == {
        "mo": "2026-12-01 08:30",
        "tu_cham_han": "2026-12-22 17:00",
        "khoa": "2026-12-25 17:00",
        "tham_dinh_1": "2027-01-11 17:00",
        "giai_trinh": "2027-01-18 17:00",
        "tham_dinh_2": "2027-01-25 17:00",
        "hoi_dong": "2027-01-28 14:00",
        "cong_bo": "2027-01-29 16:00",
        "kien_nghi": "2027-02-12 17:00",
        "dong": "2027-02-26 17:00",
    }
    assert scoring.explanations["kien_nghi"].text == (
        "12/02/2027 là thứ Sáu: 5 ngày làm việc sau mốc “Công bố kết quả” ngày 29/01/2027"
    )
    assert scoring.reference_day == date(2026, 12, 31), "scored is who exists on the year's last day"


def test_the_dates_that_every_round_has_follow_the_moments() -> None:
    scoring, inspection = Calendar.load().round("2026-CD"), Calendar.load().round("2026-KT")
    shown = (scoring.opens_at, scoring.unit_due_at, scoring.closes_at)
    assert shown == tuple(scoring.moments[name] for name in ("mo", "tu_cham_han", "dong"))
    assert scoring.province_due_on == scoring.moments["cong_bo"].date()
    shown = (inspection.opens_at, inspection.unit_due_at, inspection.closes_at)
    assert shown == tuple(inspection.moments[name] for name in ("ke_hoach", "bao_cao_doan", "dong"))
    assert Calendar.load().round("2026-Q1").moments == {}
    assert phases_of(RoundKind.Q1) == ("opens", "closes", "cut_off")
    assert phases_of(RoundKind.SCORING) == MOMENTS[RoundKind.SCORING]


def contradiction(configure: Configure, *edits: tuple[str, str]) -> str:
    with pytest.raises(ConfigSentence) as caught:
        Calendar.load(configure(calendar=list(edits))).rounds(2026)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_a_moment_before_the_one_that_precedes_it_is_refused_word_for_word(configure: Configure) -> None:
    edits = (CLAIM_DUE, 'tu_cham_han: {day: "12-25"'), (LOCK, 'khoa: {day: "12-22"')
    assert contradiction(configure, *edits) == (
        'calendar.yaml: CD: "khoa" (22/12/2026 17:00) phải sau "tu_cham_han" (25/12/2026 17:00).'
    )


def test_two_moments_at_one_instant_are_refused(configure: Configure) -> None:
    assert '"khoa"' in contradiction(configure, (LOCK, 'khoa: {day: "12-22"'))


BEFORE_THE_REPORT = (
    "calendar.yaml: CD: hạn tự chấm 04/12/2026 trước hạn báo cáo năm của đơn vị 16/12/2026; đơn vị chưa có số liệu cả "
    "năm. Nếu vẫn muốn, ghi allow_before_annual_report: true."
)


def test_a_self_score_due_before_the_annual_report_is_refused_unless_it_is_meant(
    configure: Configure,
) -> None:
    early = (CLAIM_DUE, 'tu_cham_han: {day: "12-04"')
    assert contradiction(configure, early) == BEFORE_THE_REPORT
    meant = ("    # allow_before_annual_report: true", "    allow_before_annual_report: true")
    calendar = Calendar.load(configure(calendar=[early, meant]))
    assert calendar.round("2026-CD").unit_due_at == at(date(2026, 12, 4), 17)
    same_day = Calendar.load(configure(calendar=[(CLAIM_DUE, 'tu_cham_han: {day: "12-16"')]))
    assert same_day.round("2026-CD").unit_due_at == same_day.round("2026-NAM").unit_due_at


def test_the_new_year_by_the_moon_puts_a_moment_off_and_stops_no_round() -> None:
    # Tết of 2028 is at the end of January: nobody publishes before the council met.
    one = Calendar.load().round("2027-CD")
    assert (one.moments["hoi_dong"], one.moments["cong_bo"]) == (
        at(date(2028, 2, 3), 14),
        at(date(2028, 2, 3), 16),
    )
    put_off = (
        "Theo quy tắc thì 16:00 thứ Sáu 21/01/2028, khi chưa qua mốc “Họp hội đồng thẩm định” 14:00 thứ Năm 03/02/2028 "
        "do trùng ngày nghỉ; lùi đến 16:00 thứ Năm 03/02/2028"
    )
    assert one.explanations["cong_bo"].text == put_off
    assert put_off in one.notes


@settings(max_examples=40, deadline=None)
@given(off=st.lists(st.dates(date(2026, 11, 20), date(2027, 2, 20)), max_size=40, unique=True))
def test_whatever_is_announced_as_a_day_off_the_moments_keep_their_order(off: list[date]) -> None:
    base = Calendar.load()
    days = WorkingDays(dict.fromkeys(off, "nghỉ thêm"))
    one = Calendar(base._file, days, base._path).round("2026-CD")
    instants = [*one.moments.values()]
    assert instants == sorted(set(instants))
    assert all(days.is_working(instant.date()) for instant in instants)


@pytest.mark.parametrize(
    ("old", "new", "place", "allowed"),
    [
        ("khoa: {after: tu_cham_han", "khoa: {after: giai_trinh", "CD.moments.khoa", "mo, tu_cham_han"),
        ("khoa: {after: tu_cham_han", "khoa: {after: khoa", "CD.moments.khoa", "mo, tu_cham_han"),
        ("khoa: {after: tu_cham_han, working_days: 3", "khoa: {after: mo", "CD.moments.khoa", "một trong hai cách"),
        ("khoa: {after: tu_cham_han, ", "khoa: {", "CD.moments.khoa", "một trong hai cách"),
        ("khoa: {after: tu_cham_han,", 'khoa: {day: "12-25", after: mo,', "CD.moments.khoa", "một trong hai cách"),
        ("khoa: {after: tu_cham_han,", "khoa: {on_day_off: next, after: mo,", "CD.moments.khoa", "hai cách"),
        ("tu_cham_han, working_days: 3", "mo, working_days: 0", "CD.moments.khoa.working_days", "từ 1 đến 60"),
        ("tu_cham_han, working_days: 3", "mo, working_days: true", "CD.moments.khoa.working_days", "từ 1"),
        ("      khoa: {", "      khóa: {", "CD.moments.khóa", "“khoa”"),
        ('"+1/01-09"', '"+2/01-09"', "CD.moments.tham_dinh_1.day", '"+1/" cho năm sau'),
        ('"+1/01-09"', '"+1/02-30"', "CD.moments.tham_dinh_1.day", "tháng 2"),
        ('bat_dau: {day: "04-01"', 'bat_dau: {day: "04-01", after: 3', "KT.moments.bat_dau.after", "chuỗi"),
    ],
)  # fmt: skip
def test_a_wrong_moment_names_its_place_and_what_is_allowed(
    configure: Configure, old: str, new: str, place: str, allowed: str
) -> None:
    folder = configure(calendar=[(old, new)])
    with pytest.raises(ConfigErrors) as caught:
        Calendar.load(folder)
    faults = {error.place.split(" ")[0]: error for error in caught.value.errors}
    error: ConfigError = faults[f"rules.{place}"]
    line = line_of(folder / "calendar.yaml", new)
    assert error.place.endswith(f"(dòng {line})")
    assert allowed in error.allowed


def test_a_moment_that_is_left_out_is_missed_by_its_name(configure: Configure) -> None:
    """Its step would never run, and nobody would say so."""
    folder = configure()
    path = folder / "calendar.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(one for one in lines if "      khoa:" not in one), encoding="utf-8")
    with pytest.raises(ConfigErrors) as caught:
        Calendar.load(folder)
    # What counts from it would have nothing to count from; it is told with it.
    assert caught.value.errors[0].place.startswith("rules.CD.moments.khoa ")


def test_the_dates_of_report_rounds_and_moments_are_not_mixed(configure: Configure) -> None:
    old = 'title: "Kiểm tra CCHC năm {year}"'
    with pytest.raises(ConfigErrors) as caught:
        Calendar.load(configure(calendar=[(old, f'{old}\n    opens: {{day: "02-02"}}')]))
    assert [error.place.split(" ")[0] for error in caught.value.errors] == ["rules.KT.opens"]
    old = 'title: "Báo cáo CCHC quý I năm {year}"'
    with pytest.raises(ConfigErrors) as caught:
        Calendar.load(configure(calendar=[(old, f'{old}\n    moments: {{mo: {{day: "02-02"}}}}')]))
    assert [error.place.split(" ")[0] for error in caught.value.errors] == ["rules.Q1.moments"]


def test_a_year_names_only_the_moment_that_differs_and_may_name_it_the_other_way(
    configure: Configure,
) -> None:
    text = (
        "years:\n  2026:\n    CD:\n      moments:\n"
        '        khoa: {day: "12-28"}\n        cong_bo: {after: hoi_dong, working_days: 2}'
    )
    calendar = Calendar.load(configure(calendar=[("years: {}", text)]))
    changed, usual = calendar.round("2026-CD"), Calendar.load().round("2026-CD")
    assert changed.moments["khoa"] == at(date(2026, 12, 28), 17)
    assert changed.moments["cong_bo"] == at(date(2027, 2, 1), 16)
    assert [*changed.moments] == [*usual.moments], "their order is that of the steps, not of the file"
    kept = ("mo", "tu_cham_han", "tham_dinh_1", "giai_trinh", "tham_dinh_2", "hoi_dong")
    assert {name: changed.moments[name] for name in kept} == {name: usual.moments[name] for name in kept}
    assert calendar.round("2027-CD") == Calendar.load().round("2027-CD")


def test_the_events_of_a_year_hold_the_moments_that_lie_in_the_next_one() -> None:
    events = list(Calendar.load().events([RoundKind.SCORING], [2026], ["khoa", "cong_bo"]))
    assert [(one.phase, one.at.date()) for one in events] == [
        ("khoa", date(2026, 12, 25)),
        ("cong_bo", date(2027, 1, 29)),
    ]
    assert all(one.round_id == "2026-CD" for one in events)
