"""The facts that one section of the report tells, chosen by the rules of `narrative.yaml`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cchc.documents.places import Anchor, Linked, link
from cchc.documents.text import clean
from cchc.figures.facts import RoundFacts
from cchc.figures.fields import FieldFacts
from cchc.folding import folded
from cchc.indicators import Indicator
from cchc.indicators.numbers import number
from cchc.report.anchors import ReportAnchors
from cchc.report.field_views import field_views
from cchc.report.figure_sentences import lower_first, short_name
from cchc.report.narrative_rules import (
    BestAndWorst,
    ByField,
    ByTier,
    Figured,
    LargestChange,
    NarrativeRules,
    Say,
    SectionRules,
    Told,
)
from cchc.report.told_values import RateTold, ToldValues
from cchc.texts import t, table
from cchc.units import Unit

_PIECE = re.compile(r"\[([^\[\]]*)\]")
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Assessment:
    """A watched rate: its name, its text with a link, the rate, and the target that holds in this round."""

    name: str
    text: str
    move: str
    rate: RateTold
    target: Decimal | None

    @property
    def short(self) -> Decimal | None:
        """By how many points it misses the target; None when it has none or keeps it."""
        missed = self.target is not None and self.rate.value < self.target
        return self.target - self.rate.value if missed and self.target is not None else None


@dataclass(frozen=True)
class SectionTold:
    """What a section says: its opening, facts that matter, watched rates, and what is left for its table."""

    opening: Sequence[str]
    by_tier: Sequence[str]
    matters: Sequence[str]
    assessed: Sequence[Assessment]
    left: Sequence[Indicator]

    @property
    def below(self) -> list[Assessment]:
        return [one for one in self.assessed if one.short is not None]


def filled(words: str, values: Mapping[str, str]) -> str | None:
    """The words with their places filled in; None when a place outside [ ] is empty.

    What stands in [ ] is left out when a place in it is empty. Nothing inside a value is read as a place.
    """

    def kept(piece: re.Match[str]) -> str:
        inside = piece.group(1)
        return inside if all(values.get(place) for place in _PLACE.findall(inside)) else ""

    left = _PIECE.sub(kept, words)
    if not all(values.get(place) for place in _PLACE.findall(left)):
        return None
    return Linked(_PLACE.sub(lambda place: values[place.group(1)], left))


class FactTeller:
    """Tells the sections of one report."""

    def __init__(
        self,
        facts: RoundFacts,
        references: ReportAnchors,
        rules: NarrativeRules,
        extremes: int,
        fields: FieldFacts | None = None,
    ) -> None:
        self.facts, self.rules = facts, rules
        self.values = ToldValues(facts, references, rules.limits)
        self._references, self._extremes, self._fields = references, extremes, fields
        self._known = set(facts.indicator_of)

    def section(self, section: SectionRules) -> SectionTold:
        """The opening in full; of what matters the first that apply, at most `limits.facts`."""
        opening, matters, assessed = list[str](), list[str](), list[Assessment]()
        by_tier: list[str] = []
        told: set[str] = set()
        for rules, into, limit in (
            (section.open, opening, None),
            (section.matters, matters, self.rules.limits.facts),
        ):
            for rule in rules:
                if limit is not None and len(into) >= limit:
                    break
                if not rule.holds_in(str(self.facts.round_.kind), self.facts.round_.reference_day):
                    continue
                if not all(code in self._known for code in rule.named()):
                    continue
                lines, codes = self._told(rule, section, told)
                if not lines:
                    continue
                (by_tier if isinstance(rule, ByTier) else into).extend(lines)
                told |= codes
                assessed.extend(self._assessed(rule))
        left = [one for one in self.facts.indicators if section.tabled(one.code) and one.code not in told]
        return SectionTold(opening, by_tier, matters, assessed, left)

    def _told(self, rule: Told, section: SectionRules, told: set[str]) -> tuple[list[str], set[str]]:
        if isinstance(rule, LargestChange):
            return self._change(rule, section, told)
        tellers: dict[type[Told], Callable[..., Iterator[str]]] = {
            Say: self._say,
            ByTier: self._by_tier,
            BestAndWorst: self._units,
            ByField: self._by_field,
        }
        return list(tellers[type(rule)](rule)), set(rule.named())

    def _say(self, rule: Figured) -> Iterator[str]:
        sentence = filled(rule.words, self._texts(rule, None))
        if sentence is not None:
            yield Linked(sentence + self.values.few(rule.named()))

    def _texts(self, rule: Figured, scope: str | None) -> dict[str, str]:
        where = () if scope is None else (scope,)
        found: dict[str, str] = {}
        for name, code in rule.figures.items():
            found |= self.values.figure(name, code, *where)
        for name, rate in rule.rates.items():
            found |= self.values.rate_texts(name, rate, *where)
        return found

    def _by_tier(self, rule: Figured) -> Iterator[str]:
        names = table("report.tiers")
        tiers = self.facts.tiers
        for tier in tiers if len(tiers) > 1 else ():
            sentence = filled(rule.words, {**self._texts(rule, tier), "khoi": names[tier]})
            if sentence is not None:
                yield sentence

    def _units(self, rule: BestAndWorst) -> Iterator[str]:
        ranked = self.values.units_of(rule.rate)
        count = self._extremes
        if len(ranked) <= 2 * count or ranked[0][1] == ranked[-1][1]:
            return
        anchor = self.values.anchor(rule.rate)
        best, worst = (self._ends(some, anchor) for some in (ranked, ranked[::-1]))
        sentence = filled(rule.words, {"cao": best, "thap": worst})
        if sentence is not None:
            yield sentence

    def _ends(self, ranked: Sequence[tuple[Unit, Decimal]], anchor: Anchor) -> str:
        """The first units with their rates; when more units than are named share the first rate, how many they are."""
        tied = sum(value == ranked[0][1] for _, value in ranked)
        if tied > self._extremes:
            rate = f"{number(ranked[0][1], 'percent')}%"
            return t("narrative.tied", count=link(anchor, str(tied)), rate=link(anchor, rate))
        return "; ".join(
            t("narrative.unit", unit=clean(unit.name), rate=link(anchor, f"{number(value, 'percent')}%"))
            for unit, value in ranked[: self._extremes]
        )

    def _by_field(self, rule: ByField) -> Iterator[str]:
        if self._fields is None or not self._fields.rated:
            return
        views = field_views(self._fields, self._references)
        if views.equal:
            whole = views.whole
            values = {"day": views.cut_off, "count": views.count, "rate": whole.rate, "parts": whole.parts}
            yield Linked(t("narrative.fields_equal", **values))
            return
        best, worst = (
            t(f"narrative.{'field_same' if one.same else 'field'}", **vars(one))
            for one in (views.best, views.worst)
        )
        sentence = filled(rule.words, {"so": views.count, "cao": best, "thap": worst, "ngay": views.cut_off})
        if sentence is not None:
            yield sentence

    def _change(
        self, rule: LargestChange, section: SectionRules, told: set[str]
    ) -> tuple[list[str], set[str]]:
        """The figure that moved most, measured by the size from which a change is worth telling."""
        best: tuple[Decimal, Indicator] | None = None
        for one in self.facts.indicators:
            if not section.holds(one.code) or one.code in told:
                continue
            size = self._size(one)
            if size is not None and size >= 1 and (best is None or size > best[0]):
                best = (size, one)
        if best is None:
            return [], set()
        indicator = best[1]
        line = self.values.line(indicator.code)
        anchor = self._references.indicator(indicator.code)
        if line is None or line.value is None:
            return [], set()
        percent = indicator.aggregation == "ratio"
        shown = f"{number(line.value, 'percent')}%" if percent else number(line.value)
        values = {
            "ten": clean(self._name(indicator, section)),
            "so": link(anchor, shown) + ("" if percent else f" {lower_first(indicator.unit_of_measure)}"),
            "doi": link(anchor, self.values.move(indicator.code)),
        }
        sentence = filled(rule.words, values)
        return ([sentence + self.values.few([indicator.code])] if sentence else []), {indicator.code}

    def _size(self, indicator: Indicator) -> Decimal | None:
        """A change in multiples of what is worth telling; None for what is not compared or too small to be."""
        past, limits = self.facts.last_year, self.rules.limits
        if past is None or indicator.code not in past.now or indicator.code not in past.then:
            return None
        now, then = past.now[indicator.code].value, past.then[indicator.code].value
        if now is None or then is None or self.values.line(indicator.code) is None:
            return None
        if indicator.aggregation == "ratio":
            return abs(now - then) / limits.change_points
        if indicator.aggregation != "sum" or min(now, then) < limits.least_value:
            return None
        return abs(now - then) * 100 / then / limits.change_percent

    def _name(self, indicator: Indicator, section: SectionRules) -> str:
        """The short name; with its group where the section has another of that name."""
        own = short_name(indicator)
        others = [
            one
            for one in self.facts.indicators
            if section.holds(one.code) and one is not indicator and folded(short_name(one)) == folded(own)
        ]
        return f"{own} ({lower_first(indicator.group)})" if others else own

    def _assessed(self, rule: Told) -> Iterator[Assessment]:
        if not isinstance(rule, Figured):
            return
        for name, watched in rule.watched.items():
            told = self.values.rate(rule.rates[name])
            if told is not None:
                texts = self.values.rate_texts(name, rule.rates[name])
                target = watched.target_in(str(self.facts.round_.kind))
                yield Assessment(watched.name, texts[name], texts[f"{name}_doi"], told, target)
