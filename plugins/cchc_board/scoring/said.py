"""What was said of a criterion, as people read it: who, when, on what it rests, from which numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from cchc.indicators import format_number
from cchc.run import Run
from cchc.scores import Stage
from cchc.scores.events import ScoreEvent
from cchc.scoring.number_words import basis_in_words, input_in_words, lines_in_words
from cchc.submissions.self_scores import OPTION
from cchc.texts import t, table
from cchc_board.who import title_of


@dataclass(frozen=True)
class Said:
    """One word on a criterion. numbers: a line for each origin."""

    stage: str
    points: str
    who: str
    at: datetime
    reason: str
    document: str
    basis: str
    numbers: list[str]


@dataclass(frozen=True)
class Speech:
    """Puts the record of a round into words."""

    run: Run

    @cached_property
    def _indicators(self) -> Mapping[str, str]:
        return {one.code: one.name for one in self.run.indicators.all}

    def who(self, actor: str) -> str:
        """The title of an account, 'Hệ thống', or 'Đơn vị' for a unit's code."""
        return table("board.actors")["don-vi"] if actor in self.run.units else title_of(actor)

    def basis(self, event: ScoreEvent) -> str:
        """On what points rest; of computed ones without the set's own word for the kind of its formula."""
        if event.stage is Stage.COMPUTED and event.points is not None:
            return t("board_scoring.from_numbers" if event.numbers else "board_scoring.from_nothing")
        return basis_in_words(event.basis, self._indicators)

    def of(self, event: ScoreEvent) -> Said:
        """One event."""
        chosen = [one for one in event.numbers if one.name.startswith(OPTION)]  # the basis has it in words
        numbers = [one for one in event.numbers if one not in chosen]
        return Said(
            table("scores.stages")[event.stage.value],
            self._worth(event),
            self.who(event.actor),
            event.at,
            event.reason or "",
            event.document_no or "",
            self.basis(event),
            lines_in_words(numbers, lambda name: input_in_words(name, self._indicators)),
        )

    @staticmethod
    def _worth(event: ScoreEvent) -> str:
        worth = event.worth
        if worth.dropped:
            return t("board_scoring.said_dropped")
        if worth.value is None:
            return t("board_scoring.said_unknown")
        return t("board_scoring.said_points", points=format_number(worth.value))
