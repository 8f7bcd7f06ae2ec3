"""The province that is rehearsed: the shipped one with a merger, or a part of its communes."""

from __future__ import annotations

from datetime import date

import pytest

from cchc.config_files import SHIPPED, check
from cchc.paths import Instance
from cchc.registers.checking import import_rooms
from cchc.units import UnitRegister
from cchc_rehearsal.merging import INTO, MERGED, last_day, own_units

import_rooms()  # what reads a file tells what it may say

MIDSUMMER = date(2026, 6, 30)


def communes(register: UnitRegister, day: date) -> set[str]:
    return {unit.code for unit in register.on(day, ["xa"])}


@pytest.mark.parametrize("one_in", [1, 4, 102])
def test_the_two_that_merge_are_there_until_then_and_one_of_them_afterwards(
    instance: Instance, one_in
) -> None:
    folder = own_units(instance, 2026, one_in)
    assert check(folder) == []
    register = UnitRegister.load(folder)
    before, after = communes(register, MIDSUMMER), communes(register, date(2026, 12, 31))
    assert before - after == {MERGED} and INTO in after
    assert MERGED in register.get(INTO).predecessors
    assert last_day(2026) < date(2026, 12, 31)


def test_a_part_of_the_communes_leaves_every_office_and_comes_from_the_whole_list(instance: Instance) -> None:
    shipped = UnitRegister.load(SHIPPED)
    register = UnitRegister.load(own_units(instance, 2026, 4))
    assert {unit.code for unit in register.on(MIDSUMMER, ["so"])} == {
        unit.code for unit in shipped.on(MIDSUMMER, ["so"])
    }
    every = [unit.code for unit in shipped.on(MIDSUMMER, ["xa"])]
    assert communes(register, MIDSUMMER) == {*every[::4], MERGED, INTO}
    assert communes(register, MIDSUMMER) < {*every}
