"""Figures and rates of the province or a tier, ready for the places of a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from cchc.documents.places import Anchor, Linked, link
from cchc.figures.facts import RoundFacts
from cchc.figures.shown import of
from cchc.figures.tally import Tally, parts
from cchc.indicators import Indicator, evaluate
from cchc.indicators.numbers import number, ratio
from cchc.report.anchors import ReportAnchors
from cchc.report.figure_sentences import move_text
from cchc.report.narrative_rules import NarrativeLimits, codes_of_rate, rate_parts
from cchc.texts import t
from cchc.units import Tier, Unit


@dataclass(frozen=True)
class RateTold:
    """A rate: percent points, its parts, how many points it moved against last year (None: not known)."""

    value: Decimal
    part: Decimal
    whole: Decimal
    moved: Decimal | None = None


class ToldValues:
    """What places of sentences hold: texts with links to the appendix, empty where there is nothing to say."""

    def __init__(self, facts: RoundFacts, references: ReportAnchors, limits: NarrativeLimits) -> None:
        self._facts, self._references, self._limits = facts, references, limits

    def line(self, code: str, scope: str = Tier.PROVINCE) -> Tally | None:
        """The consolidated figure, when at least one unit stands behind it."""
        found = self._facts.consolidation.line(code, scope)
        return found if found is not None and found.units_counted else None

    def figure(self, name: str, code: str, scope: str = Tier.PROVINCE) -> dict[str, str]:
        """Texts for `{x}`, `{x_tong}`, `{x_con}`, `{x_doi}`; of nothing, and of 0, there is no text."""
        line, found = self.line(code, scope), dict.fromkeys((name, f"{name}_tong", f"{name}_con"), "")
        found[f"{name}_doi"] = ""
        if line is None:
            return found
        anchor = self._references.indicator(code)
        values: tuple[Decimal | None, Decimal | None, Decimal | None]
        if line.numerator is not None and line.denominator is not None:
            values = (line.numerator, line.denominator, line.denominator - line.numerator)
        else:
            values = (line.value, None, None)
        for place, value in zip((name, f"{name}_tong", f"{name}_con"), values, strict=True):
            if value:
                found[place] = Linked(link(anchor, number(value)))
        move = self.move(code) if scope == Tier.PROVINCE else ""
        found[f"{name}_doi"] = Linked(link(anchor, move)) if move else ""
        return found

    def rate_texts(self, name: str, rate: str, scope: str = Tier.PROVINCE) -> dict[str, str]:
        """Texts for `{r}`, `{r_tu}`, `{r_mau}`, `{r_con}`, `{r_doi}`."""
        told = self.rate(rate, scope)
        ends = ("", "_tu", "_mau", "_con", "_doi")
        if told is None:
            return dict.fromkeys((name + end for end in ends), "")
        anchor = self.anchor(rate)
        rest = told.whole - told.part
        texts = (
            f"{number(told.value, 'percent')}%",
            number(told.part),
            number(told.whole),
            number(rest) if rest > 0 else "",
            points_text(told.moved),
        )
        return {
            name + end: Linked(link(anchor, text)) if text else ""
            for end, text in zip(ends, texts, strict=True)
        }

    def anchor(self, rate: str) -> Anchor:
        """The row of a rate; one that follows from two rows names both."""
        first, *others = [self._references.indicator(code) for code in codes_of_rate(rate)]
        if not others:
            return first
        return Anchor(
            first.name, t("report.place.both", first=first.place, second="; ".join(o.place for o in others))
        )

    def rate(self, rate: str, scope: str = Tier.PROVINCE) -> RateTold | None:
        """A rate over the units behind it; None when its parts stand on other units, or the part is above the whole."""
        pair = rate_parts(rate)
        lines = [self.line(code, scope) for code in codes_of_rate(rate)]
        known = [line for line in lines if line is not None]
        if len(known) != len(lines):
            return None
        if pair is None:
            part, whole = known[0].numerator, known[0].denominator
        else:
            if len({(one.missing, one.stated, one.units_obliged) for one in known}) > 1:
                return None
            values = {line.indicator: line.value for line in known}
            part, whole = evaluate(pair[0], values), evaluate(pair[1], values)
        if part is None or whole is None or part > whole or (value := ratio(part, whole)) is None:
            return None
        moved = self._moved(rate, pair) if scope == Tier.PROVINCE else None
        return RateTold(value, part, whole, moved)

    def _moved(self, rate: str, pair: tuple[str, str] | None) -> Decimal | None:
        past, codes = self._facts.last_year, codes_of_rate(rate)
        if past is None or any(code not in past.now or code not in past.then for code in codes):
            return None
        if pair is None:
            now, then = past.now[rate].value, past.then[rate].value
        else:
            if len({(past.now[code].units_counted, code in past.of_province) for code in codes}) > 1:
                return None
            now, then = (
                ratio(evaluate(pair[0], values), evaluate(pair[1], values))
                for values in ({code: side[code].value for code in codes} for side in (past.now, past.then))
            )
        return None if now is None or then is None else now - then

    def move(self, code: str, *, short: bool = False) -> str:
        """`tăng 3,70%`, of a small figure `tăng 12`; empty where nothing is compared. short: for a cell."""
        past, indicator = self._facts.last_year, self._facts.indicator_of.get(code)
        if past is None or indicator is None or code not in past.now or code not in past.then:
            return ""
        now, then = past.now[code], past.then[code]
        if short and indicator.aggregation == "ratio" and now.value is not None and then.value is not None:
            return points_text(now.value - then.value, short=True)
        return self.moved_text(indicator, now, then)

    def moved_text(self, indicator: Indicator, now: Tally, then: Tally) -> str:
        if (
            indicator.aggregation == "sum"
            and now.value is not None
            and then.value is not None
            and now.value != then.value
            and then.value < self._limits.least_value
        ):
            word = t("report.change.up" if now.value > then.value else "report.change.down")
            return f"{word} {number(abs(now.value - then.value))}"
        return move_text(indicator, now, then)

    def units_of(self, rate: str) -> list[tuple[Unit, Decimal]]:
        """Units with a rate of their own over a whole that is worth comparing, the highest first."""
        pair, found = rate_parts(rate), list[tuple[Unit, Decimal]]()
        indicator = self._facts.indicator_of.get(rate)
        for unit in self._facts.units:
            figures = self._facts.figures.get(unit.code, {})
            if pair is not None:
                values = {code: figure.value for code, figure in figures.items()}
                part, whole = evaluate(pair[0], values), evaluate(pair[1], values)
            elif indicator is not None and self._facts.owes(unit, rate):
                part, whole = parts(indicator, figures)
            else:
                continue
            if part is None or whole is None or whole < self._limits.least_whole or part > whole:
                continue
            if (value := ratio(part, whole)) is not None:
                found.append((unit, value))
        return sorted(found, key=lambda each: -each[1])

    def few(self, codes: Iterable[str]) -> str:
        """` (mới có số liệu của 38 trên 122 đơn vị)` where a figure stands on few units; else empty."""
        lowest: Tally | None = None
        for code in codes:
            indicator, line = self._facts.indicator_of.get(code), self.line(code)
            if indicator is None or line is None or not indicator.of_units or not self.is_few(line):
                continue
            if lowest is None or line.units_counted < lowest.units_counted:
                lowest = line
        if lowest is None:
            return ""
        anchor = self._references.indicator(lowest.indicator)
        return t("narrative.few", coverage=link(anchor, of(lowest.units_counted, lowest.units_obliged)))

    def is_few(self, line: Tally) -> bool:
        return line.units_counted < self._limits.few_units * line.units_obliged


def points_text(moved: Decimal | None, *, short: bool = False) -> str:
    """`tăng 2,46 điểm phần trăm`, `không đổi`; empty where nothing is compared."""
    if moved is None:
        return ""
    shown = number(abs(moved), "percent")
    if shown == number(Decimal(), "percent"):
        return t("report.change.same")
    word = t("report.change.up" if moved > 0 else "report.change.down")
    return f"{word} {t('report.change.points_short' if short else 'report.change.points', points=shown)}"
