"""How grave a finding is: worst first, each with a name for people."""

from __future__ import annotations

from cchc.severity import Severity
from cchc.texts import table


def test_the_order_is_worst_first_and_the_values_are_those_of_the_files() -> None:
    assert sorted(Severity, key=lambda one: one.rank) == ["loi", "canh_bao", "luu_y"]


def test_every_severity_has_its_name() -> None:
    assert set(table("severity.names")) == set(Severity)
