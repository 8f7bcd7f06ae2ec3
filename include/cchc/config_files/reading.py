"""Reading YAML and CSV files against pydantic models, errors with file and line."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError

from cchc.config_files.faults import allowed, one_of, placed, yaml_faults
from cchc.config_files.folder import shown
from cchc.config_files.values import Unsure, values_of
from cchc.errors import ConfigError, ConfigErrors
from cchc.texts import t

_ISO_DAY = re.compile(r"\b(\d{4})-(\d\d?)-(\d\d?)\b")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # no document could carry them
_OTHER_SEPARATORS = {";": "semicolon", "\t": "tab"}


class StrictModel(BaseModel):
    """A configuration model: unknown keys are refused, instances do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


Model = TypeVar("Model", bound=StrictModel)


@dataclass(frozen=True)
class Rows(Sequence[Model], Generic[Model]):
    """The rows of a CSV file; `numbers`: the row of each as an editor or Excel shows it, the header is row 1."""

    rows: tuple[Model, ...]
    numbers: tuple[int, ...]

    def __getitem__(self, index: Any) -> Any:
        return self.rows[index]

    def __len__(self) -> int:
        return len(self.rows)

    def numbered(self) -> Iterator[tuple[int, Model]]:
        yield from zip(self.numbers, self.rows, strict=True)


def read_yaml(path: Path, content: bytes | None, model: type[Model]) -> Model:
    """Parse and check one YAML file. Raises ConfigErrors with every fault found, each with its line."""
    try:
        values = values_of(text_of(path, content))
    except Unsure:
        values = parsed(path, content)
    try:
        return model.model_validate(_plain(values))
    except ValidationError as error:
        raise ConfigErrors(yaml_faults(path, parsed(path, content), error.errors(), model)) from None


def parsed(path: Path, content: bytes | None) -> Any:
    """The file as ruamel reads it, with its lines. Raises ConfigError where it is no YAML."""
    text = text_of(path, content)
    try:
        return _tree(text)
    except MarkedYAMLError as error:
        raise _no_yaml(path, text, error) from None
    except ValueError:
        # The reader itself stumbles over a day such as 2026-02-30, before any model sees it.
        if (fault := _impossible_day(path, text)) is None:
            raise
        raise fault from None


def _no_yaml(path: Path, text: str, error: MarkedYAMLError) -> ConfigError:
    """With the line as it stands in the file: what the reader says of it is English."""
    number = error.problem_mark.line if error.problem_mark else 0
    lines = text.splitlines()
    line = lines[number].rstrip() if number < len(lines) else ""
    key = "valid_yaml"
    if isinstance(error, DuplicateKeyError):
        key = "key_once"
    elif line.lstrip(" ").startswith("\t"):
        key = "no_tab"
    place = t("config_files.line", line=number + 1)
    return ConfigError(shown(path), place, line.strip(), t(f"config_files.{key}"))


@lru_cache(maxsize=64)
def _tree(text: str) -> Any:
    """The same words are taken apart once, wherever they stand; nobody changes what comes back."""
    return YAML(typ="rt").load(text)


def place_of(path: Path, keys: Sequence[str]) -> str:
    """`years.2027.Q1.unit_due (dòng 61)`: the keys, and the line of the deepest of them that the file has."""
    return placed(parsed(path, path.read_bytes()), keys)


def read_csv(path: Path, content: bytes | None, model: type[Model]) -> Rows[Model]:
    """Parse and check a CSV file (UTF-8, header row). Empty cells become None. Errors name row and column."""
    text = text_of(path, content)
    _check_header(path, text, model)
    rows: list[Model] = []
    numbers: list[int] = []
    faults: list[ConfigError] = []
    for number, cells in csv_rows(text):
        if surplus := _surplus(cells):
            # An unquoted comma in a name moves every later cell: the row must not be read by half.
            place = t("config_files.row", row=number)
            faults.append(ConfigError(shown(path), place, ",".join(surplus), t("config_files.no_more_cells")))
            continue
        try:
            rows.append(model.model_validate({k: (v if v != "" else None) for k, v in cells.items() if k}))
            numbers.append(number)
        except ValidationError as error:
            for fault in error.errors():
                column = str(fault["loc"][0]) if fault["loc"] else "?"
                place = t("config_files.row_column", row=number, column=column)
                faults.append(
                    ConfigError(
                        shown(path),
                        place,
                        cells.get(column, column),
                        allowed(fault, list(model.model_fields)),
                    )
                )
    if faults:
        raise ConfigErrors(faults)
    return Rows(tuple(rows), tuple(numbers))


