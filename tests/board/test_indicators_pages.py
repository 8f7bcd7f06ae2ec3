"""Pages of indicators: found without accents, every unit the worst first, and down to the counts and the file."""

from __future__ import annotations

import html
import re
from decimal import Decimal

import pytest
from fastapi.testclient import TestClient
from tests.board.samples import ATTACK
from tests.board.test_lists_as_files import sheet_of
from tests.figures.test_reconciliation import drafted, figure, share, systems
from tests.support.reports import Reporting, reporting

from cchc.mail.department import Account, Department
from cchc.sources import ONE_STOP
from cchc.store import Store
from cchc_board.actors import Actor
from cchc_board.app import create_app
from cchc_board.indicators.steps import HEIGHT, bars

__all__ = ["reporting"]  # a fixture
DAY = "ngay=2026-03-20"


@pytest.fixture
def any_store(store: Store) -> Store:
    """One engine: the statements are tried on both in the tests of figures."""
    return store


@pytest.fixture
def shown(reporting: Reporting, monkeypatch: pytest.MonkeyPatch) -> Reporting:
    """Six units: the first is silent, the second is off and says why in words that must not run, the rest agree."""
    monkeypatch.setenv("CCHC_HOME", str(reporting.instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", reporting.store.url)
    _, off, *same = reporting.units
    reporting.report(off, {"T06.1": figure("T06.1", "1090", explanation=ATTACK)})
    for unit in same:
        reporting.report(unit, {"T06.1": figure("T06.1", "20")})
    values = {(unit.code, "T06.1"): figure("T06.1", "20") for unit in (off, *same)}
    systems(reporting, ONE_STOP, values | {(off.code, "T06.R"): share("T06.R", 9, 10)})
    drafted(reporting)
    return reporting


def browser() -> TestClient:
    return TestClient(create_app(lambda: None, str))


def page(address: str) -> str:
    answer = browser().get(f"{address}{'&' if '?' in address else '?'}{DAY}")
    assert answer.status_code == 200, answer.text
    assert ATTACK not in answer.text
    return html.unescape(answer.text)


def test_indicators_are_found_without_accents_with_the_provinces_figure_and_its_origin(
    shown: Reporting,
) -> None:
    found = page("/chi-tieu?tim=ho so nhan giai quyet")
    assert "T06.1" in found and "I.1.1<" not in found
    row = re.search(r"T06\.1</a>.*?</tr>", found, re.DOTALL)
    assert row is not None and "<b>100</b>" in row[0] and "5/6" in row[0] and "phần mềm: 5" in row[0]
    assert "Không có chỉ tiêu nào khớp “xyzw”" in page("/chi-tieu?tim=xyzw")
    assert browser().get(f"/chi-tieu?dot=2026-NAM&{DAY}").status_code == 404


def test_before_the_draft_the_list_says_that_there_is_no_figure_yet(shown: Reporting) -> None:
    early = html.unescape(browser().get("/chi-tieu?ngay=2026-03-12").text)
    assert "chưa tổng hợp" in early and "<b>100</b>" not in early


def test_units_stand_the_worst_first_and_the_filter_shows_what_it_counts(shown: Reporting) -> None:
    silent, off, *_ = shown.units
    found = page("/chi-tieu/T06.1")
    names = re.findall(r'/chi-tieu/T06\.1/don-vi/([^"?]+)\?', found)
    assert names[:2] == [off.code, silent.code] and set(names) == {one.code for one in shown.units}
    assert "lệch, đã giải trình" in found and "1.070" in found and "thiếu số" in found
    assert "Thiếu số (1)" in found
    lacking = page("/chi-tieu/T06.1?loc=thieu")
    assert re.findall(r'/chi-tieu/T06\.1/don-vi/([^"?]+)\?', lacking) == [silent.code]
    assert browser().get(f"/chi-tieu/T06.1?loc=la&{DAY}").status_code == 404
    assert browser().get(f"/chi-tieu/X.9?{DAY}").status_code == 404


def test_the_figures_are_taken_away_as_numbers(shown: Reporting) -> None:
    _, off, *_ = shown.units
    answer = browser().get(f"/chi-tieu/T06.1/so-lieu.xlsx?{DAY}")
    assert 'filename="chi-tieu-T06.1-2026-Q1-2026-03-20.xlsx"' in answer.headers["content-disposition"]
    heads, *rows = sheet_of(answer.content)
    assert heads[:3] == ("Mã", "Đơn vị", "Cấp")
    first = dict(zip(heads, rows[0], strict=True))
    assert (first["Mã"], first["Đơn vị ghi"], first["Một cửa"], first["Chênh lệch"]) == (
        off.code,
        1090,
        20,
        1070,
    )
    assert len(rows) == 6 and dict(zip(heads, rows[1], strict=True))["Số được lấy"] is None


def test_one_units_figure_is_followed_down_to_its_counts_and_its_file(shown: Reporting) -> None:
    _, off, *_ = shown.units
    found = page(f"/chi-tieu/T06.R/don-vi/{off.code}")
    assert "9/10" in found and "bản chụp chốt đến 14/03/2026" in found
    assert "Bản chụp một cửa đếm được của đơn vị" in found
    of_count = page(f"/chi-tieu/T06.1/don-vi/{off.code}")
    (link,) = re.findall(r'href="(/bai-nop/[^"]+)"', of_count)
    assert browser().get(link).status_code == 200, "the name of a kept file holds slashes"
    assert browser().get(f"/chi-tieu/T06.1/don-vi/la?{DAY}").status_code == 404
    answer = browser().get(f"/chi-tieu/III.6.6/don-vi/{off.code}?{DAY}")
    assert answer.status_code == 404 and "không hỏi" in html.unescape(answer.text)


def test_an_officer_who_was_given_units_sees_the_figures_of_those_alone(
    shown: Reporting, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, off, *_ = shown.units
    department = Department.load()
    given = Account(name="Chuyên viên", role="van-hanh", units=(off.code,))
    changed = department.model_copy(update={"accounts": {"cb1": given}})
    monkeypatch.setattr(Department, "load", classmethod(lambda _cls, _folder=None: changed))
    officer = TestClient(create_app(lambda: None, str, lambda: Actor("cb1"), b"k" * 32))
    found = officer.get(f"/chi-tieu/T06.1?{DAY}").text
    assert set(re.findall(r'/chi-tieu/T06\.1/don-vi/([^"?]+)\?', found)) == {off.code}
    _, *rows = sheet_of(officer.get(f"/chi-tieu/T06.1/so-lieu.xlsx?{DAY}").content)
    assert [row[0] for row in rows] == [off.code]
    answers = [officer.get(f"/chi-tieu/T06.1/don-vi/{unit.code}?{DAY}") for unit in shown.units[:2]]
    assert [one.status_code == 200 for one in answers] == [False, True]


def test_a_figure_that_no_unit_states_is_shown_without_a_list_of_units(shown: Reporting) -> None:
    assert "Không đơn vị nào nêu chỉ tiêu này" in page("/chi-tieu/KH.1")


def test_what_nobody_knows_has_no_bar_and_0_has_one_of_no_height() -> None:
    drawn = bars(
        [
            ("2026-Q1", "1", Decimal(1)),
            ("2026-6T", "-", None),
            ("2026-Q3", "0", Decimal()),
            ("2026-NAM", "400", Decimal(400)),
        ]
    )
    assert [one.height for one in drawn] == [1, None, 0, HEIGHT]
    assert bars([("2026-Q1", "1", Decimal(1)), ("2026-6T", "-", None)]) == []
