"""Configurations of this room only; makes `tests.sources.samples` importable however pytest is started."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = str(Path(__file__).resolve().parents[2])
if ROOT not in sys.path:
    sys.path.insert(0, ROOT)


@pytest.fixture
def whole_lists(config_copy: Path) -> None:
    """Every layout is declared a whole list."""
    for path in (config_copy / "sources").glob("layout-*.yaml"):
        text = path.read_text(encoding="utf-8")
        if "whole_list:" not in text:  # a catalogue is one as it is shipped
            path.write_text(f"{text}\nwhole_list: true\n", encoding="utf-8")
