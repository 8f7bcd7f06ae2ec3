"""The department's own words: what an official writes under a heading of a report, beside what the program tells.

Each text is an event of the round with its author and moment. A newer text of the same section takes the place of the
older one, an empty one withdraws it; all stay in the round's history. A draft holds what was written by its moment, and
so does its issue: who decides has read it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cchc.claims import check_text
from cchc.clock import END, to_text, vn_date, vn_instant
from cchc.documents.text import clean
from cchc.errors import RuleRefused
from cchc.files import sha256_bytes
from cchc.obligations import RoundEvent, RoundEventKind, append_round_event
from cchc.run import Run
from cchc.store import Transaction
from cchc.texts import t, table
from cchc.workbooks.outline import load_outline
from cchc.year import REPORT_KINDS

REPORT = "bao_cao"
LONGEST = 8000  # characters of one section: two pages


@dataclass(frozen=True)
class OwnWords:
    """The text of one section, one line a paragraph; empty when it was withdrawn. way: book, word or board."""

    section: str
    text: str
    actor: str
    recorded_at: datetime
    way: str

    @property
    def paragraphs(self) -> list[str]:
        return self.text.splitlines()


def sections_of(run: Run) -> dict[str, str]:
    """Heading by code: the sections of the round's report that take own words, in the order of the outline.

    RuleRefused('not-a-report') for a round without a report.
    """
    if run.round.kind not in REPORT_KINDS:
        raise RuleRefused("not-a-report", t("own_words.not-a-report", round=run.round.round_id))
    return every_section()


def every_section() -> dict[str, str]:
    """Heading by code: those of the outline, and those that units are not asked about."""
    return {one.code: one.heading for one in load_outline()} | table("own_words.sections")


def words_of(run: Run, known_by: datetime) -> dict[str, OwnWords]:
    """What counts of the run's report by the moment, by section."""
    return {code: all_[-1] for code, all_ in _history(run, known_by).items() if all_[-1].text}


def _history(run: Run, known_by: datetime) -> dict[str, list[OwnWords]]:
    """Everything that was written by the moment, oldest first, by section; withdrawn words are empty ones."""
    found: dict[str, list[OwnWords]] = {}
    for event in run.rounds.events(run.round.round_id):
        if event.kind is RoundEventKind.own_words and event.recorded_at <= known_by:
            one = event.detail
            words = OwnWords(one["section"], one["text"], event.actor, event.recorded_at, one["way"])
            found.setdefault(words.section, []).append(words)
    return found


def mark_of(section: str, text: str) -> str:
    """What a box carries of the words that it was filled with, to tell later whether somebody changed them."""
    return sha256_bytes(f"{section}\n{text}".encode())[:16]


def edits(boxes: Mapping[str, str], shown: Mapping[str, str]) -> dict[str, str]:
    """The boxes (text by section) that no longer hold what they were filled with; shown: their marks by section."""
    return {code: text for code, text in boxes.items() if mark_of(code, tidied(text)) != shown.get(code)}


def overtaken(run: Run, boxes: Mapping[str, str], shown: Mapping[str, str], way: str) -> dict[str, OwnWords]:
    """Of the sections edited, what somebody else wrote since their boxes were filled, the newest by section.

    A workbook keeps its marks after it was brought in: who mends it and brings it again changes words of his own.
    """
    before, found = _history(run, END), {}
    for code, text in edits(boxes, shown).items():
        since: list[OwnWords] = []
        for one in reversed(before.get(code, [])):
            if mark_of(code, one.text) == shown.get(code):
                break
            since.append(one)
        own = way == "book" and all((one.way, one.actor) == (way, run.actor) for one in since)
        if since and not own and since[0].text != tidied(text):
            found[code] = since[0]
    return found


