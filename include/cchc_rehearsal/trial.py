"""The checks put to the proof: which of the planted faults they find, and what they blame in sound workbooks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from cchc.checks import CheckContext, run
from cchc.clock import TZ
from cchc.severity import Severity
from cchc.submissions.prose import prose_findings
from cchc.workbooks.forms import CheckFinding
from cchc.workbooks.read_book import read_workbook
from cchc_rehearsal.population import KEY, Population, Workbook


@dataclass
class Trial:
    """What came of it. `planted` and `found` by kind of fault; `missed`: (unit, kind, rules that spoke instead);
    `figures`: numbers that stand in the sound workbooks; `false`: every 'lỗi' said about those, and every
    warning, by unit."""

    planted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, str, list[str]]] = field(default_factory=list)
    figures: int = 0
    false_errors: list[tuple[str, CheckFinding]] = field(default_factory=list)
    false_warnings: list[tuple[str, CheckFinding]] = field(default_factory=list)

    def add(self, other: Trial) -> None:
        self.planted += other.planted
        self.found += other.found
        self.missed += other.missed
        self.figures += other.figures
        self.false_errors += other.false_errors
        self.false_warnings += other.false_warnings


def read_and_check(content: bytes, context: CheckContext) -> tuple[int, list[CheckFinding]]:
    """How many numbers a workbook holds, and everything that the rules and the claims in its prose say about it."""
    filled = read_workbook(content, f"{context.round_.round_id}_{context.unit.code}.xlsx", KEY)
    received_on = context.as_of.astimezone(TZ).date()
    numbers = sum(
        part is not None
        for figure in filled.figures.values()
        for part in (figure.value, figure.numerator, figure.denominator)
    )
    return numbers, [*run(filled, context), *prose_findings(filled, received_on)]


def planted_faults(population: Population, units: Collection[str] | None = None, turn: int = 0) -> Trial:
    """One fault in each workbook, the kinds in turn."""
    trial = Trial()
    for workbook in population.workbooks(planted=True, units=units, turn=turn):
        fault = workbook.fault
        assert fault is not None
        rules = {finding.rule for finding in _findings(population, workbook)[1]}
        trial.planted[fault.kind] += 1
        if rules & set(fault.rule.split("|")):
            trial.found[fault.kind] += 1
        else:
            trial.missed.append((workbook.unit.code, fault.kind, sorted(rules)))
    return trial


def sound_workbooks(population: Population, units: Collection[str] | None = None) -> Trial:
    """Workbooks without a fault: whatever is said about them is false."""
    trial = Trial()
    for workbook in population.workbooks(units=units):
        numbers, findings = _findings(population, workbook)
        trial.figures += numbers
        for finding in findings:
            if finding.severity == Severity.ERROR:
                trial.false_errors.append((workbook.unit.code, finding))
            elif finding.severity == Severity.WARNING:
                trial.false_warnings.append((workbook.unit.code, finding))
    return trial


def _findings(population: Population, workbook: Workbook) -> tuple[int, list[CheckFinding]]:
    return read_and_check(workbook.content, population.context(workbook.unit))
