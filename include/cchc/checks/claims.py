"""Claims in prose: what a report says twice, or says against its own arithmetic.

Every rule stays silent on what it does not understand: a report is full of figures that are right.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import cached_property, lru_cache
from itertools import pairwise
from pathlib import Path

from cchc.checks.prose import NUMBER, Fraction, Percent, days, documents, fractions, percents, plain, whole
from cchc.clock import vn_date
from cchc.config_files import StrictModel, load_yaml, shown
from cchc.errors import ConfigError
from cchc.indicators import format_number
from cchc.intake import FilledForm, Finding
from cchc.paths import config_dir
from cchc.texts import t


class Phrase(StrictModel):
    phrase: str
    indicator: str


class ClaimSettings(StrictModel):
    """`include/config/claims.yaml`: phrases that speak of an indicator, topics, tolerance in points."""

    phrases: list[Phrase]
    topics: list[str]
    percent_tolerance: Decimal

    @classmethod
    def load(cls, folder: Path | None = None) -> ClaimSettings:
        path = (folder or config_dir()) / "claims.yaml"
        return _load(path, path.stat().st_mtime_ns if path.exists() else 0)


@lru_cache(maxsize=4)
def _load(path: Path, _changed: int) -> ClaimSettings:
    settings = load_yaml(path, ClaimSettings)
    for row in settings.phrases:
        if row.phrase.count("{n}") != 1 or plain(row.phrase) != row.phrase:
            raise ConfigError(shown(path), row.indicator, row.phrase, t("claims.phrase_form"))
    return settings


# How far apart (characters) things stand that speak of each other.
_NEAR, _NEAR_BEFORE = 60, 40
_BRACKET = 400
# Parts of one total that are added up: nobody lists more.
_LISTED = 60


@dataclass(frozen=True)
class Claim:
    """A fault found in a text. `found` is the text's own words, `expected` what would be right."""

    rule: str
    found: str
    expected: str
    message: str
    indicator: str | None = None


@dataclass(frozen=True)
class Passage:
    """A text with what it is judged against."""

    text: str
    signed_on: date | None = None
    received_on: date | None = None
    figures: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def last_day(self) -> tuple[date | None, str]:
        """The day after which nothing can be reported, with the key of its name: signing, else receipt."""
        return (self.signed_on, "signed") if self.signed_on else (self.received_on, "received")

    @cached_property
    def flat(self) -> str:
        return plain(self.text)

    def words(self, start: int, end: int) -> str:
        """The text's own words around a place, for people to find it."""
        return " ".join(self.text[max(0, start) : end].split())


def check_text(
    text: str,
    *,
    signed_on: date | None = None,
    received_on: date | None = None,
    figures: Mapping[str, Decimal] | None = None,
    settings: ClaimSettings | None = None,
) -> list[Claim]:
    """Every claim of the text that cannot be right.

    signed_on: the day of signing, when known; else received_on bounds what can have happened.
    figures: the same report's appendix by indicator.
    """
    passage, rules = (
        Passage(unicodedata.normalize("NFC", text), signed_on, received_on, figures or {}),
        settings or ClaimSettings.load(),
    )
    return [claim for rule in _RULES for claim in rule(passage, rules)]


def _percent_of_fraction(passage: Passage, settings: ClaimSettings) -> Iterator[Claim]:
    """A percentage that does not follow from the fraction beside it; rounded or truncated is right."""
    flat = passage.flat
    shares = percents(flat)
    parts = fractions(flat)
    starts, ends = [share.start for share in shares], [share.end for share in shares]
    for place, fraction in enumerate(parts):
        following = parts[place + 1].start if place + 1 < len(parts) else len(flat)
        after, before = bisect_left(starts, fraction.end), bisect_right(ends, fraction.start) - 1
        percent = _beside(
            flat, fraction, following,
            shares[after] if after < len(shares) else None, shares[before] if before >= 0 else None,
        )  # fmt: skip
        if percent is None or fraction.bottom == 0:
            continue
        exact = Decimal(fraction.top) * 100 / fraction.bottom
        step = Decimal(1).scaleb(-percent.decimals)
        right = {exact.quantize(step, ROUND_HALF_UP), exact.quantize(step, ROUND_DOWN)}
        if percent.value in right or abs(percent.value - exact) <= settings.percent_tolerance:
            continue
        found = passage.words(min(fraction.start, percent.start), max(fraction.end, percent.end))
        expected = f"{format_number(exact.quantize(Decimal('0.01'), ROUND_HALF_UP), 2)}%"
        yield Claim(
            "claim_percent",
            found,
            expected,
            t("claims.percent", top=format_number(Decimal(fraction.top)),
              bottom=format_number(Decimal(fraction.bottom)),
              given=passage.words(percent.start, percent.end), right=expected),
        )  # fmt: skip


