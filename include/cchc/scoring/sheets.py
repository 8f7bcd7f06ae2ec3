"""Phiếu điểm: one paper a unit and edition, made from the record, and its mail to nobody but that unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from cchc.clock import vn_date
from cchc.documents.form import DocumentSettings
from cchc.documents.handing_out import waits
from cchc.documents.marking import Marking
from cchc.documents.origin_stamp import named
from cchc.documents.provenance import DECISION, provenance
from cchc.documents.registry import DocumentRecord, copy_out, documents, pdf_copy, record_document
from cchc.mail.department import Department
from cchc.mail.mail import ISSUED, Mail, enqueue, relative_to_root
from cchc.mail.render import render_pair
from cchc.run import Run
from cchc.scores import RankedUnit, evidence_of
from cchc.scoring.editions import Edition, edition_lines, editions_of, rebuild
from cchc.scoring.objections import objections_until
from cchc.scoring.papers import SHEET, SheetContext, build_score_sheet
from cchc.scoring.years import with_year_before
from cchc.texts import t
from cchc.year import Product, RoundKind

BLOCK = 50  # units a task: each reads the whole result, and starts LibreOffice once
EDITION = "edition"  # in the provenance of every paper of an edition
_SENT_FOR = timedelta(days=60)


def blocks(run: Run) -> list[list[str]]:
    """The units whose sheets the last edition makes new, in blocks: all at publication, later those that changed."""
    editions = editions_of(run.store, run.round.round_id)
    codes = _changed(run, editions) if editions else []
    return [codes[start : start + BLOCK] for start in range(0, len(codes), BLOCK)]


def _changed(run: Run, editions: Sequence[Edition]) -> list[str]:
    last = editions[-1]
    if len(editions) == 1:
        return list(last.units)
    before, now = edition_lines(run.store, editions[-2]), edition_lines(run.store, last)

    def shown(lines: Mapping[str, RankedUnit], code: str) -> tuple[object, ...]:
        line = lines.get(code)
        return (line.index, line.rank, line.class_name, line.inputs_sha256) if line else ()

    return [code for code in last.units if shown(before, code) != shown(now, code)]


def make_sheets(run: Run, codes: Sequence[str]) -> list[str]:
    """The sheets of these units in the last edition; returns the documents' ids. Made once: later calls keep them."""
    edition = editions_of(run.store, run.round.round_id)[-1]
    decision = decision_of(run, edition)
    known = {one.unit_code: one for one in _sheets(run, edition)}
    results = with_year_before(run.store, rebuild(run.store, edition, run.round.year))
    context = SheetContext(
        results=results,
        names={unit.code: unit.name for unit in run.units.all},
        edition=edition.number,
        object_until=_objections_until(run, edition),
        settings=DocumentSettings.load(),
        evidence=_further_evidence(run, edition),
    )
    stamp = provenance(run, run.round.round_id)
    marking = Marking(
        as_of=decision.made_at,
        rehearsal=run.instance.settings.rehearsal,
        number=decision.number,
        symbol=decision.symbol,
        issued_on=decision.issued_on,
        origin=named(stamp, run.round.round_id, decision.draft),
    )
    ids = []
    for code in codes:
        if (before := known.get(code)) is not None:
            copy_out(run.instance, before)
            ids.append(before.document_id)
            continue
        made = DocumentRecord(
            round_id=run.round.round_id,
            kind=SHEET,
            draft=decision.draft,
            unit_code=code,
            file_name=f"phieu-diem/lan-{edition.number}/phieu-diem-{run.round.year}_{code}.docx",
            number=decision.number,
            symbol=decision.symbol,
            issued_on=decision.issued_on,
            made_at=decision.made_at,
            provenance={**stamp, EDITION: edition.number, DECISION: decision.document_id},
        )
        content = build_score_sheet(context, code, marking)
        ids.append(record_document(run.store, run.instance, made, content))
    return ids


def _further_evidence(run: Run, edition: Edition) -> dict[tuple[str, str], list[str]]:
    """What units brought after their self-score, until the edition: with an explanation or an objection."""
    found: dict[tuple[str, str], list[str]] = {}
    for one in evidence_of(run.store, edition.round_id, as_of=edition.published_at):
        claimed = f"{edition.round_id}/{one.unit_code}/{Product.SELF_SCORE}/"
        if not one.received_with.startswith(claimed):
            found.setdefault((one.unit_code, one.criterion), []).append(one.name)
    return found


