"""Whether a PDF is the document that was approved: its number, its figures and its words.

The words are compared, with those of our own PDF where the signed one was made of it, else with those of the document:
that a file begins with the bytes of ours does not say which pages are shown, for a PDF may be changed behind its end.
Page numbers, repeated table heads and the picture of a signature are more than the document has, so that only what is
lacking counts.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

_WORD = re.compile(r"\w+")
# A number that does not fit into its cell goes on in the next line; what stands there may be the next cell as well.
_BROKEN = re.compile(r"(\d+)[-\u2010 ]*\n(?=\s*(\d+))")
LEAST_WORDS = 0.95  # of the document's words; a font that hides some letters from readers costs a few
MOST_NAMED = 8


@dataclass(frozen=True)
class TextDifference:
    """What of a document is lacking in a PDF. number: its number and symbol are; figures: numbers that are, in the
    document's order; words: the share of its other words that is there."""

    number: bool
    figures: tuple[str, ...]
    words: float

    @property
    def is_another(self) -> bool:
        """Whether the PDF is of something else, not of an edited version."""
        return self.number or self.words < LEAST_WORDS


def difference(document: str, pdf: str, number: str | None) -> TextDifference | None:
    """What `document` (its text) has that `pdf` (the text of the PDF) lacks; None when nothing is.

    number: `12/BC-UBND` as it must stand there; None when the document had none yet.
    """
    wanted, found = Counter(_words(document)), _found(pdf)
    lacking = wanted - found
    figures = [word for word in lacking if _is_figure(word)]
    plain = sum(count for word, count in wanted.items() if not _is_figure(word))
    words = 1 - sum(count for word, count in lacking.items() if not _is_figure(word)) / max(plain, 1)
    unnumbered = number is not None and _dense(number) not in _dense(pdf)
    if not figures and not unnumbered and words >= LEAST_WORDS:
        return None
    return TextDifference(unnumbered, tuple(figures[:MOST_NAMED]), words)


def _is_figure(word: str) -> bool:
    return any(letter.isdigit() for letter in word)


def _found(pdf: str) -> Counter[str]:
    """The words of the PDF, broken numbers both as they stand there and joined."""
    return Counter(_words(pdf)) + Counter("".join(parts) for parts in _BROKEN.findall(pdf))


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFC", text).casefold())


def _dense(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).casefold().split())