def _beside(
    flat: str, fraction: Fraction, following: int, after: Percent | None, before: Percent | None
) -> Percent | None:
    """The percentage of a fraction: '83/270 ..., đạt 22,43%' or 'đạt 93% kế hoạch (13/14 ...'.

    following: where the next fraction stands; after, before: the nearest percentages on both sides.
    """
    if after and after.start < following and after.start - fraction.end <= _NEAR:
        between = flat[fraction.end : after.start]
        if re.search(r"\b(dat|chiem|ty le|bang)\b", between) and not re.search(r"\d{2}|\.\s", between):
            return after
    if before and fraction.start - before.end <= _NEAR_BEFORE:
        between = flat[before.end : fraction.start]
        if between.rstrip().endswith("(") and not re.search(r"\d", between):
            return before
    return None


_TOTAL = re.compile(rf"(?<![\d.,/])({NUMBER})\s+(ho so|nhiem vu|van ban|van de)")
_INSIDE = re.compile(r"\s{0,3}(?:\(|;?\s{0,3}trong do:?)([^().]*(?:\.\d{3}[^().]*)*)")
_SOUND = r"(?:truoc va dung han|truoc han|dung han|dung hen)"
_LATE = r"(?:qua han|tre han|tre hen)"
_OPEN = r"(?:chua den han(?: giai quyet)?|dang (?:giai quyet|thuc hien)|trong han)"
_PART = re.compile(rf"(?:({_SOUND})|({_LATE})|({_OPEN}))\s*:?\s*(?:la\s+)?({NUMBER})(?![\d/]|[.,]\d)")


def _parts_of_total(passage: Passage, _settings: ClaimSettings) -> Iterator[Claim]:
    """A total followed in its brackets by its timely and late parts that do not add up to it."""
    flat = passage.flat
    for total in _TOTAL.finditer(flat):
        # Cut before it is matched: a long text without a closing bracket must not be read once for each total.
        bracket = _INSIDE.match(flat[total.end() : total.end() + _BRACKET])
        if not bracket:
            continue
        found = list(_PART.finditer(bracket[1]))
        if not any(part[1] for part in found) or not any(part[2] for part in found):
            continue
        values = [whole(part[4]) for part in found]
        if sum(values) == whole(total[1]):
            continue
        shown_parts = " + ".join(format_number(Decimal(value)) for value in values)
        summed = format_number(Decimal(sum(values)))
        yield Claim(
            "claim_parts",
            passage.words(total.start(), total.end() + bracket.end()),
            summed,
            t("claims.parts", total=total[1], parts=shown_parts, sum=summed,
              difference=format_number(Decimal(abs(whole(total[1]) - sum(values))))),
        )  # fmt: skip


def _fractions_of_total(passage: Passage, _settings: ClaimSettings) -> Iterator[Claim]:
    """A fraction followed by 'Trong đó' and at least three fractions whose tops or bottoms do not add up."""
    flat = passage.flat
    parts = fractions(flat)
    starts = [part.start for part in parts]
    for place, total in enumerate(parts):
        if not re.search(r"trong do", flat[total.end : total.end + _NEAR]):
            continue
        end = flat.find("\n", total.end)
        last = bisect_left(starts, end if end >= 0 else len(flat))
        listed = parts[place + 1 : min(last, place + 1 + _LISTED)]
        if len(listed) < 3:
            continue
        top, bottom = sum(part.top for part in listed), sum(part.bottom for part in listed)
        if (top, bottom) == (total.top, total.bottom):
            continue
        right = f"{format_number(Decimal(top))}/{format_number(Decimal(bottom))}"
        yield Claim(
            "claim_parts",
            passage.words(total.start, total.end),
            right,
            t(
                "claims.fraction_parts",
                given=passage.words(total.start, total.end),
                right=right,
                count=len(listed),
            ),
        )


def _impossible_days(passage: Passage, _settings: ClaimSettings) -> Iterator[Claim]:
    for day in days(passage.flat):
        if day.value is None:
            yield Claim(
                "claim_date",
                passage.words(day.start, day.end),
                t("claims.real_day"),
                t("claims.day", day=passage.words(day.start, day.end)),
            )


def _window_after_signing(passage: Passage, _settings: ClaimSettings) -> Iterator[Claim]:
    """'từ ngày ... đến ngày ...' that ends after the report was signed, or came in."""
    bound, which = passage.last_day
    if bound is None:
        return
    flat = passage.flat
    all_days = days(flat)
    for first, last in pairwise(all_days):
        between = flat[first.end : min(last.start, first.end + _NEAR)]
        joined = re.fullmatch(r"\s*,?\s*den\s+(?:het\s+)?(?:ngay\s+)?", between)
        opened = re.search(r"\btu\s+(?:ngay\s+)?$", flat[max(0, first.start - 20) : first.start])
        # A day written in words carries its 'ngày' itself.
        if joined and opened and last.value and last.value > bound:
            yield Claim(
                "claim_window",
                passage.words(first.start, last.end),
                vn_date(bound),
                t(f"claims.window_{which}", last=vn_date(last.value), day=vn_date(bound)),
            )


