"""`./cchc doi-soat ROUND`: units' figures beside those of the systems, worst differences first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from cchc import clock
from cchc.documents.form import DocumentSettings
from cchc.errors import CchcError, RuleRefused
from cchc.figures.facts import reconciliation_of
from cchc.figures.precedence import changed_precedence
from cchc.figures.reconciliation import ReconciliationLine, worst_first
from cchc.figures.settling import settle
from cchc.files import write_atomic
from cchc.identity import open_store
from cchc.indicators import IndicatorRegister
from cchc.indicators.numbers import number
from cchc.obligations import RoundLedger
from cchc.paths import Instance, current_instance
from cchc.report.reconciliation_book import (
    agreement_words,
    build_reconciliation_book,
    summary,
    taken_from,
)
from cchc.store import Store
from cchc.texts import t, table
from cchc.units import UnitRegister
from cchc.year import Calendar

SHOWN = 40
NAMED = 10
WIDTH_IN_FILES = 200


def doi_soat(
    round_id: Annotated[str, typer.Argument(metavar="DOT", help=t("cli.doi_soat.round"), show_default=False)],
    units: Annotated[list[str] | None, typer.Option("--don-vi", help=t("cli.doi_soat.units"))] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help=t("cli.doi_soat.xlsx"), dir_okay=False)] = None,
    as_json: Annotated[bool, typer.Option("--json", help=t("cli.doi_soat.json"))] = False,
    take: Annotated[str, typer.Option("--lay", help=t("cli.doi_soat.take"), show_default=False)] = "",
    codes: Annotated[list[str] | None, typer.Option("--chi-tieu", help=t("cli.doi_soat.codes"))] = None,
    reason: Annotated[str, typer.Option("--ly-do", help=t("cli.doi_soat.reason"))] = "",
    by: Annotated[str, typer.Option("--nguoi-quyet-dinh", help=t("cli.doi_soat.by"))] = "",
) -> None:
    """Prints a sentence with the counts and the worst differences; the whole list goes to --xlsx or --json. With --lay
    a person decides whose figure of these units and indicators the report takes, whatever the order says."""
    round_, register = Calendar.load().round(round_id), UnitRegister.load()
    if not take and (codes or reason or by):
        raise RuleRefused("nothing-taken", t("cli.doi_soat.nothing_taken", words=_takes()))
    known = {unit.code for unit in register.all}
    if unknown := [code for code in units or () if code not in known]:
        raise CchcError(t("cli.doi_soat.unknown_unit", code=unknown[0]))
    instance = current_instance()
    store = open_store(instance, clock.now())
    try:
        if RoundLedger(store).get(round_id) is None:
            raise CchcError(t("cli.doi_soat.not_open", round=round_id))
        moment = _moment(store, instance)
        if take:
            _settle(store, round_id, (take, units or [], codes or []), reason, by, moment)
            return
        with Console(stderr=True).status(t("cli.doi_soat.running", round=round_.title)):
            indicators = IndicatorRegister.load()
            lines = reconciliation_of(store, round_, register, indicators, moment)
            compared = [one for one in indicators.all if one.code in {line.indicator.code for line in lines}]
            changed = changed_precedence(store, round_id, DocumentSettings.load().report, compared)
    finally:
        store.close()
    if units:
        lines = [line for line in lines if line.unit.code in units]
    if xlsx:
        content = build_reconciliation_book(round_, lines, moment, rehearsal=instance.settings.rehearsal)
        write_atomic(xlsx, content)
    if as_json:
        typer.echo(json.dumps(as_data(round_id, moment, lines, changed), ensure_ascii=False, indent=1))
        return
    console = Console(highlight=False, markup=False)
    console = console if console.is_terminal else Console(highlight=False, markup=False, width=WIDTH_IN_FILES)
    _show(console, lines)
    if changed:
        named = ", ".join(changed[:NAMED]) + (" ..." if len(changed) > NAMED else "")
        console.print(
            t("cli.doi_soat.precedence_changed", count=len(changed), indicators=named), soft_wrap=True
        )
    if xlsx:
        console.print(t("cli.doi_soat.written", file=xlsx))


def as_data(
    round_id: str, moment: datetime, lines: Sequence[ReconciliationLine], changed: Sequence[str] = ()
) -> dict[str, Any]:
    """What --json prints: values as decimal texts, null where a source gives no number.

    changed: indicators whose figure the next consolidation will take from elsewhere than `chosen` says.
    """
    return {
        "round": round_id,
        "as_of": clock.to_text(moment),
        "summary": summary(lines),
        "precedence_changed": list(changed),
        "lines": [
            {
                "unit": line.unit.code,
                "unit_name": line.unit.name,
                "indicator": line.indicator.code,
                "reported": line.reported,
                "unit_value": _text(line.unit_value),
                "one_stop_value": _text(line.one_stop_value),
                "document_value": _text(line.document_value),
                "catalogue_value": _text(line.catalogue_value),
                "has_gap": line.has_gap,
                "settled": line.settled,
                "difference": _text(line.gap),
                "allowed": _text(line.allowed),
                "agreement": line.agreement.value,
                "stance": None if line.stance is None else line.stance.value,
                "chosen": line.chosen,
                "chosen_value": _text(line.chosen_value),
                "explanation": line.explanation,
            }
            for line in worst_first(lines)
        ],
    }


def _settle(
    store: Store,
    round_id: str,
    what: tuple[str, list[str], list[str]],
    reason: str,
    by: str,
    moment: datetime,
) -> None:
    """Keep a decision for every unit and indicator named; all of them or none."""
    take, units, codes = what
    words = table("cli.doi_soat.witnesses")
    by_word = {word: name for name, word in words.items()}
    if take not in by_word:
        raise RuleRefused("unknown-witness", t("cli.doi_soat.unknown_take", take=take, words=_takes()))
    if not units or not codes:
        raise RuleRefused("what-is-settled", t("cli.doi_soat.take_needs"))
    if not by.strip():
        raise RuleRefused("by-whom", t("cli.doi_soat.by_needed"))
    indicators = IndicatorRegister.load()
    if unknown := [code for code in codes if code not in indicators]:
        raise CchcError(t("cli.chi_tieu.unknown", code=unknown[0]))
    witness = None if by_word[take] == "rule" else by_word[take]
    figures = [(unit, code) for unit in units for code in codes]
    settle(store, round_id, figures, witness, reason, by.strip(), moment)
    typer.echo(t("cli.doi_soat.settled", count=len(figures), take=take, round=round_id))


def _takes() -> str:
    return ", ".join(table("cli.doi_soat.witnesses").values())


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _moment(store: Store, instance: Instance) -> datetime:
    """Now; of a rehearsal, which lives in a year of its own, what was recorded last."""
    if instance.settings.rehearsal and (last := store.one("board.last_recorded")) and last["recorded_at"]:
        return clock.from_text(last["recorded_at"])
    return clock.now()


def _show(console: Console, lines: Sequence[ReconciliationLine]) -> None:
    if not lines:
        console.print(t("cli.doi_soat.nothing"), soft_wrap=True)
        return
    differing = [line for line in worst_first(lines) if line.differs]
    heads = table("report.reconciliation.columns")
    if differing:
        grid = Table()
        for name in ("unit", "name", "reported", "one_stop", "document", "gap"):
            right = name not in ("unit", "name")
            grid.add_column(heads[name], justify="right" if right else "left", overflow="fold")
        for name in ("agreement", "chosen_value", "explanation"):
            grid.add_column(heads[name], overflow="fold")
        for line in differing[:SHOWN]:
            kind = line.indicator.kind
            taken = (
                f"{number(line.chosen_value, kind)} ({taken_from(line)})" if line.chosen else taken_from(line)
            )
            grid.add_row(
                line.unit.name,
                f"{line.indicator.code} {line.indicator.name}",
                line.reported or number(line.unit_value, kind),
                number(line.one_stop_value, kind),
                number(line.document_value, kind),
                number(line.gap, kind),
                agreement_words(line),
                taken,
                line.explanation,
            )
        console.print(grid)
        if len(differing) > SHOWN:
            console.print(t("cli.doi_soat.more", count=len(differing) - SHOWN), soft_wrap=True)
    console.print(summary(lines), soft_wrap=True)
