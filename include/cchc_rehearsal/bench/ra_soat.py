"""How many faults the claim checker finds, how often it is wrong, and how many right figures it looks at."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from cchc.claims import Checked, ClaimFault, Review, check_text
from cchc.claims.texts import UnreadableDocument, read_document
from cchc.errors import CchcError
from cchc.severity import Severity
from cchc.texts import t, table
from cchc_rehearsal.made_reports import PlantedTruth, made_report
from cchc_rehearsal.written_reports import ReportSet, written_reports


@dataclass(frozen=True)
class Example:
    """A text with what is true of it. Only grave faults count as such; the places of the others are left alone.

    scanned: the text was told from pictures.
    """

    name: str
    text: str
    truths: tuple[PlantedTruth, ...]
    doubtful: tuple[tuple[int, int], ...] = ()
    scanned: bool = False


def bench_ra_soat(
    thu_muc: Annotated[
        Path | None,
        typer.Option("--thu-muc", help=t("rehearsal.bench_claims.folder"), file_okay=False, exists=True),
    ] = None,
    dap_an: Annotated[
        Path | None,
        typer.Option("--dap-an", help=t("rehearsal.bench_claims.truth"), file_okay=False, exists=True),
    ] = None,
    tai_lieu: Annotated[
        int, typer.Option("--tai-lieu", min=3, help=t("rehearsal.bench_claims.documents"))
    ] = 200,
    giu_lai: Annotated[bool, typer.Option("--giu-lai", help=t("rehearsal.bench_claims.held"))] = False,
    viet_tay: Annotated[
        ReportSet | None, typer.Option("--viet-tay", help=t("rehearsal.bench_claims.written"))
    ] = None,
    chi_tiet: Annotated[bool, typer.Option("--chi-tiet", help=t("rehearsal.bench_claims.detail"))] = False,
) -> None:
    """A line a kind: faults, found, found as a `lỗi`, right statements, looked at, wrongly blamed."""
    if thu_muc:
        examples: Iterable[Example] = folder(thu_muc, dap_an or thu_muc)
    elif viet_tay:
        examples = (Example(*one) for one in written_reports(viet_tay))
    else:
        examples = made(tai_lieu, held=giu_lai)
    console, tally = Console(highlight=False, markup=False, soft_wrap=True), ClaimTally()
    for one in examples:
        for line in tally.count(one, check_text(one.text, scanned=one.scanned)):
            if chi_tiet:
                console.print(line)
    console.print(tally.grid())


def made(count: int, *, held: bool) -> Iterator[Example]:
    """The made reports of the numbers below `count` that are held back, or the others."""
    for number in range(count):
        one = made_report(number)
        if one.held_back is held:
            yield Example(str(number), one.text, one.truths)


def folder(path: Path, truth: Path) -> Iterator[Example]:
    """The documents of a folder that `faults.csv` and `right.csv` of the folder `truth` name.

    Fragments are found with any white space between words. Raises UnreadableDocument, CchcError.
    """
    faults, right = (_rows(truth / name) for name in ("faults.csv", "right.csv"))
    for name in sorted({row["file"] for row in (*faults, *right)}):
        if not (path / name).is_file():
            raise UnreadableDocument("missing", name)
        document = read_document((path / name).read_bytes(), name)
        truths, doubtful = [], []
        for rows, wrong in ((faults, True), (right, False)):
            for row in rows:
                if row["file"] != name:
                    continue
                place = _place(document.text, row["fragment"], name)
                if wrong and row["severity"] != "high":
                    doubtful.append(place)
                else:
                    truths.append(PlantedTruth(row["kind"], *place, wrong, (place,)))
        yield Example(name, document.text, tuple(truths), tuple(doubtful), document.told is not None)


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except FileNotFoundError:
        raise CchcError(t("rehearsal.bench_claims.no-truth", file=path.name, folder=path.parent)) from None


def _place(text: str, fragment: str, name: str) -> tuple[int, int]:
    match = re.search(r"\s+".join(map(re.escape, fragment.split())), text)
    if match is None:
        raise CchcError(t("rehearsal.bench_claims.no-fragment", file=name, fragment=fragment))
    return match.start(), match.end()


class ClaimTally:
    def __init__(self) -> None:
        self.by_kind: dict[str, Counter[str]] = {}
        self.stray = Counter[str]()

    def count(self, example: Example, review: Review) -> Iterator[str]:
        """Count a review against the truth; yields a line for each thing that went wrong."""
        bad = [place for one in example.truths if one.wrong for place in one.places] + list(example.doubtful)
        told = [one for one in review.faults if one.severity is not Severity.NOTE]
        false = [one for one in told if not any(_meet(one, place) for place in bad)]
        for truth in example.truths:
            row = self.by_kind.setdefault(truth.kind, Counter())
            quote = f"{example.name} {truth.kind}: {' '.join(example.text[truth.start : truth.end].split())[:230]}"
            if truth.wrong:
                hits = [one for one in told if any(_meet(one, place) for place in truth.places)]
                row.update(
                    faults=1,
                    found=int(bool(hits)),
                    errors=int(any(one.severity is Severity.ERROR for one in hits)),
                )
                if not hits:
                    yield f"- {quote}"
            else:
                seen = any(one.ok and _meet(one, (truth.start, truth.end)) for one in review.checked)
                row.update(right=1, seen=int(seen))
                if not seen and truth.kind != "beside":
                    yield f"  {quote}"
        for one in false:
            kind = next((t_.kind for t_ in example.truths if _meet(one, (t_.start, t_.end))), "")
            error = one.severity is Severity.ERROR
            self.by_kind.setdefault(kind, Counter()).update(blamed=int(not error), blamed_error=int(error))
            quote = " ".join(review.quote(one.start, one.end).split())[:200]
            yield f"! {example.name} {one.severity} {one.kind}: {quote} -> {one.message}"

    def grid(self) -> Table:
        grid = Table(*table("rehearsal.bench_claims.columns").values())
        total = Counter[str]()
        for kind, row in sorted(self.by_kind.items()):
            grid.add_row(kind or "-", *_cells(row))
            total += row
        grid.add_row(t("rehearsal.bench_claims.all"), *_cells(total))
        return grid


def _meet(one: ClaimFault | Checked, place: tuple[int, int]) -> bool:
    return one.start < place[1] and place[0] < one.end


def _cells(row: Counter[str]) -> list[str]:
    found, told = row["found"], row["found"] + row["blamed"] + row["blamed_error"]
    return [
        str(row["faults"]), str(found), _percent(found, row["faults"]), str(row["errors"]), _percent(found, told),
        str(row["right"]), str(row["seen"]), _percent(row["seen"], row["right"]), str(row["blamed"]),
        str(row["blamed_error"]),
    ]  # fmt: skip


def _percent(part: int, whole: int) -> str:
    return f"{part * 100 / whole:.1f}%".replace(".", ",") if whole else ""
