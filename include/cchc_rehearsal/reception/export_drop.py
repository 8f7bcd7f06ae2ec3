"""The drop folder of exports in the campaign: a run of the Dag that lands them, whoever takes back what was refused,
and what became of each."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from cchc.files import sha256_file
from cchc.run import Run
from cchc.sources import DOC_MANAGEMENT, ONE_STOP, REVIEW
from cchc.stages import collecting
from cchc.submissions.inbox import REASON
from cchc.submissions.review_folder import reason_beside
from cchc_rehearsal.reception.drawing import DrawnItem
from cchc_rehearsal.reception.promises import LANDED, NUMBERED, ROWS, Place, Promise, SeenVersion

_END = "9999"


class ExportDrop:
    """`taken_back`: where people put what was refused, once the run has named it."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.taken_back = run.instance.root / "da-lay-lai"
        self.taken_back.mkdir()
        run.instance.export_drop.mkdir(parents=True, exist_ok=True)

    def land(self, run: Run) -> None:
        collecting.land(run, collecting.pending(run))

    def waiting(self) -> set[int]:
        return {number for number, _ in self._lying()}

    def in_hand(self) -> set[int]:
        """What waits, and what a person may just have asked to be read again."""
        review = self.run.instance.export_drop / REVIEW
        aside = [path.name for path in review.iterdir()] if review.is_dir() else []
        return self.waiting() | {int(found[1]) for name in aside if (found := NUMBERED.search(name))}

    def must_fail(self, items: Mapping[int, DrawnItem]) -> list[str]:
        """Items for which a run that meets them has to be red."""
        waits = sorted(self.waiting())
        return [str(number) for number in waits if items[number].sent.promise is Promise.REFUSED]

    def may_fail(self, items: Mapping[int, DrawnItem]) -> list[str]:
        unsound = (Promise.WHOLE, Promise.REFUSED)
        return [str(number) for number in sorted(self.in_hand()) if items[number].sent.promise in unsound]

    def take_back(self, words: str) -> None:
        """Each file that a run named with a reason is taken back by whoever dropped it."""
        named = set()
        for line in words.splitlines():
            name, _, reason = line.removeprefix("- ").partition(": ")
            if line.startswith("- ") and reason.strip():
                named |= {int(found) for found in NUMBERED.findall(name)}
        for number, path in list(self._lying()):
            if number in named:
                path.replace(self.taken_back / path.name)

    def _lying(self) -> Iterator[tuple[int, Path]]:
        for path in self.run.instance.export_drop.iterdir():
            found = NUMBERED.search(path.name)
            if path.is_file() and found:
                yield int(found[1]), path

    def places(self, by_digest: Mapping[str, int]) -> Iterator[tuple[int, Place, bool]]:
        """(item, place, a reason in words is there) of each file that lies somewhere."""
        refused = {
            row["file_sha256"]
            for row in self.run.store.query("sources.refusals", at=_END)
            if row["reason"].strip()
        }
        for number, _ in self._lying():
            yield number, Place.WAITING, False
        for path in self.taken_back.iterdir():
            digest = sha256_file(path)
            yield by_digest[digest], Place.REFUSED, digest in refused
        review = self.run.instance.export_drop / REVIEW
        for path in review.iterdir() if review.is_dir() else ():
            if not path.name.endswith(REASON):
                yield by_digest[sha256_file(path)], Place.ASIDE, reason_beside(path).is_file()

    def versions(self, by_digest: Mapping[str, int]) -> Iterator[tuple[int | None, SeenVersion]]:
        """(item, landing) of every row of the manifest; what is held back is counted where people read it."""
        data = self.run.instance.data
        for source in (ONE_STOP, DOC_MANAGEMENT):
            for row in self.run.store.query("sources.landings_known", source=source, at=_END):
                held = _reasoned_rows(data / row["quarantine_path"]) if row["quarantine_path"] else 0
                counted = row["rows_accepted"] if (data / row["parquet_path"]).is_file() else -1
                version = SeenVersion(
                    row["landing_id"], LANDED, {ROWS: (Decimal(counted), Decimal(held), None)}
                )
                yield by_digest.get(row["file_sha256"]), version


def _reasoned_rows(path: Path) -> int:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.reader(handle))[1:]
    return sum(bool(row[1].strip()) for row in rows)