def _sheets(run: Run, edition: Edition) -> list[DocumentRecord]:
    return [
        one
        for one in documents(run.store, edition.round_id)
        if one.kind == SHEET and one.provenance.get(EDITION) == edition.number
    ]


def decision_of(run: Run, edition: Edition) -> DocumentRecord:
    """The decision that published an edition, under its last number."""
    found = [
        one
        for one in documents(run.store, edition.round_id)
        if one.number and one.kind in DECISIONS and one.provenance.get(EDITION) == edition.number
    ]
    return max(found, key=lambda one: one.made_at)


DECISIONS = ("quyet_dinh_xep_hang", "quyet_dinh_dieu_chinh")


def _objections_until(run: Run, edition: Edition) -> datetime | None:
    """Until when a unit may object: only to the publication, an adjustment is the answer to objections."""
    return objections_until(run, edition.published_at) if edition.number == 1 else None


def mail_sheets(run: Run) -> int:
    """Decide the mails of the sheets of the last edition of the run's round; how many are new.

    A unit gets its own sheet alone, once an edition. Nothing goes while the decision waits for its signed copy; units
    without a mailbox are noted on the run, those that are gone from the register get none.
    """
    editions = editions_of(run.store, run.round.round_id)
    if not editions:
        return 0
    edition = editions[-1]
    if wait_for_signature(run, edition):
        return 0
    department, count, without = Department.load(), 0, []
    rows = run.store.query("documents.mails_of_kind", kind=ISSUED, round_id=edition.round_id)
    known = {row["mail_key"] for row in rows}
    new = [
        one
        for one in _sheets(run, edition)
        if _key(edition, one) not in known and (one.unit_code or "") in run.units
    ]
    mails = [_mail(run, edition, one, department) for one in new]
    with run.store.write() as tx:
        for mail in mails:
            if mail.recipients:
                count += enqueue(tx, mail, department)
            else:
                without.append(run.units.get(mail.unit_code or "").name)
    if without:
        run.notes.append(t("score_results.mail.without", names="; ".join(without)))
    return count


def wait_for_signature(run: Run, edition: Edition) -> bool:
    """Whether the sheets of an edition may not leave yet, because its decision was not signed."""
    return waits(run, decision_of(run, edition))


def mail_signed_sheets(run: Run) -> int:
    """The same for every round published in the last days: what waited for a signature leaves with the daily run."""
    rounds = [row["round_id"] for row in run.rounds.all() if row["kind"] == RoundKind.SCORING]
    count = 0
    for round_id in rounds:
        editions = editions_of(run.store, round_id, run.as_of)
        if editions and run.as_of - editions[-1].published_at <= _SENT_FOR:
            count += mail_sheets(replace(run, round_id=round_id))
    return count


def _key(edition: Edition, sheet: DocumentRecord) -> str:
    return f"{SHEET}/{edition.round_id}/{edition.number}/{sheet.unit_code}"


def _mail(run: Run, edition: Edition, sheet: DocumentRecord, department: Department) -> Mail:
    unit = run.units.get(sheet.unit_code or "")
    paper = pdf_copy(run.store, sheet) or sheet
    moment = max(run.as_of, edition.published_at)  # the run of the publication is older than its decision
    assert sheet.issued_on is not None
    document = t(
        "score_results.issued_by", number=sheet.number, symbol=sheet.symbol, day=vn_date(sheet.issued_on)
    )
    html, plain = render_pair(
        "score_sheet",
        department=department,
        as_of=moment,
        unit=unit.name,
        year=str(run.round.year),
        document=document,
        edition=str(edition.number) if edition.number > 1 else "",
        until=_objections_until(run, edition),
    )
    return Mail(
        key=_key(edition, sheet),
        kind=ISSUED,
        as_of=moment,
        round_id=edition.round_id,
        unit_code=unit.code,
        recipients=unit.mailboxes,
        copies=(),
        subject=t("score_results.mail.subject", year=run.round.year, unit=unit.name),
        html=html,
        plain=plain,
        attachments=(relative_to_root(run.instance, copy_out(run.instance, paper)),),
    )
