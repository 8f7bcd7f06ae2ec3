"""Units' figures beside the systems': what differs, whose figure is taken, and the same in the store's view."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.support.reports import Reporting, side_by_side

from cchc.checks import Rules
from cchc.clock import to_text
from cchc.documents.blocks import DocumentTable, Paragraph
from cchc.documents.form import DocumentSettings
from cchc.documents.workbook import LONG_LIST
from cchc.errors import ConfigErrors
from cchc.figures.consolidate import consolidate
from cchc.figures.facts import RoundFacts, gather
from cchc.figures.reconciliation import Agreement, ReconciliationLine, evidence, reconcile, worst_first
from cchc.indicators import IndicatorRegister
from cchc.obligations import Event, EventKind, Ledger
from cchc.report.reconciliation_book import build_reconciliation_book
from cchc.report.tables import reconciliation_tables
from cchc.sources import DOC_MANAGEMENT, ONE_STOP
from cchc.submissions.kept import ReceivedSubmission, change_outcome, put_submission
from cchc.texts import table
from cchc.units import UnitRegister
from cchc.workbooks.forms import FilledForm, Identity, ReportedFigure
from cchc.year import Calendar

REGISTER = IndicatorRegister.load()
FROZEN = timedelta(days=3)  # before the round closes


def figure(code: str, value: str | None, **more: Any) -> ReportedFigure:
    return ReportedFigure(code, raw=value, value=None if value is None else Decimal(value), **more)


def share(code: str, numerator: int, denominator: int) -> ReportedFigure:
    value = (Decimal(numerator) * 100 / denominator).quantize(Decimal("0.01"))
    return ReportedFigure(code, None, value, Decimal(numerator), Decimal(denominator), typed=False)


def lines_of(
    own: Mapping[str, ReportedFigure], system: Mapping[str, ReportedFigure], *order: str
) -> list[ReconciliationLine]:
    """The lines of one provincial body."""
    unit = next(unit for unit in UnitRegister.load().all if unit.code == "so-noi-vu")
    codes = dict.fromkeys([*own, *system])
    return reconcile(
        [REGISTER.get(code) for code in codes],
        {unit.code: frozenset(codes)},
        [unit],
        side_by_side({unit.code: own}, {unit.code: system}, *order),
        Decimal("0.05"),
        Rules.load(),
        "Q1",
    )


def systems(
    reporting: Reporting,
    source: str,
    values: Mapping[tuple[str, str], ReportedFigure],
    when: datetime | None = None,
) -> None:
    """What the exports say, frozen before the round closes."""
    when = when or reporting.round_.closes_at - FROZEN
    snapshot = f"{source}/{to_text(when)}"
    with reporting.store.write() as tx:
        tx.execute(
            "sources.add_snapshot", snapshot_id=snapshot, source=source, cut_off="2026-03-14",
            frozen_at=to_text(when), sha256="0" * 64, path="x", row_count=1,
        )  # fmt: skip
        for (unit, code), one in values.items():
            parts = {name: getattr(one, name) for name in ("value", "numerator", "denominator")}
            tx.execute(
                "sources.put_system_value", round_id="2026-Q1", unit_code=unit, indicator=code,
                snapshot_id=snapshot, **{k: None if v is None else format(v, "f") for k, v in parts.items()},
            )  # fmt: skip


def view(reporting: Reporting) -> dict[tuple[str, str], dict[str, Any]]:
    """The store's view `reconciliation` by unit and indicator."""
    with reporting.store.read() as tx:
        found = tx.connection.exec_driver_sql("SELECT * FROM reconciliation WHERE round_id = '2026-Q1'")
        rows = [dict(row) for row in found.mappings()]
    return {(row["unit_code"], row["indicator"]): row for row in rows}


def drafted(reporting: Reporting, settings: DocumentSettings | None = None) -> RoundFacts:
    """Consolidate the round at its close and gather the facts of its documents."""
    arguments = (UnitRegister.load(), IndicatorRegister.load())
    when = reporting.round_.closes_at
    draft = consolidate(reporting.store, reporting.round_, None, *arguments, when, settings)
    return gather(reporting.store, reporting.round_, draft, *arguments, Calendar.load(), when)


def taking(**order: tuple[str, ...]) -> DocumentSettings:
    """The settings with a precedence of its own for indicators (`T06_8` is T06.8)."""
    settings = DocumentSettings.load()
    by_code = {code.replace("_", "."): names for code, names in order.items()}
    rules = settings.report.model_copy(update={"precedence_of": by_code})
    return settings.model_copy(update={"report": rules})


