"""The inspection team in the campaign: each of its workbooks is laid where it is expected and read by a run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from cchc.clock import END
from cchc.documents.approvers import document_kind
from cchc.inspection import known_findings, load_choices
from cchc.inspection.team_book import lay_book, team_book_path
from cchc.mail.department import Department
from cchc.run import Approval, Run
from cchc.stages import concluding, inspecting
from cchc.submissions.arrivals import Channel
from cchc.submissions.set_aside import waiting
from cchc_rehearsal.reception.drawing import DrawnItem
from cchc_rehearsal.reception.forms import number_in
from cchc_rehearsal.reception.promises import ORDERED, ORDERS, Place, SeenVersion

INSPECTION_ROUND = "2026-KT"


class TeamDesk:
    """One workbook after the other under one name, as the team saves it. `refused`: item -> what the run said."""

    def __init__(self, run: Run) -> None:
        self.run = replace(run, round_id=INSPECTION_ROUND, peer_cache={}, system_cache={})
        inspecting.choose(self.run)
        inspecting.plan_visits(self.run)
        lay_book(self.run)
        self.units = [one.unit_code for one in load_choices(run.store, INSPECTION_ROUND)]
        self.due: list[int] = []
        self.refused: dict[int, str] = {}
        self.aside: dict[int, str] = {}

    def lay(self, item: DrawnItem) -> None:
        """The rows that were sent already stay in the workbook; the item adds its own."""
        assert item.parcel.team is not None
        known = [one.finding for one in known_findings(self.run.store, INSPECTION_ROUND)]
        if any(number_in(one.orders[0].text) == item.number for one in known):
            # A run that broke off had read it: its rows have their numbers, and stand in the workbook like the others.
            team_book_path(self.run).unlink(missing_ok=True)
            lay_book(self.run)
            return
        team_book_path(self.run).write_bytes(item.parcel.team.written(known))

    def issue(self, moment: Run, number: int) -> None:
        """One run of the Dag, at the moment of another. What it says of a workbook that it cannot take is kept."""
        self.refused.pop(number, None)
        self.aside.pop(number, None)
        try:
            own = replace(self.run, as_of=moment.as_of, peer_cache={}, system_cache={})
            for visit in inspecting.read_findings(own):
                self._conclude(replace(own, about=visit))
        except Exception as error:
            self.refused[number] = str(error)
            raise
        finally:
            waits = [one for one in waiting(self.run.store) if one.channel is Channel.TEAM]
            if waits:
                self.refused.pop(number, None)
                self.aside[number] = waits[-1].reason

    def _conclude(self, run: Run) -> None:
        """The letter of a visit, decided on at once: what is watched here is the reading."""
        concluding.draft(run)
        by = Department.load().approvers_of(document_kind(run.round.kind))[0].account_id
        day, number = run.as_of.date(), str(1000 + len(known_findings(run.store, INSPECTION_ROUND)))
        concluding.issue(run, Approval("approve", by, run.as_of, "", number, "UBND-NC", day))

    def places(self, _by_digest: Mapping[str, int]) -> Iterator[tuple[int, Place, bool]]:
        for number in self.due:
            yield number, Place.WAITING, False
        for place, found in ((Place.REFUSED, self.refused), (Place.ASIDE, self.aside)):
            for number, words in found.items():
                yield number, place, bool(words.strip())

    def versions(self, _by_digest: Mapping[str, int]) -> Iterator[tuple[int | None, SeenVersion]]:
        """(item, its orders): how many rows are kept of it, and how many obligations there are to answer them."""
        kept: Counter[int | None] = Counter()
        for one in known_findings(self.run.store, INSPECTION_ROUND):
            if one.is_issued:
                kept[number_in(one.orders[0].text)] += 1
        owed: Counter[int | None] = Counter()
        for obligation, _ in self.run.ledger.states(END, round_id=INSPECTION_ROUND):
            owed[number_in(obligation.title)] += 1
        for number in {*kept, *owed}:
            figure = (Decimal(kept[number]), Decimal(owed[number]), None)
            yield number, SeenVersion(f"{INSPECTION_ROUND}/{number}", ORDERED, {ORDERS: figure})
