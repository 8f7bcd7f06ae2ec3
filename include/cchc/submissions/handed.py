"""Files that reached us otherwise than by mail, judged as a mail of the unit with these files is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from cchc.errors import RuleRefused
from cchc.submissions.arrivals import Arrival, Verdict
from cchc.submissions.envelopes import open_file
from cchc.submissions.judging import judge
from cchc.submissions.reading import Reader
from cchc.submissions.sorting import names_of, sorted_out
from cchc.texts import t
from cchc.workbooks.grid import MAX_UNPACKED


@dataclass(frozen=True)
class HandedFile:
    """A file as it was handed in, under the name that its owner gave it."""

    name: str
    content: bytes = field(repr=False)


def judge_handed(reader: Reader, arrival: Arrival, files: Sequence[HandedFile]) -> list[Verdict]:
    """The verdicts on the forms among the files; `arrival`: what holds for all of them.

    RuleRefused, saying what to do, when there is no form among them, or one form twice and not the same.
    """
    run, rules = reader
    found = sorted_out([opened for one in files for opened in open_file(one.name, one.content)])
    if found.why_not:
        raise _refused(found.why_not, names_of(found.opened))
    verdicts = []
    for alike in found.by_form:
        if len(alike) > 1:
            raise _refused("ambiguous", names_of(alike))
        notes, enclosures = found.beside(alike[0])
        own = replace(
            arrival,
            file_name=alike[0].name,
            content=alike[0].content,
            notes=(*arrival.notes, *notes),
            enclosures=enclosures,
            evidence=found.evidence,
        )
        verdicts.append(judge(run, rules, own))
    return verdicts


def _refused(why: str, names: str) -> RuleRefused:
    limit = MAX_UNPACKED // (1024 * 1024)
    return RuleRefused("not-taken-in", t(f"submissions.handing_in.why_not.{why}", names=names, limit=limit))
