"""Footnotes against the words that they belong to, however they are marked: [1], (1), ¹ or *."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from cchc.claims.counted_names import MOST, compare, listed_names
from cchc.claims.flat import WORD
from cchc.claims.judging import slipped
from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.quantities import Quantity, Read, same_things
from cchc.claims.tokens import Sort
from cchc.indicators import format_number
from cchc.severity import Severity
from cchc.texts import t

# As written: a superscript is a digit like any other in plain text.
_NOTE = re.compile(r"\s*(?:\[([0-9]{1,2})\]|\(([0-9]{1,2})\)|([¹²³⁴-⁹]{1,2})|(\*{1,3}))(?=[\s\w])")
_ANCHOR = re.compile(
    r"\[([0-9]{1,2})\]|(?<=[\w%)])\s?\(([0-9]{1,2})\)(?=[\s.,;:]|$)|(?<=[\w%)])([¹²³⁴-⁹]{1,2})|"
    r"(?<=\w)(\*{1,3})(?=[\s.,;])"
)
_OPENED = re.compile(r"\s*(?:bao )?gom:?\s*")
_SOME = re.compile(r"\b(?:chu yeu|dien hinh|tieu bieu|nhu|rieng|vi du|tap trung|nhat la|so voi|cung ky)\b")
_DOCUMENT = re.compile(
    r"(?:van ban|quyet dinh|nghi quyet|nghi dinh|thong tu|chi thi|ke hoach|chuong trinh|cong van|bao cao|thong bao|"
    r"ket luan|to trinh|huong dan|de an)\b"
)
_BEFORE = 12  # figures of a sentence that its note can be about
_CLOSE = 4  # a list that is off by no more than this part of its whole is meant for it


def footnotes(passage: Passage, read: Sequence[Read]) -> None:
    """'13 văn bản[4]' against what note [4] lists: all its figures, or those of the same words."""
    notes = {
        (match.lastindex, match[0].strip()): one for one in read
        if len(one.every) >= 2 and (match := _NOTE.match(passage.text, one.block.start))
    }  # fmt: skip
    listed = {
        (match.lastindex, match[0].strip()): (match.end(), block.end) for block in passage.blocks
        if (match := _NOTE.match(passage.text, block.start))
    }  # fmt: skip
    for one in read:
        start, end = one.span
        for match in _ANCHOR.finditer(passage.text, max(start, one.block.start + 1), end):
            key = (match.lastindex, match[0].strip())
            note, before = notes.get(key), [two for two in one.every if two.end <= match.start()]
            if before and match.start() < listed.get(key, (0, 0))[0]:
                _listed(passage, before[-1], match, *listed[key])
            if note is None or note is one or not before or note.block.start < match.start():
                continue
            said = [two for two in before if two.sentence == before[-1].sentence and two.sort is Sort.NUMBER]
            _against_note(passage, one, said[-_BEFORE:], note, match)


def _listed(passage: Passage, one: Quantity, anchor: re.Match[str], start: int, end: int) -> None:
    """'10 kết luận[2]', '11 đơn vị[3]' against the documents or the bodies that the note names."""
    near = one.sort is Sort.NUMBER and not re.search(r"[.;]\s", passage.flat[one.end : anchor.start()])
    if not near or one.approximate or one.depth:
        return
    opened = _OPENED.match(passage.flat, start, end)
    papers = any(two.sort is Sort.DOCUMENT for two in passage.within(start, end))
    names = None if papers else listed_names(passage, one, opened.end() if opened else start, end)
    if names is not None and one.value <= MOST and names[0] >= end - 2:
        compare(passage, one, anchor.end(), *names[1:])
        return
    kind = _DOCUMENT.match(passage.flat[one.end : anchor.start()].strip())
    if kind is None:
        return
    text = passage.flat[start:end]
    if _SOME.search(text) or (kind[0] != "van ban" and kind[0] not in text):
        return
    items, place = 0, start
    for item in re.sub(r"\([^()]*\)", lambda inside: " " * len(inside[0]), text).split(";"):
        inside = passage.within(place, place + len(item))
        if sum(two.sort is Sort.DOCUMENT for two in inside) != 1:
            return
        items, place = items + 1, place + len(item) + 1
    if items > 1:
        compare(passage, one, anchor.end(), items, items)


def _against_note(
    passage: Passage, block: Read, said: Sequence[Quantity], note: Read, anchor: re.Match[str]
) -> None:
    counts = [one for one in note.every if one.sort is Sort.NUMBER]
    outer = [one for one in counts if one.depth == 0]
    verdicts = []
    kinds = bool(outer) and all(
        _DOCUMENT.match(passage.flat[two.end : two.end + 20].strip()) for two in outer
    )
    # '11 văn bản[2]', listed as decrees and circulars: whatever was counted before it.
    head = said[-1] if kinds and said and said[-1].noun == ("van", "ban") else said[0] if said else None
    for one in said:
        words_ = set(WORD.findall(one.before))
        same = [two for two in counts if two.noun[:1] == one.noun[:1] and _first(two) in words_]
        # A noun of its own names them all: '13 văn bản', listed as decrees and circulars.
        alike = same if len(same) > 1 else [two for two in outer if two.noun[:1] == one.noun[:1]]
        parts = alike if len(alike) > 1 else (outer if not same and one is head else [])
        if len(parts) > 1:
            verdicts.append((one, parts, sum((two.value for two in parts), Decimal(0))))
    good = sum(one.value == total for one, _, total in verdicts)
    listed = len(outer) > 1 and not _SOME.search(passage.flat, note.block.start, outer[0].start)
    whole = max(verdicts, key=lambda one: one[0].value)[0] if verdicts else None
    for one, parts, total in verdicts:
        if one.value == total:
            passage.right(ClaimKind.TWICE, one.start, one.end)
            passage.right(ClaimKind.TWICE, parts[0].start, parts[-1].end)
            continue
        near = slipped(one.value, [two.value for two in parts])
        # All that the note lists is what the largest figure before it counts.
        all_of = (
            not good and listed and one is whole and parts == outer[: len(parts)]
            and all(same_things(one, two) for two in parts) and abs(total - one.value) * _CLOSE <= one.value
        )  # fmt: skip
        if not (good or near or all_of) or total > 3 * one.value > 9 * total:
            continue
        _say(passage, block, one, parts, total, anchor, sure=bool(good and near))


def _say(
    passage: Passage, block: Read, one: Quantity, parts: Sequence[Quantity], total: Decimal, anchor: re.Match[str],
    *, sure: bool,
) -> None:  # fmt: skip
    """At the note, and at the figure as well unless its own sentence bears it out."""
    given, expected = passage.quoted(one.start, one.end), format_number(total)
    message = t(
        "claims.footnote", given=given, count=len(parts), right=expected, note=anchor[0].strip(" []()")
    )
    severity = Severity.ERROR if sure else Severity.WARNING
    places = [(parts[0].start, parts[-1].end, severity)]
    if one.start not in block.held:  # one fault, told at both its ends: only one of them is the wrong one
        places = [(one.start, anchor.end(), severity), (*places[0][:2], Severity.WARNING)]
    for start, end, how in places:
        passage.say(ClaimKind.TWICE, how, start, end, stated=given, expected=expected, message=message)


def _first(one: Quantity) -> str:
    match = WORD.search(one.before)
    return match[0] if match else ""
