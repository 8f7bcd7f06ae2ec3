"""Sets of criteria, one folder each: `bo.yaml`, `tieu_chi.csv` and the surveys; and the same from what was pinned."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import ValidationError

from cchc.config_files import Rows, allowed, kept_csv, kept_yaml, one_of
from cchc.criteria.expression import BadExpression, parse_inputs
from cchc.criteria.formulas import BadFormula, Branch, Formula, SurveyMean, parse_formula
from cchc.criteria.row import CriterionCells, CriterionLine, CriterionRow, ScoredUnit
from cchc.criteria.settings import SAMPLE, SetSettings, SurveyForm
from cchc.errors import CchcError, ConfigError, ConfigErrors, ConfigSentence
from cchc.texts import t
from cchc.units import Unit

SETTINGS, ROWS, SURVEYS = "bo.yaml", "tieu_chi.csv", "phieu"


@dataclass(frozen=True)
class CriteriaSet:
    """A set. version: `<code>@<12 of the sha256 of its files>`. content: its files as text, for `parse_set`."""

    code: str
    version: str
    settings: SetSettings
    rows: tuple[CriterionRow, ...]
    surveys: Mapping[str, SurveyForm]
    content: str = field(repr=False)

    def rows_of(self, unit: ScoredUnit) -> tuple[CriterionRow, ...]:
        """The criteria by which the unit is scored."""
        return tuple(row for row in self.rows if row.applies_to(unit))

    def row(self, code: str) -> CriterionRow:
        """Raises CchcError that names the set."""
        found = next((row for row in self.rows if row.code == code), None)
        if found is None:
            near = one_of(code, [row.code for row in self.rows])
            raise CchcError(t("criteria.no_criterion", code=code, version=self.version, allowed=near))
        return found

    @property
    def title(self) -> str:
        """As documents name it: its name, the decision that issued it, whether it is the sample."""
        settings = self.settings
        published = (
            t("criteria.published", name=settings.name, decision=settings.decision)
            if settings.decision
            else settings.name
        )
        return t("criteria.example", name=published) if self.is_sample else published

    @property
    def is_sample(self) -> bool:
        """Whether it is the constructed sample: then every table must say so."""
        return self.settings.kind == SAMPLE

    def list_of(self, unit: ScoredUnit) -> tuple[str, str]:
        """(code, name) of the list in which the unit is ranked."""
        return self.settings.list_of(unit)


@dataclass(frozen=True)
class CriteriaSets:
    """Every set there is. `load` proves each of them."""

    all: tuple[CriteriaSet, ...]

    @classmethod
    def load(cls, folder: Path | None = None) -> CriteriaSets:
        """Raises ConfigErrors with every fault of every set: file, row, column, value."""
        from cchc.criteria.loading import load_sets

        return load_sets(folder)

    def get(self, code: str) -> CriteriaSet:
        """Raises CchcError that names the sets there are."""
        found = next((one for one in self.all if one.code == code), None)
        if found is None:
            raise CchcError(
                t("criteria.no_set", code=code, allowed=one_of(code, [one.code for one in self.all]))
            )
        return found

    def covering(self, unit: ScoredUnit, day: date) -> list[CriteriaSet]:
        return [one for one in self.all if one.settings.covers(unit, day)]

    def of(self, unit: Unit, day: date) -> CriteriaSet:
        """The set by which the unit is scored in the year of the day. Raises CchcError where there is none."""
        found = self.covering(unit, day)
        if len(found) != 1:
            raise CchcError(t("criteria.no_set_of", unit=unit.name, day=f"{day:%d/%m/%Y}", count=len(found)))
        return found[0]


@dataclass(frozen=True)
class SetFiles:
    """The files of one set as bytes. place: what errors call the folder."""

    place: str
    settings: bytes
    rows: bytes
    surveys: Mapping[str, bytes]  # by code

    @property
    def by_name(self) -> dict[str, bytes]:
        surveys = {f"{SURVEYS}/{code}.yaml": self.surveys[code] for code in sorted(self.surveys)}
        return {SETTINGS: self.settings, ROWS: self.rows, **surveys}

    @property
    def version(self) -> str:
        """The first 12 digits of the sha256 of all of them, in this order."""
        return hashlib.sha256(b"".join(self.by_name.values())).hexdigest()[:12]

    @property
    def content(self) -> str:
        named = {name: content.decode() for name, content in self.by_name.items()}
        return json.dumps(named, ensure_ascii=False, indent=0)

    def name(self, file: str) -> str:
        return f"{self.place}/{file}" if self.place else file


@dataclass(frozen=True)
class SetDraft:
    """A set as far as its files can be read: rows by their number in the file, and what was wrong."""

    files: SetFiles
    settings: SetSettings
    surveys: Mapping[str, SurveyForm]
    lines: Mapping[int, CriterionLine]
    rows: Mapping[int, CriterionRow]
    faults: tuple[ConfigError, ...]

    @property
    def rows_file(self) -> str:
        return self.files.name(ROWS)

    def finished(self) -> CriteriaSet:
        code = self.settings.code
        return CriteriaSet(
            code=code,
            version=f"{code}@{self.files.version}",
            settings=self.settings,
            rows=tuple(sorted(self.rows.values(), key=lambda row: code_order(row.code))),
            surveys=dict(self.surveys),
            content=self.files.content,
        )


def parse_set(content: str) -> CriteriaSet:
    """The set whose `content` this is: equal rows and version, whatever stands in the configuration now.

    Raises ConfigErrors when the text is no set.
    """
    try:
        named = {name: text.encode() for name, text in json.loads(content).items()}
        surveys = {
            PurePosixPath(name).stem: one for name, one in named.items() if name.startswith(f"{SURVEYS}/")
        }
        files = SetFiles("", named[SETTINGS], named[ROWS], surveys)
    except (ValueError, KeyError, AttributeError):
        raise CchcError(t("criteria.no_content")) from None
    draft = draft_of(files)
    if draft.faults:
        raise ConfigErrors(draft.faults)
    return draft.finished()


def draft_of(files: SetFiles) -> SetDraft:
    """Read the files of a set; rows that cannot be read are left out and told among the faults.

    Raises ConfigErrors where `bo.yaml`, a survey or the head of the table cannot be read.
    """
    settings = kept_yaml(files.name(SETTINGS), files.settings, SetSettings)
    surveys = {
        code: kept_yaml(files.name(f"{SURVEYS}/{code}.yaml"), one, SurveyForm)
        for code, one in files.surveys.items()
    }
    cells = kept_csv(files.name(ROWS), files.rows, CriterionCells)
    faults: list[ConfigError] = []
    lines = _lines(files.name(ROWS), cells, faults)
    rows = _formulas(files.name(ROWS), lines, settings, surveys, faults)
    return SetDraft(files, settings, surveys, lines, rows, tuple(faults))


def sentence(file: str, row: int, column: str, said: str) -> ConfigSentence:
    """A fault of a cell, told in a sentence."""
    return ConfigSentence(file, t("config_files.row_column", row=row, column=column), said)


def _lines(file: str, cells: Rows[Any], faults: list[ConfigError]) -> dict[int, CriterionLine]:
    found = {}
    for number, row in cells.numbered():
        given = row.model_dump()
        try:
            found[number] = CriterionLine.model_validate(given)
        except ValidationError as error:
            for fault in error.errors():
                column = str(fault["loc"][0])
                place = t("config_files.row_column", row=number, column=column)
                faults.append(ConfigError(file, place, given[column] or "", allowed(fault, [])))
    return found


def _formulas(
    file: str,
    lines: Mapping[int, CriterionLine],
    settings: SetSettings,
    surveys: Mapping[str, SurveyForm],
    faults: list[ConfigError],
) -> dict[int, CriterionRow]:
    formulas: dict[int, Formula] = {}
    for number, line in lines.items():
        try:
            formulas[number] = parse_formula(line.kind, line.parameters or "", parse_inputs(line.inputs))
        except BadFormula as fault:
            faults.append(sentence(file, number, fault.column, fault.sentence))
        except BadExpression as fault:
            said = t("criteria.formula.expression", found=line.inputs, piece=fault.args[0])
            faults.append(sentence(file, number, "inputs", said))
    by_code = {lines[number].code: formula for number, formula in formulas.items()}
    rows = {}
    for number, formula in formulas.items():
        try:
            known = _knowing(lines[number].code, formula, by_code, surveys)
        except BadFormula as fault:
            faults.append(sentence(file, number, fault.column, fault.sentence))
            continue
        rows[number] = CriterionRow.of(lines[number], known, settings.rounding.criterion)
    return rows


def _knowing(
    code: str, formula: Formula, by_code: Mapping[str, Formula], surveys: Mapping[str, SurveyForm]
) -> Formula:
    """The formula with what it must know of the other rows and of the surveys. Raises BadFormula."""
    if isinstance(formula, Branch):
        return formula.knowing(_asked_options(code, formula, by_code))
    if isinstance(formula, SurveyMean):
        if unknown := [code for code in formula.surveys if code not in surveys]:
            said = t("criteria.formula.no_survey", found=", ".join(unknown), folder=SURVEYS)
            raise BadFormula(said, column="inputs")
        asked = [surveys[code] for code in formula.surveys]
        for one in asked:
            if tuple(option.worth for option in one.options) != formula.worth:
                raise BadFormula(t("criteria.formula.scale_differs", survey=one.code))
        return formula.knowing(tuple(one.least_forms for one in asked), tuple(one.weight for one in asked))
    return formula


def _asked_options(code: str, formula: Branch, by_code: Mapping[str, Formula]) -> dict[str, Decimal]:
    """Options of the earlier criterion that a branch asks about."""
    asked = formula.asked
    if asked not in by_code:
        raise BadFormula(t("criteria.formula.asked", found=asked))
    way, nearer = [code], asked
    while nearer and nearer not in way:
        way.append(nearer)
        following = by_code.get(nearer)
        nearer = following.asked if isinstance(following, Branch) else ""
    if nearer == code:
        raise BadFormula(t("criteria.formula.circle", code=code, way=" → ".join([*way, code])))
    if code_order(asked) >= code_order(code):
        raise BadFormula(t("criteria.formula.later", code=asked))
    worth = by_code[asked].options
    if formula.option not in worth:
        near = one_of(formula.option, worth)
        raise BadFormula(t("criteria.formula.asked_option", found=formula.option, code=asked) + near)
    if list(worth.values()).count(worth[formula.option]) > 1:
        raise BadFormula(t("criteria.formula.asked_twice", found=formula.option, code=asked))
    return worth


def code_order(code: str) -> tuple[tuple[int, int, str], ...]:
    """1.10 after 1.9, and codes of letters after those of numbers."""
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"[.]", code))
