"""A rule that can never speak is found, with the reason; the rules in force all can."""

from __future__ import annotations

import shutil

import pytest

from cchc.checks import Rules
from cchc.checks.proof import prove
from cchc.checks.rule import KINDS
from cchc.config_files.folder import config_dir
from cchc.errors import ConfigErrors
from cchc.year import Calendar


@pytest.fixture(scope="module")
def calendar():
    return Calendar.load()


@pytest.fixture
def faults(tmp_path, register, calendar):
    """faults(rule, ...) -> what the proof has to say, as one text."""
    shutil.copy(config_dir() / "indicators.csv", tmp_path)

    def read(*rules):
        lines = "".join(f"  - {{{rule}}}\n" for rule in rules)
        (tmp_path / "checks.yaml").write_text(f'version: "thu"\nrules:\n{lines}', encoding="utf-8")
        return "\n".join(map(str, prove(Rules.load(tmp_path), register, calendar, 2026)))

    return read


@pytest.mark.parametrize("year", [2024, 2026, 2027])
def test_every_rule_in_force_can_speak(register, calendar, year):
    assert [str(fault) for fault in prove(Rules.load(), register, calendar, year)] == []


SUM = "code: a, kind: equal, left: V.6.1, right: V.6.2+V.6.3, severity: loi"


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        # Since July 2025 nobody owes all three.
        (SUM, ["thứ 1 (a)", "owed_only: true", "checks.yaml"]),
        ("code: a, kind: at_most, left: I.1.2, right: I.1.2+I.1.1, severity: loi", ["thứ 1 (a)"]),
        ("code: a, kind: only_if, left: I.1.1, right: I.1.1, severity: loi", ["thứ 1 (a)"]),
        ("code: a, kind: equal, left: III.6.6, right: T06.2+T06.3, tiers: [so, xa], severity: loi", ["tiers", "'so'"]),
        ("code: a, kind: compulsory, indicators: [QC.1], rounds: [Q1], severity: loi", ["thứ 1 (a)"]),
        ("code: a, kind: compulsory, indicators: [QC.1], rounds: [Q1, NAM], severity: loi", ["rounds", "'Q1'"]),
        (
            "code: a, kind: compulsory, indicators: [V.6.2, V.6.3], tiers: [so], severity: loi",
            ["indicators", "'V.6.3'"],
        ),
        # The first quarter's window holds no other round's.
        (
            "code: a, kind: not_below, add_up: true, indicators: [I.1.3], rounds: [Q1], severity: canh_bao",
            ["thứ 1 (a)"],
        ),
        # No percentage can lie that far from another.
        (
            "code: a, kind: versus_peers, indicators: [III.6.8], least_units: 10, deviations: '6', least_factor: '2', "
            "least_points: '20', severity: luu_y",
            ["thứ 1 (a)"],
        ),
    ],
)  # fmt: skip
def test_what_can_never_speak_is_named(faults, rule, words):
    message = faults(rule)
    assert "./cchc cau-hinh" in message
    assert [word for word in words if word not in message] == []


@pytest.mark.parametrize(
    "rule",
    [
        f"{SUM}, owed_only: true",
        f"{SUM}, tiers: [huyen]",  # the districts of then owed all three
        "code: a, kind: at_most, left: VII.2.4/tu, right: VB.3, severity: loi",
    ],
)
def test_what_can_speak_is_not_blamed(faults, rule):
    assert faults(rule) == ""


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (
            ["code: a, kind: equal, left: T06.1, right: T06.2+T06.3, severity: loi",
             "code: b, kind: equal, left: T06.1, right: T06.2+T06.3+T06.4, severity: loi"],
            ["thứ 2 (b)", "T06.4", "quy tắc a"],
        ),
        (
            ["code: a, kind: bounds, indicators: [T06.1], maximum: '4', severity: loi",
             "code: b, kind: bounds, indicators: [T06.5], minimum: '5', severity: loi",
             "code: c, kind: at_most, left: T06.5, right: T06.1, severity: loi"],
            ["thứ 3 (c)", "không dưới 5", "không quá 4"],
        ),
        # Said the other way round it is still the same rule.
        (
            ["code: a, kind: equal, left: T06.9, right: T06.1-T06.5, severity: loi",
             "code: b, kind: equal, left: T06.5+T06.9, right: T06.1, severity: loi"],
            ["thứ 2 (b)", "quy tắc a đã kiểm tra"],
        ),
        (
            ["code: a, kind: share, indicators: [OS.1], severity: loi",
             "code: b, kind: share, indicators: [OS.2, OS.1], severity: canh_bao"],
            ["thứ 2 (b)", "'OS.1'", "quy tắc a đã kiểm tra"],
        ),
        (
            ["code: a, kind: versus_peers, least_units: 10, deviations: '6', least_factor: '2', least_points: '5', "
             "severity: loi"],
            ["severity", "'loi'"],
        ),
        (["code: a, kind: equal, left: T06.1/tu, right: T06.2, severity: loi"], ["'T06.1/tu'", "/mau"]),
    ],
)  # fmt: skip
def test_contradictions_and_repetitions_are_refused(faults, rules, words):
    with pytest.raises(ConfigErrors) as refused:
        faults(*rules)
    assert [word for word in words if word not in str(refused.value)] == []


SHADOWED = "code: b, kind: compulsory, indicators: [T06.1], severity: loi"


def test_a_compulsory_rule_behind_one_that_names_every_blank_cell_never_has_its_turn(faults):
    everything = "code: a, kind: compulsory, all_owed: true, severity: canh_bao"
    assert "thứ 2 (b)" in faults(everything, SHADOWED)
    assert faults(SHADOWED, everything) == ""


def test_every_kind_of_rule_is_in_force_and_so_has_its_witness():
    assert set(KINDS) - {rule.kind for rule in Rules.load().all} == set()


def test_rules_that_never_apply_together_do_not_contradict_each_other(faults):
    assert (
        faults(
            "code: a, kind: at_most, left: I.1.2, right: I.1.1, rounds: [Q1], severity: loi",
            "code: b, kind: at_most, left: I.1.1, right: I.1.2, rounds: [NAM], severity: loi",
        )
        == ""
    )


def test_a_rule_about_what_one_owner_states_can_speak(faults):
    rule = "code: a, kind: at_most, left: III.2.4, right: III.2.3, severity: loi"
    assert faults(rule) == ""
