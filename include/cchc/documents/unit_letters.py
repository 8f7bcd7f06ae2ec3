"""Letters to single units after an inspection: what each orders, and which wait for their signed copy."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from cchc.clock import END
from cchc.documents.numbering import ISSUES
from cchc.documents.registry import DocumentRecord, documents_since
from cchc.documents.signed_copies import LETTER_AFTER_INSPECTION, SIGNED, have_left, needs_signature
from cchc.paths import Instance
from cchc.store import Store


class UnitLetters:
    """Letters to single units (after an inspection), each with its signed copy; all rounds are read at once.

    A unit may have several, each with orders of its own: one waits for its signature while the others are chased.
    """

    def __init__(self, store: Store, instance: Instance) -> None:
        self._store, self._instance = store, instance
        self._signed_first = needs_signature(LETTER_AFTER_INSPECTION)

    def waits(self, round_id: str, unit_code: str, item: str) -> bool:
        """Whether the letter with this order waits for its signature: until then the unit knows nothing of it."""
        own = [one for one in self._letters(round_id, unit_code) if item in _orders(one)]
        return bool(own) and self._waits(own[-1])

    def to_send(self, round_id: str, unit_code: str) -> list[DocumentRecord]:
        """The signed letters; a letter itself where it left without a signature, or needs none."""
        copies = self._read[1]
        return [
            _copy_of(one, copies) or one for one in self._letters(round_id, unit_code) if not self._waits(one)
        ]

    def kept_forms(self, round_id: str, unit_code: str) -> set[str]:
        """Names of forms that would tell of orders which nobody has signed."""
        own = f"{round_id}_{unit_code}.xlsx"
        return {
            str(one.provenance.get("form") or own)
            for one in self._letters(round_id, unit_code)
            if self._waits(one)
        }

    def _waits(self, letter: DocumentRecord) -> bool:
        if not self._signed_first or _copy_of(letter, self._read[1]) is not None:
            return False
        return letter.document_id not in self._left

    def _letters(self, round_id: str, unit_code: str) -> list[DocumentRecord]:
        """The letters to a unit, each as it was issued last: numbered again, it is the same letter."""
        newest: dict[tuple[str, ...], DocumentRecord] = {}
        for one in self._read[0].get((round_id, unit_code), ()):
            newest[_orders(one)] = one
        return list(newest.values())

    @cached_property
    def _read(self) -> tuple[dict[tuple[str, str | None], list[DocumentRecord]], dict[str, DocumentRecord]]:
        """The letters by round and unit; signed copies by what they sign."""
        letters: dict[tuple[str, str | None], list[DocumentRecord]] = {}
        copies: dict[str, DocumentRecord] = {}
        kinds = (LETTER_AFTER_INSPECTION, LETTER_AFTER_INSPECTION + SIGNED)
        for one in documents_since(self._store, None, END, kinds):
            if one.kind == LETTER_AFTER_INSPECTION:
                letters.setdefault((one.round_id, one.unit_code), []).append(one)
            else:
                copies[str(one.provenance.get("signs"))] = one
        return letters, copies

    @cached_property
    def _left(self) -> set[str]:
        """Ids of letters that left without a signed copy."""
        letters, copies = self._read
        unsigned = [one for own in letters.values() for one in own if _copy_of(one, copies) is None]
        return have_left(self._store, self._instance, unsigned)


def _orders(letter: DocumentRecord) -> tuple[str, ...]:
    """What a letter orders, by the items of the obligations."""
    return tuple(str(one) for one in letter.provenance.get("orders", ()))


def _copy_of(letter: DocumentRecord, copies: Mapping[str, DocumentRecord]) -> DocumentRecord | None:
    drafted = str(letter.provenance.get(ISSUES))  # numbered after it was signed
    return copies.get(letter.document_id) or copies.get(drafted)
