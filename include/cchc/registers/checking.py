"""Every fault of the year's data of one folder, file by file and together, as the Dags would meet them."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

import cchc
from cchc.config_files import check
from cchc.errors import ConfigError, ConfigErrors

_NO_ROOM = "cchc.cli"  # commands load what rooms declare


def import_rooms() -> None:
    """Import every module of the library: a room declares the loaders of its files when it is imported."""
    for module in pkgutil.walk_packages(cchc.__path__, "cchc."):
        if not module.name.startswith(_NO_ROOM):
            importlib.import_module(module.name)


def faults_of(year: int, folder: Path | None = None) -> list[ConfigError]:
    """Everything that is wrong in the year's data in force, or in those of another folder."""
    import_rooms()
    return check(folder) or _beyond_files(year, folder)


def _beyond_files(year: int, folder: Path | None) -> list[ConfigError]:
    """What sound files cannot do in this year: rounds without an order, rules that have no effect."""
    from cchc.checks import Rules
    from cchc.checks.proof import prove
    from cchc.criteria import CriteriaSets, prove_tasks
    from cchc.indicators import IndicatorRegister
    from cchc.obligations.plan_tasks import PlanTask
    from cchc.year import Calendar

    calendar = Calendar.load(folder)
    codes = {task.code for task in PlanTask.load(folder)}
    if lacking := list(prove_tasks(CriteriaSets.load(folder).all, codes)):
        return lacking
    try:
        calendar.rounds(year)
    except ConfigErrors as several:
        return several.errors
    except ConfigError as one:
        return [one]
    return prove(Rules.load(folder), IndicatorRegister.load(folder), calendar, year)
