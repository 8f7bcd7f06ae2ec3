"""An inspection in a store: units chosen, a visit with its minutes and findings, a letter decided on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from cchc.clock import at, to_text
from cchc.inspection.choice import ChosenUnit
from cchc.inspection.choices import keep_choices
from cchc.inspection.findings import InspectionFinding, KnownFinding, TeamOrder, known_findings
from cchc.inspection.findings_book import build_findings_workbook
from cchc.inspection.minutes import MinutesRow
from cchc.inspection.team_book import lay_book, team_book_path
from cchc.inspection.visits import PlannedVisit, VisitKind, known_visits, make_visits
from cchc.mail.department import Department
from cchc.obligations import Obligation, ObligationState
from cchc.run import Approval, Run
from cchc.stages import concluding, inspecting
from cchc.submissions.inbox import prepare

LETTER_DAY = date(2026, 4, 1)


def leader() -> str:
    return Department.load().approvers_of("ke_hoach_kiem_tra")[0].account_id


def approval(moment: datetime, number: str = "12", symbol: str = "UBND-NC") -> Approval:
    return Approval.parse(
        {"decision": "approve", "by": leader(), "decided_at": to_text(moment), "number": number, "symbol": symbol,
         "issued_on": moment.date().isoformat()}
    )  # fmt: skip


def finding(unit: str, content: str, order: str, due: date | None = None, **more: Any) -> InspectionFinding:
    return InspectionFinding(unit, content, (TeamOrder(order, more.pop("responsible", ""), due),), **more)


@dataclass
class Scene:
    """A round with a few chosen units and the team's workbook, which tests write over as the team does."""

    run: Run
    units: Sequence[str]
    letters: int = field(default=0)

    @classmethod
    def made(cls, store: Any, instance: Any, units: Sequence[str], year: int = 2026) -> Scene:
        run = Run(store, instance, at(date(year, 3, 2), 9), f"{year}-KT", actor="thu")
        run.rounds.open(run.round, run.as_of, run.actor)
        prepare(run, run.round)
        chosen = [ChosenUnit(code, Decimal(1), "thử", "xa") for code in units]
        keep_choices(store, run.round.round_id, chosen, "thu", run.as_of)
        make_visits(
            run, [PlannedVisit(code, VisitKind.PLANNED, f"{run.round.round_id}/{code}") for code in units]
        )
        lay_book(run)
        return cls(run, units)

    def at(self, moment: datetime, **more: Any) -> Run:
        return replace(self.run, as_of=moment, **more)

    @property
    def visits(self) -> dict[str, str]:
        return {one.unit_code: one.visit_id for one in known_visits(self.run.store, self.run.round.round_id)}

    def known(self) -> list[KnownFinding]:
        return known_findings(self.run.store, self.run.round.round_id)

    def handed_in(self, *rows: InspectionFinding, minutes: Sequence[MinutesRow] | None = None) -> None:
        """The team saves its workbook with these rows; minutes: by default agreed, for every unit named."""
        names = {code: self.run.units.get(code).name for code in self.units}
        visits = self.visits
        if minutes is None:
            held = self.run.today
            codes = dict.fromkeys(row.unit_code for row in rows if row.unit_code in visits)
            minutes = [MinutesRow(visits[code], code, held, agreed=True) for code in codes]
        content = build_findings_workbook("Kết quả", names, rows, self.run.as_of, minutes=minutes)
        team_book_path(self.run).write_bytes(content)

    def read(self, moment: datetime) -> list[str]:
        return inspecting.read_findings(self.at(moment))

    def conclude(self, visit_id: str, moment: datetime, number: str = "12") -> list[str]:
        """One visit's letter: drafted, approved and issued at a moment."""
        run = self.at(moment, about=visit_id)
        concluding.draft(run)
        return concluding.issue(run, approval(moment, number))

    def letters_of(self, moment: datetime) -> int:
        """All letters that can be written: read, drafted, issued; how many."""
        ready = self.read(moment)
        for visit in ready:
            self.letters += 1
            self.conclude(visit, moment, str(10 + self.letters))
        return len(ready)

    def orders(self, moment: datetime) -> list[tuple[Obligation, ObligationState]]:
        return self.run.ledger.states(moment, round_id=self.run.round.round_id, product="tra_loi")
