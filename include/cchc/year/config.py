"""Reading the year's two files: faults below a year, which is a number as a key."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from ruamel.yaml import YAML

from cchc.config_files import Model, load_yaml
from cchc.errors import ConfigError, ConfigErrors
from cchc.texts import t


def load(path: Path, model: type[Model]) -> Model:
    """Like `load_yaml`; also names the line of a fault below a year."""
    try:
        return load_yaml(path, model)
    except ConfigErrors as faults:
        raise ConfigErrors(
            _once([_placed(path, model, fault) for fault in _sensible(faults.errors)])
        ) from None


def place_of(path: Path, keys: Sequence[str]) -> str:
    """`years.2027.Q1.unit_due (dòng 61)`: the keys, and the line of the deepest of them that the file has."""
    node: Any = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
    line = None
    for key in keys:
        if isinstance(node, list) and key.isdigit() and int(key) < len(node):
            line, node = node.lc.item(int(key))[0] + 1, node[int(key)]  # type: ignore[attr-defined]  # a list of ruamel
            continue
        # YAML reads the key 2027 as a number, the models know it as text.
        actual = next((one for one in node if str(one) == key), None) if isinstance(node, dict) else None
        if actual is None:
            break
        line, node = node.lc.key(actual)[0] + 1, node[actual]
    name = ".".join(keys)
    return t("config.key_line", key=name, line=line) if line else name


def _sensible(faults: Sequence[ConfigError]) -> list[ConfigError]:
    """Without what is said about the content of a key that is itself wrong."""
    wrong = tuple(
        _dotted(fault).removesuffix("[key]") for fault in faults if _dotted(fault).endswith(".[key]")
    )
    return [
        fault
        for fault in faults
        if _dotted(fault).endswith(".[key]") or not f"{_dotted(fault)}.".startswith(wrong)
    ]


def _dotted(fault: ConfigError) -> str:
    return fault.place.split(" ")[0]


def _placed(path: Path, model: type[Model], fault: ConfigError) -> ConfigError:
    keys = [key for key in _dotted(fault).split(".") if key != "[key]"]
    allowed = fault.allowed
    if allowed == t(
        "config.one_of", names=""
    ):  # an unknown key below one that the common loader does not look through
        names = _known_keys(model, keys[:-1])
        close = difflib.get_close_matches(keys[-1], names, n=1)
        hint = t("config.did_you_mean", name=close[0]) if close else ""
        allowed = t("config.one_of", names=", ".join(names)) + hint
    return ConfigError(fault.file, place_of(path, keys), fault.found, allowed, fault.action)


def _known_keys(kind: Any, keys: Sequence[str]) -> list[str]:
    """The keys that a model allows at a place; the place may lead through mappings and lists of models."""
    for key in keys:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            kind = kind.model_fields[key].annotation
        else:
            kind = get_args(kind)[-1]  # the values of a mapping, the items of a list
        while get_origin(kind) in (Annotated, Union, UnionType):
            kind = get_args(kind)[0]
    return list(kind.model_fields) if isinstance(kind, type) and issubclass(kind, BaseModel) else []


def _once(faults: Sequence[ConfigError]) -> list[ConfigError]:
    """A year is checked with all that it inherits: a fault of the rule itself is told where it stands."""
    told: set[tuple[str, str, str]] = set()
    kept = []
    for fault in faults:
        keys = _dotted(fault).split(".")
        inherited = keys[2:] if keys[0] == "years" else keys[1:] if keys[0] == "rules" else keys
        mark = (".".join(inherited), repr(fault.found), fault.allowed)
        if mark not in told:
            kept.append(fault)
        told.add(mark)
    return kept
