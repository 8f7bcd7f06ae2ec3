"""`./cchc danh-muc`: the year's files changed one place at a time or whole, and what was changed before."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cchc import clock
from cchc.cli.thu import given_moment, working_store
from cchc.cli.thu_gui_lai import Actor
from cchc.config_files import config_names
from cchc.files import write_atomic
from cchc.paths import current_instance
from cchc.registers import FileChange, FileProposal, changes, former_version, propose, put_in_force
from cchc.registers import edits as edit
from cchc.registers.dates import effects, round_date
from cchc.run import Run
from cchc.texts import t

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
File = Annotated[str, typer.Argument(metavar="TEP", help=t("registers.cli.file"))]
Reason = Annotated[str, typer.Option("--ly-do", help=t("registers.cli.reason"))]
Look = Annotated[bool, typer.Option("--xem", help=t("registers.cli.look"))]
Mailboxes = Annotated[list[str] | None, typer.Option("--hop-thu", help=t("registers.cli.mailbox"))]


class DayKind(StrEnum):
    OFF = "nghi"
    WORKED = "lam-bu"
    PLAIN = "bo"


@app.command("tep", help=t("registers.cli.files_help"))
def list_files() -> None:
    last = {one.file: one for one in reversed(changes(_run("").store, clock.now()))}
    for name in config_names():
        one = last.get(name)
        typer.echo(_line("file_changed_line", one) if one else t("registers.cli.file_line", file=name))


@app.command("lich-su", help=t("registers.cli.history_help"))
def history(
    file: Annotated[
        str, typer.Argument(metavar="TEP", help=t("registers.cli.file"), show_default=False)
    ] = "",
) -> None:
    found = changes(_run("").store, clock.now(), file)
    for one in found:
        typer.echo(_line("change_line", one))
        for words in one.differences:
            typer.echo(f"  {words}")
    if not found:
        typer.echo(t("registers.cli.nothing_changed_yet"))


@app.command("ban-cu", help=t("registers.cli.former_help"))
def former(
    file: File,
    seq: Annotated[int, typer.Argument(metavar="LAN", help=t("registers.cli.seq"))],
    out: Annotated[Path, typer.Option("--ra", help=t("registers.cli.out"), dir_okay=False)],
) -> None:
    run = _run("")
    content = former_version(run.store, run.instance, file, seq)
    typer.echo(t("registers.cli.written", path=write_atomic(out, content)))


@app.command("thay", help=t("registers.cli.upload_help"))
def replace_file(
    file: File,
    new: Annotated[
        Path, typer.Argument(metavar="TEP_MOI", help=t("registers.cli.new_file"), exists=True, dir_okay=False)
    ],
    reason: Reason = "",
    actor: Actor = "",
    look: Look = False,
) -> None:
    _settle(propose(file, new.read_bytes()), reason, actor, look=look)


@app.command("don-vi", help=t("registers.cli.unit_help"))
def unit(
    code: Annotated[str, typer.Argument(metavar="DON_VI", help=t("registers.cli.unit"))],
    phone: Annotated[str | None, typer.Option("--dien-thoai", help=t("registers.cli.phone"))] = None,
    contact: Annotated[str | None, typer.Option("--nghe-may", help=t("registers.cli.contact"))] = None,
    mailboxes: Mailboxes = None,
    head: Annotated[str | None, typer.Option("--thu-truong", help=t("registers.cli.head"))] = None,
    reason: Reason = "",
    actor: Actor = "",
    look: Look = False,
) -> None:
    boxes = None if mailboxes is None else "; ".join(mailboxes)
    given = dict(zip(edit.CONTACT_FIELDS, (phone, contact, boxes, head), strict=True))
    values = {name: value for name, value in given.items() if value is not None}
    _settle(edit.unit_contact(code, values), reason, actor, look=look)


@app.command("noi-nhan", help=t("registers.cli.receiver_help"))
def receiver(
    line: Annotated[str, typer.Argument(metavar="DONG", help=t("registers.cli.line"))],
    mailboxes: Mailboxes = None,
    reason: Reason = "",
    actor: Actor = "",
    look: Look = False,
) -> None:
    _settle(edit.receiver(line, mailboxes or []), reason, actor, look=look)


@app.command("nguoi-ky", help=t("registers.cli.signer_help"))
def signer(
    issuer: Annotated[str, typer.Argument(metavar="CO_QUAN", help=t("registers.cli.issuer"))],
    title: Annotated[str, typer.Argument(metavar="CHUC_VU", help=t("registers.cli.title"))],
    name: Annotated[str, typer.Option("--ten", help=t("registers.cli.name"))],
    since: Annotated[str, typer.Option("--tu", help=t("registers.cli.since"))],
    reason: Reason = "",
    actor: Actor = "",
    look: Look = False,
) -> None:
    _settle(edit.signer(issuer, title, name, _day(since)), reason, actor, look=look)


@app.command("bac", help=t("registers.cli.rung_help"))
def rung(
    code: Annotated[str, typer.Argument(metavar="BAC", help=t("registers.cli.rung"))],
    days: Annotated[int, typer.Option("--ngay", help=t("registers.cli.days"))],
    reason: Reason = "",
    actor: Actor = "",
    look: Look = False,
) -> None:
    _settle(edit.rung_days(code, days), reason, actor, look=look)


@app.command("ngay", help=t("registers.cli.day_help"))
def special_day(
    day: Annotated[str, typer.Argument(metavar="NGAY", help=t("registers.cli.day"))],
    kind: Annotated[DayKind, typer.Argument(metavar="LOAI", help=t("registers.cli.day_kind"))],
    reason: Reason = "",
    actor: Actor = "",
    look: Look = False,
) -> None:
    found = _day(day)
    if kind is DayKind.PLAIN:
        proposal = edit.plain_day(found)
    else:
        proposal = (edit.day_off if kind is DayKind.OFF else edit.day_worked)(found, reason)
    _settle(proposal, reason, actor, look=look)


@app.command("doi-ngay", help=t("registers.cli.date_help"))
def change_date(
    round_id: Annotated[str, typer.Argument(metavar="DOT", help=t("registers.cli.round"))],
    what: Annotated[str, typer.Argument(metavar="MOC", help=t("registers.cli.what"))],
    day: Annotated[str, typer.Argument(metavar="NGAY", help=t("registers.cli.day"))],
    reason: Reason = "",
    actor: Actor = "",
    look: Look = False,
) -> None:
    _settle(round_date(round_id, what, _day(day)), reason, actor, look=look)


def _settle(proposal: FileProposal, reason: str, actor: str, *, look: bool) -> None:
    run = _run(actor)
    told = effects(run.store, run.as_of, proposal) if proposal.file in edit.DATED else None
    if look:
        typer.echo(t("registers.cli.seen", file=proposal.file))
    else:
        change = put_in_force(run, proposal, reason)
        typer.echo(t("registers.cli.done", file=change.file, seq=change.seq))
    for words in proposal.differences:
        typer.echo(f"  {words}")
    for one in told or ():
        for what, old, new, _ in one.moves:
            typer.echo(t("registers.cli.effect", round=one.title, what=what, old=old, new=new))
        key, year = ("open_effect" if one.is_open else "planned_effect"), run.as_of.year
        concerned = {"count": len(one.units), "year": year, "concerned": one.concerned}
        typer.echo(t(f"registers.cli.{key}", round=one.title, **concerned))
        for mail in one.reminders:
            old, new = clock.vn_date(mail.old), clock.vn_date(mail.new)
            typer.echo("  " + t("registers.cli.reminder", name=mail.name, old=old, new=new))
    if told == []:
        typer.echo(t("registers.cli.no_effect"))
    if proposal.left:
        typer.echo(t("registers.left", count=proposal.left))


def _line(key: str, one: FileChange) -> str:
    values = {"file": one.file, "seq": one.seq, "actor": one.actor, "reason": one.reason}
    return t(f"registers.cli.{key}", moment=clock.vn_instant(one.at), **values)


def _day(text: str) -> date:
    return given_moment(text).date()


def _run(actor: str) -> Run:
    instance = current_instance()
    return Run(working_store(instance), instance, clock.now(), actor=actor)
