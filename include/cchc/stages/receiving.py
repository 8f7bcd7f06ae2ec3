"""Tiếp nhận từ thư mục: each file of a round's folder becomes a submission with its receipt, or is set aside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cchc.checks import Rules
from cchc.clock import TZ, to_text
from cchc.files import write_atomic
from cchc.intake import NotAForm
from cchc.stages.arrivals import Arrival, Channel, Verdict
from cchc.stages.judging import judge, write
from cchc.stages.run import Run
from cchc.texts import t

UNREADABLE = "_khong-tiep-nhan"
LARGEST = 25 * 1024 * 1024  # bytes; a filled form has about 100 KB


def pending(run: Run) -> list[str]:
    """Files that wait in the inbox (`<round>/<file>`), in the order in which they arrived.

    Only what had arrived by the run's own time counts, so that a replayed run sees what it saw then.
    """
    inbox = run.instance.inbox
    if not inbox.exists():
        return []
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
        outcomes[_take_in(run, rules, path)] += 1
    return dict(outcomes)


def _take_in(run: Run, rules: Rules, path: Path) -> str:
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
    verdict = judge(run, rules, arrival) if small else _too_large(arrival)
    with run.store.write() as tx:
        write(run, tx, verdict)
    if verdict.refusal is not None and verdict.word != "again":
        _set_aside(run, path, verdict.refusal)
    else:
        path.unlink()
    return verdict.word


def _too_large(arrival: Arrival) -> Verdict:
    """A file that is not even opened."""
    limit = LARGEST // (1024 * 1024)
    refusal = NotAForm(t("stages.file_too_large", file=arrival.file_name, limit=limit))
    return Verdict("unreadable", arrival, refusal=refusal)


def _set_aside(run: Run, path: Path, error: Exception) -> None:
    """Keep a file that cannot be taken in, with the reason beside it, for an operator to look at."""
    folder = run.instance.inbox / UNREADABLE / path.parent.name
    folder.mkdir(parents=True, exist_ok=True)
    write_atomic(folder / f"{path.name}.ly-do.txt", f"{error}\n")
    path.replace(folder / path.name)