def test_counts_differ_exactly_and_shares_beyond_rounding() -> None:
    own = {"T06.5": figure("T06.5", "100", explanation="ước"), "OS.2": figure("OS.2", "98.4")}

    def gaps(count: str, percent: str) -> list[tuple[str, Decimal | None, str]]:
        found = lines_of(own, {"T06.5": figure("T06.5", count), "OS.2": figure("OS.2", percent)})
        return [(line.indicator.code, line.gap, line.explanation) for line in found if line.differs]

    assert gaps("100", "98.45") == []
    assert gaps("101", "98.46") == [("T06.5", Decimal(-1), "ước"), ("OS.2", Decimal("-0.06"), "")]


def test_a_difference_is_above_only_where_the_rule_asks_for_an_explanation() -> None:
    def agreement(own: str, system: str, code: str = "T06.5") -> Agreement:
        (line,) = lines_of({code: figure(code, own)}, {code: figure(code, system)})
        return line.agreement

    assert agreement("102", "100") is Agreement.SMALL
    assert agreement("103", "100") is Agreement.ABOVE
    assert agreement("1010", "1000") is Agreement.SMALL
    assert agreement("1011", "1000") is Agreement.ABOVE
    assert agreement("98.5", "98", "OS.2") is Agreement.SMALL
    assert agreement("98.6", "98", "OS.2") is Agreement.ABOVE
    assert agreement("0", "0") is Agreement.SAME


def test_silence_of_one_side_is_named_and_is_no_difference() -> None:
    (line,) = lines_of({}, {"T06.5": figure("T06.5", "9")})
    assert (line.agreement, line.gap, line.unit_value) == (Agreement.UNIT_SILENT, None, None)
    (line,) = lines_of({"T06.5": figure("T06.5", "9")}, {})
    assert (line.agreement, line.gap, line.system_value) == (Agreement.SYSTEM_SILENT, None, None)
    # Nobody expects the systems to know how many tasks a plan holds.
    assert lines_of({"I.1.1": figure("I.1.1", "9")}, {}) == []


def test_a_share_follows_from_its_parts_whatever_was_rounded() -> None:
    (line,) = lines_of({"OS.2": share("OS.2", 2, 3)}, {"OS.2": share("OS.2", 200, 300)})
    assert line.agreement is Agreement.SAME


def test_the_worst_comes_first_whether_count_or_share() -> None:
    own = {"T06.5": "103", "T06.1": "10000", "OS.2": "40", "T06.8": "5"}
    system = {"T06.5": "100", "T06.1": "9000", "OS.2": "98", "T06.8": "5"}
    found = lines_of(*({code: figure(code, value) for code, value in side.items()} for side in (own, system)))
    assert [line.indicator.code for line in worst_first(found)] == ["OS.2", "T06.1", "T06.5", "T06.8"]


def test_view_and_program_agree_on_every_line(reporting: Reporting) -> None:
    body, other, commune, silent, *_ = reporting.units
    given = {
        "T06.1": figure("T06.1", "120", explanation="Hồ sơ liên thông"),
        "T06.8": figure("T06.8", "0"),
        "T06.R": share("T06.R", 90, 100),
        "VB.1": figure("VB.1", "40"),
        "I.1.1": figure("I.1.1", "7"),
    }
    reporting.report(body, given)
    reporting.report(other, {"T06.1": ReportedFigure("T06.1", raw="khoảng 40")})
    reporting.report(commune, {"T06.1": figure("T06.1", "12.5")})
    one_stop = {
        (body.code, "T06.1"): figure("T06.1", "100"),
        (body.code, "T06.8"): figure("T06.8", "3"),
        (body.code, "T06.R"): share("T06.R", 95, 100),
        (other.code, "T06.1"): figure("T06.1", "41"),
        (commune.code, "T06.1"): figure("T06.1", "12.4"),
        (silent.code, "T06.1"): figure("T06.1", "8"),
    }
    systems(reporting, ONE_STOP, one_stop)
    systems(reporting, DOC_MANAGEMENT, {(body.code, "VB.1"): figure("VB.1", "44")})
    facts = drafted(reporting, taking(T06_8=("one_stop", "self"), T06_1=("self", "one_stop")))
    shown = view(reporting)
    for line in facts.reconciliation:
        row = shown[line.unit.code, line.indicator.code]
        values = (line.unit_value, line.one_stop_value, line.document_value, line.chosen_value)
        kept = (row["unit_value"], row["one_stop_value"], row["document_value"], row["chosen_value"])
        assert values == tuple(None if text is None else Decimal(text) for text in kept), row
        assert line.chosen == row["chosen"], row
        assert (row["explanation"] or "") == line.explanation
        difference = None if row["difference"] is None else Decimal(str(row["difference"]))
        assert difference == line.gap, row
    chosen = {(line.unit.code, line.indicator.code): line.chosen for line in facts.reconciliation}
    assert chosen[body.code, "T06.8"] == ONE_STOP
    assert chosen[body.code, "T06.1"] == "self"
    assert chosen[other.code, "T06.1"] == chosen[silent.code, "T06.1"] == ONE_STOP
    assert shown[body.code, "VB.1"]["difference"] == -4
    assert shown[body.code, "I.1.1"]["chosen_value"] == "7"


