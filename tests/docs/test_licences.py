"""What is shipped is listed with its licence, and no licence is among them that nobody has looked at."""

from __future__ import annotations

import re
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from types import ModuleType
from typing import Any

import pytest

from cchc.paths import PROJECT_ROOT

# May be shipped with software of a department. Permissive ones; MPL and LGPL for what is used unchanged.
ALLOWED = {
    "0BSD", "Apache-2.0", "Artistic", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "MIT-0",
    "MIT-CMU", "MPL-2.0", "MPL-1.1", "LGPL", "LGPL-2.1-only", "LGPL-3.0", "LGPL-3.0-only", "LGPL-3.0-or-later",
    "PSF-2.0", "Unlicense", "Zlib",
}  # fmt: skip


def tool(name: str) -> ModuleType:
    """A script of `tools/`, which has no ending, as a module."""
    loader = SourceFileLoader(name, str(PROJECT_ROOT / "tools" / name))
    spec = spec_from_loader(name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


LICENCES: Any = tool("licences")


def may_ship(licence: str) -> bool:
    """One of alternatives is enough; of several that hold together each must be allowed."""
    return any(
        all(part.strip("() ") in ALLOWED for part in one.split(" AND ")) for one in licence.split(" OR ")
    )


def test_the_list_is_that_of_what_is_pinned() -> None:
    assert list(LICENCES.listed()) == LICENCES.pinned(), "run tools/licences"


def test_every_line_says_what_the_package_says_of_itself() -> None:
    found = LICENCES.listed()
    stated = {name: LICENCES.stated(name) for name in found}
    assert {name: found[name] for name, words in stated.items() if words} == {
        name: words for name, words in stated.items() if words
    }, "run tools/licences"
    assert sum(words is not None for words in stated.values()) > 150, "the environment is that of the pins"


def test_no_package_has_a_licence_that_may_not_be_shipped() -> None:
    assert {name: one for name, one in LICENCES.listed().items() if not may_ship(one)} == {}


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [("MIT", True), ("GPL-3.0-only", False), ("Artistic OR GPL", True), ("MIT AND GPL", False), ("", False)],
)
def test_a_licence_that_binds_the_whole_would_be_found(licence: str, allowed: bool) -> None:
    assert may_ship(licence) is allowed


SCAN: Any = tool("scan")


def finding(number: str, line: int) -> dict[str, Any]:
    return {
        "filename": "a.py",
        "line_number": line,
        "line_range": [line],
        "test_id": number,
        "issue_text": "x",
    }


def test_a_finding_needs_a_reason_on_its_line(tmp_path: Any) -> None:
    (tmp_path / "a.py").write_text("a()  # noqa: S310 - our own\nb()  # noqa: S310\nc()\n", encoding="utf-8")
    found = list(SCAN.unjustified([finding("B310", line) for line in (1, 2, 3)], tmp_path))
    assert [re.split(r"[: ]", one)[1] for one in found] == ["2", "3"]
    assert list(SCAN.unjustified([finding("B301", 1)], tmp_path)), "a reason is one for its own number"


def test_packages_of_which_nothing_is_known_are_not_called_sound() -> None:
    words, code = SCAN.judged(
        [{"name": "a", "skip_reason": "not found"}, {"name": "b", "version": "1", "vulns": []}]
    )
    assert code == 0 and "1 of 2" in words and "nothing is known" in words
    words, code = SCAN.judged([{"name": "b", "version": "1", "vulns": [{"id": "CVE-1"}]}])
    assert code == 1 and "b 1: CVE-1" in words
