"""Several answers to one mail become one: what it belongs to, whom it goes to, what it carries."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from cchc.clock import at
from cchc.mail.incoming import Letter
from cchc.mail.mail import Mail
from cchc.submissions.one_answer import one_to_each

MOMENT = at(date(2026, 3, 10), 9)
LETTER = Letter(
    "xa@x.example", "<1@x.example>", "<1@x.example>", "dau-thu", by_machine=False, bounce=False, sealed=False
)
FIRST = Mail(
    "a", "bien_nhan", MOMENT, "2026-Q1", "30292", ("xa@x.example",), (), "Đã nhận: quý I", "<p>một</p>",
    "Kính gửi: xã\n\nMột.\n\n--\nSở Nội vụ", ("bien-nhan/a.xlsx",),
)  # fmt: skip


def joined(*mails: Mail) -> Mail:
    verdicts, (one,) = one_to_each(LETTER, [], mails, MOMENT)
    assert verdicts == ()
    return one


def second(**changed: object) -> Mail:
    return replace(FIRST, **{"key": "b", "plain": "Kính gửi: xã\n\nHai.\n\n--\nSở Nội vụ", **changed})  # type: ignore[arg-type]  # any field of a mail


def test_answers_about_one_round_belong_to_it_and_those_about_two_to_none() -> None:
    assert joined(FIRST, second()).round_id == "2026-Q1"
    assert joined(FIRST, second(round_id="2026-KH")).round_id is None


def test_both_texts_stand_in_it_with_one_foot_and_everything_it_carries_once() -> None:
    one = joined(
        FIRST, second(attachments=("bien-nhan/a.xlsx", "bien-nhan/b.xlsx"), in_reply_to="<1@x.example>")
    )
    assert one.plain.index("Một.") < one.plain.index("Hai.") and one.plain.count("\n--\n") == 1
    assert "Một." in one.html and "Hai." in one.html
    assert one.attachments == ("bien-nhan/a.xlsx", "bien-nhan/b.xlsx")
    assert one.in_reply_to == "<1@x.example>"
    assert (one.kind, one.unit_code, one.as_of) == ("bien_nhan", "30292", MOMENT)
    assert one.subject == "Kết quả tiếp nhận: 2 mục trong một thư"


def test_its_key_is_that_of_the_unit_and_the_mail_so_that_a_repetition_is_the_same_answer() -> None:
    assert joined(FIRST, second()).key == joined(second(), FIRST).key
    assert joined(FIRST, second()).key.startswith("30292/dau-thu/")


def test_a_unit_with_two_mailboxes_gets_one_answer_to_both() -> None:
    assert joined(FIRST, second(recipients=("y@x.example", "xa@x.example"))).recipients == (
        "xa@x.example",
        "y@x.example",
    )


def test_answers_to_different_units_and_strangers_stay_apart() -> None:
    other = second(unit_code="30760", recipients=("y@x.example",))
    stranger, another = (
        second(unit_code=None, recipients=(who,)) for who in ("la@x.example", "kia@x.example")
    )
    _, found = one_to_each(LETTER, [], [FIRST, other, stranger, another, second(key="c")], MOMENT)
    assert [(one.unit_code, one.recipients) for one in found] == [
        ("30292", ("xa@x.example",)),
        ("30760", ("y@x.example",)),
        (None, ("la@x.example",)),
        (None, ("kia@x.example",)),
    ]


def test_a_single_answer_is_left_as_it_is() -> None:
    assert one_to_each(LETTER, [], [FIRST], MOMENT) == ((), (FIRST,))
