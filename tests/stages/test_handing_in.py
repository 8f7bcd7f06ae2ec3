"""A workbook handed in by a person goes the way of the mailbox: checks, versions, receipt; or nothing is kept."""

from __future__ import annotations

from datetime import date

import pytest
from tests.support.province import OTHER, ROUND, UNIT

from cchc.clock import at
from cchc.errors import RuleRefused
from cchc.stages.handing_in import for_round, hand_in, of_person
from cchc.submissions.arrivals import Channel
from cchc.submissions.handed import HandedFile
from cchc.submissions.kept import latest_values

CAME = at(date(2026, 3, 12), 15)


def by_hand(province, content, name="bieu.xlsx", unit=UNIT):
    run = for_round(province.at(CAME), ROUND)
    return hand_in(
        run, unit, [HandedFile(name, content)], Channel.BY_HAND, of_person(run, "Đơn vị mang USB đến")
    ).lines


def test_it_counts_and_the_unit_gets_the_receipt_that_says_who_handed_it_in(province) -> None:
    told = by_hand(province, province.filled(figure=3))
    assert told[0].startswith("Đã nhận")
    (row,) = province.submissions()
    assert (row["channel"], row["outcome"], row["sender_unit"]) == ("nop-ho", "accepted", UNIT)
    assert latest_values(province.store, ROUND)[UNIT]["I.1.1"].value == 3
    receipt = max(province.mails(), key=lambda one: one["as_of"])
    assert "Đơn vị mang USB đến" in receipt["plain"]
    assert "giống hệt bài đã nhận" in by_hand(province, province.filled(figure=3))[0]
    assert len(province.submissions()) == 1


def test_the_form_of_another_unit_and_a_file_that_is_none_are_refused_and_not_kept(province) -> None:
    before = len(province.mails())
    for content, name, unit in (
        (province.filled(figure=3), "bieu.xlsx", OTHER),
        (b"khong phai bieu", "anh.xlsx", UNIT),
        (b"%PDF-1.7", "quet.pdf", UNIT),
    ):
        with pytest.raises(RuleRefused):
            by_hand(province, content, name, unit)
    assert not province.submissions() and len(province.mails()) == before


def test_without_a_reason_nobody_hands_in_for_another(province) -> None:
    with pytest.raises(RuleRefused, match="lý do"):
        of_person(province.at(CAME), " ")
