"""`./cchc van-ban cho-ky`, `ky`: documents that are to be signed, and adding the signed copy."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cchc import clock
from cchc.clock import vn_instant
from cchc.errors import CchcError, RuleRefused
from cchc.identity import open_store
from cchc.moments import typed_day
from cchc.paths import current_instance
from cchc.run import Run
from cchc.texts import t, table

By = Annotated[str, typer.Option("--nguoi-them", help=t("cli.signing.by_help"))]
FIRST_SHOWN = 3  # addresses named of one line


def list_to_sign() -> None:
    from cchc.documents.signed_copies import shown, to_be_signed

    run = _run("")
    kinds, count = table("board.document_kinds"), 0
    for found in to_be_signed(run):
        one, copy = found.document, found.copy
        state = t("cli.signing.waits", since=vn_instant(one.made_at))
        if copy is not None:
            state = t("cli.signing.signed", moment=vn_instant(copy.made_at), by=copy.provenance["by"])
        count += copy is None
        _say("line", id=one.document_id, kind=kinds.get(one.kind, one.kind), name=shown(one), state=state)
    _say("waiting", count=count) if count else _say("none_waiting")


def sign(
    document: Annotated[str, typer.Argument(metavar="VAN_BAN", help=t("cli.signing.document_help"))],
    file: Annotated[Path, typer.Argument(metavar="TEP.pdf", help=t("cli.signing.file_help"))],
    by: By,
    scan: Annotated[str | None, typer.Option("--ban-giay", help=t("cli.signing.scan_help"))] = None,
    number: Annotated[str, typer.Option("--so", help=t("cli.signing.number_help"))] = "",
    day: Annotated[str, typer.Option("--ngay", metavar="dd/mm/yyyy", help=t("cli.signing.day_help"))] = "",
    yes: Annotated[bool, typer.Option("--dong-y", help=t("cli.signing.yes_help"))] = False,
) -> None:
    """Look at the signed copy, show to whom the document goes, and record it when that is agreed to."""
    from cchc.documents.handing_out import add_and_mail
    from cchc.documents.signed_copies import Given, find, look_at, shown
    from cchc.documents.signed_words import what_was_found, where_it_goes

    if not file.is_file():
        raise CchcError(t("cli.origin.no_file", name=file))
    run = _run(by)
    one = find(run, document)
    given = Given(number, _day(day), scan or "", scan is not None)
    looked = look_at(run, one, file.read_bytes(), file.name, given)
    for line in (*what_was_found(looked), *where_it_goes(run, one, FIRST_SHOWN)):
        Console().print(line, markup=False, soft_wrap=True)
    if not yes and not (Console().is_terminal and typer.confirm(t("cli.signing.ask"))):
        _say("look_first")
        raise typer.Exit(1)
    mails = add_and_mail(run, looked)
    _say("added", name=shown(one), count=mails)


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    found = typed_day(text)
    if found is None:
        raise RuleRefused("bad-day", t("cli.signing.bad_day", found=text))
    return found


def _run(by: str) -> Run:
    """A signed copy is added now, in the installation in daily use."""
    instance = current_instance()
    return Run(open_store(instance, clock.now()), instance, clock.now(), actor=by)


def _say(key: str, **values: object) -> None:
    Console().print(t(f"cli.signing.{key}", **values), markup=False, soft_wrap=True)
