"""The department's own words in a draft: edited in Word, read back, put before the approvers, and issued as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from cchc.clock import END
from cchc.documents.edited_text import (
    MOST_NAMED,
    Edits,
    as_issued,
    edits,
    has_room_for_number,
    own_words_between,
)
from cchc.documents.form import DocumentSettings
from cchc.documents.origin_stamp import read_origin
from cchc.documents.own_words import REPORT, OwnWords, append_words, changed, provenance_of
from cchc.documents.registry import (
    DRAFT,
    DocumentRecord,
    add_document,
    copy_out,
    documents,
    keep_document,
)
from cchc.documents.text import day_text
from cchc.errors import RuleRefused
from cchc.isolation.limits import ReadingLimits
from cchc.isolation.session import Session
from cchc.obligations import RoundEvent, RoundEventKind, append_round_event
from cchc.run import Approval, Run
from cchc.texts import t, table

LIMITS = ReadingLimits(seconds=180, processor_seconds=120, memory=1024 * 1024 * 1024)
EDITS = "edits"  # in the provenance of an edited draft: the id of the draft that it began as


@dataclass(frozen=True)
class TakenBack:
    """An edited draft as it is recorded, what editing did, and what became own words of the department."""

    record: DocumentRecord
    edits: Edits
    own_words: tuple[OwnWords, ...] = ()


def take_back(run: Run, content: bytes, name: str, words: str) -> TakenBack:
    """Record a draft that an official (the run's actor) edited in Word; from then on it is what is decided on.

    words: why figures are other than those of the store; '' when none is. New paragraphs under a heading of a section
    are kept as the department's own words of it, so that the next draft has them.

    Raises RuleRefused, each with what to do: 'not-our-draft', 'older-draft', 'no-draft-waiting', 'no-docx',
    'bookmark-lost', 'figure-changed', 'head-lost', 'nothing-edited'.
    """
    original, settings = _original(run, content, name), DocumentSettings.load()
    before = original.content(run.instance)
    found: Edits = _apart(edits, before, content, name)
    if found.lost:
        places = "; ".join(found.lost[:MOST_NAMED])
        words = t("documents.edited.bookmark-lost", file=name, count=len(found.lost), places=places)
        raise RuleRefused("bookmark-lost", words)
    if found.changed and not words.strip():
        listed = "; ".join(map(str, found.changed[:MOST_NAMED]))
        told = t("documents.edited.figure-changed", file=name, count=len(found.changed), figures=listed)
        raise RuleRefused("figure-changed", told)
    form = _FORM_OF[original.kind.removesuffix(DRAFT)]
    line = t("documents.head.number", number=" " * 8, symbol=settings.form(form).symbol)
    if not _apart(has_room_for_number, content, line):
        raise RuleRefused("head-lost", t("documents.edited.head-lost", number=" ".join(line.split())))
    if not (found.paragraphs or found.removed or found.changed or found.left_out):
        raise RuleRefused("nothing-edited", t("documents.edited.nothing-edited", file=name))
    told_more: dict[str, Any] = {
        EDITS: original.document_id,
        "by": run.actor,
        "changed": [str(one) for one in found.changed],
        "words": words.strip(),
    }
    own = _own_words(replace(run, round_id=original.round_id), original, before, content, name)
    if own:
        told_more["own_words"] = _authors(original, own)
    stem = original.file_name.rpartition(".")[0]
    record = keep_document(
        run.instance,
        replace(
            original,
            file_name=f"{stem}_da-sua.docx",
            made_at=run.as_of,
            provenance={**original.provenance, **told_more},
        ),
        content,
    )
    detail = {"draft": original.draft, "documents": [record.document_id], **told_more}
    event = RoundEvent(
        record.round_id, RoundEventKind.edited, run.as_of, run.as_of, run.actor, words.strip() or None, detail,
        f"{record.round_id}:edited:{record.document_id}",
    )  # fmt: skip
    with run.store.write() as tx:
        add_document(tx, record)
        append_round_event(tx, event)
        append_words(tx, replace(run, round_id=record.round_id), own)
    copy_out(run.instance, record)
    return TakenBack(record, found, tuple(own))


def _own_words(
    run: Run, original: DocumentRecord, before: bytes, content: bytes, name: str
) -> list[OwnWords]:
    if original.kind != REPORT + DRAFT:
        return []
    said: dict[str, str] = _apart(own_words_between, before, content, name)
    return changed(run, said, "word")


def _authors(original: DocumentRecord, own: Sequence[OwnWords]) -> list[dict[str, Any]]:
    """Who wrote what of the edited draft: those of the draft, where nobody wrote anew."""
    new = {one.section for one in own}
    kept = [one for one in original.provenance.get("own_words", ()) if one["section"] not in new]
    return kept + provenance_of({one.section: one for one in own if one.text})


_FORM_OF = {
    "bao_cao": "bao_cao",
    "ke_hoach": "ke_hoach",
    "quyet_dinh_xep_hang": "ket_qua_cham_diem",
    "quyet_dinh_dieu_chinh": "quyet_dinh_dieu_chinh",
}
_KIND_OF = {form: kind for kind, form in _FORM_OF.items()}  # a template bears the name of its form


def _original(run: Run, content: bytes, name: str) -> DocumentRecord:
    """The draft that waits for a decision and that the file says it is."""
    origin, names = read_origin(content, name), table("documents.origin_names")
    kind = _KIND_OF.get(PurePosixPath(origin.get(names["template"], "").split(" ")[0]).stem)
    round_id, number = origin.get(names["round"], ""), origin.get(names["draft"], "")
    if kind is None or not number.isdigit() or run.rounds.get(round_id) is None:
        raise RuleRefused("not-our-draft", t("documents.edited.not-our-draft", file=name))
    state = run.rounds.state(round_id, run.as_of)
    if state is None or not state.waiting:
        raise RuleRefused("no-draft-waiting", t("documents.edited.no-draft-waiting", round=round_id))
    current = state.draft or 1
    if int(number) != current:
        words = t("documents.edited.older-draft", file=name, found=number, draft=current, round=round_id)
        raise RuleRefused("older-draft", words)
    made = _made_drafts(run, round_id, kind, current)
    if not made:
        raise RuleRefused("not-our-draft", t("documents.edited.not-our-draft", file=name))
    return made[-1]


def _made_drafts(run: Run, round_id: str, kind: str, draft: int) -> list[DocumentRecord]:
    return [
        one
        for one in documents(run.store, round_id)
        if (one.kind, one.draft) == (kind + DRAFT, draft) and EDITS not in one.provenance
    ]


def newest_edit(run: Run, kind: str, draft: int, until: datetime) -> DocumentRecord | None:
    """The draft as it was edited last by `until`; None when nobody edited it, or it was made anew afterwards."""
    found = [
        one
        for one in documents(run.store, run.round.round_id)
        if (one.kind, one.draft) == (kind + DRAFT, draft) and one.made_at <= until
    ]
    return found[-1] if found and EDITS in found[-1].provenance else None


def edited_words(
    run: Run, kind: str, content: bytes, draft: int, approval: Approval
) -> tuple[bytes, dict[str, object]]:
    """What is issued of an approved document, and what its provenance tells of it: the edited draft with number and
    day, when there is one; else `content`, which is the document as the program makes it."""
    edit = newest_edit(run, kind, draft, approval.decided_at)
    if edit is None or approval.issued_on is None:
        return content, {}
    original = next(
        one
        for one in _made_drafts(run, edit.round_id, kind, draft)
        if one.document_id == edit.provenance[EDITS]
    )
    before, after = (one.content(run.instance) for one in (original, edit))
    marks = (f"{approval.number}/{approval.symbol}", day_text(approval.issued_on))
    told = {
        "edited": edit.document_id,
        "edited_by": edit.provenance["by"],
        "changed": edit.provenance["changed"],
    } | ({"own_words": edit.provenance["own_words"]} if edit.provenance.get("own_words") else {})
    return as_issued(after, before, content, marks), told


def edited(run: Run) -> list[str]:
    """What whoever decides must know of the run's draft: who edited it, which figures are other than the store's."""
    state = run.rounds.state(run.round.round_id, run.as_of)
    found = []
    for kind in _FORM_OF if state else ():
        edit = newest_edit(run, kind, (state.draft if state else None) or 1, END)
        if edit is None:
            continue
        by, changed = edit.provenance["by"], edit.provenance["changed"]
        found.append(t("documents.edited.told", by=by, file=PurePosixPath(edit.file_name).name))
        if changed:
            figures = "; ".join(changed[:MOST_NAMED])
            words = edit.provenance["words"]
            found.append(t("documents.edited.told_figures", count=len(changed), figures=figures, words=words))
    return found


def _apart(function: Callable[..., Any], *arguments: Any) -> Any:
    """In the reading process: the file comes from a person's machine."""
    with Session(LIMITS, _ready) as session:
        return session.ask(_in_reader, function, *arguments)


def _ready() -> None:
    """Readers need nothing of the installation."""


def _in_reader(_: None, function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)
