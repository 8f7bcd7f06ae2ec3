"""Which facts the report tells, in which order and words: `include/config/narrative.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator

from cchc.config_files import OpenedFiles, StrictModel, config_file, shown
from cchc.documents.signing import Dated
from cchc.errors import ConfigError, ConfigErrors
from cchc.indicators import Indicator, IndicatorRegister
from cchc.indicators.expression import codes_of, is_expression
from cchc.texts import t
from cchc.workbooks.outline import load_outline
from cchc.year import REPORT_KINDS

FILE = "narrative.yaml"
_PLACE = re.compile(r"\{(\w+)\}")
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
RATE_ENDS = ("", "_tu", "_mau", "_con", "_doi")
FIGURE_ENDS = ("", "_tong", "_con", "_doi")
_ROUNDS = ", ".join(map(str, REPORT_KINDS))


def rate_parts(rate: str) -> tuple[str, str] | None:
    """(numerator, denominator) of `I.1.2/I.1.1`; None for one indicator that is a percentage itself."""
    above, slash, below = rate.partition("/")
    return (above, below) if slash else None


def codes_of_rate(rate: str) -> tuple[str, ...]:
    """The indicators that a rate is made of."""
    above, _, below = rate.partition("/")
    return tuple(dict.fromkeys((*codes_of(above), *(codes_of(below) if below else ()))))


def _unknown_rounds(rounds: tuple[str, ...]) -> list[str]:
    return [kind for kind in rounds if kind not in {str(one) for one in REPORT_KINDS}]


class Watched(StrictModel):
    """A rate of which the assessment speaks. `target` in percent; `rounds`: the target holds only in these."""

    name: str = Field(min_length=1)
    target: Annotated[Decimal, Field(gt=0, le=100)] | None = None
    rounds: tuple[str, ...] = ()

    def target_in(self, round_kind: str) -> Decimal | None:
        return self.target if not self.rounds or round_kind in self.rounds else None


class Told(Dated):
    """What every rule has. `words`: `{places}` for figures; what stands in [ ] goes when a place in it is empty."""

    kind: str
    words: str = Field(min_length=1)
    rounds: tuple[str, ...] = ()

    def holds_in(self, round_kind: str, day: date) -> bool:
        return self.holds_on(day) and (not self.rounds or round_kind in self.rounds)

    def places(self) -> set[str]:
        """The places that the words may name."""
        return set()

    def named(self) -> Iterator[str]:
        """Codes of the indicators that the rule speaks of."""
        yield from ()

    def faults(self) -> Iterator[tuple[str, str, str]]:
        """(key, what was found, what is allowed) of what the model alone cannot refuse."""
        for kind in _unknown_rounds(self.rounds):
            yield "rounds", kind, _ROUNDS
        left = _OPTIONAL.sub("", self.words)
        if "[" in left or "]" in left:
            yield "words", self.words, t("narrative.settings.brackets")
        for place in _PLACE.findall(self.words):
            if place not in self.places():
                yield "words", place, ", ".join(sorted(self.places()))
        if not _PLACE.search(left):
            yield "words", self.words, t("narrative.settings.no_place")
        if self.words.endswith("."):
            yield "words", self.words, t("narrative.settings.no_stop")


class Figured(Told):
    """A rule with figures and rates, each under the name of its place."""

    figures: dict[str, str] = Field(default_factory=dict)
    rates: dict[str, str] = Field(default_factory=dict)
    watched: dict[str, Watched] = Field(default_factory=dict)

    def places(self) -> set[str]:
        return {
            *(name + end for name in self.figures for end in FIGURE_ENDS),
            *(name + end for name in self.rates for end in RATE_ENDS),
        }

    def named(self) -> Iterator[str]:
        yield from self.figures.values()
        for rate in self.rates.values():
            yield from codes_of_rate(rate)

    def faults(self) -> Iterator[tuple[str, str, str]]:
        yield from super().faults()
        for name, watched in self.watched.items():
            for kind in _unknown_rounds(watched.rounds):
                yield f"watched.{name}.rounds", kind, _ROUNDS
            if name not in self.rates:
                yield (
                    f"watched.{name}",
                    name,
                    ", ".join(sorted(self.rates)) or t("narrative.settings.no_rate"),
                )

    @field_validator("rates")
    @classmethod
    def _rates(cls, value: dict[str, str]) -> dict[str, str]:
        for rate in value.values():
            _rate(rate)
        return value


def _rate(value: str) -> str:
    if not all(is_expression(part) for part in value.split("/", 1)):
        raise ValueError(t("narrative.settings.rate"))
    return value


class Say(Figured):
    """A sentence with figures."""

    kind: Literal["say"]


class ByTier(Figured):
    """One line a tier of units, with that tier's figures."""

    kind: Literal["tiers"]

    def places(self) -> set[str]:
        return super().places() | {"khoi"}


