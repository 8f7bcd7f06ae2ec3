"""Tiếp nhận báo cáo: each file of the inbox becomes a submission, its events and a receipt, or an answer why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cchc.checks import CheckContext, Finding, Rules, blocking, reference_rounds
from cchc.checks import run as run_checks
from cchc.checks.claims import prose_findings
from cchc.clock import TZ
from cchc.errors import CchcError, RuleRefused
from cchc.files import write_atomic
from cchc.intake import FilledForm, keep_submission, mark_workbook, read_workbook
from cchc.obligations import Event, EventKind
from cchc.reminders import receipt
from cchc.scoring import Criteria, keep_self_scores
from cchc.stages.figures import known_system_values, round_figures
from cchc.stages.run import Run
from cchc.texts import t

UNREADABLE = "_khong-tiep-nhan"
CHANNEL = "thu-muc"


@dataclass(frozen=True)
class Arrival:
    """A file as it lies in the inbox. `received_at` is when it was put there, never later than the run."""

    path: Path
    content: bytes
    received_at: datetime


def pending(run: Run) -> list[str]:
    """Files that wait in the inbox (`<round>/<file>`), in the order in which they arrived.

    Only what had arrived by the run's own time counts, so that a replayed run sees what it saw then.
    """
    inbox = run.instance.inbox
    if not inbox.exists():
        return []
    waiting = [
        (path.stat().st_mtime, str(path.relative_to(inbox)))
        for path in inbox.glob("*/*")
        if path.is_file() and not path.name.startswith((".", "~$")) and path.parent.name != UNREADABLE
    ]
    return [name for moment, name in sorted(waiting) if moment <= run.as_of.timestamp()]


def receive(run: Run, names: Sequence[str]) -> dict[str, int]:
    """Take in each file; returns counts by outcome: accepted, warned, rejected, refused, unreadable."""
    rules = Rules.load()
    outcomes: Counter[str] = Counter()
    for name in names:
        path = run.instance.inbox / name
        if not path.exists():  # another attempt of this run took it in already
            continue
        moment = datetime.fromtimestamp(path.stat().st_mtime, TZ).replace(microsecond=0)
        arrival = Arrival(path, path.read_bytes(), min(moment, run.as_of))
        outcomes[_take_in(run, rules, arrival)] += 1
    return dict(outcomes)


def _take_in(run: Run, rules: Rules, arrival: Arrival) -> str:
    try:
        filled = read_workbook(arrival.content, arrival.path.name)
        _must_belong_here(run, filled, arrival)
        outcome = _record(run, rules, filled, arrival)
    except CchcError as error:
        _set_aside(run, arrival, error)
        return "refused" if isinstance(error, RuleRefused) else "unreadable"
    arrival.path.unlink()
    return outcome


def _must_belong_here(run: Run, filled: FilledForm, arrival: Arrival) -> None:
    """Refuse the workbook of another round than the folder it was put into."""
    identity, folder = filled.identity, arrival.path.parent.name
    if identity.round_id != folder:
        raise RuleRefused(
            "wrong-round",
            t("stages.wrong_round", found=identity.round_id, expected=folder, unit=identity.unit_code),
        )


def _set_aside(run: Run, arrival: Arrival, error: CchcError) -> None:
    """Keep a file that cannot be taken in, with the reason beside it, for an operator to look at."""
    folder = run.instance.inbox / UNREADABLE / arrival.path.parent.name
    kept = write_atomic(folder / arrival.path.name, arrival.content)
    write_atomic(kept.with_name(kept.name + ".ly-do.txt"), f"{error}\n")
    arrival.path.unlink()


def _record(run: Run, rules: Rules, filled: FilledForm, arrival: Arrival) -> str:
    if filled.identity.form in ("nhiem_vu", "tra_loi"):
        return _record_items(run, filled, arrival)
    if filled.identity.form == "tu_cham":
        return _record_self_score(run, filled, arrival)
    return _record_report(run, rules, filled, arrival)


def _record_report(run: Run, rules: Rules, filled: FilledForm, arrival: Arrival) -> str:
    identity = filled.identity
    obligation_id = f"{identity.round_id}/{identity.unit_code}/bao_cao"
    findings = _check(run, rules, filled)
    refused = blocking(findings)
    outcome = "rejected" if refused else ("nothing" if filled.nothing_to_report else "accepted")
    submission_id = _keep(run, obligation_id, filled, findings, outcome, arrival)
    _events(
        run,
        obligation_id,
        submission_id,
        outcome,
        arrival,
        t("stages.rejected_reason", count=len(findings)) if refused else None,
    )
    receipt(
        run.store,
        run.instance,
        submission_id=submission_id,
        obligation_id=obligation_id,
        unit=run.units.get(identity.unit_code),
        round_=run.calendar.round(identity.round_id),
        findings=findings,
        outcome=outcome,
        marked=mark_workbook(arrival.content, findings) if worth_returning(findings) else None,
        as_of=run.as_of,
    )
    return "warned" if worth_returning(findings) and not refused else outcome


def worth_returning(findings: Sequence[Finding]) -> bool:
    """Whether the unit gets its workbook back with the cells coloured: for faults and warnings, not for mere notes."""
    return any(finding.severity != "luu_y" for finding in findings)


def _check(run: Run, rules: Rules, filled: FilledForm) -> list[Finding]:
    """The workbook's rules, then the claims in its prose."""
    identity = filled.identity
    round_, unit = run.calendar.round(identity.round_id), run.units.get(identity.unit_code)
    owed = run.indicators.owed(unit.tier, round_.reference_day, round_.kind)
    rounds = reference_rounds(run.calendar, round_)
    context = CheckContext(
        unit=unit,
        round_=round_,
        indicators=run.indicators,
        as_of=run.as_of,
        owed=owed,
        system=known_system_values(run, round_.round_id).get(unit.code, {}),
        unit_count=len(run.units.on(round_.reference_day, round_.tiers)),
        previous=round_figures(run, rounds.previous).get(unit.code, {}),
        half_year=round_figures(run, rounds.half_year).get(unit.code, {}),
        opening=round_figures(run, rounds.opening).get(unit.code, {}),
    )
    return [*run_checks(filled, context, rules), *prose_findings(filled, run.today)]


