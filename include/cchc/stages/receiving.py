"""Tiếp nhận từ thư mục: each file of a round's folder becomes a submission with its receipt, or is set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from cchc.checks import Rules
from cchc.clock import TZ, to_text
from cchc.errors import CchcError
from cchc.files import write_atomic
from cchc.intake import NotAForm
from cchc.intake.envelopes import Content, open_file
from cchc.stages.arrivals import Arrival, Channel, Verdict
from cchc.stages.judging import judge, write
from cchc.stages.run import Run
from cchc.texts import t

UNREADABLE = "_khong-tiep-nhan"
LARGEST = 25 * 1024 * 1024  # bytes; a filled form has about 100 KB


def pending(run: Run) -> list[str]:
    """Files that wait in the inbox (`<round>/<file>`), in the order in which they arrived.

    CchcError when the inbox itself is gone: units may be sending to a share that is not connected.

    Only what had arrived by the run's own time counts, so that a replayed run sees what it saw then.
    """
    inbox = run.instance.inbox
    if not inbox.is_dir():
        raise CchcError(t("stages.no_folder", folder=inbox))
    waiting = [
        (path.stat().st_mtime, str(path.relative_to(inbox)))
        for path in inbox.glob("*/*")
        if path.is_file() and not path.name.startswith((".", "~$")) and path.parent.name != UNREADABLE
    ]
    return [name for moment, name in sorted(waiting) if moment <= run.as_of.timestamp()]


def receive(run: Run, names: Sequence[str]) -> dict[str, int]:
    """Take in each file; returns counts by what became of them.

    accepted, warned, rejected, nothing, late (kept after the lock), again (known already), repeated (by an
    interrupted run), refused, unreadable.
    """
    rules = Rules.load()
    outcomes: Counter[str] = Counter()
    for name in names:
        path = run.instance.inbox / name
        if not path.exists():  # another attempt of this run took it in already
            continue
        outcomes.update(_take_in(run, rules, path))
    return dict(outcomes)


def _take_in(run: Run, rules: Rules, path: Path) -> list[str]:
    """Store first, then remove the file: a crash in between finds it again and changes nothing."""
    moment = min(datetime.fromtimestamp(path.stat().st_mtime, TZ).replace(microsecond=0), run.as_of)
    small = path.stat().st_size <= LARGEST
    arrival = Arrival(
        file_name=path.name,
        content=path.read_bytes() if small else b"",
        received_at=moment,
        channel=Channel.FOLDER,
        round_id=path.parent.name,
        occasion=to_text(moment),
    )
    verdicts = [judge(run, rules, one) for one in workbooks_of(arrival)] if small else [_too_large(arrival)]
    with run.store.write() as tx:
        for verdict in verdicts:
            write(run, tx, verdict)
    refused = [one for one in verdicts if one.refusal is not None and one.word != "again"]
    if refused:
        _set_aside(run, path, refused)
    else:
        path.unlink()
    return [verdict.word for verdict in verdicts]


def workbooks_of(arrival: Arrival) -> list[Arrival]:
    """The workbooks in a file: itself, cleaned of its macros, or those of an archive. A file without any is judged as
    it is, so that its refusal says what it is."""
    opened = [one for one in open_file(arrival.file_name, arrival.content) if one.kind is Content.WORKBOOK]
    return [
        replace(
            arrival,
            file_name=one.name,
            content=one.content,
            notes=(t(f"mailbox.notes.{one.note}"),) if one.note else (),
        )
        for one in opened
    ] or [arrival]


def _too_large(arrival: Arrival) -> Verdict:
    """A file that is not even opened."""
    limit = LARGEST // (1024 * 1024)
    refusal = NotAForm(t("stages.file_too_large", file=arrival.file_name, limit=limit))
    return Verdict("unreadable", arrival, refusal=refusal)


def _set_aside(run: Run, path: Path, refused: Sequence[Verdict]) -> None:
    """Keep a file that cannot be taken in, with the reasons beside it, for an operator to look at.

    Of a file with macros the copy without them is kept.
    """
    folder = run.instance.inbox / UNREADABLE / path.parent.name
    folder.mkdir(parents=True, exist_ok=True)
    write_atomic(folder / f"{path.name}.ly-do.txt", "".join(f"{one.refusal}\n" for one in refused))
    cleaned = [one.arrival for one in refused if one.arrival.notes]
    if cleaned:
        for one in cleaned:
            write_atomic(folder / one.file_name, one.content)
        path.unlink()
    else:
        path.replace(folder / path.name)
