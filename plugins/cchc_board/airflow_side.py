"""What the board asks of Airflow, as functions that `auth` gives it; without Airflow there is nothing to ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cchc.documents.decision_form import DecisionForm
from cchc.errors import RuleRefused
from cchc.texts import t

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class FailedRun:
    """A run of Airflow that failed and that nobody cleared. address: of its page."""

    title: str
    when: datetime
    address: str


@dataclass(frozen=True)
class EndedRun:
    """A run of Airflow that ended. work: which Dag for which round; planned: for which moment."""

    run_id: str
    work: tuple[str, str]
    planned: datetime
    ended: datetime
    has_failed: bool


def unmended(runs: Iterable[EndedRun]) -> list[EndedRun]:
    """Those that failed and whose work no later run has done, the newest first."""
    found = sorted(runs, key=lambda one: one.planned)
    done = {one.work: one.planned for one in found if not one.has_failed}
    left = [one for one in found if one.has_failed and one.planned > done.get(one.work, _NEVER)]
    return sorted(left, key=lambda one: one.ended, reverse=True)


def _no_failures(_since: datetime) -> Sequence[FailedRun]:
    return ()


def _nobody_answers(_form: DecisionForm, _user: Any, _option: str, _typed: Mapping[str, str | None]) -> None:
    raise RuleRefused("no-form", t("documents.deciding.no_form"))


@dataclass(frozen=True)
class AirflowSide:
    """connections: by id, each with what is wrong in it; parts: how Airflow's processes are; failures: runs that failed
    since a moment; forms: those about drafts that wait for a person; answer: answers one as a user."""

    connections: Callable[[], Mapping[str, str]] = dict
    parts: Callable[[], Mapping[str, str | None]] = dict
    failures: Callable[[datetime], Sequence[FailedRun]] = _no_failures
    forms: Callable[[], Sequence[DecisionForm]] = tuple
    answer: Callable[[DecisionForm, Any, str, Mapping[str, str | None]], None] = _nobody_answers
