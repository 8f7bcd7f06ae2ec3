"""Loading `checks.yaml` and refusing what cannot work: unknown indicators, doubled codes, contradictions."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cchc.checks.consistency import contradictions, doubled
from cchc.checks.expressions import is_expression, terms_in
from cchc.checks.model import (
    MODELS,
    Bounds,
    Compulsory,
    Denominator,
    NotBelow,
    OpeningStock,
    Relation,
    Rule,
    RuleFile,
    Targeted,
    VersusSystem,
)
from cchc.config_files import load_yaml, shown
from cchc.errors import ConfigError, ConfigErrors
from cchc.indicators import Indicator, IndicatorRegister
from cchc.paths import config_dir
from cchc.texts import t

FILE = "checks.yaml"
_PERCENT_ONLY = ("ratio", "share", "parts_missing", "zero_of_nothing", "fraction_typed")
_NUMERIC = ("count", "money", "percent", "boolean", "enum")


@dataclass(frozen=True)
class Rules:
    """The rules in force, in file order. `version` as the file says."""

    version: str
    all: tuple[Rule, ...]

    @classmethod
    def load(cls, folder: Path | None = None) -> Rules:
        """From `checks.yaml` of the configuration folder. Raises ConfigErrors naming every fault."""
        base = folder or config_dir()
        path = base / FILE
        stamps = tuple(p.stat().st_mtime_ns if p.exists() else 0 for p in (path, base / "indicators.csv"))
        return _load(base, stamps)

    def get(self, code: str) -> Rule:
        """One rule; KeyError when there is none of that code."""
        return next(rule for rule in self.all if rule.code == code)

    def allowed_difference(
        self, indicator: Indicator, tier: str, round_kind: str, system: Decimal
    ) -> Decimal:
        """Up to which difference from the exports' figure a unit need not explain itself; 0 without a rule."""
        for rule in self.all:
            if (
                isinstance(rule, VersusSystem)
                and (not rule.tiers or tier in rule.tiers)
                and (not rule.rounds or str(round_kind) in rule.rounds)
                and (not rule.indicators or indicator.code in rule.indicators)
            ):
                return rule.tolerance.around(system, percent=indicator.kind == "percent")
        return Decimal(0)


@lru_cache(maxsize=8)
def _load(base: Path, _stamps: tuple[int, ...]) -> Rules:
    # Parsed once per version of the files: a morning's inbox is checked with the same rules.
    path = base / FILE
    raw = load_yaml(path, RuleFile)
    known = {indicator.code: indicator for indicator in IndicatorRegister.load(base).all}
    rules: list[Rule] = []
    faults: list[ConfigError] = []
    for number, entry in enumerate(raw.rules, start=1):
        place = t("checks.config.place", number=number, code=entry.get("code", "?"))
        made = list(_parse(path, place, entry))
        rules.extend(item for item in made if isinstance(item, Rule))
        faults.extend(item for item in made if isinstance(item, ConfigError))
        for rule in (item for item in made if isinstance(item, Rule)):
            faults.extend(_faults(path, place, rule, known))
    faults.extend(doubled(path, rules))
    if not faults:
        faults.extend(contradictions(path, rules, known))
    if faults:
        raise ConfigErrors(faults)
    return Rules(raw.version, tuple(rules))


def _parse(path: Path, place: str, entry: Mapping[str, Any]) -> Iterator[Rule | ConfigError]:
    kind = str(entry.get("kind", ""))
    if kind not in MODELS:
        allowed = t("config.one_of", names=", ".join(MODELS)) + _hint(kind, MODELS)
        yield ConfigError(shown(path), f"{place}, kind", kind or t("config.absent"), allowed)
        return
    model = MODELS[kind]
    try:
        yield model.model_validate(dict(entry))
    except ValidationError as error:
        for fault in error.errors():
            key = str(fault["loc"][0]) if fault["loc"] else "?"
            found = key if fault["type"] == "extra_forbidden" else entry.get(key, t("config.absent"))
            yield ConfigError(shown(path), f"{place}, {key}", found, _allowed(fault, key, model))


def _allowed(fault: Any, key: str, model: type[Rule]) -> str:
    if fault["type"] == "extra_forbidden":
        return t("config.one_of", names=", ".join(model.model_fields)) + _hint(key, model.model_fields)
    if fault["type"] == "missing":
        return t("config.compulsory")
    if fault["type"] == "literal_error":
        return t("config.one_of", names=str(fault["ctx"]["expected"]).replace(" or ", ", "))
    return str(fault["msg"])


def _hint(name: str, names: Any) -> str:
    close = difflib.get_close_matches(name, list(names), n=1)
    return t("checks.config.hint", name=close[0]) if close else ""


def _faults(path: Path, place: str, rule: Rule, known: Mapping[str, Indicator]) -> Iterator[ConfigError]:
    """What is wrong with one rule by itself."""
    for key in ("left", "right"):
        expression = getattr(rule, key, None)
        if expression is not None and not is_expression(expression):
            yield ConfigError(shown(path), f"{place}, {key}", expression, t("checks.config.expression"))
    for key, code, part in _named(rule):
        place_of_key = f"{place}, {key}"
        if code not in known:
            allowed = t("checks.config.known_indicator", hint=_hint(code, known))
            yield ConfigError(shown(path), place_of_key, code, allowed)
        elif not isinstance(rule, Compulsory) and str(known[code].kind) not in _NUMERIC:
            allowed = t("checks.config.no_number", code=code, kind=known[code].kind)
            yield ConfigError(shown(path), place_of_key, code, allowed)
        elif known[code].kind != "percent" and (part or _needs_percent(rule, key)):
            word = "part_of_percent" if part else "percent_only"
            allowed = t(f"checks.config.{word}", code=code, kind=known[code].kind)
            yield ConfigError(shown(path), place_of_key, code + part, allowed)
    if isinstance(rule, Bounds):
        if rule.minimum is None and rule.maximum is None:
            yield ConfigError(shown(path), place, t("config.absent"), t("checks.config.some_bound"))
        elif rule.minimum is not None and rule.maximum is not None and rule.minimum > rule.maximum:
            yield ConfigError(
                shown(path), f"{place}, minimum", str(rule.minimum), t("checks.config.bounds_order")
            )
    if isinstance(rule, (Bounds, Compulsory, NotBelow)):
        wide = (isinstance(rule, Bounds) and rule.of_kind) or (isinstance(rule, Compulsory) and rule.all_owed)
        if not wide and not rule.indicators:
            yield ConfigError(shown(path), place, t("config.absent"), t("checks.config.some_target"))


def _needs_percent(rule: Rule, key: str) -> bool:
    return rule.kind in _PERCENT_ONLY or (isinstance(rule, Denominator) and key == "left")


def _named(rule: Rule) -> Iterator[tuple[str, str, str]]:
    """(key, indicator code, part of a percentage) of every figure that a rule names."""
    if isinstance(rule, (Relation, Denominator)):
        for key in ("left", "right"):
            if is_expression(getattr(rule, key)):
                yield from ((key, term.code, term.part) for term in terms_in(getattr(rule, key)))
    elif isinstance(rule, OpeningStock):
        yield from (("left", rule.left, ""), ("previous", rule.previous, ""))
    elif isinstance(rule, Targeted):
        yield from (("indicators", code, "") for code in rule.indicators)
