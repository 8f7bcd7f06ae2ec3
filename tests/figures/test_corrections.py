"""A report after an issued one names it and lists what changed; the issued one stays as it was."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from decimal import Decimal

from docx import Document
from tests.support.reports import Reporting

from cchc.documents.marking import Marking
from cchc.documents.registry import DocumentRecord, record_document
from cchc.figures.consolidate import consolidate
from cchc.figures.corrections import Change, Correction, correction
from cchc.figures.facts import RoundFacts
from cchc.indicators import IndicatorRegister
from cchc.obligations import RoundEvent, RoundEventKind, RoundLedger
from cchc.report.report_docx import build_report_docx
from cchc.units import UnitRegister
from cchc.workbooks.forms import ReportedFigure
from cchc.year import Calendar

DAY = Calendar.load().round("2026-Q1").reference_day


def sent(number: int) -> dict[str, ReportedFigure]:
    return {"I.1.1": ReportedFigure("I.1.1", raw=str(number), value=Decimal(number))}


def issue_of(round_id: str, moment: datetime, identity: str) -> RoundEvent:
    return RoundEvent(
        round_id, RoundEventKind.issued, moment, moment, "thu", detail={"documents": [identity]}, key=identity
    )


def test_what_changed_since_the_issued_report_is_told_and_nothing_else(reporting: Reporting) -> None:
    units, indicators, round_ = UnitRegister.load(), IndicatorRegister.load(), reporting.round_
    first, second, *_ = reporting.units
    reporting.report(first, sent(10))
    closes = round_.closes_at
    one = consolidate(reporting.store, round_, None, units, indicators, closes)
    assert correction(reporting.store, one, indicators, closes, DAY) is None
    identity = record_document(
        reporting.store,
        reporting.instance,
        DocumentRecord(
            round_id=round_.round_id,
            kind="bao_cao",
            draft=one.draft,
            file_name="bao-cao.docx",
            made_at=closes,
            provenance={},
            number="28",
            symbol="BC-UBND",
            issued_on=date(2026, 3, 25),
        ),
        b"x",
    )
    assert correction(reporting.store, one, indicators, closes, DAY) is None, "on record, and not issued"
    RoundLedger(reporting.store).record(issue_of(round_.round_id, closes, identity))
    assert (
        correction(reporting.store, one, indicators, closes, DAY) is None
    )  # the same draft again is no correction
    later = closes + timedelta(days=5)
    reporting.report(second, sent(7), when=closes + timedelta(days=1))
    two = consolidate(reporting.store, round_, None, units, indicators, later)
    found = correction(reporting.store, two, indicators, later, DAY)
    assert found is not None
    assert (found.number, found.symbol, found.issued_on) == ("28", "BC-UBND", date(2026, 3, 25))
    (change,) = [change for change in found.changes if change.indicator.code == "I.1.1"]
    assert (change.before, change.after) == ("10", "17")
    assert change.covered_before.startswith("1 trên")
    assert change.covered_after.startswith("2 trên")
    changed = {change.indicator.code for change in found.changes}
    for code in two.indicators:
        assert (one.line(code) != two.line(code)) == (code in changed), code


def test_of_a_report_issued_twice_the_right_number_is_the_one_that_is_replaced(reporting: Reporting) -> None:
    """The round's events tell which of two numbers of one draft was entered last."""
    units, indicators, round_ = UnitRegister.load(), IndicatorRegister.load(), reporting.round_
    first, second, *_ = reporting.units
    reporting.report(first, sent(10))
    closes, rounds = round_.closes_at, RoundLedger(reporting.store)
    one = consolidate(reporting.store, round_, None, units, indicators, closes)
    numbers = ("28", "82", "27")  # neither sorting them nor their documents' ids tells the last
    for number in numbers:
        identity = record_document(
            reporting.store,
            reporting.instance,
            DocumentRecord(
                round_id=round_.round_id,
                kind="bao_cao",
                draft=one.draft,
                file_name="a.docx",
                made_at=closes,
                provenance={},
                number=number,
                symbol="BC-UBND",
                issued_on=date(2026, 3, 25),
            ),
            number.encode(),
        )
        rounds.record(issue_of(round_.round_id, closes, identity))
        reporting.report(second, sent(7), when=closes + timedelta(days=1))
        two = consolidate(reporting.store, round_, None, units, indicators, closes + timedelta(days=5))
        found = correction(reporting.store, two, indicators, closes + timedelta(days=5), DAY)
        assert found is not None
        assert found.number == number


def test_the_new_report_names_the_old_one_and_lists_the_changes(facts: RoundFacts) -> None:
    indicator = facts.indicators[0]
    changes = [Change(indicator, "10", "17", "1 trên 6", "2 trên 6")]
    told = Correction("28", "BC-UBND", date(2026, 3, 25), 1, changes)
    document = Document(io.BytesIO(build_report_docx(facts, Marking(facts.as_of), correction=told)))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "thay thế Báo cáo số 28/BC-UBND ngày 25/03/2026" in text
    assert "Phụ lục III" in text
    rows = [[cell.text for cell in row.cells] for row in document.tables[-1].rows]
    assert rows[1] == ["1", indicator.name, "10", "17", "1 trên 6 → 2 trên 6"]
    plain = Document(io.BytesIO(build_report_docx(facts, Marking(facts.as_of))))
    assert "Phụ lục III" not in "\n".join(paragraph.text for paragraph in plain.paragraphs)