def test_what_is_taken_is_what_is_added_up(reporting: Reporting) -> None:
    body, other, *_ = reporting.units
    reporting.report(body, {"T06.8": figure("T06.8", "1"), "T06.5": figure("T06.5", "50")})
    reporting.report(other, {"T06.8": figure("T06.8", "2")})
    systems(reporting, ONE_STOP, {(body.code, "T06.8"): figure("T06.8", "9")})
    systems(reporting, ONE_STOP, {(other.code, "T06.5"): figure("T06.5", "30")})
    own = drafted(reporting, taking(T06_8=("self",), T06_5=("self",))).consolidation
    assert [own.line(code).value for code in ("T06.8", "T06.5")] == [3, 50]  # type: ignore[union-attr]  # owed
    facts = drafted(reporting, taking(T06_5=("self", "one_stop")))
    assert facts.consolidation.draft == own.draft + 1
    taken = facts.consolidation
    assert [taken.line(code).value for code in ("T06.8", "T06.5")] == [11, 80]  # type: ignore[union-attr]  # owed
    (line,) = [line for line in facts.differences if line.indicator.code == "T06.8"]
    assert (line.reported, line.chosen, line.chosen_value, line.gap) == ("1", ONE_STOP, 9, -8)


def test_a_precedence_that_is_taken_back_leaves_no_trace(reporting: Reporting) -> None:
    body, *_ = reporting.units
    reporting.report(body, {"T06.8": figure("T06.8", "1")})
    systems(reporting, ONE_STOP, {(body.code, "T06.8"): figure("T06.8", "9")})
    drafted(reporting, taking(T06_8=("self",)))
    assert view(reporting)[body.code, "T06.8"]["chosen"] == "self"
    drafted(reporting)
    assert view(reporting)[body.code, "T06.8"]["chosen"] == ONE_STOP


def test_a_later_version_replaces_and_a_return_ends_what_a_unit_said(reporting: Reporting) -> None:
    body, *_ = reporting.units
    sent = reporting.round_.unit_due_at - timedelta(days=2)
    steps = [sent + timedelta(hours=n) for n in range(4)]
    reporting.report(body, {"T06.8": figure("T06.8", "1")}, when=steps[0])
    reporting.report(body, {"T06.8": figure("T06.8", "2")}, when=steps[1])
    due = {"due_at": to_text(steps[3])}
    Ledger(reporting.store).record(
        Event(reporting.obligation(body), EventKind.returned, steps[2], steps[2], "thu", "Sai số", due)
    )

    def told(moment: datetime) -> str | None:
        one = evidence(reporting.store, "2026-Q1", moment).get(body.code, {}).get("T06.8")
        return one.figures["self"].raw if one else None

    before = timedelta(seconds=1)
    assert told(steps[0] - before) is None
    assert [told(step) for step in steps] == ["1", "2", None, None]
    assert told(steps[2] - before) == "2"
    assert view(reporting) == {}
    assert evidence(reporting.store, "2026-Q1") == {}


def test_a_late_report_counts_from_the_decision_and_not_from_its_arrival(reporting: Reporting) -> None:
    body, *_ = reporting.units
    sent = reporting.round_.unit_due_at + timedelta(days=1)
    decided = sent + timedelta(days=1)
    filled = FilledForm(Identity("bao_cao", body.code, "2026-Q1"), "b.xlsx", {"T06.8": figure("T06.8", "1")})
    owed = reporting.obligation(body)
    with reporting.store.write() as tx:
        kept = put_submission(
            tx,
            reporting.instance,
            ReceivedSubmission(
                obligation_id=owed,
                content=b"x",
                file_name="b.xlsx",
                received_at=sent,
                recorded_at=sent,
                channel="thu-muc",
                filled=filled,
                findings=[],
                outcome="kept_late",
            ),
        )
    detail = {"submission_id": kept}
    Ledger(reporting.store).record(Event(owed, EventKind.submitted, sent, sent, "thu", detail=detail))
    assert evidence(reporting.store, "2026-Q1") == {}
    change_outcome(reporting.store, kept, "accepted")
    Ledger(reporting.store).record(Event(owed, EventKind.accepted, decided, decided, "thu", detail=detail))
    assert evidence(reporting.store, "2026-Q1", decided - timedelta(seconds=1)) == {}
    assert set(evidence(reporting.store, "2026-Q1", decided)) == {body.code}


