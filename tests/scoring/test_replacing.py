"""A set is replaced within the year by whoever may, for a reason; only units whose rows changed are concerned."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from tests.scores.conftest import open_scoring_round
from typer.testing import CliRunner

from cchc import clock
from cchc.cli import app
from cchc.clock import at
from cchc.errors import NothingToDo, RuleRefused
from cchc.paths import Instance
from cchc.run import Run
from cchc.scores import FileEventKind, file_events, pinned, versions_of
from cchc.scoring.replacing import ReplacedSet, replace_set
from cchc.store import Store, upgrade

ROUND = "2026-CD"
BEFORE_LOCK, AFTER_LOCK = at(date(2026, 12, 10), 9), at(date(2027, 1, 12), 9)
WHY, PAPER = "Sửa theo góp ý", "Công văn 12/SNV-CCHC"


@pytest.fixture
def sets(config_copy: Path) -> Path:
    """The folder of the sets, which the test edits after the round was opened."""
    return config_copy / "criteria"


def edit(sets: Path, code: str, old: str, new: str, file: str = "tieu_chi.csv") -> None:
    path = sets / code / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def replaced(
    store: Store, instance: Instance, actor: str = "thuky1", moment: datetime = BEFORE_LOCK,
    code: str = "so-2026", reason: str = WHY, document: str = PAPER,
) -> ReplacedSet:  # fmt: skip
    return replace_set(Run(store, instance, moment, ROUND, actor=actor), code, reason, document)


def test_a_row_of_one_unit_concerns_that_unit_alone(store: Store, instance: Instance, sets: Path) -> None:
    open_scoring_round(store)
    before = pinned(store, ROUND)["so-2026"].version
    edit(sets, "so-2026", "Hồ sơ xây dựng đúng hạn", "Hồ sơ xây dựng trả đúng hạn")
    done = replaced(store, instance)
    assert (done.before, done.changed) == (before, {"so-xay-dung": ("3.2.4",)})
    assert pinned(store, ROUND)["so-2026"].version == done.after
    assert {done.before, done.after} <= set(versions_of(store, ROUND))
    events = [one for one in file_events(store, ROUND) if one.kind is FileEventKind.SET_REPLACED]
    assert [(one.unit_code, one.actor, one.reason, one.document_no) for one in events] == [
        ("", "thuky1", WHY, PAPER), ("so-xay-dung", "thuky1", WHY, PAPER),
    ]  # fmt: skip
    with pytest.raises(NothingToDo, match=done.after):
        replaced(store, instance)


def test_a_row_of_everybody_concerns_all(store: Store, instance: Instance, sets: Path) -> None:
    open_scoring_round(store)
    edit(sets, "xa-2026", "dat:1;khong:0", "dat:1;mot_phan:0.5;khong:0")
    done = replaced(store, instance, code="xa-2026")
    assert len(done.changed) == 102
    assert set(done.changed.values()) == {("1.1.2",)}


@pytest.mark.parametrize(
    ("actor", "moment", "rule"),
    [
        ("nv1", BEFORE_LOCK, "not-secretary"),
        ("vp.pct", BEFORE_LOCK, "not-secretary"),
        ("thuky1", AFTER_LOCK, "not-council"),
    ],
)
def test_others_may_not(store: Store, instance: Instance, sets: Path, actor, moment, rule) -> None:
    open_scoring_round(store)
    edit(sets, "so-2026", "Hồ sơ xây dựng đúng hạn", "Hồ sơ xây dựng trả đúng hạn")
    with pytest.raises(RuleRefused) as raised:
        replaced(store, instance, actor, moment)
    assert raised.value.rule == rule


def test_after_the_lock_the_council_may(store: Store, instance: Instance, sets: Path) -> None:
    open_scoring_round(store)
    edit(sets, "so-2026", "Hồ sơ xây dựng đúng hạn", "Hồ sơ xây dựng trả đúng hạn")
    assert replaced(store, instance, "vp.pct", AFTER_LOCK).changed


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"reason": " "}, "reason-needed"),
        ({"document": ""}, "document-needed"),
        ({"code": "qd766"}, "set-not-in-round"),
    ],
)
def test_nothing_is_replaced_in_silence(store: Store, instance: Instance, sets: Path, more, rule) -> None:
    open_scoring_round(store)
    before = pinned(store, ROUND)["so-2026"].version
    edit(sets, "so-2026", "Hồ sơ xây dựng đúng hạn", "Hồ sơ xây dựng trả đúng hạn")
    with pytest.raises(RuleRefused) as raised:
        replaced(store, instance, **more)
    assert raised.value.rule == rule
    assert pinned(store, ROUND)["so-2026"].version == before
    assert not [one for one in file_events(store, ROUND) if one.kind is FileEventKind.SET_REPLACED]


def test_no_unit_is_moved_to_another_list_in_the_middle_of_a_year(
    store: Store, instance: Instance, sets: Path
) -> None:
    open_scoring_round(store)
    edit(
        sets,
        "so-2026",
        'kinds: ["cơ quan ngành dọc"]',
        'kinds: ["cơ quan ngành dọc", "thanh tra"]',
        "bo.yaml",
    )
    with pytest.raises(RuleRefused, match="xếp hạng đơn vị khác: Thanh tra tỉnh"):
        replaced(store, instance)


def test_the_command_says_who_is_concerned(
    instance: Instance, sets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_scoring_round(upgrade(Store(instance.store_url)))
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    monkeypatch.setattr(clock, "now", lambda: BEFORE_LOCK)
    edit(sets, "so-2026", "Hồ sơ xây dựng đúng hạn", "Hồ sơ xây dựng trả đúng hạn")
    words = ["cham-diem", "bo", "doi", "so-2026", "--ly-do", WHY, "--van-ban", PAPER, "--nguoi", "thuky1"]
    told = CliRunner().invoke(app, words, catch_exceptions=False).output
    assert "1 đơn vị có tiêu chí thay đổi" in told
    assert "- Tiêu chí 3.2.4: 1 đơn vị (Sở Xây dựng)." in told
    assert "gửi biểu tự chấm của 0 đơn vị" in told, "this round asked it of two other units"
    with pytest.raises(NothingToDo):
        CliRunner().invoke(app, words, catch_exceptions=False)
