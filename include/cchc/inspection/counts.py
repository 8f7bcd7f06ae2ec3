"""What inspections found and what was mended, by unit and period: for reports, for scoring, for who asks."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from cchc.clock import END, TZ, at, to_text
from cchc.inspection.fields import InspectionFields
from cchc.inspection.findings import FindingKind, FindingState, Gravity, KnownFinding, known_findings
from cchc.inspection.visits import known_visits
from cchc.obligations import ObligationState
from cchc.obligations.ledger import states_in
from cchc.store import Store, Transaction
from cchc.year import Product, RoundKind


@dataclass(frozen=True)
class InspectionCounts:
    """Of one unit in a period. found: findings whose letter is of it; mended: those whose last order was accepted in
    it; due, in_time: orders whose day lies in it, and those of them answered in time; visits: held in it; pending: what
    such visits found and no letter says yet, and visits without minutes; by_name: findings by severity (`nhac_nho`,
    `vua`, `nang`), by the code of their field, and by what the field counts as (`bao_cao`, `chenh_lech`)."""

    found: int = 0
    mended: int = 0
    due: int = 0
    in_time: int = 0
    open: int = 0
    overdue: int = 0
    visits: int = 0
    pending: int = 0
    by_name: Mapping[str, int] = field(default_factory=dict)

    @property
    def inputs(self) -> dict[str, Decimal | None]:
        """As scoring asks for them: `kt:ton_tai`, `kt:khac_phuc`, `kt:nang`, `kt:thu-tuc`, ...

        Of a unit at which nobody was in the period nothing is known, nor of one whose letter is still to come: that is
        no 0.
        """
        names = {
            "ton_tai": self.found, "khac_phuc": self.mended, "den_han": self.due, "dung_han": self.in_time,
            "chua_xong": self.open, "qua_han": self.overdue, "lan_kiem_tra": self.visits, **self.by_name,
        }  # fmt: skip
        names = {**dict.fromkeys(Gravity, 0), **dict.fromkeys(_field_names(), 0), **names}
        was_seen = bool(self.visits or self.found) and not self.pending
        return {
            f"kt:{name}": Decimal(value) if was_seen or name == "lan_kiem_tra" else None
            for name, value in names.items()
        }


def _field_names() -> list[str]:
    return [name for one in InspectionFields.load().fields for name in (one.code, one.counts_as) if name]


def counts(
    store: Store,
    units: Sequence[str],
    first: date,
    last: date,
    *,
    topic: str = "",
    as_of: datetime | None = None,
) -> dict[str, InspectionCounts]:
    """Counts of each of the units (0 where nothing was found there) from `first` to `last`, both included.

    found goes by the day of the letter, mended by the day of acceptance. topic: findings of one field (its code) alone.
    as_of: as known then (None: at the end of the last day).
    """
    known_at = as_of or at(last, 23, 59)
    totals: dict[str, Counter[str]] = {code: Counter() for code in units}
    named: dict[str, Counter[str]] = {code: Counter() for code in units}
    with store.read() as tx:
        for row in tx.query("obligations.rounds_selected", year=None):
            if row["kind"] != RoundKind.INSPECTION:
                continue
            states = _states(tx, row["round_id"], known_at)
            untold: Counter[str] = Counter()
            for known in known_findings(tx, row["round_id"], known_at):
                if known.state is FindingState.RECORDED and known.finding.kind is FindingKind.DEFICIENCY:
                    untold[known.visit_id or ""] += 1
                if topic and topic not in _names_of(known):
                    continue
                if known.unit_code in totals and _counts(known):
                    _add(totals[known.unit_code], known, states, (first, last), known_at)
                    if known.letter_day is not None and first <= known.letter_day <= last:
                        named[known.unit_code].update(_names_of(known))
            for visit in known_visits(tx, row["round_id"], known_at):
                day = visit.held_on
                is_known = visit.is_held and not visit.is_secret
                if is_known and visit.unit_code in totals and day and first <= day <= last:
                    totals[visit.unit_code]["visits"] += 1
                    totals[visit.unit_code]["pending"] += untold[visit.visit_id] + (not visit.has_minutes)
    return {code: InspectionCounts(**own, by_name=dict(named[code])) for code, own in totals.items()}


def _names_of(known: KnownFinding) -> list[str]:
    found = InspectionFields.load().of(known.finding.topic)
    own = (found.code, found.counts_as) if found else ()
    return [str(known.finding.severity), *(name for name in own if name)]


def _counts(known: KnownFinding) -> bool:
    return known.is_issued and known.finding.kind is FindingKind.DEFICIENCY


def _states(tx: Transaction, round_id: str, as_of: datetime) -> dict[str, ObligationState]:
    return {one.obligation_id: state for one, state in states_in(tx, as_of, round_id, Product.ANSWER)}


def _add(
    total: Counter[str],
    known: KnownFinding,
    states: Mapping[str, ObligationState],
    period: tuple[date, date],
    as_of: datetime,
) -> None:
    first, last = period
    mended = known.mended_at(states)
    total["found"] += known.letter_day is not None and first <= known.letter_day <= last
    total["mended"] += mended is not None and first <= mended.astimezone(TZ).date() <= last
    for one in known.orders:
        state = states.get(one.obligation_id)
        if state is None or state.status == "waived":
            continue
        total["open"] += not state.fulfilled
        total["overdue"] += state.owed and state.current_due_at < as_of
        if first <= state.due_at.astimezone(TZ).date() <= last:
            total["due"] += 1
            total["in_time"] += state.fulfilled_at is not None and state.fulfilled_at <= state.due_at


@dataclass(frozen=True)
class OldOrder:
    """A finding that is not mended for long. months: since its letter."""

    finding: KnownFinding
    months: int


def not_mended(store: Store, as_of: datetime, months: int = 0) -> list[OldOrder]:
    """Issued findings that are not mended at `as_of` and whose letter is older than so many months, oldest first."""
    found, today = [], as_of.astimezone(TZ).date()
    with store.read() as tx:
        for row in tx.query("obligations.rounds_selected", year=None):
            if row["kind"] != RoundKind.INSPECTION:
                continue
            states = _states(tx, row["round_id"], as_of)
            for known in known_findings(tx, row["round_id"], as_of):
                own = [states[one.obligation_id] for one in known.orders if one.obligation_id in states]
                is_open = any(not state.fulfilled and state.status != "waived" for state in own)
                if not (_counts(known) and is_open and known.letter_day):
                    continue
                if (age := _whole_months(known.letter_day, today)) >= months:
                    found.append(OldOrder(known, age))
    return sorted(found, key=lambda one: (one.finding.letter_day or END.date(), one.finding.finding_id))


def _whole_months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)


@dataclass(frozen=True)
class TypedDifference:
    """What a unit typed of problems found and mended beside what the letters say."""

    unit_code: str
    indicator: str
    typed: Decimal
    known: int


# Indicator -> what the letters say of it, and in which field alone.
_TYPED = {
    "I.2.4": ("found", ""),
    "I.2.5": ("mended", ""),
    "IV.6.2": ("found", "phan-cap"),
    "IV.6.3": ("mended", "phan-cap"),
}


def typed_differently(
    store: Store, round_id: str, window: tuple[date, date], as_of: datetime
) -> list[TypedDifference]:
    """Units whose report of a round types fewer problems than the province's own letters name, by unit.

    A unit also counts what it found by itself: more than the letters say is no contradiction.
    """
    typed: dict[str, dict[str, Decimal]] = defaultdict(dict)
    rows = store.query("inspection.figures_of_round", round_id=round_id, known_by=to_text(as_of))
    for row in rows:
        if row["witness"] == "self" and row["indicator"] in _TYPED:
            typed[row["unit_code"]][row["indicator"]] = Decimal(row["value"])
    known = {
        topic: counts(store, sorted(typed), *window, topic=topic, as_of=as_of)
        for topic in {topic for _, topic in _TYPED.values()}
    }
    return [
        TypedDifference(code, indicator, value, letters)
        for code, own in sorted(typed.items())
        for indicator, (name, topic) in _TYPED.items()
        if (value := own.get(indicator)) is not None
        and value < (letters := getattr(known[topic][code], name))
    ]
