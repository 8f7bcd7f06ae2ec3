"""Sentences of reports with a wrong figure ('sai') or none ('đúng'), a file for each family of relations.

'hai' stands for both: of '{wrong|right}' the first makes a wrong sentence, the second a right one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cchc.claims import check_text
from cchc.severity import Severity

_EITHER = re.compile(r"\{([^{}|]*)\|([^{}|]*)\}")


def _told(line: str) -> Iterator[tuple[str, str]]:
    verdict, text = line.split(": ", 1)
    if verdict == "hai":
        yield from (("sai", _EITHER.sub(r"\1", text)), ("đúng", _EITHER.sub(r"\2", text)))
    else:
        yield verdict, text


_LINES = [
    pytest.param(*told, id=f"{file.stem}-{number}-{told[0]}")
    for file in sorted((Path(__file__).parent / "sentences").glob("*.txt"))
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
    for told in _told(line)
]


@pytest.mark.parametrize(("verdict", "text"), _LINES)
def test_a_wrong_figure_is_told_and_a_right_one_is_not(verdict: str, text: str) -> None:
    faults = check_text(text.replace(r"\n", "\n")).faults
    told = [one.message for one in faults if one.severity is not Severity.NOTE]
    assert bool(told) == {"sai": True, "đúng": False}[verdict], told


def test_the_base_that_was_taken_by_mistake_is_named() -> None:
    text = "Phát ra 400 phiếu, thu về 372 phiếu, 351 phiếu hài lòng. Tỷ lệ hài lòng trên số phiếu thu về là 87,75%."
    [fault] = check_text(text).faults
    assert fault.expected == "94,35%"
    assert "400" in fault.message
