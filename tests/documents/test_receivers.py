"""Who stands behind the lines of a Nơi nhận."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from cchc.documents.form import DocumentSettings
from cchc.documents.receivers import receivers
from cchc.errors import ConfigError
from cchc.units import UnitRegister

DAY = date(2026, 12, 20)


def test_each_line_has_its_addresses_and_no_address_stands_twice() -> None:
    settings, units = DocumentSettings.load(), UnitRegister.load()
    groups = receivers(settings, "bao_cao", units, DAY)
    assert [group.line for group in groups] == [
        "Bộ Nội vụ", "Thường trực Tỉnh ủy, HĐND tỉnh", "Chủ tịch, các Phó Chủ tịch UBND tỉnh",
        "Các sở, ban, ngành tỉnh", "UBND các xã, phường, đặc khu",
    ]  # fmt: skip
    everybody = [address for group in groups for address in group.addresses]
    assert len(everybody) == len(set(everybody))
    assert set(groups[4].addresses) == {box for unit in units.on(DAY, ["xa"]) for box in unit.mailboxes}
    assert not any(group.without for group in groups)


def test_only_units_that_exist_on_the_day_get_a_document() -> None:
    units = UnitRegister.load()
    gone = units.on(DAY, ["xa"])[0]
    register = UnitRegister(
        [replace(one, valid_to=date(2026, 6, 30)) if one.code == gone.code else one for one in units.all]
    )
    (group,) = [
        one
        for one in receivers(DocumentSettings.load(), "bao_cao", register, DAY)
        if one.line.startswith("UBND")
    ]
    others = {box for unit in register.on(DAY, ["xa"]) for box in unit.mailboxes}
    assert set(group.addresses) == others - (set(gone.mailboxes) - others)


@pytest.mark.parametrize("boxes", [(), ("hai địa chỉ, một ô",)])
def test_a_unit_that_no_mail_can_reach_is_named(boxes: tuple[str, ...]) -> None:
    units = UnitRegister.load()
    silent = units.on(DAY, ["so"])[0]
    register = UnitRegister(
        [replace(one, mailboxes=boxes) if one.code == silent.code else one for one in units.all]
    )
    groups = receivers(DocumentSettings.load(), "bao_cao", register, DAY)
    assert [name for group in groups for name in group.without] == [silent.name]


def test_a_line_of_which_nothing_is_configured_is_named_and_the_archive_is_no_receiver() -> None:
    settings = DocumentSettings.load()
    groups = receivers(settings, "don_doc", UnitRegister.load(), DAY)
    assert [group.without for group in groups] == [(line,) for line in (
        "Các cơ quan, đơn vị có tên trong danh sách kèm theo", "UBND tỉnh (b/c)", "Giám đốc, các Phó Giám đốc Sở",
    )]  # fmt: skip
    archives = {form.archive for form in settings.documents.values()}
    assert not any(group.line in archives for form in settings.documents
                   for group in receivers(settings, form, UnitRegister.load(), DAY))  # fmt: skip


def test_an_unknown_kind_of_document_is_refused() -> None:
    with pytest.raises(ConfigError, match="giay_moi"):
        receivers(DocumentSettings.load(), "giay_moi", UnitRegister.load(), DAY)


def test_units_are_told_to_carry_it_out_and_superiors_are_not() -> None:
    groups = receivers(DocumentSettings.load(), "bao_cao", UnitRegister.load(), DAY)
    told = {group.line: group.of_units for group in groups}
    assert told["Các sở, ban, ngành tỉnh"] and told["UBND các xã, phường, đặc khu"]
    assert not any(
        of_units for line, of_units in told.items() if line.startswith(("Bộ", "Thường trực", "Chủ tịch"))
    )
