"""Loading the year's data: YAML and CSV files checked against pydantic models, errors with file and line."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from cchc.errors import ConfigError, ConfigErrors
from cchc.files import sha256_bytes
from cchc.paths import PROJECT_ROOT
from cchc.texts import t

Model = TypeVar("Model", bound="StrictModel")
_ISO_DAY = re.compile(r"\b(\d{4})-(\d\d?)-(\d\d?)\b")


class StrictModel(BaseModel):
    """A configuration model: unknown keys are refused, instances do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def shown(path: Path) -> str:
    """The path as people know it: relative to the checkout where it lies inside."""
    try:
        return str(path.resolve().relative_to(PROJECT_ROOT))
    except ValueError:
        return str(path)


def load_yaml(path: Path, model: type[Model]) -> Model:
    """Parse and check one YAML file. Raises ConfigErrors with every fault found, each with its line.

    A file is read once per version: the models are frozen, so everybody may share one.
    """
    try:
        state = path.stat()
    except FileNotFoundError:
        return _load_yaml(path, model)
    key = (path, model)
    known = _versions.get(key)
    if known is None or known[0] != (state.st_mtime_ns, state.st_size):
        _versions[key] = ((state.st_mtime_ns, state.st_size), _load_yaml(path, model))
    read: Model = _versions[key][1]
    return read


_versions: dict[tuple[Path, Any], tuple[tuple[int, int], Any]] = {}


def _load_yaml(path: Path, model: type[Model]) -> Model:
    text = _read(path)
    try:
        raw = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ConfigError(
            shown(path), t("config.line", line=line), error.problem, t("config.valid_yaml")
        ) from None
    except ValueError:
        # The reader itself stumbles over a day such as 2026-02-30, before any model sees it.
        if (fault := _impossible_day(path, text)) is None:
            raise
        raise fault from None
    try:
        return model.model_validate(_plain(raw))
    except ValidationError as error:
        raise ConfigErrors(_yaml_fault(path, raw, fault, model) for fault in error.errors()) from None


def load_csv(path: Path, model: type[Model]) -> list[Model]:
    """Parse and check a CSV file (UTF-8, header row). Empty cells become None. Errors name row and column.

    Row numbers are those an editor or Excel shows: the header is row 1.
    """
    text = _read(path)
    _check_header(path, text, model)
    rows: list[Model] = []
    faults: list[ConfigError] = []
    for number, cells in csv_rows(text):
        if surplus := _surplus(cells):
            # An unquoted comma in a name moves every later cell: the row must not be read by half.
            place = t("config.row", row=number)
            faults.append(ConfigError(shown(path), place, ",".join(surplus), t("config.no_more_cells")))
            continue
        try:
            rows.append(model.model_validate({k: (v if v != "" else None) for k, v in cells.items() if k}))
        except ValidationError as error:
            for fault in error.errors():
                column = str(fault["loc"][0]) if fault["loc"] else "?"
                place = t("config.row_column", row=number, column=column)
                faults.append(
                    ConfigError(
                        shown(path),
                        place,
                        cells.get(column, column),
                        _allowed(fault, list(model.model_fields)),
                    )
                )
    if faults:
        raise ConfigErrors(faults)
    return rows


