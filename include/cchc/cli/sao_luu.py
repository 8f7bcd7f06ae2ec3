"""`./cchc sao-luu`: take a set now, list what there is, read one again, make a pair of keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn

from cchc import clock
from cchc.backups import BackupRules, Note, Shelf
from cchc.backups.checking import check_set
from cchc.backups.sealing import new_key
from cchc.backups.taking import Tell
from cchc.cli.thu import working_store
from cchc.clock import vn_instant
from cchc.paths import current_instance
from cchc.run import Run
from cchc.texts import t

__all__ = ["app"]

app = typer.Typer(invoke_without_command=True, add_completion=False)

KeyFile = Annotated[
    Path | None, typer.Option("--khoa", help=t("backups.cli.key"), exists=True, dir_okay=False)
]


@app.callback()
def backup(context: typer.Context) -> None:
    if context.invoked_subcommand is not None:
        return
    from cchc.stages import maintaining

    instance = current_instance()
    run = Run(working_store(instance), instance, clock.now())
    with shown_progress() as tell:
        taken = maintaining.backup(run, tell)
    _say("taken", path=Path(Shelf.of(instance).address) / taken.note.name, size=megabytes(taken.note.size))
    _say("files", count=len(taken.manifest.members), size=megabytes(taken.manifest.size))
    if not taken.note.sealed:
        _say("not_sealed")
    if not BackupRules.load().elsewhere:
        _say("not_elsewhere")
    for path in taken.manifest.left_out:
        _say("left_out", path=path)
    if taken.removed:
        _say("removed", count=len(taken.removed))


@app.command("danh-sach", help=t("backups.cli.list"))
def list_sets() -> None:
    instance = current_instance()
    for shelf in (Shelf.of(instance), *map(Shelf.on, BackupRules.load().elsewhere)):
        _say("place", address=shelf.address)
        notes = shelf.notes()
        for note in notes:
            _say(
                "line",
                name=note.name,
                when=vn_instant(note.moment),
                size=megabytes(note.size),
                state=_state(note),
            )
        if not notes:
            _say("none")


@app.command("kiem-tra", help=t("backups.cli.check"))
def check(
    path: Annotated[Path, typer.Argument(help=t("backups.cli.set"), exists=True, dir_okay=False)],
    key_file: KeyFile = None,
) -> None:
    with shown_progress() as tell:
        manifest = check_set(path, key_file, tell)
    if manifest is None:
        _say("sealed_whole", name=path.name)
        return
    moment = vn_instant(clock.from_text(manifest.taken_at))
    _say("whole", name=path.name, count=len(manifest.members), when=moment)


@app.command("tao-khoa", help=t("backups.cli.new_key"))
def make_key(path: Annotated[Path, typer.Option("--tep", help=t("backups.cli.key_file"))]) -> None:
    _say("key_made", path=path, public=new_key(path))


@contextmanager
def shown_progress() -> Iterator[Tell]:
    """A line for each step, with what passed of what is expected; on a terminal only."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        tasks: dict[str, TaskID] = {}

        def tell(step: str, passed: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = progress.add_task(step, total=total or None)
            progress.update(tasks[step], completed=passed, total=total or None)

        yield tell


def megabytes(size: int) -> str:
    """As people read a size."""
    return f"{size / 1e6:.1f} MB".replace(".", ",")


def _state(note: Note) -> str:
    sealed = t("backups.cli.said.sealed") if note.sealed else ""
    return t("backups.cli.said.proven" if note.proven else "backups.cli.said.not_proven") + sealed


def _say(key: str, **values: object) -> None:
    Console().print(t(f"backups.cli.said.{key}", **values), markup=False, soft_wrap=True)
