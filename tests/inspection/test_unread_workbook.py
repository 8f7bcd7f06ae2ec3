"""The team's workbook that breaks its reader waits under 'Cần xem lại' until it can be read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.submissions.test_failures import HOW, fail

from cchc.clock import at
from cchc.errors import CchcError
from cchc.inspection import InspectionFinding, build_findings_workbook, load_choices
from cchc.run import Run
from cchc.stages import inspecting
from cchc.submissions import reading
from cchc.submissions.set_aside import waiting
from cchc.workbooks.forms import NotAForm


def read_badly(reader, *question):
    fail()
    return _real(reader, *question)


_real = inspecting._findings_in


@pytest.mark.slow
@pytest.mark.parametrize(
    "how", ["an exception", "want of memory", "death of the reader", "time", "a full disk"]
)
def test_a_workbook_that_breaks_its_reader_is_named_and_read_when_that_is_mended(
    store, instance, monkeypatch, how: str
) -> None:
    run = Run(store, instance, at(date(2026, 3, 2), 9), "2026-KT")
    inspecting.plan(run)
    unit = load_choices(store, "2026-KT")[0].unit_code
    order = InspectionFinding(unit, 1, "Chưa niêm yết", "Niêm yết đủ", None)
    names = {unit: run.units.get(unit).name}
    inspecting.findings_path(run).write_bytes(build_findings_workbook("Kết quả", names, [order], run.as_of))
    monkeypatch.setattr(inspecting, "_findings_in", read_badly)
    monkeypatch.setattr(reading, "LIMITS", replace(reading.LIMITS, seconds=20))
    monkeypatch.setenv(HOW, how)
    for _ in range(2):
        with pytest.raises(CchcError):
            inspecting.issue_letters(run)
    waits = waiting(store)
    assert [one.channel for one in waits] == ([] if how == "a full disk" else ["doan-kiem-tra"])

    monkeypatch.setenv(HOW, "")
    assert inspecting.issue_letters(replace(run, as_of=run.as_of + timedelta(hours=1))) == 1
    assert waiting(store) == []


@pytest.mark.slow
def test_a_workbook_that_is_read_after_all_and_refused_waits_no_longer(store, instance, monkeypatch) -> None:
    run = Run(store, instance, at(date(2026, 3, 2), 9), "2026-KT")
    inspecting.plan(run)
    inspecting.findings_path(run).write_bytes(b"%PDF-1.7")
    with monkeypatch.context() as broken:
        broken.setattr(inspecting, "_findings_in", read_badly)
        broken.setenv(HOW, "an exception")
        with pytest.raises(CchcError):
            inspecting.issue_letters(run)
    assert len(waiting(store)) == 1
    with pytest.raises(NotAForm):
        inspecting.issue_letters(replace(run, as_of=run.as_of + timedelta(hours=1)))
    assert waiting(store) == []
