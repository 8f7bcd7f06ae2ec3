"""The whole program: every command of it and of the packages beside it, each read when it is asked for.

A command brings the libraries that it works with, which takes seconds; neither `--help` nor another command needs them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from cchc.texts import t


@dataclass(frozen=True)
class Command:
    """A command. place: `module:name` of its function, or of the Typer that has commands of its own; help: the text
    that helps with it."""

    place: str
    help: str
    passes_on: bool = False  # options that it does not know are for whom it starts

    def made(self, name: str) -> Any:
        """The command as the library runs it; its module is read now."""
        module, _, attribute = self.place.partition(":")
        found = getattr(import_module(module), attribute)
        group = typer.Typer(rich_markup_mode=None)
        if isinstance(found, typer.Typer):
            group.add_typer(found, name=name, help=t(self.help))
        else:
            settings = dict.fromkeys(("allow_extra_args", "ignore_unknown_options"), self.passes_on)
            group.command(name, help=t(self.help), context_settings=settings)(found)
        group.callback()(_nothing)  # with it a single command, too, keeps its name
        return typer.main.get_group(group).commands[name]


COMMANDS = {
    "khoi-tao": Command("cchc.cli.khoi_tao:install", "installing.help"),
    "up": Command("cchc.cli.up:up", "cli.up"),
    "test": Command("cchc.cli.tests:run_tests", "cli.test", passes_on=True),
    "lich": Command("cchc.cli.lich:lich", "cli.lich"),
    "hieu-qua": Command("cchc.cli.hieu_qua:effect", "chasing.effect.help"),
    "phuc-hoi": Command("cchc.cli.phuc_hoi:restore", "backups.cli.restore"),
    "tiep-quan": Command("cchc.cli.tiep_quan:take_charge", "identity.cli.help"),
    "nguoi-dung": Command("cchc.cli.nguoi_dung:app", "installing.accounts.help"),
    "cau-hinh": Command("cchc.cli.kiem_tra_cau_hinh:check_configuration", "cli.cau_hinh"),
    "suc-khoe": Command("cchc.cli.suc_khoe:well", "watching.help"),
    "kiem-toan": Command("cchc.cli.kiem_toan:audit_installation", "audit.help"),
    "chi-tieu": Command("cchc.cli.chi_tieu:indicators_table", "cli.chi_tieu.help"),
    "doi-soat": Command("cchc.cli.doi_soat:doi_soat", "cli.doi_soat.help"),
    "theo-doi": Command("cchc.cli.theo_doi:app", "figures.followed.cli.help"),
    "gioi-han": Command("cchc.cli.gioi_han:bounds", "cli.gioi_han.help"),
    "ra-soat": Command("cchc.cli.ra_soat:ra_soat", "cli.claims.help"),
    "don-vi": Command("cchc.cli.don_vi:app", "cli.don_vi"),
    "danh-muc": Command("cchc.cli.danh_muc:app", "registers.cli.help"),
    "nguon": Command("cchc.cli.nguon:app", "cli.nguon"),
    "don-doc": Command("cchc.cli.don_doc_mien:app", "cli.chasing.help"),
    "trang-don-vi": Command("cchc.cli.trang_don_vi:app", "cli.unit_page.help"),
    "thu": Command("cchc.cli.thu_gui_lai:app", "cli.thu"),
    "bai-nop": Command("cchc.cli.bai_nop:app", "cli.late.help"),
    "so-lieu-nam-truoc": Command("cchc.cli.so_lieu_nam_truoc:app", "cli.past.help"),
    "can-xem-lai": Command("cchc.cli.can_xem_lai:app", "cli.review.help"),
    "van-ban": Command("cchc.cli.van_ban_so:app", "cli.origin.help"),
    "cham-diem": Command("cchc.cli.cham_diem:app", "criteria.cli.help"),
    "kiem-tra": Command("cchc.cli.kiem_tra:app", "cli.inspection.help"),
    "sao-luu": Command("cchc.cli.sao_luu:app", "backups.cli.help"),
}


def all_commands() -> dict[str, Command]:
    """Other packages of the project bring commands of their own, the rehearsal among them; nothing here knows them."""
    commands = dict(COMMANDS)
    for entry in sorted(entry_points(group="cchc.commands"), key=lambda entry: entry.name):
        entry.load()(commands)
    return commands


class _Made(Mapping[str, Any]):
    """Commands by name, each made when it is looked up."""

    def __init__(self, commands: dict[str, Command]) -> None:
        self._commands = commands
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = self._commands[name].made(name)
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._commands

    def __iter__(self) -> Iterator[str]:
        return iter(self._commands)

    def __len__(self) -> int:
        return len(self._commands)


class _Program(TyperGroup):
    def __init__(self, **given: Any) -> None:
        self._known = all_commands()
        super().__init__(**given | {"commands": _Made(self._known)})

    def list_commands(self, ctx: Any) -> list[str]:
        return list(self._known)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Name and help of each command; none is read for it."""
        shown = {name: TyperCommand(name, help=t(one.help)) for name, one in self._known.items()}
        TyperGroup(commands=dict(shown)).format_commands(ctx, formatter)


def _nothing() -> None:
    pass


app = typer.Typer(
    cls=_Program,
    help=t("cli.about"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.callback(help=t("cli.about"))(_nothing)
