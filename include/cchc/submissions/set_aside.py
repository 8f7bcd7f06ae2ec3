"""Cần xem lại: what could not be read to its end is kept, named with its reason, and told to the people in charge.

Nothing is lost and nothing is guessed: a person looks at it, mends the cause, and has it read again. Board and command
line list and act through these functions alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from cchc.clock import END, from_text, to_text
from cchc.errors import CchcError, RuleRefused
from cchc.files import sha256_bytes
from cchc.isolation.outcome import ItemFailed, Why, of_error, place_of
from cchc.mail.department import Department
from cchc.mail.mail import FAILURE, Mail, enqueue
from cchc.mail.render import render_pair
from cchc.run import Run
from cchc.store import Row, Store, Transaction
from cchc.submissions.arrivals import Channel
from cchc.texts import t

LONGEST_LIST = 60
WAITS, AGAIN, SETTLED, DISMISSED = "set_aside", "again", "settled", "dismissed"


@dataclass(frozen=True)
class SetAside:
    """A thing that a person has to look at.

    origin: where it came from, which with the hash of its content tells it from others. held_in: in which folder it
    lies now. fault: the place in the program, for whoever mends it. wanted: a person asked for another reading.
    came_after: as of an arrival.
    """

    channel: Channel
    origin: str
    name: str
    held_in: str
    received_at: datetime
    reason: str
    fault: str = ""
    file_sha256: str = ""
    wanted: bool = False
    came_after: datetime | None = None

    @property
    def item_id(self) -> str:
        return sha256_bytes(f"{self.channel}\n{self.origin}\n{self.file_sha256}".encode())[:10]


def is_of_the_item(error: Exception) -> bool:
    """Whether what broke off the work on an item is to be laid at its door, and not at that of the installation: its
    disk, its store, its configuration would break the next item as well."""
    if isinstance(error, (ItemFailed, RuleRefused)):
        return True
    return not isinstance(error, (CchcError, OSError)) and of_error(error).word == "failed"


def reason_of(error: Exception) -> tuple[str, str]:
    """(reason in words, place in the program) of whatever broke off the work on one item."""
    if isinstance(error, ItemFailed):
        return str(error), error.place
    if isinstance(error, RuleRefused):
        return t("submissions.set_aside.store_moved", why=error), error.rule
    return t(f"isolation.{Why.FAULT}"), place_of(error)


def put(run: Run, found: Sequence[SetAside]) -> list[SetAside]:
    """Keep what was set aside and tell of it in one alarm; returns what is new.

    What waits already for the same reason is not told again, nor is what still lies there unread after a person has
    dismissed it.
    """
    if not found:
        return []
    new: list[SetAside] = []
    with run.store.write() as tx:
        known = {
            row["item_id"]: row for row in tx.query("submissions.set_aside_unsettled", as_of=to_text(END))
        }
        for one in {one.item_id: one for one in found}.values():
            before = known.get(one.item_id)
            told = (WAITS,) if one.file_sha256 else (WAITS, DISMISSED)
            if before is not None and before["last_step"] in told and before["reason"] == one.reason:
                continue
            tx.execute(
                "submissions.put_set_aside",
                item_id=one.item_id,
                channel=str(one.channel),
                origin=one.origin,
                title=one.name,
                held_in=one.held_in,
                file_sha256=one.file_sha256,
                received_at=to_text(one.received_at),
                came_after=to_text(one.came_after) if one.came_after else None,
                reason=one.reason,
                fault=one.fault,
            )
            _step(tx, run, one.item_id, WAITS, None)
            new.append(one)
        if new:
            enqueue(tx, _alarm(run, new))
    return new


def waiting(store: Store, as_of: datetime = END) -> list[SetAside]:
    """What waits for a person, or for the reading that a person asked for, oldest first."""
    return [one for one, step in unsettled(store, as_of) if step != DISMISSED]


def unsettled(store: Store, as_of: datetime = END) -> list[tuple[SetAside, str]]:
    """What waits or was dismissed, each with its last step; oldest first."""
    rows = store.query("submissions.set_aside_unsettled", as_of=to_text(as_of))
    return [(_of_row(row, row["last_step"]), row["last_step"]) for row in rows]


@dataclass(frozen=True)
class SetAsideStep:
    """What happened to a thing set aside. kind: set_aside, again, settled or dismissed."""

    kind: str
    at: datetime
    actor: str
    reason: str


def story(store: Store, item_id: str, as_of: datetime = END) -> tuple[SetAside, list[SetAsideStep]]:
    """A thing that was ever set aside, and what happened to it, oldest first. RuleRefused('unknown-item')."""
    row = store.one("submissions.set_aside_item", item_id=item_id)
    steps = [
        SetAsideStep(one["kind"], from_text(one["recorded_at"]), one["actor"], one["reason"] or "")
        for one in store.query("submissions.set_aside_steps", item_id=item_id)
    ]
    steps = [one for one in steps if one.at <= as_of]
    if row is None or not steps:
        raise RuleRefused("unknown-item", t("submissions.set_aside.unknown", item=item_id))
    return _of_row(row, steps[-1].kind), steps


def _of_row(row: Row, last_step: str) -> SetAside:
    return SetAside(
        Channel(row["channel"]),
        row["origin"],
        row["title"],
        row["held_in"],
        from_text(row["received_at"]),
        row["reason"],
        row["fault"],
        row["file_sha256"],
        last_step == AGAIN,
        from_text(row["came_after"]) if row["came_after"] else None,
    )


def settle(run: Run, item_ids: Sequence[str], why: str) -> None:
    """What was read after all, or is gone, waits no longer."""
    if item_ids:
        with run.store.write() as tx:
            for item_id in item_ids:
                _step(tx, run, item_id, SETTLED, why)


def ask_again(run: Run, item_id: str, reason: str) -> SetAside:
    """Have it read again by the next run of its step, as of the moment at which it came.

    RuleRefused when nothing of that number waits, or no reason is given.
    """
    return _decided(run, item_id, AGAIN, reason)


def dismiss(run: Run, item_id: str, reason: str) -> SetAside:
    """Say that nothing is to be done about it; it stays kept where it lies. RuleRefused as `ask_again`."""
    return _decided(run, item_id, DISMISSED, reason)


def _decided(run: Run, item_id: str, kind: str, reason: str) -> SetAside:
    if not reason.strip():
        raise RuleRefused("decision-needs-reason", t("submissions.set_aside.reason_needed", item=item_id))
    found = next((one for one in waiting(run.store) if one.item_id == item_id.strip()), None)
    if found is None:
        raise RuleRefused("nothing-waits", t("submissions.set_aside.nothing_waits", item=item_id))
    with run.store.write() as tx:
        _step(tx, run, found.item_id, kind, reason.strip())
    return found


def settle_by_answer(run: Run, item_id: str, words: str, make: Callable[[int], Mail]) -> Mail:
    """A person answered it: `make` gives the mail, whose key holds the step's number. RuleRefused('nothing-waits')."""
    with run.store.write() as tx:
        tx.execute("submissions.lock_set_aside", item_id=item_id)
        steps = tx.query("submissions.set_aside_steps", item_id=item_id)
        if not steps or steps[-1]["kind"] not in (WAITS, AGAIN):
            raise RuleRefused("nothing-waits", t("submissions.set_aside.nothing_waits", item=item_id))
        mail = make(_step(tx, run, item_id, SETTLED, words))
        enqueue(tx, mail)
    return mail


