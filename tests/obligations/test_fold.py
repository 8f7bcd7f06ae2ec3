"""What happens in real life to a report that is owed, told as sequences of events."""

from __future__ import annotations

import pytest
from tests.obligations.cases import (
    DUE,
    NO_UNITS,
    OPENING,
    OWED,
    accept,
    after,
    day,
    earlier,
    event,
    extend,
    give_back,
    reject,
    reschedule_to,
    submit,
    waive,
)

from cchc.errors import RuleRefused
from cchc.obligations import Event, broken_invariants, fold, timeliness


def test_an_opened_obligation_is_owed_by_its_due_date() -> None:
    state = after()
    assert (state.status, state.owed, state.fulfilled, state.due_at) == ("open", True, False, DUE)
    assert state.opened_at == OPENING


def test_a_request_keeps_its_first_time_and_changes_no_status() -> None:
    state = after(event("requested", 1), event("requested", 4))
    assert (state.status, state.requested_at) == ("open", day(1))


@pytest.mark.parametrize("kind", ["phoned", "letter", "requested"])
@pytest.mark.parametrize(
    "before",
    [
        [],
        [submit(1)],
        [submit(1), accept(1)],
        [submit(1), accept(1), give_back(2, 9)],
        [submit(1), reject(1)],
    ],
)
def test_a_note_never_changes_what_is_owed(kind: str, before: list[Event]) -> None:
    noted, plain = after(*before, event(kind, 3)), after(*before)
    for name in (
        "status",
        "standing",
        "due_at",
        "correction_due_at",
        "fulfilled_at",
        "locked",
        "turned_back_at",
    ):
        assert getattr(noted, name) == getattr(plain, name)


def test_a_submission_waits_for_its_verdict_and_is_not_owed_meanwhile() -> None:
    state = after(submit(3))
    assert (state.status, state.owed, state.fulfilled) == ("submitted", False, False)
    assert (state.first_submitted_at, state.last_submission_id) == (day(3), "a")
    assert state.fulfilled_at is None


def test_an_accepted_report_was_fulfilled_when_it_arrived_not_when_it_was_accepted() -> None:
    state = after(submit(15), accept(20))
    assert (state.status, state.fulfilled_at, state.accepted_submission_id) == ("accepted", day(15), "a")
    assert timeliness(OWED, state, NO_UNITS, day(30)) == "on_time"


def test_a_rejected_report_is_owed_again_and_the_next_version_decides_the_timeliness() -> None:
    rejected = after(submit(14), reject(14))
    assert (rejected.status, rejected.owed, rejected.turned_back_at) == ("rejected", True, day(14))
    state = after(submit(14), reject(14), submit(16, "b"), accept(16, "b"))
    assert (state.fulfilled_at, state.turned_back_at, state.rejections) == (day(16), None, 1)
    assert timeliness(OWED, state, NO_UNITS, day(30)) == "late"
    assert state.first_submitted_at == day(14)


def test_a_newer_version_that_is_refused_leaves_the_accepted_one_standing() -> None:
    waiting = after(submit(3), accept(3), submit(5, "b"))
    assert (waiting.status, waiting.fulfilled) == ("submitted", True)
    state = after(submit(3), accept(3), submit(5, "b"), reject(5, "b"))
    assert (state.status, state.owed, state.fulfilled) == ("accepted", False, True)
    assert (state.accepted_submission_id, state.fulfilled_at) == ("a", day(3))
    assert state.turned_back_at is None


def test_a_newer_version_that_is_accepted_replaces_the_older_and_keeps_the_first_time() -> None:
    state = after(submit(3), accept(3), submit(18, "b"), accept(18, "b"))
    assert (state.accepted_submission_id, state.fulfilled_at) == ("b", day(3))


def test_an_older_version_that_is_read_later_does_not_replace_the_newer_one() -> None:
    """One that was set aside, or lay in a mailbox that could not be read, while the unit sent another."""
    state = after(submit(5, "b"), accept(5, "b"), submit(3, learned=7), accept(7))
    assert (state.status, state.accepted_submission_id, state.fulfilled_at) == ("accepted", "b", day(3))
    newest = after(
        submit(5, "b"), accept(5, "b"), submit(3, learned=7), accept(7), submit(8, "c"), accept(8, "c")
    )
    assert newest.accepted_submission_id == "c"
    by_hand = after(submit(5, "b"), accept(5, "b"), submit(3, learned=7), accept(7, reason="đơn vị xin dùng"))
    assert by_hand.accepted_submission_id == "a"
    returned = after(submit(5, "b"), accept(5, "b"), give_back(6, 12), submit(3, learned=7), accept(7))
    assert returned.accepted_submission_id == "a", "nothing counted any more"
    earlier_receipt = after(
        submit(5, "b"), accept(5, "b"), earlier(2, "b"), submit(3, learned=21), accept(21)
    )
    assert earlier_receipt.accepted_submission_id == "a", "by a person's word it came after the other"


