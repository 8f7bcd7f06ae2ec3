"""The page of a round says how many of its draft's figures somebody has to explain, and where."""

from __future__ import annotations

from datetime import date

from fastapi.testclient import TestClient
from tests.board.samples import ROUND, Province

from cchc.clock import at, to_text
from cchc.figures.bound_review import unexplained
from cchc.obligations import RoundEvent, RoundEventKind
from cchc.run import Run

CLOSING = at(date(2026, 3, 19), 9)


def put_draft(province: Province) -> None:
    """A part (II.3.2) above its whole (II.3.1), both of the province."""
    lines = [
        {
            "round_id": ROUND, "draft": 1, "indicator": code, "scope": "tinh", "value": value, "numerator": None,
            "denominator": None, "distribution": None, "units_counted": 1, "units_obliged": 1, "missing": "[]",
            "stated": "[]", "reported_nothing": "[]", "as_of": to_text(CLOSING),
        }
        for code, value in (("II.3.1", "5"), ("II.3.2", "9"))
    ]  # fmt: skip
    with province.store.write() as tx:
        tx.execute_many("figures.add_consolidated", lines)


def test_what_waits_for_words_is_counted_until_it_has_some(province: Province, browser: TestClient) -> None:
    page = f"/dot/{ROUND}?ngay=2026-03-20"
    assert "vượt giới hạn" not in browser.get(page).text, "a round without figures has none beyond a bound"
    put_draft(province)
    told = browser.get(page).text
    assert "1 số liệu toàn tỉnh vượt giới hạn" in told
    assert 'id="gioi-han"' in told, "listed with its words, to be explained there"
    (one,) = unexplained(Run(province.store, province.instance, at(date(2026, 3, 20), 9), ROUND))
    province.rounds.record(
        RoundEvent(
            ROUND, RoundEventKind.explained, CLOSING, CLOSING, "Trần Thị B", "Gồm năm trước", {"bound": one.key}
        )
    )  # fmt: skip
    assert "vượt giới hạn" not in browser.get(page).text
