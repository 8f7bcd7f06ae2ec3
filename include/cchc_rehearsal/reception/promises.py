"""What is promised to whoever sends something, and whether it was kept: what was sent beside what was found afterwards.

Pure: nothing here asks the system. What was sent is known from the sending, what was found from store, mails, folders.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

# How an item is told: a header of its mail; in a file's name its number, at the beginning or behind our own words.
NUMBER_HEADER = "X-Thu-Thach"
NUMBERED = re.compile(r"(?:^|[_\s])(\d{6})(?!\d)")


class Promise(StrEnum):
    """What must become of an item in the end."""

    TAKEN = "taken"  # a valid form: one version that counts, its figures as they were filled in, one answer
    REJECTED = "rejected"  # a form with a fault: kept as such, one answer
    DECLARED = "declared"  # 'không phát sinh': kept as such, one answer
    REFUSED = "refused"  # no form that is awaited: nothing stored, one answer, kept with the reason
    KEPT = "kept"  # the same where nothing tells whom to answer
    ANSWERED = "answered"  # a mail without a form: one answer
    PERSON = "person"  # never answered, nothing stored, and a person has to look at it
    STRANGER = "stranger"  # at most one answer, nothing stored, and a person has to look at it
    NAMED = "named"  # lies where nobody reads: named with the reason, and touched by nobody
    WHOLE = "whole"  # damaged by chance: any way out, but a whole one


class Place(StrEnum):
    """Where something that was sent lies in the end; what was taken in and removed lies nowhere."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    ASIDE = "aside"


class AnswerSays(StrEnum):
    """What an answer says."""

    TAKEN = "taken"
    FAULTS = "faults"
    NOT_TAKEN = "not_taken"


FOLDER, MAILBOX, EXPORTS, TEAM = "folder", "mailbox", "exports", "team"
TOLD_BY_THE_RUN = (EXPORTS, TEAM)  # nobody is answered by mail: whoever brought it reads what the run says
LANDED, ORDERED = "landed", "ordered"
COUNTING = ("accepted", "accepted_with_warnings", LANDED, ORDERED)
# What is counted of an export and of a team's workbook, beside the figures of forms.
ROWS, ORDERS = "rows: counted, held back", "orders: kept, owed"
Figure = tuple[Decimal | None, Decimal | None, Decimal | None]  # value, numerator, denominator


@dataclass(frozen=True)
class SentItem:
    """An item as it was sent. `sendings`: how often, as answers are owed; `deliveries`: how often it was laid down, by
    whatever the ways do with it. `boxes`: whoever must be answered; empty for nobody."""

    number: int
    kind: str
    way: str
    promise: Promise
    boxes: frozenset[str] = frozenset()
    sendings: int = 1
    deliveries: int = 1
    figures: Mapping[str, Figure] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class SeenVersion:
    """A version of a report that the store holds."""

    submission_id: str
    outcome: str
    figures: Mapping[str, Figure] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class SeenAnswer:
    """A mail that came out: under one Message-ID, however often the server was given it."""

    message_id: str
    says: AnswerSays
    to: frozenset[str]
    copies: int = 1


@dataclass(frozen=True)
class SeenItem:
    """What became of an item. `places`: of each sending that still lies somewhere; `reasons`: how many of those have a
    reason in words; `told`: whether the operators were told by mail of what was set aside."""

    versions: Sequence[SeenVersion] = ()
    answers: Sequence[SeenAnswer] = ()
    places: Sequence[Place] = ()
    reasons: int = 0
    told: bool = True

    @property
    def outcome(self) -> str:
        """What the table counts: the state of the version, or where it lies."""
        if self.versions:
            return "taken" if self.versions[0].outcome in COUNTING else self.versions[0].outcome
        for place in (Place.WAITING, Place.ASIDE, Place.REFUSED, Place.DONE):
            if place in self.places:
                return str(place)
        return "answered" if self.answers else "lost"


@dataclass(frozen=True)
class SeenRun:
    """One run of the reception. `matters`: faults that struck it and must fail it; `may`: those that may. `left`: items
    that had arrived before it and still wait after it, though nothing kept it from reading them."""

    number: int
    red: bool
    words: str = ""
    matters: Collection[str] = ()
    may: Collection[str] = ()
    left: Collection[int] = ()


@dataclass(frozen=True)
class BrokenPromise:
    """A promise that was not kept: of an item, or of a run (then the kind is 'run')."""

    number: int
    kind: str
    word: str
    detail: str = ""


def broken_by_item(sent: SentItem, seen: SeenItem) -> list[BrokenPromise]:
    """Every promise about an item that does not hold at the end of the campaign."""
    return [BrokenPromise(sent.number, sent.kind, *found) for found in _of_item(sent, seen)]


def broken_by_run(run: SeenRun) -> list[BrokenPromise]:
    """A run is red when something that matters failed, and only then; a green one left nothing undone."""
    found = []
    if run.red and not (run.matters or run.may):
        found.append(BrokenPromise(run.number, "run", "red_for_nothing", run.words))
    if not run.red and run.left:
        found.append(BrokenPromise(run.number, "run", "green_and_left", ", ".join(map(str, run.left))))
    if not run.red and run.matters:
        found.append(BrokenPromise(run.number, "run", "green_and_failed", ", ".join(run.matters)))
    return found


Fault = tuple[str, str]


