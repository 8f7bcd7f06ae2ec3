"""What is counted and chosen by says of every criterion what is read of it, whichever desk is asked for first."""

from __future__ import annotations

from dataclasses import replace

from tests.support.appraised import DURING, LATE, OWN, ROUND, SCORED, SET, appraisal, opened, proven, said

from cchc.paths import Instance
from cchc.run import Run
from cchc.scores import EXPLAINS, Stage, UnitExplanation, put_explanation
from cchc.scoring.appraisal import AppraisalChoice, Decided
from cchc.scoring.briefs import Judged
from cchc.scoring.cases import Docket
from cchc.store import Store

LAW = [row.code for row in SET.rows if row.appraiser == "so-tu-phap"]
FACTS = ("proven", "explained", "reopened")


def words(one: Judged) -> tuple[object, ...]:
    points = (one.claim, one.computed, one.first_points, one.last_points)
    return one.key, points, one.is_proven, one.is_explained, one.reopened


def appraised(store: Store, instance: Instance) -> Run:
    """A claim, a proof, decisions of both turns, an explanation, and what was opened again."""
    run = opened(store, instance)
    first, second = LAW[:2]
    said(run, SCORED, first, Stage.CLAIM, "0.5")
    for code in LAW[:2]:
        said(run, SCORED, code, Stage.COMPUTED, "0.25")
    proven(run, SCORED, first)
    proven(run, OWN, second)
    appraisal(run, "tp1", DURING).decide(
        [Decided(SCORED, code, AppraisalChoice.EXCLUDE, None, "Không có", "CV 1") for code in (first, second)]
    )
    explained = UnitExplanation(ROUND, SCORED, first, 0, EXPLAINS, "Đã ban hành", (), SCORED, DURING)
    with run.store.write() as tx:
        put_explanation(tx, explained)
    appraisal(run, "thuky1", DURING).reopen(SCORED, second, "Sai số liệu", "CV 3")
    return replace(run, as_of=LATE)


def test_what_is_counted_by_is_what_is_read(store: Store, instance: Instance) -> None:
    run = appraised(store, instance)
    read, counted, at_once = Docket(run), Docket(run), Docket(run)
    at_once.read_briefs({desk.code for desk in at_once.desks})
    told = set[str]()
    for desk in read.desks:
        cases = [words(one) for one in read.of(desk)]
        assert [words(one) for one in counted.briefs_of(desk)] == cases
        assert [words(one) for one in at_once.briefs_of(desk)] == cases
        told |= {name for _, _, *facts in cases for name, holds in zip(FACTS, facts, strict=True) if holds}
    assert told == set(FACTS)
