"""`./cchc demo --real`: four real reports through their own rounds, and the faults found in them."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from cchc.config_files import shown
from cchc.paths import Instance
from cchc.texts import t, table
from cchc_rehearsal.real_rounds import run_real_rounds


def rehearse_real(instance: Instance, console: Console) -> None:
    """Run the rounds and print what was entered, what was found, and where the appendices lie."""
    with console.status(t("rehearsal.real_running")) as status:
        result = run_real_rounds(instance, status.update)
    severities, heads = table("severity.names"), table("rehearsal.real_columns")
    for entered in result.reports:
        report = entered.report
        console.print(
            t(
                "rehearsal.real_report",
                unit=entered.unit_name,
                round=report.round,
                figures=len(report.figures),
            )
        )
        grid = Table(*heads.values())
        for finding in entered.faults:
            grid.add_row(severities[finding.severity].lower(), finding.sheet, finding.cell, finding.message)
        console.print(grid)
        if entered.blanks:
            console.print(t("rehearsal.real_blanks", count=entered.blanks))
    console.print(t("rehearsal.demo_places"))
    for one in result.rounds:
        console.print(
            t("rehearsal.real_round", title=one.title, obliged=one.obliged, missing=len(one.missing))
        )
        for path in one.documents.values():
            console.print(f"    {shown(path)}", soft_wrap=True)
