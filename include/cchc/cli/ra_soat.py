"""`./cchc ra-soat FILE...`: statements of figures in reports, checked against each other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cchc.claims import ClaimSettings, Review, check_text
from cchc.claims.export import ReviewedFile, as_data, as_workbook
from cchc.claims.texts import MAX_BYTES, UnreadableDocument, read_apart
from cchc.files import write_atomic
from cchc.severity import Severity
from cchc.texts import t, table

if TYPE_CHECKING:
    from rich.table import Table

FOUND, UNREADABLE = 1, 2


def ra_soat(
    files: Annotated[
        list[Path], typer.Argument(metavar="TEP...", help=t("cli.claims.files"), show_default=False)
    ],
    as_json: Annotated[bool, typer.Option("--json", help=t("cli.claims.json"))] = False,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help=t("cli.claims.xlsx"), dir_okay=False)] = None,
    ngay_ky: Annotated[
        datetime | None,
        typer.Option("--ngay-ky", formats=["%Y-%m-%d", "%d/%m/%Y"], help=t("cli.claims.signed")),
    ] = None,
) -> None:
    """Exit code 1 when a `lỗi` was found, else 2 when a file could not be read, else 0."""
    settings, signed_on = ClaimSettings.load(), ngay_ky.date() if ngay_ky else None
    reviewed = [_reviewed(path, signed_on, settings) for path in files]
    if xlsx:
        write_atomic(xlsx, as_workbook(reviewed))
    if as_json:
        typer.echo(json.dumps(as_data(reviewed), ensure_ascii=False, indent=1))
    else:
        _print(reviewed)
        if xlsx:
            typer.echo(t("cli.claims.written", file=xlsx))
    for one in reviewed:
        if one.error:
            typer.echo(one.error, err=True)
    if any(fault.severity == Severity.ERROR for one in reviewed if one.review for fault in one.review.faults):
        raise typer.Exit(FOUND)
    if any(one.error for one in reviewed):
        raise typer.Exit(UNREADABLE)


def _reviewed(path: Path, signed_on: date | None, settings: ClaimSettings) -> ReviewedFile:
    """One file's review; an unreadable one keeps its reason, so that the others go on."""
    try:
        document = read_apart(_content(path), path.name)
    except UnreadableDocument as error:
        return ReviewedFile(str(path), None, str(error))
    review = check_text(
        document.text, signed_on=signed_on, scanned=document.told is not None, settings=settings
    )
    if document.doubtful and not review.counts[0]:
        # Nothing was seen because nobody could read it: that is no clean file.
        return ReviewedFile(str(path), None, document.remark)
    return ReviewedFile(str(path), review, document=document)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableDocument("too_large", path.name, limit=MAX_BYTES // (1024 * 1024))
        return path.read_bytes()
    except FileNotFoundError:
        raise UnreadableDocument("missing", str(path)) from None
    except OSError as error:
        raise UnreadableDocument("unopened", str(path), why=error.strerror or type(error).__name__) from None


def _print(reviewed: Sequence[ReviewedFile]) -> None:
    from rich.console import Console

    console = Console(soft_wrap=False, highlight=False, markup=False)
    for one in reviewed:
        if one.review is None:
            continue
        if one.remark:
            console.print(one.remark, soft_wrap=True)
        if one.review.faults:
            console.print(_grid(one, one.review))
        checked, right, doubted = one.review.counts
        key = "nothing" if not checked else "clean" if not one.review.faults else "summary"
        console.print(
            t(f"cli.claims.{key}", file=one.path, checked=checked, right=right, doubted=doubted),
            soft_wrap=True,
        )
        told = one.review.coverage
        if told.figures:
            words = t("cli.claims.coverage", file=one.path, figures=told.figures, judged=told.judged,
                      percent=told.percent, right=told.right, doubted=told.doubted)  # fmt: skip
            console.print(words, soft_wrap=True)


def _grid(file: ReviewedFile, review: Review) -> Table:
    from rich.table import Table

    columns = table("claims.columns")
    grid = Table(title=file.path, title_justify="left", show_lines=True)
    for key in ("severity", "place", "kind", "quote", "message"):
        grid.add_column(columns[key], overflow="fold", no_wrap=key == "severity")
    severities, kinds = table("severity.names"), table("claims.kinds")
    for fault in review.faults:
        quote = " ".join(review.quote(fault.start, fault.end).split())
        grid.add_row(
            severities[fault.severity].lower(),
            file.place(fault.start, review.line(fault.start)),
            kinds[fault.kind],
            quote if len(quote) <= 160 else f"{quote[:100]} … {quote[-50:]}",
            fault.message,
        )
    return grid
