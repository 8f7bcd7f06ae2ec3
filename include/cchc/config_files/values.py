"""What a YAML file says, by the parser in C: a tenth of the time, without the lines that only faults need.

ruamel, which reads YAML 1.2 and knows the lines, stays the one that decides: whatever the two could read differently
is left to it.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Any

import yaml
from ruamel.yaml.resolver import implicit_resolvers

_PREFIX = "tag:yaml.org,2002:"
_UNSURE = re.compile(
    r"^(?:---|\.\.\.|%)|(?:^|[\s,\[{:?-])[!&*]|[\"']:\S|[^\n -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]",
    re.MULTILINE,
)
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]+")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PLAIN = ("", None)  # as the parsers in C and in Python say it
_STYLES = (*_PLAIN, "'", '"')
_TRUTH = {"true": True, "false": False}


class Unsure(Exception):
    """ruamel must read it."""


class _Nodes(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # C where it is built
    """Words without quotes are what YAML 1.2 calls them: 'no' is a word, 08:30 no number."""

    yaml_implicit_resolvers: dict[Any, Any] = {}  # noqa: RUF012 - filled below, as PyYAML has it


for _versions, _tag, _pattern, _first in implicit_resolvers:
    if (1, 2) in _versions:
        _Nodes.add_implicit_resolver(_tag, _pattern, _first)


@lru_cache(maxsize=64)
def values_of(text: str) -> Any:
    """Mappings, lists and single values. Raises Unsure; nobody changes what comes back."""
    if _UNSURE.search(text):
        raise Unsure
    loader = _Nodes(text)
    try:
        node = loader.get_single_node()
    except yaml.YAMLError as error:
        raise Unsure from error
    finally:
        loader.dispose()
    return None if node is None else _value(node)


def _value(node: yaml.Node) -> Any:
    kind = node.tag.removeprefix(_PREFIX)
    if isinstance(node, yaml.SequenceNode) and kind == "seq":
        return [_value(one) for one in node.value]
    if isinstance(node, yaml.MappingNode) and kind == "map":
        found = {_value(key): _value(one) for key, one in node.value if isinstance(key, yaml.ScalarNode)}
        if len(found) < len(node.value):  # a key twice, or one that is no single value
            raise Unsure
        return found
    if isinstance(node, yaml.ScalarNode) and node.style in (_STYLES if kind == "str" else _PLAIN):
        return _single(kind, node.value)
    raise Unsure


def _single(kind: str, written: str) -> Any:
    if kind == "str":
        return written
    if kind == "null":
        return None
    if kind == "bool":
        return _TRUTH[written.lower()]
    if kind == "int" and _WHOLE.fullmatch(written):
        return int(written)
    if kind == "float" and _DECIMAL.fullmatch(written):
        return float(written)
    if kind == "timestamp" and _DAY.fullmatch(written):
        try:
            return date.fromisoformat(written)
        except ValueError:
            pass
    raise Unsure
