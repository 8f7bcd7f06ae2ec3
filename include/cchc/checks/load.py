"""Loading `checks.yaml` and refusing what cannot work: unknown indicators, doubled codes, contradictions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cchc.checks.consistency import contradictions, doubled
from cchc.checks.kinds.peers import VersusPeers
from cchc.checks.kinds.system import VersusSystem
from cchc.checks.rule import KINDS, Rule
from cchc.config_files import OpenedFiles, StrictModel, allowed, config_file, one_of, shown, suggestion
from cchc.errors import ConfigError, ConfigErrors
from cchc.indicators import Indicator, IndicatorRegister
from cchc.indicators.expression import is_expression
from cchc.texts import t

FILE = "checks.yaml"
_NUMERIC = ("count", "money", "percent", "boolean", "enum")


@dataclass(frozen=True)
class Rules:
    """The rules in force, in file order. `version` as the file says."""

    version: str
    all: tuple[Rule, ...]

    @classmethod
    def load(cls, folder: Path | None = None) -> Rules:
        """From `checks.yaml` of the configuration folder. Raises ConfigErrors naming every fault."""
        return _load(folder)

    def get(self, code: str) -> Rule:
        """One rule; KeyError when there is none of that code."""
        return next(rule for rule in self.all if rule.code == code)

    def versus_system(self, indicator: Indicator, tier: str, round_kind: str) -> VersusSystem | None:
        """The rule up to whose difference from the exports' figure a unit need not explain itself."""
        for rule in self.all:
            if (
                isinstance(rule, VersusSystem)
                and rule.applies(tier, str(round_kind))
                and rule.looks_on(indicator)
            ):
                return rule
        return None

    def is_far_from_peers(
        self, indicator: Indicator, tier: str, round_kind: str, value: Decimal, others: Sequence[Decimal]
    ) -> bool:
        """Whether a unit's figure lies far outside those of others of its kind; never without a rule for it."""
        return any(
            rule.is_far(indicator, value, others)
            for rule in self.all
            if isinstance(rule, VersusPeers)
            and rule.applies(tier, str(round_kind))
            and rule.looks_on(indicator)
        )


class RuleFile(StrictModel):
    """The file's outer form; each rule is checked against the model of its kind afterwards, so that a wrong
    key is reported with the keys of that kind."""

    version: str
    rules: tuple[dict[str, Any], ...]


@config_file(FILE)
def _load(opened: OpenedFiles) -> Rules:
    path, raw = opened.path, opened.yaml(RuleFile)
    known = {indicator.code: indicator for indicator in IndicatorRegister.load(opened.folder).all}
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
    if kind not in KINDS:
        yield ConfigError(
            shown(path), f"{place}, kind", kind or t("config_files.absent"), one_of(kind, KINDS)
        )
        return
    model = KINDS[kind]
    try:
        yield model.model_validate(dict(entry))
    except ValidationError as error:
        for fault in error.errors():
            key = str(fault["loc"][0]) if fault["loc"] else "?"
            found = key if fault["type"] == "extra_forbidden" else entry.get(key, t("config_files.absent"))
            yield ConfigError(shown(path), f"{place}, {key}", found, allowed(fault, list(model.model_fields)))


def _faults(path: Path, place: str, rule: Rule, known: Mapping[str, Indicator]) -> Iterator[ConfigError]:
    """What is wrong with one rule by itself."""
    for key in ("left", "right"):
        expression = getattr(rule, key, None)
        if expression is not None and not is_expression(expression):
            yield ConfigError(shown(path), f"{place}, {key}", expression, t("checks.config.expression"))
    for one in rule.named():
        place_of_key = f"{place}, {one.key}"
        if one.code not in known:
            may = t("checks.config.known_indicator", hint=suggestion(one.code, known))
            yield ConfigError(shown(path), place_of_key, one.code, may)
            continue
        kind = known[one.code].kind
        if rule.numbers_only and str(kind) not in _NUMERIC:
            may = t("checks.config.no_number", code=one.code, kind=kind)
            yield ConfigError(shown(path), place_of_key, one.code, may)
        elif kind != "percent" and (one.part or one.percent_only):
            word = "part_of_percent" if one.part else "percent_only"
            may = t(f"checks.config.{word}", code=one.code, kind=kind)
            yield ConfigError(shown(path), place_of_key, one.code + one.part, may)
    for key, found, may in rule.misuse():
        yield ConfigError(shown(path), f"{place}, {key}" if key else place, found, may)
