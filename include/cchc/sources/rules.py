"""Counting rules (`include/config/sources/counting.yaml`): what counts as what, and on which side a boundary falls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cchc.config_files import OpenedFiles, StrictModel, config_file, shown
from cchc.errors import ConfigError
from cchc.sources.columns import VOCABULARIES
from cchc.texts import t

if TYPE_CHECKING:
    from cchc.year import Window

Edge = Literal["included", "excluded"]
_STATUS_LISTS = ("not_counted", "finished", "always_on_time", "always_in_term", "processed")


class WindowRules(StrictModel):
    """Whether the window's own first and last day belong to it."""

    first_day: Edge
    last_day: Edge

    def days(self, window: Window) -> tuple[date, date]:
        """First and last day that count, both inclusive; all other rules speak of these."""
        day = timedelta(days=1)
        first = window.first if self.first_day == "included" else window.first + day
        last = window.last if self.last_day == "included" else window.last - day
        return first, last


class NoDueDateRules(StrictModel):
    """The class of a dossier without a due date; `own_class` adds a column to the form."""

    resolved: Literal["on_time", "own_class"]
    open: Literal["in_term", "own_class"]


class OneStopRules(StrictModel):
    """Which statuses and fields count as what, and the boundaries (see counting.yaml)."""

    not_counted: tuple[int, ...]
    finished: tuple[int, ...]
    always_on_time: tuple[int, ...]
    always_in_term: tuple[int, ...]
    processed: tuple[int, ...]
    window: WindowRules
    closing_day: Literal["ended", "returned"]
    late_by: Literal["day", "hour"]
    ended_on_due_day: Literal["on_time", "early"]
    due_on_last_day: Literal["in_term", "overdue"]
    no_due_date: NoDueDateRules
    online_levels: tuple[int, ...]
    land: tuple[str, ...]
    construction: tuple[str, ...]


class DocumentRules(StrictModel):
    """Rules of the document-exchange table, and the words that make a document one about the reform."""

    window: WindowRules
    wholly_electronic: Literal["signed", "any"]
    reform_words: tuple[str, ...]


class CountingRules(StrictModel):
    """`counting.yaml`."""

    one_stop: OneStopRules
    doc_management: DocumentRules
    earliest_day: date

    @classmethod
    def load(cls, folder: Path | None = None) -> CountingRules:
        """Raises ConfigError, also when a status is both finished and waiting, or is no status at all."""
        return _load(folder)


@config_file("sources/counting.yaml")
def _load(opened: OpenedFiles) -> CountingRules:
    path, rules = opened.path, opened.yaml(CountingRules)
    stop = rules.one_stop
    known = {int(code) for code in VOCABULARIES["status"]}
    for name in _STATUS_LISTS:
        for status in getattr(stop, name):
            if status not in known:
                raise ConfigError(shown(path), f"one_stop.{name}", status, t("sources.config.status"))
    _apart(path, "not_counted", stop.not_counted, "finished", stop.finished)
    _apart(path, "not_counted", stop.not_counted, "always_in_term", stop.always_in_term)
    _apart(path, "finished", stop.finished, "always_in_term", stop.always_in_term)
    for status in stop.always_on_time:
        if status not in stop.finished:
            raise ConfigError(
                shown(path), "one_stop.always_on_time", status, t("sources.config.must_be_finished")
            )
    return rules


def _apart(path: Path, one: str, first: Sequence[int], other: str, second: Sequence[int]) -> None:
    for status in sorted(set(first) & set(second)):
        raise ConfigError(shown(path), f"one_stop.{one}", status, t("sources.config.apart", other=other))
