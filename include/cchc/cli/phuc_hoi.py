"""`./cchc phuc-hoi`: an installation from a set, in an empty place; what it lacks since, and the audit at the end."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from cchc import clock
from cchc.backups import BackupRules, Shelf
from cchc.backups.missing import Missing
from cchc.cli.sao_luu import KeyFile, shown_progress
from cchc.cli.thu_gui_lai import Actor
from cchc.clock import from_text, vn_instant
from cchc.errors import CchcError
from cchc.indicators import format_number
from cchc.paths import current_instance
from cchc.run import Run
from cchc.stages.restoring import Request, Returned, bring_back
from cchc.texts import t
from cchc.units import UnitRegister

_SHOWN = 20


def restore(
    path: Annotated[str, typer.Argument(help=t("backups.cli.set_or_address"))],
    key_file: KeyFile = None,
    left: Annotated[
        list[Path] | None, typer.Option("--con-lai", help=t("backups.cli.left"), exists=True)
    ] = None,
    without_airflow: Annotated[bool, typer.Option("--bo-airflow", help=t("backups.cli.no_airflow"))] = False,
    actor: Actor = "",
) -> None:
    """Exit code 1 when the audit finds damage; the restored installation stays as it is then."""
    from cchc.stages import maintaining

    instance, started = current_instance(), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="cchc-phuc-hoi-") as folder:
        wanted = Request(_here(path, Path(folder)), key_file, not without_airflow, tuple(left or ()))
        with shown_progress() as tell:
            returned = bring_back(wanted, instance, clock.now(), actor, tell)
    _tell(returned)
    checked = maintaining.audit(Run(returned.store, instance, clock.now(), actor=actor))
    _say("audited", count=checked, seconds=round(time.monotonic() - started))
    _say("next", root=instance.root)


def _here(path: str, folder: Path) -> Path:
    """The set as a file: fetched first when it lies elsewhere, with what opens that place."""
    if "://" not in path:
        found = Path(path)
        if not found.is_file():
            raise CchcError(t("backups.no_set", path=path))
        return found
    address, _, name = path.rpartition("/")
    place = next((one for one in BackupRules.load().elsewhere if one.address.rstrip("/") == address), None)
    if place is None:
        raise CchcError(t("backups.unknown_place", address=address))
    Shelf.on(place).fetch(name, folder / name)
    return folder / name


def _tell(returned: Returned) -> None:
    manifest, missing = returned.restored.manifest, returned.missing
    _say("restored", when=vn_instant(from_text(manifest.taken_at)), count=len(manifest.members))
    if returned.restored.keys_file is not None:
        _say("keys", path=returned.restored.keys_file)
    if returned.restored.config_folder is not None and manifest.config_folder is None:
        _say("config", folder=returned.restored.config_folder)
    for words in returned.unheard:
        _say("unheard", words=words)
    _tell_missing(missing)


def _tell_missing(missing: Missing) -> None:
    if missing.until is None:
        _say("no_newer", when=vn_instant(missing.since))
    else:
        _say("since", since=vn_instant(missing.since), until=vn_instant(missing.until), events=missing.events)
    units = UnitRegister.load()
    for row in missing.files[:_SHOWN]:
        received, code = vn_instant(from_text(str(row["received_at"]))), row["unit_code"]
        unit = units.get(code).name if code in units else code
        _say("lost_file", unit=unit, round=row["round_id"], name=row["file_name"], when=received)
    if len(missing.files) > _SHOWN:
        _say("more_files", count=len(missing.files) - _SHOWN)
    _say("sent_since" if missing.sent else "none_sent", count=len(missing.sent))


def _say(key: str, **values: object) -> None:
    shown = {name: format_number(one) if isinstance(one, int) else one for name, one in values.items()}
    Console().print(t(f"backups.cli.said.{key}", **shown), markup=False, soft_wrap=True)
