"""Figures of a draft beyond their bounds, what people said of them, and the refusal of what nobody explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from cchc.clock import to_text, vn_instant
from cchc.errors import RuleRefused
from cchc.figures.bounds import BrokenBound, ProvinceBounds, ProvinceView
from cchc.figures.consolidate import (
    Consolidation,
    counted_figures,
    load_consolidation,
    obliged_units,
    owed_indicators,
)
from cchc.figures.province import with_derived
from cchc.figures.reconciliation import evidence
from cchc.figures.tally import Figures
from cchc.indicators import Indicator, IndicatorRegister
from cchc.indicators.numbers import number
from cchc.obligations import RoundEvent, RoundEventKind
from cchc.run import Approval, Run
from cchc.texts import t
from cchc.units import Tier, UnitRegister
from cchc.year import REPORT_KINDS, Round


def broken_bounds(run: Run, draft: int | None = None) -> list[BrokenBound]:
    """What in the draft (the last one by default) does not keep its bound. RuleRefused without a consolidation."""
    found = _broken(run, draft)
    if found is None:
        raise RuleRefused("not-consolidated", t("figures.bounds.no_draft", round=run.round.round_id))
    return found


def _broken(run: Run, draft: int | None) -> list[BrokenBound] | None:
    """None without a consolidation: there are no figures that anybody could approve."""
    found = load_consolidation(run.store, run.round.round_id, draft, run.indicators)
    return None if found is None else ProvinceBounds.load().broken(_view(run, found))


def _view(run: Run, found: Consolidation) -> ProvinceView:
    round_, counted = run.round, _counted(run, found)
    return ProvinceView(
        counted.shown,
        found.lines,
        run.units.on(round_.reference_day, round_.tiers),
        counted.figures,
        _of_round(run, run.calendar.previous_report_round(round_)),
        _of_round(run, run.calendar.same_round_last_year(round_)),
    )


@dataclass(frozen=True)
class _Counted:
    """What of each unit counted in a draft. mark: of everything in the store that it follows from."""

    mark: tuple[object, ...]
    indicators: IndicatorRegister
    units: UnitRegister
    shown: Sequence[Indicator]
    figures: Mapping[str, Figures]


_DRAFTS = 4  # that are looked at again and again until they are decided on
_kept: dict[tuple[str, str, datetime], _Counted] = {}


def _counted(run: Run, found: Consolidation) -> _Counted:
    """Read anew when anything was added to the round, or another file of the year came: whoever looks at a draft asks
    for all its figures, page by page, and they are what they were."""
    round_, key = run.round, (run.store.url, run.round.round_id, found.as_of)
    (row,) = run.store.query("figures.mark_of_round", round_id=round_.round_id)
    mark, kept = tuple(row.values()), _kept.get(key)
    if kept and (kept.mark, kept.indicators, kept.units) == (mark, run.indicators, run.units):
        return kept
    owing, _ = obliged_units(run.store, round_, run.units, found.as_of)
    shown, owed = owed_indicators(round_, owing, run.indicators)
    figures = with_derived(counted_figures(evidence(run.store, round_.round_id, found.as_of)), shown, owed)
    obliged = {unit.code for unit in owing}
    own = {unit: one for unit, one in figures.items() if unit in obliged}
    for old in list(_kept)[: max(0, len(_kept) - _DRAFTS + 1)]:
        _kept.pop(old, None)
    _kept[key] = made = _Counted(mark, run.indicators, run.units, shown, own)
    return made


def _of_round(run: Run, before: Round | None) -> Mapping[str, Decimal]:
    """The province's figures of an earlier round, of indicators that mean the same in this one."""
    kept = load_consolidation(run.store, before.round_id) if before else None
    if before is None or kept is None:
        return {}
    same = run.indicators.meaning_the_same(run.round.reference_day, before.reference_day)
    return {
        code: line.value
        for (code, scope), line in kept.lines.items()
        if scope == Tier.PROVINCE and code in same and line.value is not None and line.units_counted
    }


