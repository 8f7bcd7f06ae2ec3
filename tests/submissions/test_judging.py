"""A report is judged against the figures that its rules speak of, each from its own round and unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.support.province import UNIT, good_answers

from cchc.checks import Rules, reference_rounds
from cchc.clock import at
from cchc.paths import Instance
from cchc.run import Run
from cchc.stages import opening
from cchc.store import Store
from cchc.submissions import judging
from cchc.submissions.arrivals import Arrival, Channel
from cchc_rehearsal.fill import fill_workbook

OPENED, JUDGED = at(date(2026, 6, 2), 8), at(date(2026, 6, 12), 9)


def test_each_rule_is_given_the_unit_s_own_figures_of_the_round_it_speaks_of(
    store: Store, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(store, instance, OPENED, "2026-6T")
    opening.open_round(run)
    opening.build_workbooks(run, [UNIT])
    form = opening.workbook_path(run, run.round, run.units.get(UNIT)).read_bytes()
    rounds = reference_rounds(run.calendar, run.round)
    assert rounds.previous and rounds.last_year and rounds.opening and rounds.covered
    seen: list[Any] = []
    for name in ("round_figures", "last_year_figures"):
        monkeypatch.setattr(
            judging, name, lambda _run, round_id, unit: {f"{round_id}/{unit.code}": Decimal(1)}
        )
    monkeypatch.setattr(
        judging, "peer_figures", lambda _run, round_, unit: {f"{round_.round_id}/{unit.code}": [Decimal(2)]}
    )
    monkeypatch.setattr(judging, "run_checks", lambda _filled, context, _rules: seen.append(context) or [])
    arrival = Arrival(
        file_name=f"2026-6T_{UNIT}.xlsx",
        content=fill_workbook(form, good_answers(form, 3)),
        received_at=JUDGED,
        channel=Channel.FOLDER,
        round_id="2026-6T",
    )
    verdict = judging.judge(replace(run, as_of=JUDGED), Rules.load(), arrival)
    assert verdict.word == "accepted"
    (context,) = seen
    assert list(context.previous) == [f"{rounds.previous}/{UNIT}"]
    assert list(context.last_year) == [f"{rounds.last_year}/{UNIT}"]
    assert list(context.opening) == [f"{rounds.opening}/{UNIT}"]
    assert {one: list(found) for one, found in context.covered.items()} == {
        one: [f"{one}/{UNIT}"] for one in rounds.covered
    }
    assert list(context.peers) == [f"2026-6T/{UNIT}"]
    assert (context.unit.code, context.round_.round_id, context.as_of) == (UNIT, "2026-6T", JUDGED)


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("2026-Q1_30760.xlsx", "30760"),
        ("2026-Q1_30760-ban-2.xlsx", "30760"),
        ("2026-Q1_vp-ubnd.xlsx", "vp-ubnd"),
        ("2026-Q1_so-noi-vu (1).xlsx", "so-noi-vu"),
        ("2026-Q1_so-noi-vu-da-sua.xlsx", "so-noi-vu"),
        ("2026-Q1_khong-co-don-vi.xlsx", None),
        ("Báo cáo quý I.xlsx", None),
    ],
)
def test_a_file_nobody_can_read_is_answered_to_the_unit_that_our_own_name_tells(
    store: Store, instance: Instance, name: str, unit: str | None
) -> None:
    run = Run(store, instance, at(date(2026, 3, 10), 9), "2026-Q1")
    arrival = Arrival(name, b"PK\x03\x04 rac", run.as_of, Channel.FOLDER, round_id="2026-Q1")
    verdict = judging.judge(run, Rules.load(), arrival)
    assert [mail.unit_code for mail in verdict.mails] == ([unit] if unit else [])
