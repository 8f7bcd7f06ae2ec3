"""A picture is drawn once for the same figures, and never shown for others."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from cchc.report import charts

ROWS = [("Xã Ô Lâm", Decimal("90.5")), ("Xã Tri Tôn", Decimal(80))]


@pytest.fixture
def drawings(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every picture that is really drawn."""
    drawn: list[Any] = []
    real = charts._png
    monkeypatch.setattr(charts, "_png", lambda canvas: drawn.append(canvas) or real(canvas))
    return drawn


def test_the_same_figures_are_drawn_once(drawings: list[Any]) -> None:
    first = charts.bars(ROWS, None, "vẽ một lần")
    assert charts.bars(list(ROWS), None, "vẽ một lần") is first
    assert len(drawings) == 1


@pytest.mark.parametrize(
    "other",
    [
        ([("Xã Ô Lâm", Decimal("90.6")), ROWS[1]], None, "vẽ khác"),
        ([ROWS[1], ROWS[0]], None, "vẽ khác"),
        (ROWS, ("Toàn tỉnh", Decimal(85)), "vẽ khác"),
        (ROWS, None, "vẽ khác nữa"),
        (ROWS, None, "vẽ khác", 1),
    ],
    ids=["figure", "order", "mark", "words", "split"],
)
def test_other_figures_words_or_marks_are_another_picture(other: tuple[Any, ...]) -> None:
    assert charts.bars(*other) != charts.bars(ROWS, None, "vẽ khác")


def test_another_font_is_another_picture(drawings: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    charts.columns(ROWS, "phông khác")
    monkeypatch.setattr(charts, "FONT", "DejaVu Serif")
    charts.columns(ROWS, "phông khác")
    assert len(drawings) == 2


def test_no_more_pictures_are_kept_than_a_process_should_hold(drawings: list[Any]) -> None:
    for number in range(charts._KEPT + 1):
        charts.columns([("Sở", Decimal(number))], "giữ vừa đủ")
    charts.columns([("Sở", Decimal(charts._KEPT))], "giữ vừa đủ")
    assert len(drawings) == charts._KEPT + 1
    charts.columns([("Sở", Decimal(0))], "giữ vừa đủ")
    assert len(drawings) == charts._KEPT + 2, "the oldest went"
