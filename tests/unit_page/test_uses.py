"""Links count until their day, until they are revoked, and what is kept of their use names nobody."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.support.province import OTHER, ROUND, UNIT, Province

from cchc.clock import at
from cchc.errors import CchcError, RuleRefused
from cchc.paths import Instance
from cchc.unit_page.link import page_key, read
from cchc.unit_page.uses import (
    LinkState,
    UseKind,
    examine,
    link_for,
    note_use,
    require_on,
    revocations_of,
    revoke,
    uses_of,
)

ADDRESS = "https://don-vi.cchc.example"
GIVEN = at(date(2026, 3, 2), 9)


@pytest.fixture
def page(province: Province, monkeypatch: pytest.MonkeyPatch) -> Province:
    """The province with its units' page switched on."""
    monkeypatch.setenv("CCHC_UNIT_PAGE_URL", f"{ADDRESS}/")
    return province


def signed_for(page: Province, unit: str = UNIT) -> str:
    found = link_for(page.store, page.instance, unit, ROUND, GIVEN)
    assert found is not None and found.address.startswith(f"{ADDRESS}/v/")
    return found.address.removeprefix(f"{ADDRESS}/v/")


def state_of(page: Province, signed: str, moment=GIVEN) -> LinkState:
    return examine(page.store, page.instance, signed, moment)[0]


def test_while_the_page_is_off_there_is_no_link_and_the_words_say_what_to_do(province: Province) -> None:
    assert link_for(province.store, province.instance, UNIT, ROUND, GIVEN) is None
    with pytest.raises(CchcError, match="unit_page_url"):
        require_on(province.instance)


def test_a_round_that_was_never_opened_has_none(page: Province) -> None:
    assert link_for(page.store, page.instance, UNIT, "2026-NAM", GIVEN) is None


def test_it_counts_to_the_end_of_its_last_day(page: Province) -> None:
    signed = signed_for(page)
    last = at(GIVEN.date() + timedelta(days=60), 23, 59)
    assert state_of(page, signed, last) is LinkState.GOOD
    assert state_of(page, signed, last + timedelta(minutes=2)) is LinkState.EXPIRED


def test_what_was_revoked_counts_no_more_and_the_next_one_does(page: Province) -> None:
    old, others = signed_for(page), signed_for(page, OTHER)
    revoke(page.store, UNIT, ROUND, GIVEN, actor="Chuyên viên", reason="Thư bị chuyển nhầm")
    assert state_of(page, old) is LinkState.REVOKED
    new = signed_for(page)
    assert new != old and state_of(page, new) is LinkState.GOOD
    assert state_of(page, others) is LinkState.GOOD, "another unit's links are its own"
    revoke(page.store, UNIT, "", GIVEN, actor="Chuyên viên", reason="Hộp thư bị lộ")
    assert state_of(page, new) is LinkState.REVOKED
    assert [(one.round_id, one.reason) for one in revocations_of(page.store, UNIT)] == [
        ("", "Hộp thư bị lộ"), (ROUND, "Thư bị chuyển nhầm"),
    ]  # fmt: skip


def test_nobody_revokes_without_name_and_reason(page: Province) -> None:
    for actor, reason in ((" ", "lộ"), ("Chuyên viên", " ")):
        with pytest.raises(RuleRefused):
            revoke(page.store, UNIT, ROUND, GIVEN, actor=actor, reason=reason)
    assert state_of(page, signed_for(page)) is LinkState.GOOD


def test_uses_are_counted_by_day_and_hold_no_address(page: Province) -> None:
    link = read(page_key(page.instance), signed_for(page))
    assert link is not None
    for moment, caller in (
        (GIVEN, "10.1.2.3"),
        (GIVEN + timedelta(hours=1), "10.1.2.3"),
        (GIVEN, "10.9.9.9"),
    ):
        note_use(page.store, page.instance, link, UseKind.OPENED, caller, moment)
    note_use(page.store, page.instance, link, UseKind.OPENED, "10.1.2.3", GIVEN + timedelta(days=1))
    note_use(page.store, page.instance, link, UseKind.UPLOAD, "10.1.2.3", GIVEN)
    uses = uses_of(page.store, UNIT)
    assert sorted((one.kind.value, one.times) for one in uses) == [
        ("opened", 1), ("opened", 1), ("opened", 2), ("upload", 1),
    ]  # fmt: skip
    visitors = {one.visitor for one in uses}
    assert len(visitors) == 3, "two of one day, and the next day nobody is known again"
    assert not any("10." in one for one in visitors)


def test_the_key_of_links_is_of_no_other_use(instance: Instance) -> None:
    keys = {page_key(instance, one) for one in ("link", "form", "visitor")}
    assert len(keys) == 3 and all(len(one) == 32 for one in keys)
