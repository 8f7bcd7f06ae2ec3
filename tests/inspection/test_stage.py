"""Self-scoring in an installation: forms arrive, and twice is as once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from cchc.clock import at
from cchc.errors import NothingToDo
from cchc.run import Run
from cchc.scoring import load_scores
from cchc.stages import receiving, scoring
from cchc.store import fingerprint
from cchc_rehearsal.fill import Answers, fill_workbook


def test_a_self_score_counts_where_the_data_say_nothing(store, instance) -> None:
    run = Run(store, instance, at(date(2026, 11, 16), 9), "2026-CD")
    assert scoring.open_self_scoring(run) == 122
    name = "2026-CD_30292.xlsx"
    form = instance.round_out("2026-CD") / "bieu-mau" / name
    inbox = instance.inbox / "2026-CD" / name
    inbox.write_bytes(fill_workbook(form.read_bytes(), Answers(scores={"1.1.1": {"self_points": 1}})))
    moment = at(date(2026, 11, 20), 9)
    received = replace(run, as_of=moment)
    assert receiving.receive(received, receiving.pending(received)) == {"warned": 1}, "criteria left blank"
    end = replace(run, as_of=at(date(2026, 12, 23), 9))
    with pytest.raises(NothingToDo, match="tự chấm"):
        scoring.score(run)
    documents = scoring.score(end)
    own = {score.criterion: score for score in load_scores(store, "2026-CD")["30292"]}
    assert (own["1.1.1"].final, own["1.1.1"].basis) == (Decimal(1), "tu-cham")
    assert own["1.2.1"].final is None  # no report round was held: nothing is known, and nothing is zero
    before = fingerprint(store)
    assert scoring.open_self_scoring(run) == 122
    assert scoring.score(end) == documents
    assert fingerprint(store) == before


def test_a_self_scoring_that_died_while_it_was_opened_is_opened_to_its_end(
    store, instance, monkeypatch
) -> None:
    """Its round stood already: the next try took it for opened, and no unit was ever asked."""
    run = Run(store, instance, at(date(2026, 11, 16), 9), "2026-CD")
    units = scoring.obliged_units(run, run.round)[:3]
    monkeypatch.setattr(scoring, "obliged_units", lambda *_: units)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    for name in ("prepare", "build_self_score_workbook", "request"):
        with monkeypatch.context() as dying:
            dying.setattr(scoring, name, die)
            with pytest.raises(KeyboardInterrupt):
                scoring.open_self_scoring(run)
    assert scoring.open_self_scoring(run) == 3
    asked = {row["obligation_id"] for row in store.query("chasing.all_reminders")}
    assert asked == {f"2026-CD/{unit.code}/tu_cham" for unit in units}
    before = fingerprint(store)
    for moment in (run.as_of, at(date(2026, 12, 30), 9)):
        assert scoring.open_self_scoring(replace(run, as_of=moment)) == 3
    assert fingerprint(store) == before
