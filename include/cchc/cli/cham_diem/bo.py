"""`./cchc cham-diem bo kiem-tra|chuyen`: prove a set of criteria; turn a set of one file into a folder."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from cchc.cli.cham_diem.group import sets_app
from cchc.errors import CchcError, ConfigErrors
from cchc.texts import t

if TYPE_CHECKING:
    from cchc.criteria import CriteriaSet


@sets_app.command("kiem-tra", help=t("criteria.cli.check_help"))
def check_set(code: Annotated[str, typer.Argument(metavar="BO", help=t("criteria.cli.set_help"))]) -> None:
    """Prints what the set scores, or every fault of it (exit code 2)."""
    from cchc.criteria import CriteriaSets, prove_tasks
    from cchc.obligations.plan_tasks import PlanTask

    try:
        found = CriteriaSets.load().get(code)
        if lacking := list(prove_tasks([found], {task.code for task in PlanTask.load()})):
            raise ConfigErrors(lacking)
    except ConfigErrors as several:
        # Faults of other sets are theirs, unless they leave nothing that could be said about this one.
        own = [one for one in several.errors if f"/criteria/{code}/" in one.file.replace("\\", "/")]
        raise ConfigErrors(own or several.errors) from None
    _tell(found)


def _tell(found: CriteriaSet) -> None:
    from cchc.indicators import format_number
    from cchc.units import UnitRegister

    units = [
        unit
        for unit in UnitRegister.load(strict=False).on(found.settings.valid.until)
        if found.settings.covers(unit, found.settings.valid.until)
    ]
    _say("set", title=found.title, version=found.version, rows=len(found.rows), units=len(units))
    for basis in ("nguon", "mot-phan", "mau"):
        count = sum(row.basis == basis for row in found.rows)
        if count:
            _say(f"basis.{basis}", count=count)
    reached: dict[Decimal, list[str]] = {}
    for unit in units:
        points = sum((row.max_points for row in found.rows_of(unit) if row.effect == "diem"), Decimal(0))
        reached.setdefault(points, []).append(unit.name)
    for points, names in sorted(reached.items()):
        shown = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
        _say("reachable", points=format_number(points.normalize()), count=len(names), names=shown)
    _say("no_fault")


@sets_app.command("chuyen", help=t("criteria.cli.convert_help"))
def convert(
    year: Annotated[int, typer.Argument(metavar="NAM", help=t("criteria.cli.year_help"))],
    out: Annotated[
        Path | None, typer.Option("--ra", metavar="THU_MUC", help=t("criteria.cli.out_help"))
    ] = None,
) -> None:
    """Writes the folder; rows that break a rule are listed, and mended by a person before the set is used."""
    from cchc.criteria import Appraisers
    from cchc.criteria.conversion import converted, faults_of
    from cchc.criteria.one_file import load_one_file
    from cchc.files import write_atomic

    try:
        date(year, 1, 1)
    except ValueError:
        raise CchcError(t("criteria.cli.no_year", year=year)) from None
    files = converted(load_one_file(year), year, Appraisers.load().groups[0].code)
    folder = out or Path(files.place)
    if folder.exists() and any(folder.iterdir()):
        raise CchcError(t("criteria.cli.folder_used", folder=folder))
    for name, content in files.by_name.items():
        write_atomic(folder / name, content)
    faults = faults_of(files)
    _say("converted", folder=folder, count=len(faults))
    for fault in faults:
        Console().print(f"- {fault}", markup=False, soft_wrap=True)
    _say("convert_next", folder=folder)


def _say(key: str, **values: object) -> None:
    Console().print(t(f"criteria.cli.{key}", **values), markup=False, soft_wrap=True)
