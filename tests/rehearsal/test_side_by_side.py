"""Copies of a mapped task run in processes of their own, hand on what they found, and none is waited for in vain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.dags.processes import answer_of

from cchc.paths import Instance


@pytest.fixture(scope="module")
def answer(tmp_path_factory: pytest.TempPathFactory) -> Any:
    place: Path = tmp_path_factory.mktemp("ban-sao")
    folder = place / "dags"
    environment = {"AIRFLOW__CORE__DAGS_FOLDER": str(folder)}
    return answer_of("copies", Instance(place / "nha"), environment, [str(folder)])[0]


def test_copies_run_in_two_processes_beside_ours_and_what_each_found_is_handed_on(answer: Any) -> None:
    run = answer["runs"][0]
    assert run["state"] == "success"
    assert [number for number, _ in run["gathered"]] == [0, 1, 2, 3, 4]
    first, second = ({process for number, process in run["gathered"] if number % 2 == odd} for odd in (0, 1))
    assert len(first) == len(second) == 1
    assert len(first | second | {answer["own"]}) == 3


def test_a_copy_that_kills_its_process_has_failed_and_so_have_those_behind_it(answer: Any) -> None:
    run = answer["runs"][1]
    assert run["copies"] == {"0": "success", "1": "failed", "2": "success", "3": "failed", "4": "success"}
    assert [number for number, _ in run["gathered"]] == [0, 2, 4]


def test_runs_beside_ours_follow_each_other_and_one_that_breaks_off_is_named(answer: Any) -> None:
    days, processes = zip(*answer["beside"], strict=True)
    assert days == ("1", "2", "3")
    assert len({*processes, str(answer["own"])}) == 4
    assert answer["failed"] == ["nho 2"]
