"""Whose store and whose folder this is: a second home, a copy beside the living one and a foreign folder are refused.

An installation has an identity, which stays the same for ever, and one home in charge of it: a folder. Both stand in
the store (`homes`, the last row counts) and in a file of the folder. A folder that was copied bears the file of another
one, which its own number on the disk, or its path and machine, tell.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import platform
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.engine import make_url

from cchc.clock import from_text, to_text, vn_instant
from cchc.depot import Depot
from cchc.errors import CchcError, RuleRefused
from cchc.files import make_folder, write_atomic
from cchc.paths import Instance
from cchc.store import Row, Store, upgrade
from cchc.texts import t

FILE = "ma-cai-dat.json"
HALF_RESTORED = ".dang-phuc-hoi"  # lies in a folder while a set is brought into it; names the set
_LOCK = ".ma-cai-dat.khoa"
_MACHINE = Path("/etc/machine-id")
SYSTEM = "he-thong"


@dataclass(frozen=True)
class HomePlace:
    """Where a folder lies. `folder`: its number on the disk. `machine`: a mark of the machine, empty in a container."""

    path: str
    folder: int
    machine: str

    @classmethod
    def of(cls, root: Path) -> HomePlace:
        found = root.resolve()
        return cls(str(found), found.stat().st_ino, _machine())

    def is_that_of(self, other: HomePlace, *, shared: bool) -> bool:
        """The same folder: renamed, seen by another container or by another machine that shares it, or as it was."""
        if self.folder == other.folder:
            return True
        machines = {self.machine, other.machine}
        return self.path == other.path and (shared or "" in machines or len(machines) == 1)


@dataclass(frozen=True)
class Home:
    """What a folder says of itself. `settled`: the store was told; False only when that was interrupted."""

    identity: str
    home: str
    place: HomePlace
    settled: bool = True


def open_store(instance: Instance, moment: datetime, url: str | None = None) -> Store:
    """The installation's store, migrated, for whoever works on it; `url`: where it is told elsewhere.

    Where machines share files through a depot, those of the others come first. Raises RuleRefused ('second-home',
    'empty-store', 'foreign-home', 'not-in-charge', 'copied-home', 'half-restored', 'foreign-depot').
    """
    address = make_url(url or instance.store_url)
    if address.get_backend_name() == "sqlite" and not Path(str(address.database)).exists():
        home = read_home(instance)
        if home is not None and home.settled:  # a new file would be taken for the store that is gone
            raise RuleRefused("empty-store", t("identity.refused.empty_store", **_told(home, None, instance)))
    store = upgrade(Store(url or instance.store_url))
    try:
        identity = settle(store, instance, moment)
        if depot := Depot.of(instance):
            _own(depot, identity, store)
            depot.pull()
    except BaseException:
        store.close()
        raise
    return store


def settle(store: Store, instance: Instance, moment: datetime) -> str:
    """Check that the folder is in charge of the store; both get their identity when neither has one. Returns it."""
    refuse_half_restored(instance)
    make_folder(instance.root)
    if _fits(store, instance):
        return _fitting(store, instance)
    with _alone(instance.root):
        home, row = read_home(instance), _last(store)
        if row is None and (home is None or not home.settled):
            home = home or Home(
                str(uuid.uuid4()), str(uuid.uuid4()), HomePlace.of(instance.root), settled=False
            )
            _write(instance, home)
            _add(store, home, moment, SYSTEM, t("identity.first"))
            row = _last(store)
        if home is not None and not home.settled and row is not None and row["home"] == home.home:
            _write(instance, replace(home, settled=True))
        return _fitting(store, instance)


def mismatch(store: Store, instance: Instance) -> str | None:
    """Why this folder may not work on this store, in words; None when it may, or both are new. Changes nothing."""
    if not inspect(store.engine).has_table("homes"):
        return None  # a store that has not come forwards yet has no home
    home, row = read_home(instance), _last(store)
    if row is None and (home is None or not home.settled):
        return None
    fault = _fault(home, row, instance)
    return fault and _words(fault, home, row, instance)


def refuse_half_restored(instance: Instance) -> None:
    """RuleRefused('half-restored') while a restore into this folder has not ended: its store does not know yet what was
    sent since, and would send it again."""
    mark = instance.root / HALF_RESTORED
    if mark.exists():
        name = mark.read_text(encoding="utf-8")
        raise RuleRefused("half-restored", t("identity.refused.half_restored", root=instance.root, name=name))


def identity_of(store: Store) -> str:
    """The installation's identity, empty before it has one."""
    if not inspect(store.engine).has_table("homes"):  # a store that has not come forwards yet
        return ""
    row = _last(store)
    return str(row["identity"]) if row else ""


