"""The sections of the report as blocks for its template: opening, facts, units' ideas, a table of the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from cchc.documents.blocks import Block, DocumentTable, Paragraph, TextRun, columns_of, linked_runs
from cchc.documents.places import Linked, link
from cchc.documents.text import clean
from cchc.figures.facts import RoundFacts
from cchc.figures.shown import of, tally_text
from cchc.figures.tally import Tally
from cchc.folding import folded
from cchc.indicators import Indicator
from cchc.indicators.numbers import number
from cchc.report.anchors import ReportAnchors
from cchc.report.figure_sentences import lower_first, unit_names
from cchc.report.narrative_rules import SectionRules
from cchc.report.section_facts import Assessment, FactTeller, SectionTold
from cchc.report.unit_clauses import Clause, merged
from cchc.texts import t, table


@dataclass
class ReportSections:
    """All sections of one report; ideas of units that one section told are not told by a later one."""

    facts: RoundFacts
    references: ReportAnchors
    teller: FactTeller
    similar_percent: int
    _told: list[str] = field(default_factory=list)
    _assessed: list[Assessment] = field(default_factory=list)

    def blocks(self) -> dict[str, Sequence[Block]]:
        """By the name under which the template calls them: `muc_<code>`, and the two halves of the assessment."""
        found: dict[str, Sequence[Block]] = {}
        for section in self.teller.rules.sections:
            found[f"muc_{section.code}"] = self._section(section)
        return found | {"danh_gia_dat": self._reached(), "danh_gia_chua": self._short()}

    def _section(self, section: SectionRules) -> list[Block]:
        told = self.teller.section(section)
        self._assessed += told.assessed
        blocks: list[Block] = [_body(Linked(f"{sentence}.")) for sentence in told.opening]
        blocks += [_item(sentence) for sentence in (*told.by_tier, *told.matters)]
        if told.below:
            listed = "; ".join(_below(one) for one in told.below)
            blocks.append(_item(t("narrative.below", list=listed)))
        blocks += self._ideas(section)
        blocks += self._table(told)
        return blocks

    def _ideas(self, section: SectionRules) -> list[Block]:
        """What units wrote under the heading, one idea a line with who wrote it; nothing where they wrote nothing."""
        rules = self.teller.rules.texts
        own = {unit: texts.get(section.code, "") for unit, texts in self.facts.narratives.items()}
        found = merged(self.facts.units, own, rules, self.similar_percent, self._told)
        found = found[: rules.most_of.get(section.code, rules.most)]
        if not found:
            return []
        self._told += [clause.text for clause in found]
        words = table("narrative.texts")
        blocks: list[Block] = [_lead(words.get(section.code, words["result"]))]
        return blocks + [self._idea(clause) for clause in found]

    def _idea(self, clause: Clause) -> Paragraph:
        limit = self.teller.rules.texts.named
        if len(clause.units) <= limit:
            who = t("narrative.by_names", names=unit_names(clause.units, limit))
        else:
            who = t("narrative.by_units", count=len(clause.units))
        return Paragraph((TextRun(clause.text), TextRun(f"{who}.", italic=True)), "item")

    def _table(self, told: SectionTold) -> list[Block]:
        rows: list[list[str]] = []
        group = None
        for indicator in told.left:
            line = self.teller.values.line(indicator.code)
            if line is None or not _says_something(line):
                continue
            if indicator.group != group:
                group = indicator.group
                if folded(group) != folded(indicator.name):  # a group of one is not named twice
                    rows.append([group])
            rows.append(self._row(sum(len(row) > 1 for row in rows) + 1, indicator, line))
        if not rows:
            return []
        numbered = [row for row in rows if len(row) > 1]
        if len(numbered) < self.teller.rules.limits.table_rows:
            return [_item(Linked(_sentence(row))) for row in numbered]
        heads = table("narrative.table")
        columns = columns_of(heads, "number:10^ name:76 measure:24^ value:36> change:30>")
        return [_lead(t("narrative.rest")), DocumentTable(columns, rows)]

    def _row(self, place: int, indicator: Indicator, line: Tally) -> list[str]:
        anchor = self.references.indicator(indicator.code)
        if indicator.aggregation == "count_yes":
            shown = t("narrative.answered", yes=number(line.numerator), answers=number(line.denominator))
        else:
            shown = tally_text(indicator, line).replace("; ", "\n")
        if indicator.of_units and self.teller.values.is_few(line):
            shown += f"\n({of(line.units_counted, line.units_obliged)})"
        move = self.teller.values.move(indicator.code, short=True)
        measure = "" if indicator.aggregation == "count_yes" else indicator.unit_of_measure
        cells = [Linked(link(anchor, text)) if text else "" for text in (shown, move)]
        return [str(place), clean(indicator.name.strip("- :")), measure, *cells]

    def _reached(self) -> list[Block]:
        """Targets that are kept, then watched rates that rose, the largest rise first."""
        limits = self.teller.rules.limits
        kept = [one for one in self._assessed if one.target is not None and one.short is None]
        risen = sorted(
            (
                one
                for one in self._assessed
                if (one.rate.moved or 0) >= limits.change_points and one not in kept
            ),
            key=lambda one: -(one.rate.moved or 0),
        )
        return [*self._listed("reached", _below, kept), *self._listed("better", _moved, risen)]

    def _short(self) -> list[Block]:
        """Targets that are missed, the farthest first, then watched rates that fell."""
        limits = self.teller.rules.limits
        short = sorted(
            (one for one in self._assessed if one.short is not None), key=lambda one: -(one.short or 0)
        )
        fallen = sorted(
            (one for one in self._assessed if (one.rate.moved or 0) <= -limits.change_points),
            key=lambda one: one.rate.moved or 0,
        )
        return [*self._listed("short", _below, short), *self._listed("worse", _moved, fallen)]

    def _listed(
        self, key: str, words: Callable[[Assessment], str], found: Sequence[Assessment]
    ) -> Iterator[Block]:
        """One sentence over the first of them; none over nothing."""
        if found:
            listed = "; ".join(map(words, found[: self.teller.rules.limits.assessed]))
            yield _body(Linked(t(f"narrative.{key}", list=listed)))


def nothing_yet(*, draft: bool) -> list[Block]:
    """What stands under a heading of which neither figures nor units tell: a heading over nothing looks like a fault.

    A draft asks the department to write something."""
    asked = [Paragraph((TextRun(t("narrative.ask")),), "todo")] if draft else []
    return [*asked, _body(t("narrative.nothing_yet"))]


def _sentence(row: Sequence[str]) -> str:
    """A row of the table as a line of its own."""
    _, name, measure, value, move = row
    plain = measure in ("", "%") or folded(measure) in t("report.no_measure").split("|")
    said = t(
        "narrative.row" if plain else "narrative.row_unit", name=name, value=value, unit=lower_first(measure)
    )
    return f"{said} ({move})" if move else said


def _below(one: Assessment) -> str:
    shown = number(one.target, "percent") if one.target is not None else ""
    target = shown.removesuffix(",00")
    return t("narrative.below_one", name=one.name, rate=one.text, target=target)


def _moved(one: Assessment) -> str:
    return t("narrative.moved_one", name=one.name, rate=one.text, move=one.move)


def _says_something(line: Tally) -> bool:
    """Whether a row of the table tells of something: a count that is 0, or texts that do not add up, are no row."""
    if line.distribution is not None:
        return any(line.distribution.values())
    return bool(line.value) or bool(line.denominator)


def _body(text: str) -> Paragraph:
    return Paragraph(tuple(linked_runs(text)), "body")


def _lead(text: str) -> Paragraph:
    return Paragraph((TextRun(text),), "lead")


def _item(text: str) -> Paragraph:
    return Paragraph(tuple(linked_runs(text + ".")), "item")