def _two_dates(passage: Passage, _settings: ClaimSettings) -> Iterator[Claim]:
    """One document, named by kind, number and symbol, with two days; or dated after the report itself."""
    bound, which = passage.last_day
    seen: dict[str, date] = {}
    for document in documents(passage.flat):
        day = document.day.value if document.day else None
        if day is None:
            continue
        name = passage.words(document.start, document.start + len(document.name) + 4).split(" ngày")[0]
        if document.name in seen and seen[document.name] != day:
            first = vn_date(seen[document.name])
            yield Claim(
                "claim_two_dates",
                name,
                first,
                t("claims.two_dates", name=name, first=first, second=vn_date(day)),
            )
        seen.setdefault(document.name, day)
        if bound and day > bound:
            yield Claim(
                "claim_future_document", name, vn_date(bound),
                t(f"claims.future_{which}", name=name, day=vn_date(day), bound=vn_date(bound)),
            )  # fmt: skip


def _text_against_table(passage: Passage, settings: ClaimSettings) -> Iterator[Claim]:
    """A figure in a known phrase that differs from the appendix of the same report."""
    flat = passage.flat
    for row in settings.phrases:
        given = passage.figures.get(row.indicator)
        if given is None:
            continue
        before, after = (re.escape(part) for part in row.phrase.split("{n}"))
        for match in re.finditer(rf"{before}(?<![\d.,])({NUMBER})(?![\d]|[.,]\d){after}", flat):
            if whole(match[1]) != given:
                yield Claim(
                    "claim_table",
                    passage.words(match.start(), match.end()),
                    format_number(given),
                    t("claims.table", text=match[1], table=format_number(given), indicator=row.indicator),
                    row.indicator,
                )


def _percent_of_nothing(passage: Passage, _settings: ClaimSettings) -> Iterator[Claim]:
    """0 % where nothing arose: of 0/0, or in the brackets behind a total of 0."""
    flat = passage.flat
    for match in re.finditer(r"(?<![\d.,/])0\s?/\s?0(?![\d.,/])[^.%]{0,40}?(?<![\d.,])0(?:,0+)?\s?%", flat):
        yield Claim(
            "claim_zero", passage.words(match.start(), match.end()), t("claims.empty"), t("claims.zero")
        )
    for match in re.finditer(r"(?<![\d.,/])0 ho so \(([^()]*?)\)", flat):
        if re.search(r"(?<![\d.,])0(?:,0+)?\s?%", match[1]):
            yield Claim(
                "claim_zero", passage.words(match.start(), match.end()), t("claims.empty"), t("claims.zero")
            )


_WITHIN = re.compile(r"[^.\n]{0,40}\btrong do\b")


def _two_values(passage: Passage, settings: ClaimSettings) -> Iterator[Claim]:
    """Within one topic, two fractions of one denominator with different numerators."""
    flat = passage.flat
    seen: dict[tuple[str, int], Fraction] = {}
    for fraction in fractions(flat):
        # Up to 12 it may be a day and a month ('đăng ngày 13/10').
        if fraction.bottom <= 12 or _WITHIN.match(flat, fraction.end):
            continue
        around = flat[max(0, fraction.start - 90) : fraction.end + 60]
        for topic in settings.topics:
            if topic not in around:
                continue
            first = seen.setdefault((topic, fraction.bottom), fraction)
            if first.top != fraction.top:
                one, two = (passage.words(part.start, part.end) for part in (first, fraction))
                yield Claim("claim_two_values", two, one, t("claims.two_values", one=one, two=two))


_RULES: tuple[Callable[[Passage, ClaimSettings], Iterator[Claim]], ...] = (
    _percent_of_fraction,
    _parts_of_total,
    _fractions_of_total,
    _impossible_days,
    _window_after_signing,
    _two_dates,
    _text_against_table,
    _percent_of_nothing,
    _two_values,
)


def prose_findings(filled: FilledForm, received_on: date | None = None) -> list[Finding]:
    """Claims of every narrative section of a workbook, as warnings at their cells.

    Prose never refuses a report: a person judges it.
    """
    figures = {code: figure.value for code, figure in filled.figures.items() if figure.value is not None}
    settings, sheet = ClaimSettings.load(), t("intake.sheets.narratives")
    return [
        Finding(
            claim.rule, "canh_bao", sheet, filled.narrative_cells.get(section, ""), claim.indicator,
            claim.found, claim.expected, claim.message,
        )
        for section, text in filled.narratives.items()
        for claim in check_text(
            text, signed_on=filled.signed_on, received_on=received_on, figures=figures, settings=settings
        )
    ]  # fmt: skip
