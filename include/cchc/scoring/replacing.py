"""A set of criteria is replaced within the year: for a reason, by a document, by whoever may; both versions stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from cchc.criteria import Appraisers, CriteriaSet, CriteriaSets
from cchc.criteria.differences import changed_rows
from cchc.errors import NothingToDo, RuleRefused
from cchc.run import Run
from cchc.scores import FileEvent, FileEventKind, append_file_events, pin_sets, pinned
from cchc.scoring.roles import Act, Roles
from cchc.texts import t
from cchc.units import Unit

_LOCK = "khoa"


@dataclass(frozen=True)
class ReplacedSet:
    """What took the place of what. changed: unit -> its criteria that are new, gone or other than before."""

    before: str
    after: str
    changed: Mapping[str, tuple[str, ...]]


def replace_set(run: Run, code: str, reason: str, document_no: str) -> ReplacedSet:
    """Put the set of the folder in force for the run's round, in every list that the set has.

    Before the lock the secretary may, afterwards only the council. Raises RuleRefused for anybody else, without reason
    or document, for a set that the round does not have or that would score other units; NothingToDo when it is the
    one in force.
    """
    round_id = run.round.round_id
    locked = run.as_of >= run.round.moments[_LOCK]
    act = Act.REPLACE_SET_AFTER_LOCK if locked else Act.REPLACE_SET
    Roles(Appraisers.load(), run.units).may(run.actor, act)
    lists = {name: one for name, one in pinned(run.store, round_id).items() if one.code == code}
    if not lists:
        known = ", ".join(sorted({one.code for one in pinned(run.store, round_id).values()})) or "-"
        raise RuleRefused("set-not-in-round", t("criteria.replacing.not_in_round", code=code, known=known))
    new, before = CriteriaSets.load().get(code), next(iter(lists.values()))
    if before.version == new.version:
        raise NothingToDo(t("criteria.replacing.same", version=new.version))
    units = [
        unit
        for unit in run.units.on(date(run.round.year, 12, 31))
        if before.settings.applies_to.holds(unit) or new.settings.applies_to.holds(unit)
    ]
    _refuse_other_units(before, new, units)
    changed = _changed(before, new, units)
    detail = {"before": before.version, "after": new.version}
    events = [_event(run, "", reason, document_no, detail)]
    events += [
        _event(run, unit, reason, document_no, detail | {"changed": list(codes)})
        for unit, codes in changed.items()
    ]
    with run.store.write() as tx:
        # The events go first: they refuse what has no reason or no document.
        append_file_events(tx, events)
        pin_sets(
            tx,
            round_id,
            dict.fromkeys(lists, new),
            run.as_of,
            actor=run.actor,
            reason=reason,
            document_no=document_no,
        )
    return ReplacedSet(before.version, new.version, changed)


def _changed(before: CriteriaSet, new: CriteriaSet, units: list[Unit]) -> dict[str, tuple[str, ...]]:
    """unit -> criteria that are another thing for it than they were, in the order of the new set."""
    rows = changed_rows(before, new)
    order = [code for code in dict.fromkeys(one.code for one in (*new.rows, *before.rows)) if code in rows]
    found = {}
    for unit in units:
        own = {row.code for one in (before, new) for row in one.rows_of(unit)}
        if codes := tuple(code for code in order if code in own):
            found[unit.code] = codes
    return found


def _refuse_other_units(before: CriteriaSet, new: CriteriaSet, units: list[Unit]) -> None:
    """A unit that would come under another set, or into another list, in the middle of a year."""
    moved = [
        unit.name
        for unit in units
        if before.settings.applies_to.holds(unit) != new.settings.applies_to.holds(unit)
        or before.list_of(unit)[0] != new.list_of(unit)[0]
    ]
    if moved:
        raise RuleRefused("other-units", t("criteria.replacing.other_units", units=", ".join(moved)))


def _event(run: Run, unit: str, reason: str, document_no: str, detail: Mapping[str, object]) -> FileEvent:
    return FileEvent(
        run.round.round_id,
        unit,
        FileEventKind.SET_REPLACED,
        run.actor,
        run.as_of,
        reason,
        document_no,
        detail,
    )
