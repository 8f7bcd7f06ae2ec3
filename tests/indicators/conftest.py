"""A small `indicators.csv` of the test's own."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

COLUMNS = [
    "code",
    "section",
    "section_name",
    "group",
    "group_since_2025_07",
    "name",
    "name_since_2025_07",
    "unit_of_measure",
    "kind",
    "options",
    "numerator",
    "denominator",
    "source",
    "aggregation",
    "tiers_until_2025_06",
    "tiers_since_2025_07",
    "rounds",
]
COMMON = {
    "section": "III",
    "section_name": "Cải cách thủ tục hành chính",
    "group": "Kết quả giải quyết TTHC",
    "unit_of_measure": "Hồ sơ",
    "source": "self",
    "tiers_until_2025_06": "huyen",
    "tiers_since_2025_07": "so xa",
}
COUNT = {**COMMON, "code": "III.1.1", "name": "Số hồ sơ tiếp nhận", "kind": "count", "aggregation": "sum"}
DONE = {**COUNT, "code": "III.1.2", "name": "Số hồ sơ đã giải quyết"}
SHARE = {
    **COMMON,
    "code": "III.1.3",
    "name": "Tỷ lệ hồ sơ đã giải quyết",
    "unit_of_measure": "%",
    "kind": "percent",
    "numerator": "III.1.2",
    "denominator": "III.1.1",
    "aggregation": "ratio",
}
YES = {
    **COMMON,
    "code": "III.1.4",
    "name": "Có niêm yết",
    "kind": "boolean",
    "options": "1=Có;0=Không",
    "aggregation": "count_yes",
}
TEXT = {**COMMON, "code": "III.1.5", "name": "Mô tả", "kind": "text", "aggregation": "none"}

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
