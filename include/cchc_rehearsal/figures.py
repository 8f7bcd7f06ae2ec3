"""The true figures of a unit of the synthetic province, consistent with every rule of the form.

Yearly totals are drawn once a unit; a round holds the share of its window, so that the 6-month figures are
never below the first quarter's. What the exports know is handed in: a unit's own figures start from there.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cchc.indicators import Indicator, evaluate
from cchc_rehearsal.behaviour import seeded

# Share of a year's flow that falls into each round's window; Q3's window starts on 15 June.
SHARES = {"Q1": Decimal("0.23"), "6T": Decimal("0.48"), "Q3": Decimal("0.25"), "NAM": Decimal(1)}

# Yearly totals by kind of thing counted; everything not named here draws from DEFAULT.
DEFAULT = (0, 12)
RANGES: dict[str, tuple[int, int]] = {
    "I.1.1": (18, 40), "I.1.3": (8, 40), "I.2.1": (0, 3), "I.2.2": (0, 2), "I.3.2": (0, 12),
    "I.3.3": (5, 60), "I.4.1": (5, 30), "I.5.1": (60, 400), "II.1.1": (0, 9),
    "III.2.1": (0, 40), "III.2.2": (0, 30),
    "III.2.4": (1200, 1500), "III.2.5": (300, 400), "III.4.2": (0, 15), "III.5.1": (20, 80), "III.5.2": (0, 12),
    "IV.1.1": (3, 6), "IV.1.2": (2, 20),
    "IV.2.1": (25, 90), "IV.2.4": (0, 2), "IV.3.3": (0, 2), "IV.5.1": (2, 4), "IV.5.4": (2, 4),
    "IV.3.1": (60, 600), "IV.4.1": (0, 30), "IV.5.2": (3, 12), "IV.5.3": (2, 30),
    "V.4.1": (10, 160), "V.5.1": (0, 9), "VI.3.2": (0, 1), "VI.3.3": (0, 2), "VI.3.4": (0, 4),
    "VI.3.5": (2, 18), "V.3.2": (0, 1), "V.3.3": (0, 3), "V.3.4": (0, 1),
    "VII.4.1": (250, 400), "VII.4.2": (500, 700), "VII.5.1": (200, 700), "IV.6.1": (10, 40), "IV.7.1": (4, 15),
    "IV.7.2": (2, 12),
    "CK.1": (10, 80), "TC.1": (0, 900_000_000),
}  # fmt: skip

# Things that stand, instead of happening: the same in every round of the year.
STOCKS = {
    "I.1.1", "III.2.4", "III.2.5", "III.3.1", "III.5.1", "III.5.2", "III.7.1", "III.7.2", "III.7.3",
    "IV.1.1", "IV.1.2", "IV.1.3", "IV.2.1", "IV.2.2", "IV.2.3", "IV.3.1", "IV.3.2", "IV.4.1", "IV.4.2",
    "IV.5.1", "IV.5.2", "IV.5.3", "IV.5.4", "V.4.1", "V.5.1", "VI.2.1", "VI.3.2", "VI.3.3", "VI.3.4", "VI.3.5",
    "VII.4.1", "VII.4.2", "VII.5.1", "CK.1",
}  # fmt: skip

# A part that never exceeds its whole, with the usual share.
PARTS: dict[str, tuple[str, float]] = {
    "I.1.2": ("I.1.1", 0.9), "I.2.5": ("I.2.4", 0.85), "I.4.2": ("I.4.1", 0.75), "II.1.2": ("II.1.1", 0.9),
    "II.1.3": ("II.1.1", 0.95), "II.2.3": ("II.2.2", 0.9), "II.2.6": ("II.2.5", 0.9), "II.3.2": ("II.3.1", 0.9),
    "II.3.4": ("II.3.3", 0.8), "III.4.3": ("III.4.2", 0.92), "IV.2.2": ("IV.2.1", 0.93), "IV.3.2": ("IV.3.1", 0.95),
    "IV.4.2": ("IV.4.1", 0.95), "IV.6.3": ("IV.6.2", 0.85), "IV.7.4": ("IV.7.3", 0.85), "V.4.2": ("V.4.1", 0.8),
    "V.5.2": ("V.5.1", 0.8), "II.2.2": ("II.2.1", 0.2), "II.2.5": ("II.2.4", 0.2),
}  # fmt: skip

# What a unit may leave empty without anybody objecting.
OPTIONAL = ("II.2.", "V.2.", "IV.7.", "V.6.7", "V.6.8", "V.6.9", "IV.1.3")


@dataclass(frozen=True)
class TrueFigure:
    """What really is the case: a value, or the parts of a percentage, or an option, or a text."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    text: str | None = None


def true_figures(
    seed: int,
    unit_code: str,
    round_kind: str,
    owed: Sequence[Indicator],
    system: Mapping[str, TrueFigure],
) -> dict[str, TrueFigure]:
    """Figures of one unit for one round by indicator. An indicator that is absent is left empty by the unit.

    system: what the exports really say for the unit and the round's window.
    """
    codes = {indicator.code for indicator in owed}
    counts = _counts(seed, unit_code, round_kind, owed, system)
    _sums(counts, codes, round_kind)
    figures: dict[str, TrueFigure] = {}
    for indicator in owed:
        chance = seeded(seed, unit_code, indicator.code)
        if indicator.code in system:
            figures[indicator.code] = system[indicator.code]
        elif indicator.kind == "percent":
            if (percent := _percent(chance, indicator, counts)) is not None:
                figures[indicator.code] = percent
        elif indicator.kind in ("boolean", "enum"):
            figures[indicator.code] = TrueFigure(_option(chance, indicator, round_kind))
        elif indicator.kind == "text":
            figures[indicator.code] = TrueFigure(text=f"{chance.randint(1, 4):02d} sáng kiến")
        elif indicator.code in counts and not _left_empty(seed, unit_code, indicator.code):
            figures[indicator.code] = TrueFigure(Decimal(counts[indicator.code]))
    return figures


