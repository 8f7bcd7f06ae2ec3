"""Who may do what in an inspection, by account and unit: each cell of the table, and never for one's own unit."""

from __future__ import annotations

import pytest
from tests.inspection.scene import finding, leader

from cchc.errors import ConfigErrors, RuleRefused
from cchc.inspection.fields import InspectionFields
from cchc.inspection.findings import KnownFinding
from cchc.inspection.roles import (
    refuse_confirmer,
    refuse_inspector,
    refuse_leader,
    refuse_surprise,
    refuse_team,
)
from cchc.inspection.team import InspectionTeam
from cchc.inspection.visits import Visit, VisitKind
from cchc.units import UnitRegister

UNITS, FIELDS, TEAM = UnitRegister.load(), InspectionFields.load(), InspectionTeam.of_year(2026)


def known(unit: str, topic: str = "") -> KnownFinding:
    return KnownFinding(finding(unit, "a", "b", topic=topic, finding_id="KT26-0001"), "2026-KT")


def rule(call, *arguments) -> str:
    try:
        call(*arguments)
    except RuleRefused as refused:
        return refused.rule
    return "may"


VISIT = Visit("KT26-C01", "2026-KT", "30292", VisitKind.PLANNED, members=("doan-tu-phap",))


@pytest.mark.parametrize(
    ("actor", "unit", "visit", "expected"),
    [
        ("truong-doan", "30292", None, "may"),
        ("doan-tu-phap", "30292", VISIT, "may"),
        ("doan-tai-chinh", "30292", VISIT, "not-of-visit"),
        ("truong-doan", "30292", VISIT, "may"),
        ("doan-tu-phap", "so-tu-phap", None, "own-unit"),
        ("truong-doan", "vp-ubnd", None, "own-unit"),
        ("van-hanh", "30292", None, "not-of-team"),
        ("xem", "30292", None, "not-of-team"),
    ],
)
def test_the_team_inspects_every_unit_but_its_own(actor: str, unit: str, visit, expected: str) -> None:
    assert rule(refuse_inspector, TEAM, actor, UNITS.get(unit), visit) == expected


def test_a_visit_with_a_member_of_the_visited_unit_is_refused_in_words() -> None:
    visit = Visit("KT26-C02", "2026-KT", "so-tu-phap", VisitKind.PLANNED, members=("doan-tu-phap",))
    with pytest.raises(RuleRefused) as refused:
        refuse_team(TEAM, [VISIT, visit], UNITS)
    assert str(refused.value) == "doan-tu-phap là người của Sở Tư pháp: không kiểm tra chính Sở Tư pháp."


@pytest.mark.parametrize(
    ("actor", "unit", "topic", "expected"),
    [
        ("van-hanh", "30292", "", "may"),
        ("van-hanh", "30292", "Chỉ đạo, điều hành", "may"),
        ("van-hanh-vp", "30292", "Thủ tục hành chính", "may"),
        ("van-hanh", "30292", "Thủ tục hành chính", "not-a-confirmer"),
        ("van-hanh", "so-noi-vu", "", "own-unit"),
        ("van-hanh-vp", "so-noi-vu", "", "may"),  # the substitute
        ("van-hanh-vp", "vp-ubnd", "Thủ tục hành chính", "own-unit"),
        ("van-hanh", "vp-ubnd", "Thủ tục hành chính", "may"),
        ("xac-nhan-tc", "so-tai-chinh", "Tài chính công", "own-unit"),
        ("lanh-dao", "30292", "", "not-a-confirmer"),
        ("doan-noi-vu", "30292", "", "not-a-confirmer"),
        ("xem", "30292", "", "not-a-confirmer"),
    ],
)
def test_a_confirmer_is_of_the_field_and_never_of_the_unit(
    actor: str, unit: str, topic: str, expected: str
) -> None:
    assert rule(refuse_confirmer, FIELDS, actor, known(unit, topic), UNITS) == expected


def test_the_words_say_who_confirms_instead() -> None:
    with pytest.raises(RuleRefused) as refused:
        refuse_confirmer(FIELDS, "van-hanh", known("so-noi-vu"), UNITS)
    assert str(refused.value) == (
        "Sở Nội vụ không xác nhận khắc phục của chính Sở Nội vụ; việc này do Văn phòng UBND tỉnh xác nhận thay."
    )


@pytest.mark.parametrize("actor", ["van-hanh", "truong-doan", "xem", "he-thong"])
def test_what_was_issued_is_changed_by_leaders_alone(actor: str) -> None:
    assert rule(refuse_leader, leader()) == "may"
    assert rule(refuse_leader, actor) == "not-a-leader"


@pytest.mark.parametrize("actor", ["van-hanh", "doan-tu-phap", "quan-tri", "xem", "he-thong"])
def test_a_surprise_visit_is_opened_by_the_heads_of_the_team_and_leaders_alone(actor: str) -> None:
    assert {rule(refuse_surprise, TEAM, one) for one in ("truong-doan", "lanh-dao", leader())} == {"may"}
    assert rule(refuse_surprise, TEAM, actor) == "not-a-surprise-opener"


@pytest.mark.parametrize(
    ("old", "new", "word"),
    [
        ("confirmer: tai-chinh", "confirmer: tai-chính", "fields.4.confirmer"),
        ("unit: so-tai-chinh, accounts", "unit: so-tai-chin, accounts", "so-tai-chin"),
        (
            "substitute: kiem-soat-thu-tuc",
            "substitute: cai-cach-hanh-chinh",
            "cai-cach-hanh-chinh.substitute",
        ),
        ("otherwise: cai-cach-hanh-chinh", "otherwise: khac", "otherwise"),
        ("severity: nhac_nho", "severity: nhe", "nhe"),
    ],
)
def test_a_wrong_field_is_named_with_its_place(own_config, old: str, new: str, word: str) -> None:
    path = own_config / "inspection_fields.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigErrors, match=word):
        InspectionFields.load(own_config)


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("30999,2026-05-05,,,,,", "30999"),
        ("30292,2026-02-30,,,,,", "days"),
        ("30292,2026-05-05,trua,,,,", "trua"),
        ("30292,2026-05-05,,dot_xuat,,,", "dot_xuat"),
        ("30292,2026-05-05,,,Nông nghiệp,,", "Nông nghiệp"),
        ("30292,2026-05-05,,,,nguoi-la,", "nguoi-la"),
        ("so-tu-phap,2026-05-05,,,,doan-tu-phap,", "người không thuộc Sở Tư pháp"),
    ],
)
def test_a_wrong_line_of_the_schedule_is_named_with_row_and_column(own_config, line: str, word: str) -> None:
    from cchc.inspection.team import schedule_of

    path = own_config / "kiem-tra" / "2026" / "lich.csv"
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(ConfigErrors) as refused:
        schedule_of(2026, own_config)
    assert "lich.csv" in str(refused.value) and word in str(refused.value)