def explanations(run: Run, known_by: datetime | None = None) -> dict[str, RoundEvent]:
    """What was said of broken bounds by the moment (until now by default), the last words by key."""
    return {
        str(event.detail["bound"]): event
        for event in run.rounds.events(run.round.round_id)
        if event.kind is RoundEventKind.explained and (known_by is None or event.recorded_at <= known_by)
    }


def explain(run: Run, places: Sequence[str], reason: str) -> list[BrokenBound]:
    """Keep a person's words for these figures of the last draft; returns what they are about.

    RuleRefused for words that say nothing and for a place that the draft does not have.
    """
    if not reason.strip():
        raise RuleRefused("no-reason", t("figures.bounds.no_reason"))
    broken = {one.place: one for one in broken_bounds(run)}
    if unknown := [place for place in places if place not in broken]:
        key = "unknown" if broken else "nothing_broken"
        words = t(f"figures.bounds.{key}", place=unknown[0], places=", ".join(broken))
        raise RuleRefused("unknown-bound", words)
    chosen = [broken[place] for place in dict.fromkeys(places)]
    round_id = run.round.round_id
    for one in chosen:
        run.rounds.record(
            RoundEvent(
                round_id, RoundEventKind.explained, run.as_of, run.as_of, run.actor, reason.strip(),
                {"bound": one.key}, f"{round_id}:explained:{one.key}:{to_text(run.as_of)}",
            )
        )  # fmt: skip
    return chosen


def explain_all(run: Run, approval: Approval, words: str) -> None:
    """The same words for everything that waits for some, by whoever decides: as a rehearsed operator would."""
    if run.round.kind in REPORT_KINDS and (left := unexplained(run, None, approval.decided_at)):
        own = replace(run, as_of=approval.decided_at, actor=approval.by)
        explain(own, [one.place for one in left], words)


def unexplained(run: Run, draft: int | None = None, known_by: datetime | None = None) -> list[BrokenBound]:
    """What still needs words or mending before the draft can be approved."""
    said = explanations(run, known_by)
    return [one for one in _broken(run, draft) or () if one.key not in said]


def refuse_unexplained(run: Run, approval: Approval, draft: int | None = None) -> None:
    """RuleRefused `bounds-open` for an approval of a report with a figure beyond its bounds that nobody explained."""
    if approval.decision != "approve" or run.round.kind not in REPORT_KINDS:
        return
    known_by = max(approval.decided_at, run.as_of)
    if left := unexplained(run, draft, known_by):
        lines = "\n".join(f"- {line_of(one)}" for one in left)
        words = t("figures.bounds.open", count=len(left), list=lines, round=run.round.round_id)
        raise RuleRefused("bounds-open", words)


def told(run: Run) -> list[str]:
    """One line a figure beyond its bounds, for whoever decides: what it is, the units behind it, what was said."""
    return [line for line, _ in reviewed(run)]


def reviewed(run: Run) -> list[tuple[str, bool]]:
    """The lines of `told`, and whether somebody's words are kept for each."""
    if run.round.kind not in REPORT_KINDS:
        return []
    said = explanations(run)
    found: list[tuple[str, bool]] = []
    for one in _broken(run, None) or ():
        event = said.get(one.key)
        words = (
            " "
            + t(
                "figures.bounds.explained",
                reason=event.reason,
                actor=event.actor,
                moment=vn_instant(event.happened_at),
            )
            if event
            else ""
        )
        found.append((line_of(one) + words, event is not None))
    return found


def line_of(one: BrokenBound) -> str:
    """`mot-xa-qua-nua/I.5.1 - Số phiếu: 300.000 trong tổng 310.000; giới hạn: ... Đơn vị đứng sau: ...`."""
    shown = [
        f"{unit.name} ({number(value)})" for unit, value in one.behind[: ProvinceBounds.load().shown_units]
    ]
    behind = t("figures.bounds.behind", names="; ".join(shown)) if shown else t("figures.bounds.nobody")
    return t(
        "figures.bounds.line",
        place=one.place,
        name=one.indicator.name.strip("- "),
        found=one.found,
        allowed=one.allowed,
        behind=behind,
    )
