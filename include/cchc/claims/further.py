"""A step whose value of now was told further up: 'số tiếp nhận tăng 1.209 hồ sơ so với năm trước (8.267)'."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from cchc.claims.judging import HUNDRED, one_slip, share_slip, share_verdict
from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.quantities import Quantity
from cchc.claims.steps import Value, span_of
from cchc.claims.tokens import Sort
from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t

_NEAREST, _CLOSE = 6, 2  # figures before a step of few, by what it may be off
_TELLING = 20  # below it every number is one slip from every other


def step_of_further(passage: Passage, step: Value, before: Value, further: Sequence[Quantity]) -> None:
    """'Số tiếp nhận tăng 1.209 hồ sơ so với năm trước (8.267)': what it is now was told further up."""
    if before.sort or step.step not in ("up", "down"):
        return None
    if step.token.sort is Sort.PERCENT and step.token.decimals:
        return _share_of_further(passage, step, before, further)
    if step.sort or step.token.sort is not Sort.NUMBER:
        return None
    sign, told = (1 if step.step == "up" else -1), step.token.value
    kin = [
        one for one in further
        if one.noun[:1] == (before.unit or step.unit,) and one.start != before.token.start
    ]  # fmt: skip
    fits = [one for one in kin if sign * (one.value - before.token.value) == told]
    if fits:
        return passage.right(ClaimKind.CHANGE, *span_of(step, before))
    near = [one for one in kin[-_NEAREST:] if abs(one.value - before.token.value) * 5 <= before.token.value]
    if told < _TELLING and len(near) == 1 and not near[0].depth:
        off = sign * (near[0].value - before.token.value)
        if 0 < off != told and abs(off - told) <= _CLOSE:
            _say_step(passage, step, before, near[0], format_number(off))
        return None
    values = [one.value - before.token.value for one in kin]
    slips = [
        off for off in dict.fromkeys(values) if told >= _TELLING and one_slip(int(told), int(sign * off))
    ]
    if len(slips) == 1:
        now = next(one for one in kin if one.value - before.token.value == slips[0])
        _say_step(passage, step, before, now, format_number(abs(slips[0])))
    return None


def _share_of_further(passage: Passage, step: Value, before: Value, further: Sequence[Quantity]) -> None:
    """'So với năm 2025 (3.940 cuộc) tăng 6,9%': the same, told in percent of the value that is named."""
    base, given, decimals = before.token.value, step.token.value, step.token.decimals
    kin = [
        one for one in further if one.noun[:1] == (before.unit,) and (one.value > base) == (step.step == "up")
    ]
    offs = {abs(one.value - base): one for one in kin if base and 2 * one.value > base > one.value / 2}
    if any(share_verdict(given, decimals, off * HUNDRED / base, Decimal(0)) == "right" for off in offs):
        return passage.right(ClaimKind.CHANGE, *span_of(step, before))
    slips = [off for off in offs if share_slip(given, decimals, off, base)]
    if len(slips) == 1:
        right = f"{format_number(slips[0] * HUNDRED / base, 2)}%"
        _say_step(passage, step, before, offs[slips[0]], right)
    return None


def _say_step(passage: Passage, step: Value, before: Value, now: Quantity, right: str) -> None:
    written = passage.quoted(step.token.start, step.token.end)
    passage.say(
        ClaimKind.CHANGE, Severity.WARNING, *span_of(step, before), stated=written, expected=right,
        message=t("claims.change", given=written, current=passage.quoted(now.start, now.end),
                  previous=passage.quoted(before.token.start, before.token.end), right=right),
    )  # fmt: skip
