"""A rule file that cannot work is refused with rule, key, value and what is allowed."""

from __future__ import annotations

import shutil

import pytest

from cchc.checks import Rules
from cchc.config_files.folder import config_dir
from cchc.errors import ConfigError, ConfigErrors


@pytest.fixture
def load(tmp_path):
    shutil.copy(config_dir() / "indicators.csv", tmp_path)

    def read(*rules):
        lines = "".join(f"  - {{{rule}}}\n" for rule in rules)
        (tmp_path / "checks.yaml").write_text(f'version: "thu"\nrules:\n{lines}', encoding="utf-8")
        return Rules.load(tmp_path)

    return read


SUM = "code: a, kind: equal, left: T06.1, right: T06.2+T06.3, severity: loi"


def test_the_rules_in_force_load_and_every_code_is_unique():
    rules = Rules.load()
    assert len({rule.code for rule in rules.all}) == len(rules.all) > 60
    assert rules.get("t06-tiep-nhan").kind == "equal"


def test_a_correct_file_loads(load):
    assert load(SUM).get("a").severity == "loi"


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (
            ["code: a, kind: equl, left: T06.1, right: T06.2, severity: loi"],
            ["thứ 1 (a)", "'equl'", "“equal”?"],
        ),
        (
            ["code: a, kind: equal, left: T06.1, rigth: T06.2, severity: loi"],
            ["'rigth'", "có phải ý là “right”"],
        ),
        (["code: a, kind: equal, left: T06.1, right: T06.2, severity: nang"], ["'nang'", "canh_bao"]),
        (
            ["code: a, kind: equal, left: T06.99, right: T06.2, severity: loi"],
            ["left", "'T06.99'", "indicators.csv"],
        ),
        (
            ["code: a, kind: equal, left: T06.1, right: T06.2 * 2, severity: loi"],
            ["'T06.2 * 2'", "dấu + và -"],
        ),
        (["code: a, kind: equal, left: T06.1, right: QC.1, severity: loi"], ["QC.1", "loại text"]),
        (["code: a, kind: share, indicators: [T06.1], severity: loi"], ["T06.1", "tỷ lệ (%)"]),
        (["code: a, kind: denominator, left: T06.1, right: T06.2, severity: loi"], ["T06.1", "tỷ lệ (%)"]),
        (["code: a, kind: bounds, indicators: [T06.1], severity: loi"], ["minimum hoặc maximum"]),
        (["code: a, kind: bounds, minimum: '0', severity: loi"], ["indicators, of_kind"]),
        (
            ["code: a, kind: bounds, indicators: [T06.1], minimum: '5', maximum: '4', severity: loi"],
            ["'5'", "không lớn hơn maximum"],
        ),
        ([SUM, SUM.replace("T06.2+T06.3", "T06.4")], ["thứ 2 (a)", "'a'", "quy tắc thứ 1"]),
        ([SUM, SUM.replace("code: a", "code: b")], ["thứ 2 (b)", "quy tắc a đã kiểm tra"]),
        (
            [
                "code: a, kind: at_most, left: I.1.2, right: I.1.1, severity: loi",
                "code: b, kind: at_most, left: I.1.1, right: I.1.2, severity: loi",
            ],
            ["thứ 2 (b)", "kind: equal"],
        ),
        (
            [
                "code: a, kind: bounds, of_kind: [count], minimum: '5', severity: loi",
                "code: b, kind: bounds, indicators: [T06.1], maximum: '4', severity: loi",
            ],
            ["thứ 2 (b)", "T06.1", "quy tắc a"],
        ),
    ],
)
def test_a_rule_that_cannot_work_is_refused_in_one_clear_sentence(load, rules, words):
    with pytest.raises((ConfigError, ConfigErrors)) as refused:
        load(*rules)
    message = str(refused.value)
    assert refused.value.exit_code == 2
    assert "checks.yaml" in message
    for word in words:
        assert word in message


def test_every_fault_of_a_file_is_told_at_once(load):
    with pytest.raises(ConfigErrors) as refused:
        load("code: a, kind: x, severity: loi", "code: b, kind: readable, severity: y")
    assert len(refused.value.errors) == 2
