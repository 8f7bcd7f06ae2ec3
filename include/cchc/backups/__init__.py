"""Backups of a whole installation: one file that a person can restore from, proven before it is called one.

A set is a tar archive, compressed by zstd and, when the installation has recipients, sealed by age: programs of every
system open it without ours. Its last member is the manifest (`ban-ke.json`): every other member with size and SHA-256.
"""

from cchc.backups.rule import BackupRules, KeepRule, kept
from cchc.backups.shelf import Note, Shelf

__all__ = [
    "BackupRules",
    "KeepRule",
    "Note",
    "Shelf",
    "kept",
]
