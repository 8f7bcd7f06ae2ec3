"""Page 'Đợt': every unit of a round and how it stands; a filter by state; the missing units by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cchc.clock import TZ, from_text, to_text
from cchc.documents.signed_copies import to_be_signed
from cchc.errors import CchcError
from cchc.mail.accounts import scope_of
from cchc.mail.department import Department
from cchc.obligations import Phase, RoundState, RoundSummary, summarise, unproven_figures
from cchc.run import Run
from cchc.sources import RewriteCheck, last_check
from cchc.store import Row
from cchc.texts import t, table, vietnamese_order
from cchc.units import REPORTING_TIERS
from cchc.year import REPORT_KINDS, Round
from cchc_board.desk import RequestView
from cchc_board.finding import named_so
from cchc_board.papers.listed import ListedPaper, listed, without_settled_drafts
from cchc_board.papers.opening import opener
from cchc_board.rounds.bars import Segment, segments
from cchc_board.rounds.rows import URGENCY, WAITING, ObligationRow, line
from cchc_board.rounds.standing import RoundStatus, standing
from cchc_board.rounds.year_page import counts_of, noun_of, spoken

# Address words of the filter: how the obligation stands against its due date, or where its file stands.
BY_TIMELINESS = {
    "dung-han": "on_time",
    "tre-han": "late",
    "cho-so": WAITING,
    "qua-han": "missing",
    "chua-den-han": "pending",
    "mien": "waived",
    "ket-thuc": "dissolved",
}
BY_STATUS = {
    "tra-lai": ("rejected", "returned"),
    "cho-kiem-tra": ("submitted",),
    "khong-phat-sinh": ("nothing_to_report",),
}
UNPROVEN = "chua-xac-thuc"


@dataclass(frozen=True)
class UnitRow:
    """A unit with what it owes in this round."""

    code: str
    name: str
    tier: str
    lines: list[ObligationRow]
    files: int
    last_received_at: datetime | None

    @property
    def duties(self) -> list[ObligationRow]:
        """Its lines but for rights, unless it has nothing else: what counts in the bar and the filters."""
        return [one for one in self.lines if one.obligation.is_duty] or self.lines

    @property
    def worst(self) -> ObligationRow:
        return min(self.duties, key=lambda one: URGENCY.index(one.timeliness))

    @property
    def done(self) -> int:
        return sum(one.state.fulfilled for one in self.duties)

    @property
    def unproven(self) -> bool:
        return any(one.unproven for one in self.lines)

    @property
    def requested_at(self) -> datetime | None:
        asked = [one.state.requested_at for one in self.lines if one.state.requested_at]
        return max(asked).astimezone(TZ) if asked else None


@dataclass(frozen=True)
class Filter:
    """One choice of the filter, with how many units it shows."""

    word: str
    text: str
    count: int


@dataclass(frozen=True)
class RoundPage:
    """What the template shows of a round. drafts: of what was issued since."""

    round: Round
    standing: RoundStatus
    summary: RoundSummary | None
    bar: list[Segment]
    spoken: str
    filters: list[Filter]
    chosen: str
    sought: str
    tier: str
    officer: str
    officers: list[tuple[str, str]]
    rows: list[UnitRow]
    missing: list[UnitRow]
    waiting: int
    documents: list[ListedPaper]
    drafts: list[ListedPaper]
    unit_documents: int
    rewrites: RewriteCheck | None
    unsigned: int = 0  # documents that leave only with their signed copy
    # (place, words) of the draft's figures that somebody has to explain or mend before it is approved
    beyond_bounds: Sequence[tuple[str, str]] = ()

    @property
    def takes_words(self) -> bool:
        """Whether officials write own words in the round's report."""
        return self.round.kind in REPORT_KINDS

    @property
    def closes_by_itself(self) -> bool:
        """Whether the Dag will draft its report, once all is in or at its hour."""
        return self.takes_words and self.standing.code == Phase.OPEN

    @property
    def rewritten(self) -> list[tuple[str, int]]:
        """Kinds of change after the cut-off in words, most frequent first."""
        words, counts = table("rewrites.kinds"), Counter[str]()
        for (_, _, kind), cases in (self.rewrites.cases if self.rewrites else {}).items():
            counts[kind] += cases
        return [(words[kind], count) for kind, count in counts.most_common()]

    @property
    def several(self) -> str:
        """Where units owe more than one thing: what the bar counts, and what the list; empty elsewhere."""
        owed, units = sum(len(row.duties) for row in self.rows), len(self.rows)
        return t("board.counts_differ", count=owed, units=units) if owed > units else ""


