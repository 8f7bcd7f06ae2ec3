from __future__ import annotations

import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from cchc.paths import PROJECT_ROOT

Edit = tuple[str, str]
Configure = Callable[..., Path]


@pytest.fixture
def configure(tmp_path: Path) -> Configure:
    """Makes a folder with the real year's files, edited: `configure(calendar=[(old, new)], days=[...])`."""
    numbers = count()

    def make(calendar: list[Edit] | None = None, days: list[Edit] | None = None) -> Path:
        folder = tmp_path / f"config-{next(numbers)}"
        folder.mkdir()
        for name, edits in (("calendar.yaml", calendar), ("working_days.yaml", days)):
            path = folder / name
            shutil.copyfile(PROJECT_ROOT / "include" / "config" / name, path)
            text = path.read_text(encoding="utf-8")
            for old, new in edits or []:
                assert old in text, f"{old!r} does not stand in {name}"
                text = text.replace(old, new)
            path.write_text(text, encoding="utf-8")
        return folder

    return make


def line_of(path: Path, fragment: str) -> int:
    """The number of the only line of a file that holds `fragment`."""
    lines = [
        n for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1) if fragment in line
    ]
    assert len(lines) == 1, f"{fragment!r} stands on lines {lines}"
    return lines[0]
