"""A proposed file between its two steps: what it would change is shown, and the file itself travels sealed."""

from __future__ import annotations

import base64
import zlib
from typing import Any

from cchc.errors import RuleRefused
from cchc.registers import FileProposal, put_in_force
from cchc.run import Run
from cchc.texts import t
from cchc_board.typed import TypedIn


def sealed(proposal: FileProposal, reason: str) -> list[Any]:
    """What the second step needs, as JSON."""
    content = base64.b64encode(zlib.compress(proposal.content)).decode()
    return [proposal.file, proposal.before_sha256, content, list(proposal.differences), proposal.left, reason]


def told(proposal: FileProposal, file: str, seq: int) -> str:
    """What was done, for whoever did it."""
    lines = [t("board_registers.done", file=file, seq=seq), *proposal.differences]
    return "\n".join([*lines, *([t("registers.left", count=proposal.left)] if proposal.left else [])])


def put(run: Run, proposal: FileProposal, reason: str) -> str:
    """The proposal takes effect; what was done."""
    change = put_in_force(run, proposal, reason)
    return told(proposal, change.file, change.seq)


def put_seen(run: Run, typed: TypedIn) -> str:
    """What the first step showed takes effect. RuleRefused('not-looked-at') when there was none."""
    match typed.kept:
        case [str(file), str(before), str(content), list(differences), int(left), str(reason)]:
            found = FileProposal(
                file, before, zlib.decompress(base64.b64decode(content)), tuple(differences), left
            )
            return put(run, found, reason)
    raise RuleRefused("not-looked-at", t("board_registers.look_first"))
