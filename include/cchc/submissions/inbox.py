"""The inbox folder: which files wait in it, since when they were seen, and what lies there that nobody reads.

A file arrived when it was first seen, never when its own time says: copying keeps the time of saving, and clocks are
wrong. A file that is still being written waits.

How long nobody looked is our affair, not the unit's. A file came at some moment after the last look that did not see it
(`came_after`; before the first look of all: after the opening) and not later than the look that saw it. When the due
moment lies between the two, because looks are half an hour apart, over a night or because the scheduler was down for
days, nobody can say that the file came late, and it counts as come at the due moment (`Arrival.counts_from`), with this
reason in its event and in the receipt. What was due before the last look that did not see the file is late.
"""

from __future__ import annotations

import fcntl
import os
import signal
import stat
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cchc.clock import TZ, from_text, to_text, vn_instant
from cchc.errors import CchcError
from cchc.files import shown_name, write_atomic
from cchc.run import Run
from cchc.store import Row, Transaction
from cchc.submissions.arrivals import Channel
from cchc.submissions.set_aside import SetAside
from cchc.texts import t
from cchc.year import Round

UNREADABLE = "_khong-tiep-nhan"
REVIEW = "_can-xem-lai"
REASON = ".ly-do.txt"
_HALF_WRITTEN = (".tmp", ".part", ".partial", ".crdownload", ".filepart")
_FILE_ENDINGS = (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".docx", ".pdf", ".zip", ".eml")
_LONG = timedelta(days=1)  # that a file may be held by another program before it is named
_ODD_BEFORE = timedelta(days=31)  # of the round's opening: a form of the round cannot be that old


@dataclass(frozen=True)
class Sighting:
    """A file of the inbox as it was seen. came_after: the last look that did not see it. steady: an earlier run saw it
    as it is now."""

    first_seen: datetime
    came_after: datetime
    steady: bool


@dataclass(frozen=True)
class InboxView:
    """What a look into the inbox found: files to read (`<round>/<file>`), by arrival; and what lies wrong."""

    files: list[str]
    wrong: list[SetAside]


def prepare(run: Run, round_: Round) -> None:
    """Make the folder of a round that was opened, with a text that says what belongs there.

    The first round of an installation makes the inbox too. Once a round was open the inbox is there: when it is missing
    later, it is a share that is not connected.
    """
    if run.instance.inbox.is_dir() or len(run.rounds.all()) == 1:
        _lay_note(run, round_)


def _lay_note(run: Run, round_: Round) -> None:
    folder = run.instance.inbox / round_.round_id
    note = folder / t("submissions.inbox.note_name")
    due = vn_instant(round_.unit_due_at)
    text = t("submissions.inbox.note", round=round_.title, round_id=round_.round_id, due=due)
    if not note.exists() or note.read_text(encoding="utf-8") != text:
        write_atomic(note, text)


def place_of(run: Run, path: Path) -> str:
    """Where a file lies below the inbox, as it is stored: bytes that are no UTF-8 are written out."""
    return os.fsencode(path.relative_to(run.instance.inbox)).decode("utf-8", "backslashreplace")


def look(run: Run) -> InboxView:
    """Look at everything in the inbox; what is new is recorded as seen now, what is gone is forgotten.

    CchcError when the inbox itself is gone: units may be sending to a share that is not connected.
    """
    inbox = run.instance.inbox
    if not inbox.is_dir():
        raise CchcError(t("stages.no_folder", folder=inbox))
    opened = run.rounds.states(run.as_of)
    for round_id, state in opened.items():
        if not state.over:
            _lay_note(run, run.calendar.round(round_id))
    found: dict[str, tuple[Path, os.stat_result]] = {}
    wrong: list[SetAside] = []
    closed: list[OSError] = []
    for path in _everything(inbox, closed):
        try:
            status = path.lstat()
        except FileNotFoundError:  # somebody took it away in this moment
            continue
        fault = _fault(run, path, status, opened)
        if fault is not None:
            wrong.append(in_place(run, path, fault))
        else:
            found[place_of(run, path)] = path, status
    shut = {Path(error.filename): error.strerror for error in closed}
    if inbox in shut:
        raise CchcError(t("submissions.inbox.closed", folder=inbox, why=shut[inbox]))
    wrong += [
        in_place(run, path, t("submissions.inbox.folder_closed", why=why)) for path, why in shut.items()
    ]
    known = _record(run, found, opened.keys(), {place_of(run, path) for path in shut})
    order = sorted(found, key=lambda place: (known[place].first_seen, found[place][1].st_mtime_ns, place))
    ready = []
    for place in order:
        path = found[place][0]
        if path.suffix.lower() not in _HALF_WRITTEN and is_held(path) is not True:
            ready.append(str(path.relative_to(inbox)))
        elif run.as_of - known[place].first_seen > _LONG:
            fault = t("submissions.inbox.held", moment=vn_instant(known[place].first_seen))
            wrong.append(in_place(run, path, fault))
    return InboxView(ready, wrong)


