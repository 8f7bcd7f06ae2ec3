"""The steps over which the power is cut, and what they begin with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path

from cchc.clock import at, to_text
from cchc.files import write_atomic
from cchc.paths import Instance
from cchc.run import Approval, Run
from cchc.sources.snapshots import freeze_snapshot
from cchc.stages import collecting, maintaining, opening, planning, receiving
from cchc.store import Store, upgrade
from cchc_rehearsal.one_stop_exports import OneStopYear
from cchc_rehearsal.reception.forms import UnitForms

ROUND, PLAN = "2026-Q1", "2026-KH"
PLANNED, OPENED = at(date(2026, 1, 5), 9), at(date(2026, 3, 2), 8)
DECIDED, NOW = at(date(2026, 1, 12), 10), at(date(2026, 3, 10), 9)
WORKBOOKS, EXPORTS, DOSSIERS = 6, 2, 5000


def prepare(root: Path) -> None:
    """An installation with a plan that waits for its approval, an open round, workbooks and exports that arrived, and a
    backup of the week before."""
    instance = Instance(root)
    store = upgrade(Store(f"sqlite:///{root / 'so-cai.db'}"))
    planning.draft(Run(store, instance, PLANNED, PLAN))
    run = Run(store, instance, OPENED, ROUND)
    opening.open_round(run)
    forms = UnitForms(run, WORKBOOKS)
    for number, unit in enumerate(forms.units):
        name = f"{unit.code}.xlsx"
        write_atomic(instance.inbox / ROUND / name, forms.filled(number, unit).content)
    exports = OneStopYear([one for one in run.units.on(OPENED.date()) if one.reports], 2026, 1, DOSSIERS)
    for number in range(EXPORTS):
        week = exports.weekly_file(date(2026, 1, 1 + 7 * number), date(2026, 1, 7 + 7 * number))
        write_atomic(instance.export_drop / f"tuan-{number + 1}.csv", week)
    maintaining.backup(run)
    store.close()


def _intake(store: Store, instance: Instance) -> None:
    run = Run(store, instance, NOW, ROUND)
    receiving.receive(run, receiving.pending(run))


def _issuing(store: Store, instance: Instance) -> None:
    approval = Approval.parse(
        {"decision": "approve", "by": "Chủ tịch", "decided_at": to_text(DECIDED), "number": "3",
         "symbol": "KH-UBND", "issued_on": "2026-01-12"}
    )  # fmt: skip
    planning.issue(Run(store, instance, PLANNED, PLAN), approval)


def _landing(store: Store, instance: Instance) -> None:
    run = Run(store, instance, NOW, ROUND)
    collecting.land(run, collecting.pending(run))
    freeze_snapshot(store, instance, "one_stop", NOW.date(), NOW)


def _backup(store: Store, instance: Instance) -> None:
    maintaining.backup(Run(store, instance, NOW, ROUND))


STEPS: Mapping[str, Callable[[Store, Instance], None]] = {
    "intake": _intake,
    "issuing": _issuing,
    "landing": _landing,
    "backup": _backup,
}
AUDITED: datetime = at(date(2026, 12, 1))
