"""Sending processes that are killed at random points of their way; `./cchc thu-thach gui-thu` is the long campaign."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cchc.store import Store
from cchc_rehearsal.crashes import campaign

CRASHES = int(os.environ.get("CCHC_CRASHES", "12"))


@pytest.mark.slow
def test_killed_workers_lose_no_mail_and_repeat_at_most_one_each_with_the_same_identity(
    any_store: Store, tmp_path: Path
) -> None:
    outcome = campaign(any_store, tmp_path / "thach", CRASHES, seed=20260317)
    assert outcome.faults == [], outcome
    assert outcome.crashes > CRASHES // 2, "the campaign hardly killed anybody"
    assert outcome.taken == outcome.mails + outcome.repeats
    assert outcome.refusals + outcome.hang_ups > 0, "the server was never rough"