def round_page(
    desk: RequestView, round_id: str, chosen: str, sought: str = "", tier: str = "", officer: str = ""
) -> RoundPage:
    """sought, tier, officer: units by words of their name, without accents, by tier, and of an account's own; the bar
    is of all units.

    Raises CchcError for a round or a filter that does not exist.
    """
    if chosen and chosen not in (*BY_TIMELINESS, *BY_STATUS, UNPROVEN):
        raise CchcError(t("board.bad_filter", found=chosen))
    round_ = desk.calendar.round(round_id)
    state = desk.opened_rounds(round_.year).get(round_id)
    is_open = state is not None
    every = unit_rows(desk, round_id) if is_open else []
    officers = _officers(desk)
    own = officers[officer][1] if officer in officers else None
    rows = [
        row
        for row in every
        if (not tier or row.tier == tier)
        and (own is None or row.code in own)
        and (not sought or named_so(sought, row.name, row.code))
    ]
    files, opens = newest(desk.documents(round_id)) if is_open else [], opener(desk, round_id)
    papers, drafts = without_settled_drafts(
        [row for row in files if row["unit_code"] is None and opens(row["document_id"])]
    )
    summary = (
        summarise(((one.obligation, one.state) for row in every for one in row.lines), desk.units, desk.as_of)
        if is_open
        else None
    )
    names = table("board.filters")
    found = [
        Filter(word, names[word], len(_matching(rows, word)))
        for word in (*BY_TIMELINESS, *BY_STATUS, UNPROVEN)
    ]
    return RoundPage(
        round=round_,
        standing=standing(round_, desk.as_of, state),
        summary=summary,
        bar=segments(counts_of(summary)) if summary else [],
        spoken=spoken(summary, noun_of(round_)) if summary else "",
        filters=[
            Filter("", names["tat-ca"], len(rows)),
            *(one for one in found if one.count or one.word == chosen),
        ],
        chosen=chosen,
        sought=sought,
        tier=tier,
        officer=officer if officer in officers else "",
        officers=[(login, name) for login, (name, _) in officers.items()],
        rows=_matching(rows, chosen),
        missing=_matching(every, "qua-han"),
        waiting=len(_matching(every, "cho-so")),
        documents=listed(papers),
        drafts=listed(drafts),
        unit_documents=sum(bool(row["unit_code"] and desk.sees(row["unit_code"])) for row in files),
        rewrites=last_check(desk.store, round_id, desk.as_of) if desk.store and is_open else None,
        # What is about the round as a whole is not counted for whoever looks after some units.
        unsigned=_unsigned(desk, round_id) if is_open and desk.scope is None else 0,
        beyond_bounds=_beyond_bounds(desk, round_id, state) if state and desk.scope is None else (),
    )


def _officers(desk: RequestView) -> dict[str, tuple[str, frozenset[str]]]:
    """Title and units of each account that was given some, by login; of whoever sees all units."""
    if desk.scope is not None:
        return {}
    accounts, day = Department.load().accounts, desk.as_of.astimezone(TZ).date()
    found = {}
    for login, one in accounts.items():
        own = scope_of(login, accounts, desk.units, day)
        if own:
            found[login] = (f"{one.name} ({login})", own)
    return found


def _unsigned(desk: RequestView, round_id: str) -> int:
    assert desk.store is not None
    run = Run(desk.store, desk.instance, desk.as_of)
    return sum(one.copy is None for one in to_be_signed(run, round_id=round_id))


def _beyond_bounds(desk: RequestView, round_id: str, state: RoundState) -> Sequence[tuple[str, str]]:
    """Looked for while a draft can still be mended: it reads every figure of the round."""
    if desk.store is None or state.phase not in (Phase.CLOSED, Phase.DRAFTED, Phase.RETURNED):
        return ()
    from cchc.figures.bound_review import line_of, unexplained  # every process of Airflow loads the plugin

    run = Run(desk.store, desk.instance, as_of=desk.as_of, round_id=round_id)
    if run.round.kind not in REPORT_KINDS:
        return ()
    return [(one.place, line_of(one)) for one in unexplained(run, None, desk.as_of)]


def unit_rows(desk: RequestView, round_id: str, unit_code: str | None = None) -> list[UnitRow]:
    """Units of the viewer's that owe something in the round, by tier and name."""
    assert desk.store is not None
    doubted = {
        one.obligation_id
        for one in unproven_figures(desk.store, desk.as_of, round_id=round_id, unit_code=unit_code)
    }
    owed: dict[str, list[ObligationRow]] = {}
    for obligation, state in desk.ledger.states(desk.as_of, round_id=round_id, unit_code=unit_code):
        if desk.sees(obligation.unit_code):
            shown = line(desk, obligation, state, unproven=obligation.obligation_id in doubted)
            owed.setdefault(obligation.unit_code, []).append(shown)
    sent = desk.store.query("board.submission_counts", round_id=round_id, as_of=to_text(desk.as_of))
    files = {row["obligation_id"]: row for row in sent}
    rows = [_row(desk, code, lines, files) for code, lines in owed.items()]
    places: dict[str, int] = {tier: place for place, tier in enumerate(REPORTING_TIERS)}
    return sorted(
        rows, key=lambda row: (places.get(row.tier, len(REPORTING_TIERS)), vietnamese_order(row.name))
    )


def newest(documents: list[Row]) -> list[Row]:
    """Of each file only its last version; they come oldest first."""
    return list({row["file_name"]: row for row in documents}.values())


def _row(desk: RequestView, code: str, lines: list[ObligationRow], files: dict[str, Row]) -> UnitRow:
    unit = desk.find_unit(code)
    own = [files[one.obligation.obligation_id] for one in lines if one.obligation.obligation_id in files]
    received = [from_text(row["last_received_at"]) for row in own]
    return UnitRow(
        code=code,
        name=unit.name if unit else code,
        tier=unit.tier if unit else "",
        lines=sorted(lines, key=lambda one: (one.due_at, one.obligation.title)),
        files=sum(row["files"] for row in own),
        last_received_at=max(received) if received else None,
    )


def _matching(rows: list[UnitRow], word: str) -> list[UnitRow]:
    if not word:
        return rows
    if word == UNPROVEN:
        return [row for row in rows if row.unproven]
    if word in BY_TIMELINESS:
        return [row for row in rows if any(one.timeliness == BY_TIMELINESS[word] for one in row.duties)]
    return [row for row in rows if any(one.state.status in BY_STATUS[word] for one in row.lines)]
