"""`narrative.yaml`: the shipped file holds for every heading, and each mistake in it is named with its place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from cchc.errors import ConfigErrors
from cchc.indicators import IndicatorRegister
from cchc.report.narrative_rules import Figured, NarrativeRules, Say
from cchc.workbooks.outline import load_outline


def test_every_heading_of_the_outline_has_its_rules_in_the_order_of_the_report() -> None:
    rules = NarrativeRules.load()
    assert sorted(one.code for one in rules.sections) == sorted(one.code for one in load_outline())
    opened = [one.code for one in rules.sections if one.open]
    assert opened == [
        "chi_dao", "kiem_tra", "tuyen_truyen", "the_che", "thu_tuc", "bo_may", "cong_vu", "tai_chinh", "chinh_quyen_so",
    ]  # fmt: skip


def test_every_indicator_has_one_section_whose_table_or_text_tells_it() -> None:
    rules = NarrativeRules.load()
    for one in IndicatorRegister.load().all:
        assert sum(section.holds(one.code) for section in rules.sections) == 1, one.code


def test_a_target_counts_only_in_its_rounds() -> None:
    said = [one for one in NarrativeRules.load().section("chi_dao").open if isinstance(one, Figured)]
    watched = next(one.watched["ty_le"] for one in said if one.watched)
    assert watched.target_in("NAM") == 100 and watched.target_in("Q1") is None


def test_a_rule_holds_from_its_day_until_its_day_and_in_its_rounds() -> None:
    rule = Say.model_validate(
        {"kind": "say", "words": "{x}", "from": "2026-01-01", "until": "2026-12-31", "rounds": ["Q1"]}
    )
    assert rule.holds_in("Q1", date(2026, 3, 14))
    assert not rule.holds_in("NAM", date(2026, 12, 14))
    assert not rule.holds_in("Q1", date(2025, 12, 31)) and not rule.holds_in("Q1", date(2027, 1, 1))


@pytest.mark.parametrize(
    ("was", "made", "place", "told"),
    [
        ("figures: {xong: I.1.2, de_ra: I.1.1}", "figures: {xong: I.9.9, de_ra: I.1.1}", "sections.1.open.1", "I.9.9"),
        ("hoàn thành {xong} trên", "hoàn thành {sai} trên", "sections.1.open.0.words", "sai"),
        ("[, đạt {ty_le}][, {ty_le_doi} so với cùng kỳ năm trước][; còn", "[, đạt {ty_le}[; còn", "words", "lồng nhau"),
        ("nhiệm vụ chưa hoàn thành]\"", "nhiệm vụ chưa hoàn thành].\"", "words", "dấu chấm cuối"),
        ("rates: {ty_le: I.1.2/I.1.1}", "rates: {ty_le: nhiệm vụ}", "rates", "I.1.2/I.1.1"),
        ("watched: {ty_le: {name: \"hoàn thành nhiệm vụ của", "watched: {khac: {name: \"hoàn thành nhiệm vụ của",
         "watched.khac", "ty_le"),
        ("indicators: [KT.*, I.2.*]", "indicators: [KT.*, I.2.*, I.1.*]", "sections.indicators", "đúng một mục"),
        ("indicators: [KT.*, I.2.*]", "indicators: [KT.*, I.2.*, X.*]", "sections.2.indicators", "X.*"),
        ("indicators: [II.*]", "indicators: [II.1.*]", "sections.indicators", "II.2.1"),
        ("  - code: khac\n", "", "sections", "khac"),
        ("  - code: khac\n", "  - code: la\n", "sections", "la"),
        ("most_of: {han_che: 5", "most_of: {han_ch: 5", "texts.most_of", "han_ch"),
        ("rounds: [NAM]}}", "rounds: [NAM]}}\n        rounds: [Q9]", "rounds", "Q9"),
        ("rounds: [NAM]}}", "rounds: [NM]}}", "watched.ty_le.rounds", "NM"),
        ("pages: 25", "pages: 0", "limits.pages", "0"),
        ("kind: fields", "kind: truong", "kind", "truong"),
        ("target: 95", "target: 101", "target", "101"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place_and_what_is_allowed(
    own_config: Path, was: str, made: str, place: str, told: str
) -> None:
    path = own_config / "narrative.yaml"
    text = path.read_text(encoding="utf-8")
    assert was in text
    path.write_text(text.replace(was, made, 1), encoding="utf-8")
    with pytest.raises(ConfigErrors) as error:
        NarrativeRules.load(own_config)
    message = str(error.value)
    assert "narrative.yaml" in message and place in message and told in message


def test_a_sentence_whose_figures_may_all_be_absent_is_refused(own_config: Path) -> None:
    """Without a place outside [ ] it would be said also when there is nothing to say."""
    path = own_config / "narrative.yaml"
    text = path.read_text(encoding="utf-8")
    was = '"Đoàn kiểm tra của tỉnh đã kiểm tra {xa} Ủy ban nhân dân cấp xã[, {xa_doi} so với cùng kỳ năm trước]"'
    assert was in text
    path.write_text(text.replace(was, '"Có kiểm tra[, {xa} xã]"'), encoding="utf-8")
    with pytest.raises(ConfigErrors, match="ngoài dấu"):
        NarrativeRules.load(own_config)
