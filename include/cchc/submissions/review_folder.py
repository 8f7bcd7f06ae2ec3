"""Files of the inbox that were put away: refused ones with their reasons, and those that a person has to look at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cchc.files import (
    free_path,
    held_name,
    put_in_place,
    remove,
    sha256_file,
    shown_name,
    write_atomic,
)
from cchc.run import Run
from cchc.submissions.arrivals import Channel, Verdict
from cchc.submissions.inbox import (
    REASON,
    REVIEW,
    UNREADABLE,
    InboxView,
    Sighting,
    place_of,
    remember,
    sighting_by_mark,
)
from cchc.submissions.set_aside import SetAside, put, reason_of, settle, unsettled, waiting
from cchc.texts import t


def put_away_refused(run: Run, path: Path, refused: Sequence[Verdict]) -> None:
    """Keep a file that was refused, with the reasons beside it.

    Of a file with macros the copy without them is kept.
    """
    folder = run.instance.inbox / UNREADABLE / path.parent.name
    cleaned = [one.arrival for one in refused if one.arrival.content and one.arrival.cleaned]
    kept = free_path(folder, path.name, sha256_file(path))
    write_reason(kept, [str(one.refusal) for one in refused])
    if cleaned:
        for one in cleaned:
            write_atomic(folder / held_name(one.file_name), one.content)
        remove(path)
    else:
        put_in_place(path, kept)


def set_aside_file(run: Run, path: Path, error: Exception, seen: Sighting) -> SetAside:
    """Move a file whose reading broke off to where a person looks at it; the reason lies beside it."""
    why, fault = reason_of(error)
    digest, place = sha256_file(path), place_of(run, path)
    folder = run.instance.inbox / REVIEW / path.parent.name
    target = free_path(folder, path.name, digest)
    write_reason(target, [t("submissions.set_aside.file_reason", why=why), fault])
    put_in_place(path, target)
    # Read again at a person's wish, and in vain, it is the same thing as before.
    known = known_by(run, digest)
    return SetAside(
        Channel.FOLDER,
        known.origin if known else place,
        shown_name(path.name),
        _below(run, target),
        known.received_at if known else seen.first_seen,
        why,
        fault,
        digest,
        came_after=known.came_after if known else seen.came_after,
    )


def bring_back(run: Run) -> int:
    """Put the files that a person wants read again where they lay, as of the moment at which they came."""
    brought = 0
    for one in of_folder(run):
        source = run.instance.root / one.held_in
        if not one.wanted or not source.is_relative_to(run.instance.inbox / REVIEW):
            continue
        target = run.instance.inbox / source.parent.name / source.name
        if not source.is_file() or target.exists():
            continue
        put_in_place(source, target)
        remove(reason_beside(source))
        remember(run, target, one.came_after or one.received_at, one.received_at)
        brought += 1
    return brought


def name_wrong(run: Run, view: InboxView, aside: Sequence[SetAside]) -> int:
    """Put what lies wrong under 'Cần xem lại'; what is gone waits no longer, but for what was set `aside` now.

    Returns how many things were found to lie wrong that nobody had been told of.
    """
    wrong, now = {one.item_id for one in view.wrong}, {one.item_id for one in aside}
    gone = [
        one.item_id
        for one, _ in unsettled(run.store)
        if one.channel is Channel.FOLDER and one.item_id not in wrong | now and not _is_kept(run, one)
    ]
    settle(run, gone, t("submissions.set_aside.gone"))
    return len(put(run, view.wrong))


def of_folder(run: Run) -> list[SetAside]:
    """What of the inbox waits for a person, or for another reading."""
    return [one for one in waiting(run.store) if one.channel is Channel.FOLDER]


def known_by(run: Run, digest: str) -> SetAside | None:
    """What waits with this content: put back by a person, or sent again, it came when it came first."""
    return next((one for one in of_folder(run) if digest and one.file_sha256 == digest), None)


def name_strays(run: Run) -> None:
    """Put files for review that nobody recorded under 'Cần xem lại': a run was broken off after it had moved one, or
    somebody put it there. To be called before the next look, which forgets when files that are gone were seen."""
    review = run.instance.inbox / REVIEW
    rows = run.store.query("submissions.set_aside_known", channel=Channel.FOLDER.value)
    known = {row["held_in"] for row in rows}
    found = []
    for path in sorted(review.rglob("*")) if review.is_dir() else ():
        if not path.is_file() or path.name.endswith(REASON) or _below(run, path) in known:
            continue
        if held_name(path.name) != path.name:  # what cannot be shown cannot be asked for
            path = put_in_place(path, free_path(path.parent, path.name, sha256_file(path)))
        reason = reason_beside(path)
        lines = reason.read_text(encoding="utf-8").splitlines() if reason.is_file() else []
        why = lines[0] if lines else t("submissions.set_aside.put_there")
        seen = sighting_by_mark(run, path)
        found.append(
            SetAside(
                Channel.FOLDER,
                f"{shown_name(path.parent.name)}/{shown_name(path.name)}",
                shown_name(path.name),
                _below(run, path),
                seen.first_seen,
                why,
                file_sha256=sha256_file(path),
                came_after=seen.came_after,
            )
        )
    put(run, found)


def _is_kept(run: Run, one: SetAside) -> bool:
    """Whether it lies in the folder for review still, or was put back where it is to be read again."""
    held, review = run.instance.root / one.held_in, run.instance.inbox / REVIEW
    if not held.is_relative_to(review):
        return False
    return held.exists() or (run.instance.inbox / held.relative_to(review)).exists()


def _below(run: Run, path: Path) -> str:
    return shown_name(path.relative_to(run.instance.root).as_posix())


def reason_beside(path: Path) -> Path:
    return path.with_name(f"{held_name(path.name, room=len(REASON))}{REASON}")


def write_reason(path: Path, lines: Sequence[str]) -> None:
    write_atomic(reason_beside(path), "".join(f"{line}\n" for line in lines if line))
