"""Commands about a published result: verified, its neighbours, another set tried; none of them writes a point."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from tests.support.results import decide_all, kept_set
from typer.testing import CliRunner

from cchc.cli import app
from cchc.clock import at, to_text
from cchc.errors import CchcError
from cchc.paths import Instance
from cchc.run import Approval, Run
from cchc.scores import pin_sets
from cchc.stages import score_publishing
from cchc.store import Store, upgrade

ROUND = "2026-CD"
OTHER = kept_set(("1.1", "20", "dat:20;mot_phan:10;khong:0"), ("2.1", "80", "dat:80;khong:0"), code="so-khac")
POINTS = {"so-noi-vu": ("60", "0"), "so-tu-phap": ("30", "40")}


@pytest.fixture
def run(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Two bodies with a published result; the set itself applies to bodies and communes."""
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    monkeypatch.setenv("COLUMNS", "200")
    own = Run(upgrade(Store(instance.store_url)), instance, at(date(2026, 12, 1), 9), ROUND)
    small = kept_set(
        ("1.1", "60", "dat:60;mot_phan:30;khong:0"), ("2.1", "40", "dat:40;khong:0"),
        code="so-thu", applies_to={"units": list(POINTS)},
    )  # fmt: skip
    decide_all(own, small, POINTS, at(date(2027, 1, 20), 9))
    drafted = replace(own, as_of=at(date(2027, 1, 28), 9))
    score_publishing.draft(drafted)
    told = {
        "decision": "approve", "by": "Chủ tịch", "decided_at": to_text(at(date(2027, 1, 29), 9)),
        "number": "7", "symbol": "QĐ-UBND", "issued_on": "2027-01-29",
    }  # fmt: skip
    score_publishing.publish(drafted, Approval.parse(told))
    return drafted


@pytest.fixture
def said(run: Run) -> Callable[..., str]:
    def command(*words: str) -> str:
        result = CliRunner().invoke(app, ["cham-diem", *words], catch_exceptions=True)
        if isinstance(result.exception, CchcError):
            raise result.exception
        assert result.exit_code == 0, result.output
        return " ".join(result.output.split())

    return command


def count(run: Run) -> int:
    with run.store.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM score_events").scalar_one())


def test_a_published_result_is_verified_and_a_changed_one_told_with_the_unit(
    run: Run, said: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "2 kết quả đơn vị, 4 điểm tiêu chí" in said("xac-minh", ROUND)
    monkeypatch.setenv("CCHC_CONFIG", str(run.instance.root / "khong-co"))
    assert "khớp từng chữ số" in said("xac-minh", ROUND), "without a configuration too"
    with run.store.engine.begin() as connection:
        for (name,) in connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.exec_driver_sql("UPDATE rankings SET class = 'Tốt' WHERE unit_code = 'so-tu-phap'")
    with pytest.raises(CchcError, match="không khớp sổ điểm, 1 chỗ"):
        said("xac-minh", ROUND)


def test_the_neighbours_of_a_list_and_one_units_distances_are_told(said: Callable[..., str]) -> None:
    assert "Bỏ tiêu chí này" in said("do-nhay", ROUND)
    told = said("do-nhay", ROUND, "--don-vi", "so-noi-vu")
    assert "Còn thiếu 10,00 điểm để bằng Sở Tư pháp" in told and "Nên khắc phục trước" in told
    with pytest.raises(CchcError, match="Không có đơn vị khong-co"):
        said("do-nhay", ROUND, "--don-vi", "khong-co")


def test_trying_another_set_moves_units_and_writes_no_event(run: Run, said: Callable[..., str]) -> None:
    with run.store.write() as tx:  # a version that another round once used is found by its name
        pin_sets(tx, ROUND, {"khac": OTHER}, run.as_of, actor="thu")
    before = count(run)
    told = said("thu-bo", OTHER.version, "--nam", "2026", "--tat-ca")
    assert "2 đơn vị, 0 đơn vị đổi hạng, 2 đơn vị đổi xếp loại" in told
    assert "0 tính từ số liệu, 4 giữ theo quyết định đã có" in told
    assert count(run) == before


def test_a_real_set_says_which_figures_it_lacks(said: Callable[..., str]) -> None:
    told = said("thu-bo", "qd766", "--nam", "2026")
    words = ("KS.cong_bo (2 đơn vị)", "ngoai:QD766_DVCTT (2 đơn vị)", "2 đơn vị không xếp hạng")
    assert [word for word in words if word not in told] == []


def test_a_set_that_nobody_has_is_named_with_those_there_are(said: Callable[..., str]) -> None:
    with pytest.raises(CchcError, match=r"Không có bộ tiêu chí so-la.*xa-2026"):
        said("so-sanh-bo", "so-la", "xa-2026")


def test_two_versions_are_compared_row_by_row(run: Run, said: Callable[..., str]) -> None:
    with run.store.write() as tx:
        pin_sets(tx, ROUND, {"khac": OTHER}, run.as_of, actor="thu")
    assert "list_name" in said("so-sanh-bo", "xa-2026", OTHER.version)
    assert "như nhau" in said("so-sanh-bo", OTHER.version, OTHER.version)
