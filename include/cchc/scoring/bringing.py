"""What others say of units is brought in: tables of published figures, and summaries of surveys.

A file counts whole or not at all; bringing it in again adds nothing.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from cchc.criteria import CriteriaSet, CriteriaSets, load_external_figures
from cchc.criteria.external import read_external, year_of
from cchc.criteria.settings import SurveyForm
from cchc.errors import RuleRefused
from cchc.folding import folded
from cchc.run import Run
from cchc.scores import (
    ExternalValue,
    FilledSurvey,
    pinned,
    put_external_values,
    put_survey_forms,
    survey_forms,
)
from cchc.texts import t
from cchc.units import Unit
from cchc.workbooks.survey_book import SurveyCount, build_survey_book, read_survey_book, round_named

_OVERALL = "chung"  # the question that a summary answers: the form as a whole


@dataclass(frozen=True)
class Brought:
    """What a file held, and how much of it was new."""

    year: int
    numbers: int
    new: int
    units: int
    names: tuple[str, ...]


def bring_external(run: Run, file_name: str, content: bytes, year: int | None = None) -> Brought:
    """Keep the published figures of a file. year: None takes it from the file's name.

    Raises ConfigErrors with every fault of the file, RuleRefused when no year is told.
    """
    told = year or year_of(file_name)
    if told is None:
        raise RuleRefused("year-needed", t("criteria.bringing.no_year", file=file_name))
    units = {unit.code: unit for unit in run.units.on(date(told, 12, 31))}
    found = read_external(content, file_name, load_external_figures(), units, run.today)
    sha256 = hashlib.sha256(content).hexdigest()
    values = [
        ExternalValue(
            told, one.index, one.unit_code, one.value, one.document_no, one.document_date, sha256, one.note
        )
        for one in found
    ]
    with run.store.write() as tx:
        new = put_external_values(tx, values, run.as_of, run.actor)
    names = tuple(dict.fromkeys(one.index for one in found))
    return Brought(told, len(found), new, len({one.unit_code for one in found}), names)


def survey_book(run: Run) -> bytes:
    """The workbook for the summary of the round's surveys: a row for each unit that each of them judges."""
    day = date(run.round.year, 12, 31)
    surveys = {
        code: (form, [unit for unit in run.units.on(day) if _is_judged(unit, form, one)])
        for one in _sets(run)
        for code, form in one.surveys.items()
    }
    if not surveys:
        raise RuleRefused("no-survey", t("criteria.bringing.no_survey", round=run.round.title))
    return build_survey_book(surveys, run.round, run.as_of)


def _is_judged(unit: Unit, form: SurveyForm, scored: CriteriaSet) -> bool:
    return unit.tier in form.about and scored.settings.applies_to.holds(unit)


def bring_surveys(run: Run, file_name: str, content: bytes) -> Brought:
    """Keep the forms that a summary counts. A later summary may count more of them, never fewer.

    Raises SurveyBookRefused with every fault of the file, RuleRefused when it counts fewer than are kept.
    """
    if (named := round_named(content, file_name)) not in (None, run.round.round_id):
        values = {"file": file_name, "named": named, "round": run.round.round_id}
        raise RuleRefused("other-round", t("criteria.bringing.other_round", **values))
    forms = {code: form for one in _sets(run) for code, form in one.surveys.items()}
    units = {unit.code: unit for unit in run.units.on(date(run.round.year, 12, 31))}
    rows = read_survey_book(content, file_name, forms, units)
    _refuse_other_tiers(rows, forms, units)
    kept = survey_forms(run.store, run.round.round_id)
    filled = [form for row in rows for form in _filled(run, row)]
    known = {one.form_id for several in kept.values() for one in several}
    _refuse_fewer(run, rows, known, {one.form_id for one in filled}, units)
    with run.store.write() as tx:
        new = put_survey_forms(tx, filled)
    names = tuple(sorted({row.survey for row in rows}))
    return Brought(run.round.year, len(filled), new, len({row.unit_code for row in rows}), names)


def _sets(run: Run) -> list[CriteriaSet]:
    """The sets of the round; before it was opened those that would be pinned."""
    if found := pinned(run.store, run.round.round_id):
        return list(found.values())
    day = date(run.round.year, 12, 31)
    return [
        one
        for one in CriteriaSets.load().all
        if one.settings.applies_to.any and one.settings.valid.first <= day <= one.settings.valid.until
    ]


def _refuse_other_tiers(
    rows: Sequence[SurveyCount], forms: Mapping[str, SurveyForm], units: Mapping[str, Unit]
) -> None:
    other = [row for row in rows if units[row.unit_code].tier not in forms[row.survey].about]
    if other:
        named = "; ".join(f"{row.survey}: {units[row.unit_code].name}" for row in other)
        raise RuleRefused("survey-about-others", t("criteria.bringing.about", named=named))


def _prefix(run: Run, row: SurveyCount) -> str:
    parts = (run.round.round_id, row.survey, row.unit_code, folded(row.answered_by), folded(row.channel))
    return "tong-hop:" + ":".join(parts) + ":"


def _filled(run: Run, row: SurveyCount) -> list[FilledSurvey]:
    """The forms of one row; numbered, so that the same summary names the same forms again."""
    return [
        FilledSurvey(
            f"{_prefix(run, row)}{letter}:{number}",
            run.round.round_id,
            row.survey,
            row.unit_code,
            row.answered_by,
            {_OVERALL: letter},
            run.as_of,
            row.channel,
        )
        for letter, count in row.counts.items()
        for number in range(1, count + 1)
    ]


def _refuse_fewer(
    run: Run, rows: Sequence[SurveyCount], known: set[str], told: set[str], units: Mapping[str, Unit]
) -> None:
    """Forms that are kept stay: a summary with fewer of them contradicts what was scored by."""
    faults = []
    for row in rows:
        prefix = _prefix(run, row)
        gone = Counter(
            one.removeprefix(prefix).partition(":")[0] for one in known - told if one.startswith(prefix)
        )
        for letter, count in sorted(gone.items()):
            now = row.counts.get(letter, 0)
            values = {"unit": units[row.unit_code].name, "before": now + count, "now": now}
            faults.append(t("criteria.bringing.fewer", survey=row.survey, letter=letter, **values))
    if faults:
        raise RuleRefused("fewer-forms", t("criteria.bringing.fewer_forms", listed="\n".join(faults)))
