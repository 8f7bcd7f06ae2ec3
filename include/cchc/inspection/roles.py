"""Who may do what in an inspection: the team, whoever confirms, leaders. Nobody does it for his own unit."""

from __future__ import annotations

from cchc.errors import RuleRefused
from cchc.inspection.fields import InspectionFields
from cchc.inspection.findings import KnownFinding
from cchc.inspection.team import InspectionTeam
from cchc.inspection.visits import Visit
from cchc.mail.department import Approver, Department
from cchc.texts import t
from cchc.units import Unit, UnitRegister


def refuse_inspector(team: InspectionTeam, actor: str, unit: Unit, visit: Visit | None = None) -> None:
    """Whether an account may record findings and minutes at a unit.

    RuleRefused('not-of-team'), ('own-unit'), ('not-of-visit': the visit has members of its own, and this is none).
    """
    member = next((one for one in team.everyone if one.account == actor), None)
    if member is None:
        raise RuleRefused("not-of-team", t("inspection.roles.not_of_team", actor=actor))
    if member.unit == unit.code:
        raise RuleRefused("own-unit", t("inspection.roles.own_unit_inspected", actor=actor, unit=unit.name))
    if visit is not None and visit.members and actor not in visit.members and member in team.members:
        raise RuleRefused(
            "not-of-visit", t("inspection.roles.not_of_visit", actor=actor, visit=visit.visit_id)
        )


def refuse_team(team: InspectionTeam, visits: list[Visit], units: UnitRegister) -> None:
    """RuleRefused('own-unit') when a visit's members come from the unit that is visited."""
    from_unit = {one.account: one.unit for one in team.everyone}
    for visit in visits:
        for account in visit.members:
            if from_unit.get(account) == visit.unit_code:
                name = units.get(visit.unit_code).name
                raise RuleRefused(
                    "own-unit", t("inspection.roles.own_unit_inspected", actor=account, unit=name)
                )


def refuse_confirmer(
    fields: InspectionFields, actor: str, finding: KnownFinding, units: UnitRegister
) -> None:
    """Whether an account may accept or return what a unit reports of mending a finding.

    RuleRefused('own-unit'), ('not-a-confirmer') naming who may.
    """
    topic, unit = finding.finding.topic, units.get(finding.unit_code)
    group = fields.confirmers_of(topic, unit.code)
    if actor in group.accounts and group.unit != unit.code:
        return
    own = [one for one in fields.confirmers.values() if one.unit == unit.code and actor in one.accounts]
    by = units.get(group.unit).name
    if own:
        words = t("inspection.roles.own_unit_confirmed", unit=unit.name, other=by)
        raise RuleRefused("own-unit", words)
    names = ", ".join(group.accounts)
    words = t("inspection.roles.not_a_confirmer", actor=actor, id=finding.finding_id, unit=by, names=names)
    raise RuleRefused("not-a-confirmer", words)


def refuse_surprise(team: InspectionTeam, actor: str) -> None:
    """Whether an account may open a surprise visit: head or deputy of the team, or whoever approves inspections.

    RuleRefused('not-a-surprise-opener').
    """
    leaders = {name for one in _leaders() for name in (one.login, one.account_id)}
    heads = [one.account for one in (team.head, *team.deputies)]
    if actor not in leaders | set(heads):
        names = ", ".join(dict.fromkeys([*heads, *(one.login for one in _leaders())]))
        words = t("inspection.roles.not_a_surprise_opener", actor=actor, names=names)
        raise RuleRefused("not-a-surprise-opener", words)


def refuse_leader(actor: str) -> None:
    """Whether an account may withdraw or amend an order: whoever approves letters. RuleRefused('not-a-leader')."""
    may = _leaders()
    if actor not in {name for one in may for name in (one.login, one.account_id)}:
        names = ", ".join(one.title for one in may)
        raise RuleRefused("not-a-leader", t("inspection.roles.not_a_leader", actor=actor, names=names))


def _leaders() -> tuple[Approver, ...]:
    return Department.load().approvers_of("ke_hoach_kiem_tra")


def first_confirmer(finding: KnownFinding) -> str:
    """An account that may confirm what is reported of a finding."""
    group = InspectionFields.load().confirmers_of(finding.finding.topic, finding.unit_code)
    return group.accounts[0]