def test_a_snapshot_frozen_later_is_not_known_before(reporting: Reporting) -> None:
    body, *_ = reporting.units
    closing = reporting.round_.closes_at
    systems(
        reporting, ONE_STOP, {(body.code, "T06.8"): figure("T06.8", "9")}, when=closing + timedelta(hours=1)
    )
    assert evidence(reporting.store, "2026-Q1", closing) == {}
    assert set(evidence(reporting.store, "2026-Q1", closing + timedelta(hours=1))) == {body.code}


def test_provisional_figures_of_the_opening_day_are_no_witness(reporting: Reporting) -> None:
    body, *_ = reporting.units
    systems(reporting, ONE_STOP, {(body.code, "T06.8"): figure("T06.8", "9")})
    with reporting.store.write() as tx:
        tx.connection.exec_driver_sql("UPDATE system_values SET round_id = '2026-Q1/tam-tinh'")
    assert view(reporting) == {}


def test_an_unknown_indicator_or_a_source_named_twice_is_refused(own_config: Path) -> None:
    path = own_config / "documents.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("precedence_of: {}", "precedence_of: {T06.99: [self]}"), encoding="utf-8")
    with pytest.raises(ConfigErrors, match=r"T06\.99"):
        DocumentSettings.load(own_config)
    path.write_text(text.replace("precedence: [one_stop,", "precedence: [self, one_stop,"), encoding="utf-8")
    with pytest.raises(Exception, match="precedence"):
        DocumentSettings.load(own_config)


def test_the_book_lists_the_worst_first_and_no_text_becomes_a_formula(facts: RoundFacts) -> None:
    line = next(line for line in facts.reconciliation if line.agreement is Agreement.ABOVE)
    lines = [*facts.reconciliation, replace(line, explanation="=1+1", reported="=2+2")]
    content = build_reconciliation_book(facts.round_, lines, facts.as_of)
    assert content == build_reconciliation_book(facts.round_, lines, facts.as_of)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == [*table("report.reconciliation.sheets").values()]
    rows = list(book.worksheets[0].iter_rows())
    heads = table("report.reconciliation.columns")
    top = next(n for n, row in enumerate(rows) if row[0].value == heads["unit"])
    words = table("report.reconciliation.agreement")
    told = [row[11].value for row in rows[top + 1 :]]
    order = [words[name] for name in Agreement]
    assert told == sorted(told, key=order.index) and len(told) == len(lines)
    cells = {cell.value: cell.data_type for row in rows for cell in row if str(cell.value).startswith("=")}
    assert cells == {"=1+1": "s", "=2+2": "s"}
    assert all(sheet.freeze_panes and sheet.auto_filter.ref for sheet in book)
    # A long list takes a third of the pages upright on A3.
    for sheet in book:
        long = sheet is book.worksheets[0] and len(lines) > LONG_LIST
        paper = ("portrait", 8) if long else ("landscape", 9)
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == paper
    by_unit = list(book.worksheets[1].iter_rows(values_only=True))
    total = sum(row[3] for row in by_unit if row[0] in {one.unit.code for one in lines})
    assert total == sum(one.agreement is Agreement.ABOVE for one in lines)


def test_the_report_lists_the_largest_differences_and_counts_the_rest(facts: RoundFacts) -> None:
    above = [line for line in worst_first(facts.reconciliation) if line.agreement is Agreement.ABOVE]
    assert above
    many = replace(facts, reconciliation=[*facts.reconciliation, *above, *above])
    shown, rest = reconciliation_tables(many, 2)
    assert isinstance(shown, DocumentTable) and isinstance(rest, Paragraph)
    assert [row[1] for row in shown.rows] == [above[0].unit.name] * 2
    assert str(3 * len(above) - 2) in rest.text
    assert len(reconciliation_tables(many, 3 * len(above))) == 1
    assert reconciliation_tables(replace(facts, reconciliation=[]), 2) == []
