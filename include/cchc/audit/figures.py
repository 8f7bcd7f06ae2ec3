"""Figures against the workbooks that they came from: each is read again, apart, as when it came."""

from __future__ import annotations

import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from cchc.audit.inquiry import Inquiry
from cchc.errors import CchcError
from cchc.files import sha256_file
from cchc.isolation.outcome import ItemFailed
from cchc.isolation.session import Session
from cchc.revision import code_revision
from cchc.submissions.reading import LIMITS
from cchc.workbooks.read_book import read_workbook

Numbers = tuple[str | None, ...]
_PARTS = ("value", "numerator", "denominator")


def figures(inquiry: Inquiry) -> None:
    """Every number that is stored stands in the kept workbook, and every number of the workbook is stored."""
    run, old = inquiry.run, _read_before(inquiry)
    stored: defaultdict[str, dict[str, Numbers]] = defaultdict(dict)
    with run.store.read() as tx:
        for row in tx.each("audit.numbers"):
            stored[row["submission_id"]][row["indicator"]] = tuple(row[part] for part in _PARTS)
        # Of the same moment: what comes meanwhile is the next audit's.
        workbooks = tx.query("audit.workbooks")
    with Session(LIMITS, _ready, None) as session:
        for row in workbooks:
            if row["submission_id"] in old:
                continue
            path = run.instance.data / row["path"]
            if not path.is_file() or sha256_file(path) != row["sha256"]:
                continue  # told by the check of kept files
            inquiry.looked()
            mine = stored.get(row["submission_id"], {})
            try:
                found = session.ask(_numbers, path, row["file_name"])
            except (CchcError, ItemFailed) as error:
                if mine:
                    inquiry.found("workbook", row["submission_id"], why=str(error))
                continue
            for indicator in sorted(mine.keys() | found.keys()):
                if mine.get(indicator) != found.get(indicator):
                    inquiry.found(
                        "figure",
                        row["submission_id"],
                        indicator=indicator,
                        stored=_shown(mine.get(indicator)),
                        written=_shown(found.get(indicator)),
                    )


def _read_before(inquiry: Inquiry) -> set[str]:
    """Submissions that this program read for the last proof and of which nothing was linked since."""
    before = inquiry.before
    if inquiry.read_again or not before.link or before.program != code_revision():
        return set()
    rows = inquiry.run.store.query("audit.submissions_linked", place=before.place)
    return {json.loads(row["record"])[0] for row in rows}


def _ready(_: None) -> None:
    """Readers need nothing of the installation."""


def _numbers(_: None, path: Path, file_name: str) -> dict[str, Numbers]:
    filled = read_workbook(path.read_bytes(), file_name)
    return {
        code: numbers
        for code, figure in filled.figures.items()
        if any(numbers := tuple(_text(getattr(figure, part)) for part in _PARTS))
        and not (figure.nothing and not figure.value)
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _shown(numbers: Numbers | None) -> str:
    return " / ".join(part for part in numbers if part is not None) if numbers else "-"
