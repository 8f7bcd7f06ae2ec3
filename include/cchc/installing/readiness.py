"""'Việc cần làm trước khi chạy thật': what an installation still lacks, from its true state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cchc.backups import Shelf
from cchc.config_files import (
    config_dir,
    is_own,
    load_version,
    news,
    samples_by_file,
    samples_left,
    shown_config,
)
from cchc.documents.form import DocumentSettings
from cchc.errors import CchcError
from cchc.indicators import IndicatorRegister
from cchc.installing.probes import IMAP_ID, SMTP_ID
from cchc.mail.department import Approvers, Department
from cchc.mail.modes import unusable_base_url
from cchc.paths import Instance
from cchc.texts import t
from cchc.units import UnitRegister

BACKUP_DAYS = 3  # the Dag of upkeep runs every day
_NAMED = 5


@dataclass(frozen=True)
class Readiness:
    """One thing: `done`, or `what` is missing and `how` it is mended. `needed`: real mail must not begin without."""

    key: str
    done: bool
    what: str
    how: str = ""
    needed: bool = True

    @property
    def title(self) -> str:
        return t(f"installing.steps.{self.key}.title")


@dataclass(frozen=True)
class _Installation:
    instance: Instance
    connections: Mapping[str, str]
    faults: Sequence[str]
    now: datetime

    @property
    def today(self) -> date:
        return self.now.date()


def readiness(
    instance: Instance, connections: Mapping[str, str], faults: Sequence[str], now: datetime
) -> list[Readiness]:
    """Every thing in the order in which one does them.

    `connections`: those that Airflow knows, by id, each with what is wrong in it ('' when nothing is).
    `faults`: what `./cchc cau-hinh` says of the year's data.
    """
    seen = _Installation(instance, connections, faults, now)
    found = []
    for key, look in _STEPS.items():
        try:
            missing = look(seen)
        except CchcError as error:
            missing = str(error).splitlines()[0]
        if missing is None:
            found.append(Readiness(key, True, t(f"installing.steps.{key}.done")))
        else:
            how = t(f"installing.steps.{key}.how", file=shown_config(), home=instance.root)
            found.append(Readiness(key, False, missing, how, key not in _WANTED_ONLY))
    return found


def _own_folder(_seen: _Installation) -> str | None:
    return None if is_own() else t("installing.steps.own_folder.todo", folder=shown_config())


def _sound(seen: _Installation) -> str | None:
    if not seen.faults:
        return None
    return t("installing.steps.sound.todo", count=len(seen.faults), first=seen.faults[0])


def _news(_seen: _Installation) -> str | None:
    found = news()
    if not found:
        return None
    return t("installing.steps.news.todo", count=len(found), names=_some(str(one) for one in found))


def _samples(_seen: _Installation) -> str | None:
    left = samples_left()
    return (
        t("installing.steps.samples.todo", count=len(left), files="\n".join(samples_by_file(left)))
        if left
        else None
    )


def _units(seen: _Installation) -> str | None:
    return None if UnitRegister.load(strict=False).on(seen.today) else t("installing.steps.units.todo")


def _owners(seen: _Installation) -> str | None:
    missing = IndicatorRegister.load().without_owner(
        UnitRegister.load(strict=False).on(seen.today), seen.today
    )
    if not missing:
        return None
    named = (
        t("installing.steps.owners.one", owner=owner, codes=", ".join(codes))
        for owner, codes in missing.items()
    )
    return t("installing.steps.owners.todo", count=len(missing), names=_some(named))


def _mailboxes(seen: _Installation) -> str | None:
    missing = UnitRegister.load(strict=False).without_mailbox(seen.today)
    if not missing:
        return None
    return t(
        "installing.steps.mailboxes.todo", count=len(missing), names=_some(unit.name for unit in missing)
    )


def _approvers(_seen: _Installation) -> str | None:
    department = Department.load()
    samples = {one.value for one in samples_left()}
    wrong = [
        one
        for kind in Approvers.model_fields
        for one in department.approvers_of(kind)
        if one.mailbox in samples
    ]
    names = dict.fromkeys(f"{one.title}: {one.mailbox}" for one in wrong)
    return t("installing.steps.approvers.todo", names=_some(names)) if wrong else None


def _addresses(_seen: _Installation) -> str | None:
    department = Department.load()
    same = [one for one in department.operators if one.lower() == department.reply_to.lower()]
    return t("installing.steps.addresses.todo", address=same[0]) if same else None


def _receivers(_seen: _Installation) -> str | None:
    settings = DocumentSettings.load().mailing
    silent = [
        name for name, one in settings.receivers.items() if not (one.addressees or one.tiers or one.mailboxes)
    ]
    return t("installing.steps.receivers.todo", names=_some(silent)) if silent else None


def _connection(key: str, conn_id: str) -> Callable[[_Installation], str | None]:
    def look(seen: _Installation) -> str | None:
        fault = seen.connections.get(conn_id)
        return t(f"installing.steps.{key}.todo", id=conn_id) if fault is None else fault or None

    return look


def _base_url(seen: _Installation) -> str | None:
    return unusable_base_url(seen.instance)


def last_backup(instance: Instance) -> datetime | None:
    """When the newest proven set was taken; None when there is none."""
    return max((one.moment for one in Shelf.of(instance).notes() if one.proven), default=None)


def _backup(seen: _Installation) -> str | None:
    last = last_backup(seen.instance)
    if last is not None and last > seen.now - timedelta(days=BACKUP_DAYS):
        return None
    return t("installing.steps.backup.todo", folder=Shelf.of(seen.instance).address)


def _live(seen: _Installation) -> str | None:
    mode = seen.instance.settings.mail_mode
    if mode == "live":
        return None
    return t("installing.steps.live.todo", mode=t(f"mail.mode.names.{mode}"))


_STEPS: dict[str, Callable[[_Installation], str | None]] = {
    "own_folder": _own_folder,
    "sound": _sound,
    "news": _news,
    "samples": _samples,
    "units": _units,
    "owners": _owners,
    "mailboxes": _mailboxes,
    "addresses": _addresses,
    "approvers": _approvers,
    "receivers": _receivers,
    "smtp": _connection("smtp", SMTP_ID),
    "imap": _connection("imap", IMAP_ID),
    "base_url": _base_url,
    "backup": _backup,
    "live": _live,
}
# Without these the installation may go live; what they are about then goes another way.
_WANTED_ONLY = ("news", "owners", "receivers", "imap", "backup")


def _some(names: Iterable[str]) -> str:
    every = list(names)
    more = t("installing.and_more", count=len(every) - _NAMED) if len(every) > _NAMED else ""
    return "; ".join(every[:_NAMED]) + more


def summary_words(found: Sequence[Readiness]) -> str:
    """How much is left."""
    left = [one for one in found if not one.done]
    if not left:
        return t("installing.board_none")
    needed = sum(one.needed for one in left)
    return t("installing.board_left", needed=needed, wanted=len(left) - needed)


def version_words() -> str:
    """Which folder is in force, and of which version it is."""
    found = load_version(config_dir())
    return t("installing.version", folder=shown_config(), version=found.version if found else "?")
