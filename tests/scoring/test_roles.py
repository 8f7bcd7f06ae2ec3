"""Who may do what: every role against every act, and the words in which an act is refused."""

from __future__ import annotations

import pytest

from cchc.criteria import Appraisers
from cchc.errors import RuleRefused
from cchc.scoring.roles import OF_COUNCIL, OF_SECRETARY, Act, Roles
from cchc.units import UnitRegister

SCORED, GROUP = "so-y-te", "so-tu-phap"
# An account of each role, by the appraisers.yaml that ships.
ACCOUNTS = {
    "unit": SCORED,
    "appraiser": "tp2",
    "head": "tp1",
    "other group": "tc1",
    "secretary": "thuky1",
    "chair": "vp.pct",
    "council": "tc.gd",
    "leader": "lanhdao",
    "viewer": "xem",
}
MAY = {
    **{act: {"unit"} for act in (Act.SELF_SCORE, Act.EXPLAIN, Act.OBJECT)},
    Act.DECIDE: {"appraiser", "head"},
    Act.CONFIRM_GROUP: {"head"},
    **{act: {"secretary"} for act in OF_SECRETARY},
    **{act: {"chair", "council"} for act in OF_COUNCIL},
    Act.PUBLISH: {"leader"},
    Act.SEE_DRAFTS: {"appraiser", "head", "other group", "secretary", "chair", "council"},
}


@pytest.fixture(scope="module")
def roles() -> Roles:
    return Roles(Appraisers.load(), UnitRegister.load())


def allowed(roles: Roles, actor: str, act: Act, unit: str | None = SCORED, group: str = GROUP) -> bool:
    try:
        roles.may(actor, act, unit=unit, group=group)
    except RuleRefused:
        return False
    return True


@pytest.mark.parametrize("act", Act)
def test_an_act_is_allowed_to_its_role_and_refused_to_every_other(roles: Roles, act: Act) -> None:
    assert {role for role, actor in ACCOUNTS.items() if allowed(roles, actor, act)} == MAY[act]


def words(roles: Roles, actor: str, act: Act, unit: str | None, group: str = GROUP) -> str:
    with pytest.raises(RuleRefused) as refused:
        roles.may(actor, act, unit=unit, group=group)
    return str(refused.value)


def test_nobody_appraises_his_own_unit_and_the_refusal_says_who_does(roles: Roles) -> None:
    assert words(roles, "tp1", Act.DECIDE, "so-tu-phap") == (
        "Sở Tư pháp không thẩm định chính Sở Tư pháp; nhóm này do Văn phòng UBND tỉnh thẩm định thay."
    )
    assert allowed(roles, "vp1", Act.DECIDE, "so-tu-phap")
    assert not allowed(roles, "vp2", Act.DECIDE, "so-tu-phap"), "of the office, but not the one who stands in"
    assert not allowed(roles, "vp1", Act.DECIDE, SCORED), "whoever stands in does so for the own unit alone"


def test_another_groups_rows_are_refused_by_name(roles: Roles) -> None:
    assert words(roles, "tp1", Act.DECIDE, SCORED, "so-tai-chinh") == "tp1 không thuộc nhóm so-tai-chinh."


def test_whoever_belongs_to_a_unit_decides_nothing_about_it_in_another_group_or_in_the_council(
    roles: Roles,
) -> None:
    assert "tc1 thuộc Sở Tài chính" in words(roles, "tc1", Act.DECIDE, "so-tai-chinh", "thue-tinh")
    assert "Sở Tài chính" in words(roles, "tc.gd", Act.COUNCIL_CHANGE, "so-tai-chinh")
    assert allowed(roles, "tp.gd", Act.COUNCIL_CHANGE, "so-tai-chinh")


def test_only_who_stands_in_confirms_what_he_stood_in_for(roles: Roles) -> None:
    assert allowed(roles, "vp1", Act.CONFIRM_GROUP, "so-tu-phap")
    assert not allowed(roles, "tp1", Act.CONFIRM_GROUP, "so-tu-phap")
    assert allowed(roles, "tp1", Act.CONFIRM_GROUP, None)
    assert "chỉ tp1 xác nhận" in words(roles, "tp2", Act.CONFIRM_GROUP, None)
