"""What must hold in a set before anybody is scored by it: every fault at once, each with its cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from cchc.config_files import one_of
from cchc.criteria.appraisers import Appraisers
from cchc.criteria.figures import ExternalFigure
from cchc.criteria.formulas.base import shown
from cchc.criteria.proof_of_inputs import prove_inputs
from cchc.criteria.row import EVERYONE, CriterionRow
from cchc.criteria.sets import SETTINGS, SURVEYS, SetDraft, sentence
from cchc.criteria.settings import ISSUED
from cchc.errors import ConfigError, ConfigSentence
from cchc.indicators import IndicatorRegister
from cchc.texts import t
from cchc.units import Unit, UnitRegister

INDEX = "chi_so"  # of `tie_order`: ranks go by it before anything else
_NAMED = 5  # units that a sentence names
_CODE = re.compile(
    r"[0-9A-Za-z]+(?:\.[0-9A-Za-z]+)*"
)  # it stands in names of files, in mails and in orders of codes


@dataclass(frozen=True)
class Surroundings:
    """What the sets speak of, and the sets beside each other. unread: there are others that nobody could read."""

    units: UnitRegister
    indicators: IndicatorRegister
    figures: Mapping[str, ExternalFigure]
    appraisers: Appraisers
    drafts: tuple[SetDraft, ...]
    unread: bool = False


def prove(around: Surroundings) -> Iterator[ConfigError]:
    """Every fault of every set."""
    for draft in around.drafts:
        units = units_of(draft, around.units)
        yield from _rows(draft, around, units)
        yield from _sums(draft)
        yield from _settings(draft)
        yield from _surveys(draft)
        yield from prove_inputs(draft, units, around.indicators, around.figures)
    if not around.unread:  # whose units would seem to fall under none
        yield from _everyone_once(around)


def units_of(draft: SetDraft, units: UnitRegister) -> list[Unit]:
    """Those that the set scores: who is there on its last day."""
    day = draft.settings.valid.until
    return [unit for unit in units.on(day) if draft.settings.covers(unit, day)]


def _rows(draft: SetDraft, around: Surroundings, units: list[Unit]) -> Iterator[ConfigError]:
    seen: dict[str, int] = {}
    before, strangers = _last_years(draft, around.drafts), _strangers(draft)
    for number, line in draft.lines.items():

        def fault(column: str, said: str, number: int = number) -> ConfigSentence:
            return sentence(draft.rows_file, number, column, said)

        if not _CODE.fullmatch(line.code):
            yield fault("code", t("criteria.proof.code", code=line.code))
        elif line.code in strangers:
            yield fault("code", t("criteria.proof.code_of_group", code=line.code, group=line.group))
        if line.code in seen:
            yield fault("code", t("criteria.proof.code_twice", code=line.code, row=seen[line.code]))
        seen.setdefault(line.code, number)
        if line.appraiser not in around.appraisers:
            known = [group.code for group in around.appraisers.groups]
            said = t("criteria.proof.appraiser", found=line.appraiser)
            yield fault("appraiser", said + one_of(line.appraiser, known))
        if line.same_as and (before is None or line.same_as not in before):
            key = "no_last_year" if before is None else "same_as"
            yield fault("same_as", t(f"criteria.proof.{key}", found=line.same_as))
        if (line.effect == "phat") != (line.max_points < 0):
            yield fault("max_points", t(f"criteria.proof.sign.{line.effect}", points=shown(line.max_points)))
        if (line.kind == "phat") != (line.effect == "phat") or (
            line.kind == "thuong" and line.effect != "thuong"
        ):
            yield fault("effect", t("criteria.proof.effect", effect=line.effect, kind=line.kind))
        if row := draft.rows.get(number):
            yield from (fault("parameters", said) for said in row.formula.all_faults(abs(row.max_points)))
            yield from (fault("unit_kinds", said) for said in _unit_kinds(row, around.units, units))


def _strangers(draft: SetDraft) -> set[str]:
    """Codes that do not begin with their group in a set whose codes do: `1.1` that a spreadsheet made a day of."""
    inside = {line.code for line in draft.lines.values() if line.code.startswith(f"{line.group}.")}
    outside = {line.code for line in draft.lines.values()} - inside
    return outside if len(inside) > len(outside) else set()


def _unit_kinds(row: CriterionRow, register: UnitRegister, units: list[Unit]) -> Iterator[str]:
    known = {name for unit in register.all for name in (unit.code, unit.kind, unit.tier)}
    for name in row.unit_kinds:
        if name != EVERYONE and units and name not in known:
            yield t("criteria.proof.unit_kind", found=name) + one_of(name, known)
    if units and not any(row.applies_to(unit) for unit in units):
        yield t("criteria.proof.nobody", kinds="; ".join(row.unit_kinds))


def _sums(draft: SetDraft) -> Iterator[ConfigError]:
    """Sums of groups and of the set; not told of rows that cannot be read."""
    if any(fault.file == draft.rows_file for fault in draft.faults if not isinstance(fault, ConfigSentence)):
        return
    total = sum((line.max_points for line in draft.lines.values() if line.effect == "diem"), Decimal(0))
    if total != draft.settings.total_points:
        values = {"total": shown(total), "told": shown(draft.settings.total_points)}
        yield ConfigSentence(draft.rows_file, "", t("criteria.proof.total", **values))
    for group in dict.fromkeys(line.group for line in draft.lines.values()):
        rows = {number: line for number, line in draft.lines.items() if line.group == group}
        first = min(rows)
        names = {line.group_name for line in rows.values()}
        told = {line.group_max for line in rows.values()}
        if len(names) > 1:
            said = t("criteria.proof.group_names", group=group, names="; ".join(sorted(names)))
            yield sentence(draft.rows_file, first, "group_name", said)
        if len(told) > 1:
            yield sentence(draft.rows_file, first, "group_max", t("criteria.proof.group_maxima", group=group))
            continue
        reached = sum((line.max_points for line in rows.values() if line.effect == "diem"), Decimal(0))
        maximum = told.pop()
        if maximum is None and reached:
            said = t("criteria.proof.group_lacking", group=group, total=shown(reached))
            yield sentence(draft.rows_file, first, "group_max", said)
        elif maximum is not None and maximum != reached:
            values = {"group": group, "total": shown(reached), "told": shown(maximum)}
            yield ConfigSentence(draft.rows_file, "", t("criteria.proof.group_sum", **values))


def _settings(draft: SetDraft) -> Iterator[ConfigError]:
    settings, file = draft.settings, draft.files.name(SETTINGS)
    if settings.kind == ISSUED and not settings.decision:
        yield ConfigSentence(file, "decision", t("criteria.proof.decision"))
    if settings.valid.until < settings.valid.first:
        days = {"first": f"{settings.valid.first:%d/%m/%Y}", "until": f"{settings.valid.until:%d/%m/%Y}"}
        yield ConfigSentence(file, "valid", t("criteria.proof.validity", **days))
    if settings.classes[-1].lowest > settings.index_range[0]:
        low = shown(settings.index_range[0])
        yield ConfigSentence(file, "classes", t("criteria.proof.classes_low", low=low))
    if settings.least_points_in_force > settings.total_points:
        values = {"least": shown(settings.least_points_in_force), "total": shown(settings.total_points)}
        yield ConfigSentence(file, "least_points_in_force", t("criteria.proof.least", **values))
    best = max((one.max_points for one in draft.lines.values() if one.effect == "thuong"), default=Decimal(0))
    if settings.bonus_cap < best:
        values = {"cap": shown(settings.bonus_cap), "points": shown(best)}
        yield ConfigSentence(file, "bonus_cap", t("criteria.proof.bonus_cap", **values))
    worst = min((one.max_points for one in draft.lines.values() if one.effect == "phat"), default=Decimal(0))
    if settings.penalty_floor > worst:
        values = {"floor": shown(settings.penalty_floor), "points": shown(worst)}
        yield ConfigSentence(file, "penalty_floor", t("criteria.proof.penalty_floor", **values))
    groups = {line.group for line in draft.lines.values()}
    codes = {line.code for line in draft.lines.values()}
    if settings.tie_order[0] != INDEX:
        found = t("criteria.proof.index_first", found=settings.tie_order[0], index=INDEX)
        yield ConfigSentence(file, "tie_order", found)
    for name in settings.tie_order:
        prefix, _, rest = name.partition(":")
        known = {"nhom": groups, "tieu_chi": codes}.get(prefix)
        if name not in (INDEX, "khao_sat") and (known is None or rest not in known):
            yield ConfigSentence(file, "tie_order", t("criteria.proof.tie_order", found=name))


def _surveys(draft: SetDraft) -> Iterator[ConfigError]:
    for name, survey in draft.surveys.items():
        if survey.code != name:
            file = draft.files.name(f"{SURVEYS}/{name}.yaml")
            yield ConfigSentence(file, "code", t("criteria.proof.survey_code", code=survey.code, name=name))


def _last_years(draft: SetDraft, drafts: tuple[SetDraft, ...]) -> set[str] | None:
    """Codes of the set that was in force for the same units the day before; None where there is none."""
    day = draft.settings.valid.first - timedelta(days=1)
    for other in drafts:
        valid = other.settings.valid
        if valid.first <= day <= valid.until and other.settings.applies_to == draft.settings.applies_to:
            return {line.code for line in other.lines.values()}
    return None


def _everyone_once(around: Surroundings) -> Iterator[ConfigError]:
    """On the last day of a year that has a set, every reporting unit falls under exactly one."""
    scoring = [one.settings for one in around.drafts if one.settings.applies_to.any]
    for year in sorted({settings.valid.until.year for settings in scoring}):
        day = date(year, 12, 31)
        by_sets: dict[str, list[str]] = {}
        for unit in around.units.on(day):
            found = [one.code for one in scoring if one.covers(unit, day)]
            if len(found) != 1:
                by_sets.setdefault(", ".join(found), []).append(unit.code)
        for sets, units in by_sets.items():
            names = ", ".join(units[:_NAMED]) + (", …" if len(units) > _NAMED else "")
            key = "criteria.proof.two_sets" if sets else "criteria.proof.no_set"
            said = t(key, count=len(units), day=f"{day:%d/%m/%Y}", sets=sets, names=names)
            yield ConfigSentence(_where(around), "applies_to", said)


def _where(around: Surroundings) -> str:
    """The place of what is wrong between sets: the first of them that scores anybody."""
    draft = next(one for one in around.drafts if one.settings.applies_to.any)
    return draft.files.name(SETTINGS)
