"""Proof that every rule of `checks.yaml` can speak: for each one a faulty workbook is found that it blames.

A rule is asked about the newest rounds in which its tiers owe anything: a rule without `tiers` must work for units
of today, one for the districts (until June 2025) for those of then. Every tier, round and indicator that a rule
names must be of use. Unknown indicators, repetitions and contradictions are refused when the file is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cchc.checks.context import CheckContext, reference_rounds
from cchc.checks.engine import run
from cchc.checks.load import FILE, Rules
from cchc.checks.rule import Rule, Situation, Targeted, Witness
from cchc.config_files import shown_config
from cchc.errors import ConfigError
from cchc.indicators import Indicator, IndicatorRegister
from cchc.indicators.model import TWO_TIERS_SINCE
from cchc.texts import t
from cchc.units import REPORTING_TIERS, Unit
from cchc.workbooks.forms import FilledForm, Identity
from cchc.year import REPORT_KINDS, Calendar, Product, Round

_UNIT = "thu"


def prove(rules: Rules, register: IndicatorRegister, calendar: Calendar, year: int) -> list[ConfigError]:
    """What in the rules can never have an effect in `year` (or, for tiers that are gone, before); empty when all can.

    The errors name file, rule, what cannot work and what to do.
    """
    situations = _situations(register, calendar, year)
    return [
        fault
        for number, rule in enumerate(rules.all, start=1)
        for fault in _faults(number, rule, _silencing(rules.all[: number - 1], rule), situations, register)
    ]


def fires(
    rule: Rule,
    situation: Situation,
    witness: Witness,
    register: IndicatorRegister,
    before: Sequence[Rule] = (),
) -> bool:
    """Whether the engine, given this rule and those `before` it that can silence it, names it for the witness."""
    identity = Identity(Product.REPORT.value, _UNIT, situation.round_.round_id)
    filled = FilledForm(identity, "", witness.figures, **witness.form)
    unit = Unit(_UNIT, _UNIT, situation.tier, "", None, situation.round_.reference_day, None, (), (), "")
    settings = {"as_of": situation.round_.unit_due_at, **witness.context}
    context = CheckContext(
        unit=unit, round_=situation.round_, indicators=register, owed=situation.owed, **settings
    )
    return any(finding.rule == rule.code for finding in run(filled, context, Rules("", (*before, rule))))


def _situations(register: IndicatorRegister, calendar: Calendar, year: int) -> list[Situation]:
    """Every tier that owes anything in the report rounds of the year, and every owner of figures; for tiers that are
    gone, in their last whole year."""
    found: list[Situation] = []
    # One file serves all years: asked about a year of the three tiers, it is proven for the two tiers as well.
    for one in (max(year, TWO_TIERS_SINCE.year), TWO_TIERS_SINCE.year - 1):
        gone = {situation.tier for situation in found}
        for round_ in calendar.rounds(one):
            if round_.kind not in REPORT_KINDS:
                continue
            references = reference_rounds(calendar, round_)
            for tier, owed in _asked(register, round_):
                if owed and tier not in gone:
                    found.append(Situation(tier, round_, owed, references))
    return found


def _asked(register: IndicatorRegister, round_: Round) -> Iterator[tuple[str, tuple[Indicator, ...]]]:
    """What the form of every unit of a tier asks for; then the forms of those who state figures for the province."""
    day, kind = round_.reference_day, round_.kind
    for reporting in REPORTING_TIERS:
        yield str(reporting), tuple(register.owed_by_all(reporting, day, kind))
    for owner, tier in register.owners(day).items():
        unit = Unit(owner, owner, tier, "", None, day, None, (), (), "")
        yield tier, tuple(register.owed(unit, day, kind))


def _silencing(before: Sequence[Rule], rule: Rule) -> list[Rule]:
    """A blank cell is named once, by the first compulsory rule that covers it: one behind such a rule may never
    have its turn."""
    return [one for one in before if rule.first_only and one.kind == rule.kind]


def _faults(
    number: int,
    rule: Rule,
    before: Sequence[Rule],
    situations: list[Situation],
    register: IndicatorRegister,
) -> Iterator[ConfigError]:
    place = t("checks.config.place", number=number, code=rule.code)
    newest = max(one.round_.year for one in situations)

    def alive(code: str | None = None, tier: str | None = None, kind: str | None = None) -> bool:
        fitting = [
            one
            for one in situations
            if (one.tier in rule.tiers if rule.tiers else one.round_.year == newest)
            and (not rule.rounds or str(one.round_.kind) in rule.rounds)
            and (tier is None or one.tier == tier)
            and (kind is None or str(one.round_.kind) == kind)
        ]
        return any(
            fires(rule, one, witness, register, before)
            for one in fitting
            for witness in rule.witnesses(one, code)
        )

    def fault(key: str, found: str, word: str) -> ConfigError:
        allowed, action = t(f"checks.config.{word}"), t("checks.config.dead_action")
        return ConfigError(shown_config(FILE), f"{place}, {key}", found, allowed, action)

    if not alive():
        yield fault("kind", rule.kind, "never")
        return
    yield from (fault("tiers", tier, "never_tier") for tier in rule.tiers if not alive(tier=tier))
    yield from (fault("rounds", kind, "never_round") for kind in rule.rounds if not alive(kind=kind))
    if isinstance(rule, Targeted):
        dead = [code for code in rule.indicators if not alive(code)]
        yield from (fault("indicators", code, "never_indicator") for code in dead)
