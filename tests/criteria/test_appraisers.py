"""Who appraises what; nobody appraises his own unit."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from cchc.criteria import Appraisers, CriteriaSets
from cchc.errors import CchcError, ConfigErrors
from cchc.units import UnitRegister


def test_a_body_is_appraised_by_another_one_in_its_own_field() -> None:
    appraisers, units = Appraisers.load(), UnitRegister.load()
    row = CriteriaSets.load().get("so-2026").row("2.1.1")
    others = appraisers.group_for(row, units.get("so-y-te"))
    own = appraisers.group_for(row, units.get("so-tu-phap"))
    assert (others.code, others.unit, others.accounts) == ("so-tu-phap", "so-tu-phap", ("tp1", "tp2"))
    assert (own.code, own.unit, own.head, own.is_substitute) == ("so-tu-phap", "vp-ubnd", "vp1", True)


def test_every_criterion_of_every_unit_has_appraisers_from_another_unit() -> None:
    appraisers = Appraisers.load()
    bodies = [unit for unit in UnitRegister.load().all if unit.tier == "so"]
    for found in CriteriaSets.load().all:
        for row in found.rows:
            assert all(appraisers.group_for(row, unit).unit != unit.code for unit in bodies)


def test_an_unknown_group_is_answered_with_those_there_are() -> None:
    with pytest.raises(CchcError, match="so-tu-phap"):
        Appraisers.load().group("so-tu-phat")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("unit: so-tu-phap,", "unit: so-la,", 'groups.so-tu-phap: đơn vị "so-la" không có trong units.csv.'),
        (
            "unit: so-noi-vu, accounts: [thuky1]",
            "unit: so-la, accounts: [thuky1]",
            'secretary: đơn vị "so-la"',
        ),
        ("head: tp1", "head: tp9", 'groups.so-tu-phap: phụ trách "tp9" không nằm trong accounts.'),
        ("code: so-tai-chinh", "code: so-tu-phap", 'groups.so-tu-phap: nhóm "so-tu-phap" có hai lần.'),
        (
            "head: tp1, substitute: {unit: vp-ubnd",
            "head: tp1, substitute: {unit: so-tu-phap",
            "groups.so-tu-phap: thẩm định thay phải là đơn vị khác so-tu-phap.",
        ),
        ("accounts: [tp1, tp2]", "accounts: [tp1, vp1]", "tài khoản vừa thẩm định vừa thẩm định thay: vp1."),
        ("quorum: 0.5", "quorum: 2", "council.quorum"),
        ("head: tc1, substitute: {unit: vp-ubnd, accounts: [vp1], head: vp1}", "head: tc1", "substitute"),
    ],
)
def test_a_register_by_which_somebody_would_judge_himself_is_refused(folder, old, new, said) -> None:
    path = folder / "appraisers.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigErrors) as raised:
        Appraisers.load(folder)
    assert said in str(raised.value)


def test_the_council_and_the_secretary_are_known() -> None:
    appraisers = Appraisers.load()
    assert appraisers.council.chair == "vp.pct"
    assert appraisers.secretary.accounts == ("thuky1",)
    assert appraisers.leaders == ("lanhdao",)
    nobody = SimpleNamespace(appraiser="so-tu-phap")
    assert not appraisers.group_for(nobody, SimpleNamespace(code="30292")).is_substitute
