"""Wrong calendars: each gives one error that names the file, the place with its line, the value and what is allowed."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.year.conftest import Configure, line_of

from cchc.errors import ConfigError, ConfigErrors
from cchc.year import Calendar, RoundKind
from cchc.year.fields import YearDay

Q1_DUE = 'unit_due: {day: "03-17", hour: "17:00", on_day_off: next}'
TIERS = """tiers:
  - {last: 2025-06-30, tiers: [so, huyen]}
  - {first: 2025-07-01, tiers: [so, xa]}
"""
TIERS_HERE = TIERS.replace("tiers:\n", "tiers: # đây\n", 1)


def fault(configure: Configure, old: str, new: str) -> tuple[ConfigError, str]:
    """The only fault of the calendar with `old` replaced by `new`, and the line that is marked `# đây`."""
    folder = configure(calendar=[(old, new)])
    with pytest.raises((ConfigError, ConfigErrors)) as caught:
        Calendar.load(folder).rounds(2026)
    assert caught.value.exit_code == 2
    errors = caught.value.errors if isinstance(caught.value, ConfigErrors) else [caught.value]
    assert len(errors) == 1, [str(error) for error in errors]
    assert errors[0].file.endswith("calendar.yaml")
    return errors[0], f"dòng {line_of(folder / 'calendar.yaml', '# đây')}"


@pytest.mark.parametrize(
    ("written", "allowed"),
    [
        ('"06-31"', "tháng 6 có các ngày từ 01 đến 30"),
        ("06-31", "tháng 6 có các ngày từ 01 đến 30"),
        ('"02-29"', "02-last"),
        ('"02-30"', "tháng 2 có các ngày từ 01 đến 28"),
        ('"00-10"', "tháng từ 01 đến 12"),
        ('"13-01"', "tháng từ 01 đến 12"),
        ('"03-00"', "tháng 3 có các ngày từ 01 đến 31"),
        ('"3-17"', "MM-DD"),
        ('"17/03"', "MM-DD"),
        ('"-2/03-17"', "MM-DD"),
        ("17", "MM-DD"),
        ("2026-03-17", "MM-DD"),
    ],
)
def test_a_day_that_no_year_has_is_refused_with_its_line(
    configure: Configure, written: str, allowed: str
) -> None:
    error, line = fault(configure, Q1_DUE, f"unit_due: {{day: {written}}} # đây")
    assert error.place == f"rules.Q1.unit_due.day ({line})"
    assert str(error.found) in written
    assert allowed in error.allowed


def test_a_whole_date_that_does_not_exist_is_refused_with_its_line(configure: Configure) -> None:
    error, line = fault(configure, Q1_DUE, "unit_due: {day: 2026-06-31} # đây")
    assert (error.place, error.found) == (line, "2026-06-31")


@pytest.mark.parametrize(
    ("new", "key", "found", "allowed"),
    [
        ('unit_due: {day: "03-17", hour: "7:30"} # đây', "unit_due.hour", "7:30", "HH:MM"),
        ('unit_due: {day: "03-17", hour: "24:00"} # đây', "unit_due.hour", "24:00", "23:59"),
        (
            'unit_due: {day: "03-17", on_day_off: nxt} # đây',
            "unit_due.on_day_off",
            "nxt",
            "next, previous, none",
        ),
        ('unit_due: {day: "03-17", on_day_off: } # đây', "unit_due.on_day_off", None, "next, previous, none"),
        ('unit_due: {day: "03-17", houre: "17:00"} # đây', "unit_due.houre", "houre", "“hour”"),
        ('unit_due: {hour: "17:00"} # đây', "unit_due.day", "không có", "bắt buộc"),
        ('unit_due: "03-17" # đây', "unit_due", "03-17", "một nhóm khóa"),
        ('unit_due: {day: "03-02", hour: "07:30"} # đây', "unit_due", None, "sau lúc mở đợt (03-02 07:30)"),
        ('unit_due: {day: "-1/12-30"} # đây', "unit_due", None, "sau lúc mở đợt"),
    ],
)
def test_a_wrong_rule_names_its_key_and_what_is_allowed(
    configure: Configure, new: str, key: str, found: object, allowed: str
) -> None:
    error, line = fault(configure, Q1_DUE, new)
    assert error.place == f"rules.Q1.{key} ({line})"
    if found is not None:
        assert error.found == found
    assert allowed in error.allowed


@pytest.mark.parametrize(
    ("old", "new", "place", "allowed"),
    [
        ("  KT:", "  K2: # đây", "rules.K2", "KH, Q1, 6T, Q3, NAM, KT, CD"),
        ("\nrules:", "\nrule: {} # đây\nrules:", "rule", "rules"),
        ('last: "03-14"', 'last: "-1/11-30" # đây\n    ', "rules.Q1.window.last", "ngày đầu kỳ (-1/12-15)"),
        (
            'province_due: {day: "03-20",',
            'province_due: {day: "03-16", # đây\n     ',
            "rules.Q1.province_due",
            "03-17",
        ),
        ('title: "Kiểm tra CCHC năm {year}"', 'title: "Kiểm tra {nam}" # đây', "rules.KT.title", "{year}"),
        ("tiers: [so, xa]", "tiers: [so, huyn] # đây\n   ", "tiers.1.tiers.1", "so, huyen, xa"),
        ("tiers: [so, xa]", "tiers: [] # đây\n   ", "tiers.1.tiers", "so, huyen, xa"),
        ("tiers:\n  - {last: 2025-06-30", "tiers: # đây\n  - {last: 2025-06-29", "tiers", "không hở"),
        ("tiers:\n  - {last: 2025-06-30", "tiers: # đây\n  - {last: 2025-07-01", "tiers", "không chồng"),
        (
            TIERS,
            TIERS_HERE.replace("first: 2025-07-01", "first: 2025-07-01, last: 2025-06-30"),
            "tiers",
            "không hở",
        ),
        (
            TIERS,
            TIERS_HERE.replace("first: 2025-07-01", "first: 2025-07-01, last: 2030-07-01"),
            "tiers",
            "có last",
        ),
        (
            TIERS,
            TIERS_HERE.replace("last: 2025-06-30", "first: 2020-01-01, last: 2025-06-30"),
            "tiers",
            "có first",
        ),
    ],
)
def test_a_wrong_file_names_its_place(
    configure: Configure, old: str, new: str, place: str, allowed: str
) -> None:
    error, line = fault(configure, old, new)
    assert error.place == f"{place} ({line})"
    assert allowed in error.allowed


@pytest.mark.parametrize(
    ("closes", "key", "allowed"),
    [
        ('{day: "03-19", before_province_due: 1}', "", "đúng một trong hai khóa"),
        ('{hour: "09:00"}', "", "đúng một trong hai khóa"),
        ("{before_province_due: 11}", ".before_province_due", "từ 0 đến 10"),
        ("{before_province_due: -1}", ".before_province_due", "từ 0 đến 10"),
        ("{before_province_due: mot}", ".before_province_due", "từ 0 đến 10"),
    ],
)
def test_a_wrong_closing_says_which_key_and_how(
    configure: Configure, closes: str, key: str, allowed: str
) -> None:
    province = 'province_due: {day: "03-20", hour: "17:00", on_day_off: next}'
    old = f'{province}\n    closes: {{before_province_due: 1, hour: "09:00"}}'
    error, line = fault(configure, old, f'province_due: {{day: "03-20"}}\n    closes: {closes} # đây')
    assert error.place == f"rules.Q1.closes{key} ({line})"
    assert allowed in error.allowed


@pytest.mark.parametrize(
    ("text", "place", "allowed"),
    [
        ('  2026:\n    Q1:\n      unit_due: {day: "06-31"} # đây', "years.2026.Q1.unit_due.day", "tháng 6"),
        ('  2026+:\n    Q1:\n      unit_due: {day: "06-31"} # đây', "years.2026+.Q1.unit_due.day", "tháng 6"),
        ("  2026:\n    Q2: {} # đây", "years.2026.Q2", "KH, Q1, 6T"),
        ("  26: {} # đây", "years.26", "2016"),
        ("  2051: {} # đây", "years.2051", "2044"),
        ("  2026:\n    Q1: 5 # đây", "years.2026.Q1", "một nhóm khóa"),
        ("  2026:\n    Q1:\n      due: {} # đây", "years.2026.Q1.due", "unit_due"),
        ('  2026:\n    Q1:\n      unit_due: {day: "02-15"} # đây', "years.2026.Q1.unit_due", "03-02 07:30"),
    ],
)
def test_a_fault_in_one_year_s_override_names_the_year_s_line(
    configure: Configure, text: str, place: str, allowed: str
) -> None:
    error, line = fault(configure, "years: {}", f"years:\n{text}")
    assert error.place == f"{place} ({line})"
    assert allowed in error.allowed


def test_days_off_that_push_the_due_date_before_the_opening_are_an_error_of_that_year(
    configure: Configure,
) -> None:
    # Tết 2026 is 14 to 22 February: the opening moves behind it and the due date before it.
    text = (
        'years:\n  2026:\n    Q1:\n      opens: {day: "02-16"}\n'
        '      unit_due: {day: "02-19", on_day_off: previous} # đây'
    )
    error, line = fault(configure, "years: {}", text)
    assert error.place == f"years.2026.Q1.unit_due ({line})"
    assert "năm 2026 đợt mở 07 giờ 30 ngày 23/02/2026" in error.allowed


def test_a_fault_of_a_rule_is_told_once_however_many_years_inherit_it(configure: Configure) -> None:
    folder = configure(
        calendar=[
            ('opens: {day: "03-02", hour: "07:30"', 'opens: {day: "02-30", hour: "07:30"'),
            (
                "years: {}",
                'years:\n  2026:\n    Q1:\n      title: "Quý I"\n  2027+:\n    Q1:\n      title: "Quý một"',
            ),
        ]
    )
    with pytest.raises(ConfigErrors) as caught:
        Calendar.load(folder)
    assert [error.place.split(" ")[0] for error in caught.value.errors] == ["rules.Q1.opens.day"]


def test_several_faults_are_told_together(configure: Configure) -> None:
    folder = configure(
        calendar=[('"06-17"', '"06-31"'), ('"09-17"', '"09-31"'), ("years: {}", "years: {1999: {}}")]
    )
    with pytest.raises(ConfigErrors) as caught:
        Calendar.load(folder)
    places = [error.place.split(" ")[0] for error in caught.value.errors]
    assert places == ["rules.6T.unit_due.day", "rules.Q3.unit_due.day", "years.1999"]


@pytest.mark.parametrize("text", ["years:\n", "years:\n  2026:\n", "years: {}"])
def test_overrides_that_were_emptied_by_hand_change_nothing(configure: Configure, text: str) -> None:
    calendar = Calendar.load(configure(calendar=[("years: {}", text)]))
    assert calendar.rounds(2026) == Calendar.load().rounds(2026)


def test_a_file_that_is_not_there_is_named(configure: Configure) -> None:
    folder = configure()
    (folder / "calendar.yaml").unlink()
    with pytest.raises(ConfigError, match=r"calendar\.yaml.*không có"):
        Calendar.load(folder)


def test_a_round_that_only_one_year_has_needs_its_whole_rule(configure: Configure) -> None:
    folder = configure()
    path = folder / "calendar.yaml"
    text = path.read_text(encoding="utf-8")
    start, end = text.index("  KT:\n"), text.index("  CD:\n")
    rule = "".join(f"  {line}\n" for line in text[start:end].splitlines())
    path.write_text(
        text[:start] + text[end:].replace("years: {}", f"years:\n  2026:\n{rule}"), encoding="utf-8"
    )
    calendar = Calendar.load(folder)
    assert RoundKind.INSPECTION in {one.kind for one in calendar.rounds(2026)}
    assert RoundKind.INSPECTION not in {one.kind for one in calendar.rounds(2027)}


@given(st.text(max_size=9))
def test_text_that_is_no_day_is_refused_in_vietnamese(text: str) -> None:
    assume(not re.fullmatch(r"([-+]1/)?\d\d-(\d\d|last)", text))
    with pytest.raises(ValueError, match="ngày dạng"):
        YearDay.parse(text)


@given(st.dates())
def test_every_day_but_the_leap_day_can_be_written(day: date) -> None:
    assume((day.month, day.day) != (2, 29))
    written = YearDay.parse(f"{day:%m-%d}")
    assert (written.of(2026).month, written.of(2026).day) == (day.month, day.day)
    assert str(written) == f"{day:%m-%d}"
