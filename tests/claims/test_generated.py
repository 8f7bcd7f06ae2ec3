"""Statements made from numbers: right by construction is never a `lỗi`, wrong by construction is found."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st

from cchc.claims import ClaimSettings, check_text
from cchc.claims.flat import plain

SETTINGS = ClaimSettings.load()
COUNTS = st.one_of(st.integers(0, 60), st.integers(0, 99_999), st.integers(100_000, 3_000_000))
FORMS = st.sampled_from(
    [str, plain, lambda text: text.replace(" hồ sơ", "\nhồ sơ"), lambda text: text.replace("; ", ";\n")]
)
STYLES = st.sampled_from([".", ",", ""])


def number(value: int, mark: str) -> str:
    return f"{value:02d}" if value < 10 else f"{value:,}".replace(",", mark)


def percent(top: int, bottom: int, decimals: int, mode: str) -> str:
    exact = Decimal(top) * 100 / bottom
    return f"{exact.quantize(Decimal(1).scaleb(-decimals), mode)}%".replace(".", ",")


STATUS = (
    "Toàn tỉnh tiếp nhận {received} hồ sơ; đã giải quyết {done} hồ sơ (trước hạn {early} hồ sơ; đúng hạn "
    "{ontime} hồ sơ; quá hạn {late} hồ sơ); đang giải quyết {open} hồ sơ.",
    "Tiếp nhận: {received} hồ sơ; đã giải quyết: {done} hồ sơ; trong đó: trước hạn: {early} hồ sơ; đúng "
    "hạn: {ontime} hồ sơ; trễ hạn: {late} hồ sơ; chưa đến hạn: {open} hồ sơ.",
    "Tổng số hồ sơ tiếp nhận là {received} hồ sơ. Kết quả đã giải quyết {done} hồ sơ, trong đó có "
    "{early} hồ sơ trước hạn, {ontime} hồ sơ đúng hạn, {late} hồ sơ quá hạn; {open} hồ sơ đang giải "
    "quyết.",
    "Bộ phận một cửa đã tiếp nhận {received} hồ sơ, giải quyết {done} hồ sơ (trước hạn: {early}; đúng "
    "hạn: {ontime}; trễ hẹn: {late}), còn {open} hồ sơ đang trong thời hạn giải quyết.",
)


@st.composite
def dossiers(draw) -> dict[str, int]:
    early, ontime, late, still = (draw(COUNTS) for _ in range(4))
    done = early + ontime + late
    return {
        "received": done + still,
        "done": done,
        "early": early,
        "ontime": ontime,
        "late": late,
        "open": still,
    }


@given(dossiers(), st.sampled_from(STATUS), STYLES, FORMS)
def test_dossiers_that_add_up_have_no_finding(counts, sentence: str, mark: str, form) -> None:
    text = form(sentence.format(**{name: number(value, mark) for name, value in counts.items()}))
    assert check_text(text, settings=SETTINGS).faults == ()


@given(
    dossiers(),
    st.sampled_from(STATUS),
    STYLES,
    st.sampled_from(["early", "ontime", "late"]),
    st.integers(1, 500),
)
def test_dossiers_that_do_not_add_up_are_found(counts, sentence: str, mark: str, part: str, off: int) -> None:
    changed = counts | {part: counts[part] + off}
    text = sentence.format(**{name: number(value, mark) for name, value in changed.items()})
    assert "claim_parts" in {fault.kind for fault in check_text(text, settings=SETTINGS).faults}


SHARES = (
    "Có {top}/{bottom} hồ sơ giải quyết đúng hạn, đạt tỷ lệ {share}.",
    "Tỷ lệ giải quyết đúng hạn đạt {share} ({top}/{bottom} hồ sơ).",
    "Số hóa {top}/{bottom} hồ sơ ({share}).",
    "Đã hoàn thành {top}/{bottom} nhiệm vụ, đạt {share} kế hoạch năm, các nhiệm vụ còn lại đang thực hiện.",
    "Tổng số {bottom} hồ sơ, trong đó {top} hồ sơ nộp trực tuyến, chiếm {share}.",
)
FRACTIONS = st.integers(13, 200_000).flatmap(
    lambda bottom: st.tuples(st.integers(0, bottom), st.just(bottom))
)


@given(
    FRACTIONS,
    st.sampled_from(SHARES),
    STYLES,
    st.integers(0, 3),
    st.sampled_from([ROUND_HALF_UP, ROUND_DOWN]),
    FORMS,
)
def test_a_rounded_or_cut_share_is_at_most_remarked(
    fraction, sentence: str, mark: str, decimals: int, mode: str, form
) -> None:
    top, bottom = fraction
    share = percent(top, bottom, decimals, mode)
    text = form(sentence.format(top=number(top, mark), bottom=number(bottom, mark), share=share))
    assert {fault.severity for fault in check_text(text, settings=SETTINGS).faults} <= {"luu_y"}


@given(FRACTIONS, st.sampled_from(SHARES[:3]), STYLES, st.integers(61, 4_000), st.sampled_from([-1, 1]))
def test_a_share_that_is_off_is_found(fraction, sentence: str, mark: str, off: int, sign: int) -> None:
    top, bottom = fraction
    share = (Decimal(top) * 100 / bottom + sign * Decimal(off) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    if not 0 <= share <= 100:
        return
    text = sentence.format(
        top=number(top, mark), bottom=number(bottom, mark), share=f"{share}%".replace(".", ",")
    )
    assert "claim_percent" in {fault.kind for fault in check_text(text, settings=SETTINGS).faults}


LISTS = (
    "Tổng số {total} thủ tục, trong đó: {one} thủ tục mức độ 2; {two} thủ tục mức độ 3 và {three} thủ tục mức độ 4.",
    "Đã ban hành {total} văn bản ({one} kế hoạch, {two} công văn, {three} quyết định).",
    "Tổng số hồ sơ {total} hồ sơ (trực tuyến {one} hồ sơ; trực tiếp {two} hồ sơ; bưu chính công ích {three} hồ sơ).",
    "Toàn tỉnh có {total} đơn vị, gồm: {one} xã, {two} phường, {three} đặc khu.",
)


@given(st.tuples(*[st.integers(1, 3_000)] * 3), st.sampled_from(LISTS), st.integers(0, 40), FORMS)
def test_a_list_is_blamed_exactly_when_it_does_not_add_up(parts, sentence: str, off: int, form) -> None:
    total = sum(parts) + min(off, max(1, sum(parts) // 12) if off else 0)
    names = dict(zip(("one", "two", "three"), (number(one, ".") for one in parts), strict=True))
    found = check_text(form(sentence.format(total=number(total, "."), **names)), settings=SETTINGS).faults
    assert bool(found) == (total != sum(parts))


@given(st.integers(10, 90_000), st.integers(10, 90_000), STYLES)
def test_a_change_between_two_values_that_are_given_is_right(now: int, before: int, mark: str) -> None:
    if now == before:
        return
    word = "tăng" if now > before else "giảm"
    share = percent(abs(now - before), before, 2, ROUND_HALF_UP)
    text = (
        f"Tiếp nhận {number(now, mark)} hồ sơ, {word} {number(abs(now - before), mark)} hồ sơ (tương đương {share}) "
        f"so với cùng kỳ năm trước ({number(before, mark)} hồ sơ)."
    )
    assert check_text(text, settings=SETTINGS).faults == ()


@given(st.integers(10, 90_000), st.integers(10, 90_000))
def test_a_change_in_the_wrong_direction_is_found(now: int, before: int) -> None:
    if now == before:
        return
    word = "giảm" if now > before else "tăng"
    text = (
        f"Tiếp nhận {number(now, '.')} hồ sơ, {word} {number(abs(now - before), '.')} hồ sơ so với cùng kỳ năm trước "
        f"({number(before, '.')} hồ sơ)."
    )
    assert "claim_change" in {fault.kind for fault in check_text(text, settings=SETTINGS).faults}


@given(
    st.text(
        alphabet="0123456789/%.,;:()- \n\tđạt hồ sơ trong đó tăng giảm từ ngày đến số KH-UBND", max_size=400
    )
)
def test_every_place_lies_in_the_text(text: str) -> None:
    review = check_text(text, settings=SETTINGS)
    for one in (*review.faults, *review.checked):
        assert 0 <= one.start < one.end <= len(text)