def take_over(store: Store, instance: Instance, moment: datetime, *, actor: str, reason: str) -> Home:
    """Put this folder in charge of the store, with who and why; whichever was is refused from now on.

    Raises RuleRefused: 'take-over-needs-actor', 'take-over-needs-reason', 'living-home' while the folder in charge is
    there on this machine, 'in-charge' when it is this one, 'half-restored'.
    """
    if not actor.strip() or not reason.strip():
        rule = "take-over-needs-reason" if actor.strip() else "take-over-needs-actor"
        raise RuleRefused(rule, t("identity.who_and_why"))
    refuse_half_restored(instance)
    make_folder(instance.root)
    with _alone(instance.root):
        if _fits(store, instance) and _last(store) is not None:
            raise RuleRefused("in-charge", t("identity.in_charge"))
        row, old = _last(store), read_home(instance)
        for place in _living(row, old, instance.root):
            raise RuleRefused("living-home", t("identity.living", path=place))
        known = str(row["identity"]) if row else old.identity if old else str(uuid.uuid4())
        depot = Depot.of(instance)
        if depot and (owner := depot.owner) and owner["identity"] != known:
            raise RuleRefused(
                "foreign-depot", t("identity.refused.foreign_depot", address=depot.place.address)
            )
        home = Home(known, str(uuid.uuid4()), HomePlace.of(instance.root))
        _add(store, home, moment, actor.strip(), reason.strip())
        _write(instance, home)
        if depot:
            depot.belong_to(home.identity, home.home)
    return home


def join(store: Store, instance: Instance, moment: datetime, *, actor: str, reason: str) -> Home:
    """Let this folder, which has no home yet, work beside the one in charge: both share a depot and the store.

    Raises RuleRefused: 'take-over-needs-actor', 'take-over-needs-reason', 'no-depot', 'in-charge', 'empty-store',
    'foreign-depot' when the depot is not that of the home in charge.
    """
    if not actor.strip() or not reason.strip():
        rule = "take-over-needs-reason" if actor.strip() else "take-over-needs-actor"
        raise RuleRefused(rule, t("identity.who_and_why"))
    depot = Depot.of(instance)
    if depot is None:
        raise RuleRefused("no-depot", t("identity.no_depot"))
    make_folder(instance.root)
    with _alone(instance.root):
        row = _last(store)
        if row is None:
            raise RuleRefused("empty-store", t("identity.nothing_to_join"))
        if _fits(store, instance):
            raise RuleRefused("in-charge", t("identity.in_charge"))
        if depot.owner != {"identity": row["identity"], "home": row["home"]}:
            raise RuleRefused(
                "foreign-depot", t("identity.refused.foreign_depot", address=depot.place.address)
            )
        depot.fetch(instance.form_key_file)
        home = Home(str(row["identity"]), str(row["home"]), HomePlace.of(instance.root))
        _add(store, home, moment, actor.strip(), reason.strip())
        _write(instance, home)
    return home


