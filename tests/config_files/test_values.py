"""What a YAML file says is the same by both of its readers: the quick one leaves to ruamel what it may see apart."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from cchc.config_files.values import Unsure, values_of
from cchc.paths import PROJECT_ROOT

SHIPPED = sorted((PROJECT_ROOT / "include" / "config").rglob("*.yaml"))
# Of what a file is made, and what versions and readers of YAML take differently.
PIECES = (
    "a", "key", "no", "yes", "on", "off", "y", "true", "TRUE", "null", "Null", "~", "08:30", "190:20:30", "1:1", "012",
    "0o17", "0x1F", "0b1", "1_000", "1e3", "1.5", "1.", "-.5", "+.5", "+3", "-0", "00123", "2026-01-02", "2026-02-30",
    "2026-1-2", "2026-01-02 03:04:05", ".inf", ".nan", "=", "<<", ": ", ":", " #", "# c", "#", "- ", "-", "\n", "\n  ",
    "\n    ", " ", "{", "}", "[", "]", ", ", ",", '"', "'", "''", "\\n", "\\", "|", "|\n  ", ">", "> \n  ", "&a ", "*a",
    "!x ", "!!str ", "? ", "?", "%", "---\n", "...\n", "@", "`", "ệ", "\u00a0", "\u2028", "\t", "x: y", "a: 1\n",
    "b: [1, 2]\n", "c: {d: e}\n", "- x\n", "- a: 1\n  b: 2\n", "'q'", '"q"', "http://x.vn/a?b=c#d", "50%", "a & b",
)  # fmt: skip


def alike(one: Any, other: Any) -> bool:
    """Equal, and of the same kind: 1 is not True, and neither is 1.0."""
    if isinstance(one, dict):
        return (
            isinstance(other, dict) and [*one] == [*other] and all(alike(one[key], other[key]) for key in one)
        )
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(alike, one, other))
    return (
        bool(one == other)
        and isinstance(one, type(other))
        and isinstance(one, bool) is isinstance(other, bool)
    )


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(SHIPPED[0].parent)))
def test_a_shipped_file_is_read_quickly_and_says_the_same(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert alike(YAML(typ="rt").load(text), values_of(text))


def test_words_that_other_versions_of_yaml_turn_are_what_was_written() -> None:
    text = "a: no\nb: 08:30\nc: 2026-03-14\nd: 0.50\ne: -7\nf: ~\ng: 'true'\nh: True\n2026: [x, 1]\n"
    expected = {
        "a": "no",
        "b": "08:30",
        "c": date(2026, 3, 14),
        "d": 0.5,
        "e": -7,
        "f": None,
        "g": "true",
        "h": True,
    }
    assert values_of(text) == {**expected, 2026: ["x", 1]}
    assert values_of("") is None


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\na: 2\n", "a: 012\n", "a: 1_000\n", "a: 1e3\n", "a: 2026-02-30\n", "a: 2026-01-02 03:04:05\n",
        "a: |\n  b\n", "a: &b 1\nc: *b\n", "a: !!str 1\n", "<<: {a: 1}\n", "---\na: 1\n", "%YAML 1.1\n", "a:\t1\n",
        '{"a":1}\n', "a: [\n", "? [a, b]\n: c\n", "a: x\u2028b: y\n",
    ],
)  # fmt: skip
def test_what_could_be_read_differently_or_is_wrong_is_left_to_ruamel(text: str) -> None:
    with pytest.raises(Unsure):
        values_of(text)


@settings(max_examples=500)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_whatever_is_sure_ruamel_reads_the_same(text: str) -> None:
    try:
        found = values_of(text)
    except Unsure:
        return
    try:
        expected = YAML(typ="rt").load(text)
    except (YAMLError, ValueError) as error:
        raise AssertionError(f"ruamel refuses {text!r}") from error
    assert alike(expected, found)