def _record_items(run: Run, filled: FilledForm, arrival: Arrival) -> str:
    """Each filled row answers one obligation; rows left empty stay owed."""
    answered = [item for item in filled.items if item.given]
    for item in answered:
        submission_id = _keep(run, item.obligation_id, filled, [], "accepted", arrival)
        _events(run, item.obligation_id, submission_id, "accepted", arrival, None)
    return "accepted" if answered else "empty"


def _record_self_score(run: Run, filled: FilledForm, arrival: Arrival) -> str:
    identity = filled.identity
    obligation_id = f"{identity.round_id}/{identity.unit_code}/tu_cham"
    submission_id = _keep(run, obligation_id, filled, [], "accepted", arrival)
    keep_self_scores(run.store, identity.round_id, identity.unit_code, Criteria.load().version, filled.scores)
    _events(run, obligation_id, submission_id, "accepted", arrival, None)
    return "accepted"


def _keep(
    run: Run, obligation_id: str, filled: FilledForm, findings: list[Finding], outcome: str, arrival: Arrival
) -> str:
    return keep_submission(
        run.store,
        run.instance,
        obligation_id=obligation_id,
        content=arrival.content,
        file_name=arrival.path.name,
        received_at=arrival.received_at,
        recorded_at=run.as_of,
        channel=CHANNEL,
        filled=filled,
        findings=findings,
        outcome=outcome,
    )


def _events(
    run: Run, obligation_id: str, submission_id: str, outcome: str, arrival: Arrival, reason: str | None
) -> None:
    """`submitted` when it arrived, then the verdict, both learned in this run; keys make a repetition harmless."""
    verdict = {
        "accepted": EventKind.accepted,
        "rejected": EventKind.rejected,
        "nothing": EventKind.nothing_to_report,
    }[outcome]
    steps = [(verdict, run.as_of, reason)]
    if verdict is EventKind.nothing_to_report:
        steps = [(verdict, arrival.received_at, reason)]
    else:
        steps.insert(0, (EventKind.submitted, arrival.received_at, None))
    for kind, happened_at, why in steps:
        run.ledger.record(
            Event(
                obligation_id=obligation_id,
                kind=kind,
                happened_at=happened_at,
                recorded_at=run.as_of,
                actor=run.actor,
                reason=why,
                detail={"submission_id": submission_id},
                key=f"{obligation_id}:{kind}:{submission_id}",
            )
        )