def sighting_of(run: Run, path: Path) -> Sighting:
    """When a file was first seen; now, and recorded so, when nobody saw it before."""
    place, status = place_of(run, path), path.lstat()
    last_look = _last_looks(run)[place.partition("/")[0]]
    with run.store.write() as tx:
        row = {row["place"]: row for row in tx.query("submissions.sightings")}.get(place)
        return _see(tx, run, place, status, row, last_look)


def sighting_by_mark(run: Run, path: Path) -> Sighting:
    """When a file was seen in the inbox before somebody moved it out; now, when it never was."""
    mark = _stamp(path.lstat())["mark"]
    row = next((row for row in run.store.query("submissions.sightings") if row["mark"] == mark), None)
    if row is None:
        return Sighting(run.as_of, run.as_of, steady=False)
    return Sighting(from_text(row["first_seen_at"]), from_text(row["came_after"]), steady=False)


def forget(run: Run, path: Path) -> None:
    """The file is gone: what is laid down under its name later is another one."""
    with run.store.write() as tx:
        tx.execute("submissions.drop_sighting", place=place_of(run, path))


def remember(run: Run, path: Path, came_after: datetime, first_seen: datetime) -> None:
    """A file that is put back arrived when it first came."""
    status = path.lstat()
    with run.store.write() as tx:
        tx.execute(
            "submissions.put_sighting",
            place=place_of(run, path),
            came_after=to_text(came_after),
            first_seen_at=to_text(first_seen),
            unchanged_since=to_text(run.as_of),
            **_stamp(status),
        )


