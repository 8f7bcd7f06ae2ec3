"""Rows of an export whose unit is in the real register."""

from __future__ import annotations

from tests.sources.samples import HEADER, PLAIN

UNIT, NAME = "30292", "UBND phường Bình Đức"


def dossier(code: str, ended: str, **changed: str) -> dict[str, str]:
    """A finished dossier of the unit; `changed` by header."""
    cells = PLAIN | {
        "Mã hồ sơ": code,
        "Mã đơn vị": UNIT,
        "Đơn vị xử lý": NAME,
        "Ngày tiếp nhận": "02/02/2026",
        "Ngày hẹn trả": "09/02/2026",
        "Ngày kết thúc xử lý": ended,
        "Trạng thái": "Đã xử lý xong",
    }
    assert set(cells) <= set(HEADER)
    return cells | changed
