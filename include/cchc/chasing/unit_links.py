"""Links to units' own pages in an operator's hands: the one of now, and those that shall count no more."""

from __future__ import annotations

from cchc.errors import RuleRefused
from cchc.run import Run
from cchc.texts import t
from cchc.unit_page.uses import PageLink, link_for, require_on, revoke


def current_link(run: Run, unit_code: str) -> PageLink:
    """The link that a mail of now would carry for the run's round. CchcError while the page is off;
    RuleRefused('round-not-open')."""
    require_on(run.instance)
    unit = run.units.get(unit_code)
    found = link_for(run.store, run.instance, unit.code, run.round.round_id, run.as_of)
    if found is None:
        raise RuleRefused("round-not-open", t("unit_page.no_link", round=run.round.round_id))
    return found


def revoke_links(run: Run, unit_code: str, reason: str) -> str:
    """No link of the unit that was given out before counts from now on, in the run's round or in all; returns what to
    tell. RuleRefused without a person or a reason. Also while the page is off: it may be on again tomorrow."""
    unit, round_id, name = run.units.get(unit_code), "", t("unit_page.every_round")
    if run.round_id:
        round_id, name = run.round.round_id, run.round.title
    revoke(run.store, unit.code, round_id, run.as_of, actor=run.actor, reason=reason)
    return t("unit_page.revoked", unit=unit.name, round=name, code=unit.code)
