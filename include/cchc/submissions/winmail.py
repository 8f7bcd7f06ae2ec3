"""The files in a winmail.dat, as Outlook packs them for receivers that it takes for Outlook (TNEF)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from cchc.office.package import ArchiveTooLarge, Budget

_DEEPEST = 4  # letters within letters
# What the parser raises on a damaged file: it checks little itself.
_DAMAGED = (
    struct.error, ValueError, LookupError, TypeError, AttributeError, UnboundLocalError, OverflowError, RecursionError,
)  # fmt: skip


class BadWinmail(Exception):
    """Bytes that cannot be read as TNEF."""


def files_in(content: bytes, budget: Budget) -> list[tuple[str, bytes]]:
    """(name, bytes) of the files, those of enclosed letters among them. Raises BadWinmail, ArchiveTooLarge."""
    from tnefparse import TNEF

    try:
        opened = TNEF(content, do_checksum=False)
        found = list(_files(opened, budget, 0))
    except ArchiveTooLarge:
        raise
    except _DAMAGED as error:
        raise BadWinmail from error
    if not opened.objects:
        raise BadWinmail
    return found


def _files(opened: object, budget: Budget, depth: int) -> Iterator[tuple[str, bytes]]:
    if depth > _DEEPEST:
        raise ArchiveTooLarge
    for one in getattr(opened, "attachments", ()):
        inner = getattr(one, "embed", None)
        if inner is not None:
            yield from _files(inner, budget, depth + 1)
            continue
        content = bytes(one.data or b"")
        budget.spend(len(content))
        yield _name(one), content


def _name(one: object) -> str:
    """The long name; the one of eight letters, or its bytes in an old letter table, where there is no other."""
    long_name = getattr(one, "long_filename")  # noqa: B009 (the library has no types)
    try:
        name = long_name()
    except UnicodeDecodeError:
        name = getattr(one, "_name", b"")
    text = name.decode("cp1258", "replace") if isinstance(name, bytes) else str(name)
    flat = text.replace("\\", "/").rpartition("/")[2].strip("\x00 ").lstrip(".")
    return "".join(c for c in flat if c.isprintable())[-150:] or "tep-winmail"
