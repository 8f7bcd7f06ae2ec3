"""A scoring round of three units on its way: sets pinned, claims and computed values recorded, appraisers at work."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from cchc.clock import at
from cchc.criteria import CriteriaSets
from cchc.obligations import Event, EventKind, Obligation
from cchc.paths import Instance
from cchc.run import Run
from cchc.scores import (
    EvidenceKind,
    EvidenceStatus,
    KeptEvidence,
    ScoreEvent,
    Stage,
    append,
    pin_sets,
    put_evidence,
)
from cchc.scoring.appraisal import Appraisal
from cchc.scoring.cases import Docket
from cchc.store import Store
from cchc.year import Product

ROUND = "2026-CD"
SCORED, OWN, OFFICE = "so-y-te", "so-tu-phap", "so-noi-vu"
UNITS = (SCORED, OWN, OFFICE)
OPENED, LOCKED = at(date(2026, 12, 1), 9), at(date(2026, 12, 26), 9)
DURING, LATE = at(date(2027, 1, 5), 10), at(date(2027, 1, 14), 10)
SET = CriteriaSets.load().get("so-2026")


def opened(store: Store, instance: Instance) -> Run:
    """The round with its sets pinned and a self-score of each of the three units that counts."""
    run = Run(store, instance, OPENED, ROUND)
    run.rounds.open(run.round, OPENED, "thu")
    with store.write() as tx:
        sets = {one.code: one for one in CriteriaSets.load().all if one.settings.applies_to.tiers}
        pin_sets(tx, ROUND, sets, OPENED, actor="thu")
    for code in UNITS:
        identity = f"{ROUND}/{code}/{Product.SELF_SCORE}"
        run.ledger.open(
            [Obligation(identity, ROUND, code, Product.SELF_SCORE, "", "Tự chấm", run.round.unit_due_at)],
            OPENED,
            "thu",
        )
        for kind in (EventKind.submitted, EventKind.accepted):
            detail = {"submission_id": submission_of(code)}
            run.ledger.record(Event(identity, kind, OPENED, OPENED, "thu", detail=detail))
    return run


def submission_of(unit: str) -> str:
    return f"{ROUND}/{unit}/{Product.SELF_SCORE}/abc"


def said(
    run: Run, unit: str, criterion: str, stage: Stage, points: str | None, dropped: bool = False
) -> None:
    """A claim or a computed value."""
    event = ScoreEvent(
        ROUND, unit, criterion, SET.version, stage, None if points is None else Decimal(points), dropped, "thử",
        unit if stage is Stage.CLAIM else "he-thong", LOCKED,
    )  # fmt: skip
    with run.store.write() as tx:
        append(tx, [event])


def proven(run: Run, unit: str, criterion: str) -> None:
    """A file that the unit sent with its self-score."""
    one = KeptEvidence(
        ROUND, unit, criterion, EvidenceKind.FILE, "kế hoạch.pdf", submission_of(unit), OPENED, EvidenceStatus.KEPT,
        sha256="0" * 64, size=1, stored_path="x.pdf",
    )  # fmt: skip
    with run.store.write() as tx:
        put_evidence(tx, [one])


def appraisal(run: Run, actor: str, moment: datetime = DURING, units: Iterable[str] = UNITS) -> Appraisal:
    """The appraisal of the three units as somebody finds it at a moment."""
    own = replace(run, actor=actor, as_of=moment)
    return Appraisal(own, Docket.load(own, units))
