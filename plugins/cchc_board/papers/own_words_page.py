"""Page 'Lời của Sở' of a round: the department's own words by section, as `./cchc van-ban loi-cua-so` keeps them.

All sections are one form: saving one must not throw away what stands typed in another. Each box carries a mark of the
words that were shown in it, so that of two who have the page open the second does not wipe out the first unseen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cchc.clock import END
from cchc.documents.own_words import (
    LONGEST,
    edits,
    faults_in,
    issued_already,
    keep_words,
    mark_of,
    overtaken,
    sections_of,
    words_of,
)
from cchc.errors import CchcError, RuleRefused
from cchc.run import Run
from cchc.texts import t, table
from cchc.year import Round
from cchc_board.desk import RequestView
from cchc_board.door import Asked, BoardAct
from cchc_board.typed import TypedIn

_TEXT = "loi-"  # fields of a section: what stands in its box,
_SHOWN = "truoc-"  # the mark of what was shown there


@dataclass(frozen=True)
class OwnSection:
    """One section with what is kept; `text` is what stands in its box. faults: what the claim checker finds."""

    code: str
    heading: str
    text: str
    kept: str = ""
    actor: str = ""
    way: str = ""
    kept_at: datetime | None = None
    faults: Sequence[str] = ()

    @property
    def mark(self) -> str:
        return mark_of(self.code, self.kept)


@dataclass(frozen=True)
class OwnWordsPage:
    """What the template shows. issued: what to know of a report that is out."""

    round: Round
    sections: list[OwnSection]
    issued: str
    longest: int = field(default=LONGEST)


def own_words_page(asked: Asked) -> OwnWordsPage:
    """The words that counted at the moment shown; after a refusal what was typed stays in the boxes.

    CchcError for a round that is not open, RuleRefused for one without a report.
    """
    desk = asked.desk
    run, typed, ways = (
        _run_of(desk, asked.path["round_id"]),
        typed_in(asked.typed.fields),
        table("own_words.ways"),
    )
    known, found = words_of(run, desk.as_of), []
    for code, heading in sections_of(run).items():
        one = known.get(code)
        if one is None:
            found.append(OwnSection(code, heading, typed.get(code, "")))
            continue
        text, faults = typed.get(code, one.text), faults_in(one.text)
        found.append(
            OwnSection(code, heading, text, one.text, one.actor, ways[one.way], one.recorded_at, faults)
        )
    return OwnWordsPage(run.round, found, issued_already(run, desk.as_of))


def typed_in(fields: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """What somebody wrote, by section: the boxes that no longer hold what the page showed in them."""
    return edits(_of(fields, _TEXT), _of(fields, _SHOWN))


def _write_words(run: Run, typed: TypedIn) -> str:
    """Keep what was written; returns what to tell. Raises RuleRefused in words, and keeps nothing then."""
    fields = typed.fields
    said = typed_in(fields)
    headings = sections_of(run)
    for code in overtaken(run, said, _of(fields, _SHOWN), "board"):
        heading = headings.get(code, code)
        raise RuleRefused("written-meanwhile", t("own_words.written-meanwhile", section=heading))
    lines = []
    for one in keep_words(run, said, "board"):
        key = "kept" if one.text else "withdrawn"
        lines.append(t(f"own_words.cli.{key}", heading=headings[one.section], count=len(one.text)))
    if not lines:
        return t("own_words.same")
    following = issued_already(run, END) or t("own_words.cli.next", round=run.round.round_id)
    return "\n".join([*lines, following])


def _of(fields: Mapping[str, Sequence[str]], prefix: str) -> dict[str, str]:
    """The first value of each field whose name begins so, by section."""
    return {name.removeprefix(prefix): one[0] for name, one in fields.items() if name.startswith(prefix)}


def _run_of(desk: RequestView, round_id: str) -> Run:
    round_ = desk.calendar.round(round_id)
    if desk.store is None or round_.round_id not in desk.opened_rounds(round_.year):
        raise CchcError(t("board.nothing_recorded"))
    return Run(desk.store, desk.instance, desk.as_of, round_.round_id)


ACTS = (BoardAct("ghi", "van-ban loi-cua-so nhap", _write_words),)