def _of_item(sent: SentItem, seen: SeenItem) -> Iterator[Fault]:
    if seen.outcome == "lost":
        yield "lost", ""
        return
    if Place.WAITING in seen.places and sent.promise is not Promise.NAMED:
        yield "left", ""
    if sent.way == MAILBOX and len(seen.places) != sent.deliveries:
        yield ("lost" if len(seen.places) < sent.deliveries else "twice"), ", ".join(seen.places)
    aside = Place.ASIDE in seen.places
    if aside and seen.reasons < seen.places.count(Place.ASIDE) + seen.places.count(Place.REFUSED):
        yield "no_reason", ""
    unheard = not (seen.told or seen.answers or seen.versions)
    if aside and unheard and sent.promise not in (Promise.PERSON, Promise.STRANGER):
        yield "untold", ""
    yield from _versions(sent, seen)
    yield from _answers(sent, seen)
    yield from _places(sent, seen)


_OUTCOMES = {
    Promise.TAKEN: COUNTING,
    Promise.REJECTED: ("rejected",),
    Promise.DECLARED: ("nothing",),
}


def _versions(sent: SentItem, seen: SeenItem) -> Iterator[Fault]:
    count = len(seen.versions)
    if count > 1:
        yield "twice", ", ".join(one.submission_id for one in seen.versions)
    wanted = _OUTCOMES.get(sent.promise)
    if wanted is None:
        if count and sent.promise is not Promise.WHOLE:
            yield "taken_wrongly", seen.versions[0].submission_id
        return
    if not count:
        yield "not_taken", seen.outcome
        return
    if seen.versions[0].outcome not in wanted:
        yield "wrong_outcome", seen.versions[0].outcome
    if sent.promise is Promise.TAKEN:
        yield from _figures(sent.figures, seen.versions[0].figures)


def _figures(filled: Mapping[str, Figure], kept: Mapping[str, Figure]) -> Iterator[Fault]:
    for code, figure in filled.items():
        held = kept.get(code, (None, None, None))
        # A percentage that was given by its parts has a value of its own in the store.
        if any(part is not None and part != other for part, other in zip(figure, held, strict=True)):
            yield "wrong_figures", f"{code}: {figure} -> {held}"
    more = [
        code for code, held in kept.items() if code not in filled and any(part is not None for part in held)
    ]
    if more:
        yield "wrong_figures", f"{', '.join(more)}: -"


_SAYS = {
    Promise.TAKEN: AnswerSays.TAKEN,
    Promise.REJECTED: AnswerSays.FAULTS,
    Promise.DECLARED: AnswerSays.TAKEN,
    Promise.REFUSED: AnswerSays.NOT_TAKEN,
    Promise.ANSWERED: AnswerSays.NOT_TAKEN,
}


def _answers(sent: SentItem, seen: SeenItem) -> Iterator[Fault]:
    count = len(seen.answers)
    if sent.way in TOLD_BY_THE_RUN:
        if count:
            yield "answered_wrongly", ", ".join(one.says for one in seen.answers)
        return
    if any(one.to != sent.boxes for one in seen.answers if sent.boxes):
        yield "wrong_recipient", ", ".join(sorted(box for one in seen.answers for box in one.to))
    if sent.promise is Promise.STRANGER:
        if count > 1:
            yield "answered_twice", str(count)
    elif sent.promise is Promise.WHOLE:
        yield from _answers_to_damaged(sent, seen)
    elif sent.promise in _SAYS:
        if count < sent.sendings:
            yield "unanswered", f"{count}/{sent.sendings}"
        # The same file twice in a folder is one sending or two, as it is found at once or not.
        if count > (max(sent.sendings, sent.deliveries) if sent.way == FOLDER else sent.sendings):
            yield "answered_twice", f"{count}/{sent.sendings}"
        said = Counter(one.says for one in seen.answers)
        # What is sent once more is known already, and said to be so.
        if count and (said[_SAYS[sent.promise]] < 1 or len(said) > max(sent.sendings, sent.deliveries)):
            yield "wrong_answer", ", ".join(said)
    elif count:
        yield "answered_wrongly", ", ".join(one.says for one in seen.answers)


def _answers_to_damaged(sent: SentItem, seen: SeenItem) -> Iterator[Fault]:
    """Taken in or refused: one answer. Set aside: none. To nobody where nothing tells to whom."""
    count = len(seen.answers)
    if count > 1:
        yield "answered_twice", str(count)
    if seen.versions and not count:
        yield "unanswered", ""
    if not seen.versions and not count and sent.boxes and not {Place.ASIDE, Place.REFUSED} & set(seen.places):
        yield "unanswered", ""
    if seen.versions and count:
        counts = seen.versions[0].outcome in (*COUNTING, "nothing")
        if counts != (seen.answers[0].says is AnswerSays.TAKEN):
            yield "wrong_answer", seen.answers[0].says


def _places(sent: SentItem, seen: SeenItem) -> Iterator[Fault]:
    places = set(seen.places)
    needs_a_person = (Promise.PERSON, Promise.STRANGER)
    if sent.promise in needs_a_person and Place.ASIDE not in places:
        yield "out_of_sight", ", ".join(places)
    # A mail whose form was taken in may lie before a person for what else it holds; a file has nothing else.
    astray = {Place.REFUSED} if sent.way == MAILBOX else {Place.REFUSED, Place.ASIDE}
    if sent.promise in _OUTCOMES and sent.sendings == 1 and astray & places:
        yield "out_of_sight", ", ".join(places)
    kept = sent.promise is Promise.KEPT or (sent.promise is Promise.REFUSED and sent.way != MAILBOX)
    if kept and not {Place.REFUSED, Place.ASIDE} & places:
        yield "lost", ", ".join(places)
    if sent.promise is Promise.NAMED and not seen.reasons:
        yield "no_reason", ""
