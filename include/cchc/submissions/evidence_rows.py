"""Evidence that a unit's form names, at the door: what is wrong with it, and what is kept.

With a self-score it stands in a sheet of its own, with an explanation beside what the unit says; an objection brings it
by hand. Files are kept by their hash. A later form names its evidence again, but what was sent before need not be sent
again. So many links and so many bytes a unit, whatever they come with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from cchc.depot import keep
from cchc.errors import RuleRefused
from cchc.run import Run
from cchc.scores import (
    EvidenceKind,
    EvidenceStatus,
    KeptEvidence,
    evidence_ever,
    evidence_of,
    put_evidence,
)
from cchc.severity import Severity
from cchc.store import Transaction
from cchc.submissions.arrivals import Arrival
from cchc.submissions.envelopes import open_file
from cchc.submissions.evidence_files import MEGABYTE, EvidenceFile, examined, known_as
from cchc.submissions.links import MOST_LINKS, is_link, refusal_of
from cchc.texts import t
from cchc.workbooks.forms import CheckFinding, FilledEvidence, FilledForm
from cchc.year import Product

MOST_OF_A_UNIT = 200 * MEGABYTE
FOLDER = "minh-chung"


@dataclass(frozen=True)
class _Named:
    """A row of the sheet with what it names: a file, one that was kept before, or a link; fault: why none of these."""

    row: FilledEvidence
    file: EvidenceFile | None = None
    before: KeptEvidence | None = None
    is_link: bool = False
    fault: str = ""


def evidence_findings(run: Run, filled: FilledForm, arrival: Arrival) -> list[CheckFinding]:
    """What is wrong with the evidence. Warnings: the form counts, and its criterion goes without that evidence."""
    if not (filled.evidence or arrival.evidence):
        return []
    explaining = filled.identity.form == Product.EXPLANATION
    sheet = t(f"workbooks.sheets.{'explanations' if explaining else 'evidence'}")
    told = [
        _finding(sheet, one.row.cell, one.row.criterion, one.row.name, one.fault)
        for one in _named(run, filled, arrival)
        if one.fault
    ]
    named = {known_as(row.name) for row in filled.evidence}
    for file in arrival.evidence:
        if known_as(file.name) not in named:
            key = "not_named_explained" if explaining else "not_named"
            message = file.fault or t(f"submissions.evidence.{key}", name=file.name)
            told.append(_finding(sheet, "", None, file.name, message))
    return told


def _finding(sheet: str, cell: str, criterion: str | None, found: str, message: str) -> CheckFinding:
    return CheckFinding("minh-chung", Severity.WARNING, sheet, cell, criterion, found, None, message)


def _named(run: Run, filled: FilledForm, arrival: Arrival) -> list[_Named]:
    identity = filled.identity
    sent = {known_as(one.name): one for one in arrival.evidence}
    known = {
        known_as(one.name): one
        for one in evidence_ever(run.store, identity.round_id, identity.unit_code)
        if one.kind is EvidenceKind.FILE
    }
    missing = "not_sent_explained" if identity.form == Product.EXPLANATION else "not_sent"
    rows = (_resolved(row, sent, known, missing) for row in filled.evidence)
    return list(_within_bounds(rows, _beside(run, filled)))


def _beside(run: Run, filled: FilledForm) -> list[KeptEvidence]:
    """What counts of the unit already and does not go with this form's earlier versions."""
    identity = filled.identity
    own = f"{identity.round_id}/{identity.unit_code}/{identity.form}/"
    counted = evidence_of(run.store, identity.round_id, identity.unit_code, as_of=run.as_of)
    return [one for one in counted if not one.received_with.startswith(own)]


def _resolved(
    row: FilledEvidence, sent: dict[str, EvidenceFile], known: dict[str, KeptEvidence], missing: str
) -> _Named:
    if is_link(row.name):
        return _Named(row, is_link=True, fault=refusal_of(row.name))
    file, before = sent.get(known_as(row.name)), known.get(known_as(row.name))
    if file is not None:
        return _Named(row, file=file, fault=file.fault)
    if before is not None:
        return _Named(row, before=before)
    return _Named(row, fault=t(f"submissions.evidence.{missing}", name=row.name, row=row.row))