def changed(run: Run, said: Mapping[str, str], way: str) -> list[OwnWords]:
    """What `said` (text by section) changes in what counts now, tidied; nothing is recorded.

    Raises RuleRefused('unknown-section'), RuleRefused('too-long').
    """
    known, before = sections_of(run), words_of(run, END)
    found = []
    for section, text in said.items():
        if section not in known:
            raise RuleRefused(
                "unknown-section", t("own_words.unknown-section", found=section, names=", ".join(known))
            )
        tidy = tidied(text)
        if len(tidy) > LONGEST:
            words = t("own_words.too-long", section=known[section], count=len(tidy), most=LONGEST)
            raise RuleRefused("too-long", words)
        if tidy != (before[section].text if section in before else ""):
            found.append(OwnWords(section, tidy, run.actor, run.as_of, way))
    return found


def keep_words(run: Run, said: Mapping[str, str], way: str) -> list[OwnWords]:
    """Record what the run's actor wrote; returns what that changed. RuleRefused as `changed`, and 'no-author'."""
    if not run.actor.strip():
        raise RuleRefused("no-author", t("own_words.no-author"))
    new = changed(run, said, way)
    with run.store.write() as tx:
        append_words(tx, run, new)
    return new


def append_words(tx: Transaction, run: Run, new: Sequence[OwnWords]) -> None:
    """Record what `changed` found, in a transaction of the caller's. RuleRefused('written-meanwhile') when somebody
    wrote the same section since then: nobody's words are lost unseen."""
    round_id = run.round.round_id
    for one in new:
        before = sum(
            event.kind is RoundEventKind.own_words and event.detail["section"] == one.section
            for event in run.rounds.events(round_id)
        )
        event = RoundEvent(
            round_id, RoundEventKind.own_words, run.as_of, run.as_of, run.actor, None,
            {"document": REPORT, "section": one.section, "text": one.text, "way": one.way},
            f"{round_id}:own_words:{one.section}:{before + 1}",
        )  # fmt: skip
        if not append_round_event(tx, event):
            words = t("own_words.written-meanwhile", section=sections_of(run)[one.section])
            raise RuleRefused("written-meanwhile", words)


def tidied(text: str) -> str:
    """One line a paragraph: no empty lines, no characters that a document cannot hold."""
    lines = unicodedata.normalize("NFC", clean(text)).splitlines()
    return "\n".join(line for line in (" ".join(one.split()) for one in lines) if line)


def faults_in(text: str) -> list[str]:
    """What the claim checker finds in a text, for people; it is told and hinders nothing."""
    return [
        t("own_words.fault", quote=text[one.start : one.end], message=one.message)
        for one in check_text(text).faults
    ]


def provenance_of(words: Mapping[str, OwnWords]) -> list[dict[str, Any]]:
    """Who wrote which section of a document and when, as its provenance tells it."""
    return [
        {"section": one.section, "by": one.actor, "at": to_text(one.recorded_at), "way": one.way}
        for one in words.values()
    ]


def authors(words: Mapping[str, OwnWords]) -> dict[str, str]:
    """Who wrote which section and when, in words, by heading."""
    headings, ways = every_section(), table("own_words.ways")
    return {
        headings.get(code, code): t(
            "own_words.written", actor=one.actor, way=ways[one.way], moment=vn_instant(one.recorded_at)
        )
        for code, one in words.items()
    }


def issued_already(run: Run, known_by: datetime) -> str:
    """What whoever writes must know of a round whose report is issued; '' while it is not."""
    state = run.rounds.state(run.round.round_id, known_by)
    last = state.last_issue if state else None
    if last is None:
        return ""
    sign = f"{last.number}/{last.symbol}".strip("/")
    return t("own_words.issued", sign=sign, day=vn_date(last.issued_on or last.decided_at))


def not_held(run: Run) -> list[str]:
    """What whoever decides now must know of words that were written after the run's draft; empty when none were.

    Words of the draft as it was edited in Word stand in what is decided on.
    """
    if run.round.kind not in REPORT_KINDS:
        return []
    headings, in_draft = sections_of(run), words_of(run, run.as_of)
    now = words_of(run, END)
    late = [
        code
        for code in headings
        if now.get(code) != in_draft.get(code) and (code not in now or now[code].way != "word")
    ]
    return [t("own_words.not_held", names="; ".join(headings[code] for code in late))] if late else []
