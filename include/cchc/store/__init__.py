"""The working store: an engine, its migrations and the named statements of `include/sql/store`."""

from cchc.store.copies import (
    check_copy,
    copy_database,
    dump,
    fingerprint,
    is_empty_database,
    restore_database,
)
from cchc.store.engine import Row, Store, Transaction
from cchc.store.migrate import upgrade

__all__ = [
    "Row",
    "Store",
    "Transaction",
    "check_copy",
    "copy_database",
    "dump",
    "fingerprint",
    "is_empty_database",
    "restore_database",
    "upgrade",
]
