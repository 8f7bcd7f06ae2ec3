"""Whatever breaks the reading of one thing, in whatever way, concerns that thing alone; and it can be read again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from tests.submissions.test_inbox import put, received
from tests.support.bad_readers import BAD, HOW, SECRET, deal_badly, judge_badly
from tests.support.province import MORNING, OTHER, ROUND, UNIT, read_mail

from cchc.errors import CchcError
from cchc.stages import receiving
from cchc.submissions import reading
from cchc.submissions.set_aside import ask_again, waiting

LATER = MORNING + timedelta(hours=1)
BROKEN = "hong"


@dataclass(frozen=True)
class Item:
    """A way in: lay the bad one and a good one, then read."""

    lay: Callable[..., None]
    read: Callable[..., dict[str, int]]


def in_folder(province, account, compose) -> None:
    put(province.instance.inbox / ROUND / f"{BROKEN}.xlsx", province.filled())
    put(province.instance.inbox / ROUND / "tot.xlsx", province.filled(OTHER), MORNING + timedelta(minutes=1))


def in_mailbox(province, account, compose) -> None:
    account.deliver(
        compose(("b.xlsx", province.filled()), message_id=f"<{BROKEN}@dv.example>").as_bytes(), MORNING
    )
    good = compose(
        ("b.xlsx", province.filled(OTHER)), sender=province.mailbox_of[OTHER], message_id="<tot@dv.example>"
    )
    account.deliver(good.as_bytes(), MORNING)


ITEMS = {
    "a form in the folder": Item(in_folder, lambda province, account, moment: received(province, moment)),
    "a form in a mail": Item(in_mailbox, read_mail),
}


@pytest.fixture
def breakable(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv(BAD, BROKEN)
    monkeypatch.setattr(receiving, "judge_file", judge_badly)
    monkeypatch.setattr(receiving, "deal_with_mail", deal_badly)
    monkeypatch.setattr(reading, "LIMITS", replace(reading.LIMITS, seconds=20))
    return monkeypatch


@pytest.mark.slow
@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS.keys())
@pytest.mark.parametrize("how", ["an exception", "want of memory", "death of the reader", "time"])
def test_one_thing_that_breaks_its_reader_is_set_aside_and_the_other_is_taken_in(
    province, account, compose, breakable, item: Item, how: str
) -> None:
    item.lay(province, account, compose)
    breakable.setenv(HOW, how)
    assert item.read(province, account, MORNING) == {"set_aside": 1, "accepted": 1}
    assert (province.status(UNIT), province.status(OTHER)) == ("open", "accepted")
    (found,) = waiting(province.store)
    (alarm,) = [mail["plain"] for mail in province.mails() if "/can-xem-lai/" in mail["mail_key"]]
    assert found.reason in alarm
    assert SECRET not in alarm

    breakable.delenv(BAD)
    ask_again(province.at(LATER, actor="an"), found.item_id, "đã sửa")
    assert item.read(province, account, LATER) == {"accepted": 1}
    assert waiting(province.store) == []
    assert len(province.submissions()) == 2


@pytest.mark.slow
@pytest.mark.parametrize("item", ITEMS.values(), ids=ITEMS.keys())
def test_a_full_disk_fails_the_run_and_loses_nothing_and_the_other_is_taken_in(
    province, account, compose, breakable, item: Item
) -> None:
    item.lay(province, account, compose)
    breakable.setenv(HOW, "a full disk")
    with pytest.raises(CchcError, match="hết chỗ"):
        item.read(province, account, MORNING)
    assert (province.status(UNIT), province.status(OTHER)) == ("open", "accepted")
    assert waiting(province.store) == []

    breakable.delenv(BAD)
    assert item.read(province, account, LATER) == {"accepted": 1}
