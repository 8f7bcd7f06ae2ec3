"""`./cchc cau-hinh`: load every file of the year's data, as the Dags will."""

from __future__ import annotations

from typing import Annotated

import typer

from cchc import clock
from cchc.config_files import news, samples_by_file, samples_left, shown_config
from cchc.errors import ConfigError, ConfigErrors
from cchc.registers.checking import faults_of
from cchc.texts import t


def check_configuration(
    year: Annotated[int | None, typer.Option("--nam", help=t("cli.demo_year"))] = None,
) -> None:
    """Prints what was found and which sample values are left, or every error of every file together (exit code 2)."""
    today = clock.now().date()
    year = year or today.year
    errors = faults_of(year)
    _tell_news()
    if errors:
        raise ConfigErrors(errors)

    from cchc.checks import Rules
    from cchc.criteria import CriteriaSets
    from cchc.documents.form import DocumentSettings
    from cchc.indicators import IndicatorRegister
    from cchc.obligations.plan_tasks import PlanTask
    from cchc.sources.web import load_endpoints
    from cchc.units import UnitRegister
    from cchc.year import Calendar

    sizes = {
        "rounds": len(Calendar.load().rounds(year)),
        "units": len(UnitRegister.load().on(today)),
        "indicators": len(IndicatorRegister.load().all),
        "criteria": sum(len(one.rows) for one in CriteriaSets.load().all),
        "rules": len(Rules.load().all),
        "tasks": len(PlanTask.load()),
        "documents": len(DocumentSettings.load().documents),
        "endpoints": len(load_endpoints()),
    }
    typer.echo(t("cli.cau_hinh_ok", folder=shown_config(), year=year, **sizes))
    for line in _scoring_notices():
        typer.echo(line)
    if left := samples_left():
        typer.echo(t("cli.cau_hinh_samples", count=len(left)))
        for line in samples_by_file(left):
            typer.echo(line)


def _scoring_notices() -> list[str]:
    """What keeps a sound configuration from scoring anybody."""
    from cchc.criteria import Appraisers, CriteriaSets
    from cchc.mail.department import Department

    appraisers, known = Appraisers.load(), Department.load().accounts
    lines = []
    if appraisers.unsettled:
        lines.append(t("criteria.notices.unsettled", groups=", ".join(appraisers.unsettled)))
    if unknown := [one for one in appraisers.accounts if one not in known]:
        lines.append(t("criteria.notices.accounts", accounts=", ".join(unknown)))
    if not any(one.settings.applies_to.any for one in CriteriaSets.load().all):
        lines.append(t("criteria.notices.nobody"))
    return lines


def _tell_news() -> None:
    """What a newer sample has that the own folder lacks; a file that cannot be read is told as a fault."""
    try:
        found = news()
    except ConfigError:
        return
    if found:
        typer.echo(t("installing.news_title", count=len(found)))
        for one in found:
            typer.echo(f"- {one}")
        typer.echo(t("installing.news_how"))
