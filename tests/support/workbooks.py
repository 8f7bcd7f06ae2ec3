"""One unit, one round and the forms made for them."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from types import SimpleNamespace

import pytest

from cchc.clock import at
from cchc.indicators import IndicatorRegister
from cchc.workbooks.report_book import build_report_workbook
from cchc.year import Round, RoundKind, Window

AS_OF = at(date(2026, 3, 2), 8)


class Content(bytes):
    """A file's bytes that do not fill the screen when a test fails."""

    def __repr__(self) -> str:
        return f"<{len(self)} bytes>"


@pytest.fixture(scope="session")
def as_of():
    return AS_OF


@pytest.fixture(scope="session")
def unit():
    return SimpleNamespace(code="30760", name="Ủy ban nhân dân phường Rạch Giá", tier="xa")


@pytest.fixture(scope="session")
def round_():
    return Round(
        round_id="2026-Q1",
        year=2026,
        kind=RoundKind.Q1,
        title="Báo cáo cải cách hành chính quý I năm 2026",
        opens_at=AS_OF,
        window=Window(date(2025, 12, 15), date(2026, 3, 14)),
        unit_due_at=at(date(2026, 3, 17), 17),
        province_due_on=date(2026, 3, 20),
        closes_at=at(date(2026, 3, 19), 8),
        tiers=("so", "xa"),
    )


@pytest.fixture(scope="session")
def indicators():
    return list(IndicatorRegister.load().all)


@pytest.fixture(scope="session")
def report(unit, round_, indicators):
    """An empty form with every indicator there is."""
    return Content(build_report_workbook(unit, round_, indicators, as_of=AS_OF))


@pytest.fixture(scope="session")
def rewrite():
    """rewrite(content, part, pattern, replacement): change a part of the archive by a regular expression."""

    def change(content: bytes, part: str, pattern: str, replacement: str) -> bytes:
        source, target = io.BytesIO(content), io.BytesIO()
        with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
            for name in old.namelist():
                data = old.read(name)
                if name == part:
                    text, count = re.subn(pattern, replacement, data.decode(), flags=re.DOTALL)
                    assert count, f"{pattern} not found in {part}"
                    data = text.encode()
                new.writestr(name, data)
        return target.getvalue()

    return change
