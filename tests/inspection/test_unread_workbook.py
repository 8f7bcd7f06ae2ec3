"""The team's workbook that breaks its reader waits under 'Cần xem lại' until it can be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.inspection.scene import Scene, finding
from tests.support.bad_readers import BAD, HOW, find_badly

from cchc.errors import CchcError
from cchc.inspection import team_book
from cchc.stages import inspecting
from cchc.submissions import reading
from cchc.submissions.set_aside import waiting
from cchc.workbooks.forms import NotAForm

UNIT = "30292"


@pytest.mark.slow
@pytest.mark.parametrize(
    "how", ["an exception", "want of memory", "death of the reader", "time", "a full disk"]
)
def test_a_workbook_that_breaks_its_reader_is_named_and_read_when_that_is_mended(
    store, instance, monkeypatch, how: str
) -> None:
    scene = Scene.made(store, instance, [UNIT])
    run = scene.run
    scene.handed_in(finding(UNIT, "Chưa niêm yết", "Niêm yết đủ"))
    monkeypatch.setattr(team_book, "_findings_in", find_badly)
    monkeypatch.setattr(reading, "LIMITS", replace(reading.LIMITS, seconds=20))
    monkeypatch.setenv(BAD, "")
    monkeypatch.setenv(HOW, how)
    for _ in range(2):
        with pytest.raises(CchcError):
            inspecting.read_findings(run)
    waits = waiting(store)
    assert [one.channel for one in waits] == ([] if how == "a full disk" else ["doan-kiem-tra"])

    monkeypatch.delenv(BAD)
    assert len(inspecting.read_findings(replace(run, as_of=run.as_of + timedelta(hours=1)))) == 1
    assert waiting(store) == []


@pytest.mark.slow
def test_a_workbook_that_is_read_after_all_and_refused_waits_no_longer(store, instance, monkeypatch) -> None:
    run = Scene.made(store, instance, [UNIT]).run
    team_book.team_book_path(run).write_bytes(b"%PDF-1.7")
    with monkeypatch.context() as broken:
        broken.setattr(team_book, "_findings_in", find_badly)
        broken.setenv(BAD, "")
        with pytest.raises(CchcError):
            inspecting.read_findings(run)
    assert len(waiting(store)) == 1
    with pytest.raises(NotAForm):
        inspecting.read_findings(replace(run, as_of=run.as_of + timedelta(hours=1)))
    assert waiting(store) == []
