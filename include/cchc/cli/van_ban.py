"""`./cchc van-ban`: the documents that were made."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cchc import clock
from cchc.cli.van_ban_duyet import decide
from cchc.cli.van_ban_ky import list_to_sign, sign
from cchc.cli.van_ban_loi import app as own_words
from cchc.cli.van_ban_sua import read_back
from cchc.clock import vn_date, vn_instant
from cchc.errors import CchcError
from cchc.identity import open_store
from cchc.paths import current_instance
from cchc.texts import t, table

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)

app.command("cho-ky", help=t("cli.signing.list_help"))(list_to_sign)
app.command("doc-lai", help=t("cli.edited.help"))(read_back)
app.command("ky", help=t("cli.signing.help"))(sign)
app.command("phe-duyet", help=t("documents.deciding.cli.help"))(decide)
app.add_typer(own_words, name="loi-cua-so", help=t("own_words.cli.help"))


@app.command("nguon-goc", help=t("cli.origin.command"))
def origin(file: Annotated[Path, typer.Argument(metavar="TEP")]) -> None:
    """What the file says of itself, and whether it still is what was made."""
    from cchc.documents.book import origin_of_record, told_of
    from cchc.documents.origin_stamp import read_origin
    from cchc.documents.registry import origin_of

    if not file.is_file():
        raise CchcError(t("cli.origin.no_file", name=file))
    content, instance = file.read_bytes(), current_instance()
    store = open_store(instance, clock.now())
    try:
        records = origin_of(store, content)
    finally:
        store.close()
    told = {} if records and file.suffix.lower() == ".pdf" else read_origin(content, file.name)
    if not told and not records:
        raise CchcError(t("cli.origin.none", name=file.name))
    kinds = table("board.document_kinds")
    for one in records:
        issue = ""
        if one.number and one.issued_on:
            day = vn_date(one.issued_on)
            issue = t("cli.origin.issue", number=one.number, symbol=one.symbol, day=day)
        typer.echo(
            t(
                "cli.origin.kept",
                kind=kinds.get(one.kind, one.kind),
                round=one.round_id,
                made=vn_instant(one.made_at),
                issue=issue,
                file=one.file_name,
            )
        )
        for line in told_of(one):
            typer.echo(line)
    if not records:
        typer.echo(t("cli.origin.changed"))
    if not told:  # a PDF holds nothing of its own: the book of documents tells
        told = dict(origin_of_record(records[0]))
    for name, value in told.items():
        typer.echo(t("cli.origin.line", name=name, value=value))
