"""Which version is beyond doubt: what others are compared with, and what counts again when one is disowned."""

from __future__ import annotations

from tests.obligations.cases import OWED, accept, day, event, give_back, submit

from cchc.obligations import Event, last_proven


def opened(*more: Event) -> list[Event]:
    return [event("opened", 0), *more]


def unproven(happened: float, file: str) -> Event:
    return event("figures_unproven", happened, detail={"submission_id": file}, reason="khác thư trước")


def confirmed(happened: float, file: str) -> Event:
    return event("figures_confirmed", happened, detail={"submission_id": file})


def test_the_version_in_doubt_is_not_beyond_it_until_somebody_confirms() -> None:
    history = opened(submit(3, "a"), accept(3, "a"), submit(5, "b"), accept(5, "b"), unproven(5, "b"))
    assert last_proven(OWED, history, day(6)) == "a"
    history.append(confirmed(7, "b"))
    assert last_proven(OWED, history, day(6)) == "a", "not known yet"
    assert last_proven(OWED, history, day(7)) == "b"


def test_an_older_version_that_was_read_after_a_newer_one_counts_for_nothing() -> None:
    history = opened(submit(5, "new"), accept(5, "new"), submit(3, "old", learned=8), accept(8, "old"))
    assert last_proven(OWED, history, day(9)) == "new"


def test_what_was_returned_is_still_what_its_correction_is_compared_with() -> None:
    history = opened(submit(3, "a"), accept(3, "a"), give_back(4, 20))
    assert last_proven(OWED, history, day(5)) == "a"


def test_without_a_version_that_counted_there_is_nothing_to_compare_with() -> None:
    assert last_proven(OWED, opened(), day(5)) is None
    assert last_proven(OWED, opened(submit(3, "a")), day(5)) is None
