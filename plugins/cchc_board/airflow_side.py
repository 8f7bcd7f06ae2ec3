"""What the board asks of Airflow, as functions that `auth` gives it; without Airflow there is nothing to ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cchc.documents.decision_form import DecisionForm
from cchc.errors import RuleRefused
from cchc.texts import t


@dataclass(frozen=True)
class FailedRun:
    """A run of Airflow that failed and that nobody cleared. address: of its page."""

    title: str
    when: datetime
    address: str


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
