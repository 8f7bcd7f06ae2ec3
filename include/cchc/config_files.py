"""Loading the year's data: YAML and CSV files checked against pydantic models, errors with file and line."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterable
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
    return _versions[key][1]


_versions: dict[tuple[Path, Any], tuple[tuple[int, int], Any]] = {}


def _load_yaml(path: Path, model: type[Model]) -> Model:
    try:
        raw = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(
            shown(path), t("config.whole_file"), t("config.absent"), t("config.file_must_exist")
        ) from None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ConfigError(
            shown(path), t("config.line", line=line), error.problem, t("config.valid_yaml")
        ) from None
    try:
        return model.model_validate(_plain(raw))
    except ValidationError as error:
        raise ConfigErrors(_yaml_fault(path, raw, fault, model) for fault in error.errors()) from None


def load_csv(path: Path, model: type[Model]) -> list[Model]:
    """Parse and check a CSV file (UTF-8, header row). Empty cells become None. Errors name row and column.

    Row numbers are those an editor or Excel shows: the header is row 1.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ConfigError(
            shown(path), t("config.whole_file"), t("config.absent"), t("config.file_must_exist")
        ) from None
    rows: list[Model] = []
    faults: list[ConfigError] = []
    for number, cells in csv_rows(text):
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
        close = difflib.get_close_matches(str(fault["loc"][-1]), names, n=1)
        hint = t("config.did_you_mean", name=close[0]) if close else ""
        return t("config.one_of", names=", ".join(names)) + hint
    if kind in ("enum", "literal_error"):
        return t("config.one_of", names=context.get("expected", ""))
    if kind == "missing":
        return t("config.compulsory")
    if kind == "value_error":
        return str(context.get("error", fault["msg"]))
    texts = {
        "int_parsing": "config.whole_number",
        "int_type": "config.whole_number",
        "date_from_datetime_parsing": "config.iso_date",
        "date_parsing": "config.iso_date",
        "date_type": "config.iso_date",
        "string_type": "config.text",
        "bool_parsing": "config.yes_no",
    }
    return t(texts[kind]) if kind in texts else str(fault["msg"])
