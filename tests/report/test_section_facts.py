"""Which facts a section tells: by the written rules, never about nothing, the rest left for the table."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc.documents.marking import Marking
from cchc.documents.places import without_links
from cchc.figures.facts import RoundFacts
from cchc.figures.fields import field_facts
from cchc.figures.tally import Tally
from cchc.report.anchors import ReportAnchors
from cchc.report.narrative_rules import NarrativeRules, SectionRules
from cchc.report.section_facts import FactTeller, SectionTold, filled

RULES = NarrativeRules.load()


def told(
    facts: RoundFacts, code: str, one_stop: Any = None, rules: SectionRules | None = None
) -> SectionTold:
    fields = field_facts(one_stop) if one_stop else None
    teller = FactTeller(facts, ReportAnchors(facts, Marking(facts.as_of)), RULES, 3, fields)
    return teller.section(rules or RULES.section(code))


def words(found: SectionTold) -> list[str]:
    return [without_links(one) for one in (*found.opening, *found.by_tier, *found.matters)]


def province(facts: RoundFacts, code: str, **changes: Any) -> RoundFacts:
    """The facts with another consolidated figure of the province."""
    lines = dict(facts.consolidation.lines)
    lines[code, "tinh"] = replace(lines[code, "tinh"], **changes)
    return replace(facts, consolidation=replace(facts.consolidation, lines=lines))


@pytest.fixture(scope="module")
def sound(new_facts: Callable[..., RoundFacts]) -> RoundFacts:
    """A round whose figures agree with each other, nothing blank."""
    return new_facts(consistent=True)


def test_a_section_opens_with_what_was_done_against_plan_and_last_year(sound: RoundFacts) -> None:
    ours, first, *_ = words(told(sound, "chi_dao"))
    assert ours.startswith("Đến thời điểm tổng hợp đã hoàn thành 22 trên 24 nhiệm vụ của kế hoạch")
    done, plan = (sound.consolidation.line(code) for code in ("I.1.2", "I.1.1"))
    assert done is not None and plan is not None and done.value and plan.value
    assert re.match(
        r"Các cơ quan, đơn vị hoàn thành [\d.]+ trên [\d.]+ nhiệm vụ .*, đạt \d+,\d\d%, (tăng|giảm|không đổi)",
        first,
    )
    rest = f"{plan.value - done.value:,}".replace(",", ".")
    assert f"còn {rest} nhiệm vụ chưa hoàn thành" in first


def test_no_more_facts_than_the_file_allows_and_the_first_that_apply(sound: RoundFacts) -> None:
    for section in RULES.sections:
        assert len(told(sound, section.code).matters) <= RULES.limits.facts
    assert without_links(told(sound, "chinh_quyen_so").matters[0]).startswith("Tỷ lệ nộp trực tuyến cao nhất")


def test_a_figure_that_is_nought_is_not_told(sound: RoundFacts) -> None:
    none = province(sound, "I.2.3", value=Decimal(0))
    assert any("Đoàn kiểm tra của tỉnh" in one for one in words(told(sound, "kiem_tra")))
    assert not any("Đoàn kiểm tra của tỉnh" in one for one in words(told(none, "kiem_tra")))
    assert not any(
        re.search(r"(?<![\d.,])0 ", one) for s in RULES.sections for one in words(told(none, s.code))
    )


def test_a_figure_of_few_units_names_them_and_one_of_most_units_does_not(sound: RoundFacts) -> None:
    assert not any("mới có số liệu" in one for s in RULES.sections for one in words(told(sound, s.code)))
    few = province(sound, "I.1.2", units_counted=40)
    assert words(told(few, "chi_dao"))[1].endswith("(mới có số liệu của 40 trên 122 đơn vị)")


def test_parts_of_other_units_than_the_whole_make_no_rate(sound: RoundFacts) -> None:
    other = province(sound, "I.1.2", missing=("30292",))
    assert "%" not in words(told(other, "chi_dao"))[1]


def test_without_figures_of_last_year_nothing_is_compared(sound: RoundFacts) -> None:
    alone = replace(sound, last_year=None)
    assert not any("cùng kỳ" in one for s in RULES.sections for one in words(told(alone, s.code)))


def test_the_largest_change_is_the_one_told_and_small_ones_are_none(sound: RoundFacts) -> None:
    past = sound.last_year
    assert past is not None
    rules = SectionRules.model_validate(
        {"code": "tai_chinh", "indicators": ["VI.*", "TC.*"], "matters": [
            {"kind": "change", "words": "Biến động nhiều nhất: {ten} {so}, {doi}"}]}
    )  # fmt: skip

    def moved(**factors: str) -> RoundFacts:
        now = {
            code: replace(line, value=past.then[code].value * Decimal(factors.get(code.replace(".", "_"), "1")))
            if past.then[code].value is not None else line
            for code, line in past.now.items()
        }  # fmt: skip
        return replace(sound, last_year=replace(past, now=now))

    (sentence,) = words(told(moved(VI_2_1="1.5", TC_1="1.2"), "tai_chinh", rules=rules))
    assert sentence.startswith("Biến động nhiều nhất: số tổ chức hành chính") and "tăng 50,00%" in sentence
    assert words(told(moved(VI_2_1="1.05"), "tai_chinh", rules=rules)) == []


def test_best_and_weakest_units_are_those_with_the_highest_and_lowest_rate_of_a_whole_worth_comparing(
    sound: RoundFacts,
) -> None:
    found = next(
        one for one in words(told(sound, "thu_tuc")) if one.startswith("Tỷ lệ trước và đúng hạn cao nhất")
    )
    rates = [Decimal(one.replace(",", ".")) for one in re.findall(r"\((\d+,\d\d)%\)", found)]
    assert len(rates) == 6 and rates[:3] == sorted(rates[:3], reverse=True) and rates[3:] == sorted(rates[3:])
    assert min(rates[:3]) > max(rates[3:])


def test_when_more_units_than_are_named_share_the_best_rate_their_number_is_told(sound: RoundFacts) -> None:
    figures = dict(sound.figures)
    for code in list(figures)[:20]:
        own = dict(figures[code])
        own["I.1.2"] = replace(own["I.1.2"], value=Decimal(30))
        own["I.1.1"] = replace(own["I.1.1"], value=Decimal(30))
        figures[code] = own
    found = words(told(replace(sound, figures=figures), "chi_dao"))
    assert any(re.search(r"cao nhất: \d+ đơn vị cùng đạt 100,00%", one) for one in found)


def test_fields_and_tiers_are_told_where_there_is_an_export_and_more_than_one_tier(
    sound: RoundFacts, one_stop: Any
) -> None:
    found = words(told(sound, "thu_tuc", one_stop))
    assert any("lĩnh vực Hộ tịch" in one or "lĩnh vực Chứng thực" in one for one in found)
    assert sum(one.startswith(("Sở, ban, ngành: ", "UBND cấp xã: ")) for one in found) == 2
    assert not any("phần mềm một cửa" in one for one in words(told(sound, "thu_tuc")))


def test_a_missed_target_is_assessed_with_its_distance_and_only_in_its_rounds(
    new_facts: Callable[..., RoundFacts],
) -> None:
    year = told(new_facts(consistent=True), "chi_dao")
    assert {one.name for one in year.below} >= {"hoàn thành nhiệm vụ của kế hoạch cải cách hành chính"}
    assert all(one.short and one.target == one.rate.value + one.short for one in year.below)
    quarter = told(new_facts(consistent=True, round_id="2026-Q1"), "chi_dao")
    assert quarter.assessed and quarter.below == []


def test_what_the_text_tells_is_not_in_the_table_again(sound: RoundFacts) -> None:
    found = told(sound, "the_che")
    codes = {one.code for one in found.left}
    assert "II.1.3" in codes and not {"II.1.1", "II.3.2"} & codes


_VALUES = st.dictionaries(st.sampled_from("abc"), st.sampled_from(["", "1", "{a}", "[x]", "2,50%"]))


@given(
    st.lists(st.sampled_from(["{a}", "{b}", "{c}", "[, {b}]", "[; {a} và {c}]", " chữ "]), max_size=6).map(
        "".join
    ),
    _VALUES,
)
def test_words_are_filled_in_whole_or_not_at_all(pattern: str, values: dict[str, str]) -> None:
    outside = re.sub(r"\[[^\[\]]*\]", "", pattern)
    found = filled(pattern, values)
    assert (found is None) == any(not values.get(name) for name in re.findall(r"\{(\w)\}", outside))
    if found is not None and not set(values.values()) & {"{a}", "[x]"}:
        assert not set("{}[]") & set(found)


def test_nothing_inside_a_value_is_read_as_a_place() -> None:
    assert filled("{a}[, {b}]", {"a": "{b}", "b": "[{a}]"}) == "{b}, [{a}]"


def test_a_round_that_nobody_reported_tells_nothing(new_facts: Callable[..., RoundFacts]) -> None:
    facts = new_facts(seed=2, silent=122)
    unknown = {
        (code, "tinh"): Tally(code, "tinh") for code in ("I.2.3", "KH.1", "KH.2", "KT.1", "KT.2", "KT.3")
    }
    lines = {**facts.consolidation.lines, **unknown}
    empty = replace(facts, consolidation=replace(facts.consolidation, lines=lines))
    assert [one for section in RULES.sections for one in words(told(empty, section.code))] == []
