"""Looking for a unit by a part of its name."""

from __future__ import annotations

from cchc.folding import without_accents

LONGEST = 80  # of what is looked for


def named_so(sought: str, *texts: str) -> bool:
    """Whether one of the texts holds the words, with or without accents and capitals."""
    return any(_plain(sought) in _plain(text) for text in texts)


def _plain(text: str) -> str:
    return " ".join(without_accents(text).casefold().split())
