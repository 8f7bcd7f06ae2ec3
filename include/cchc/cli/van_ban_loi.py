"""`./cchc van-ban loi-cua-so`: the department's own words in a report, written in a workbook."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cchc import clock
from cchc.errors import CchcError, RuleRefused
from cchc.files import write_atomic
from cchc.identity import open_store
from cchc.paths import current_instance
from cchc.run import Run
from cchc.texts import t, table

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
RoundId = Annotated[str, typer.Argument(metavar="DOT", help=t("own_words.cli.round_help"))]


@app.command("mau", help=t("own_words.cli.form_help"))
def form(
    round_id: RoundId,
    out: Annotated[Path | None, typer.Option("--ra", metavar="TEP", help=t("own_words.cli.out_help"))] = None,
) -> None:
    from cchc.documents.own_words import issued_already, sections_of, words_of
    from cchc.documents.own_words_book import build_own_words_book

    run = _run("", round_id)
    known = words_of(run, clock.END)
    path = out or Path(f"loi-cua-so-{run.round.round_id}.xlsx")
    write_atomic(path, build_own_words_book(run.round, sections_of(run), known, run.as_of))
    _say("written", file=path, count=len(known))
    if told := issued_already(run, clock.END):
        _tell(told)


@app.command("nhap", help=t("own_words.cli.import_help"))
def bring(
    file: Annotated[Path, typer.Argument(metavar="TEP", help=t("own_words.cli.file_help"))],
    by: Annotated[str, typer.Option("--nguoi-viet", help=t("own_words.cli.by_help"))],
) -> None:
    from cchc.documents.own_words import (
        edits,
        every_section,
        issued_already,
        keep_words,
        overtaken,
        sections_of,
    )
    from cchc.documents.own_words_book import read_own_words_book

    if not file.is_file():
        raise CchcError(t("cli.origin.no_file", name=file))
    written = read_own_words_book(file.read_bytes(), file.name, every_section())
    run = _run(by, written.round_id)
    headings, ways = sections_of(run), table("own_words.ways")
    if late := overtaken(run, written.texts, written.shown, "book"):
        told = [
            t(
                "own_words.book.overtaken",
                heading=headings[code],
                actor=one.actor,
                way=ways[one.way],
                moment=clock.vn_instant(one.recorded_at),
                now=one.text or t("own_words.book.withdrawn"),
                text=written.texts[code] or t("own_words.book.emptied"),
            )
            for code, one in late.items()
        ]
        values = {"file": file.name, "count": len(late), "round": run.round.round_id, "list": "\n".join(told)}
        raise RuleRefused("written-meanwhile", t("own_words.book.written_meanwhile", **values))
    new = keep_words(run, edits(written.texts, written.shown), "book")
    for one in new:
        _say("kept" if one.text else "withdrawn", heading=headings[one.section], count=len(one.text))
        say_faults(one.text)
    if not new:
        _say("same")
    elif issued := issued_already(run, clock.END):
        _tell(issued)
    else:
        _say("next", round=run.round.round_id)


@app.command("xem", help=t("own_words.cli.show_help"))
def show(round_id: RoundId) -> None:
    from cchc.documents.own_words import sections_of, words_of

    run = _run("", round_id)
    headings, known = sections_of(run), words_of(run, clock.END)
    for code, heading in headings.items():
        if (one := known.get(code)) is not None:
            way, moment = table("own_words.ways")[one.way], clock.vn_instant(one.recorded_at)
            _say("shown", heading=heading, actor=one.actor, way=way, moment=moment, text=one.text)
            say_faults(one.text)
    if not known:
        _say("none", round=run.round.round_id)


def say_faults(text: str) -> None:
    """What the claim checker finds in a text."""
    from cchc.documents.own_words import faults_in

    for fault in faults_in(text):
        _say("fault", what=fault)


def _run(by: str, round_id: str) -> Run:
    """Words are written now, in the installation in daily use."""
    instance = current_instance()
    run = Run(open_store(instance, clock.now()), instance, clock.now(), round_id, actor=by)
    return replace(run, round_id=run.round.round_id)


def _say(key: str, **values: object) -> None:
    _tell(t(f"own_words.cli.{key}", **values))


def _tell(words: str) -> None:
    Console().print(words, markup=False, soft_wrap=True)
