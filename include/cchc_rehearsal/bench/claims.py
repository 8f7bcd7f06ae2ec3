"""How fast claims in prose are checked once a file's text is there."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import yaml

from cchc_rehearsal.bench.ratios import Measured

BYTES_A_FIGURE = 60  # a date counts as three
LETTERS = 2_000_000  # bytes of text; the aim is at most a second for them


def claims(median: Callable[[Callable[[], object], int], float]) -> list[Measured]:
    """Two million bytes of report text: against the second that they may take, and against finding each '%'."""
    from cchc.claims import ClaimSettings, check_text

    text, settings = _text(), ClaimSettings.load()
    ours = median(lambda: check_text(text, settings=settings), 3)
    floor = median(
        lambda: sum(len(text[max(0, one.start() - 220) : one.start()]) for one in re.finditer("%", text)), 3
    )
    return [Measured("claims", ours, "claims_aim", 1.0), Measured("claims", ours, "percent_signs", floor)]


def _text() -> str:
    """The texts of the real reports that stand in the demo, over and over, with prose between them.

    Printed reports hold a figure in about every 90 bytes; the texts of the demo are summaries, twice as dense.
    """
    import cchc_rehearsal

    folder = Path(cchc_rehearsal.__file__).parent / "real"
    texts = [
        text
        for path in sorted(folder.glob("*.yaml"))
        for text in (yaml.safe_load(path.read_text(encoding="utf-8")).get("texts") or {}).values()
    ]
    prose = "\n\n".join(text for text in texts if not re.search("[0-9]", text)) + "\n\n"
    once = "\n\n".join(texts) + "\n\n"
    figures = len(re.findall("[0-9]+(?:[.,][0-9]+)*", once))
    while len(once.encode()) < BYTES_A_FIGURE * figures:
        once += prose
    return once * (LETTERS // len(once.encode()) + 1)
