"""Layouts of exports as data (`include/config/sources/layout-*.yaml`)."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field

from cchc.config_files import OpenedFiles, StrictModel, config_file, shown
from cchc.errors import ConfigError
from cchc.folding import loose
from cchc.sources.columns import COLUMNS, KEY_COLUMN, ONE_STOP, UNKNOWN, UNKNOWN_CODES, VOCABULARIES
from cchc.texts import t


class ColumnAliases(StrictModel):
    """How an export may head a column; `required`: without it the layout does not fit."""

    aliases: tuple[str, ...]
    required: bool = False


class Coverage(StrictModel):
    """Units that the software serves even when a file has no row of theirs."""

    tiers: tuple[str, ...] = ()
    units: tuple[str, ...] = ()


class StatusByDate(StrictModel):
    """Status of a dossier whose own says nothing of it: by the first of its days that is given.

    `words` are such statuses ('Đúng hạn' tells neither that a dossier is done nor that it is not); an empty or
    absent one is too.
    """

    returned: str
    ended: str
    open: str
    words: tuple[str, ...] = ()


class Layout(StrictModel):
    """One way in which a software writes its export.

    `whole_list`: each file holds every row of its units whose day of receipt (of entry, for documents) lies
    between the first and the last one in the file, so that a missing row is a row taken out. Exports of
    what changed in some days are not such lists.

    `marks`: headers of which one must be there, though none is kept: they tell a list from another with its columns.
    `empty`: cells that mean nothing was written, e.g. '-'. `defaults`: column -> the code that stands for an empty
    or absent cell; `unknown` (of the channel and the field) keeps the row, and what would need the column is not
    computed for its unit.
    """

    layout: str
    source: Literal["one_stop", "doc_management", "catalogue"]
    title: str
    assumed: bool = False
    header_within_rows: int = Field(ge=1, le=100)
    direction: Literal["di", "den"] | None = None
    date_formats: tuple[str, ...]
    columns: dict[str, ColumnAliases]
    personal: tuple[str, ...]
    vocabularies: dict[str, dict[str, tuple[str, ...]]]
    unit_aliases: dict[str, str]
    covers: Coverage
    whole_list: bool = False
    marks: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    defaults: dict[str, str] = Field(default_factory=dict)
    status_by_date: StatusByDate | None = None

    @cached_property
    def headers(self) -> dict[str, str]:
        """Normalised header -> name of the kept column."""
        return {loose(alias): name for name, column in self.columns.items() for alias in column.aliases}

    @cached_property
    def mark_headers(self) -> frozenset[str]:
        return frozenset(loose(header) for header in self.marks)

    @cached_property
    def personal_headers(self) -> frozenset[str]:
        return frozenset(loose(header) for header in self.personal)

    def words(self, vocabulary: str) -> dict[str, str]:
        """Normalised word of the export -> code; the code itself is always understood."""
        table = {code: code for code in self.vocabularies.get(vocabulary, {})}
        for code, words in self.vocabularies.get(vocabulary, {}).items():
            table.update({loose(word): code for word in words})
        return table


def _check_stand_ins(path: Path, layout: Layout) -> None:
    vocabularies = {column.name: column.vocabulary for column in COLUMNS[layout.source]}
    for column, code in layout.defaults.items():
        allowed = set(VOCABULARIES.get(vocabularies.get(column) or "", ()))
        if layout.source == ONE_STOP and column in UNKNOWN_CODES:
            allowed.add(UNKNOWN)
        if code not in allowed:
            known = ", ".join(sorted(allowed)) or t("sources.config.no_default")
            raise ConfigError(shown(path), f"defaults.{column}", code, known)
    by_date = layout.status_by_date
    if by_date is None:
        return
    if layout.source != ONE_STOP:
        raise ConfigError(shown(path), "status_by_date", layout.source, ONE_STOP)
    for name in ("returned", "ended", "open"):
        if getattr(by_date, name) not in VOCABULARIES["status"]:
            raise ConfigError(
                shown(path), f"status_by_date.{name}", getattr(by_date, name), t("sources.config.status")
            )
    for word in by_date.words:
        if loose(word) in layout.words("status"):
            raise ConfigError(
                shown(path),
                "status_by_date.words",
                word,
                t("sources.config.word_once", other=layout.words("status")[loose(word)]),
            )


def load_layouts(folder: Path | None = None) -> list[Layout]:
    """Every layout, in order of file name. Raises ConfigError with file and place."""
    return list(_load_layouts(folder))


@config_file("sources/layout-*.yaml")
def _load_layouts(opened: OpenedFiles) -> tuple[Layout, ...]:
    layouts: list[Layout] = []
    for path in opened.paths():
        layout = opened.yaml(Layout, path)
        _check(path, layout)
        if layout.layout in {other.layout for other in layouts}:
            raise ConfigError(shown(path), "layout", layout.layout, t("sources.config.layout_once"))
        layouts.append(layout)
    return tuple(layouts)


def _check(path: Path, layout: Layout) -> None:
    known = {column.name for column in COLUMNS[layout.source]}
    seen: dict[str, str] = {}
    for name, column in layout.columns.items():
        if name not in known:
            raise ConfigError(shown(path), f"columns.{name}", name, ", ".join(sorted(known)))
        for alias in column.aliases:
            key = loose(alias)
            if seen.setdefault(key, name) != name:
                raise ConfigError(
                    shown(path),
                    f"columns.{name}.aliases",
                    alias,
                    t("sources.config.alias_once", other=seen[key]),
                )
            if key in layout.personal_headers:
                raise ConfigError(
                    shown(path), "personal", alias, t("sources.config.personal_kept", column=name)
                )
    key_column = KEY_COLUMN[layout.source]
    if key_column not in layout.columns or not layout.columns[key_column].required:
        raise ConfigError(shown(path), f"columns.{key_column}", "required: false", "required: true")
    told = layout.direction is not None or "direction" in layout.columns
    if told != (layout.source == "doc_management"):
        raise ConfigError(shown(path), "direction", layout.direction, t("sources.config.direction"))
    _check_stand_ins(path, layout)
    for vocabulary, codes in layout.vocabularies.items():
        allowed = VOCABULARIES.get(vocabulary)
        if allowed is None:
            raise ConfigError(
                shown(path), f"vocabularies.{vocabulary}", vocabulary, ", ".join(sorted(VOCABULARIES))
            )
        words: dict[str, str] = {}
        for code, texts in codes.items():
            if code not in allowed:
                raise ConfigError(shown(path), f"vocabularies.{vocabulary}", code, ", ".join(sorted(allowed)))
            for word in texts:
                if words.setdefault(loose(word), code) != code:
                    raise ConfigError(
                        shown(path),
                        f"vocabularies.{vocabulary}.{code}",
                        word,
                        t("sources.config.word_once", other=words[loose(word)]),
                    )
