"""The working store: an engine, its migrations and the named statements of `include/sql/store`."""

from cchc.store.copies import backup, dump, fingerprint
from cchc.store.engine import Row, Store, Transaction
from cchc.store.migrate import upgrade

__all__ = [
    "Row",
    "Store",
    "Transaction",
    "backup",
    "dump",
    "fingerprint",
    "upgrade",
]
