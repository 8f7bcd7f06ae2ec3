"""A changed figure that came by mail is shown as unproven until the unit confirms it from its known address."""

from __future__ import annotations

import pytest
from tests.support.letters import OURS, dealt_with
from tests.support.province import MORNING, OTHER, ROUND, UNIT, minutes

from cchc.submissions.kept import latest_values
from cchc.submissions.unproven import still_unproven, unproven_units

OWED = f"{ROUND}/{UNIT}/bao_cao"


def waiting(province, hours: int = 24) -> set[str]:
    return still_unproven(province.run.ledger.history(OWED), MORNING + minutes(60 * hours))


def changed(province, compose, **more) -> str:
    """Two versions of one report; the subject of the answer to the second."""
    dealt_with(province, compose(("a.xlsx", province.filled(figure=3)), message_id="<1@x.example>"))
    assert waiting(province) == set(), "a first version changes nothing"
    second = compose(("b.xlsx", province.filled(figure=5)), message_id="<2@x.example>", **more)
    dealt = dealt_with(province, second, MORNING + minutes(30), authserv_id=OURS if more else None)
    assert dealt.words == ("accepted",)
    return str(dealt.verdicts[0].mails[0].subject)


def reply(province, compose, subject: str, words: str, **more):
    mail = compose(subject=f"Re: {subject}", message_id="<3@x.example>", **more)
    mail.set_content(f"{words}\n> Đề nghị ghi “Xác nhận”\n")
    return dealt_with(province, mail, MORNING + minutes(60))


def test_a_changed_figure_counts_and_is_shown_as_unproven(province, compose) -> None:
    subject = changed(province, compose)
    assert "[XN-" in subject
    assert len(waiting(province)) == 1 and unproven_units(province.at(MORNING + minutes(60))) == [UNIT]
    assert latest_values(province.store, ROUND)[UNIT]["I.1.1"].value == 5
    mail = max(province.mails(), key=lambda one: one["as_of"])
    assert "chưa xác nhận" in mail["plain"]


@pytest.mark.parametrize("words", ["Xác nhận", "Đơn vị xác nhận số liệu trên.", "Dung a"])
def test_the_unit_confirms_by_answering_its_receipt(province, compose, words) -> None:
    dealt = reply(province, compose, changed(province, compose), words)
    assert dealt.words == ("confirmed",)
    assert waiting(province) == set()


@pytest.mark.parametrize(
    ("words", "more"),
    [
        ("Đơn vị không gửi bản này, không xác nhận", {}),
        ("Số liệu này sai", {}),
        ("Cảm ơn", {}),
        ("Xác nhận", {"Auto_Submitted": "auto-replied"}),
    ],
)
def test_what_is_no_yes_confirms_nothing(province, compose, words, more) -> None:
    reply(province, compose, changed(province, compose), words, **more)
    assert len(waiting(province)) == 1


def test_another_unit_or_a_guessed_code_confirms_nothing(province, compose) -> None:
    subject = changed(province, compose)
    reply(province, compose, subject, "Xác nhận", sender=province.mailbox_of[OTHER])
    guessed = compose(subject="Re: [XN-0123456789]", message_id="<4@x.example>")
    guessed.set_content("Xác nhận")
    dealt_with(province, guessed, MORNING + minutes(90))
    assert len(waiting(province)) == 1


def test_where_our_server_proves_the_sender_nothing_is_doubted(province, compose) -> None:
    proof = {"Authentication_Results": f"{OURS}; dmarc=pass header.from=angiang.example"}
    assert "XN-" not in changed(province, compose, **proof)
    assert waiting(province) == set()


def test_the_same_figures_sent_again_are_no_change(province, compose) -> None:
    dealt_with(province, compose(("a.xlsx", province.filled(figure=3)), message_id="<1@x.example>"))
    again = compose(("b.xlsx", province.filled(figure=3)), message_id="<2@x.example>")
    dealt = dealt_with(province, again, MORNING + minutes(30))
    assert dealt.words == ("again",) and waiting(province) == set()
