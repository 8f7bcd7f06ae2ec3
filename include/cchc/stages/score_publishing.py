"""Công bố và kiến nghị: results ranked, drafted, decided on by a person, published as drafted; later editions likewise.

Published documents are the draft's own, but for number, date and mark: nothing is computed or laid out anew, so no file
that was changed meanwhile can change them. Points or sets that changed since the draft stop the publication instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cchc.clock import vn_date
from cchc.documents.decisions import draft_of, issue_mark, next_draft, put_draft, put_issue, refuse_return
from cchc.documents.edited import EDITS
from cchc.documents.numbering import numbered
from cchc.documents.papers import keep, marking, pdf_copies
from cchc.documents.registry import DRAFT, DocumentRecord, documents
from cchc.errors import CchcError, NothingToDo, RuleRefused
from cchc.run import Approval, Run
from cchc.scores import pinned
from cchc.scoring import sheets
from cchc.scoring.editions import (
    Edition,
    Publishing,
    editions_of,
    last_edition,
    of_scope,
    put_edition,
    rebuild,
    scope_of,
)
from cchc.scoring.gathering import round_results
from cchc.scoring.papers import ADJUSTMENT, DECISION, Adjusted, build_adjustment, build_decision
from cchc.scoring.ranking_book import build_ranking_book, replace_state
from cchc.scoring.round_results import RoundResults
from cchc.scoring.sheets import EDITION
from cchc.scoring.years import with_year_before
from cchc.stages import chasing
from cchc.store import Transaction
from cchc.submissions.late import lock_round
from cchc.texts import t
from cchc.year import Product

BOOK, PUBLICATION, ADJUSTING = "xep_hang", "quyet_dinh_xep_hang", "quyet_dinh_dieu_chinh"
_FORM = {PUBLICATION: DECISION, ADJUSTING: ADJUSTMENT}
# In the provenance of a draft: the fingerprint of what it shows, and which units it shows by which sets.
_RESULTS, _SCOPE = "results", "scope"
_NAMED = 20  # units that a refusal names


def rank(run: Run) -> dict[str, int]:
    """Rank every list: how many units each ranks. RuleRefused('undecided') while any criterion has no decision."""
    return {ranking.title: len(ranking.ranked) for ranking in _results(run).lists}


def draft(run: Run) -> list[str]:
    """Put ranking (xlsx) and decision (docx) before the approvers; returns the documents' ids."""
    results = _results(run)
    number = next_draft(run)
    mark, year = marking(run, number), run.round.year
    book = build_ranking_book(results, _names(run), mark, t("score_results.draft_state", draft=number))
    made = (
        (BOOK, book, f"xep-hang-{year}_du-thao.xlsx"),
        (PUBLICATION, build_decision(results, _names(run), mark), f"quyet-dinh-xep-hang-{year}_du-thao.docx"),
    )
    return _put_draft(run, number, results, made)


def publish(run: Run, approval: Approval) -> list[str]:
    """Publish the approved draft as edition 1; returns the documents' ids.

    A return is recorded, and refused as a publication. RuleRefused('changed-since-draft') when what the draft shows is
    not what stands in the record for its moment.
    """
    number = draft_of(run)
    refuse_return(run, approval, number)
    results = _drafted(run, number)
    made = _issued(run, approval, number, results, (BOOK, PUBLICATION))
    return _issue(run, approval, number, results, made, ())


def gather_objections(run: Run) -> list[str]:
    """Draft the decision that adjusts the published result; returns the documents' ids.

    NothingToDo when no objection changed a point. RuleRefused('not-published') before the publication.
    """
    published, results = _published(run), _results(run)
    adjusted = _differences(run, published, results)
    if not adjusted:
        raise NothingToDo(t("score_results.no_adjustment", title=run.round.title))
    number = next_draft(run)
    mark, year = marking(run, number), run.round.year
    decision = build_adjustment(results, adjusted, published.document_no, _names(run), mark)
    book = build_ranking_book(results, _names(run), mark, t("score_results.draft_state", draft=number))
    edition = published.number + 1
    made = (
        (BOOK, book, f"xep-hang-{year}_lan-{edition}_du-thao.xlsx"),
        (ADJUSTING, decision, f"quyet-dinh-dieu-chinh-{year}_lan-{edition}_du-thao.docx"),
    )
    return _put_draft(run, number, results, made)


def adjust(run: Run, approval: Approval) -> list[str]:
    """Issue the approved adjustment as the next edition; the earlier ones stay. Returns the documents' ids."""
    number = draft_of(run)
    refuse_return(run, approval, number)
    results = _drafted(run, number)
    adjusted = _differences(run, _published(run), results)
    made = _issued(run, approval, number, results, (BOOK, ADJUSTING))
    return _issue(run, approval, number, results, made, [one.unit_code for one in adjusted])


def _results(run: Run) -> RoundResults:
    """What stands at the run's moment, every criterion decided."""
    found = round_results(run.store, run.units, run.round.round_id, run.round.year, run.as_of)
    if undecided := found.undecided:
        shown = list(undecided.items())
        lines = [
            t("score_results.undecided_line", unit=run.units.get(unit).name, codes=", ".join(codes))
            for unit, codes in shown[:_NAMED]
        ]
        if len(shown) > _NAMED:
            lines.append(t("score_results.more_units", count=len(shown) - _NAMED))
        count = sum(len(codes) for codes in undecided.values())
        raise RuleRefused(
            "undecided",
            t("score_results.undecided", count=count, units=len(shown), list="\n".join(lines)),
        )
    return with_year_before(run.store, found)


