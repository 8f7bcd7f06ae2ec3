"""All rules over one text: what it says twice, or says against its own arithmetic.

Every rule stays silent on what it does not understand: a report is full of figures that are right.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from cchc.claims.all_of_them import check_all
from cchc.claims.amounts import check_amounts
from cchc.claims.balances import check_balance
from cchc.claims.bounds import check_bounds
from cchc.claims.changes import check_changes
from cchc.claims.cited_documents import check_documents
from cchc.claims.counted_items import counted_items
from cchc.claims.counted_names import counted_names
from cchc.claims.days import impossible_days, weekdays, windows
from cchc.claims.deadlines import deadlines, results, signing_day, spans_of_days
from cchc.claims.delays import days_late
from cchc.claims.evidence import check_grid
from cchc.claims.flows import check_flows
from cchc.claims.footnotes import footnotes
from cchc.claims.grids import FigureTable, grids
from cchc.claims.kinds import Checked, ClaimFault, FigureCoverage, Review
from cchc.claims.left import check_left
from cchc.claims.parts import check_parts, near_sums
from cchc.claims.passage import Known, Passage
from cchc.claims.periods import check_new_bases, check_periods
from cchc.claims.phrases import ClaimSettings
from cchc.claims.products import check_products
from cchc.claims.quantities import Quantity, Read, pieces, quantities
from cchc.claims.remainders import check_remainders
from cchc.claims.retold import check_retold
from cchc.claims.shares import check_shares
from cchc.claims.taken_together import check_together
from cchc.claims.tokens import Sort
from cchc.claims.told_of_tables import claims_about_tables
from cchc.claims.twice import (
    fractions_of_one_whole,
    text_against_figures,
    text_and_tables,
)
from cchc.severity import Severity
from cchc.year import Window


def check_text(
    text: str,
    *,
    signed_on: date | None = None,
    received_on: date | None = None,
    window: Window | None = None,
    figures: Mapping[str, Decimal] | None = None,
    scanned: bool = False,
    settings: ClaimSettings | None = None,
) -> Review:
    """Everything in a text that can be checked, and what of it cannot be right.

    signed_on: the day of signing; without it the text's own line of place and date is taken, else received_on
    bounds what can have happened. window: the days that the round's figures cover. figures: the same report's
    workbook by indicator. scanned: the text was told from pictures, so that nothing in it is certain.
    """
    settings = settings or ClaimSettings.load()
    passage = Passage(text, Known(signed_on, received_on, window, figures or {}))
    tolerance = settings.percent_tolerance
    every = grids(passage)
    read = _check_blocks(passage, every, tolerance)
    check_changes(passage, read, tolerance)
    check_periods(passage, tolerance)
    check_new_bases(passage, read)
    check_products(passage, read)
    check_bounds(passage, read)
    check_amounts(passage, every)
    check_all(passage, read, every)
    impossible_days(passage)
    weekdays(passage)
    bound = signed_on or signing_day(passage.lined)
    which = "signed" if bound else "received"
    bound = bound or received_on
    windows(passage, bound, which)
    deadlines(passage, bound if which == "signed" else None)
    results(passage)
    days_late(passage)
    spans_of_days(passage, bound if which == "signed" else None)
    check_documents(passage, bound, which)
    for grid in every:
        check_grid(passage, grid, tolerance)
    footnotes(passage, read)
    text_and_tables(passage, read, every)
    claims_about_tables(passage, read, every)
    fractions_of_one_whole(passage, read)
    check_retold(passage, read)
    text_against_figures(passage, settings)
    return _review(passage, _places(passage, read, every), scanned)


def _check_blocks(passage: Passage, tables: Sequence[FigureTable], tolerance: Decimal) -> list[Read]:
    """The rules over the quantities of each block; a list belongs to the block that opens it."""
    read: list[Read] = []
    earlier: list[Quantity] = []
    for block in passage.lists:
        for every in pieces(quantities(passage, block)):
            read.append(Read(block, every))
            check_balance(passage, read[-1])
            check_parts(passage, read[-1], earlier)
            check_flows(passage, every, read[-1].held, earlier)
            counted_names(passage, every, block)
            counted_items(passage, every, block)
            earlier = [*earlier[-12:], *(one for one in every if one.sort is not Sort.PERCENT)][-40:]
    near_sums(passage, read)
    check_together(passage, read)
    check_remainders(passage, read)
    check_left(passage, read, check_shares(passage, read, tables, tolerance))
    return read


def _places(passage: Passage, read: Sequence[Read], every: Sequence[FigureTable]) -> list[int]:
    """Where the figures of a text stand: counts and shares of its prose, days and documents, cells of its tables."""
    prose = {one.start for block in read for one in block.every}
    named = {one.start for one in passage.tokens if one.sort in (Sort.DAY, Sort.DOCUMENT)}
    cells = {
        row.cells[column].start
        for grid in every
        for row in grid.rows
        for column in grid.figures
        if row.cells[column].said
    }
    return sorted(map(passage.place, prose | named | cells))


def _review(passage: Passage, places: Sequence[int], scanned: bool) -> Review:
    """One finding a place: of two on the same words and of the same kind the worse stands."""
    faults: dict[tuple[str, int, int], ClaimFault] = {}
    for fault in sorted(passage.faults, key=lambda one: one.severity.rank):
        if scanned and fault.severity is Severity.ERROR:
            fault = replace(fault, severity=Severity.WARNING)
        faults.setdefault((fault.kind, fault.start, fault.end), fault)
    checked: dict[tuple[str, int, int], Checked] = {}
    for one in passage.checked:
        key = (one.kind, one.start, one.end)
        checked[key] = Checked(*key, one.ok and checked.get(key, one).ok)
    states = bytearray(len(places))  # 1: in a right statement, 2: in a doubted one
    for one in checked.values():
        for place in range(bisect_left(places, one.start), bisect_left(places, one.end)):
            states[place] = max(states[place], 1 if one.ok else 2)
    return Review(
        passage.original,
        tuple(sorted(faults.values(), key=lambda one: (one.start, one.end))),
        tuple(sorted(checked.values(), key=lambda one: (one.start, one.end))),
        FigureCoverage(len(places), states.count(1), states.count(2)),
    )
