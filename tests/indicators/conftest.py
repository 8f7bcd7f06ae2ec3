"""A small `indicators.csv` of the test's own."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

COLUMNS = [
    "code",
    "valid_from",
    "valid_until",
    "section",
    "section_name",
    "group",
    "name",
    "unit_of_measure",
    "kind",
    "options",
    "numerator",
    "denominator",
    "source",
    "tiers",
    "rounds",
    "stated_by",
    "owner",
    "province_figure",
    "made_of",
    "reason",
]
COMMON = {
    "section": "III",
    "section_name": "Cải cách thủ tục hành chính",
    "group": "Kết quả giải quyết TTHC",
    "unit_of_measure": "Hồ sơ",
    "source": "self",
    "valid_from": "2025-07-01",
    "tiers": "so xa",
    "stated_by": "unit",
    "reason": "Cộng các đơn vị.",
}
COUNT = {**COMMON, "code": "III.1.1", "name": "Số hồ sơ tiếp nhận", "kind": "count", "province_figure": "sum"}
DONE = {**COUNT, "code": "III.1.2", "name": "Số hồ sơ đã giải quyết"}
SHARE = {
    **COMMON,
    "code": "III.1.3",
    "name": "Tỷ lệ hồ sơ đã giải quyết",
    "unit_of_measure": "%",
    "kind": "percent",
    "numerator": "III.1.2",
    "denominator": "III.1.1",
    "province_figure": "ratio",
}
YES = {
    **COMMON,
    "code": "III.1.4",
    "name": "Có niêm yết",
    "kind": "boolean",
    "options": "1=Có;0=Không",
    "province_figure": "count_yes",
}
TEXT = {**COMMON, "code": "III.1.5", "name": "Mô tả", "kind": "text", "province_figure": "none"}

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes the rows given; returns their folder."""

    def rows(*cells: dict[str, str]) -> Path:
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(cells)
        (tmp_path / "indicators.csv").write_text(text.getvalue(), encoding="utf-8")
        return tmp_path

    return rows
