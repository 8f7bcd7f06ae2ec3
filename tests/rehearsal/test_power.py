"""The power fails on a real file system; `./cchc thu-thach mat-dien` is the long campaign (as root)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cchc_rehearsal.power.campaign import PowerCut, PowerLab, have_root
from cchc_rehearsal.power.steps import STEPS


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PowerLab]:
    if not have_root():
        pytest.fail("cutting the power needs root and mkfs.ext4 (e2fsprogs)")
    with PowerLab(tmp_path_factory.mktemp("dien")) as made:
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
    careless = PowerCut(0, "intake", None, 0, others_sync=True, is_durable=False)
    broken = lab.cut(careless)
    assert len([words for words in broken if words.startswith("emptied cai-dat/hop-nhan/")]) == 6, broken
