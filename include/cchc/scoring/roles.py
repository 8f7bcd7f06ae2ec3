"""Who may do what in scoring, by account and unit: the one place that says so, for pages, commands and Dags alike.

The accounts of appraisers, secretary, council and leaders stand in `appraisers.yaml`; a unit acts by its own code.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cchc.errors import RuleRefused
from cchc.texts import t

if TYPE_CHECKING:
    from cchc.criteria import Appraisers
    from cchc.units import UnitRegister


class Act(StrEnum):
    """What can be done to the points of a round."""

    SELF_SCORE = "tu_cham"
    EXPLAIN = "giai_trinh"
    OBJECT = "kien_nghi"
    DECIDE = "tham_dinh"  # decisions 1 and 2
    CONFIRM_GROUP = "xac_nhan_nhom"
    LOCK = "khoa"
    UNLOCK = "mo_khoa"
    REOPEN = "mo_lai"
    EXTEND = "gia_han"
    OPEN_OBJECTION = "nhan_kien_nghi"
    REPLACE_SET = "thay_bo"
    REPLACE_SET_AFTER_LOCK = "thay_bo_sau_khoa"
    COUNCIL_CHANGE = "hoi_dong_sua"
    COUNCIL_EXCLUDE = "hoi_dong_loai"
    COUNCIL_APPROVE = "hoi_dong_thong_qua"
    DECIDE_OBJECTION = "quyet_dinh_kien_nghi"
    PUBLISH = "cong_bo"
    SEE_DRAFTS = "xem_diem_chua_cong_bo"


OF_UNIT = frozenset({Act.SELF_SCORE, Act.EXPLAIN, Act.OBJECT})
OF_GROUP = frozenset({Act.DECIDE, Act.CONFIRM_GROUP})
OF_SECRETARY = frozenset({Act.LOCK, Act.UNLOCK, Act.REOPEN, Act.EXTEND, Act.OPEN_OBJECTION, Act.REPLACE_SET})
OF_COUNCIL = frozenset(
    {
        Act.COUNCIL_CHANGE,
        Act.COUNCIL_EXCLUDE,
        Act.COUNCIL_APPROVE,
        Act.DECIDE_OBJECTION,
        Act.REPLACE_SET_AFTER_LOCK,
    }
)
OF_LEADERS = frozenset({Act.PUBLISH})


@dataclass(frozen=True)
class Roles:
    """The accounts of a round's year, and whose own unit is whose."""

    appraisers: Appraisers
    units: UnitRegister

    def may(self, actor: str, act: Act, *, unit: str | None = None, group: str | None = None) -> None:
        """Raise RuleRefused, saying who may, unless `actor` may do `act`.

        unit: whose points it is about; group: whose rows (`DECIDE`, `CONFIRM_GROUP`). Rules: `own-unit`,
        `not-in-group`, `not-head`, `not-secretary`, `not-council`, `not-leader`, `not-the-unit`, `no-drafts`.
        """
        if act in OF_UNIT:
            if actor != unit:
                raise _refused("not-the-unit", actor=actor, unit=self._name(unit))
        elif act in OF_GROUP:
            self._of_group(actor, act, unit, group or "")
        elif act in OF_SECRETARY:
            if actor not in self.appraisers.secretary.accounts:
                raise _refused("not-secretary", actor=actor)
        elif act in OF_COUNCIL:
            self._of_council(actor, unit)
        elif act in OF_LEADERS:
            if actor not in self.appraisers.leaders:
                raise _refused("not-leader", actor=actor)
        elif not self.sees_drafts(actor):
            raise _refused("no-drafts", actor=actor)

    def sees_drafts(self, actor: str) -> bool:
        """Whether points that are not published are this account's business."""
        register = self.appraisers
        inside = {*register.secretary.accounts, *self._council()}
        for group in register.groups:
            other = register.substitute(group.code)
            inside |= {*group.accounts, *other.accounts}
        return actor in inside

    def own_units(self, actor: str) -> frozenset[str]:
        """Codes of the units that an account belongs to, as far as `appraisers.yaml` tells."""
        register = self.appraisers
        bodies = [(register.secretary.unit, register.secretary.accounts)]
        for group in register.groups:
            other = register.substitute(group.code)
            bodies += [(group.unit, group.accounts), (other.unit, other.accounts)]
        bodies += [(unit, (account,)) for account, unit in register.council.units.items()]
        return frozenset(unit for unit, accounts in bodies if actor in accounts)

    def _of_group(self, actor: str, act: Act, unit: str | None, code: str) -> None:
        group, other = self.appraisers.group(code), self.appraisers.substitute(code)
        own = unit is not None and unit == group.unit
        acting = other if own else group
        allowed = (acting.head,) if act is Act.CONFIRM_GROUP else acting.accounts
        if actor in allowed and (unit is None or unit not in self.own_units(actor)):
            return
        if own and actor in group.accounts:
            name = self._name(unit)
            raise _refused("own-unit", body=name, unit=name, other=self._name(other.unit))
        if unit is not None and unit in self.own_units(actor):
            raise _refused("own-account", actor=actor, unit=self._name(unit))
        if act is Act.CONFIRM_GROUP:
            raise _refused("not-head", actor=actor, group=code, head=acting.head)
        raise _refused("not-in-group", actor=actor, group=code)

    def _of_council(self, actor: str, unit: str | None) -> None:
        if actor not in self._council():
            raise _refused("not-council", actor=actor)
        if unit is not None and unit in self.own_units(actor):
            raise _refused("own-account", actor=actor, unit=self._name(unit))

    def _council(self) -> tuple[str, ...]:
        council = self.appraisers.council
        return (council.chair, *council.members)

    def _name(self, unit: str | None) -> str:
        return self.units.get(unit).name if unit and unit in self.units else str(unit or "")


def _refused(rule: str, **values: str) -> RuleRefused:
    return RuleRefused("own-unit" if rule == "own-account" else rule, t(f"scoring.roles.{rule}", **values))
