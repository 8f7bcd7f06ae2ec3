"""Followed figures as pages list them: whose, of what, since when and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cchc.figures.followed import PROVINCE, followed
from cchc.indicators import IndicatorRegister
from cchc.texts import t
from cchc_board.desk import RequestView


@dataclass(frozen=True)
class FollowedLine:
    """A mark that holds, with the address of the figure below the board's root."""

    code: str
    name: str
    unit: str
    unit_name: str
    note: str
    actor: str
    at: datetime
    address: str


def followed_lines(desk: RequestView, unit_code: str | None = None) -> list[FollowedLine]:
    """Those of one unit, or all that the viewer looks after with the province's, the oldest first."""
    if desk.store is None:
        return []
    register, found = IndicatorRegister.load(), []
    for one in followed(desk.store, desk.as_of):
        whole = one.unit_code == PROVINCE
        if (unit_code is not None and one.unit_code != unit_code) or not (whole or desk.sees(one.unit_code)):
            continue
        found.append(
            FollowedLine(
                one.indicator,
                register.get(one.indicator).name.strip("- ") if one.indicator in register else "",
                one.unit_code,
                t("figures.followed.province") if whole else desk.unit_name(one.unit_code),
                one.note,
                one.actor,
                one.at,
                f"/chi-tieu/{one.indicator}" + ("" if whole else f"/don-vi/{one.unit_code}"),
            )
        )
    return found
