"""A document that cannot be read, with the reason that its sender is told."""

from __future__ import annotations

from functools import partial
from typing import Any

from cchc.errors import CchcError
from cchc.texts import t


class UnreadableDocument(CchcError):
    """A document without a text that can be read; the message says why and what to do. reason: a stable name."""

    exit_code = 2

    def __init__(self, reason: str, name: str, **values: object) -> None:
        self.reason = reason
        self._told = partial(UnreadableDocument, reason, name, **values)
        super().__init__(t(f"claims.documents.{reason}", file=name, **values))

    def __reduce__(self) -> tuple[Any, ...]:
        return self._told, ()  # a reading process says it to whoever asked
