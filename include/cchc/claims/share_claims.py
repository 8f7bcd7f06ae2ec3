"""A share that is to be judged, one that was found right, and what is said of one that is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.quantities import Quantity
from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t


@dataclass(frozen=True)
class ShareClaim:
    """A share whose base is to be found. part: the figure that it is told of, None where it stands alone."""

    block: int
    every: Sequence[Quantity]
    share: Quantity
    part: Quantity | None
    wholes: Mapping[int, Quantity]


@dataclass(frozen=True)
class ProvenShare:
    """A share that is right: of `part`, with its base."""

    block: int
    share: Quantity
    part: Quantity
    whole: Quantity
    base: Decimal


def say_share(
    passage: Passage, one: Quantity, share: Quantity, exact: Decimal, severity: Severity, *,
    base: Decimal | None = None, tried: Sequence[str] = (),
) -> None:  # fmt: skip
    fraction = passage.quoted(one.start, one.end)
    if base is not None:
        fraction = f"{fraction}/{format_number(base)}"
    given, right = passage.quoted(share.start, share.end), f"{format_number(exact, 2)}%"
    key = "claims.truncated" if severity is Severity.NOTE else "claims.percent"
    message = t(key, fraction=fraction, given=given, right=right)
    passage.say(
        ClaimKind.PERCENT, severity, min(one.start, share.start), max(one.end, share.end), stated=given, expected=right,
        message=f"{message} {t('claims.tried', readings='; '.join(tried))}" if tried else message,
    )  # fmt: skip
