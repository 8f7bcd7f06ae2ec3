"""Evidence that units name for their points: files, kept once by their hash, and links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from cchc.clock import from_text, to_text
from cchc.files import sha256_bytes
from cchc.store import Row, Store, Transaction


class EvidenceKind(StrEnum):
    FILE = "tep"
    LINK = "lien_ket"


class EvidenceStatus(StrEnum):
    """Whether an appraiser can look at it."""

    KEPT = "da_luu"
    NOT_OPENED = "chua_mo_thu"  # a link that nobody has opened yet
    OPENS = "mo_duoc"
    DOES_NOT_OPEN = "khong_mo_duoc"
    INSIDE_ONLY = "chi_noi_bo"  # resolves to an address that only a network of its own reaches


@dataclass(frozen=True)
class KeptEvidence:
    """One row of a unit's sheet 'Minh chứng' for one criterion.

    A file has sha256, size and stored_path (relative to the installation's data), a link its url. received_with: the
    submission it came with. detail: what opening a link said.
    """

    round_id: str
    unit_code: str
    criterion: str
    kind: EvidenceKind
    name: str
    received_with: str
    at: datetime
    status: EvidenceStatus
    sha256: str | None = None
    size: int | None = None
    stored_path: str | None = None
    url: str | None = None
    document_no: str = ""
    document_date: date | None = None
    summary: str = ""
    detail: str = ""

    @property
    def evidence_id(self) -> str:
        """What tells it from all other evidence: the same file of the same submission for the same criterion is one."""
        said = (self.received_with, self.criterion, self.sha256 or self.url or "", self.name)
        return sha256_bytes("\n".join(said).encode())[:24]


@dataclass(frozen=True)
class SameFile:
    """A file that also stands as evidence somewhere else: another criterion, unit or year."""

    round_id: str
    unit_code: str
    criterion: str
    name: str


def put_evidence(transaction: Transaction, evidence: Iterable[KeptEvidence]) -> int:
    """Keep rows of evidence; the files themselves are on the disk already. How many were new."""
    return sum(transaction.execute("scores.add_evidence", **_row(one)) for one in evidence)


def evidence_of(
    store: Store,
    round_id: str,
    unit: str | None = None,
    criterion: str | None = None,
    *,
    as_of: datetime,
    among: Collection[str] | None = None,
) -> list[KeptEvidence]:
    """Evidence of a round that counted at a moment, of one unit or `among` some, of one criterion, as it came."""
    values = {"round_id": round_id, "unit_code": unit, "criterion": criterion, "as_of": to_text(as_of)}
    with store.read() as tx:
        rows = tx.each("scores.evidence_of_unit", **values)
        return [_evidence(row) for row in rows if among is None or row["unit_code"] in among]


def evidence_ever(store: Store, round_id: str, unit: str) -> list[KeptEvidence]:
    """All that a unit ever sent in a round, with versions of its file that do not count as well, oldest first."""
    rows = store.query("scores.evidence_ever", round_id=round_id, unit_code=unit)
    return [_evidence(row) for row in rows]


def one_evidence(store: Store, evidence_id: str) -> KeptEvidence | None:
    """One row of evidence, or None."""
    row = store.one("scores.evidence_by_id", evidence_id=evidence_id)
    return None if row is None else _evidence(row)


def put_evidence_check(
    transaction: Transaction, evidence_id: str, status: EvidenceStatus, detail: str, at: datetime
) -> None:
    """What came of opening a link; the last look counts."""
    before = transaction.query("scores.checks_of_evidence", evidence_id=evidence_id)
    transaction.execute(
        "scores.add_evidence_check",
        evidence_id=evidence_id,
        seq=len(before) + 1,
        status=str(status),
        detail=detail,
        at=to_text(at),
    )


def reused(store: Store, round_id: str, unit: str) -> dict[str, list[SameFile]]:
    """evidence_id -> where the same file stands too, in whichever year: an appraiser is shown it."""
    found: defaultdict[str, dict[SameFile, None]] = defaultdict(dict)
    with store.read() as tx:
        for row in tx.each("scores.evidence_again", round_id=round_id, unit_code=unit):
            other = SameFile(row["round_id"], row["unit_code"], row["criterion"], row["name"])
            found[row["again"]][other] = None
    return {one: list(others) for one, others in found.items()}


def _row(one: KeptEvidence) -> dict[str, object]:
    return {
        "evidence_id": one.evidence_id,
        "round_id": one.round_id,
        "unit_code": one.unit_code,
        "criterion": one.criterion,
        "kind": str(one.kind),
        "called": one.name,
        "sha256": one.sha256,
        "bytes": one.size,
        "stored_path": one.stored_path,
        "url": one.url,
        "document_no": one.document_no,
        "document_date": one.document_date.isoformat() if one.document_date else None,
        "summary": one.summary,
        "status": str(one.status),
        "received_with": one.received_with,
        "at": to_text(one.at),
    }


def _evidence(row: Row) -> KeptEvidence:
    day = row["document_date"]
    return KeptEvidence(
        row["round_id"], row["unit_code"], row["criterion"], EvidenceKind(row["kind"]), row["name"],
        row["received_with"], from_text(row["at"]), EvidenceStatus(row["status"]), row["sha256"], row["bytes"],
        row["stored_path"], row["url"], row["document_no"] or "", date.fromisoformat(day) if day else None,
        row["summary"] or "", row["detail"] or "",
    )  # fmt: skip
