"""What became of everything that was sent, found where people would look: store, mails that came out, folders."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from cchc.clock import vn_instant
from cchc.files import sha256_bytes, sha256_file
from cchc.indicators.model import OWN
from cchc.mail.department import Department
from cchc.run import Run
from cchc.submissions.inbox import REASON
from cchc.submissions.kept import submissions_of
from cchc.texts import t
from cchc.year import Product
from cchc_rehearsal.dovecot import ImapAccount
from cchc_rehearsal.reception.drawing import DrawnItem
from cchc_rehearsal.reception.forms import number_in
from cchc_rehearsal.reception.promises import (
    COUNTING,
    MAILBOX,
    NUMBER_HEADER,
    NUMBERED,
    TEAM,
    AnswerSays,
    Figure,
    Place,
    SeenAnswer,
    SeenItem,
    SeenVersion,
)
from cchc_rehearsal.reception.score_forms import SCORING_ROUND, kept_points
from cchc_rehearsal.reception.team_desk import INSPECTION_ROUND
from cchc_rehearsal.sink import MailSink

_TOPS = {"_khong-tiep-nhan": Place.REFUSED, "_can-xem-lai": Place.ASIDE}
_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
_SHORT = re.compile(r"\b[0-9a-f]{12,16}\b")


@dataclass(frozen=True)
class LyingThing:
    """Something of an item that lies somewhere. `reasoned`: a reason in words lies beside it."""

    place: Place
    reasoned: bool
    folder: str


class Elsewhere(Protocol):
    """A way that does not go through inbox or mailbox: what the store holds of it, and what lies where."""

    def versions(self, by_digest: Mapping[str, int]) -> Iterator[tuple[int | None, SeenVersion]]: ...
    def places(self, by_digest: Mapping[str, int]) -> Iterator[tuple[int, Place, bool]]: ...


@dataclass
class Findings:
    """Everything that was found, by item. `strays`: what nobody sent, `overtaken`: obligations for which not the
    version counts that arrived last; both in words."""

    versions: dict[int, list[SeenVersion]] = field(default_factory=lambda: defaultdict(list))
    answers: dict[int, list[SeenAnswer]] = field(default_factory=lambda: defaultdict(list))
    lying: dict[int, list[LyingThing]] = field(default_factory=lambda: defaultdict(list))
    alarms: str = ""
    strays: list[str] = field(default_factory=list)
    overtaken: list[str] = field(default_factory=list)


class Observer:
    """Looks at an installation after the campaign has sent `items`."""

    def __init__(
        self,
        run: Run,
        account: ImapAccount,
        sink: MailSink,
        items: Mapping[int, DrawnItem],
        elsewhere: Sequence[Elsewhere],
    ) -> None:
        self.run, self.account, self.sink, self.items = run, account, sink, items
        self.elsewhere = elsewhere
        self._by_digest: dict[str, int] = {}
        for number, item in items.items():
            for file in item.parcel.files:
                self._by_digest[sha256_bytes(file.content)] = number

    def waiting_files(self) -> set[int]:
        """Items of which a file lies in the folder of a round."""
        folders = [
            self.run.instance.inbox / round_id for round_id in (self.run.round.round_id, SCORING_ROUND)
        ]
        paths = [path for folder in folders for path in folder.iterdir() if path.is_file()]
        names = [path.name for path in paths if not _is_ours(path.name)]
        return {number for name in names if (number := self._named(name)) is not None}

    def waiting_letters(self) -> set[int]:
        return {number for number, _ in self._letters(self.account.config().folder)}

    def find(self) -> Findings:
        found = Findings()
        self._versions(found)
        self._answers(found)
        for number, sighting in (*self._files(found.strays), *self._letters()):
            found.lying[number].append(sighting)
        for way in self.elsewhere:
            for owner, version in way.versions(self._by_digest):
                if owner is None or owner not in self.items:
                    found.strays.append(version.submission_id)
                else:
                    found.versions[owner].append(version)
            for number, place, reasoned in way.places(self._by_digest):
                found.lying[number].append(LyingThing(place, reasoned, ""))
        return found

    def see(
        self, delivered: Mapping[int, datetime], named: Mapping[int, int]
    ) -> tuple[dict[int, SeenItem], Findings]:
        """What became of each item, and all that was found. `delivered`: when a mail came; `named`: how many reasons
        the operators see beside an item that lies where nobody reads."""
        found, seen = self.find(), {}
        for number in self.items:
            lying = found.lying[number]
            moment = delivered.get(number)
            # The name of a mail in an alarm is its moment, that of the team's workbook is always the same.
            names = [f"{number:06}", *([vn_instant(moment)] if moment else [])]
            if self.items[number].sent.way == TEAM:
                names.append(INSPECTION_ROUND)
            told = any(name in found.alarms for name in names)
            seen[number] = SeenItem(
                versions=found.versions[number],
                answers=found.answers[number],
                places=[one.place for one in lying],
                reasons=sum(one.reasoned for one in lying) + named.get(number, 0),
                told=told,
            )
        return seen, found

    def _versions(self, found: Findings) -> None:
        store, round_id = self.run.store, self.run.round.round_id
        figures: dict[str, dict[str, Figure]] = defaultdict(dict)
        for row in store.query("submissions.values_of_round", round_id=round_id, product=Product.REPORT):
            parts = (row["value"], row["numerator"], row["denominator"])
            figures[row["submission_id"]][row["indicator"]] = _figure(parts)
        marks = {}
        for row in store.query("submissions.narratives_of_round", round_id=round_id, product=Product.REPORT):
            if (number := number_in(row["content"])) is not None:
                marks[row["submission_id"]] = number
        states = [
            pair
            for one in (round_id, SCORING_ROUND)
            for pair in self.run.ledger.states(self.run.as_of, round_id=one)
        ]
        obligations = {row.obligation_id: row for row, _ in states}
        counted = {row.obligation_id: state.counted_submission_id for row, state in states}
        points = kept_points(self.run)
        for obligation, owed in sorted(obligations.items()):
            versions = submissions_of(store, self.run.instance, obligation)
            counting = [one for one in versions if one.outcome in COUNTING]
            # Whenever each was read, the one that arrived last counts.
            last = max(reversed(counting), key=lambda one: (one.received_at, one.recorded_at), default=None)
            if last is not None and last.submission_id != counted[obligation]:
                found.overtaken.append(f"{obligation}: {counted[obligation]}, {last.submission_id}")
            for one in versions:
                told = (
                    marks.get(one.submission_id),
                    self._named(one.file_name),
                    self._by_digest.get(one.file_sha256),
                )
                number = next((known for known in told if known is not None), None)
                if number is None or number not in self.items:
                    found.strays.append(f"{one.submission_id} ({one.file_name})")
                    continue
                self._by_digest[one.file_sha256] = number
                filled = self.items[number].sent.figures
                if owed.round_id == SCORING_ROUND:  # later points replace earlier ones
                    kept = points.get(owed.unit_code, {}) if one is last else filled
                    found.versions[number].append(SeenVersion(one.submission_id, one.outcome, kept))
                    continue
                kept = {
                    code: figure
                    for code, figure in figures[one.submission_id].items()
                    if code in filled or not self._is_computed(code)
                }
                found.versions[number].append(SeenVersion(one.submission_id, one.outcome, kept))

    def _is_computed(self, code: str) -> bool:
        """A percentage of other rows, which the form computes: it was filled in by nobody."""
        one = self.run.indicators.get(code)
        return one.kind == "percent" and OWN not in (one.numerator, one.denominator)

    def _answers(self, found: Findings) -> None:
        department = Department.load()
        ours = {*department.operators, *department.failure_recipients}
        copies: Counter[str] = Counter()
        to: dict[str, set[str]] = defaultdict(set)
        paths: dict[str, Path] = {}
        for one in self.sink.received:
            copies[one.message_id] += 1
            to[one.message_id] |= set(one.recipients)
            paths[one.message_id] = one.path
        alarms = []
        for message_id, path in paths.items():
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            assert isinstance(mail, EmailMessage)
            subject, text = str(mail["Subject"]), _text(mail)
            if to[message_id] <= ours:
                alarms.append(text)
                continue
            if _foreign_notice() in subject:
                continue
            number = self._answered(mail, subject, text)
            if number is None or number not in self.items:
                found.strays.append(f"{subject} -> {', '.join(sorted(to[message_id]))}")
                continue
            answer = SeenAnswer(message_id, _says(subject), frozenset(to[message_id]), copies[message_id])
            found.answers[number].append(answer)
        found.alarms = "\n".join(alarms)

    def _answered(self, mail: EmailMessage, subject: str, text: str) -> int | None:
        thread = f"{mail['In-Reply-To'] or ''} {mail['References'] or ''}"
        for number in (number_in(thread), self._named(subject), self._named(text)):
            if number is not None:
                return number
        digests = [self._by_digest.get(one) for one in _DIGEST.findall(text)]
        short = {
            digest[: len(one)]: number
            for one in _SHORT.findall(text)
            for digest, number in self._by_digest.items()
        }
        digests += [short.get(one) for one in _SHORT.findall(text)]
        return next((one for one in digests if one is not None), None)

    def _named(self, text: str) -> int | None:
        return next((int(one) for one in NUMBERED.findall(text) if int(one) in self.items), None)

    def _files(self, strays: list[str] | None = None) -> Iterator[tuple[int, LyingThing]]:
        inbox = self.run.instance.inbox
        files = [path for path in inbox.rglob("*") if path.is_file() and not path.name.startswith(".")]
        reasons = {
            (path.parent, self._named(path.name))
            for path in files
            if path.name.endswith(REASON) and path.read_text(encoding="utf-8").strip()
        }
        for path in files:
            if _is_ours(path.name):
                continue
            number = self._named(path.name)
            if number is None:
                number = self._by_digest.get(sha256_file(path))
            parts = path.relative_to(inbox).parts
            place = _TOPS.get(parts[0], Place.WAITING)
            if number is None:
                if strays is not None:
                    strays.append(str(path.relative_to(inbox)))
                continue
            yield number, LyingThing(place, (path.parent, number) in reasons, "/".join(parts[:-1]))

    def _letters(self, only: str | None = None) -> Iterator[tuple[int, LyingThing]]:
        config = self.account.config()
        places = {
            config.folder: Place.WAITING,
            config.done_folder: Place.DONE,
            config.review_folder: Place.ASIDE,
        }
        for folder, value in self.account.headers(NUMBER_HEADER, only):
            if value.isdigit() and int(value) in self.items:
                yield int(value), LyingThing(places.get(folder, Place.ASIDE), True, folder)

    def is_by_mail(self, number: int) -> bool:
        return self.items[number].sent.way == MAILBOX


def _is_ours(name: str) -> bool:
    """A reason that was written, or what a folder says of itself."""
    return name.endswith(REASON) or name == t("submissions.inbox.note_name")


def _figure(parts: tuple[str | None, ...]) -> Figure:
    value, numerator, denominator = (None if part is None else Decimal(part) for part in parts)
    return value, numerator, denominator


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


def _says(subject: str) -> AnswerSays:
    words = {
        "receipt_accepted": AnswerSays.TAKEN,
        "receipt_warned": AnswerSays.TAKEN,
        "receipt_refused": AnswerSays.FAULTS,
    }
    for key, says in words.items():
        if t(f"mail.subject.{key}", title="\0").partition("\0")[0] in subject:
            return says
    return AnswerSays.NOT_TAKEN


def _foreign_notice() -> str:
    return t("submissions.mailbox.replies.foreign.subject")