def test_a_returned_report_is_owed_until_its_own_date_and_stays_on_time() -> None:
    returned = after(submit(10), accept(10), give_back(18, 21))
    assert (returned.status, returned.owed, returned.fulfilled) == ("returned", True, False)
    assert (returned.correction_due_at, returned.current_due_at, returned.due_at) == (day(21), day(21), DUE)
    assert returned.return_reason == "thiếu phụ lục"
    assert timeliness(OWED, returned, NO_UNITS, day(30)) == "on_time"
    corrected = after(submit(10), accept(10), give_back(18, 21), submit(25, "b"), accept(25, "b"))
    assert (corrected.status, corrected.fulfilled_at) == ("accepted", day(10))
    assert (corrected.correction_due_at, corrected.return_reason) == (None, None)
    assert timeliness(OWED, corrected, NO_UNITS, day(30)) == "on_time"


def test_a_correction_that_is_refused_is_still_a_correction_that_is_due() -> None:
    state = after(submit(10), accept(10), give_back(18, 21), submit(20, "b"), reject(20, "b"))
    assert (state.status, state.current_due_at, state.owed) == ("rejected", day(21), True)
    waiting = after(submit(10), accept(10), give_back(18, 21), submit(20, "b"))
    assert (waiting.status, waiting.current_due_at) == ("submitted", day(21))
    assert state.standing is None


def test_a_report_may_be_returned_more_than_once_but_not_twice_without_a_new_version() -> None:
    twice = after(
        submit(10), accept(10), give_back(11, 14), submit(12, "b"), accept(12, "b"), give_back(13, 16)
    )
    assert (twice.status, twice.correction_due_at) == ("returned", day(16))
    with pytest.raises(RuleRefused) as refusal:
        after(submit(10), accept(10), give_back(11, 14), give_back(12, 16))
    assert refusal.value.rule == "return-without-submission"


def test_a_person_may_return_what_nobody_has_judged_yet() -> None:
    state = after(submit(10), give_back(11, 14))
    assert (state.status, state.fulfilled_at, state.correction_due_at) == ("returned", None, day(14))
    assert timeliness(OWED, state, NO_UNITS, day(30)) == "missing"


def test_nothing_to_report_fulfils_at_once() -> None:
    state = after(event("nothing_to_report", 12))
    assert (state.status, state.fulfilled, state.fulfilled_at) == ("nothing_to_report", True, day(12))


def test_a_real_report_after_nothing_to_report_counts_and_keeps_the_first_time() -> None:
    state = after(event("nothing_to_report", 12), submit(18), accept(18))
    assert (state.status, state.standing, state.fulfilled_at) == ("accepted", "accepted", day(12))
    refused = after(event("nothing_to_report", 12), submit(18), reject(18))
    assert (refused.status, refused.standing) == ("nothing_to_report", "nothing_to_report")


def test_a_returned_declaration_may_be_answered_by_a_report_or_by_the_same_declaration() -> None:
    returned = (event("nothing_to_report", 12), give_back(13, 16))
    assert after(*returned).status == "returned"
    assert after(*returned, submit(14), accept(14)).status == "accepted"
    assert after(*returned, event("nothing_to_report", 14)).status == "nothing_to_report"


def test_more_time_counts_also_when_it_is_granted_after_the_due_date() -> None:
    state = after(extend(17, 22), submit(20), accept(20))
    assert (state.due_at, state.extended) == (day(22), True)
    assert timeliness(OWED, state, NO_UNITS, day(30)) == "on_time"


def test_more_time_that_was_granted_before_the_report_came_may_be_recorded_after_it() -> None:
    state = after(submit(18), accept(18), extend(15, 22, learned=19))
    assert timeliness(OWED, state, NO_UNITS, day(30)) == "on_time"
    with pytest.raises(RuleRefused) as refusal:
        after(submit(18), accept(18), extend(19, 22))
    assert refusal.value.rule == "already-fulfilled"


def test_more_time_for_a_correction_moves_the_correction_only() -> None:
    state = after(submit(10), accept(10), give_back(18, 21), extend(20, 24))
    assert (state.correction_due_at, state.due_at, state.extended) == (day(24), DUE, False)


def test_the_calendar_moves_the_due_date_and_a_longer_grant_stays() -> None:
    assert after(reschedule_to(5, 18)).due_at == day(18)
    granted = (extend(5, 22),)
    assert after(*granted, reschedule_to(6, 18)).due_at == day(22)
    assert after(*granted, reschedule_to(6, 25)).due_at == day(25)
    # The calendar takes back its move: what is left is what was granted.
    assert after(*granted, reschedule_to(6, 25), reschedule_to(7, 18)).due_at == day(22)


