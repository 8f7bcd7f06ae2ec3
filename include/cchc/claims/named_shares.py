"""Shares whose figures stand further up: both are named by their words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from cchc.claims.flat import words_of
from cchc.claims.judging import HUNDRED, one_slip, share_verdict
from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.quantities import Quantity
from cchc.claims.tokens import Sort
from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t

_NO_CONTENT = words_of(
    "so tong ty le chiem dat bang la cua cac tren trong va voi duoc da co cho tai theo nay ve toan den dang tinh xa"
)
_POOL = 14  # figures further up that a share can be of


def of_named_figures(
    passage: Passage,
    every: Sequence[Quantity],
    share: Quantity,
    earlier: Sequence[Quantity],
    tolerance: Decimal,
) -> bool:
    """'Số cơ sở bị xử phạt chiếm 23,9% số cơ sở được kiểm tra': both figures are named, and stand further up."""
    if not share.token.decimals or share.value >= HUNDRED:
        return False
    near = [*earlier[-_POOL:], *every[max(0, share.index - _POOL) : share.index]][-_POOL:]
    pool = [one for one in near if one.sort is Sort.NUMBER and not one.approximate]
    pairs = [(top, whole) for whole in pool for top in pool if 0 < top.value < whole.value]
    ups, downs = _content(share.gap[-90:]), _content(share.after)

    def exact(top: Quantity, whole: Quantity) -> Decimal:
        return top.value * HUNDRED / whole.value

    def score(top: Quantity, whole: Quantity) -> int:
        over, below = (
            len(words_ & _content(f"{one.before} {one.after}"))
            for words_, one in ((ups, top), (downs, whole))
        )
        return over * below

    best = max((score(*pair) for pair in pairs), default=0)
    if not best:
        return False
    named = [pair for pair in pairs if score(*pair) == best]
    if any(
        score(*pair) and share_verdict(share.value, share.token.decimals, exact(*pair), tolerance) == "right"
        for pair in pairs
    ):
        passage.right(ClaimKind.PERCENT, share.start, share.end)
        return True
    scale = 10**share.token.decimals
    right = exact(*named[0])
    if len(named) > 1 or not one_slip(int(share.value * scale), round(right * scale)):
        return False
    say_share(passage, named[0][0], share, right, Severity.WARNING, named[0][1])
    return True


def _content(text: str) -> frozenset[str]:
    return frozenset(re.findall("[a-z]+", text)) - _NO_CONTENT


def of_named_base(
    passage: Passage, every: Sequence[Quantity], part: Quantity, share: Quantity, earlier: Sequence[Quantity],
    tolerance: Decimal,
) -> None:  # fmt: skip
    """'Đã thu hồi 25,12 tỷ đồng, đạt 80% số phải thu hồi': the base is named by its words, and stands further up."""
    downs = _content(share.after)
    near = [*earlier[-_POOL:], *every[max(0, part.index - _POOL) : part.index]][-_POOL:]
    scores = [
        (len(downs & _content(f"{one.before} {one.after}")), one) for one in near
        if one.sort is Sort.NUMBER and one.value > part.value and one.noun[:1] == part.noun[:1] and not one.approximate
    ]  # fmt: skip
    best = max((score for score, _ in scores), default=0)
    named = [one for score, one in scores if score == best]
    if best < 2 or len(named) > 1:
        return
    right, decimals = part.value * HUNDRED / named[0].value, share.token.decimals
    if share_verdict(share.value, decimals, right, tolerance) != "wrong":
        passage.right(ClaimKind.PERCENT, part.start, share.end)
    elif one_slip(int(share.value * 10**decimals), round(right * 10**decimals)):
        say_share(passage, part, share, right, Severity.WARNING, named[0])


def say_share(
    passage: Passage,
    one: Quantity,
    share: Quantity,
    exact: Decimal,
    severity: Severity,
    whole: Quantity | None = None,
) -> None:
    fraction = passage.quoted(one.start, one.end)
    if whole is not None:
        fraction = f"{fraction}/{format_number(whole.value)}"
    given, right = passage.quoted(share.start, share.end), f"{format_number(exact, 2)}%"
    key = "claims.truncated" if severity is Severity.NOTE else "claims.percent"
    passage.say(
        ClaimKind.PERCENT, severity, min(one.start, share.start), max(one.end, share.end), stated=given, expected=right,
        message=t(key, fraction=fraction, given=given, right=right),
    )  # fmt: skip
