"""What is done on page 'Nguồn': an export is read without being kept, or laid where exports wait."""

from __future__ import annotations

from dataclasses import dataclass

from cchc.errors import CchcError, ConfigError, ConfigErrors, DiskFull
from cchc.isolation.outcome import InstallationDown
from cchc.run import Run
from cchc.sources import drop_export, look_at, preview_words, refusal_words
from cchc.texts import t
from cchc_board.door import BoardAct, FirstStep
from cchc_board.typed import TypedIn


@dataclass(frozen=True)
class FileSeen:
    """What was seen in a file of which nothing was kept. fits: whether it could be landed."""

    name: str
    fits: bool
    lines: list[str]


def _look(run: Run, typed: TypedIn) -> FirstStep:
    name, content = typed.upload()
    try:
        lines, fits = preview_words(name, look_at(name, content, run.units, run.as_of)), True
    except (ConfigError, ConfigErrors, DiskFull, InstallationDown):
        raise
    except CchcError as error:
        lines, fits = refusal_words(error), False
    return FirstStep(FileSeen(name, fits, lines), None)


def _drop(run: Run, typed: TypedIn) -> str:
    name, content = typed.upload()
    found = drop_export(run.instance, name, content, run.units, run.as_of, run.actor)
    rows = t(
        "sources.kiem_tra.rows", read=found.read, accepted=found.accepted, refused=found.read - found.accepted
    )
    return t("sources.dropping.dropped", file=name) + "\n" + rows


ACTS = (BoardAct("kiem_tra", "nguon kiem-tra", _look), BoardAct("tha", "nguon tha", _drop))
