"""What an indicator means in words: from when until when, who states it, how the province's figure comes about."""

from __future__ import annotations

from cchc.clock import vn_date
from cchc.indicators.model import Indicator
from cchc.texts import t, table
from cchc.units import UnitRegister


def period(one: Indicator) -> str:
    """From when or until when it is asked so."""
    if one.valid_until:
        return t("indicators.wording.until", day=vn_date(one.valid_until))
    return (
        t("indicators.wording.since", day=vn_date(one.valid_from))
        if one.valid_from
        else t("indicators.wording.always")
    )


def stated_by(one: Indicator, units: UnitRegister) -> str:
    """`Sở Tư pháp`, `từng đơn vị (sở, ban, ngành; xã)`: who states it."""
    words, tiers = table("figures.stated_by"), table("report.tiers")
    names = ", ".join(tiers[tier] for tier in tiers if tier in one.tiers)
    if one.owner:
        name = units.get(one.owner).name if one.owner in units else one.owner
        return t("indicators.wording.owner", who=words[one.stated_by], name=name)
    return t("indicators.wording.of_tiers", who=words[one.stated_by], tiers=names)


def how(one: Indicator) -> str:
    """How the province's figure comes about, with what it is made of."""
    words = table("figures.province_figure")[one.province_figure]
    return f"{words}: {one.made_of}" if one.made_of else words
