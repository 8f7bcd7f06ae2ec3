"""Page 'Thư': whether mail leaves, what did not arrive, and the outbox by state, the newest mails with their text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cchc.chasing.trial_mail import left_of_trial
from cchc.clock import from_text, to_text
from cchc.errors import CchcError
from cchc.mail.bounces import Bounce, bad_addresses
from cchc.mail.department import Department
from cchc.mail.mail import STATES, addresses_of
from cchc.mail.modes import ModeChange, mode_changes, subject_tags, why_unconfirmed
from cchc.mail.stops import Stop, current_stop
from cchc.paths import MAIL_MODES
from cchc.run import Run
from cchc.store import Row
from cchc.texts import t, table
from cchc_board.desk import RequestView
from cchc_board.door import Asked

SHOWN = 15  # mails of one page, each with its text
LONGEST_TEXT = 3000  # of one mail on the page
MOST_TROUBLES = 60
DEAD_WITHIN = timedelta(days=30)  # an older one that nobody sent again is no work of today


@dataclass(frozen=True)
class OutboxMail:
    """A mail of ours. to: its first address, and how many more; when: it was sent, tried last or decided; words: the
    server's; again, give_up: whether it may be sent again, or settled that it is not."""

    key: str
    kind: str
    subject: str
    unit: str
    unit_name: str
    to: str
    count: int
    state: str
    when: datetime
    words: str
    text: str = ""
    cut: bool = False
    files: int = 0

    @property
    def again(self) -> bool:
        return self.state in ("held", "dead", "sent", "previewed")

    @property
    def give_up(self) -> bool:
        return self.state == "held"


@dataclass(frozen=True)
class OutboxPage:
    """What the template shows. refused: why nothing can leave in this mode; troubles: that a person decides about, or
    that are tried again; more: how many of those are not shown; bounced: addresses that failed, each with the mail
    that came back; counts: by state; trial: what is still to go of a trial, by kind; number: of the page of `mails`."""

    mode: str
    redirect_to: str
    tags: str
    change: ModeChange | None
    refused: str
    stop: Stop | None
    department: str
    modes: tuple[str, ...]
    troubles: list[OutboxMail]
    more: int
    bounced: list[tuple[Bounce, str, OutboxMail | None]]
    counts: list[tuple[str, int]]
    mails: list[OutboxMail]
    state: str
    key: str
    number: int
    older: bool
    trial: dict[str, int]


def outbox_page(asked: Asked) -> OutboxPage:
    """Raises CchcError while nothing was ever recorded, and for a state or page that there is not."""
    desk, run = asked.desk, asked.run()
    state, key, number = asked.query.get("trang-thai", ""), asked.query.get("khoa", ""), _page(asked)
    if state and state not in STATES:
        raise CchcError(t("board.bad_filter", found=state))
    at = to_text(desk.as_of)
    known = {row["state"]: row["mails"] for row in run.store.query("board.mails_counted", as_of=at)}
    rows = run.store.query(
        "board.mails_listed",
        as_of=at,
        state=state,
        mail_key=key,
        most=SHOWN + 1,
        skip=(number - 1) * SHOWN,
    )
    since = to_text(desk.as_of - DEAD_WITHIN)
    troubled = run.store.query("board.mails_in_trouble", as_of=at, since=since)
    as_mail = _reader(desk)
    settings = desk.instance.settings
    changes = [one for one in mode_changes(run.store) if one.changed_at <= desk.as_of]
    return OutboxPage(
        mode=settings.mail_mode,
        redirect_to=settings.redirect_to or "" if settings.mail_mode == "redirect" else "",
        tags=subject_tags(settings),
        change=changes[-1] if changes else None,
        refused=why_unconfirmed(run.store, run.instance.settings),
        stop=current_stop(run.store, desk.as_of),
        department=Department.load().name,
        modes=MAIL_MODES,
        troubles=[as_mail(row) for row in troubled[:MOST_TROUBLES]],
        more=max(0, len(troubled) - MOST_TROUBLES),
        bounced=_bounced(run, desk, as_mail),
        counts=[(one, known[one]) for one in STATES if known.get(one)],
        mails=[as_mail(row) for row in rows[:SHOWN]],
        state=state,
        key=key,
        number=number,
        older=len(rows) > SHOWN,
        trial=left_of_trial(run),
    )


def _page(asked: Asked) -> int:
    found = asked.query.get("trang", "1")
    if not (found.isascii() and found.isdigit() and 0 < int(found) < 10_000):
        raise CchcError(t("board.bad_filter", found=found))
    return int(found)


def _bounced(
    run: Run, desk: RequestView, as_mail: Callable[[Row], OutboxMail]
) -> list[tuple[Bounce, str, OutboxMail | None]]:
    """The newest first."""
    bounces = bad_addresses(run.store, desk.as_of)
    if not bounces:
        return []
    rows = run.store.query("board.mails_that_bounced", as_of=to_text(desk.as_of))
    back = {row["message_id"]: as_mail(row) for row in rows}
    return [
        (one, desk.unit_name(one.unit_code) if one.unit_code else "", back.get(one.message_id))
        for one in reversed(bounces)
    ]


def _reader(desk: RequestView) -> Callable[[Row], OutboxMail]:
    """How a row of the outbox is shown; units are looked up once for all of them."""
    names = {unit.code: unit.name for unit in desk.units.all}
    kinds = table("mail.kinds")

    def as_mail(row: Row) -> OutboxMail:
        to = [*addresses_of(row, "recipients"), *addresses_of(row, "copies")]
        text = str(row.get("plain", ""))
        code = row["unit_code"] or ""
        return OutboxMail(
            key=row["mail_key"],
            kind=kinds.get(str(row["kind"]), str(row["kind"])),
            subject=row["subject"],
            unit=code if code in names else "",
            unit_name=names.get(code, code),
            to=first_of(to),
            count=len(to),
            state=row["state"],
            when=from_text(row["sent_at"] or row["claimed_at"] or row["decided_at"]),
            words=row["server_answer"] or "",
            text=text[:LONGEST_TEXT],
            cut=len(text) > LONGEST_TEXT,
            files=len(addresses_of(row, "attachments")) if "attachments" in row else 0,
        )

    return as_mail


def first_of(addresses: list[str]) -> str:
    """Whom a mail goes to, in one line."""
    if len(addresses) < 2:
        return addresses[0] if addresses else t("board_letters.nobody")
    return t("cli.mail.first_of", address=addresses[0], count=len(addresses) - 1)
