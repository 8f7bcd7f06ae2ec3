"""Years made of one rehearsed year: what names a year or a row moves, what names a file stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.board.samples import GOOD, ROUND, SILENT, build
from tests.conftest import NewStore

from cchc.paths import Instance
from cchc_rehearsal.bench.board.history import copy_years, moved, twin_of
from cchc_rehearsal.bench.board.rendered import PageCost, worst

DIGEST = "0ab04505e3fc0a05497c58da0af11615"


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("2026-CD/30292/tu_cham", "2024-CD/30292/tu_cham"),
        ("2027-01-29T16:00:00+07:00", "2025-01-29T16:00:00+07:00"),
        ("Báo cáo năm 2026", "Báo cáo năm 2024"),
        ("KT26-C03", "KT24-C03"),
        ("xa-2026@a516992e064b", "xa-2026@c516992e064b"),
        ("12026 hồ sơ", "12026 hồ sơ"),
    ],
)
def test_years_and_names_of_rows_move_together(text: str, before: str) -> None:
    assert moved(text, 2) == before
    assert moved(text, 0) == text


def test_a_row_that_is_named_by_a_digest_is_another_one_in_each_year() -> None:
    assert len({moved(DIGEST, years) for years in range(5)}) == 5


def test_a_unit_has_a_twin_in_its_own_rows_and_in_no_others() -> None:
    row = {"obligation_id": "2026-Q1/30292/bao_cao", "event_id": DIGEST, "seq": 1}
    made = twin_of(row, "30292", "30301")
    assert (
        made is not None and made["obligation_id"] == "2026-Q1/30301/bao_cao" and made["event_id"] != DIGEST
    )
    assert twin_of(row, "0292", "30301") is None


def test_five_years_hold_each_row_of_the_units_that_stay_five_times(
    new_store: NewStore, instance: Instance, tmp_path: Path
) -> None:
    source, target = new_store("sqlite"), new_store("sqlite")
    build(instance, source)
    path = Path(str(source.engine.url.database))
    source.close()
    copy_years(path, target, frozenset({SILENT}), 5)
    rows = target.query("obligations.selected", round_id=None, unit_code=None, product=None)
    assert {row["round_id"] for row in rows} == {f"{year}-{ROUND[5:]}" for year in range(2022, 2027)}
    own = [row["obligation_id"] for row in rows if row["unit_code"] == GOOD]
    assert len(own) == 5 and SILENT not in {row["unit_code"] for row in rows}
    told = target.query("obligations.events_of_some", obligations=own)
    assert len(told) == 5 * 4  # opened, requested, submitted, accepted


def test_of_a_page_the_dearest_address_is_shown_by_its_95th_part() -> None:
    cheap = PageCost("/", "/", [0.1] * 20)
    dear = PageCost("/", "/?ngay=2026-12-17", [0.1] * 18 + [0.4, 0.5])
    assert worst([cheap, dear]) == [dear]
    assert (dear.median, dear.p95) == (0.1, 0.5)
