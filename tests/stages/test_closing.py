"""The number of a draft follows its figures, and a round that was never opened is not closed."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from openpyxl import load_workbook
from tests.documents.test_decisions import lay
from tests.sources.samples import export
from tests.sources.test_document_values import OUT, sent
from tests.support.dossiers import dossier
from tests.support.province import OTHER, UNIT, Province

from cchc.clock import at
from cchc.documents.waiting import drafts
from cchc.errors import RuleRefused
from cchc.obligations import RoundEventKind
from cchc.sources import DOC_MANAGEMENT, ONE_STOP, find_snapshot
from cchc.stages import closing, collecting
from cchc.texts import t

ARRIVED = at(date(2026, 3, 17), 9)
CLOSED = at(date(2026, 3, 19), 9)
CUT_OFF = at(date(2026, 3, 14), 18)
FORM_06, EXCHANGE = t("form_06.book.sheet"), t("form_06.documents.sheet")


def test_closing_again_without_new_figures_keeps_the_draft_and_new_ones_are_the_next(
    province: Province,
) -> None:
    assert lay(province, UNIT, ARRIVED) == {"accepted": 1}
    run = province.at(CLOSED)
    assert closing.consolidate(run) == 1
    closing.draft(run, 1)
    again = province.at(CLOSED + timedelta(hours=2))
    assert closing.consolidate(again) == 1, "no figure changed"
    assert lay(province, OTHER, CLOSED + timedelta(hours=3)) == {"accepted": 1}
    assert closing.consolidate(province.at(CLOSED + timedelta(hours=4))) == 2


def test_a_round_that_was_never_opened_is_not_closed(province: Province) -> None:
    with pytest.raises(RuleRefused) as refused:
        closing.consolidate(province.at(CLOSED, round_id="2026-6T"))
    assert refused.value.rule == "round-not-open"
    assert "2026-6T" in str(refused.value)


def test_what_was_never_consolidated_is_not_drafted(province: Province) -> None:
    with pytest.raises(RuleRefused) as refused:
        closing.draft(province.at(CLOSED))
    assert refused.value.rule == "not-consolidated"


def test_closing_records_which_draft_it_made_and_repeating_it_records_nothing(province: Province) -> None:
    run = province.at(CLOSED)
    number = closing.consolidate(run)
    closing.consolidate(replace(run, as_of=CLOSED + timedelta(hours=1)))
    (event,) = [one for one in run.rounds.events(run.round.round_id) if one.kind is RoundEventKind.closed]
    assert event.detail == {"draft": number}
    assert event.happened_at == CLOSED


def test_the_internal_document_goes_with_the_draft_to_whoever_decides(province: Province) -> None:
    assert lay(province, UNIT, ARRIVED) == {"accepted": 1}
    run = province.at(CLOSED)
    closing.draft(run, closing.consolidate(run))
    waiting = {one.kind: one.file_name for one in drafts(run)}
    assert waiting == {
        "bao_cao_du_thao": "bao-cao-2026-Q1_du-thao-1.docx",
        "phu_luc_du_thao": "phu-luc-2026-Q1_du-thao-1.xlsx",
        "bao_cao_noi_bo_du_thao": "thuyet-minh-noi-bo-2026-Q1_du-thao-1.docx",
        "phu_luc_noi_bo_du_thao": "phu-luc-noi-bo-2026-Q1_du-thao-1.xlsx",
    }


def exported(province: Province, *kinds: str) -> None:
    """What the two programs send by the cut-off, landed and frozen."""
    one = {"Đơn vị ban hành": "UBND phường Bình Đức"}
    rows = {
        "one_stop": export([dossier("H-1", "09/02/2026")]),
        "doc_management": export([sent(1, "e", True, **one)], header=OUT, delimiter=","),
    }
    province.instance.export_drop.mkdir(parents=True, exist_ok=True)
    for kind in kinds:
        (province.instance.export_drop / f"{kind}.csv").write_bytes(rows[kind])
    run = province.at(CUT_OFF, round_id=None)
    collecting.land(run, collecting.pending(run))
    assert collecting.freeze(run)


def sources_of_the_draft(province: Province, moment: datetime) -> set[str]:
    """The sheets of the draft's appendix that name the hash of a snapshot."""
    run = province.at(moment)
    closing.draft(run, closing.consolidate(run))
    (path,) = province.instance.round_out("2026-Q1").glob("phu-luc-noi-bo-*.xlsx")
    book = load_workbook(io.BytesIO(path.read_bytes()), read_only=True)
    frozen = [
        find_snapshot(province.store, province.instance, source, CUT_OFF.date())
        for source in (ONE_STOP, DOC_MANAGEMENT)
    ]
    found = set()
    for name in (FORM_06, EXCHANGE):
        words = " ".join(str(cell) for row in book[name].iter_rows(values_only=True) for cell in row)
        if any(one.sha256 in words for one in frozen if one):
            found.add(name)
    return found


@pytest.mark.parametrize(
    ("kinds", "wanted"),
    [
        (("one_stop", "doc_management"), {FORM_06, EXCHANGE}),
        (("one_stop",), {FORM_06}),
        (("doc_management",), {EXCHANGE}),
    ],
)
def test_the_appendix_holds_the_form_of_each_source_that_was_frozen(
    province: Province, kinds: tuple[str, ...], wanted: set[str]
) -> None:
    exported(province, *kinds)
    assert sources_of_the_draft(province, CLOSED) == wanted


def test_a_draft_of_an_earlier_moment_knows_no_snapshot_that_was_frozen_after_it(province: Province) -> None:
    exported(province, "one_stop", "doc_management")
    assert sources_of_the_draft(province, CUT_OFF - timedelta(seconds=1)) == set()
