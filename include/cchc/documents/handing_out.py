"""Gửi văn bản đã ban hành: its signed copy to the receivers on its Nơi nhận, and who of them no mail can reach."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from cchc.clock import to_text
from cchc.documents.form import DocumentSettings
from cchc.documents.issued_mail import IssuedDocument, mail_document, mailed_to
from cchc.documents.receivers import Group, receivers
from cchc.documents.registry import INTERNAL, DocumentRecord, copy_out, document, documents, last_issued
from cchc.documents.signed_copies import FORMS, Looked, add, needs_signature, recently, signed_copy
from cchc.run import Run
from cchc.texts import t, table

log = logging.getLogger(__name__)
_TOLD_FOR = timedelta(days=7)  # so long operators are told of receivers without an address


@dataclass(frozen=True)
class NotReached:
    """Receivers of an issued document that got no mail.

    `without`: names of those without an address; `waiting`: addresses that no mail was decided for yet.
    """

    title: str
    without: tuple[str, ...]
    waiting: int


def mail_issued(run: Run, ids: list[str]) -> int:
    """Decide the mails that hand out what was issued (`ids`); returns how many are new.

    A document that must be signed goes as its signed copy, and waits for it; others go as they are, with their PDFs.
    What was issued with the document (appendix, table) goes along. Nobody gets the same document twice, however often
    the step is run. Receivers without an address are logged here and told to the operators in the summary of the day.
    """
    settings, count = DocumentSettings.load(), 0
    for one in (found for identity in ids if (found := document(run.store, identity)) is not None):
        if one.kind not in FORMS or one.number is None or waits(run, one):
            continue
        # What goes out is what was issued, also when somebody changed the copy.
        issued = _issued(run, one, [copy_out(run.instance, part) for part in _parts(run, one, ids)])
        groups = _groups(run, settings, one)
        count += mail_document(
            run.store,
            run.instance,
            issued,
            groups,
            limit_mb=settings.mailing.attachments_mb,
            addresses_per_mail=settings.mailing.addresses_per_mail,
            as_of=run.as_of,
        )
        if without := [name for group in groups for name in group.without]:
            log.warning(t("documents.not_mailed", title=issued.title, names="; ".join(without)))
    return count


def waits(run: Run, one: DocumentRecord) -> bool:
    """Whether an issued document may not be sent yet, for want of its signed copy."""
    return needs_signature(one.kind) and signed_copy(run.store, one) is None


def mail_signed(run: Run) -> int:
    """Decide the mails of every issued document whose signed copy is there and that nobody was sent yet; returns how
    many are new. So what a crash kept from being sent leaves with the next daily run."""
    count = 0
    for found in recently(run):
        own = replace(run, round_id=found.document.round_id)
        if found.document.kind not in FORMS or found.copy is None:
            continue
        if not mailed_to(run.store, _issued(own, found.document, [])):
            count += mail_issued(own, issued_with(own, found.document))
    return count


def add_and_mail(run: Run, looked: Looked) -> int:
    """Record a signed copy that was looked at, and decide the mails that it waited for; returns how many."""
    add(run, looked)
    one = looked.of
    return mail_issued(replace(run, round_id=one.round_id), issued_with(run, one)) if one.kind in FORMS else 0


def issued_with(run: Run, one: DocumentRecord) -> list[str]:
    """Ids of everything that was issued together with a document."""
    state = run.rounds.state(one.round_id, run.as_of)
    for issue in state.issues if state else ():
        if one.document_id in issue.documents:
            return list(issue.documents)
    return [one.document_id]


def receivers_of(run: Run, one: DocumentRecord) -> list[Group]:
    """To whom a document goes by mail, for a person to look at; none of a document that the system does not mail."""
    if one.kind not in FORMS:
        return []
    return _groups(replace(run, round_id=one.round_id), DocumentSettings.load(), one)


def at_the_decision(run: Run, ids: list[str]) -> Run:
    """The run at the moment at which what was issued (`ids`) was decided on: its mails belong to that day."""
    issued = [one for identity in ids if (one := document(run.store, identity)) is not None]
    return replace(run, as_of=max((one.made_at for one in issued), default=run.as_of))


def not_reached(run: Run) -> list[NotReached]:
    """Of what was issued in the last days: receivers without an address, and those whose address came later."""
    settings, found = DocumentSettings.load(), []
    first = run.as_of - _TOLD_FOR
    rows = run.store.query("documents.issued_since", first=to_text(first), as_of=to_text(run.as_of))
    for row in rows:
        one = document(run.store, row["document_id"])
        if one is None or one != last_issued(run.store, one.round_id, one.kind, run.as_of, about=one.about):
            continue
        if one.kind not in FORMS or waits(run, one):
            continue
        own = replace(run, round_id=one.round_id)
        issued, groups = _issued(own, one, []), _groups(own, settings, one)
        known = mailed_to(run.store, issued)
        without = tuple(name for group in groups for name in group.without)
        waiting = sum(address not in known for group in groups for address in group.addresses)
        if without or waiting:
            found.append(NotReached(issued.title, without, waiting))
    return found


def _groups(run: Run, settings: DocumentSettings, one: DocumentRecord) -> list[Group]:
    return receivers(settings, FORMS[one.kind], run.units, run.today)


def _issued(run: Run, one: DocumentRecord, files: list[Path]) -> IssuedDocument:
    round_ = run.round
    period = table("documents.period").get(round_.kind.value, "{year}").format(year=round_.year)
    replaces = ""
    for key, text in (("renumbers", "documents.renumbers"), ("corrects", "documents.replaces")):
        if number := one.provenance.get(key):
            replaces = t(text, number=number)
            break
    assert one.number is not None
    assert one.symbol is not None
    assert one.issued_on is not None
    return IssuedDocument(
        round_id=one.round_id,
        kind=one.kind,
        title=t(f"documents.issued_titles.{one.kind}", period=period, year=round_.year),
        number=one.number,
        symbol=one.symbol,
        issued_on=one.issued_on,
        files=tuple(files),
        replaces=replaces,
    )


def _parts(run: Run, one: DocumentRecord, ids: Sequence[str]) -> list[DocumentRecord]:
    """The signed copy, or the document and its PDF where none is asked for; then what was issued with it."""
    first = [copy] if (copy := signed_copy(run.store, one)) is not None else [one, *_pdfs(run, one)]
    beside = [part for identity in ids if (part := document(run.store, identity)) is not None and part != one]
    along = (part for part in beside if part.kind not in FORMS and part.kind not in INTERNAL)
    return [*first, *(part for part in along if part.number == one.number)]


def _pdfs(run: Run, one: DocumentRecord) -> list[DocumentRecord]:
    return [
        part
        for part in documents(run.store, one.round_id)
        if part.provenance.get("made_from") == one.file_sha256 and part.number == one.number
    ][:1]
