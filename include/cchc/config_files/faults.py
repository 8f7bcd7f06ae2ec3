"""What pydantic finds wrong in a file, as people are told it: place with line, value found, what is allowed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from cchc.config_files.folder import shown
from cchc.errors import ConfigError
from cchc.texts import t

_KEY = "[key]"  # how pydantic marks that the key of a mapping is wrong, not its value
_LIKE = 60  # least similarity of a suggestion, 0 to 100
_TOLD = 40  # names that are listed whole; of more, only the nearest
_NEAREST = 8


def one_of(name: str, names: Iterable[str]) -> str:
    """`một trong các giá trị: ...`, with the nearest of them as a suggestion for `name`."""
    names = list(names)
    if len(names) > _TOLD:
        from rapidfuzz import fuzz, process

        near = [found[0] for found in process.extract(name, names, scorer=fuzz.ratio, limit=_NEAREST)]
        return t("config_files.one_of_many", count=len(names), names=", ".join(near))
    return t("config_files.one_of", names=", ".join(names)) + suggestion(name, names)


def suggestion(name: str, names: Iterable[str]) -> str:
    """` (có phải ý là ...?)` with the most similar name; empty when none is similar."""
    from rapidfuzz import fuzz, process

    found = process.extractOne(name, list(names), scorer=fuzz.ratio, score_cutoff=_LIKE)
    return t("config_files.did_you_mean", name=found[0]) if found else ""


def yaml_faults(path: Path, raw: Any, faults: Sequence[Any], model: type[BaseModel]) -> Iterator[ConfigError]:
    """Every fault with the line of the deepest key that the file has."""
    wrong_keys = {_keys(fault) for fault in faults if _KEY in fault["loc"]}
    for fault in faults:
        keys = _keys(fault)
        # What is said about the content of a key that is itself wrong would only confuse.
        if _KEY not in fault["loc"] and any(keys[: len(wrong)] == wrong for wrong in wrong_keys):
            continue
        found = keys[-1] if fault["type"] == "extra_forbidden" else fault.get("input")
        if fault["type"] == "missing":
            found = t("config_files.absent")
        place = placed(raw, keys)
        yield ConfigError(shown(path), place, found, allowed(fault, _known_keys(model, keys[:-1])))


def placed(raw: Any, keys: Sequence[str]) -> str:
    """`years.2027.Q1.unit_due (dòng 61)`: the keys, and the line of the deepest of them that the file has.

    `raw`: the file as ruamel read it.
    """
    node, line = raw, None
    for key in keys:
        if isinstance(node, list) and key.isdigit() and int(key) < len(node):
            line, node = node.lc.item(int(key))[0] + 1, node[int(key)]  # type: ignore[attr-defined]  # a list of ruamel
            continue
        # YAML reads the key 2027 as a number, the models know it as text.
        actual = next((one for one in node if str(one) == key), None) if isinstance(node, dict) else None
        if actual is None:
            break
        line, node = node.lc.key(actual)[0] + 1, node[actual]
    name = ".".join(keys) or t("config_files.whole_file")
    return name if line is None else t("config_files.key_line", key=name, line=line)


def allowed(fault: Any, names: Sequence[str]) -> str:
    """What may stand where pydantic found a fault; `names`: the keys known there."""
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "string_type" and fault.get("input") is None:
        return t("config_files.not_empty")
    if kind == "extra_forbidden":
        return one_of(str(fault["loc"][-1]), names)
    if kind in ("enum", "literal_error"):
        return _options(str(fault.get("input")), str(context.get("expected", "")))
    if kind == "missing":
        return t("config_files.compulsory")
    if kind == "value_error":
        return str(context.get("error", fault["msg"]))
    return t(_ALLOWED[kind], **context) if kind in _ALLOWED else str(fault["msg"])


def _options(found: str, expected: str) -> str:
    names = expected.replace(" or ", ", ")
    known = [name.strip(" '") for name in names.split(",")]
    return t("config_files.one_of", names=names) + suggestion(found, known)


def _keys(fault: Any) -> tuple[str, ...]:
    return tuple(str(part) for part in fault["loc"] if part != _KEY)


def _known_keys(kind: Any, keys: Sequence[str]) -> list[str]:
    """The keys that a model allows at a place; the place may lead through mappings and lists of models."""
    for key in keys:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            if key not in kind.model_fields:
                return []
            kind = kind.model_fields[key].annotation
        else:
            # The values of a mapping, the items of a list; `tuple[X, ...]` ends in an Ellipsis.
            items = [one for one in get_args(kind) if one is not Ellipsis]
            kind = items[-1] if items else None
        while get_origin(kind) in (Annotated, Union, UnionType):
            kind = get_args(kind)[0]
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else []


# What pydantic says in English, by its name of the fault; bounds and patterns come from the fault's context.
_ALLOWED = {
    **dict.fromkeys(("int_parsing", "int_type", "int_from_float"), "config_files.whole_number"),
    **dict.fromkeys(
        ("decimal_parsing", "decimal_type", "float_parsing", "float_type", "finite_number"),
        "config_files.number",
    ),
    **dict.fromkeys(
        ("date_from_datetime_parsing", "date_from_datetime_inexact", "date_parsing", "date_type"),
        "config_files.iso_date",
    ),
    **dict.fromkeys(("time_parsing", "time_type"), "config_files.hour"),
    **dict.fromkeys(("bool_parsing", "bool_type"), "config_files.yes_no"),
    **dict.fromkeys(("list_type", "tuple_type", "set_type", "frozen_set_type"), "config_files.list"),
    **dict.fromkeys(
        ("dict_type", "mapping_type", "model_type", "model_attributes_type"), "config_files.mapping"
    ),
    "string_type": "config_files.text",
    "string_pattern_mismatch": "config_files.pattern",
    **dict.fromkeys(("string_too_short", "too_short"), "config_files.at_least_long"),
    **dict.fromkeys(("string_too_long", "too_long"), "config_files.at_most_long"),
    "greater_than": "config_files.greater_than",
    "greater_than_equal": "config_files.at_least",
    "less_than": "config_files.less_than",
    "less_than_equal": "config_files.at_most",
}
