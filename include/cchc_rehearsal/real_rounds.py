"""Reports that were really written, entered in the form of their own rounds: what goes in comes out again.

Each YAML of `real/` holds one report: its figures exactly as printed, the facts of its text retold, and the
faults that are in it. They go the way of every report: form, inbox, checks, consolidation, documents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from pathlib import Path

from cchc.clock import at, vn_date
from cchc.config_files import OpenedFiles, StrictModel, config_file
from cchc.documents.registry import documents
from cchc.files import write_atomic
from cchc.obligations import summarise
from cchc.paths import Instance
from cchc.run import Run
from cchc.stages import closing, opening, receiving
from cchc.store import Store, upgrade
from cchc.submissions.entering import accept_as_found
from cchc.submissions.kept import findings_of, submissions_of
from cchc.texts import t
from cchc.workbooks.forms import CheckFinding
from cchc.year import Product
from cchc_rehearsal.fill import Answer, Answers, fill_workbook

FOLDER = Path(__file__).parent / "real"
ACTOR = "nhap-lieu-lich-su"
SIGNING_HOUR = 16

Progress = Callable[[str], None]


class RealFigure(StrictModel):
    """One figure. `raw` is the cell as printed; the parts are those of the remark beside it."""

    raw: str
    numerator: str | None = None
    denominator: str | None = None


class RealReport(StrictModel):
    """One report of the past. `number` is empty where the copy shows none.

    signed_on: the day of signing; when `dated` is false the copy shows none, and it is only a day of arrival
    that its contents allow: then the form's cell stays empty.
    faults: names of the rules that must find something in it.
    """

    unit: str
    round: str
    number: str
    signed_on: date
    dated: bool = True
    figures: dict[str, RealFigure]
    texts: dict[str, str]
    faults: list[str]

    @property
    def obligation_id(self) -> str:
        return f"{self.round}/{self.unit}/{Product.REPORT}"

    def answers(self) -> Answers:
        """Everything typed as text, character by character, as it stands in the report."""
        return Answers(
            figures={
                code: Answer(one.raw, one.numerator, one.denominator) for code, one in self.figures.items()
            },
            narratives=self.texts,
            document_number=self.number or None,
            signed_on=self.signed_on if self.dated else None,
        )


@dataclass(frozen=True)
class Entered:
    """What became of one report. `as_found`: the checks refused it, and it was accepted as it is."""

    report: RealReport
    unit_name: str
    submission_id: str
    as_found: bool
    findings: tuple[CheckFinding, ...]

    @property
    def faults(self) -> list[CheckFinding]:
        """What is wrong in what the report says; cells that it left blank are counted by `blanks`."""
        return [finding for finding in self.findings if finding.found is not None]

    @property
    def blanks(self) -> int:
        """Cells and sections of today's form that the report of the past does not fill."""
        return len(self.findings) - len(self.faults)

    @property
    def missed(self) -> list[str]:
        """Faults known to be in the report that no rule found: empty when the checks are good."""
        found = {finding.rule for finding in self.findings}
        return [rule for rule in self.report.faults if rule not in found]


@dataclass(frozen=True)
class RealRound:
    """A round of the past: who was obliged, who is missing (names), and the documents' files by their kind."""

    round_id: str
    title: str
    obliged: int
    missing: tuple[str, ...]
    documents: Mapping[str, Path]


@dataclass(frozen=True)
class RealResult:
    reports: tuple[Entered, ...]
    rounds: tuple[RealRound, ...]


def load_real_reports() -> list[RealReport]:
    """All reports, by round and day of signing. Raises ConfigErrors for a file that is not of the form."""
    return sorted(_load(None), key=lambda one: (one.round, one.signed_on, one.unit))


@config_file("*.yaml", home=FOLDER)
def _load(opened: OpenedFiles) -> tuple[RealReport, ...]:
    return tuple(opened.yaml(RealReport, path) for path in opened.paths())


def run_real_rounds(instance: Instance, progress: Progress = lambda _step: None) -> RealResult:
    """Hold the rounds of the real reports in `instance`; `progress` is told each step in Vietnamese.

    Every unit of the register that owed the round then is obliged, so that the rounds name who is missing.
    Running it again on the same instance changes nothing.
    """
    store = upgrade(Store(instance.store_url))
    try:
        entered: list[Entered] = []
        rounds: list[RealRound] = []
        for round_id, group in groupby(load_real_reports(), key=lambda one: one.round):
            reports = list(group)
            run = Run(store, instance, at(reports[0].signed_on), round_id, ACTOR)
            run = replace(run, as_of=run.round.opens_at)
            progress(t("submissions.entering.step_open", round=run.round.title))
            opening.open_round(run)
            for report in reports:
                progress(
                    t(
                        "submissions.entering.step_enter",
                        unit=run.units.get(report.unit).name,
                        round=run.round.title,
                    )
                )
                entered.append(_enter(run, report))
            rounds.append(_close(replace(run, as_of=_closing_time(run, reports)), progress))
        return RealResult(tuple(entered), tuple(rounds))
    finally:
        store.close()


def _enter(run: Run, report: RealReport) -> Entered:
    """Through form, inbox and checks; a report that the checks refuse is accepted as it is, with the reason."""
    signed_at = at(report.signed_on, SIGNING_HOUR)
    received = replace(run, as_of=signed_at, peer_cache={})
    unit = run.units.get(report.unit)
    if not submissions_of(run.store, run.instance, report.obligation_id):
        opening.build_workbooks(run, [report.unit])
        form = opening.workbook_path(run, run.round, unit)
        name = f"{report.round}/{form.name}"
        receiving.pending(
            received
        )  # nothing lay there until that day: historic reports are as late as they were
        write_atomic(run.instance.inbox / name, fill_workbook(form.read_bytes(), report.answers()))
        receiving.receive(received, [name])
    kept = submissions_of(run.store, run.instance, report.obligation_id)[-1]
    refused = kept.outcome == "rejected"
    if refused:
        accept_as_found(
            received,
            kept.submission_id,
            t("submissions.entering.historic_reason", day=vn_date(report.signed_on)),
        )
    history = run.ledger.history(report.obligation_id)
    findings = findings_of(run.store, kept.submission_id)
    as_found = any(event.kind == "rejected" for event in history)
    return Entered(report, unit.name, kept.submission_id, as_found, tuple(findings))


def _closing_time(run: Run, reports: list[RealReport]) -> datetime:
    """The round's own closing time, or the evening after the last report where that came later."""
    return max(run.round.closes_at, *(at(report.signed_on, SIGNING_HOUR + 2) for report in reports))


def _close(run: Run, progress: Progress) -> RealRound:
    round_ = run.round
    progress(t("submissions.entering.step_close", round=round_.title))
    closing.consolidate(run)
    closing.draft(run)
    states = run.ledger.states(run.as_of, round_id=round_.round_id, product=Product.REPORT)
    missing = [run.units.get(obligation.unit_code).name for obligation, state in states if state.owed]
    papers = documents(run.store, round_.round_id)
    return RealRound(
        round_.round_id,
        round_.title,
        summarise(states, run.units, run.as_of).obliged,
        tuple(missing),
        {paper.kind: paper.copied_to(run.instance) for paper in papers},
    )
