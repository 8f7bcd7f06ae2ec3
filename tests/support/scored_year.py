"""A year whose points are computed: reports of a few units in the store, and an open round of scoring beside them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from cchc.clock import at
from cchc.obligations import Event, EventKind, Ledger, Obligation, RoundLedger, append
from cchc.run import Run
from cchc.submissions.kept import (
    ReceivedSubmission,
    SubmissionOutcome,
    put_submission,
    submission_id_of,
)
from cchc.workbooks.forms import FilledForm, Identity, ReportedFigure
from cchc.year import Product

ROUND = "2026-CD"
COMMUNE, SILENT, DEPARTMENT = "30760", "30301", "so-tu-phap"
OPENED = at(date(2026, 12, 1), 9)
LOCKED = at(date(2026, 12, 25), 17)


def owe(run: Run, round_id: str, unit: str, product: str = Product.REPORT, item: str = "") -> str:
    """The unit owes something in an opened round; the obligation's id."""
    round_ = run.calendar.round(round_id)
    RoundLedger(run.store).open(round_, round_.opens_at, "thu")
    obligation_id = f"{round_id}/{unit}/{product}" + (f"/{item}" if item else "")
    obligation = Obligation(obligation_id, round_id, unit, product, item, "Báo cáo", round_.unit_due_at)
    Ledger(run.store).open([obligation], round_.opens_at, "thu")
    return obligation_id


def reported(
    run: Run,
    unit: str,
    figures: Mapping[str, str | tuple[str, str]] | None = None,
    *,
    round_id: str = "2026-NAM",
    late: timedelta = timedelta(0),
    nothing: Mapping[str, str] | None = None,
) -> str:
    """The unit's report came `late` and was accepted; figures as a value, or as (part, whole). Its submission's id."""
    obligation_id = owe(run, round_id, unit)
    came = run.calendar.round(round_id).unit_due_at + late
    given = {code: _figure(code, value) for code, value in (figures or {}).items()}
    filled = FilledForm(
        Identity(Product.REPORT, unit, round_id),
        "bieu.xlsx",
        figures=given,
        nothing_sections=dict(nothing or {}),
    )
    content = f"{round_id}/{unit}".encode()
    submission_id = submission_id_of(obligation_id, content)
    with run.store.write() as tx:
        put_submission(
            tx,
            run.instance,
            ReceivedSubmission(
                obligation_id,
                content,
                "bieu.xlsx",
                came,
                came,
                "thu-muc",
                filled,
                (),
                SubmissionOutcome.ACCEPTED,
            ),
        )
        append(tx, (_event(obligation_id, kind, came, submission_id) for kind in ("submitted", "accepted")))
    return submission_id


def _event(obligation_id: str, kind: str, moment: datetime, submission_id: str) -> Event:
    detail = {"submission_id": submission_id}
    return Event(obligation_id, EventKind(kind), moment, moment, "thu", detail=detail)


def _figure(code: str, value: str | tuple[str, str]) -> ReportedFigure:
    if isinstance(value, tuple):
        part, whole = map(Decimal, value)
        return ReportedFigure(code, value=part / whole * 100, numerator=part, denominator=whole)
    return ReportedFigure(code, raw=value, value=Decimal(value))
