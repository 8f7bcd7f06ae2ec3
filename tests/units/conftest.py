"""A register of the test's own, written row by row."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

HEADER = "code,name,tier,kind,parent,valid_from,valid_to,predecessors,mailboxes,head"
PROVINCE = "tinh-a,Tỉnh A,tinh,tỉnh,,2020-01-01,,,,"
BODY = "so-noi-vu,Sở Nội vụ,so,sở,tinh-a,2025-07-01,,,so-noi-vu@a.example,Giám đốc Sở"
COMMUNE = "30292,UBND xã B,xa,xã,tinh-a,2025-07-01,,,30292@a.example,Chủ tịch UBND xã"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes `units.csv` with the rows given below the header; returns its folder."""

    def rows(*lines: str) -> Path:
        (tmp_path / "units.csv").write_text("\n".join((HEADER, *lines)) + "\n", encoding="utf-8")
        return tmp_path

    return rows
