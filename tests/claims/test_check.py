"""What real reports say against themselves is found; what is right in them, rounded or truncated, stays silent."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.claims import ClaimSettings, Review, check_text
from cchc.claims.flat import plain
from cchc.errors import ConfigError

SETTINGS = ClaimSettings.load()


def rules(text: str, **known: object) -> list[str]:
    review: Review = check_text(text, settings=SETTINGS, **known)  # type: ignore[arg-type]  # a test's shorthand
    return [str(fault.kind) for fault in review.faults if fault.severity != "luu_y"]


FAULTY = [
    ("cấp huyện mức độ 4 có 83/270 hồ sơ, đạt 22,43%", "claim_percent", {}),
    ("đúng hạn 4455/4516 hồ sơ, chiếm 98,7%", "claim_percent", {}),
    ("đạt 95% kế hoạch năm (13/14 nhiệm vụ)", "claim_percent", {}),
    ("đã giải quyết 54.647 hồ sơ (đúng hạn 53.850; quá hạn 789 hồ sơ)", "claim_parts", {}),
    ("nộp 423/5.723 hồ sơ. Trong đó: 04/592, 83/270, 143/2.197 và 175/2.144 hồ sơ", "claim_parts", {}),
    (
        "Tổng số thủ tục được niêm yết là 943 thủ tục, trong đó: cấp tỉnh 120 thủ tục, cấp xã 811 thủ tục.",
        "claim_parts",
        {},
    ),
    ("Có 1.563 thủ tục, trong đó: cấp tỉnh 1.200, cấp huyện 250, cấp xã 110 thủ tục.", "claim_parts", {}),
    ("Kỳ báo cáo đến ngày 31/06/2022", "claim_date", {}),
    ("Từ ngày 16/12/2021 đến ngày 15/6/2022 nhận hồ sơ", "claim_window", {"signed_on": date(2022, 6, 7)}),
    ("Từ ngày 16/12/2021 đến ngày 15/6/2022 nhận hồ sơ", "claim_window", {"received_on": date(2022, 6, 7)}),
    (
        "Kế hoạch số 175/KH-UBND ngày 24/12/2021; Kế hoạch số 175/KH-UBND ngày 22 tháng 12 năm 2021",
        "claim_two_dates",
        {},
    ),
    (
        "Kế hoạch số 1147/KH-VP ngày 31/12/2022",
        "claim_future_document",
        {"signed_on": date(2022, 8, 10)},
    ),
    ("Kế hoạch số 1147/KH-VP ngày 31/12/2022", "claim_future_document", {"received_on": date(2022, 8, 10)}),
    (
        "Tổng số văn bản đi phát hành 9.229 văn bản",
        "claim_table",
        {"figures": {"VII.2.3": Decimal(21125)}},
    ),
    ("đang giải quyết 0 hồ sơ (trong hạn 0 hồ sơ, tỷ lệ 0%)", "claim_zero", {}),
    ("giải quyết 0/0 hồ sơ, đạt 0%", "claim_zero", {}),
    (
        "Cử đi đào tạo 30/51 lượt, đạt 59% kế hoạch. Kết quả đào tạo 6 tháng: 28/51 trường hợp, đạt 55% kế hoạch",
        "claim_two_values",
        {},
    ),
]


@pytest.mark.parametrize(("text", "rule", "known"), FAULTY)
def test_a_real_fault_is_found_with_what_is_right_beside_it(text: str, rule: str, known: dict) -> None:
    assert set(rules(text, **known)) == {rule}


@pytest.mark.parametrize(("text", "rule", "known"), FAULTY)
def test_a_fault_is_found_in_text_without_accents(text: str, rule: str, known: dict) -> None:
    assert set(rules(plain(text), **known)) == {rule}


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("Tổng số 943 thủ tục, trong đó: cấp xã 811 thủ tục, mức độ toàn trình 120 thủ tục.", {}),
        ("Tổng số 943 hồ sơ, trong đó: cấp tỉnh 120 hồ sơ, cấp xã 400 hồ sơ được số hóa.", {}),
        ("Kiểm tra 11/26 đơn vị, tỷ lệ 42,30%; hoàn thành 11/11 đơn vị, đạt 100%.", {}),
        ("làm xong 26/28 phần việc, đạt tỷ lệ 92,85%", {"figures": {"I.1.1": Decimal(28)}}),
        ("đã giải quyết 4.747 hồ sơ (đúng hạn 4.738 hồ sơ, quá hạn 9 hồ sơ), đạt 99,81%", {}),
        ("đúng hạn 4.738/4.747 hồ sơ, đạt 99,81%", {}),
        ("đã giải quyết 49.900 hồ sơ (đúng hạn 49.120 hồ sơ; quá hạn 780 hồ sơ)", {}),
        ("Cử đi đào tạo 30/51 lượt, đạt 59% kế hoạch", {}),
        ("566 hồ sơ (trước hạn 534 hồ sơ; đúng hạn 32 hồ sơ; trễ hạn 0 hồ sơ)", {}),
        ("Huyện hoàn thành 23/23 nhiệm vụ, đạt 100% kế hoạch", {}),
        ("nhận 27.554 hồ sơ (đúng hạn 27.532 hồ sơ; chưa đến hạn 15 hồ sơ; trễ hạn 7 hồ sơ)", {}),
        ("đạt 93% kế hoạch năm (13/14 nhiệm vụ)", {}),
        ("Từ ngày 15/12/2021 đến ngày 05/6/2022", {"signed_on": date(2022, 6, 7)}),
        ("Kế hoạch số 05/KH-UBND ngày 21/01/2021 và Kế hoạch số 33/KH-UBND ngày 16/03/2021", {}),
        ("Huyện có 1.012 phòng chuyên môn", {"figures": {"IV.1.1": Decimal(1012)}}),
        ("Nghị định số 34/2016/NĐ-CP ngày 14 tháng 5 năm 2016", {"signed_on": date(2021, 12, 14)}),
        ("", {}),
    ],
)
def test_what_is_right_in_real_reports_stays_silent(text: str, known: dict) -> None:
    assert rules(text, **known) == []
    assert rules(plain(text), **known) == []


def test_a_claim_says_what_was_found_and_what_would_be_right() -> None:
    text = "cấp huyện có 83/270 hồ sơ, đạt 22,43%"
    (claim,) = check_text(text, settings=SETTINGS).faults
    assert text[claim.start : claim.end] == "83/270 hồ sơ, đạt 22,43%"
    assert (claim.stated, claim.expected) == ("22,43%", "30,74%")
    assert "83/270" in claim.message and "22,43%" in claim.message


def test_decomposed_letters_are_quoted_at_the_right_place() -> None:
    import unicodedata

    text = unicodedata.normalize("NFD", "Bộ phận tiếp nhận trả kết quả: kỳ báo cáo đến 31/06/2022")
    (claim,) = check_text(text, settings=SETTINGS).faults
    assert text[claim.start : claim.end] == "31/06/2022"


def written(value: Decimal) -> str:
    return str(value).replace(".", ",")


fractions = st.integers(1, 100_000).flatmap(lambda bottom: st.tuples(st.integers(0, bottom), st.just(bottom)))


@given(fractions, st.sampled_from([0, 1, 2, 3]), st.sampled_from([ROUND_HALF_UP, ROUND_DOWN]))
def test_a_rounded_or_truncated_percentage_is_never_blamed(fraction, decimals: int, mode: str) -> None:
    top, bottom = fraction
    percent = (Decimal(top) * 100 / bottom).quantize(Decimal(1).scaleb(-decimals), mode)
    assert "claim_percent" not in rules(f"Có {top}/{bottom} hồ sơ đúng hạn, đạt {written(percent)}%.")


@given(fractions, st.integers(61, 5_000), st.sampled_from([-1, 1]))
def test_a_percentage_off_by_more_than_its_rounding_is_always_blamed(fraction, off: int, sign: int) -> None:
    top, bottom = fraction
    exact = Decimal(top) * 100 / bottom
    percent = (exact + sign * Decimal(off) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    if not 0 <= percent < 1000:
        return
    assert "claim_percent" in rules(f"Có {top}/{bottom} hồ sơ đúng hạn, đạt {written(percent)}%.")


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(-20, 20))
def test_parts_are_blamed_exactly_when_they_do_not_add_up(sound: int, late: int, off: int) -> None:
    total = max(sound + late + off, 0)
    found = rules(f"Đã giải quyết {total} hồ sơ (đúng hạn {sound} hồ sơ; quá hạn {late} hồ sơ).")
    assert ("claim_parts" in found) == (total != sound + late)


@given(st.text(max_size=300))
def test_no_text_breaks_the_checker(text: str) -> None:
    rules(text, signed_on=date(2026, 3, 14), figures={"I.1.1": Decimal(1)})


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "1.",
        "11/11 ",
        "11/11 trong do ",
        "0 %",
        "1 ho so (",
        "1 ho so (1",
        "ke hoach so 1/kh ngay 1/1/2020 ",
        "tu ngay 1/1/2020 den ngay ",
        "0 ho so (",
        "11/26 dat 42% dao tao ",
        "   ",
    ],
)
def test_hostile_text_does_not_hang_the_checker(unit: str) -> None:
    text = (unit * 250_000)[:250_000]
    rules(text, signed_on=date(2019, 1, 1), figures={"I.1.1": Decimal(1)})


def test_a_phrase_without_its_number_is_one_clear_error(tmp_path) -> None:
    (tmp_path / "claims.yaml").write_text(
        "phrases:\n  - {phrase: 'Đề ra nhiệm vụ', indicator: I.1.1}\npercent_tolerance: 0.05\n",
        encoding="utf-8",
    )
    with pytest.raises(ConfigError, match=r"claims\.yaml") as raised:
        ClaimSettings.load(tmp_path)
    assert "Đề ra nhiệm vụ" in str(raised.value)


def test_sixteen_thousand_figures_on_one_line_are_looked_through() -> None:
    """A stand-in for hostile files: work grows with the text, so that a line without end has an end."""
    review = check_text("Có 12 hồ sơ, 15 đơn vị; " * 8_000, settings=SETTINGS)
    assert review.coverage.figures == 16_000
