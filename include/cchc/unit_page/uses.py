"""Which links count, and what is kept of their use: what was done, how often, on which day; no address of anybody."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from cchc.clock import TZ, from_text, to_text
from cchc.errors import CchcError, RuleRefused
from cchc.paths import Instance
from cchc.store import Store
from cchc.texts import t
from cchc.unit_page.link import PATH, UnitLink, page_key, read, sign


class LinkState(StrEnum):
    """Whether a link counts, and why not; the value is the key of the words."""

    GOOD = "good"
    FORGED = "forged"  # or broken on its way
    EXPIRED = "expired"
    REVOKED = "revoked"


class UseKind(StrEnum):
    """What was done through a link."""

    OPENED = "opened"  # by a person, or by whatever looks through mails on their way
    FORM = "form"
    UPLOAD = "upload"
    NOTHING = "nothing"
    MORE_TIME = "more_time"


@dataclass(frozen=True)
class PageLink:
    """A link with its address, and the title of its round."""

    address: str
    title: str
    last_day: date


@dataclass(frozen=True)
class LinkUse:
    """What was done through links of a unit on one day, by one visitor of that day."""

    round_id: str
    kind: UseKind
    visitor: str
    times: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class Revocation:
    """From when on no earlier link of the unit counts. round_id: '' for all rounds."""

    round_id: str
    recorded_at: datetime
    actor: str
    reason: str


def link_for(
    store: Store, instance: Instance, unit_code: str, round_id: str, given_on: datetime
) -> PageLink | None:
    """The link that a mail of a moment carries, the same whenever it is asked for; None while the page is off, and for
    a round that was never opened."""
    address = instance.unit_page_url
    row = store.one("unit_page.round_of_link", unit_code=unit_code, round_id=round_id) if address else None
    if row is None:
        return None
    last_day = given_on.astimezone(TZ).date() + timedelta(days=instance.settings.unit_page_days)
    signed = sign(page_key(instance), UnitLink(unit_code, round_id, int(row["generation"]), last_day))
    return PageLink(f"{address}{PATH}{signed}", str(row["title"]), last_day)


def examine(
    store: Store, instance: Instance, signed: str, moment: datetime
) -> tuple[LinkState, UnitLink | None]:
    """Whether a link counts at a moment, and what it says; what it says is told of none that was never made."""
    link = read(page_key(instance), signed)
    if link is None:
        return LinkState.FORGED, None
    row = store.one("unit_page.round_of_link", unit_code=link.unit_code, round_id=link.round_id)
    if row is None:  # of a store that was put back to before the round
        return LinkState.FORGED, None
    if int(row["generation"]) != link.generation:
        return LinkState.REVOKED, link
    if moment.astimezone(TZ).date() > link.last_day:
        return LinkState.EXPIRED, link
    return LinkState.GOOD, link


def note_use(
    store: Store, instance: Instance, link: UnitLink, kind: UseKind, caller: str, moment: datetime
) -> None:
    """Count one use. caller: the address of who came; only a hash of it and of the day is kept, under a key."""
    day = moment.astimezone(TZ).date().isoformat()
    visitor = hmac.new(page_key(instance, "visitor"), f"{day}/{caller}".encode(), sha256).hexdigest()[:12]
    with store.write() as tx:
        tx.execute(
            "unit_page.count_use",
            unit_code=link.unit_code,
            round_id=link.round_id,
            generation=link.generation,
            kind=kind.value,
            day=day,
            visitor=visitor,
            at=to_text(moment),
        )


def revoke(
    store: Store, unit_code: str, round_id: str, moment: datetime, *, actor: str, reason: str
) -> Revocation:
    """From now on no link of the unit that was given out counts; mails that leave later carry new ones.

    round_id: '' for the links of all rounds. RuleRefused('act-needs-actor'), ('act-needs-reason').
    """
    if not actor.strip():
        raise RuleRefused("act-needs-actor", t("unit_page.refused.actor"))
    if not reason.strip():
        raise RuleRefused("act-needs-reason", t("unit_page.refused.reason"))
    done = Revocation(round_id, moment, actor.strip(), reason.strip())
    with store.write() as tx:
        tx.add_numbered(
            "unit_page.revoke",
            unit_code=unit_code,
            round_id=round_id,
            recorded_at=to_text(moment),
            actor=done.actor,
            reason=done.reason,
        )
    return done


def uses_of(store: Store, unit_code: str) -> list[LinkUse]:
    """The last uses of a unit's links, the newest first."""
    return [
        LinkUse(
            str(row["round_id"]),
            UseKind(row["kind"]),
            str(row["visitor"]),
            int(row["times"]),
            from_text(row["first_at"]),
            from_text(row["last_at"]),
        )
        for row in store.query("unit_page.uses", unit_code=unit_code)
    ]


def revocations_of(store: Store, unit_code: str) -> list[Revocation]:
    """Every revocation of a unit's links, the oldest first."""
    return [
        Revocation(str(row["round_id"]), from_text(row["recorded_at"]), str(row["actor"]), str(row["reason"]))
        for row in store.query("unit_page.revocations", unit_code=unit_code)
    ]


def require_on(instance: Instance) -> str:
    """The page's public address. CchcError in words while the page is off."""
    address = instance.unit_page_url
    if address is None:
        raise CchcError(t("unit_page.is_off", file=instance.settings_file))
    return address
