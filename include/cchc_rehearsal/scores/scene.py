"""A small installation whose round of scores is open, of two communes beside the bodies of the province."""

from __future__ import annotations

import csv
import io
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from cchc.checks import Rules
from cchc.clock import END, at, to_text
from cchc.config_files import config_dir
from cchc.criteria import CriterionRow
from cchc.errors import CchcError
from cchc.paths import Instance
from cchc.run import Run
from cchc.scores import evidence_ever, set_for
from cchc.scoring.cases import FIRST_TURN, Docket
from cchc.scoring.group_books import book_path
from cchc.stages import appraising, score_opening
from cchc.store import Store, upgrade
from cchc.submissions.arrivals import Arrival, Channel
from cchc.submissions.judging import judge, write
from cchc.submissions.unwrapping import workbooks_of
from cchc_rehearsal.behaviour import seeded
from cchc_rehearsal.scores.claims import UnitClaim, claim_of, packed

ROUND, UNIT, OTHER = "2026-CD", "30292", "30301"


@contextmanager
def few_units(folder: Path) -> Iterator[Path]:
    """The year's configuration with two communes only, in force meanwhile."""
    config = folder / "cau-hinh"
    shutil.copytree(config_dir(), config)
    path = config / "units.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    kept = [row | {"predecessors": ""} for row in rows if row["tier"] != "xa" or row["code"] in (UNIT, OTHER)]
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(kept)
    path.write_text(out.getvalue(), encoding="utf-8")
    before = os.environ.get("CCHC_CONFIG")
    os.environ["CCHC_CONFIG"] = str(config)
    try:
        yield config
    finally:
        os.environ.pop("CCHC_CONFIG")
        if before is not None:
            os.environ["CCHC_CONFIG"] = before


@dataclass(frozen=True)
class LeftBehind:
    """What an input may leave behind: how many words on points, and the names of the unit's evidence."""

    points: int
    evidence: tuple[str, ...]


class ScoreScene:
    """The round in an installation of its own. `told` is what a person who sent or wrote something reads."""

    def __init__(self, folder: Path) -> None:
        self.instance = Instance(folder / "he-thong")
        self.instance.root.mkdir(parents=True)
        self.store = upgrade(Store(self.instance.store_url))
        self.run = Run(self.store, self.instance, at(date(2026, 12, 1), 9), ROUND)
        self.rules, self._count = Rules.load(), 0
        score_opening.open_scoring(self.run)
        score_opening.build_forms(self.run, [UNIT, OTHER])

    def close(self) -> None:
        self.store.close()

    @cached_property
    def rows(self) -> Sequence[CriterionRow]:
        return set_for(self.store, ROUND, UNIT).rows_of(self.run.units.get(UNIT))

    def row(self, wanted: Callable[[CriterionRow], bool]) -> CriterionRow:
        return next(row for row in self.rows if wanted(row))

    def form(self, unit: str = UNIT) -> bytes:
        return score_opening.form_path(self.run, self.run.units.get(unit)).read_bytes()

    @cached_property
    def claim(self) -> UnitClaim:
        """A sound self-score, to be spoilt in one place."""
        return claim_of(self.rows, UNIT, date(2026, 12, 18), seeded(1, "bad"))

    def hand_in(self, claim: UnitClaim, extra: Mapping[str, bytes] | None = None) -> str:
        """A unit's file as it comes through the folder; every finding and refusal, one a line."""
        files = {**claim.files, **(extra or {})}
        content = packed(self.form(), f"{ROUND}_{UNIT}.xlsx", replace(claim, files=files))
        return self.arrive(f"{ROUND}_{UNIT}.zip", content)

    def arrive(self, name: str, content: bytes) -> str:
        self._count += 1
        moment = at(date(2026, 12, 18), 9) + timedelta(minutes=self._count)
        run = replace(self.run, as_of=moment, peer_cache={}, system_cache={})
        arrival = Arrival(name, content, moment, Channel.FOLDER, round_id=ROUND, occasion=str(self._count))
        told: list[str] = []
        for one in workbooks_of(arrival):
            verdict = judge(run, self.rules, one)
            with run.store.write() as tx:
                write(run, tx, verdict)
            told += [verdict.word, *(finding.message for finding in verdict.findings)]
            told += [str(verdict.refusal)] if verdict.refusal else []
        return "\n".join(told)

    def begin_appraisal(self) -> None:
        """A sound self-score is in, the files are locked, and the groups have their workbooks."""
        self.hand_in(self.claim)
        locked = replace(self.run, as_of=self.run.round.moments["khoa"], peer_cache={}, system_cache={})
        score_opening.lock_files(locked)
        for block in score_opening.unit_blocks(locked):
            score_opening.compute_block(locked, block)
        appraising.write_books(locked, appraising.desks(locked, FIRST_TURN), FIRST_TURN)
        self.run = replace(locked, as_of=at(date(2027, 1, 8), 9))

    def book(self, desk: str) -> Path:
        return book_path(self.run, Docket.load(self.run, []).desk(desk), FIRST_TURN)

    def read(self, desk: str) -> str:
        """What the step says that reads a group's workbook; nothing when it takes it."""
        try:
            appraising.read_book(self.run, desk, FIRST_TURN)
        except CchcError as refused:
            return str(refused)
        return ""

    def kept(self) -> LeftBehind:
        said = self.store.query("scores.events_of_round", round_id=ROUND, as_of=to_text(END))
        return LeftBehind(len(said), tuple(one.name for one in evidence_ever(self.store, ROUND, UNIT)))
