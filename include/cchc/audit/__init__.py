"""Kiểm toán: proof that everything the installation keeps is as it was recorded."""

from cchc.audit.checking import audit
from cchc.audit.model import Audit, Damage, Progress

__all__ = [
    "Audit",
    "Damage",
    "Progress",
    "audit",
]