def text_of(path: Path, content: bytes | None) -> str:
    """The text of a file in UTF-8, with or without the mark that Excel writes in front."""
    if content is None:
        raise ConfigError(
            shown(path),
            t("config_files.whole_file"),
            t("config_files.absent"),
            t("config_files.file_must_exist"),
        )
    try:
        # A Mac writes accents apart from their letters: the same word, which no comparison would find.
        text = unicodedata.normalize("NFC", content.decode("utf-8-sig")).replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        # Excel saves "CSV" in the code page of Windows unless "CSV UTF-8" is chosen.
        line = content[: error.start].count(b"\n") + 1
        found = error.object[error.start : error.start + 1].hex()
        raise ConfigError(
            shown(path),
            t("config_files.line", line=line),
            f"0x{found}",
            t("config_files.utf8"),
            t("config_files.utf8_action"),
        ) from None
    if match := _UNPRINTABLE.search(text):
        place = t("config_files.line", line=text.count("\n", 0, match.start()) + 1)
        found = f"0x{ord(match[0]):02x}"
        raise ConfigError(shown(path), place, found, t("config_files.printable"))
    return text


def _impossible_day(path: Path, text: str) -> ConfigError | None:
    for number, line in enumerate(text.splitlines(), start=1):
        for match in _ISO_DAY.finditer(line.split("#")[0]):
            try:
                date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                return ConfigError(
                    shown(path), t("config_files.line", line=number), match[0], t("config_files.iso_date")
                )
    return None


def _check_header(path: Path, text: str, model: type[BaseModel]) -> None:
    """Wrong columns are told once, at the header, and not again for each row below it."""
    # Columns without a name are what spreadsheets leave behind; what stands below them is looked at later.
    columns = [one for one in next(csv.reader(io.StringIO(text)), []) if one]
    names = list(model.model_fields)
    line = t("config_files.line", line=1)
    if not columns:
        raise ConfigError(
            shown(path), line, t("config_files.empty"), t("config_files.header", names=",".join(names))
        )
    _check_separator(path, columns[0], line)
    wrong = [(line, one, one_of(one, names)) for one in columns if one not in names]
    wrong += [(line, one, t("config_files.column_once")) for one in names if columns.count(one) > 1]
    if not wrong:
        absent = [one for one in names if model.model_fields[one].is_required() and one not in columns]
        wrong = [
            (
                t("config_files.row_column", row=1, column=one),
                t("config_files.absent"),
                t("config_files.column_needed", name=one),
            )
            for one in absent
        ]
    if wrong:
        raise ConfigErrors(ConfigError(shown(path), place, found, may) for place, found, may in wrong)


def _check_separator(path: Path, header: str, line: str) -> None:
    """Spreadsheets of some locales write semicolons or tabs between the cells and call it CSV."""
    for separator, name in _OTHER_SEPARATORS.items():
        if separator in header:
            found, action = t(f"config_files.separators.{name}"), t("config_files.separators.action")
            raise ConfigError(shown(path), line, found, t("config_files.separators.comma"), action)


def _surplus(cells: dict[Any, Any]) -> list[str]:
    """Cells outside the named columns; empty ones, which spreadsheets leave behind, do not count."""
    return [cell for cell in (*(cells.get(None) or ()), cells.get("") or "") if cell]


def csv_rows(text: str) -> Iterable[tuple[int, dict[str, str]]]:
    """(line number in the file, cells by column name) of each row that is not empty."""
    reader = csv.DictReader(io.StringIO(text))
    for cells in reader:
        if any(value for value in cells.values()):
            yield reader.line_num, cells


def _plain(node: Any) -> Any:
    if isinstance(node, dict):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    return node


@dataclass
class RowFaults:
    """Faults of one CSV file, by row and column as an editor shows them."""

    path: Path
    found: list[ConfigError] = field(default_factory=list)

    def add(self, row: int, column: str, found: object, allowed: str, action: str | None = None) -> None:
        place = t("config_files.row_column", row=row, column=column)
        self.found.append(ConfigError(shown(self.path), place, found, allowed, action))