def _read(path: Path) -> str:
    """The text of a file in UTF-8, with or without the mark that Excel writes in front."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(
            shown(path), t("config.whole_file"), t("config.absent"), t("config.file_must_exist")
        ) from None
    except UnicodeDecodeError as error:
        # Excel saves "CSV" in the code page of Windows unless "CSV UTF-8" is chosen.
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        found = error.object[error.start : error.start + 1].hex()
        raise ConfigError(
            shown(path), t("config.line", line=line), f"0x{found}", t("config.utf8"), t("config.utf8_action")
        ) from None


def _impossible_day(path: Path, text: str) -> ConfigError | None:
    for number, line in enumerate(text.splitlines(), start=1):
        for match in _ISO_DAY.finditer(line.split("#")[0]):
            try:
                date(int(match[1]), int(match[2]), int(match[3]))
            except ValueError:
                return ConfigError(shown(path), t("config.line", line=number), match[0], t("config.iso_date"))
    return None


def _check_header(path: Path, text: str, model: type[BaseModel]) -> None:
    """Wrong columns are told once, at the header, and not again for each row below it."""
    # Columns without a name are what spreadsheets leave behind; what stands below them is looked at later.
    columns = [one for one in next(csv.reader(io.StringIO(text)), []) if one]
    names = list(model.model_fields)
    known = t("config.one_of", names=", ".join(names))
    line = t("config.line", line=1)
    wrong = [(line, one, known + _hint(one, names)) for one in columns if one not in names]
    wrong += [(line, one, t("config.column_once")) for one in names if columns.count(one) > 1]
    if not wrong:
        absent = [one for one in names if model.model_fields[one].is_required() and one not in columns]
        wrong = [
            (
                t("config.row_column", row=1, column=one),
                t("config.absent"),
                t("config.column_needed", name=one),
            )
            for one in absent
        ]
    if wrong:
        raise ConfigErrors(ConfigError(shown(path), place, found, allowed) for place, found, allowed in wrong)


def _surplus(cells: dict[Any, Any]) -> list[str]:
    """Cells outside the named columns; empty ones, which spreadsheets leave behind, do not count."""
    return [cell for cell in (*(cells.get(None) or ()), cells.get("") or "") if cell]


def csv_rows(text: str) -> Iterable[tuple[int, dict[str, str]]]:
    """(line number in the file, cells by column name) of each row that is not empty."""
    reader = csv.DictReader(io.StringIO(text))
    for cells in reader:
        if any(value for value in cells.values()):
            yield reader.line_num, cells


def config_hash(folder: Path) -> str:
    """One hash over every file of a configuration folder, by name and content."""
    parts = [
        f"{path.relative_to(folder)}:{sha256_bytes(path.read_bytes())}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    return sha256_bytes("\n".join(parts).encode())


def _plain(node: Any) -> Any:
    if isinstance(node, dict):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    return node


def _yaml_fault(path: Path, raw: Any, fault: Any, model: type[BaseModel]) -> ConfigError:
    location, node, line = fault["loc"], raw, None
    for part in location:
        holder = getattr(node, "lc", None)
        try:
            if holder is not None:
                line = (holder.item(part) if isinstance(part, int) else holder.key(part))[0] + 1
            node = node[part]
        except (KeyError, IndexError, TypeError):
            break
    place = ".".join(str(part) for part in location) or t("config.whole_file")
    if line is not None:
        place = t("config.key_line", key=place, line=line)
    found = location[-1] if fault["type"] == "extra_forbidden" else fault.get("input")
    if fault["type"] == "missing":
        found = t("config.absent")
    return ConfigError(shown(path), place, found, _allowed(fault, _known_keys(model, location)))


def _known_keys(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """Field names allowed where `location` points, as far as plain nested models tell."""
    current: Any = model
    for part in location[:-1]:
        if isinstance(current, type) and issubclass(current, BaseModel) and part in current.model_fields:
            current = current.model_fields[str(part)].annotation
        args = getattr(current, "__args__", ())
        nested = [a for a in args if isinstance(a, type) and issubclass(a, BaseModel)]
        if nested:
            current = nested[0]
    return list(current.model_fields) if isinstance(current, type) and issubclass(current, BaseModel) else []


def _allowed(fault: Any, names: list[str]) -> str:
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "extra_forbidden":
        return t("config.one_of", names=", ".join(names)) + _hint(str(fault["loc"][-1]), names)
    if kind in ("enum", "literal_error"):
        return t("config.one_of", names=str(context.get("expected", "")).replace(" or ", ", "))
    if kind == "missing":
        return t("config.compulsory")
    if kind == "value_error":
        return str(context.get("error", fault["msg"]))
    return t(_ALLOWED[kind], **context) if kind in _ALLOWED else str(fault["msg"])


def _hint(name: str, names: Sequence[str]) -> str:
    close = difflib.get_close_matches(name, names, n=1)
    return t("config.did_you_mean", name=close[0]) if close else ""


# What pydantic says in English, by its name of the fault; bounds and patterns come from the fault's context.
_ALLOWED = {
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float"), "config.whole_number"),
    **dict.fromkeys(
        ("decimal_parsing", "decimal_type", "float_parsing", "float_type", "finite_number"), "config.number"
    ),
    **dict.fromkeys(
        ("date_from_datetime_parsing", "date_from_datetime_inexact", "date_parsing", "date_type"),
        "config.iso_date",
    ),
    **dict.fromkeys(("time_parsing", "time_type"), "config.hour"),
    **dict.fromkeys(("bool_parsing", "bool_type"), "config.yes_no"),
    **dict.fromkeys(("list_type", "tuple_type", "set_type", "frozen_set_type"), "config.list"),
    **dict.fromkeys(("dict_type", "mapping_type", "model_type", "model_attributes_type"), "config.mapping"),
    "string_type": "config.text",
    "string_pattern_mismatch": "config.pattern",
    **dict.fromkeys(("string_too_short", "too_short"), "config.at_least_long"),
    **dict.fromkeys(("string_too_long", "too_long"), "config.at_most_long"),
    "greater_than": "config.greater_than",
    "greater_than_equal": "config.at_least",
    "less_than": "config.less_than",
    "less_than_equal": "config.at_most",
}


@dataclass
class RowFaults:
    """Faults of one CSV file, by row and column as an editor shows them."""

    path: Path
    found: list[ConfigError] = field(default_factory=list)

    def add(self, row: int, column: str, found: object, allowed: str, action: str | None = None) -> None:
        place = t("config.row_column", row=row, column=column)
        self.found.append(ConfigError(shown(self.path), place, found, allowed, action))
