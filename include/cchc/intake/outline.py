"""The narrative sections of a periodic report, from `include/config/outline.yaml`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from pydantic import Field

from cchc.config_files import StrictModel, load_yaml, shown
from cchc.errors import ConfigError
from cchc.paths import config_dir
from cchc.texts import t

CELL_LIMIT = 32_767  # characters that a spreadsheet cell can hold


class Section(StrictModel):
    """One narrative section; lengths in characters, `rounds` empty means every report round."""

    code: str = Field(pattern=r"^[a-z0-9_]+$")
    heading: str = Field(min_length=1)
    hint: str = ""
    min_length: int = Field(default=0, ge=0)
    max_length: int = Field(default=2000, gt=0, le=CELL_LIMIT)
    rounds: tuple[str, ...] = ()

    def asked_in(self, round_kind: str) -> bool:
        return not self.rounds or str(round_kind) in self.rounds


class _Outline(StrictModel):
    sections: tuple[Section, ...]


def load_outline(folder: Path | None = None) -> tuple[Section, ...]:
    """All sections in file order. ConfigError when a code stands twice or a minimum exceeds its maximum."""
    path = (folder or config_dir()) / "outline.yaml"
    return _load(path, path.stat().st_mtime_ns if path.exists() else 0)


@lru_cache(maxsize=8)
def _load(path: Path, _changed: int) -> tuple[Section, ...]:
    # Read once per version of the file: a block of units builds dozens of workbooks from it.
    sections = load_yaml(path, _Outline).sections
    seen: dict[str, int] = {}
    for number, section in enumerate(sections, start=1):
        place = t("intake.outline.place", number=number)
        if section.code in seen:
            allowed = t("intake.outline.unique", other=seen[section.code])
            raise ConfigError(shown(path), place, section.code, allowed)
        if section.min_length > section.max_length:
            allowed = t("intake.outline.lengths", maximum=section.max_length)
            raise ConfigError(shown(path), place, section.min_length, allowed)
        seen[section.code] = number
    return sections
