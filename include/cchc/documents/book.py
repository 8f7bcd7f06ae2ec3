"""The book of documents of a year: each paper once, with its PDF and signed copy, how far it came, and its origin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from cchc.clock import from_text, vn_instant
from cchc.documents.numbering import ISSUES, ON_PAPER
from cchc.documents.registry import DRAFT, DocumentRecord, documents_of_year
from cchc.documents.signed_copies import SIGNED, needs_signature
from cchc.run import Run
from cchc.texts import t, table


class PaperState(StrEnum):
    """How far a paper came; the value stands in addresses."""

    DRAFT = "du-thao"
    TO_NUMBER = "cho-so"  # a letter that is signed on paper and has no number yet
    TO_SIGN = "cho-ky"
    SIGNED = "da-ky"
    ISSUED = "ban-hanh"  # what needs no signature of its own
    REPLACED = "thay-so"  # issued anew, under another number or day
    INTERNAL = "luu"  # for the department's own use


@dataclass(frozen=True)
class Paper:
    """One paper. pdf: the copy made of it; signed: its signed copy."""

    record: DocumentRecord
    state: PaperState
    pdf: DocumentRecord | None = None
    signed: DocumentRecord | None = None

    @property
    def sign(self) -> str:
        """`12/BC-UBND`; of what was numbered on paper as its signed copy says; '' without a number."""
        named = self.record if self.record.number else self.signed
        return f"{named.number}/{named.symbol}" if named and named.number else ""

    @property
    def day(self) -> date | None:
        """Of the issue; None without one."""
        return self.record.issued_on or (self.signed.issued_on if self.signed else None)


def book_of(run: Run, year: int) -> list[Paper]:
    """The papers of the rounds of a year as known at the run's moment, the newest first."""
    known = documents_of_year(run.store, year, run.as_of)
    copies = {(one.round_id, str(one.provenance["made_from"])): one for one in known if _is_copy(one)}
    signed = {str(one.provenance.get("signs")): one for one in known if one.kind.endswith(SIGNED)}
    numbered = {str(one.provenance[ISSUES]) for one in known if ISSUES in one.provenance}
    must = {kind: needs_signature(kind) for kind in {one.kind for one in known}}
    anew = {_issue(one): one.document_id for one in known if "renumbers" in one.provenance}
    found = []
    for one in known:
        if _is_copy(one) or one.kind.endswith(SIGNED):
            continue
        # Signed before its number was entered, the copy names the draft.
        copy = signed.get(one.document_id) or signed.get(str(one.provenance.get(ISSUES)))
        state = _state(one, copy, numbered=one.document_id in numbered, must=must[one.kind])
        if one.number and anew.get(_issue(one), one.document_id) != one.document_id:
            state = PaperState.REPLACED
        found.append(Paper(one, state, copies.get((one.round_id, one.file_sha256)), copy))
    return sorted(found, key=lambda paper: paper.record.made_at, reverse=True)


def _is_copy(one: DocumentRecord) -> bool:
    return "made_from" in one.provenance and one.file_name.endswith(".pdf")


def _issue(one: DocumentRecord) -> tuple[object, ...]:
    """What stays the same when a document is issued again with another number, symbol or day."""
    return one.round_id, one.kind, one.draft, one.unit_code, one.about, one.provenance.get(ISSUES)


def _state(one: DocumentRecord, copy: DocumentRecord | None, *, numbered: bool, must: bool) -> PaperState:
    if one.kind.endswith(DRAFT) or numbered:
        return PaperState.DRAFT
    if copy is not None:
        return PaperState.SIGNED
    if one.number:
        return PaperState.TO_SIGN if must else PaperState.ISSUED
    return PaperState.TO_NUMBER if one.kind in ON_PAPER else PaperState.INTERNAL


def origin_of_record(one: DocumentRecord) -> Iterator[tuple[str, str]]:
    """What the book knows of the origin of a document, as name and value: program, configuration and snapshots."""
    names, provenance = table("documents.origin_names"), one.provenance
    yield names["code"], str(provenance.get("code", ""))
    yield names["config"], str(provenance.get("config", ""))
    for snapshot, digest in dict(provenance.get("snapshots") or {}).items():
        yield names["snapshot"].format(id=snapshot), str(digest)


def told_of(one: DocumentRecord) -> Iterator[str]:
    """What happened to a document on its way, in sentences: the number before this one, the department's own words."""
    provenance: Mapping[str, Any] = one.provenance
    if before := provenance.get("renumbers"):
        yield t("cli.origin.renumbers", before=before)
    for own in provenance.get("own_words", ()):
        yield t(
            "own_words.origin",
            section=own["section"],
            actor=own["by"],
            way=table("own_words.ways")[own["way"]],
            moment=vn_instant(from_text(own["at"])),
        )
