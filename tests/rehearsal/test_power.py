"""The power fails, on a real file system where root allows it; `./cchc thu-thach mat-dien` is the long campaign."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from cchc.files import remove, write_atomic
from cchc_rehearsal.power.campaign import PowerCut, PowerLab, have_root
from cchc_rehearsal.power.recorded import RecordedDisk
from cchc_rehearsal.power.steps import STEPS

CARELESS = PowerCut(0, "intake", None, 0, others_sync=True, is_durable=False)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PowerLab]:
    with PowerLab(tmp_path_factory.mktemp("dien"), mounted=have_root()) as made:
        yield made


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PowerLab]:
    """What is used where nobody may mount a disk."""
    with PowerLab(tmp_path_factory.mktemp("ghi"), mounted=False) as made:
        yield made


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
def test_whatever_a_step_had_done_outlives_a_power_cut_and_the_step_goes_on(lab: PowerLab, step: str) -> None:
    after_the_end = PowerCut(0, step, None, 0, others_sync=True)
    assert lab.cut(after_the_end) == []
    assert lab.cut(lab.drawn(1, 20260317, step)) == []


@pytest.mark.slow
def test_without_syncing_the_cut_empties_what_units_had_sent(lab: PowerLab) -> None:
    """Else the cuts would cut nothing, and the test above would prove nothing."""
    broken = lab.cut(CARELESS)
    assert len([words for words in broken if words.startswith("emptied cai-dat/hop-nhan/")]) == 6, broken


@pytest.mark.slow
def test_without_root_a_cut_forgets_what_was_not_synced_and_nothing_else(recorded: PowerLab) -> None:
    broken = recorded.cut(CARELESS)
    assert len([words for words in broken if words.startswith("emptied cai-dat/hop-nhan/")]) == 6, broken
    assert recorded.cut(replace(CARELESS, is_durable=True, others_sync=False)) == []


def test_a_file_is_on_the_recorded_disk_with_its_folder_and_the_bytes_that_were_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCHC_FSYNC", "on")
    monkeypatch.setattr(os, "fsync", os.fsync)  # given back at the end
    disk = RecordedDisk(tmp_path / "dia")
    (disk.root / "cu.txt").write_text("cũ")
    disk.keep_as_prepared()
    for others_sync in (True, False):
        disk.begin_again()
        disk.watch()
        write_atomic(disk.root / "moi" / "du.txt", "đủ")
        (disk.root / "moi" / "thieu.txt").write_text("chưa xuống đĩa")
        (disk.root / "cu.txt").write_text("ghi đè")
        remove(disk.root / "moi" / "khong-co.txt")  # syncs the names
        (disk.root / "moi" / "sau.txt").write_text("không có tên")
        disk.cut(others_sync=others_sync)
        disk.power_off()
        left = {path.relative_to(disk.root).as_posix(): path.read_text() for path in disk.root.rglob("*.txt")}
        expected = {"cu.txt": "cũ", "moi/du.txt": "đủ", "moi/thieu.txt": ""}
        assert left == (expected | {"moi/sau.txt": ""} if others_sync else expected)
