"""What the report's template may ask for: one consolidated figure, ready to be put into a sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from cchc.documents.places import Linked, link
from cchc.figures.facts import RoundFacts
from cchc.figures.last_year import YearComparison
from cchc.figures.shown import comparable, names, of, tally_text
from cchc.figures.tally import Tally
from cchc.folding import folded
from cchc.indicators import Indicator
from cchc.indicators.numbers import number
from cchc.report.anchors import ReportAnchors
from cchc.texts import t
from cchc.units import Tier, Unit


class FigureView:
    """One indicator of the report in one scope; properties are text, empty when there is nothing to say.

    Texts with figures are links to the indicator's row in the appendix.
    """

    def __init__(
        self,
        facts: RoundFacts,
        references: ReportAnchors,
        indicator: Indicator,
        scope: str = Tier.PROVINCE,
    ) -> None:
        self._facts, self._indicator, self._scope = facts, indicator, scope
        self._references = references
        self._line: Tally | None = facts.consolidation.line(indicator.code, scope)

    @property
    def known(self) -> bool:
        """Whether at least one unit stands behind the figure (a ratio of nothing is not known)."""
        return self._line is not None and tally_text(self._indicator, self._line) != number(None)

    @property
    def text(self) -> str:
        """The figure in running text: `1.234`, `98,44%`, `62 trên 111 đơn vị`."""
        if self._indicator.aggregation == "count_yes" and self._line is not None and self.known:
            yes, answers = number(self._line.numerator), number(self._line.denominator)
            return self._linked(t("report.answered_yes", yes=yes, answers=answers))
        return self._linked(tally_text(self._indicator, self._line))

    def _linked(self, text: str) -> Linked:
        return Linked(link(self._references.indicator(self._indicator.code), text) if text else "")

    @property
    def unit(self) -> str:
        """The unit of measure in running text: `hồ sơ`, not `Hồ sơ`; empty for percentages and yes/no."""
        measure = self._indicator.unit_of_measure
        if self._indicator.aggregation != "sum" or folded(measure) in t("report.no_measure").split("|"):
            return ""
        return lower_first(measure)

    @property
    def parts(self) -> str:
        """`4.738/4.747` behind a ratio."""
        line = self._line
        if line is None or line.numerator is None or line.denominator is None:
            return ""
        return self._linked(f"{number(line.numerator)}/{number(line.denominator)}")

    @property
    def coverage(self) -> str:
        """`118 trên 122`: units counted of those that owe the figure. No fraction: beside a percentage a reader
        would take it for the percentage's parts. Empty of what not each unit states for itself."""
        if self._line is None or not self._indicator.of_units:
            return ""
        return self._linked(of(self._line.units_counted, self._line.units_obliged))

    @property
    def change(self) -> str:
        """`, tăng 3,20% so với cùng kỳ năm trước (tính trên 110 đơn vị có số liệu cả hai kỳ)`, or empty."""
        past = self._facts.last_year
        if past is None or self._scope != Tier.PROVINCE or self._indicator.code not in past.now:
            return ""
        return self._linked(change_text(self._indicator, past))

    @property
    def move(self) -> str:
        """The change alone: `tăng 3,20%`, `giảm 0,35 điểm phần trăm`, or empty."""
        past, code = self._facts.last_year, self._indicator.code
        if past is None or self._scope != Tier.PROVINCE or code not in past.now:
            return ""
        return self._linked(moved_text(self._indicator, past))

    def ranked(self) -> list[tuple[Unit, Decimal]]:
        """Units with their own figure, highest first; equal figures in the order of the units."""
        found = [
            (unit, value)
            for unit in self._facts.units
            if self._facts.owes(unit, self._indicator.code)
            and (value := comparable(self._indicator, self._facts.figures.get(unit.code, {}))) is not None
        ]
        return sorted(found, key=lambda pair: -pair[1])


def change_text(indicator: Indicator, past: YearComparison) -> str:
    """How a figure moved against last year, and over whom that is said, as part of a sentence."""
    code = indicator.code
    now, move = past.now[code], move_text(indicator, past.now[code], past.then[code])
    if not move:
        return ""
    if code not in past.of_province:
        return t("report.change.against", move=move, units=now.units_counted)
    then = past.of_province[code]
    key = "against_province_alone" if then is None else "against_province"
    values = {"units": now.units_counted, "owing": now.units_obliged, "then": then}
    return t(f"report.change.{key}", move=move, **values)


def moved_text(indicator: Indicator, past: YearComparison) -> str:
    """The change alone; of the province's own figures it says so, with how many units stood behind last year's."""
    move = move_text(indicator, past.now[indicator.code], past.then[indicator.code])
    if not move or indicator.code not in past.of_province:
        return move
    then = past.of_province[indicator.code]
    return t(f"report.change.{'short_alone' if then is None else 'short_province'}", move=move, then=then)


def compared_text(past: YearComparison, counted: Callable[[int], str]) -> str:
    """Over whom the report compares, said once at its top; empty when nothing is compared. `counted` shows a count."""
    if not past.now:
        return ""
    count = len(past.of_province)
    if not count:
        return t("report.compared.units")
    alone = sum(behind is None for behind in past.of_province.values())
    key = "province" if len(past.now) > count else "all_province"
    unknown = t("report.compared.unknown", count=counted(alone)) if alone else ""
    return t(f"report.compared.{key}", count=counted(count), unknown=unknown)


def basis_text(code: str, past: YearComparison) -> str:
    """Over whom an indicator is compared, for a cell; empty when it is not."""
    if code not in past.now:
        return ""
    if code not in past.of_province:
        return t("report.change.basis_units", units=past.now[code].units_counted)
    then = past.of_province[code]
    return t(f"report.change.{'basis_alone' if then is None else 'basis_province'}", then=then)


def move_text(indicator: Indicator, now: Tally, then: Tally) -> str:
    """`tăng 3,20%`, `giảm 0,35 điểm phần trăm`, `bằng`; empty for figures that are not compared."""
    if now.value is None or then.value is None or indicator.aggregation not in ("sum", "ratio"):
        return ""
    gap = now.value - then.value
    as_shown = (
        abs(gap) if indicator.aggregation == "ratio" or then.value == 0 else abs(gap) * 100 / then.value
    )
    if gap == 0 or number(as_shown, "percent") == number(Decimal(), "percent"):
        return t("report.change.same")  # what rounds to 0,00 is no increase
    word = t("report.change.up" if gap > 0 else "report.change.down")
    if indicator.aggregation == "ratio":
        return f"{word} {t('report.change.points', points=number(abs(gap), 'percent'))}"
    if then.value == 0:
        return f"{word} {number(abs(gap))} {indicator.unit_of_measure.lower()}"
    return f"{word} {number(abs(gap) * 100 / then.value, 'percent')}%"


def short_name(indicator: Indicator) -> str:
    """The indicator's name as it goes into a sentence: no leading dash, no closing colon, lower case."""
    name = indicator.name.strip().strip("-").strip().rstrip(".:, ")
    before, colon, after = name.partition(": ")
    if colon and folded(indicator.group).startswith(folded(before)):
        name = after  # the group's name stands in front of the sentence already
    return lower_first(name)


def lower_first(text: str) -> str:
    """The text as it continues a sentence; `TTHC` and other abbreviations keep their capitals."""
    return text[:1].lower() + text[1:] if len(text) > 1 and not text[1].isupper() else text


def unit_names(units: Sequence[Unit], limit: int) -> str:
    return names([unit.name for unit in units], limit)