def is_held(path: Path) -> bool | None:
    """Whether some program has the file open for writing; None where the file system cannot say.

    The kernel grants a lease for reading only while nobody writes; it is given back at once.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        # A writer that comes in this moment is told to us by a signal, whose usual effect is the end of the process.
        with suppress(OSError):
            fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return False


def odd_time(run: Run, path: Path, seen: datetime) -> str | None:
    """A remark about a file whose own time cannot be right: to come, or long before its round."""
    try:
        written = datetime.fromtimestamp(path.stat().st_mtime, TZ).replace(microsecond=0)
    except (OverflowError, ValueError):  # file systems keep years that no calendar has
        shown = t("submissions.inbox.no_such_time")
    else:
        opens = run.calendar.round(path.parent.name).opens_at
        if opens - _ODD_BEFORE <= written <= run.as_of + _LONG:
            return None
        shown = vn_instant(written)
    return t("submissions.inbox.odd_time", written=shown, seen=vn_instant(seen))


def _everything(inbox: Path, closed: list[OSError]) -> Iterator[Path]:
    """Every entry but folders, hidden ones and what we put there ourselves; links to folders are not followed. A folder
    that bears the name of a file is an entry as well. Folders that cannot be opened go to `closed`."""
    note = t("submissions.inbox.note_name")
    for folder, names, files in os.walk(inbox, onerror=closed.append):
        here = Path(folder)
        ours = [name for name in names if here == inbox and name.startswith("_")]
        names[:] = sorted(name for name in names if not _is_hidden(name) and name not in ours)
        for name in sorted(files):
            if not _is_hidden(name) and not (name == note and here.parent == inbox):
                yield here / name
        # A link to a folder is listed among the folders, and not entered.
        yield from (
            here / name
            for name in names
            if (here / name).is_symlink() or _is_named_as_file(here, name, inbox)
        )


def _is_named_as_file(folder: Path, name: str, inbox: Path) -> bool:
    return folder != inbox and Path(name).suffix.lower() in _FILE_ENDINGS


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "~$")) or name in ("Thumbs.db", "desktop.ini")


def _fault(run: Run, path: Path, status: os.stat_result, opened: Container[str]) -> str | None:
    """Why nobody reads what lies there; None for a file in the folder of an open round."""
    parts = path.relative_to(run.instance.inbox).parts
    if len(parts) == 1:
        return t("submissions.inbox.wrong_place")
    round_id = shown_name(parts[0])
    if round_id not in opened:
        try:
            run.calendar.round(round_id)
        except CchcError:
            return t("submissions.inbox.unknown_round", round=round_id)
        return t("submissions.inbox.not_open", round=round_id)
    if not stat.S_ISREG(status.st_mode):
        return t("submissions.inbox.not_a_file")
    return t("submissions.inbox.sub_folder", round=round_id) if len(parts) > 2 else None


def in_place(run: Run, path: Path, fault: str) -> SetAside:
    """Something that stays where it lies until a person does something about it."""
    held_in = shown_name(path.relative_to(run.instance.root).as_posix())
    return SetAside(Channel.FOLDER, place_of(run, path), shown_name(path.name), held_in, run.as_of, fault)


def _record(
    run: Run,
    found: Mapping[str, tuple[Path, os.stat_result]],
    opened: Iterable[str],
    closed: set[str],
) -> dict[str, Sighting]:
    """Record what this look saw, and that it looked. Of a folder that could not be opened nothing is known."""
    looks = _last_looks(run)
    with run.store.write() as tx:
        known = {row["place"]: row for row in tx.query("submissions.sightings")}
        for gone in known.keys() - found.keys():
            if not any(gone.startswith(f"{folder}/") for folder in closed):
                tx.execute("submissions.drop_sighting", place=gone)
        sightings = {
            place: _see(tx, run, place, status, known.get(place), looks[place.partition("/")[0]])
            for place, (_, status) in found.items()
        }
        for round_id in opened:
            if round_id not in closed:
                tx.execute("submissions.put_folder_look", round_id=round_id, looked_at=to_text(run.as_of))
    return sightings


def _last_looks(run: Run) -> dict[str, datetime]:
    """When the folder of each round that was opened was looked at last."""
    rows = run.store.query("submissions.folder_looks")
    return {row["round_id"]: from_text(row["looked_at"]) for row in rows}


def _see(
    tx: Transaction, run: Run, place: str, status: os.stat_result, row: Row | None, last_look: datetime
) -> Sighting:
    stamp = _stamp(status)
    same_file = row is not None and row["mark"] == stamp["mark"]
    unchanged = same_file and row is not None and all(row[name] == stamp[name] for name in stamp)
    first_seen = from_text(row["first_seen_at"]) if row is not None and same_file else run.as_of
    came_after = from_text(row["came_after"]) if row is not None and same_file else min(last_look, run.as_of)
    since = from_text(row["unchanged_since"]) if row is not None and unchanged else run.as_of
    if not unchanged:
        tx.execute(
            "submissions.put_sighting",
            place=place,
            came_after=to_text(came_after),
            first_seen_at=to_text(first_seen),
            unchanged_since=to_text(since),
            **stamp,
        )
    # A run that is repeated for an earlier moment sees what it saw then: nothing arrives after the run.
    return Sighting(min(first_seen, run.as_of), min(came_after, run.as_of), since < run.as_of)


def recognise_restored(run: Run) -> None:
    """Files of a restored inbox are those that were seen before: they came then, though each is a new file here."""
    with run.store.write() as tx:
        for row in tx.query("submissions.sightings"):
            try:
                stamp = _stamp((run.instance.inbox / row["place"]).lstat())
            except OSError:  # gone, or never came: the next look settles it
                continue
            if stamp["size"] == row["size"]:
                tx.execute("submissions.put_sighting", **{**row, **stamp})


def _stamp(status: os.stat_result) -> dict[str, str]:
    return {
        "mark": f"{status.st_dev}:{status.st_ino}",
        "size": str(status.st_size),
        "modified": str(status.st_mtime_ns),
    }
