"""What strikes items and whole runs, drawn from the campaign's seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from cchc_rehearsal.reception.cutting import CutLine
from cchc_rehearsal.reception.strikes import (
    DEATHS,
    FULL,
    RAISED,
    Strike,
    falling,
    full_disk,
    no_file_grows,
)

STRUCK = 0.12  # of the items, in the reading process


def strike_of(number: int, seed: int) -> Strike | None:
    """What strikes an item in the reading process, if anything does."""
    dice = random.Random(f"{seed}:{number}:strike")  # noqa: S311 - moments of faults, no secrets
    if dice.random() >= STRUCK:
        return None
    word = dice.choices((*RAISED, *DEATHS, FULL), weights=(4, 3, 2, 2, 1, 1, 1, 2))[0]
    call = dice.choice((1, 1, 2, 3)) if word == FULL else int(10 ** dice.uniform(0.3, 4.5))
    return Strike(word, call)


@dataclass(frozen=True)
class Weather:
    """What strikes one run as a whole. `step`: which step of it."""

    step: str = ""
    strike: Strike | None = None
    full_from: int = 0
    no_growth: bool = False
    cut: tuple[int, bool] | None = None

    @contextmanager
    def over(self, step: str, fired: list[str], imap: CutLine, smtp: CutLine) -> Iterator[None]:
        with ExitStack() as stack:
            if step == self.step:
                if self.strike:
                    word = f"run_{self.strike.word}"
                    stack.enter_context(falling(self.strike, lambda: fired.append(word)))
                if self.full_from:
                    stack.enter_context(full_disk(self.full_from, lambda: fired.append(FULL)))
                if self.no_growth:
                    fired.append("no_growth")
                    stack.enter_context(no_file_grows())
                if self.cut:
                    (smtp if step == "answers" else imap).cut_after(self.cut[0], from_server=self.cut[1])
            yield
        imap.hold()
        smtp.hold()


QUIET = Weather()


def weather_of(wave: int, seed: int) -> Weather:
    """What strikes a wave: nothing in every other."""
    dice = random.Random(f"{seed}:{wave}:weather")  # noqa: S311 - moments of faults, no secrets
    word = dice.choices(("", "strike", "disk", "growth", "imap", "smtp"), weights=(40, 16, 10, 6, 16, 12))[0]
    place = dice.choice(("folder", "mailbox", "exports", "team"))
    if word == "strike":
        return Weather(place, Strike(dice.choice(RAISED), int(10 ** dice.uniform(0.5, 4.3))))
    if word == "disk":
        return Weather(place, full_from=dice.choice((1, 2, 3, 5, 9)))
    if word == "growth":
        return Weather(place, no_growth=True)
    if word in ("imap", "smtp"):
        from_server = dice.random() < (0.7 if word == "imap" else 0.5)
        size = int(10 ** (dice.uniform(1.5, 6) if from_server == (word == "imap") else dice.uniform(1, 3.5)))
        return Weather("mailbox" if word == "imap" else "answers", cut=(size, from_server))
    return QUIET
