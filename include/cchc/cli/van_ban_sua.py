"""`./cchc van-ban doc-lai`: a draft that an official edited in Word becomes what is decided on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cchc import clock
from cchc.cli.van_ban_loi import say_faults
from cchc.errors import CchcError
from cchc.identity import open_store
from cchc.paths import current_instance
from cchc.run import Run
from cchc.texts import t


def read_back(
    file: Annotated[Path, typer.Argument(metavar="TEP.docx", help=t("cli.edited.file_help"))],
    by: Annotated[str, typer.Option("--nguoi-sua", help=t("cli.edited.by_help"))],
    words: Annotated[str, typer.Option("--ly-do", help=t("cli.edited.words_help"))] = "",
) -> None:
    from cchc.documents.edited import take_back
    from cchc.documents.edited_text import MOST_NAMED
    from cchc.documents.own_words import sections_of
    from cchc.documents.waiting import ask_approvers

    if not file.is_file():
        raise CchcError(t("cli.origin.no_file", name=file))
    instance = current_instance()
    run = Run(open_store(instance, clock.now()), instance, clock.now(), actor=by)
    found = take_back(run, file.read_bytes(), file.name, words)
    own_run = replace(run, round_id=found.record.round_id)
    _say("taken", count=found.edits.paragraphs, file=found.record.file_name)
    for key, lines in (
        ("changed", [str(one) for one in found.edits.changed]),
        ("left_out", list(found.edits.left_out)),
        ("added", list(found.edits.added)),
    ):
        if lines:
            _say(key, count=len(lines), list="; ".join(lines[:MOST_NAMED]))
    headings = sections_of(own_run) if found.own_words else {}
    for one in found.own_words:
        key = "edited" if one.text else "edited_gone"
        Console().print(t(f"own_words.{key}", heading=headings[one.section]), markup=False, soft_wrap=True)
        say_faults(one.text)
    asked = ask_approvers(own_run)
    _say("asked" if asked else "not_asked")


def _say(key: str, **values: object) -> None:
    Console().print(t(f"cli.edited.{key}", **values), markup=False, soft_wrap=True)
