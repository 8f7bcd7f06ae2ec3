"""Servers that answer late, hang or drop the line; `./cchc thu-thach may-chu-thu` prints the figures (45 s and all)."""

from __future__ import annotations

from pathlib import Path

import pytest

from cchc_rehearsal.odd_servers import ServerManner, copies

TWICE = {
    ServerManner.HANGS,
    ServerManner.HANGS_ALWAYS,
    ServerManner.DROPS_TAKEN,
    ServerManner.DROPS_TAKEN_ALWAYS,
    ServerManner.DROPS_HALF_SAID,
}
HELD = {ServerManner.HANGS_ALWAYS, ServerManner.DROPS_TAKEN_ALWAYS}


@pytest.mark.slow
@pytest.mark.parametrize("manner", ServerManner)
def test_a_unit_gets_at_most_one_copy_more_than_one_whatever_the_server_does(
    tmp_path: Path, manner: ServerManner
) -> None:
    found = copies(manner, tmp_path, mails=1, slow_seconds=0.5, answer_seconds=1)
    assert found.is_kept, found
    assert (found.fewest, found.most) == ((2, 2) if manner in TWICE else (1, 1)), (
        "no more than nobody can know"
    )
    assert found.held == (manner in HELD)
