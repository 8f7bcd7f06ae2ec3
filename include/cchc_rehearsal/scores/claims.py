"""What a unit of the synthetic province says of itself: points a little too high, most evidence, explanations."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from random import Random

from cchc.criteria import CriterionRow
from cchc.texts import t, table
from cchc.workbooks.form_reader import FormReader
from cchc.workbooks.writing import Cell
from cchc_rehearsal.fill import Answers, fill_workbook

_CENT = Decimal("0.01")
_FULL, _LACKING, _BONUS = (
    0.6,
    0.12,
    0.2,
)  # shares: whole points, evidence that is forgotten, a bonus that is claimed
_FILES = 3  # a unit proves several criteria by one file, as units do
_ZIP_DAY = (2026, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class UnitClaim:
    """A self-score as a unit sends it: by criterion what it writes, rows of its evidence, the files by name."""

    scores: Mapping[str, Mapping[str, Cell]]
    evidence: Sequence[Mapping[str, Cell]] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)


def claim_of(rows: Sequence[CriterionRow], unit: str, signed_on: date, chance: Random) -> UnitClaim:
    """Points for everything that may be claimed, and evidence for most of what has to be proven."""
    scores: dict[str, dict[str, Cell]] = {}
    evidence: list[dict[str, Cell]] = []
    files: dict[str, bytes] = {}
    for row in rows:
        if not row.is_claimable:
            continue
        scores[row.code] = _written(row, chance)
        if row.evidence_needed == "khong" or row.evidence_kind != "tep" or chance.random() < _LACKING:
            continue
        number = chance.randint(1, _FILES)
        name = f"{unit}-minh-chung-{number}.pdf"
        files[name] = paper(f"{unit}/{number}")
        evidence.append(
            {
                "code": row.code,
                "name": name,
                "document": f"{number}/BC",
                "day": signed_on,
                "summary": t("rehearsal.evidence", number=number),
            }
        )
    return UnitClaim(scores, evidence, files)


def _written(row: CriterionRow, chance: Random) -> dict[str, Cell]:
    if row.options:
        ranked = sorted(row.options, key=lambda code: row.options[code], reverse=True)
        return {"chosen": ranked[0] if chance.random() < _FULL else chance.choice(ranked)}
    if row.effect != "diem":  # few ask for a bonus, nobody for a penalty
        asked = row.max_points if row.max_points > 0 and chance.random() < _BONUS else Decimal(0)
        return {"self_points": asked}
    share = Decimal(1) if chance.random() < _FULL else Decimal(str(round(chance.uniform(0.7, 1.0), 2)))
    return {"self_points": (row.max_points * share).quantize(_CENT, ROUND_HALF_UP)}


def paper(mark: str) -> bytes:
    """A page of PDF that says nothing, of its own for each mark."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n% "
        + mark.encode()
        + b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )


def filled_claim(form: bytes, claim: UnitClaim) -> bytes:
    """The form with the claim in it; KeyError for a criterion that the form does not ask for."""
    return fill_workbook(form, Answers(scores=claim.scores, evidence=claim.evidence))


def packed(form: bytes, name: str, claim: UnitClaim) -> bytes:
    """Form and evidence as one archive, as it lies in the inbox. Equal arguments give equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in {name: filled_claim(form, claim), **claim.files}.items():
            archive.writestr(zipfile.ZipInfo(entry, _ZIP_DAY), content)
    return buffer.getvalue()


def explained(form: bytes, most: int) -> bytes:
    """The form of explanations, filled in: the first rows are explained, the others agreed to."""
    rows = FormReader(form, "").explanations().asked
    stances = table("workbooks.explanations.stances")
    words = {
        code: {"stance": stances["giai_trinh"], "text": t("rehearsal.scores.explained")}
        if place < most
        else {"stance": stances["dong_y"]}
        for place, code in enumerate(rows)
    }
    return fill_workbook(form, Answers(explanations=words))
