"""Vietnamese texts that people read, all in `include/texts/<room>.yaml`; code names them by `room.key`."""

from __future__ import annotations

from functools import cache
from typing import Any

import yaml

from cchc.paths import TEXT_DIR


@cache
def _room(name: str) -> dict[str, Any]:
    data = yaml.safe_load((TEXT_DIR / f"{name}.yaml").read_text(encoding="utf-8")) or {}
    if not isinstance(data, dict):
        raise TypeError(f"include/texts/{name}.yaml must be a mapping")
    return data


def t(key: str, /, **values: object) -> str:
    """The text `room.key[.subkey]` with `{placeholders}` filled in.

    A missing key or value is a programming error and raises KeyError, never an English fallback. A brace that
    is meant as such is doubled in the text.
    """
    room, _, rest = key.partition(".")
    node: Any = _room(room)
    for part in rest.split("."):
        node = node[part]
    if not isinstance(node, str):
        raise KeyError(key)
    return node.format(**values)


def table(key: str) -> dict[str, str]:
    """A whole mapping of texts, e.g. the names of the states."""
    room, _, rest = key.partition(".")
    node: Any = _room(room)
    for part in rest.split(".") if rest else ():
        node = node[part]
    return dict(node)
