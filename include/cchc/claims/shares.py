"""Percentages beside the counts of a record: of what was resolved, else of a total that the words give."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from cchc.claims import words
from cchc.claims.entries import CountEntry
from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.percents import exact_share, judge, say_nothing, shown_share
from cchc.claims.records import OF_DONE, OPEN, BodyRecord
from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t

_PART_OF_PLAN = re.compile(r"\b(?:quy|thang|tuan|dot|ky|giai doan)\b")
_PLAN_IN_BRACKET = re.compile(r"\s*(?:so\s+(?:voi\s+)?)?(?:du toan|ke hoach|chi tieu)[^.;,()0-9]{0,30}\(")
_IN_ALL = re.compile(r"\s*(?:trong|tren|cua)?\s*(?:tong\s+so|tong)\s+(?=[0-9])")
_COMPARED = re.compile(r"[^.;,()0-9]{0,20}\bso\s+voi\b")
_OF_SOME = re.compile(r"\s*(?:(?:tren|trong|cua)\s+)?(?:tong|so)\b")
_PLANNED = re.compile(r"\b(?:giao|ke hoach|chi tieu|de ra)\b")


def check_shares(
    passage: Passage,
    record: BodyRecord,
    every: Sequence[BodyRecord],
    sound: bool | None,
    tolerance: Decimal,
    noted: set[int],
) -> None:
    """The percentages beside the counts: of what was resolved, else of any total of the block."""
    owner = record.parent or record.entries.get("done") or record.entries.get("received")
    if record.parent is not None and record.parent.percent is not None:
        _share_behind_bracket(passage, record, every, tolerance, noted)
    for entry in (*record.entries.values(), *record.unknown):
        percent = entry.percent
        if percent is None or percent.start in noted or entry.base is not None:
            continue
        noted.add(percent.start)
        start, end = entry.token.start, percent.end
        if (
            owner is not None
            and entry is not owner
            and owner.value == 0
            and entry.value == 0
            and percent.value == 0
        ):
            say_nothing(passage, start, end, percent)
            continue
        bases = _bases(entry, record, every)
        verdicts = {
            judge(percent.value, percent.decimals, exact_share(entry.value, base), tolerance)
            for base in bases
        }
        if "right" in verdicts:
            passage.right(ClaimKind.PERCENT, start, end)
        elif words.AGAINST_PLAN.match(passage.flat, percent.end):
            _of_plan(passage, entry, record, every, tolerance)
        elif not entry.loose or _whole_behind(passage, entry, every):
            _wrong_share(passage, entry, record, owner, every, verdicts, sound, tolerance)


def _wrong_share(
    passage: Passage,
    entry: CountEntry,
    record: BodyRecord,
    owner: CountEntry | None,
    every: Sequence[BodyRecord],
    verdicts: set[str],
    sound: bool | None,
    tolerance: Decimal,
) -> None:
    """A share that follows from no total of its block: sure only where the whole is known and its parts add up."""
    percent, flat = entry.percent, passage.flat
    whole = owner.value if owner is not None and owner is not entry and entry.role in OF_DONE else None
    near = verdicts & {"truncated", "near"}
    severity = (
        Severity.NOTE if "truncated" in near else Severity.ERROR if sound and not near else Severity.WARNING
    )
    if whole is None:
        if (
            entry.role in OF_DONE
            and record.resolved_parts
            and record.parent is None
            and "done" not in record.entries
        ):
            whole = record.sum(record.parts)
        else:
            whole = _whole_of(passage, entry, record, every) or _whole_of_others(entry, record, tolerance)
        severity = Severity.NOTE if "truncated" in near else Severity.WARNING
    if percent is None or not whole or entry.value > whole or entry.approximate:
        return
    said = flat[max(0, entry.token.start - 60) : percent.end]
    proved = whole == _whole_of_done(entry, record)
    if (
        severity == Severity.WARNING
        and not proved
        and re.search(r"ke hoach|chi tieu|cung ky|dan so|toan tinh|ca nuoc", said)
    ):
        return
    exact = exact_share(entry.value, whole)
    written = passage.quoted(percent.start, percent.end)
    fraction = f"{format_number(entry.value)}/{format_number(whole)}"
    passage.say(
        ClaimKind.PERCENT, severity, entry.token.start, percent.end, stated=written, expected=shown_share(exact),
        message=t("claims.truncated" if severity == Severity.NOTE else "claims.percent",
                  fraction=fraction, given=written, right=shown_share(exact)),
    )  # fmt: skip


def _of_plan(
    passage: Passage, entry: CountEntry, record: BodyRecord, every: Sequence[BodyRecord], tolerance: Decimal
) -> None:
    """A share of a plan whose figure is given: by the count before, or in the bracket behind.

    'giao tinh giản 38 biên chế; đã tinh giản 21 biên chế, đạt 55,26% chỉ tiêu'; 'chi 18.720 triệu đồng, đạt 46,8%
    dự toán năm (40.000 triệu đồng)'.
    """
    percent = entry.percent
    if percent is None or not percent.decimals or entry.approximate:
        return
    plan = _plan_behind(passage, percent.end, every) or _plan_before(passage, entry, record)
    if plan is None or plan.noun != entry.noun or not plan.noun or plan.approximate or plan.base is not None:
        return
    exact = exact_share(entry.value, plan.value) if plan.value >= entry.value else None
    if exact is None or judge(percent.value, percent.decimals, exact, tolerance) != "wrong":
        return
    written = passage.quoted(percent.start, percent.end)
    passage.say(
        ClaimKind.PERCENT, Severity.WARNING, entry.token.start, percent.end, stated=written,
        expected=shown_share(exact),
        message=t("claims.percent", fraction=f"{format_number(entry.value)}/{format_number(plan.value)}",
                  given=written, right=shown_share(exact)),
    )  # fmt: skip


def _plan_behind(passage: Passage, start: int, every: Sequence[BodyRecord]) -> CountEntry | None:
    opened = _PLAN_IN_BRACKET.match(passage.flat, start)
    if opened is None:
        return None
    inside = [one for record in every for one in _counts(record) if one.opened == opened.end() - 1]
    return inside[0] if len(inside) == 1 else None


def _plan_before(passage: Passage, entry: CountEntry, record: BodyRecord) -> CountEntry | None:
    before = [one for one in _counts(record) if one.token.start < entry.token.start]
    if not before or entry.percent is None or not _PLANNED.search(before[-1].before):
        return None
    if _PART_OF_PLAN.search(passage.flat[entry.percent.end : entry.percent.end + 30]):
        return None
    between = passage.flat[before[-1].token.end : entry.token.start]
    return None if re.search(r"\.\s", between) else before[-1]


def _whole_of(
    passage: Passage, entry: CountEntry, record: BodyRecord, every: Sequence[BodyRecord]
) -> Decimal | None:
    """The one total that a share can be of: what was received, or the count that 'trong đó' takes it from."""
    if record.parent is not None:
        return record.parent.value if _same_body(record.parent, entry) else None
    if behind := _whole_behind(passage, entry, every):
        return behind
    received = record.entries.get("received") or record.entries.get("new")
    if received is not None and received is not entry and _same_body(received, entry):
        return received.value if received.token.start < entry.token.start else None
    return _named_whole(passage, entry, record) or _whole_of_done(entry, record)


def _whole_behind(passage: Passage, entry: CountEntry, every: Sequence[BodyRecord]) -> Decimal | None:
    """'chuyển 52 TTHC cho bưu điện, chiếm 13,3% trong tổng số 391 TTHC'."""
    told = _IN_ALL.match(passage.flat, entry.percent.end) if entry.percent else None
    if told is None or not entry.noun:
        return None
    found = [one for record in every for one in _counts(record) if one.token.start == told.end()]
    return found[0].value if found and found[0].noun == entry.noun else None


def _whole_of_done(entry: CountEntry, record: BodyRecord) -> Decimal | None:
    """The count before what was done that is exactly what was done and what is still open together."""
    still = record.sum(OPEN)
    if entry.role != "done" or not still:
        return None
    before = [one for one in record.unknown if one.token.start < entry.token.start and one.noun == entry.noun]
    whole = before[-1].value if before and entry.noun else None
    return whole if whole == entry.value + still else None


def _named_whole(passage: Passage, entry: CountEntry, record: BodyRecord) -> Decimal | None:
    """The whole that the words give to a share with decimals.

    Right before it by 'trong đó' ('phát hành 2.377 văn bản, trong đó ký số 2.351 văn bản, đạt 98,91%'), or by its
    name behind the percentage ('có 2.960 hộ, 2.812 hộ có tài khoản, chiếm 95% số hộ').
    """
    before = [one for one in _counts(record) if one.token.start < entry.token.start]
    if not before or entry.percent is None:
        return None
    whole = before[-1]
    between = passage.flat[whole.token.end : entry.token.start]
    if whole.noun != entry.noun or not whole.noun or whole.approximate or whole.base is not None:
        return None
    if re.search(r"\.\s|[;:]\s*$", between) or _COMPARED.match(passage.flat, entry.percent.end):
        return None
    after = passage.flat[entry.percent.end : entry.percent.end + 60]
    if _OF_SOME.match(after):  # only the very name of the whole: 'số hộ' is not 'số hộ đăng ký'
        named = re.match(r"\s*(?:tong\s+)?(?:so\s+)?" + re.escape(whole.noun) + r"\s*(?:[.,;)]|$)", after)
        return whole.value if named else None
    return whole.value if entry.percent.decimals and words.WITHIN.search(between) else None


def _whole_of_others(entry: CountEntry, record: BodyRecord, tolerance: Decimal) -> Decimal | None:
    """The whole that another share of the same list proves: '540 phiếu: tốt 312 phiếu (57,78%), khá 217 phiếu'."""
    counts = _counts(record)
    before = [one for one in counts if one.token.start < entry.token.start and one.percent is None]
    if not before or not entry.noun or before[-1].noun != entry.noun or before[-1].approximate:
        return None
    whole = before[-1].value
    proved = any(
        one.percent is not None
        and one.percent.decimals
        and one is not entry
        and one.base is None
        and 0 < one.value < whole
        and judge(one.percent.value, one.percent.decimals, exact_share(one.value, whole), tolerance)
        == "right"
        for one in counts
    )
    return whole if proved else None


def _counts(record: BodyRecord) -> list[CountEntry]:
    return sorted((*record.entries.values(), *record.unknown), key=lambda one: one.token.start)


def _same_body(whole: CountEntry, part: CountEntry) -> bool:
    return bool(whole.noun) and (not part.noun or part.noun == whole.noun) and part.role != "carried"


def _bases(entry: CountEntry, record: BodyRecord, every: Sequence[BodyRecord]) -> set[Decimal]:
    found = {
        one.value for other in every for one in (*other.entries.values(), *other.unknown) if one is not entry
    }
    found |= {one.base for other in every for one in other.entries.values() if one.base is not None}
    if record.parent is not None:
        found.add(record.parent.value)
    if record.resolved_parts:
        found.add(record.sum(record.parts))
        found.add(record.sum(("ontime", "late")))  # 'đúng hạn 4.061, trong đó trước hạn 3.512, quá hạn 26'
    return {value for value in found if value > 0 and value >= entry.value}


def _share_behind_bracket(
    passage: Passage, record: BodyRecord, every: Sequence[BodyRecord], tolerance: Decimal, noted: set[int]
) -> None:
    """'đã giải quyết 4.747 hồ sơ (đúng hạn 4.738 hồ sơ, quá hạn 9 hồ sơ), đạt 99,81%'."""
    parent = record.parent
    percent = parent.percent if parent else None
    if parent is None or percent is None or percent.start in noted or not record.resolved_parts:
        return
    noted.add(percent.start)
    sound = record.sum(role for role in record.parts if role != "late")
    start, end = parent.token.start, percent.end
    tops = {sound, parent.value, *(one.value for one in record.entries.values())}
    bases = {parent.value, *(one.value for other in every for one in other.entries.values())}
    verdicts = {
        judge(percent.value, percent.decimals, exact_share(top, base), tolerance)
        for top in tops
        for base in bases
        if base
    }
    if "right" in verdicts:
        passage.right(ClaimKind.PERCENT, start, end)
    elif parent.value and not words.AGAINST_PLAN.match(passage.flat, percent.end):
        exact = exact_share(sound, parent.value)
        written = passage.quoted(percent.start, percent.end)
        near = bool(verdicts & {"truncated", "near"})
        passage.say(
            ClaimKind.PERCENT,
            Severity.NOTE if "truncated" in verdicts else Severity.WARNING if near else Severity.ERROR, start, end,
            stated=written, expected=shown_share(exact),
            message=t("claims.truncated" if "truncated" in verdicts else "claims.percent",
                      fraction=f"{format_number(sound)}/{format_number(parent.value)}", given=written,
                      right=shown_share(exact)),
        )  # fmt: skip
