"""`./cchc cau-hinh`: load every file of the year's data, as the Dags will."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from cchc import clock
from cchc.config_files import shown
from cchc.errors import ConfigError, ConfigErrors
from cchc.paths import config_dir
from cchc.texts import t


def check_configuration(
    year: Annotated[int | None, typer.Option("--nam", help=t("cli.demo_year"))] = None,
) -> None:
    """Prints what was found, or every error of every file together (exit code 2)."""
    from cchc.indicators import IndicatorRegister
    from cchc.inspection import InspectionSettings
    from cchc.obligations.plan_tasks import PlanTask
    from cchc.reminders import Ladder
    from cchc.report.settings import DocumentSettings
    from cchc.scoring import Criteria
    from cchc.sources import load_endpoints
    from cchc.units import UnitRegister
    from cchc.year import Calendar

    today = clock.now().date()
    errors: list[ConfigError] = []
    sizes: dict[str, int] = {"year": year or today.year}

    def attempt(name: str, load: Callable[[], int]) -> None:
        try:
            sizes[name] = load()
        except ConfigErrors as several:
            errors.extend(several.errors)
        except ConfigError as one:
            errors.append(one)

    attempt("rounds", lambda: len(Calendar.load().rounds(sizes["year"])))
    attempt("units", lambda: len(UnitRegister.load().on(today)))
    attempt("indicators", lambda: len(IndicatorRegister.load().all))
    attempt("criteria", lambda: len(Criteria.load().rows))
    attempt("rules", lambda: _proven(sizes["year"]))
    attempt("tasks", lambda: len(PlanTask.load()))
    attempt("ladder", lambda: len(Ladder.load().rungs))
    attempt("inspection", lambda: len(InspectionSettings.load().tiers))
    attempt("documents", lambda: len(DocumentSettings.load().documents))
    attempt("endpoints", lambda: len(load_endpoints()))
    if errors:
        # Several files lead to the same fault of a third one; equal errors are different objects.
        raise ConfigErrors({str(error): error for error in errors}.values())
    typer.echo(t("cli.cau_hinh_ok", folder=shown(config_dir()), **sizes))


def _proven(year: int) -> int:
    """The number of rules, each of them proven to have an effect. Raises ConfigErrors for those that have none."""
    from cchc.checks import Rules
    from cchc.checks.proof import prove
    from cchc.indicators import IndicatorRegister
    from cchc.year import Calendar

    rules = Rules.load()
    if faults := prove(rules, IndicatorRegister.load(), Calendar.load(), year):
        raise ConfigErrors(faults)
    return len(rules.all)
