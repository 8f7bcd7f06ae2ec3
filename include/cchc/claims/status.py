"""Files and tasks by what became of them: received, resolved early, on time and late, still open in term and late."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import chain, combinations, pairwise
from typing import Protocol

from cchc.claims.entries import CountEntry
from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.records import OPEN, SOUND, BodyRecord
from cchc.claims.shares import check_shares
from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t

_BETWEEN = 60  # characters between the counts of one list


def check_records(passage: Passage, found: Sequence[BodyRecord], tolerance: Decimal, noted: set[int]) -> None:
    """Every sum that the records allow, then every share in them."""
    # Brackets first: a percentage behind one is the share of what stands in it.
    for record in sorted(found, key=lambda one: one.parent is None):
        sound = _check_sums(passage, record)
        check_shares(passage, record, found, sound, tolerance, noted)


def _check_sums(passage: Passage, record: BodyRecord) -> bool | None:
    """Whether the parts of what was resolved add up; None when there is nothing to add."""
    outcome: bool | None = None
    parent, have = record.parent, record.entries
    done = parent if parent is not None else have.get("done")
    open_given = any(role in have for role in OPEN)
    if parent is not None and parent.role in OPEN:
        if "open_in" in have and ("late" in have or "open_late" in have):
            _sum(passage, record, parent, ("open_in", "open", "late", "open_late"), Severity.ERROR)
        return None
    if record.late_of_open and done is not None and record.sum(SOUND) == done.value:
        passage.right(ClaimKind.PARTS, done.token.start, record.end)
        return True
    if done is not None and record.resolved_parts and not (parent is not None and open_given):
        of_received = parent is not None and parent.role in ("received", "new", None)
        outcome = _sum(
            passage,
            record,
            done,
            record.parts,
            Severity.ERROR,
            below_is_silent=of_received and not _full(record),
        )
    if "early_ontime" in have and "early" in have and "ontime" in have:
        _sum(passage, record, have["early_ontime"], ("early", "ontime"), Severity.ERROR)
    if parent is not None:
        if open_given and record.resolved_parts:
            _sum(passage, record, parent, (*record.parts, *_open_roles(record)), Severity.ERROR)
        elif open_given and "done" in have:
            _sum(passage, record, parent, ("done", *_open_roles(record)), Severity.WARNING)
        return outcome
    if "open" in have and "open_in" in have and "open_late" in have:
        _sum(passage, record, have["open"], ("open_in", "open_late"), Severity.ERROR)
    elif _late_of_open_ones(passage, record):
        _sum(passage, record, have["open"], ("open_in", "late"), Severity.WARNING)
    received = have.get("received") or have.get("new")
    if received is None:
        return outcome
    if "done" in have and open_given:
        _sum(passage, record, received, ("done", *_open_roles(record)), Severity.WARNING)
    elif "done" not in have and record.resolved_parts:
        if open_given:
            outcome = _sum(passage, record, received, (*record.parts, *_open_roles(record)), Severity.WARNING)
        else:
            outcome = _sum(passage, record, received, record.parts, Severity.WARNING, below_is_silent=True)
    if "new" in have and "carried" in have and "received" in have:
        _sum(passage, record, received, ("new", "carried"), Severity.WARNING)
    elif "online" in have and "direct" in have and have["online"].token.start > received.token.start:
        _sum(passage, record, received, ("online", "direct", "post"), Severity.WARNING, below_is_silent=True)
    return outcome


def _late_of_open_ones(passage: Passage, record: BodyRecord) -> bool:
    """'đang giải quyết 128, trong đó trong hạn 124, quá hạn 4': one list, whose overdue ones are open too."""
    order = [record.entries[role] for role in ("open", "open_in", "late") if role in record.entries]
    if len(order) != 3 or order[1].value >= order[0].value:
        return False
    between = [passage.flat[one.token.end : two.token.start] for one, two in pairwise(order)]
    listed = all(0 <= len(text) <= _BETWEEN and not re.search(r"[.;:]\s|[0-9]", text) for text in between)
    return listed and order[0].token.start < order[1].token.start < order[2].token.start


def _full(record: BodyRecord) -> bool:
    return "late" in record.entries and any(role in record.entries for role in SOUND)


def _open_roles(record: BodyRecord) -> tuple[str, ...]:
    if "open" in record.entries or "undone" in record.entries:
        return ("open", "undone")
    return ("open_in", "open_late")


def _sum(
    passage: Passage, record: BodyRecord, whole: CountEntry, roles: Iterable[str], severity: Severity, *,
    below_is_silent: bool = False,
) -> bool | None:  # fmt: skip
    """Compare a total with its parts; True when they add up, None when nothing can be said."""
    roles = tuple(roles)
    parts = [
        record.entries[role] for role in roles if role in record.entries and record.entries[role] is not whole
    ]
    if len(parts) < 2:
        return None
    if whole.approximate or any(part.approximate for part in parts):
        return None
    summed = sum((part.value for part in parts), Decimal(0))
    wholes = {*whole.token.values, *(() if whole.base is None else (whole.base,))}
    start = min(whole.token.start, *(part.token.start for part in parts))
    end = max(whole.token.end, *(part.token.end for part in parts))
    if summed in wholes:
        passage.right(ClaimKind.PARTS, start, end)
        return True
    others = [
        one.value
        for one in (
            *record.unknown,
            *(record.entries[r] for r in ("returned", "carried") if r in record.entries),
            # 'đang thực hiện 19, chưa đến hạn 02': a part beside the open ones, or a part of them.
            *(
                record.entries[r]
                for r in ("open_in", "open_late")
                if "open" in roles and r not in roles and r in record.entries
            ),
        )
    ]
    if any(
        summed + sum(some) in wholes or summed - sum(some) in wholes
        for some in chain.from_iterable(
            combinations(others[:6], size) for size in range(1, min(len(others), 3) + 1)
        )
    ):
        return None
    if below_is_silent and summed < whole.value:
        return None
    if others and severity == Severity.ERROR:
        severity = Severity.WARNING
    say_sum(passage, whole.token, (start, end), whole.value, [p.value for p in parts], severity)
    return False


class Stretch(Protocol):
    """Anything that stands from one place of the text to another: a token, a cell."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


def say_sum(
    passage: Passage, whole_at: Stretch, stretch: tuple[int, int], whole: Decimal, parts: Sequence[Decimal],
    severity: Severity, kind: ClaimKind = ClaimKind.PARTS,
) -> None:  # fmt: skip
    """Note that parts do not add up to their total, which stands at `whole_at`; `stretch` holds the whole claim."""
    summed, total = sum(parts, Decimal(0)), passage.quoted(whole_at.start, whole_at.end)
    passage.say(
        kind, severity, *stretch, stated=total, expected=format_number(summed),
        message=t(
            "claims.parts", total=total, sum=format_number(summed),
            parts=" + ".join(format_number(part) for part in parts), difference=format_number(abs(whole - summed)),
        ),
    )  # fmt: skip
