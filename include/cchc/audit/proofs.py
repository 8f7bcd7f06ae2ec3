"""What the last audit found and what was proven last, kept beside the store: since when a damage can be there, and
where the chain stood."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cchc.audit.model import Audit
from cchc.clock import from_text, to_text
from cchc.files import write_atomic
from cchc.revision import code_revision
from cchc.run import Run


@dataclass(frozen=True)
class LastProof:
    """by_check: when each check found nothing damaged last. place, link: of the chain, when all was proven last, by the
    program of revision `program`.

    audited_at, damages: of the last audit, whatever it found; None and 0 when there was none.
    """

    by_check: Mapping[str, datetime] = field(default_factory=dict)
    place: int = 0
    link: str = ""
    proven_at: datetime | None = None
    audited_at: datetime | None = None
    damages: int = 0
    program: str = ""


def last_proof(run: Run) -> LastProof:
    """What was proven last; nothing, when no audit was recorded or its record cannot be read."""
    try:
        found = json.loads(run.instance.proof_file.read_text(encoding="utf-8"))
        return LastProof(
            {name: from_text(moment) for name, moment in found["by_check"].items()},
            int(found["place"]),
            str(found["link"]),
            _moment(found["proven_at"]),
            _moment(
                found.get("audited_at") or found["proven_at"]
            ),  # an older program kept only what it had proven
            int(found.get("damages", 0)),
            str(found.get("program", "")),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return LastProof()


def record(run: Run, found: Audit) -> None:
    """Keep what an audit has proven. The chain's place moves on only when everything was proven."""
    before = last_proof(run)
    damaged = {one.check for one in found.damages}
    moments = {**before.by_check, **{name: run.as_of for name in found.checked if name not in damaged}}
    place, link, proven_at, program = before.place, before.link, before.proven_at, before.program
    if found.proven:
        place, link, proven_at, program = found.place, found.link, run.as_of, code_revision()
    content = {
        "by_check": {name: to_text(moment) for name, moment in sorted(moments.items())},
        "place": place,
        "link": link,
        "proven_at": to_text(proven_at) if proven_at else None,
        "audited_at": to_text(run.as_of),
        "damages": len(found.damages),
        "program": program,
    }
    write_atomic(run.instance.proof_file, json.dumps(content, indent=1) + "\n")


def _moment(text: str | None) -> datetime | None:
    return from_text(text) if text else None
