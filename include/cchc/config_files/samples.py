"""Addresses, telephone numbers and names of the sample that ships, still standing in an installation's configuration.

They are looked for in every value of every file, whoever reads it: a mail to such an address reaches nobody.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from cchc.config_files.faults import placed
from cchc.config_files.folder import config_dir, files_of, shown
from cchc.config_files.reading import parsed, text_of
from cchc.texts import t

# Names that RFC 2606 keeps for examples and tests: no mailbox can ever stand behind them.
_DOMAIN = re.compile(
    r"(?:\b[\w-]+\.)+(?:example|test|invalid|localhost)\b(?!\.\w)|\bexample\.(?:com|net|org)\b", re.IGNORECASE
)
_PHONE = re.compile(r"\+?\d[\d .()/-]{7,}\d")
# How forms in Vietnam name nobody in particular.
_NOBODY = re.compile(r"\b(?:Nguyễn|Trần|Lê) (?:Văn|Thị) [A-C]\b")
_NAMED = 3  # places that are named of one file
_NO_NUMBER = re.compile(r"(?:0|84)\d{1,4}0{6}")


@dataclass(frozen=True)
class Sample:
    """A sample value. `place`: key with line, or row and column."""

    file: str
    place: str
    value: str


def samples_left(folder: Path | None = None) -> list[Sample]:
    """Every sample value left, by file. Raises ConfigError for a file that cannot be read."""
    found: list[Sample] = []
    for path in files_of(folder or config_dir()):
        if path.suffix not in (".yaml", ".csv"):
            continue  # certificates of authorities hold no addresses
        found += _left_in(path, path.read_bytes())
    return found


@lru_cache(maxsize=256)  # pages and mails ask again and again of files that nobody has touched
def _left_in(path: Path, content: bytes) -> tuple[Sample, ...]:
    places = _yaml(path, content) if path.suffix == ".yaml" else _csv(path, content)
    return tuple(Sample(shown(path), place(), value) for place, text in places for value in _in(text))


def samples_by_file(found: Sequence[Sample]) -> list[str]:
    """One line a file: how many are left in it, and the first of them."""
    lines = []
    for file in dict.fromkeys(one.file for one in found):
        places = [f"{one.place}: {one.value}" for one in found if one.file == file]
        more = t("config_files.samples_more", count=len(places) - _NAMED) if len(places) > _NAMED else ""
        lines.append(
            t(
                "config_files.samples_of",
                file=file,
                count=len(places),
                places="; ".join(places[:_NAMED]),
                more=more,
            )
        )
    return lines


def _in(text: str) -> Iterator[str]:
    if _DOMAIN.search(text) or _NOBODY.search(text):
        yield text
        return
    for match in _PHONE.finditer(text):
        if _NO_NUMBER.fullmatch(re.sub(r"\D", "", match[0])):
            yield text
            return


def _yaml(path: Path, content: bytes) -> Iterator[tuple[Callable[[], str], str]]:
    """Every text with what tells its place: to find a place costs more than to see that nobody need know it."""
    raw = parsed(path, content)
    for keys, text in _leaves(raw, ()):
        yield partial(placed, raw, keys), text


def _leaves(node: Any, keys: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _leaves(value, (*keys, str(key)))
    elif isinstance(node, list):
        for number, value in enumerate(node):
            yield from _leaves(value, (*keys, str(number)))
    elif isinstance(node, str):
        yield keys, node


def _csv(path: Path, content: bytes) -> Iterator[tuple[Callable[[], str], str]]:
    reader = csv.reader(io.StringIO(text_of(path, content)))
    heads = next(reader, [])
    for cells in reader:
        for column, text in zip(heads, cells, strict=False):
            yield partial(_cell, reader.line_num, column), text


def _cell(row: int, column: str) -> str:
    return t("config_files.row_column", row=row, column=column)
