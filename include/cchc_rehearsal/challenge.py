"""The campaign against the intake: mutated workbooks through the real folder way, and what must hold for each.

For every case: no exception; either everything of a submission is stored (file, events, receipt), or nothing of it and
there is a reason in words. A case that breaks this is named by its number and can be run alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from cchc.checks import Rules
from cchc.clock import at
from cchc.paths import Instance
from cchc.run import Run
from cchc.severity import Severity
from cchc.stages import maintaining, opening
from cchc.store import Store, upgrade
from cchc.submissions.arrivals import Arrival, Channel, Verdict
from cchc.submissions.judging import judge, write
from cchc.submissions.unwrapping import workbooks_of
from cchc_rehearsal.behaviour import seeded
from cchc_rehearsal.faults.answers import report_answers
from cchc_rehearsal.faults.scene import Scene
from cchc_rehearsal.figures import true_figures
from cchc_rehearsal.fill import Answer, Answers, fill_workbook
from cchc_rehearsal.mutations import mutate

ROUND = "2026-Q1"
SIGNED = date(2026, 3, 9)


@dataclass
class ChallengeTally:
    """Counts of what became of the workbooks, in all and by mutation (of several each counts); and the cases that
    broke a rule: number, mutations, what went wrong."""

    words: Counter[str] = field(default_factory=Counter)
    by_mutation: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    broken: list[tuple[int, str, str]] = field(default_factory=list)


def challenge(
    folder: Path,
    count: int,
    seed: int = 1,
    first: int = 0,
    progress: Callable[[int, ChallengeTally], None] | None = None,
) -> ChallengeTally:
    """Run cases `first` to `first + count - 1` in an installation made in `folder`.

    progress is told the number of each case that is done, and what came out so far.
    """
    instance = Instance(folder)
    store = upgrade(Store(f"sqlite:///{instance.root / 'so-cai.db'}"))
    try:
        run = Run(store, instance, at(date(2026, 3, 2), 8), ROUND)
        opening.open_round(run)
        forms = _Forms(run)
        outcome = ChallengeTally()
        for number in range(first, first + count):
            content, name, done = mutate(forms.filled(number), f"{seed}:{number}")
            moment = at(date(2026, 3, 10)) + timedelta(seconds=number)
            now = replace(run, as_of=moment)
            arrival = Arrival(name, content, moment, Channel.FOLDER, round_id=ROUND, occasion=str(number))
            for word, fault in _case(now, forms.rules, arrival):
                outcome.words[word] += 1
                for name in set(done.split("+")):
                    outcome.by_mutation[name][word] += 1
                if fault:
                    outcome.broken.append((number, done, fault))
            if progress:
                progress(number, outcome)
        maintaining.audit(replace(run, as_of=at(date(2026, 12, 1))))
        return outcome
    finally:
        store.close()


class _Forms:
    """A sound form of a unit, filled in full, made when it is asked for first."""

    def __init__(self, run: Run) -> None:
        self.run, self.rules = run, Rules.load()
        # Every fourth: departments and communes; making a form takes longer than trying one.
        self.units = [unit.code for unit in opening.obliged_units(run, run.round)][::4]
        self.known: dict[str, bytes] = {}

    def filled(self, number: int) -> bytes:
        code = self.units[number % len(self.units)]
        if code not in self.known:
            opening.build_workbooks(self.run, [code])
            form = opening.workbook_path(self.run, self.run.round, self.run.units.get(code)).read_bytes()
            self.known[code] = fill_workbook(form, self._answers(code))
        return self.known[code]

    def _answers(self, code: str) -> Answers:
        """Figures that agree with each other, as the synthetic province has them."""
        round_, unit = self.run.round, self.run.units.get(code)
        owed = self.run.indicators.owed(unit, round_.reference_day, round_.kind)
        kind = str(round_.kind)
        chance = seeded(1, round_.round_id, code)
        scene = Scene(true_figures(1, code, kind, owed, {}), round_.year, SIGNED, chance, kind)
        told = report_answers(scene, owed, "15/BC", None)
        reason = Answer(explanation="Đơn vị không theo dõi chỉ tiêu này")
        reasons = {one.code: reason for one in owed if one.code not in scene.figures}
        return replace(told, figures={**told.figures, **reasons})


def _case(run: Run, rules: Rules, arrival: Arrival) -> Iterator[tuple[str, str]]:
    """(word, fault or '') of each workbook in a file."""
    try:
        for one in workbooks_of(arrival):
            before = _rows(run.store)
            verdict = judge(run, rules, one)
            with run.store.write() as tx:
                write(run, tx, verdict)
            yield verdict.word, _fault(verdict, before, _rows(run.store))
    except Exception as error:  # the very thing that must never happen is counted, not passed on
        yield "crash", f"{type(error).__name__}: {error}"[:300]


def _fault(verdict: Verdict, before: tuple[int, int, int], after: tuple[int, int, int]) -> str:
    kept, events, mails = (new - old for old, new in zip(before, after, strict=True))
    if verdict.refusal is not None:
        if not str(verdict.refusal).strip():
            return "refused without a reason"
        return "" if (kept, events) == (0, 0) else "refused, yet something of it was stored"
    if verdict.word == "rejected" and not any(
        finding.severity == Severity.ERROR for finding in verdict.findings
    ):
        return "rejected without a fault"
    if (kept, mails) != (1, 1) or events not in (1, 2):
        return f"stored in part: {kept} submissions, {events} events, {mails} mails"
    return ""


def _rows(store: Store) -> tuple[int, int, int]:
    row = store.one("stages.intake_rows")
    assert row is not None
    return row["submissions"], row["events"], row["mails"]
