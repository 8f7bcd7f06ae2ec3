"""The narrative sections of a periodic report, from `include/config/outline.yaml`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from cchc.config_files import OpenedFiles, StrictModel, config_file, shown
from cchc.errors import ConfigError
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
    return _load(folder)


@config_file("outline.yaml")
def _load(opened: OpenedFiles) -> tuple[Section, ...]:
    path, sections = opened.path, opened.yaml(_Outline).sections
    seen: dict[str, int] = {}
    for number, section in enumerate(sections, start=1):
        place = t("workbooks.outline.place", number=number)
        if section.code in seen:
            allowed = t("workbooks.outline.unique", other=seen[section.code])
            raise ConfigError(shown(path), place, section.code, allowed)
        if section.min_length > section.max_length:
            allowed = t("workbooks.outline.lengths", maximum=section.max_length)
            raise ConfigError(shown(path), place, section.min_length, allowed)
        seen[section.code] = number
    return sections
