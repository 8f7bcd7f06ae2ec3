"""Gửi văn bản đã ban hành: to the receivers on its Nơi nhận, and who of them no mail can reach."""

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
from cchc.documents.registry import DocumentRecord, copy_out, document, documents, last_issued
from cchc.run import Run
from cchc.texts import t, table

log = logging.getLogger(__name__)
# The document that a round issues, and its form in documents.yaml; what was issued with it goes along.
FORMS = {"ke_hoach": "ke_hoach", "bao_cao": "bao_cao", "quyet_dinh_xep_hang": "ket_qua_cham_diem"}
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
    """Decide the mails that hand out what was issued (`ids`), with its PDFs; returns how many are new.

    Nobody gets the same document twice, however often the step is run. Receivers without an address are logged here
    and told to the operators in the summary of the day.
    """
    settings, count = DocumentSettings.load(), 0
    for one in (found for identity in ids if (found := document(run.store, identity)) is not None):
        if one.kind not in FORMS or one.number is None:
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
        if one is None or one != last_issued(run.store, one.round_id, one.kind, run.as_of):
            continue
        if one.kind not in FORMS:
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
    """The document, its PDF, then what was issued with it (appendix, table)."""
    pdfs = [
        part
        for part in documents(run.store, one.round_id)
        if part.provenance.get("made_from") == one.file_sha256 and part.number == one.number
    ]
    beside = [part for identity in ids if (part := document(run.store, identity)) is not None and part != one]
    return [one, *pdfs[:1], *(part for part in beside if part.number == one.number)]
