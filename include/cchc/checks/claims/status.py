"""Files and tasks by what became of them: received, resolved early, on time and late, still open in term and late."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain, combinations

from cchc.checks.claims import words
from cchc.checks.claims.entries import Entry, bracketed
from cchc.checks.claims.kinds import CANH_BAO, LOI, LUU_Y, Kind
from cchc.checks.claims.passage import Passage
from cchc.checks.claims.percents import exact_share, judge, say_nothing, shown_share
from cchc.indicators import format_number
from cchc.texts import t

_BRACKET_GAP = 60  # characters between a count and the bracket with its parts
_SOUND = ("early", "ontime", "early_ontime")
_OPEN = ("open", "undone", "open_in", "open_late")
_OF_DONE = (*_SOUND, "late")
_KEPT = frozenset(
    {"received", "new", "done", "carried", "returned", "online", "direct", "post", *_OF_DONE, *_OPEN}
)


@dataclass
class Record:
    """Counts about one body: role -> entry. unknown: counts whose role is not known, which may be parts too."""

    entries: dict[str, Entry] = field(default_factory=dict)
    unknown: list[Entry] = field(default_factory=list)
    start: int = 0
    end: int = 0
    parent: Entry | None = None

    def value(self, role: str) -> Decimal | None:
        return self.entries[role].value if role in self.entries else None

    def sum(self, roles: Iterable[str]) -> Decimal:
        return sum((self.entries[role].value for role in roles if role in self.entries), Decimal(0))

    @property
    def late_of_open(self) -> bool:
        """Whether the late ones are named right behind the open ones, and so may be theirs."""
        late, still = self.entries.get("late"), self.entries.get("open")
        return bool(late and still and still.token.start < late.token.start)

    @property
    def parts(self) -> tuple[str, ...]:
        """The roles that make up what was resolved; a combined figure stands for its two parts."""
        if "early_ontime" in self.entries:
            return ("early_ontime", "late")
        return ("early", "ontime", "late")

    @property
    def resolved_parts(self) -> bool:
        have = self.entries
        return ("late" in have and any(role in have for role in _SOUND)) or (
            "early" in have and "ontime" in have
        )


def records(passage: Passage, entries: Sequence[Entry]) -> list[Record]:
    """Counts gathered into records: a new one where a role comes again, or another body or field is named."""
    found: list[Record] = []
    current = Record()
    for entry in (one for one in entries if one.opened < 0):
        again = entry.role in current.entries and current.entries[entry.role].value != entry.value
        elsewhere = bool(current.entries) and bool(
            words.LEVEL.search(entry.before) or "linh vuc" in entry.before
        )
        if (again and entry.role in _KEPT) or elsewhere:
            found.append(current)
            current = Record()
        _add(current, entry)
    found.append(current)
    for parent, children in bracketed(entries):
        between = passage.flat[parent.token.end : children[0].opened]
        if len(between) > _BRACKET_GAP or re.search(r"[.;()]\s", between):
            continue
        record = Record(parent=parent)
        for child in children:
            _add(record, child)
        record.start = min(record.start, parent.token.start)
        found.append(record)
    return [record for record in found if record.entries]


def _add(record: Record, entry: Entry) -> None:
    if not record.entries and not record.unknown:
        record.start = entry.token.start
    record.end = max(record.end, entry.token.end)
    if entry.role in _KEPT:
        record.entries.setdefault(str(entry.role), entry)
    else:
        record.unknown.append(entry)


def check_records(passage: Passage, found: Sequence[Record], tolerance: Decimal, noted: set[int]) -> None:
    """Every sum that the records allow, then every share in them."""
    # Brackets first: a percentage behind one is the share of what stands in it.
    for record in sorted(found, key=lambda one: one.parent is None):
        sound = _check_sums(passage, record)
        _check_shares(passage, record, found, sound, tolerance, noted)


def _check_sums(passage: Passage, record: Record) -> bool | None:
    """Whether the parts of what was resolved add up; None when there is nothing to add."""
    outcome: bool | None = None
    parent, have = record.parent, record.entries
    done = parent if parent is not None else have.get("done")
    open_given = any(role in have for role in _OPEN)
    if parent is not None and parent.role in _OPEN:
        if "open_in" in have and ("late" in have or "open_late" in have):
            _sum(passage, record, parent, ("open_in", "open", "late", "open_late"), LOI)
        return None
    if record.late_of_open and done is not None and record.sum(_SOUND) == done.value:
        passage.right(Kind.PARTS, done.token.start, record.end)
        return True
    if done is not None and record.resolved_parts and not (parent is not None and open_given):
        of_received = parent is not None and parent.role in ("received", "new", None)
        outcome = _sum(
            passage, record, done, record.parts, LOI, below_is_silent=of_received and not _full(record)
        )
    if "early_ontime" in have and "early" in have and "ontime" in have:
        _sum(passage, record, have["early_ontime"], ("early", "ontime"), LOI)
    if parent is not None:
        if open_given and record.resolved_parts:
            _sum(passage, record, parent, (*record.parts, *_open_roles(record)), LOI)
        elif open_given and "done" in have:
            _sum(passage, record, parent, ("done", *_open_roles(record)), CANH_BAO)
        return outcome
    if "open" in have and "open_in" in have and "open_late" in have:
        _sum(passage, record, have["open"], ("open_in", "open_late"), LOI)
    received = have.get("received") or have.get("new")
    if received is None:
        return outcome
    if "done" in have and open_given:
        _sum(passage, record, received, ("done", *_open_roles(record)), CANH_BAO)
    elif "done" not in have and record.resolved_parts:
        if open_given:
            outcome = _sum(passage, record, received, (*record.parts, *_open_roles(record)), CANH_BAO)
        else:
            outcome = _sum(passage, record, received, record.parts, CANH_BAO, below_is_silent=True)
    if "new" in have and "carried" in have and "received" in have:
        _sum(passage, record, received, ("new", "carried"), CANH_BAO)
    elif "online" in have and "direct" in have and have["online"].token.start > received.token.start:
        _sum(passage, record, received, ("online", "direct", "post"), CANH_BAO, below_is_silent=True)
    return outcome


def _full(record: Record) -> bool:
    return "late" in record.entries and any(role in record.entries for role in _SOUND)


def _open_roles(record: Record) -> tuple[str, ...]:
    if "open" in record.entries or "undone" in record.entries:
        return ("open", "undone")
    return ("open_in", "open_late")


def _sum(
    passage: Passage, record: Record, whole: Entry, roles: Iterable[str], severity: str, *,
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
        passage.right(Kind.PARTS, start, end)
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
    if others and severity == LOI:
        severity = CANH_BAO
    say_sum(
        passage,
        whole.token.start,
        whole.token.end,
        start,
        end,
        whole.value,
        [p.value for p in parts],
        severity,
    )
    return False


def say_sum(
    passage: Passage, whole_start: int, whole_end: int, start: int, end: int, whole: Decimal, parts: Sequence[Decimal],
    severity: str, kind: Kind = Kind.PARTS,
) -> None:  # fmt: skip
    """Note that parts do not add up to their total."""
    summed = sum(parts, Decimal(0))
    passage.say(
        kind, severity, start, end, stated=passage.quoted(whole_start, whole_end), expected=format_number(summed),
        message=t(
            "claims.parts", total=passage.quoted(whole_start, whole_end), sum=format_number(summed),
            parts=" + ".join(format_number(part) for part in parts), difference=format_number(abs(whole - summed)),
        ),
    )  # fmt: skip


def _check_shares(
    passage: Passage,
    record: Record,
    every: Sequence[Record],
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
            passage.right(Kind.PERCENT, start, end)
        elif not entry.loose and not words.AGAINST_PLAN.match(passage.flat, percent.end):
            _wrong_share(passage, entry, record, owner, verdicts, sound)


def _wrong_share(
    passage: Passage,
    entry: Entry,
    record: Record,
    owner: Entry | None,
    verdicts: set[str],
    sound: bool | None,
) -> None:
    """A share that follows from no total of its block: sure only where the whole is known and its parts add up."""
    percent, flat = entry.percent, passage.flat
    whole = owner.value if owner is not None and owner is not entry and entry.role in _OF_DONE else None
    near = verdicts & {"truncated", "near"}
    severity = LUU_Y if "truncated" in near else LOI if sound and not near else CANH_BAO
    if whole is None:
        if (
            entry.role in _OF_DONE
            and record.resolved_parts
            and record.parent is None
            and "done" not in record.entries
        ):
            whole = record.sum(record.parts)
        else:
            whole = _whole_of(passage, entry, record)
        severity = LUU_Y if "truncated" in near else CANH_BAO
    if percent is None or not whole or entry.value > whole or entry.approximate:
        return
    said = flat[max(0, entry.token.start - 60) : percent.end]
    if severity == CANH_BAO and re.search(r"ke hoach|chi tieu|cung ky|dan so|toan tinh|ca nuoc", said):
        return
    exact = exact_share(entry.value, whole)
    written = passage.quoted(percent.start, percent.end)
    fraction = f"{format_number(entry.value)}/{format_number(whole)}"
    passage.say(
        Kind.PERCENT, severity, entry.token.start, percent.end, stated=written, expected=shown_share(exact),
        message=t("claims.truncated" if severity == LUU_Y else "claims.percent",
                  fraction=fraction, given=written, right=shown_share(exact)),
    )  # fmt: skip


def _whole_of(passage: Passage, entry: Entry, record: Record) -> Decimal | None:
    """The one total that a share can be of: what was received, or the count that 'trong đó' takes it from."""
    if record.parent is not None:
        return record.parent.value if _same_body(record.parent, entry) else None
    received = record.entries.get("received") or record.entries.get("new")
    if received is not None and received is not entry and _same_body(received, entry):
        return received.value if received.token.start < entry.token.start else None
    return None


def _same_body(whole: Entry, part: Entry) -> bool:
    return bool(whole.noun) and (not part.noun or part.noun == whole.noun) and part.role != "carried"


def _bases(entry: Entry, record: Record, every: Sequence[Record]) -> set[Decimal]:
    found = {
        one.value for other in every for one in (*other.entries.values(), *other.unknown) if one is not entry
    }
    found |= {one.base for other in every for one in other.entries.values() if one.base is not None}
    if record.parent is not None:
        found.add(record.parent.value)
    if record.resolved_parts:
        found.add(record.sum(record.parts))
    return {value for value in found if value > 0 and value >= entry.value}


def _share_behind_bracket(
    passage: Passage, record: Record, every: Sequence[Record], tolerance: Decimal, noted: set[int]
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
        passage.right(Kind.PERCENT, start, end)
    elif parent.value and not words.AGAINST_PLAN.match(passage.flat, percent.end):
        exact = exact_share(sound, parent.value)
        written = passage.quoted(percent.start, percent.end)
        near = bool(verdicts & {"truncated", "near"})
        passage.say(
            Kind.PERCENT, LUU_Y if "truncated" in verdicts else CANH_BAO if near else LOI, start, end,
            stated=written, expected=shown_share(exact),
            message=t("claims.truncated" if "truncated" in verdicts else "claims.percent",
                      fraction=f"{format_number(sound)}/{format_number(parent.value)}", given=written,
                      right=shown_share(exact)),
        )  # fmt: skip