def _within_bounds(named: Iterable[_Named], beside: Sequence[KeptEvidence]) -> Iterator[_Named]:
    """So many links and so many bytes a unit; what goes beyond is told and left. beside: what counts already."""
    sizes = {one.sha256: one.size or 0 for one in beside if one.sha256}
    links = {one.url for one in beside if one.url}
    for one in named:
        if one.fault:
            yield one
        elif one.is_link:
            links.add(one.row.name)
            fault = t("submissions.evidence.many_links", name=one.row.name, limit=MOST_LINKS)
            yield _Named(one.row, is_link=True, fault=fault if len(links) > MOST_LINKS else "")
        else:
            digest, size = _weight(one)
            if digest not in sizes and sum(sizes.values()) + size > MOST_OF_A_UNIT:
                limit = MOST_OF_A_UNIT // MEGABYTE
                fault = t("submissions.evidence.too_much", name=one.row.name, limit=limit)
                yield _Named(one.row, fault=fault)
                continue
            sizes[digest] = size
            yield one


def _weight(one: _Named) -> tuple[str, int]:
    if one.file is not None:
        return one.file.sha256, len(one.file.content)
    assert one.before is not None
    return one.before.sha256 or "", one.before.size or 0


def keep_evidence(run: Run, tx: Transaction, filled: FilledForm, arrival: Arrival, submission_id: str) -> int:
    """Keep what the sheet names and what came, in the caller's transaction; how many rows were new."""
    identity = filled.identity
    named = [one for one in _named(run, filled, arrival) if not one.fault]
    return put_evidence(
        tx, [_kept(run, identity.round_id, identity.unit_code, one, submission_id) for one in named]
    )


def _kept(run: Run, round_id: str, unit: str, one: _Named, received_with: str) -> KeptEvidence:
    """The row of one name; its file is on the disk then."""
    base = KeptEvidence(
        round_id,
        unit,
        one.row.criterion,
        EvidenceKind.FILE,
        one.row.name,
        received_with,
        run.as_of,
        EvidenceStatus.KEPT,
        document_no=one.row.document,
        document_date=one.row.day,
        summary=one.row.summary,
    )
    if one.file is not None:
        digest, path = keep(run.instance, FOLDER, one.file.content, f".{one.file.suffix}")
        stored = path.relative_to(run.instance.data).as_posix()
        return replace(base, sha256=digest, size=len(one.file.content), stored_path=stored)
    if one.before is not None:
        before = one.before
        return replace(base, sha256=before.sha256, size=before.size, stored_path=before.stored_path)
    return replace(base, kind=EvidenceKind.LINK, status=EvidenceStatus.NOT_OPENED, url=one.row.name)


def evidence_by_hand(
    run: Run,
    unit: str,
    criterion: str,
    files: Sequence[tuple[str, bytes]],
    links: Sequence[str],
    received_with: str,
) -> list[KeptEvidence]:
    """Rows of files (name, content) and links that a person hands in for a unit's criterion; an archive is its files.

    RuleRefused('evidence') that names everything which would not be taken from a unit either: then nothing is kept.
    """
    opened = [examined(one) for name, content in files for one in open_file(name, content)]
    named = [_Named(FilledEvidence(criterion, one.name), file=one, fault=one.fault) for one in opened]
    named += [_Named(FilledEvidence(criterion, url), is_link=True, fault=refusal_of(url)) for url in links]
    round_id = run.round.round_id
    counted = evidence_of(run.store, round_id, unit, as_of=run.as_of)
    found = list(_within_bounds(named, counted))
    if faults := [one.fault for one in found if one.fault]:
        raise RuleRefused("evidence", "\n".join(faults))
    return [_kept(run, round_id, unit, one, received_with) for one in found]