class BestAndWorst(Told):
    """The units with the highest and the lowest rate."""

    kind: Literal["units"]
    rate: str

    _is_rate = field_validator("rate")(_rate)

    def places(self) -> set[str]:
        return {"cao", "thap"}

    def named(self) -> Iterator[str]:
        yield from codes_of_rate(self.rate)


class ByField(Told):
    """The fields of work with the highest and the lowest rate, as the one-stop software counts them."""

    kind: Literal["fields"]

    def places(self) -> set[str]:
        return {"so", "cao", "thap", "ngay"}


class LargestChange(Told):
    """The figure of the section that moved most against last year, among those that were not told yet."""

    kind: Literal["change"]

    def places(self) -> set[str]:
        return {"ten", "so", "doi"}


Rule = Annotated[Say | ByTier | BestAndWorst | ByField | LargestChange, Field(discriminator="kind")]


class NarrativeLimits(StrictModel):
    """How much is told, and from which size on; see the comments in the file."""

    pages: int = Field(ge=1)
    facts: int = Field(ge=0)
    few_units: Annotated[Decimal, Field(ge=0, le=1)]
    least_whole: int = Field(ge=1)
    least_value: int = Field(ge=1)
    change_percent: Annotated[Decimal, Field(gt=0)]
    change_points: Annotated[Decimal, Field(gt=0)]
    table_rows: int = Field(ge=1)
    assessed: int = Field(ge=0)


class TextRules(StrictModel):
    """How units' own texts are chosen and merged."""

    most: int = Field(ge=0)
    most_of: dict[str, int] = Field(default_factory=dict)
    characters: int = Field(ge=50)
    least_characters: int = Field(ge=1)
    named: int = Field(ge=1)
    subjects: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    nothing: tuple[str, ...] = ()
    fragments: tuple[str, ...] = ()


class SectionRules(StrictModel):
    """What one section of the report tells; `code` is that of the outline, `indicators` are patterns of codes.

    `aside`: those of them that only the appendix has when no sentence tells them.
    """

    code: str
    indicators: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    open: tuple[Rule, ...] = ()
    matters: tuple[Rule, ...] = ()

    def holds(self, code: str) -> bool:
        """Whether an indicator belongs to the section."""
        return any(fnmatchcase(code, pattern) for pattern in self.indicators)

    def tabled(self, code: str) -> bool:
        """Whether an indicator that the text does not tell stands in the section's table."""
        return self.holds(code) and not any(fnmatchcase(code, pattern) for pattern in self.aside)


class NarrativeRules(StrictModel):
    """The whole file."""

    version: str
    limits: NarrativeLimits
    texts: TextRules
    sections: tuple[SectionRules, ...]

    @classmethod
    def load(cls, folder: Path | None = None) -> NarrativeRules:
        """Read and check the file. ConfigErrors with every fault: file, place, what was found, what is allowed."""
        return _load(folder)

    @cached_property
    def _by_code(self) -> dict[str, SectionRules]:
        return {section.code: section for section in self.sections}

    def section(self, code: str) -> SectionRules:
        return self._by_code[code]


@config_file(FILE)
def _load(opened: OpenedFiles) -> NarrativeRules:
    rules = opened.yaml(NarrativeRules)
    known = {one.code: one for one in IndicatorRegister.load(opened.folder).all}
    outline = [section.code for section in load_outline(opened.folder)]
    faults = [
        ConfigError(shown(opened.path), place, found, allowed)
        for place, found, allowed in _faults(rules, known, outline)
    ]
    if faults:
        raise ConfigErrors(faults)
    return rules


def _faults(
    rules: NarrativeRules, known: dict[str, Indicator], outline: list[str]
) -> Iterator[tuple[str, str, str]]:
    codes = [section.code for section in rules.sections]
    for code in outline:
        if code not in codes:
            yield "sections", t("narrative.settings.absent"), code
    for place in rules.texts.most_of:
        if place not in outline:
            yield f"texts.most_of.{place}", place, ", ".join(outline)
    for number, section in enumerate(rules.sections):
        place = f"sections.{number}"
        if section.code not in outline or codes.index(section.code) != number:
            yield f"{place}.code", section.code, ", ".join(outline)
        for pattern in (*section.indicators, *section.aside):
            if not any(fnmatchcase(code, pattern) for code in known):
                yield f"{place}.indicators", pattern, t("narrative.settings.indicator")
        for part in ("open", "matters"):
            for at, rule in enumerate(getattr(section, part)):
                here = f"{place}.{part}.{at}"
                for key, found, allowed in rule.faults():
                    yield f"{here}.{key}", found, allowed
                for code in rule.named():
                    if code not in known:
                        yield here, code, t("narrative.settings.indicator")
    for code in known:
        homes = [section.code for section in rules.sections if section.holds(code)]
        if len(homes) != 1:
            yield (
                "sections.indicators",
                f"{code}: {', '.join(homes) or '-'}",
                t("narrative.settings.one_home"),
            )