def _counts(
    seed: int, unit_code: str, round_kind: str, owed: Sequence[Indicator], system: Mapping[str, TrueFigure]
) -> dict[str, int]:
    """Counts and sums of money by indicator, wholes before their parts."""
    counts = {code: int(figure.value) for code, figure in system.items() if figure.value is not None}
    for indicator in sorted(owed, key=lambda one: _depth(one.code)):
        code = indicator.code
        if indicator.kind not in ("count", "money") or code in counts:
            continue
        if indicator.source in ("one_stop", "doc_management"):
            # No export covers the unit: a body without dossiers says 0, of anything else nobody knows.
            if code.startswith(("T06.", "VB.")):
                counts[code] = 0
            continue
        chance = seeded(seed, unit_code, code)
        if code in PARTS and PARTS[code][0] in counts:
            whole, usual = PARTS[code]
            ratio = min(1.0, max(0.0, chance.gauss(usual, 0.08)))
            counts[code] = int(counts[whole] * ratio)
            if code in ("I.1.2", "V.4.2", "V.5.2"):  # a stock's part grows through the year
                counts[code] = int(
                    counts[code] * (SHARES[round_kind] if round_kind != "Q3" else Decimal("0.75"))
                )
        else:
            total = chance.randint(*RANGES.get(code, DEFAULT))
            counts[code] = total if code in STOCKS else int(total * SHARES[round_kind])
    return counts


def _depth(code: str) -> int:
    """Wholes before their parts, and these before the parts of parts."""
    return 0 if code not in PARTS else 1 + _depth(PARTS[code][0])


def _sums(counts: dict[str, int], codes: set[str], round_kind: str) -> None:
    """Make every identity of the form hold, and the year hold what its 6 months and its third quarter held."""

    def put(code: str, value: int) -> None:
        if code in codes:
            counts[code] = value

    def total(*parts: str) -> int:
        return sum(counts.get(part, 0) for part in parts)

    put("I.4.3", max(0, min(counts.get("I.4.3", 0), counts.get("I.4.1", 0) - counts.get("I.4.2", 0))))
    for found, mended, *looked_at in (
        ("I.2.4", "I.2.5", "I.2.1", "I.2.2", "I.2.3"),
        ("IV.6.2", "IV.6.3", "IV.6.1"),
        ("IV.7.3", "IV.7.4", "IV.7.1", "IV.7.2"),
    ):
        if codes.intersection(looked_at) and not total(*looked_at):
            put(found, 0)
            put(mended, 0)
    # A procedure that both tiers apply is one procedure.
    put("III.2.3", total("III.2.4", "III.2.5") - counts.get("III.2.5", 0) // 4)
    put("III.3.1", counts.get("III.2.3", 0) * 97 // 100)
    put("III.7.1", counts.get("III.2.3", 0) * 95 // 100)
    put("III.7.2", total("VII.4.1", "VII.4.2"))
    put("III.7.3", counts.get("III.7.2", 0) * 40 // 100)
    put("V.6.6", total("V.6.7", "V.6.8", "V.6.9"))
    for code in ("V.6.2", "V.6.3", "V.6.4", "V.6.5", "V.6.7", "V.6.8", "V.6.9"):
        put(code, min(counts.get(code, 0), 2 if round_kind == "NAM" else 1))
    put("V.6.6", total("V.6.7", "V.6.8", "V.6.9"))
    put("V.6.1", total("V.6.2", "V.6.3", "V.6.4", "V.6.5", "V.6.6"))
    if "VI.3.5" in codes:
        put("IV.1.2", total("VI.3.2", "VI.3.3", "VI.3.4", "VI.3.5"))


def _percent(chance: random.Random, indicator: Indicator, counts: Mapping[str, int]) -> TrueFigure | None:
    known = {code: Decimal(value) for code, value in counts.items()}
    if indicator.code.startswith(("III.6.", "OS.")) and counts.get("T06.1") == 0:
        return TrueFigure(None, Decimal(0), Decimal(0))  # no dossier: a share of nothing
    if indicator.denominator in (None, "own"):
        denominator: Decimal | None = Decimal(chance.randint(4, 60))
    else:
        denominator = evaluate(indicator.denominator, known)
    if denominator is None:
        return None
    if indicator.numerator in (None, "own"):
        return TrueFigure(
            None, Decimal(int(denominator * Decimal(str(round(chance.uniform(0.7, 1.0), 3))))), denominator
        )
    numerator = evaluate(indicator.numerator, known)
    return None if numerator is None else TrueFigure(None, numerator, denominator)


def _option(chance: random.Random, indicator: Indicator, round_kind: str) -> Decimal:
    if indicator.kind == "enum":
        return Decimal(chance.choice(sorted(indicator.options)))
    # What was done once in the year stays done.
    start = chance.choice(("Q1", "Q1", "Q1", "6T", "Q3", "NAM", "nie"))
    order = ("Q1", "6T", "Q3", "NAM", "nie")
    return Decimal(int(order.index(round_kind) >= order.index(start)))


def _left_empty(seed: int, unit_code: str, code: str) -> bool:
    return code.startswith(OPTIONAL) and seeded(seed, unit_code, code, "empty").random() < 0.02
