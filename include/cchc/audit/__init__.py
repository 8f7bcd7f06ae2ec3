"""Kiểm toán: proof that everything the installation keeps is as it was recorded."""

from cchc.audit.checking import audit
from cchc.audit.model import Audit, Damage, Progress
from cchc.audit.proofs import LastProof, last_proof, record

__all__ = [
    "Audit",
    "Damage",
    "LastProof",
    "Progress",
    "audit",
    "last_proof",
    "record",
]
