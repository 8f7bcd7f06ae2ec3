"""A file of any kind that was cut, or of which some bytes are wrong: rows that add up, or one of our messages."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.sources.formats import FORMATS
from tests.sources.samples import register, row
from tests.sources.test_tables import OLD_WORKBOOK

from cchc.errors import CchcError
from cchc.sources.preview import preview
from cchc.sources.tables import KINDS

DAY = date(2026, 3, 14)
WHOLE = {
    name: content(
        [row(f"H01-{number}", Trạng_thái="Chờ" if number % 7 == 0 else "Đang xử lý") for number in range(20)]
    )
    for name, content in FORMATS.items()
} | {"cu.xls": OLD_WORKBOOK.read_bytes()}


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    """A whole file with a piece taken out, put in, or overwritten; a piece to the end is a cut."""
    name = draw(st.sampled_from(sorted(WHOLE)))
    content = WHOLE[name]
    first = draw(st.integers(0, len(content)))
    last = draw(st.one_of(st.just(len(content)), st.integers(first, min(len(content), first + 200))))
    return name, content[:first] + draw(st.binary(max_size=20)) + content[last:]


@settings(max_examples=60, deadline=None)
@given(damaged())
def test_a_damaged_file_never_ends_in_an_error_of_a_library(file: tuple[str, bytes]) -> None:
    name, content = file
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            found = preview(path, register(), DAY)
        except CchcError as refusal:
            told = str(refusal)
        else:
            told = f"{name}: {found.read}"
            refused = {number for numbers in found.reasons.values() for number in numbers}
            assert found.read == found.accepted + len(refused)
    assert name in told


def test_a_cut_old_workbook_is_told_though_its_reader_panics(tmp_path: Path) -> None:
    whole = OLD_WORKBOOK.read_bytes()
    for size in range(600, len(whole), 997):
        path = tmp_path / "a.xls"
        path.write_bytes(whole[:size])
        with pytest.raises(CchcError, match="hỏng"):
            preview(path, register(), DAY)


def test_every_kind_of_file_is_among_the_damaged_ones() -> None:
    assert {kind for kind in KINDS if not any(name.endswith(kind) for name in WHOLE)} == {".xlsm"}
