"""Cần xem lại: what could not be read to its end is kept, named with its reason, and told to the people in charge.

Nothing is lost and nothing is guessed: a person looks at it, mends the cause, and has it read again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cchc.clock import to_text
from cchc.errors import CchcError, RuleRefused
from cchc.files import sha256_bytes
from cchc.isolation.outcome import ItemFailed, Why, of_error, place_of
from cchc.mail.department import Department
from cchc.mail.mail import FAILURE, Mail, enqueue
from cchc.mail.render import render_pair
from cchc.run import Run
from cchc.submissions.arrivals import Channel
from cchc.texts import t

LONGEST_LIST = 60


@dataclass(frozen=True)
class SetAside:
    """A thing that a person has to look at. `where`: in which folder it lies now. `fault`: the place in the program,
    for whoever mends it."""

    channel: Channel
    name: str
    reason: str
    where: str
    fault: str = ""


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
    if isinstance(error, PermissionError):
        return t("submissions.set_aside.unreadable", why=error.strerror), ""
    return t(f"isolation.{Why.FAULT}"), place_of(error)


def tell(run: Run, found: Sequence[SetAside]) -> bool:
    """Put one alarm about everything that a run set aside into the outbox; False when there is nothing to tell."""
    if not found:
        return False
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
    mark = sha256_bytes("\n".join(f"{one.where}/{one.name}" for one in found).encode("utf-8", "replace"))[:12]
    mail = Mail(
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
    with run.store.write() as tx:
        return enqueue(tx, mail, department)
