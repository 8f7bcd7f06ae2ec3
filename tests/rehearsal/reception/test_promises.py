"""The checker of the campaign can fail: whatever is lost, doubled or wrongly answered, it names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cchc_rehearsal.reception.promises import (
    EXPORTS,
    FOLDER,
    LANDED,
    MAILBOX,
    ROWS,
    TEAM,
    AnswerSays,
    Place,
    Promise,
    SeenAnswer,
    SeenItem,
    SeenRun,
    SeenVersion,
    SentItem,
    broken_by_item,
    broken_by_run,
)

BOX, STRANGER = "xa@dv.example", "ai-do@noi-khac.example"
FIGURES = {"I.1.1": (Decimal(7), None, None), "III.5.3": (None, Decimal(3), Decimal(4))}
KEPT = {"I.1.1": (Decimal(7), None, None), "III.5.3": (Decimal(75), Decimal(3), Decimal(4))}


def answer(says: AnswerSays = AnswerSays.TAKEN, to: str = BOX, message_id: str = "<1>") -> SeenAnswer:
    return SeenAnswer(message_id, says, frozenset({to}))


def version(outcome: str = "accepted", name: str = "v1") -> SeenVersion:
    return SeenVersion(name, outcome, KEPT)


def sent(promise: Promise, way: str = FOLDER, **more: object) -> SentItem:
    boxes = frozenset() if promise in (Promise.KEPT, Promise.STRANGER) else frozenset({BOX})
    values = {"boxes": boxes, "figures": FIGURES if promise is Promise.TAKEN else {}} | more
    return SentItem(3, "thu", way, promise, **values)


def held(promise: Promise, way: str) -> SeenItem:
    """What an item looks like whose promise was kept."""
    refused = (Place.REFUSED,) if way == FOLDER else (Place.ASIDE,)
    done = () if way == FOLDER else (Place.DONE,)
    return {
        Promise.TAKEN: SeenItem([version()], [answer()], done),
        Promise.REJECTED: SeenItem([version("rejected")], [answer(AnswerSays.FAULTS)], done),
        Promise.DECLARED: SeenItem([version("nothing")], [answer()], done),
        Promise.REFUSED: SeenItem([], [answer(AnswerSays.NOT_TAKEN)], refused, reasons=1),
        Promise.KEPT: SeenItem([], [], refused, reasons=1),
        Promise.ANSWERED: SeenItem([], [answer(AnswerSays.NOT_TAKEN)], refused, reasons=1),
        Promise.PERSON: SeenItem([], [], (Place.ASIDE,), reasons=1),
        Promise.STRANGER: SeenItem([], [answer(AnswerSays.NOT_TAKEN, STRANGER)], (Place.ASIDE,), reasons=1),
        Promise.NAMED: SeenItem([], [], (Place.WAITING,), reasons=1),
        Promise.WHOLE: SeenItem([version()], [answer()], done),
    }[promise]


WAYS = [(promise, way) for promise in Promise for way in (FOLDER, MAILBOX) if (promise, way) not in (
    (Promise.NAMED, MAILBOX), (Promise.KEPT, MAILBOX), (Promise.PERSON, FOLDER), (Promise.STRANGER, FOLDER),
    (Promise.ANSWERED, FOLDER))]  # fmt: skip
TAKEN_IN = [pair for pair in WAYS if pair[0] in (Promise.TAKEN, Promise.REJECTED, Promise.DECLARED)]
ANSWERED = [pair for pair in WAYS if held(*pair).answers and pair[0] is not Promise.STRANGER]
UNANSWERED = [pair for pair in WAYS if not held(*pair).answers]


# Whoever drops an export or saves the team's workbook is told by the run, not by mail.
WITHOUT_MAILS = [
    (promise, way) for promise in (Promise.TAKEN, Promise.REFUSED, Promise.WHOLE) for way in (EXPORTS, TEAM)
]
COUNTED = {ROWS: (Decimal(5), Decimal(1), None)}


def brought(promise: Promise, way: str) -> SentItem:
    return sent(promise, way, boxes=frozenset(), figures=COUNTED if promise is Promise.TAKEN else {})


def handled(promise: Promise) -> SeenItem:
    landed = SeenItem([SeenVersion("l1", LANDED, COUNTED)])
    return {
        Promise.TAKEN: landed,
        Promise.REFUSED: SeenItem(places=[Place.REFUSED], reasons=1),
        Promise.WHOLE: SeenItem(places=[Place.ASIDE], reasons=1),
    }[promise]


def words(item: SentItem, seen: SeenItem) -> set[str]:
    return {one.word for one in broken_by_item(item, seen)}


@pytest.mark.parametrize(("promise", "way"), WAYS)
def test_a_promise_that_was_kept_is_not_called_broken(promise: Promise, way: str) -> None:
    assert words(sent(promise, way), held(promise, way)) == set()


@pytest.mark.parametrize(("promise", "way"), WAYS)
def test_an_item_of_which_nothing_is_found_is_lost(promise: Promise, way: str) -> None:
    assert words(sent(promise, way), SeenItem()) == {"lost"}


@pytest.mark.parametrize(("promise", "way"), TAKEN_IN)
def test_a_form_that_is_there_twice_is_noticed(promise: Promise, way: str) -> None:
    seen = held(promise, way)
    doubled = replace(seen, versions=[*seen.versions, replace(seen.versions[0], submission_id="v2")])
    assert "twice" in words(sent(promise, way), doubled)


@pytest.mark.parametrize(("promise", "way"), TAKEN_IN)
def test_a_form_that_was_not_taken_in_is_noticed_wherever_it_lies(promise: Promise, way: str) -> None:
    for place in (Place.DONE, Place.ASIDE, Place.REFUSED, Place.WAITING):
        seen = replace(held(promise, way), versions=[], places=[place], reasons=1)
        assert "not_taken" in words(sent(promise, way), seen)


@pytest.mark.parametrize(("promise", "way"), ANSWERED)
def test_a_sender_without_an_answer_is_noticed(promise: Promise, way: str) -> None:
    assert "unanswered" in words(sent(promise, way), replace(held(promise, way), answers=[])) or (
        promise is Promise.WHOLE and not held(promise, way).versions
    )


@pytest.mark.parametrize(("promise", "way"), [*ANSWERED, (Promise.STRANGER, MAILBOX)])
def test_a_sender_with_two_answers_is_noticed(promise: Promise, way: str) -> None:
    seen = held(promise, way)
    twice = replace(seen, answers=[*seen.answers, replace(seen.answers[0], message_id="<2>")])
    assert "answered_twice" in words(sent(promise, way), twice)


@pytest.mark.parametrize(("promise", "way"), UNANSWERED)
def test_an_answer_to_whom_none_is_owed_is_noticed(promise: Promise, way: str) -> None:
    seen = replace(held(promise, way), answers=[answer(AnswerSays.NOT_TAKEN)])
    assert words(sent(promise, way), seen)


@pytest.mark.parametrize(("promise", "way"), ANSWERED)
def test_an_answer_that_says_the_wrong_thing_is_noticed(promise: Promise, way: str) -> None:
    seen = held(promise, way)
    for says in set(AnswerSays) - {seen.answers[0].says}:
        wrong = replace(seen, answers=[replace(seen.answers[0], says=says)])
        assert "wrong_answer" in words(sent(promise, way), wrong)


@pytest.mark.parametrize(("promise", "way"), ANSWERED)
def test_an_answer_to_somebody_else_is_noticed(promise: Promise, way: str) -> None:
    seen = held(promise, way)
    for to in ({STRANGER}, {BOX, STRANGER}):
        wrong = replace(seen, answers=[replace(seen.answers[0], to=frozenset(to))])
        assert "wrong_recipient" in words(sent(promise, way), wrong)


@pytest.mark.parametrize("way", [FOLDER, MAILBOX])
@pytest.mark.parametrize(
    "change",
    [
        lambda kept: kept | {"I.1.1": (Decimal(8), None, None)},
        lambda kept: kept | {"III.5.3": (Decimal(75), Decimal(3), Decimal(5))},
        lambda kept: kept | {"I.1.2": (Decimal(1), None, None)},
        lambda kept: {"I.1.1": kept["I.1.1"]},
    ],
    ids=["other value", "other part", "one more", "one less"],
)
def test_figures_that_are_not_those_of_the_form_are_noticed(way: str, change: Callable[..., object]) -> None:
    seen = held(Promise.TAKEN, way)
    wrong = replace(seen, versions=[replace(seen.versions[0], figures=change(KEPT))])
    assert words(sent(Promise.TAKEN, way), wrong) == {"wrong_figures"}


def test_a_valid_form_that_was_turned_back_is_noticed() -> None:
    seen = SeenItem([version("rejected")], [answer(AnswerSays.FAULTS)])
    assert {"wrong_outcome", "wrong_answer"} <= words(sent(Promise.TAKEN), seen)


def test_something_stored_of_what_is_no_form_is_noticed() -> None:
    for promise, way in WAYS:
        if promise in (Promise.REFUSED, Promise.ANSWERED, Promise.PERSON, Promise.STRANGER):
            seen = replace(held(promise, way), versions=[version()])
            assert "taken_wrongly" in words(sent(promise, way), seen)


def test_what_is_set_aside_without_a_reason_or_without_a_word_to_the_operators_is_noticed() -> None:
    item, aside = sent(Promise.TAKEN), SeenItem([], [], [Place.ASIDE], reasons=1, told=True)
    assert "no_reason" in words(item, replace(aside, reasons=0))
    assert "untold" in words(item, replace(aside, told=False))
    assert not {"no_reason", "untold"} & words(item, aside)


def test_what_still_waits_in_the_end_is_noticed() -> None:
    assert "left" in words(sent(Promise.TAKEN), SeenItem([], [], [Place.WAITING]))
    assert "no_reason" in words(sent(Promise.NAMED), SeenItem([], [], [Place.WAITING]))


def test_a_mail_that_is_in_no_folder_any_more_or_in_two_is_noticed() -> None:
    item, seen = sent(Promise.TAKEN, MAILBOX), held(Promise.TAKEN, MAILBOX)
    assert "lost" in words(item, replace(seen, places=[]))
    assert "twice" in words(item, replace(seen, places=[Place.DONE, Place.DONE]))


def test_each_of_two_mails_with_the_same_form_needs_an_answer() -> None:
    item = sent(Promise.TAKEN, MAILBOX, sendings=2, deliveries=2)
    seen = replace(held(Promise.TAKEN, MAILBOX), places=[Place.DONE, Place.DONE])
    both = [answer(), answer(AnswerSays.NOT_TAKEN, message_id="<2>")]
    assert words(item, seen) == {"unanswered"}
    assert words(item, replace(seen, answers=both)) == set()
    assert words(item, replace(seen, answers=[*both, answer(message_id="<3>")])) == {"answered_twice"}


@pytest.mark.parametrize(
    ("run", "word"),
    [
        (SeenRun(1, red=True), "red_for_nothing"),
        (SeenRun(1, red=False, left=[3]), "green_and_left"),
        (SeenRun(1, red=False, matters=["disk"]), "green_and_failed"),
        (SeenRun(1, red=True, may=["cut"], left=[3]), None),
        (SeenRun(1, red=False, may=["cut"]), None),
        (SeenRun(1, red=True, matters=["disk"]), None),
    ],
)
def test_a_run_of_the_wrong_colour_is_noticed(run: SeenRun, word: str | None) -> None:
    assert [one.word for one in broken_by_run(run)] == ([word] if word else [])


@pytest.mark.parametrize(("promise", "way"), WITHOUT_MAILS)
def test_what_is_told_by_the_run_needs_no_mail_and_must_get_none(promise: Promise, way: str) -> None:
    item, seen = brought(promise, way), handled(promise)
    assert words(item, seen) == set()
    assert words(item, replace(seen, answers=[answer(to=STRANGER)])) == {"answered_wrongly"}
    assert words(item, SeenItem()) == {"lost"}


@pytest.mark.parametrize("way", [EXPORTS, TEAM])
def test_an_export_or_an_order_that_is_lost_doubled_or_counted_wrongly_is_noticed(way: str) -> None:
    item, seen = brought(Promise.TAKEN, way), handled(Promise.TAKEN)
    for place in (Place.REFUSED, Place.ASIDE):
        assert "not_taken" in words(item, replace(seen, versions=[], places=[place], reasons=1))
        assert "out_of_sight" in words(item, replace(seen, places=[place], reasons=1))
    assert words(item, replace(seen, versions=[*seen.versions, *seen.versions])) == {"twice"}
    for rows in ((4, 1), (5, 0), (6, 0)):
        counted = {ROWS: (*map(Decimal, rows), None)}
        assert words(item, replace(seen, versions=[SeenVersion("l1", LANDED, counted)])) == {"wrong_figures"}
    refused = brought(Promise.REFUSED, way)
    assert "taken_wrongly" in words(refused, seen)
    assert "no_reason" in words(brought(Promise.WHOLE, way), replace(handled(Promise.WHOLE), reasons=0))


PLACES = st.lists(st.sampled_from(Place), max_size=3)
ANSWERS = st.lists(
    st.builds(answer, st.sampled_from(AnswerSays), st.sampled_from([BOX, STRANGER])), max_size=3
)
VERSIONS = st.lists(
    st.builds(version, st.sampled_from(["accepted", "accepted_with_warnings", "rejected", "nothing", "kept_late"])),
    max_size=2,
)  # fmt: skip


@given(PLACES, ANSWERS, VERSIONS, st.integers(0, 3), st.sampled_from([FOLDER, MAILBOX]))
def test_a_valid_form_is_only_in_order_when_it_is_taken_in_once_and_answered_once(
    places: list[Place], answers: list[SeenAnswer], versions: list[SeenVersion], reasons: int, way: str
) -> None:
    found = words(sent(Promise.TAKEN, way), SeenItem(versions, answers, places, reasons))
    in_order = (
        len(versions) == 1
        and versions[0].outcome.startswith("accepted")
        and [(one.says, one.to) for one in answers] == [(AnswerSays.TAKEN, frozenset({BOX}))]
        and (places == [] if way == FOLDER else places in ([Place.DONE], [Place.ASIDE]))
    )
    assert (found == set()) == (in_order and (Place.ASIDE not in places or reasons > 0))
