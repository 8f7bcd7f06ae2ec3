"""The shipped sets in memory, that a test may spoil; and a copy of their folder, for what is about files."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from cchc.config_files.folder import SHIPPED
from cchc.criteria.loading import proved
from cchc.criteria.sets import SetDraft, SetFiles, draft_of

_NEEDED = ("units.csv", "indicators.csv", "appraisers.yaml", "external_figures.csv")


def files_of(code: str) -> SetFiles:
    """The files of a shipped set, under its code."""
    folder = SHIPPED / "criteria" / code
    surveys = {path.stem: path.read_bytes() for path in sorted(folder.glob("phieu/*.yaml"))}
    return SetFiles(code, (folder / "bo.yaml").read_bytes(), (folder / "tieu_chi.csv").read_bytes(), surveys)


@cache
def _sound(code: str) -> SetDraft:
    return draft_of(files_of(code))


class SpoiltSets:
    """The shipped sets with some cells and settings changed."""

    def __init__(self) -> None:
        self.files: dict[str, SetFiles] = {}

    def edit(self, code: str, criterion: str, **cells: str) -> None:
        """Change cells of one row."""
        self.rows(code, lambda row: row | cells if row["code"] == criterion else row)

    def rows(self, code: str, change: Callable[[dict[str, str]], dict[str, str]]) -> None:
        files = self._of(code)
        rows = [change(row) for row in csv.DictReader(io.StringIO(files.rows.decode()))]
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        self.files[code] = replace(files, rows=text.getvalue().encode())

    def settings(self, code: str, old: str, new: str) -> None:
        files = self._of(code)
        assert old in files.settings.decode()
        self.files[code] = replace(files, settings=files.settings.decode().replace(old, new, 1).encode())

    def survey(self, code: str, survey: str, *changes: tuple[str, str]) -> None:
        files = self._of(code)
        text = files.surveys[survey].decode()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        self.files[code] = replace(files, surveys={**files.surveys, survey: text.encode()})

    def faults(self) -> list[str]:
        """What is wrong, as people read it; [] when all is sound."""
        drafts = [
            draft_of(self.files[code]) if code in self.files else _sound(code)
            for code in ("so-2026", "xa-2026", "qd766")
        ]
        own = [fault for draft in drafts for fault in draft.faults]
        return [str(one) for one in [*own, *proved(SHIPPED, tuple(drafts))]]

    def _of(self, code: str) -> SetFiles:
        return self.files.get(code) or files_of(code)


@pytest.fixture
def sets() -> SpoiltSets:
    return SpoiltSets()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What the sets are loaded from."""
    for name in _NEEDED:
        shutil.copyfile(SHIPPED / name, tmp_path / name)
    shutil.copytree(SHIPPED / "criteria", tmp_path / "criteria")
    return tmp_path
