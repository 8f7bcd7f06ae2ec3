"""The steps of an inspection as its three Dags and the daily run order them, and what people do before each."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cchc.clock import to_text
from cchc.documents import handing_out
from cchc.documents.approvers import document_kind
from cchc.inspection import VisitKind, known_findings, known_visits
from cchc.inspection.choices import ByPerson
from cchc.inspection.mending import accept, open_orders, send_back
from cchc.inspection.papers import PLAN, TEAM, YEAR_REPORT
from cchc.inspection.rescheduling import leave_out, reschedule
from cchc.inspection.roles import first_confirmer
from cchc.inspection.team import InspectionTeam
from cchc.inspection.visits import surprise_visit
from cchc.mail.department import Department
from cchc.run import Approval, Run
from cchc.stages import chasing, concluding, inspecting, receiving
from cchc_rehearsal.kills.small_year import YEAR
from cchc_rehearsal.world import World

if TYPE_CHECKING:
    from cchc_rehearsal.kills.year import YearPlace

ROUND = f"{YEAR}-KT"
_HOUR = timedelta(hours=1)


def approval(run: Run, moment: datetime, number: int, symbol: str) -> Approval:
    """The first approver's yes to what the run put before them."""
    by = Department.load().approvers_of(document_kind(run.round.kind))[0].account_id
    return Approval.parse(
        {"decision": "approve", "by": by, "decided_at": to_text(moment), "number": str(number), "symbol": symbol,
         "issued_on": moment.date().isoformat()}
    )  # fmt: skip


def _decided(place: YearPlace, moment: datetime, about: str, number: int, symbol: str) -> None:
    run = replace(place.run(moment, ROUND), about=about)
    inspecting.draft(run)
    ids = inspecting.issue(run, approval(run, moment + _HOUR, number, symbol))
    own = handing_out.at_the_decision(run, ids)
    handing_out.mail_issued(own, ids)
    chasing.send(own)


def plan(place: YearPlace, moment: datetime) -> None:
    """The plan, decided on at once, and the team's workbook laid down."""
    _decided(place, moment, PLAN, 9, "KH-UBND")


def team(place: YearPlace, moment: datetime) -> None:
    _decided(place, moment, TEAM, 15, "QĐ-UBND")


def report(place: YearPlace, moment: datetime) -> None:
    _decided(place, moment, YEAR_REPORT, 3, "BC-ĐKT")


def notices(place: YearPlace, moment: datetime) -> None:
    run = place.run(moment, ROUND)
    inspecting.announce(run)
    chasing.send(run)


def outlines_sent(world: World, moment: datetime) -> None:
    world.visits_announced(ROUND, moment - timedelta(days=19))
    world.until(moment)


def change_visits(place: YearPlace, moment: datetime) -> None:
    """What units sent is read; one visit gets another day, another falls away: whoever got no answer says it again."""
    run = place.run(moment, ROUND)
    receiving.receive(run, receiving.pending(run))
    visits = [one for one in known_visits(run.store, ROUND) if one.kind is VisitKind.PLANNED]
    said = ByPerson("van-hanh", "Đơn vị bận")
    reschedule(run, visits[0].visit_id, said, days=[(moment + timedelta(days=21)).date()])
    leave_out(run, visits[-1].unit_code, replace(said, document_no="4/SNV-CCHC"))
    chasing.send(run)


def begin_surprise(place: YearPlace, moment: datetime) -> None:
    head = InspectionTeam.of_year(YEAR).head.account
    run = place.run(moment, ROUND, head)
    unit = max(one.code for one in run.units.on(run.today) if one.code.isdigit())
    inspecting.surprise(run, surprise_visit(run, unit, moment.date(), "Có phản ánh"))


def surprised(world: World, moment: datetime) -> None:
    world.surprised(ROUND, moment.date())
    world.until(moment)


def read_surprise(place: YearPlace, moment: datetime) -> None:
    run = place.run(moment, ROUND)
    for visit in known_visits(run.store, ROUND):
        if visit.kind is VisitKind.SURPRISE:
            inspecting.read_findings(run, visit)


def found(world: World, moment: datetime) -> None:
    world.inspected(ROUND, moment.date())
    world.until(moment)


def read(place: YearPlace, moment: datetime) -> None:
    inspecting.read_findings(place.run(moment, ROUND))


def conclude(place: YearPlace, moment: datetime) -> None:
    """A letter for each visit with minutes."""
    run = place.run(moment, ROUND)
    visits = sorted({one.visit_id for one in known_findings(run.store, ROUND)})
    for number, visit in enumerate(visits, start=20):
        own = replace(run, about=visit)
        concluding.draft(own)
        concluding.issue(own, approval(own, moment + _HOUR, number, "UBND-NC"))
    chasing.send(place.run(moment + _HOUR, ROUND))


def mended(world: World, moment: datetime) -> None:
    world.documents_signed(moment - timedelta(days=28))
    world.letters_issued(ROUND, moment - timedelta(days=28))
    world.until(moment)


def mend(place: YearPlace, moment: datetime) -> None:
    """Answers are read, confirmers are written to."""
    run = place.run(moment, ROUND)
    receiving.receive(run, receiving.pending(run))
    inspecting.mending(run)
    chasing.send(run)


def confirm(place: YearPlace, moment: datetime) -> None:
    """Confirmers accept what has an odd number and return the rest; who got no answer says the same again."""
    run = place.run(moment, ROUND)
    for one in [one for one in open_orders(run) if one.waits]:
        own = replace(run, actor=first_confirmer(one.finding))
        if int(one.finding.finding_id[-1]) % 2:
            accept(own, one.item, "Đủ minh chứng")
        else:
            send_back(own, one.item, "Chưa đủ minh chứng")
    chasing.send(run)
