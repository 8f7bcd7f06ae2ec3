"""What the mailbox's connection may say, and the bounds of one reading among it: seconds, megabytes, messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cchc.errors import CchcError
from cchc.texts import t, table

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Bound:
    """What is taken when nothing is given, and from where to where it may go."""

    usual: int
    least: int
    most: int


BOUNDS = {
    "timeout_seconds": Bound(60, 1, 600),
    "message_seconds": Bound(120, 10, 1200),
    # A task of Airflow has half an hour: the session ends before it is ended.
    "session_seconds": Bound(1200, 60, 1500),
    # Mail servers seldom take more than 25 MB, which base64 makes a third larger.
    "message_mb": Bound(35, 1, 50),
    "most_messages": Bound(2000, 1, 20_000),
}
FOLDERS = ("folder", "done_folder", "review_folder")
OPTIONS = ("security", "ca_file", "authserv_id", *BOUNDS, *FOLDERS)


@dataclass(frozen=True)
class MailboxLimits:
    """timeout_seconds: for one answer of the server; message_seconds: after which a message is given up for this run;
    session_seconds: after which the session ends; most_bytes: what is larger is not taken in; most_messages: how many
    are read in one run, the rest waits for the next."""

    timeout_seconds: int = BOUNDS["timeout_seconds"].usual
    message_seconds: int = BOUNDS["message_seconds"].usual
    session_seconds: int = BOUNDS["session_seconds"].usual
    most_bytes: int = BOUNDS["message_mb"].usual * MEGABYTE
    most_messages: int = BOUNDS["most_messages"].usual

    @property
    def message_mb(self) -> int:
        """How large a message may be, for people."""
        return self.most_bytes // MEGABYTE

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> MailboxLimits:
        """From what a connection says (the names of `BOUNDS`); what is left out or empty is usual.

        Raises CchcError naming the option, what was found, what is allowed and what is usual.
        """
        numbers = {name: _number(name, given.get(name)) for name in BOUNDS}
        most_bytes = numbers.pop("message_mb") * MEGABYTE
        found = cls(**numbers, most_bytes=most_bytes)
        for inner, outer in (("timeout_seconds", "message_seconds"), ("message_seconds", "session_seconds")):
            if getattr(found, inner) > getattr(found, outer):
                raise CchcError(
                    t(
                        "mail.mailbox.limits.within",
                        inner=inner,
                        found=getattr(found, inner),
                        outer=outer,
                        bound=getattr(found, outer),
                    )
                )
        return found


def check_options(extra: Mapping[str, Any]) -> MailboxLimits:
    """The bounds in the options of the mailbox's connection. CchcError names an option that is unknown, or whose value
    is not allowed."""
    for name in extra:
        if name not in OPTIONS:
            raise CchcError(t("mail.mailbox.limits.option", found=name, known=", ".join(OPTIONS)))
    return MailboxLimits.of(extra)


def _number(name: str, given: Any) -> int:
    bound = BOUNDS[name]
    if given is None or str(given).strip() == "":
        return bound.usual
    text = str(given).strip()
    if (
        isinstance(given, bool)
        or not text.isascii()
        or not text.isdigit()
        or not bound.least <= int(text) <= bound.most
    ):
        raise CchcError(
            t(
                "mail.mailbox.limits.bad",
                name=name,
                what=table("mail.mailbox.limits.names")[name],
                found=given,
                least=bound.least,
                most=bound.most,
                usual=bound.usual,
            )
        )
    return int(text)
