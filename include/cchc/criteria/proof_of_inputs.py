"""Inputs exist, have the form that the formula needs, and every unit that is scored by them is asked for them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from cchc.config_files import one_of
from cchc.criteria.expression import (
    BY_HAND,
    DUTY,
    INSPECTION,
    PARTS,
    SURVEY,
    bare_name,
    external_code,
    is_outside,
    without_brackets,
)
from cchc.criteria.figures import ExternalFigure
from cchc.criteria.formulas import Needs
from cchc.criteria.row import EVERYONE, CriterionRow
from cchc.errors import ConfigError, ConfigSentence
from cchc.indicators import Indicator, IndicatorRegister
from cchc.texts import t
from cchc.units import Unit
from cchc.year import Product, RoundKind

if TYPE_CHECKING:
    from cchc.criteria.sets import CriteriaSet, SetDraft

INSPECTION_COUNTS = (
    *("ton_tai", "khac_phuc", "den_han", "dung_han", "chua_xong", "qua_han", "lan_kiem_tra"),
    *("nhac_nho", "vua", "nang", "bao_cao", "chenh_lech"),
)
"""What inspections of the year count of a unit (findings, mended, orders due, in time, open, overdue, visits; findings
by severity, and those about reports and about figures that differ)."""


@dataclass(frozen=True)
class _Known:
    draft: SetDraft
    indicators: IndicatorRegister
    figures: Mapping[str, ExternalFigure]


def prove_inputs(
    draft: SetDraft,
    units: list[Unit],
    indicators: IndicatorRegister,
    figures: Mapping[str, ExternalFigure],
) -> Iterator[ConfigError]:
    from cchc.criteria.sets import sentence

    around = _Known(draft, indicators, figures)
    for number, row in draft.rows.items():
        scored = [unit for unit in units if row.applies_to(unit)]
        if piece := without_brackets(row.inputs):
            yield sentence(draft.rows_file, number, "inputs", t("criteria.proof.brackets", found=piece))
        said = dict.fromkeys(_of_input(name, row, scored, around) for name in row.terms)
        yield from (sentence(draft.rows_file, number, "inputs", one) for one in said if one)


def _of_input(name: str, row: CriterionRow, scored: list[Unit], around: _Known) -> str:
    """What is wrong with one input; '' when nothing is."""
    if name == BY_HAND:
        return ""
    if name.startswith(SURVEY):
        return _survey(name, around.draft, scored)
    if name.startswith(DUTY):
        return _among(name, name.removeprefix(DUTY).partition("/")[0], tuple(Product))
    if name.startswith(INSPECTION):
        return _among(name, name.removeprefix(INSPECTION), INSPECTION_COUNTS)
    if is_outside(name):
        return _external(name, row, scored, around.figures)
    return _indicator(name, row, scored, around.indicators, around.draft.settings.valid.until)


def _among(name: str, found: str, known: tuple[str, ...]) -> str:
    return "" if found in known else t("criteria.proof.no_input", found=name) + one_of(found, known)


def _survey(name: str, draft: SetDraft, scored: list[Unit]) -> str:
    """A survey of another tier's units says nothing about these; that it exists is known when the row is read."""
    survey = draft.surveys[name.removeprefix(SURVEY)]
    other = sorted({unit.tier for unit in scored} - set(survey.about))
    return t("criteria.proof.survey_about", survey=survey.code, tiers=_tiers(other)) if other else ""


def _external(name: str, row: CriterionRow, scored: list[Unit], figures: Mapping[str, ExternalFigure]) -> str:
    figure = figures.get(external_code(name))
    if figure is None:
        return t("criteria.proof.no_external", found=name) + one_of(external_code(name), figures)
    if other := sorted({unit.tier for unit in scored} - set(figure.tiers)):
        return t("criteria.proof.not_given", code=figure.code, tiers=_tiers(other), whom=_whom(row))
    if name != bare_name(name):
        return "" if figure.form == "share" else t("criteria.proof.no_parts", code=figure.code)
    wanted = _form_wanted(row, name)
    if figure.form == "share" and wanted != "share":
        return t("criteria.proof.only_parts", code=figure.code)
    if wanted and figure.form != wanted:
        return t("criteria.proof.form", code=figure.code, needed=t(f"criteria.forms.{wanted}"))
    return ""


def _form_wanted(row: CriterionRow, name: str) -> str:
    """What a figure that stands alone must be: the share itself, or yes and no; '' where any number will do."""
    needs = row.formula.needs
    if needs is Needs.ANSWERS:
        return "yes_no"
    if needs is Needs.OUTSIDE:
        return "index"
    return "share" if _reads_share(row, name) else ""


def _reads_share(row: CriterionRow, name: str) -> bool:
    """Whether the formula takes the figure alone for a share."""
    alone = name in [piece.strip() for piece in row.inputs.split(";")]
    steps = getattr(row.formula, "steps", None)
    by_share = row.formula.needs is Needs.SHARE or (steps is not None and not steps.counts)
    return alone and by_share


def _indicator(
    name: str, row: CriterionRow, scored: list[Unit], indicators: IndicatorRegister, day: date
) -> str:
    code = bare_name(name)
    if code not in indicators:
        return t("criteria.proof.no_input", found=name) + one_of(code, [one.code for one in indicators.all])
    current = next((one for one in indicators.on(day) if one.code == code), None)
    if current is None or not current.in_round(RoundKind.YEAR):
        return t("criteria.proof.not_in_year", code=code, day=f"{day:%d/%m/%Y}")
    if said := _kind(name, row, current):
        return said
    if other := sorted({unit.tier for unit in scored if not current.counts(unit.tier, unit.code)}):
        return t("criteria.proof.not_asked", code=code, tiers=_tiers(other), whom=_whom(row))
    return ""


def _kind(name: str, row: CriterionRow, indicator: Indicator) -> str:
    if name.endswith(PARTS) and indicator.kind != "percent":
        return t("criteria.proof.no_parts", code=indicator.code)
    if name.endswith(PARTS):
        return ""
    if indicator.kind == "text" or (indicator.kind == "percent" and not _reads_share(row, name)):
        key = "text" if indicator.kind == "text" else "only_parts"
        return t(f"criteria.proof.{key}", code=indicator.code)
    wanted = _form_wanted(row, name)
    kinds = {"share": "percent", "yes_no": "boolean"}
    if wanted in kinds and indicator.kind != kinds[wanted]:
        return t("criteria.proof.form", code=indicator.code, needed=t(f"criteria.forms.{wanted}"))
    return ""


def _tiers(tiers: list[str]) -> str:
    return ", ".join(t(f"criteria.tiers.{tier}") for tier in tiers)


def _whom(row: CriterionRow) -> str:
    if EVERYONE in row.unit_kinds:
        return t("criteria.proof.for_everyone")
    return t("criteria.proof.for_some", kinds="; ".join(row.unit_kinds))


def prove_tasks(sets: Iterable[CriteriaSet], tasks: Collection[str]) -> Iterator[ConfigError]:
    """Tasks of the plan that criteria read and the plan does not have; `tasks`: their codes."""
    from cchc.criteria.sets import ROWS

    for one in sets:
        for row in one.rows:
            for name in row.terms:
                product, _, item = name.removeprefix(DUTY).partition("/")
                if name.startswith(DUTY) and product == Product.TASK and item and item not in tasks:
                    place = t("criteria.proof.place", code=row.code)
                    said = t("criteria.proof.no_task", found=name) + one_of(item, tasks)
                    yield ConfigSentence(f"{one.code}/{ROWS}", place, said)
