"""Self-scoring workbooks as units fill them in: some points and their evidence, of each item its own."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from cchc.criteria import CriteriaSets
from cchc.form_key import form_key
from cchc.obligations import Obligation
from cchc.run import Run
from cchc.scores import pin_sets, standing
from cchc.submissions.inbox import prepare
from cchc.texts import t
from cchc.units import Unit
from cchc.workbooks.score_book import build_self_score_workbook, lines_of
from cchc.year import Product
from cchc_rehearsal.fill import Answers, fill_workbook
from cchc_rehearsal.reception.filled_form import FilledIn
from cchc_rehearsal.reception.promises import Figure

SCORING_ROUND = "2026-CD"
_SCORED = 6  # rows that a unit fills in; the others it leaves blank, of which it is warned
_STEP = Decimal("0.25")


class ScoreForms:
    """The self-scoring round of these units, open beside the report's; nobody was asked by mail."""

    def __init__(self, run: Run, units: list[Unit]) -> None:
        self.run = replace(run, round_id=SCORING_ROUND, peer_cache={}, system_cache={})
        round_ = self.run.round
        self.run.rounds.open(round_, run.as_of, run.actor)
        prepare(self.run, round_)
        sets = CriteriaSets.load()
        self.sets = {unit.code: sets.of(unit, round_.reference_day) for unit in units}
        with run.store.write() as tx:
            lists = {self.sets[unit.code].list_of(unit)[0]: self.sets[unit.code] for unit in units}
            pin_sets(tx, round_.round_id, lists, run.as_of, actor=run.actor)
        title = t("stages.self_score_title", year=round_.year)
        self.run.ledger.open(
            [
                Obligation(
                    f"{round_.round_id}/{unit.code}/{Product.SELF_SCORE}", round_.round_id, unit.code,
                    Product.SELF_SCORE, "", title, round_.unit_due_at,
                )
                for unit in units
            ],
            run.as_of,
            run.actor,
        )  # fmt: skip
        self._empty: dict[str, bytes] = {}

    def filled(self, number: int, unit: Unit, mark: str, *, faulty: bool = False) -> FilledIn:
        """`faulty`: more points for one criterion than it has."""
        chance = random.Random(f"{number}:tu-cham")  # noqa: S311 - made-up points, no secrets
        rows = [
            row
            for row in self.sets[unit.code].rows_of(unit)
            if row.max_points > 0 and row.is_claimable and not row.options
        ]
        chosen = chance.sample(rows, _SCORED)
        points = {row.code: _STEP * chance.randint(1, max(int(row.max_points / _STEP), 1)) for row in chosen}
        scores: dict[str, dict[str, str | Decimal]] = {
            code: {"self_points": given, "explanation": f"Theo văn bản {mark}"}
            for code, given in points.items()
        }
        if faulty:
            row = chosen[0]
            scores[row.code]["self_points"] = row.max_points + 1
        content = fill_workbook(self._form(unit), Answers(scores=scores))
        return FilledIn(content, {code: _figure(given) for code, given in points.items()})

    def _form(self, unit: Unit) -> bytes:
        if unit.code not in self._empty:
            run = self.run
            scored = self.sets[unit.code]
            lines, key = lines_of(scored.rows_of(unit)), form_key(run.instance)
            made = build_self_score_workbook(unit, run.round, lines, run.as_of, key, scored_by=scored.title)
            self._empty[unit.code] = made
        return self._empty[unit.code]


def _figure(points: Decimal) -> Figure:
    return points, None, None


def kept_points(run: Run) -> Mapping[str, Mapping[str, Figure]]:
    """Unit -> criterion -> points, as the store holds them."""
    return {
        unit: {
            code: _figure(one.claim.points)
            for code, one in own.items()
            if one.claim and one.claim.points is not None
        }
        for unit, own in standing(run.store, SCORING_ROUND).items()
    }
