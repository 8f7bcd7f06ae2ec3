"""The files that came together, by mail or through a page, told apart: forms, evidence, documents beside a form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from cchc.files import sha256_bytes
from cchc.submissions.envelopes import Content, UnwrappedFile, identity_of, is_enclosure
from cchc.submissions.evidence_files import EvidenceFile, beside_what_names_them
from cchc.submissions.kept import Enclosure
from cchc.texts import t

NO_FILE = "none"
# Which answer fits when there is no workbook: the first kind of file that is there.
_WHY_NOT = (
    (Content.LOCKED, "locked"),
    (Content.TOO_LARGE, "too_large"),
    (Content.TNEF, "winmail"),
    (Content.BROKEN, "broken"),
    (Content.DOCUMENT, "document"),
    (Content.SCAN, "scan"),
    (Content.OTHER, "other"),
)


@dataclass(frozen=True)
class SortedFiles:
    """workbooks: each content once; evidence: what lies beside a form that names evidence."""

    opened: tuple[UnwrappedFile, ...]
    workbooks: tuple[UnwrappedFile, ...]
    evidence: tuple[EvidenceFile, ...]

    @property
    def why_not(self) -> str:
        """Why nothing can be judged (the key of an answer); '' when there is a workbook."""
        if self.workbooks:
            return ""
        kinds = {one.kind for one in self.opened}
        return next((answer for content, answer in _WHY_NOT if content in kinds), NO_FILE)

    @property
    def by_form(self) -> list[list[UnwrappedFile]]:
        """Workbooks of one form, unit and round together; those that are no form of ours each alone."""
        return [list(alike) for _, alike in groupby(sorted(self.workbooks, key=_whose), key=_whose)]

    def beside(self, workbook: UnwrappedFile) -> tuple[tuple[str, ...], tuple[Enclosure, ...]]:
        """What the receipt says of a workbook and of the files beside it, and those of them that are kept with it."""
        # What came is either evidence or lies beside a report.
        others = () if self.evidence else self.opened
        documents = [one for one in others if is_enclosure(one)]
        left_out = [one for one in others if one.kind is not Content.WORKBOOK and not is_enclosure(one)]
        notes = [t(f"submissions.mailbox.notes.{workbook.note}")] if workbook.note else []
        if documents:
            notes.append(t("submissions.mailbox.notes.enclosed", names=names_of(documents)))
        if left_out:
            notes.append(t("submissions.mailbox.notes.left_out", names=names_of(left_out)))
        return tuple(notes), tuple(Enclosure(one.name, one.content) for one in documents)


def sorted_out(opened: Sequence[UnwrappedFile]) -> SortedFiles:
    """The files after unwrapping, told apart."""
    evidence: tuple[EvidenceFile, ...] = ()
    forms = [one for one in opened if one.kind is Content.WORKBOOK]
    if (found := beside_what_names_them(opened)) is not None:
        forms, evidence = found
    once = {sha256_bytes(one.content): one for one in forms}
    return SortedFiles(tuple(opened), tuple(once.values()), evidence)


def names_of(opened: Sequence[UnwrappedFile]) -> str:
    """File names for a sentence; there may be many."""
    names = list(dict.fromkeys(one.name for one in opened))
    return ", ".join(names[:8]) + ("..." if len(names) > 8 else "")


def _whose(opened: UnwrappedFile) -> tuple[str, ...]:
    identity = identity_of(opened)
    if identity is None:
        return ("", sha256_bytes(opened.content), "")
    return (identity.form, identity.unit_code, identity.round_id)
