"""An installation in which everything that an audit looks at is there: made once, damaged many times."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from tests.sources.samples import export, register
from tests.sources.samples import row as dossier

from cchc.audit import Audit, audit, record
from cchc.clock import at, to_text
from cchc.files import write_atomic
from cchc.paths import Instance
from cchc.run import Approval, Run
from cchc.sources import freeze_snapshot, land_file
from cchc.stages import maintaining, opening, planning, receiving
from cchc.store import Store, upgrade
from cchc.submissions.kept import Enclosure, ReceivedSubmission, put_submission
from cchc_rehearsal.reception.forms import UnitForms

ROUND, PLAN = "2026-Q1", "2026-KH"
OPENED, NOW, LATER = at(date(2026, 3, 2), 8), at(date(2026, 3, 10), 9), at(date(2026, 3, 16), 6)


@dataclass(frozen=True)
class Installation:
    """An installation whose audit was proven at NOW."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "so-cai.db"

    @property
    def instance(self) -> Instance:
        return Instance(self.root)

    def audit(self, *, read_again: bool = True) -> Audit:
        store = Store(f"sqlite:///{self.database}")
        try:
            return audit(Run(store, self.instance, LATER), read_again=read_again)
        finally:
            store.close()

    def one(self, pattern: str) -> Path:
        """The first file of that pattern below the installation."""
        return min(self.root.glob(pattern))


def build(root: Path) -> None:
    instance = Instance(root)
    store = upgrade(Store(f"sqlite:///{root / 'so-cai.db'}"))
    planning.draft(plan := Run(store, instance, at(date(2026, 1, 5), 9), PLAN))
    planning.issue(plan, Approval.parse(
        {"decision": "approve", "by": "Chủ tịch", "decided_at": to_text(at(date(2026, 1, 12), 10)), "number": "3",
         "symbol": "KH-UBND", "issued_on": "2026-01-12"}
    ))  # fmt: skip
    run = Run(store, instance, OPENED, ROUND)
    opening.open_round(run)
    forms = UnitForms(run, 3)
    for number, unit in enumerate(forms.units):
        write_atomic(instance.inbox / ROUND / f"{unit.code}.xlsx", forms.filled(number, unit).content)
    now = Run(store, instance, NOW, ROUND)
    receiving.receive(now, receiving.pending(now))
    _with_enclosure(now, forms)
    path = write_atomic(
        instance.export_drop / "a.csv",
        export([dossier("H01-1"), dossier("H01-2"), dossier("H01-3", Ngày_nộp="x")]),
    )
    land_file(store, instance, path, register(), NOW)
    freeze_snapshot(store, instance, "one_stop", NOW.date(), NOW)
    maintaining.backup(now)
    record(now, found := audit(now))
    assert found.proven, found.told()
    assert all(found.checked.values()), found.checked
    store.close()


def _with_enclosure(run: Run, forms: UnitForms) -> None:
    """A report that came late with its signed copy: kept, and nobody has decided."""
    unit = forms.units[0]
    received = ReceivedSubmission(
        f"{ROUND}/{unit.code}/bao_cao", b"khong phai bieu", "bieu.xlsx", NOW, NOW, "hop-thu", None, (), "kept_late",
        enclosures=[Enclosure("ban-ky.pdf", b"%PDF-1.4")],
    )  # fmt: skip
    with run.store.write() as tx:
        put_submission(tx, run.instance, received)


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("kiem-toan") / "cai-dat"
    build(root)
    return root


@pytest.fixture
def installation(sound: Path, tmp_path: Path) -> Iterator[Installation]:
    """A copy of the sound one."""
    root = tmp_path / "cai-dat"
    shutil.copytree(sound, root)
    yield Installation(root)
    shutil.rmtree(root)