def read_home(instance: Instance) -> Home | None:
    """What the folder says of itself; None for a new one. CchcError when the file is damaged."""
    path = instance.root / FILE
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return Home(**{**raw, "place": HomePlace(**raw["place"])})
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError) as error:
        raise CchcError(t("identity.damaged", path=path)) from error


def _own(depot: Depot, identity: str, store: Store) -> None:
    """A depot belongs to one home: a copy that took over its store elsewhere shares nothing with the living one."""
    row, owner = _last(store), depot.owner
    assert row is not None, "settled"
    if not owner:
        depot.belong_to(identity, str(row["home"]))
    elif owner != {"identity": identity, "home": row["home"]}:
        raise RuleRefused("foreign-depot", t("identity.refused.foreign_depot", address=depot.place.address))


def _fits(store: Store, instance: Instance) -> bool:
    home, row = read_home(instance), _last(store)
    return row is not None and home is not None and home.settled and _fault(home, row, instance) is None


def _fitting(store: Store, instance: Instance) -> str:
    home, row = read_home(instance), _last(store)
    if fault := _fault(home, row, instance):
        raise RuleRefused(fault, _words(fault, home, row, instance))
    assert home is not None
    here = HomePlace.of(instance.root)
    if here != home.place and not instance.settings.shared_folder:
        _write(instance, replace(home, place=here))  # renamed, or brought back to where it was
    return home.identity


def _fault(home: Home | None, row: Row | None, instance: Instance) -> str | None:
    if home is None:
        return "second-home"
    if row is None:
        return "empty-store"
    if home.identity != row["identity"]:
        return "foreign-home"
    if home.home != row["home"]:
        return "not-in-charge"
    same = home.place.is_that_of(HomePlace.of(instance.root), shared=instance.settings.shared_folder)
    return None if same else "copied-home"


def _words(fault: str, home: Home | None, row: Row | None, instance: Instance) -> str:
    return t(f"identity.refused.{fault.replace('-', '_')}", **_told(home, row, instance))


def _told(home: Home | None, row: Row | None, instance: Instance) -> dict[str, object]:
    place = _place_of(row)
    return {
        "root": instance.root.resolve(),
        "path": place.get("path", "-"),
        "machine": place.get("name", "-"),
        "since": vn_instant(from_text(str(row["taken_at"]))) if row else "-",
        "actor": row["actor"] if row else "-",
        "own": home.place.path if home else "-",
    }


def _living(row: Row | None, old: Home | None, root: Path) -> Iterator[str]:
    """Folders on this machine that still hold the file of a home of this installation, and are another folder."""
    here = root.resolve()
    known = {str(row["home"])} if row else set()
    known |= {old.home} if old else set()
    for path in filter(None, (_place_of(row).get("path"), old.place.path if old else None)):
        there = Path(str(path))
        if there == here or not there.is_dir() or there.samefile(here):
            continue
        found = read_home(Instance(there))
        if found is not None and found.home in known:
            yield str(there)


def _place_of(row: Row | None) -> Mapping[str, Any]:
    return dict(json.loads(row["place"])) if row else {}


def _last(store: Store) -> Row | None:
    return store.one("identity.last_home")


def _add(store: Store, home: Home, moment: datetime, actor: str, reason: str) -> None:
    with store.write() as tx:
        tx.execute(
            "identity.add_home",
            identity=home.identity,
            home=home.home,
            taken_at=to_text(moment),
            place=json.dumps({**asdict(home.place), "name": platform.node()}, ensure_ascii=False),
            actor=actor,
            reason=reason,
        )


def _write(instance: Instance, home: Home) -> None:
    write_atomic(instance.root / FILE, json.dumps(asdict(home), ensure_ascii=False, indent=1) + "\n", 0o600)


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Processes that start together settle one identity, not several."""
    with (root / _LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _machine() -> str:
    try:
        return hashlib.sha256(_MACHINE.read_bytes()).hexdigest()[:16]
    except OSError:
        return ""