def test_a_due_date_that_moves_forward_does_not_make_an_accepted_report_late() -> None:
    state = after(submit(14), accept(14), reschedule_to(15, 12))
    assert (state.due_at, timeliness(OWED, state, NO_UNITS, day(30))) == (DUE, "on_time")
    assert after(submit(14), reschedule_to(15, 12)).due_at == day(12)


def test_a_due_date_that_moves_back_makes_a_late_report_punctual() -> None:
    assert timeliness(OWED, after(submit(16), accept(16)), NO_UNITS, day(30)) == "late"
    state = after(submit(16), accept(16), reschedule_to(17, 18))
    assert timeliness(OWED, state, NO_UNITS, day(30)) == "on_time"


def test_what_arrives_after_the_lock_is_kept_and_marked_and_an_operator_decides() -> None:
    locked = (event("locked", 17), submit(18))
    state = after(*locked)
    assert (state.status, state.locked, state.after_lock) == ("submitted", True, True)
    with pytest.raises(RuleRefused) as refusal:
        after(*locked, accept(18))
    assert refusal.value.rule == "locked"
    decided = after(*locked, event("unlocked", 19), accept(19))
    assert (decided.status, decided.fulfilled_at, decided.after_lock) == ("accepted", day(18), True)
    assert after(*locked, reject(18)).status == "rejected"
    again = after(*locked, event("unlocked", 19), submit(20, "b"))
    assert again.after_lock, "the mark stays: it tells what happened"


def test_locking_says_nothing_about_submitting() -> None:
    state = after(event("locked", 17))
    assert (state.status, state.first_submitted_at, state.submissions) == ("open", None, 0)
    assert timeliness(OWED, state, NO_UNITS, day(30)) == "missing"


def test_what_came_before_the_lock_is_not_marked() -> None:
    state = after(submit(3), accept(3), event("locked", 17))
    assert (state.after_lock, state.status) == (False, "accepted")


@pytest.mark.parametrize(
    ("before", "status"),
    [
        ([], "open"),
        ([submit(3)], "submitted"),
        ([submit(3), accept(3)], "accepted"),
        ([submit(3), accept(3), give_back(4, 8)], "returned"),
    ],
)
def test_a_waiver_is_possible_at_any_time_and_opening_again_goes_back_to_what_was(
    before: list[Event], status: str
) -> None:
    waived = after(*before, waive(5))
    assert (waived.status, waived.owed, waived.fulfilled) == ("waived", False, False)
    assert timeliness(OWED, waived, NO_UNITS, day(30)) == "waived"
    assert after(*before, waive(5), event("phoned", 6), event("letter", 7)).status == "waived"
    again = after(*before, waive(5), event("opened", 6, reason="nhầm đơn vị"))
    plain = after(*before)
    assert again.status == status
    assert (again.standing, again.fulfilled_at, again.owed) == (
        plain.standing,
        plain.fulfilled_at,
        plain.owed,
    )


def test_a_paper_that_came_in_time_counts_although_it_was_recorded_late() -> None:
    # The file came on day 18; later a paper is found that had come on day 14, and is accepted.
    state = after(submit(18), accept(18), submit(14, "giay", learned=20), accept(20, "giay"))
    assert state.fulfilled_at == state.first_submitted_at == day(14)
    assert timeliness(OWED, state, NO_UNITS, day(30)) == "on_time"


