"""The forms that a mail of the ladder carries."""

from __future__ import annotations

from pathlib import Path

from cchc.chasing.plan import FormsOf
from cchc.documents.registry import copy_out
from cchc.documents.unit_letters import UnitLetters
from cchc.run import Run

EXPLANATION = "-giai-trinh"  # behind the unit's code in the name of its explanation form


def forms_of(run: Run, *, copied: bool = True) -> FormsOf:
    """Which files a mail about a round may carry to a unit: its forms, and the signed letters to it.

    Not `copied`: letters are named where their copies will lie, for who only foresees a mail.
    Not the form of a letter that waits for its signature: it would tell of orders that nobody has signed.
    """
    letters = UnitLetters(run.store, run.instance)

    def files(round_id: str, unit_code: str) -> list[Path]:
        folder, kept = run.instance.round_out(round_id), letters.kept_forms(round_id, unit_code)
        signed = letters.to_send(round_id, unit_code)
        own = [copy_out(run.instance, one) if copied else one.copied_to(run.instance) for one in signed]
        # The last form of a round is what is asked for now: points that were appraised are explained, not scored again.
        forms = [*folder.glob(f"bieu-mau/*_{unit_code}{EXPLANATION}.xlsx")]
        forms = forms or [*folder.glob(f"bieu-mau/*_{unit_code}.xlsx")]
        return sorted([*(one for one in forms if one.name not in kept), *own])

    return files
