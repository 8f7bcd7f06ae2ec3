"""All rules over one text: what it says twice, or says against its own arithmetic.

Every rule stays silent on what it does not understand: a report is full of figures that are right.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from cchc.claims.changes import check_changes
from cchc.claims.cited_documents import check_documents
from cchc.claims.counted_names import counted_names
from cchc.claims.days import impossible_days, signing_day, windows
from cchc.claims.entries import CountEntry, entries_of
from cchc.claims.kinds import Checked, ClaimFault, Review
from cchc.claims.lists import check_levels, check_lists, fraction_parts
from cchc.claims.passage import Known, Passage
from cchc.claims.percents import percentages_above_hundred, percentages_of_fractions, percentages_of_nothing
from cchc.claims.phrases import ClaimSettings
from cchc.claims.records import records
from cchc.claims.remedied import check_remedied
from cchc.claims.repeated import fractions_of_one_whole, text_against_figures, text_against_tables
from cchc.claims.status import check_records
from cchc.claims.text_tables import check_tables, tables
from cchc.year import Window


def check_text(
    text: str,
    *,
    signed_on: date | None = None,
    received_on: date | None = None,
    window: Window | None = None,
    figures: Mapping[str, Decimal] | None = None,
    settings: ClaimSettings | None = None,
) -> Review:
    """Everything in a text that can be checked, and what of it cannot be right.

    signed_on: the day of signing; without it the text's own line of place and date is taken, else received_on
    bounds what can have happened. window: the days that the round's figures cover. figures: the same report's
    workbook by indicator.
    """
    settings = settings or ClaimSettings.load()
    passage = Passage(text, Known(signed_on, received_on, window, figures or {}))
    tolerance = settings.percent_tolerance
    percentages_of_fractions(passage, tolerance)
    noted = _check_blocks(passage, tolerance)
    percentages_above_hundred(passage)
    percentages_of_nothing(passage, noted)
    check_changes(passage, tolerance)
    impossible_days(passage)
    bound = signed_on or signing_day(passage.lined)
    which = "signed" if bound else "received"
    bound = bound or received_on
    windows(passage, bound, which)
    check_documents(passage, bound, which)
    rows = tables(passage)
    check_tables(passage, rows, tolerance)
    fractions_of_one_whole(passage)
    text_against_tables(passage, rows, settings)
    text_against_figures(passage, settings)
    return _review(passage)


def _check_blocks(passage: Passage, tolerance: Decimal) -> set[int]:
    """The rules over the counts of a block; returns the places of percentages that are accounted for."""
    noted: set[int] = set()
    gathered: list[tuple[int, str, list[CountEntry]]] = []
    for index, block in enumerate(passage.blocks):
        if block.marker == "row":
            continue
        entries = entries_of(passage, block)
        if not entries:
            continue
        gathered.append((index, block.marker, entries))
        check_remedied(passage, entries, tolerance, noted)
        check_records(passage, records(passage, entries), tolerance, noted)
        check_lists(passage, block.start, block.end, entries)
        counted_names(passage, entries, block.end)
        fraction_parts(passage, block.start, block.end, entries)
    check_levels(passage, gathered)
    return noted


def _review(passage: Passage) -> Review:
    """One finding a place: of two on the same words and of the same kind the worse stands."""
    faults: dict[tuple[str, int, int], ClaimFault] = {}
    for fault in sorted(passage.faults, key=lambda one: one.severity.rank):
        faults.setdefault((fault.kind, fault.start, fault.end), fault)
    checked: dict[tuple[str, int, int], Checked] = {}
    for one in passage.checked:
        key = (one.kind, one.start, one.end)
        checked[key] = Checked(*key, one.ok and checked.get(key, one).ok)
    return Review(
        passage.original,
        tuple(sorted(faults.values(), key=lambda one: (one.start, one.end))),
        tuple(sorted(checked.values(), key=lambda one: (one.start, one.end))),
    )
