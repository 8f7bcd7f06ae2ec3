"""Page 'Lời của Sở' of a round: the department's own words by section, as `./cchc van-ban loi-cua-so` keeps them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cchc import clock
from cchc.documents.own_words import LONGEST, faults_in, keep_words, sections_of, words_of
from cchc.errors import CchcError, RuleRefused
from cchc.identity import settle
from cchc.run import Run
from cchc.store import upgrade
from cchc.texts import t, table
from cchc.year import Round
from cchc_board.desk import RequestView


@dataclass(frozen=True)
class OwnSection:
    """One section with what is kept; `text` is what stands in its box. faults: what the claim checker finds."""

    code: str
    heading: str
    text: str
    actor: str = ""
    way: str = ""
    kept_at: datetime | None = None
    faults: Sequence[str] = ()


@dataclass(frozen=True)
class OwnWordsPage:
    """What the template shows; without `token` nobody can write."""

    round: Round
    sections: list[OwnSection]
    token: str
    notice: str
    problem: str
    longest: int = field(default=LONGEST)


def own_words_page(
    desk: RequestView,
    round_id: str,
    token: str,
    notice: str = "",
    problem: str = "",
    typed: Mapping[str, str] | None = None,
) -> OwnWordsPage:
    """The words that counted at the moment shown. typed: what stays in the boxes after a refusal.

    CchcError for a round that is not open, RuleRefused for one without a report.
    """
    run, typed, ways = _run_of(desk, round_id), typed or {}, table("own_words.ways")
    known, found = words_of(run, desk.as_of), []
    for code, heading in sections_of(run).items():
        one = known.get(code)
        if one is None:
            found.append(OwnSection(code, heading, typed.get(code, "")))
            continue
        text, faults = typed.get(code, one.text), faults_in(one.text)
        found.append(OwnSection(code, heading, text, one.actor, ways[one.way], one.recorded_at, faults))
    return OwnWordsPage(run.round, found, token, notice, problem)


def write_words(desk: RequestView, round_id: str, section: str, text: str, actor: str) -> str:
    """Keep what was written in one section; returns what to tell. Raises RuleRefused in words."""
    assert desk.store is not None
    settle(upgrade(desk.store), desk.instance, clock.now())
    run = _run_of(desk, round_id, actor)
    headings = sections_of(run)
    if section not in headings:
        names = ", ".join(headings)
        raise RuleRefused("unknown-section", t("own_words.unknown-section", found=section, names=names))
    lines = []
    for one in keep_words(run, {section: text}, "board"):
        key = "kept" if one.text else "withdrawn"
        lines.append(t(f"own_words.cli.{key}", heading=headings[section], count=len(one.text)))
    return "\n".join(
        [*lines, t("own_words.cli.next", round=run.round.round_id)] if lines else [t("own_words.same")]
    )


def _run_of(desk: RequestView, round_id: str, actor: str = "") -> Run:
    round_ = desk.calendar.round(round_id)
    if desk.store is None or round_.round_id not in desk.opened_rounds(round_.year):
        raise CchcError(t("board.nothing_recorded"))
    return Run(desk.store, desk.instance, desk.as_of, round_.round_id, actor=actor)