def _published(run: Run) -> Edition:
    """The edition that stands at the run's moment."""
    published = last_edition(run.store, run.round.round_id, run.as_of)
    if published is None:
        raise RuleRefused("not-published", t("score_results.not_published", title=run.round.title))
    return published


def _differences(run: Run, published: Edition, now: RoundResults) -> list[Adjusted]:
    """The criteria whose points are others than those that were published."""
    before = rebuild(run.store, published, run.round.year)
    return [
        Adjusted(one.unit_code, past, criterion)
        for one in now.results
        if (earlier := before.of(one.unit_code)) is not None
        for criterion in one.criteria
        if (past := earlier.criterion(criterion.code)) is not None and past.final != criterion.final
    ]


def _drafted(run: Run, number: int) -> RoundResults:
    """What the draft shows, from the record and the sets that were pinned then.

    RuleRefused('changed-since-draft') when the record says something else by now.
    """
    told = _draft(run, BOOK, number).provenance
    edition = of_scope(run.round.round_id, run.as_of, number, told[_SCOPE])
    results = rebuild(run.store, edition, run.round.year)
    pins = {one.version for one in pinned(run.store, run.round.round_id).values()}
    scored = {one.criteria_set.version for one in results.lists}
    if told[_RESULTS] != results.fingerprint or not scored <= pins:
        raise RuleRefused("changed-since-draft", t("score_results.changed_since_draft"))
    return results


def _names(run: Run) -> dict[str, str]:
    return {unit.code: unit.name for unit in run.units.all}


def _put_draft(
    run: Run, number: int, results: RoundResults, made: Sequence[tuple[str, bytes, str]]
) -> list[str]:
    marks: dict[str, object] = {_RESULTS: results.fingerprint}
    told = {BOOK: marks | {_SCOPE: scope_of(results)}}
    documents = [keep(run, *one, draft=number, approval=None, extra=told.get(one[0], marks)) for one in made]
    return put_draft(run, number, documents)


def _issued(
    run: Run, approval: Approval, number: int, results: RoundResults, kinds: Sequence[str]
) -> list[DocumentRecord]:
    """The draft's documents with the number, the day and the mark of the decision."""
    edition = _edition_of(run, number)
    assert approval.issued_on is not None
    found = []
    for kind in kinds:
        drafted = _draft(run, kind, number)
        content = drafted.content(run.instance)
        if kind == BOOK:
            state = t(
                "score_results.issued_state",
                number=approval.number,
                symbol=approval.symbol,
                day=vn_date(approval.issued_on),
            )
            content = replace_state(content, t("score_results.draft_state", draft=number), state)
        else:
            made, issued = marking(run, number), marking(run, number, approval)
            content = numbered(content, _FORM[kind], made, issued)
        name = drafted.file_name.replace("_du-thao", "")
        extra = {_RESULTS: results.fingerprint, EDITION: edition}
        found.append(keep(run, kind, content, name, draft=number, approval=approval, extra=extra))
    return found


def _draft(run: Run, kind: str, number: int) -> DocumentRecord:
    """The draft as it was made, not as somebody edited it: edited words are put in by `keep`."""
    made = [
        one
        for one in documents(run.store, run.round.round_id)
        if one.kind == f"{kind}{DRAFT}" and one.draft == number and EDITS not in one.provenance
    ]
    return made[-1]


def _edition_of(run: Run, number: int) -> int:
    """The edition that a draft is: a new one, or the one it became when it is issued again under another number."""
    known = editions_of(run.store, run.round.round_id)
    return next((one.number for one in known if one.draft == number), len(known) + 1)


def _issue(
    run: Run,
    approval: Approval,
    number: int,
    results: RoundResults,
    made: Sequence[DocumentRecord],
    adjusted: Sequence[str],
) -> list[str]:
    """Documents, edition and locks in one transaction. A draft issued again under another number is no new edition."""
    edition, mark = _edition_of(run, number), issue_mark(approval, number)
    is_new = edition > len(editions_of(run.store, run.round.round_id))
    assert approval.issued_on is not None
    named = t(
        "score_results.issued_by",
        number=approval.number,
        symbol=approval.symbol,
        day=vn_date(approval.issued_on),
    )

    def together(tx: Transaction, own: Run) -> None:
        if edition == 1:  # a self-score that comes from now on changes no published point
            lock_round(tx, own, mark, Product.SELF_SCORE)
        if is_new:
            publishing = Publishing(edition, run.as_of, own.as_of, own.actor, number, named)
            put_edition(tx, results, publishing, adjusted)

    return put_issue(run, approval, number, made, together)


def sheet_blocks(run: Run) -> list[list[str]]:
    """Units whose score sheets the last edition makes new, in blocks, one a task."""
    return sheets.blocks(run)


def make_sheets(run: Run, codes: list[str]) -> list[str]:
    """Score sheets of a block (docx, then PDF where LibreOffice is); ids of the Word documents."""
    ids = sheets.make_sheets(run, codes)
    try:
        pdf_copies(run, ids)
    except CchcError as error:  # the sheets go out as Word documents; the upkeep makes what is missing
        run.notes.append(str(error))
    return ids


def send_sheets(run: Run) -> dict[str, int]:
    """Mail each unit its own sheet, and empty the outbox: counts by what became of it.

    NothingToDo while the decision waits for its signed copy: the daily run sends the sheets once it is there.
    """
    edition = last_edition(run.store, run.round.round_id)
    if edition is None:
        raise RuleRefused("not-published", t("score_results.not_published", title=run.round.title))
    own = replace(run, as_of=max(run.as_of, edition.published_at))
    sheets.mail_sheets(own)
    counts = chasing.send(own)
    if sheets.wait_for_signature(own, edition):
        raise NothingToDo(t("score_results.mail.unsigned", document=edition.document_no))
    return counts