def _step(tx: Transaction, run: Run, item_id: str, kind: str, reason: str | None) -> int:
    """Returns its number."""
    tx.execute("submissions.lock_set_aside", item_id=item_id)
    seq = len(tx.query("submissions.set_aside_steps", item_id=item_id)) + 1
    tx.execute(
        "submissions.add_set_aside_step",
        item_id=item_id,
        seq=seq,
        kind=kind,
        recorded_at=to_text(run.as_of),
        actor=run.actor,
        reason=reason,
    )
    return seq


def _alarm(run: Run, found: Sequence[SetAside]) -> Mail:
    department = Department.load()
    html, plain = render_pair(
        "set_aside",
        department=department,
        as_of=run.as_of,
        count=len(found),
        items=found[:LONGEST_LIST],
        left_off=max(len(found) - LONGEST_LIST, 0),
        advice=t("submissions.set_aside.advice"),
    )
    mark = sha256_bytes("\n".join(sorted(one.item_id for one in found)).encode())[:12]
    return Mail(
        key=f"{FAILURE}/can-xem-lai/{found[0].channel}/{to_text(run.as_of)}/{mark}",
        kind=FAILURE,
        as_of=run.as_of,
        round_id=None,
        unit_code=None,
        recipients=department.operators,
        copies=department.failure_recipients,
        subject=t("submissions.set_aside.subject", count=len(found)),
        html=html,
        plain=plain,
    )