REFUSED = [
    ("not-opened", None, [submit(1)]),
    ("not-opened", None, []),
    ("opened-twice", [], [event("opened", 1)]),
    ("learned-before-it-happened", [], [event("submitted", 2, learned=1)]),
    ("accept-without-submission", [], [accept(1)]),
    ("accept-without-submission", [submit(1), accept(1)], [accept(2)]),
    ("accept-without-submission", [event("nothing_to_report", 1)], [accept(2)]),
    ("accept-without-submission", [submit(1), give_back(2, 5)], [accept(3)]),
    ("reject-without-submission", [], [reject(1)]),
    ("reject-without-submission", [submit(1), reject(1)], [reject(2)]),
    ("superseded", [submit(1), submit(2, "b")], [accept(3, "a")]),
    ("superseded", [submit(1), submit(2, "b")], [reject(3, "a")]),
    ("time-goes-backwards", [submit(3)], [accept(2, learned=4)]),
    ("time-goes-backwards", [submit(3)], [give_back(2, 5, learned=4)]),
    ("time-goes-backwards", [submit(3), accept(3)], [give_back(2, 5, learned=4)]),
    ("time-goes-backwards", [event("nothing_to_report", 3)], [give_back(2, 5, learned=4)]),
    ("return-without-submission", [], [give_back(1, 5)]),
    ("return-without-submission", [submit(1), reject(1)], [give_back(2, 5)]),
    ("return-needs-reason", [submit(1)], [event("returned", 2, due=5)]),
    ("return-needs-reason", [submit(1)], [event("returned", 2, due=5, reason="  ")]),
    ("due-needed", [submit(1)], [event("returned", 2, reason="x")]),
    ("correction-due-must-be-later", [submit(1)], [give_back(2, 2)]),
    ("due-needed", [], [event("extended", 2, reason="x")]),
    ("extension-needs-reason", [], [event("extended", 2, due=20)]),
    ("extension-must-be-later", [], [extend(2, 15)]),
    ("extension-must-be-later", [extend(2, 22)], [extend(3, 22)]),
    ("extension-must-be-later", [submit(1), accept(1), give_back(2, 9)], [extend(3, 9)]),
    ("already-fulfilled", [submit(1), accept(1)], [extend(2, 20)]),
    ("already-fulfilled", [submit(1), accept(1), submit(2, "b")], [extend(3, 20)]),
    ("already-fulfilled", [submit(1), accept(1)], [event("nothing_to_report", 2)]),
    ("already-fulfilled", [submit(1), accept(1), submit(2, "b")], [event("nothing_to_report", 3)]),
    ("due-needed", [], [event("rescheduled", 2, reason="x")]),
    ("reschedule-needs-reason", [], [event("rescheduled", 2, due=20)]),
    ("locked", [submit(1), event("locked", 2)], [accept(3)]),
    ("locked", [event("locked", 2)], [event("nothing_to_report", 3)]),
    ("locked", [submit(1), accept(1), event("locked", 2)], [give_back(3, 5)]),
    ("locked", [event("locked", 2)], [extend(3, 20)]),
    ("locked-twice", [event("locked", 2)], [event("locked", 3)]),
    ("not-locked", [], [event("unlocked", 3)]),
    ("waiver-needs-reason", [], [event("waived", 3)]),
    ("declining-needs-reason", [], [event("time_declined", 3)]),
    ("after-waived", [waive(2)], [submit(3)]),
    ("after-waived", [waive(2)], [waive(3)]),
    ("declining-needs-reason", [], [event("time_declined", 3)]),
    ("earlier-receipt-needs-reason", [submit(3)], [earlier(2, reason=" ")]),
    ("received-before-opening", [submit(3)], [earlier(-1)]),
    ("receipt-must-be-earlier", [submit(3)], [earlier(3)]),
    ("superseded", [submit(3), reject(3), submit(4, "b")], [earlier(2)]),
    ("after-waived", [waive(2)], [event("requested", 3)]),
    ("after-waived", [waive(2)], [reschedule_to(3, 20)]),
    ("reopening-needs-reason", [waive(2)], [event("opened", 3)]),
]


@pytest.mark.parametrize(("rule", "before", "then"), REFUSED)
def test_a_rule_refuses_by_its_name_and_says_why_in_words(
    rule: str, before: list[Event] | None, then: list[Event]
) -> None:
    if before is not None:
        after(*before)  # what came before is allowed
    opening = [] if before is None else [event("opened", 0), *before]
    with pytest.raises(RuleRefused) as refusal:
        fold(OWED, [*opening, *then])
    assert refusal.value.rule == rule
    assert OWED.obligation_id in str(refusal.value)


def test_an_earlier_receipt_makes_what_was_accepted_as_early_as_it_was() -> None:
    late = [submit(16), accept(17)]
    assert timeliness(OWED, after(*late), NO_UNITS, day(30)) == "late"
    state = after(*late, earlier(14))
    assert (state.fulfilled_at, state.last_submitted_at) == (day(14), day(14))
    assert timeliness(OWED, state, NO_UNITS, day(30)) == "on_time"


def test_every_rule_of_the_texts_has_a_case_here() -> None:
    from cchc.texts import table

    # Rules of rounds and of keys need a store; they have their cases beside the ledgers.
    assert set(table("obligations.refused")) - {rule for rule, _, _ in REFUSED} == {
        "round-not-open",
        "key-taken",
    }


def test_the_due_instant_itself_is_on_time() -> None:
    exact = event("submitted", (DUE - OPENING).total_seconds() / 86400, file="a")
    assert exact.happened_at == DUE
    assert timeliness(OWED, after(exact, accept(20)), NO_UNITS, day(30)) == "on_time"


def test_a_state_that_cannot_be_is_named() -> None:
    from dataclasses import replace

    broken = replace(after(), status="accepted")
    assert broken_invariants(OWED, broken) == ["fulfilled-status-stands"]
    assert broken_invariants(OWED, replace(after(), status="lost")) == ["status-known"]
