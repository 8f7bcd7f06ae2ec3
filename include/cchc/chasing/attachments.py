"""The forms that a mail of the ladder carries."""

from __future__ import annotations

from pathlib import Path

from cchc.chasing.plan import FormsOf
from cchc.run import Run


def forms_of(run: Run) -> FormsOf:
    """Which files a mail about a round may carry to a unit: its forms, and letters to it."""

    def files(round_id: str, unit_code: str) -> list[Path]:
        folder = run.instance.round_out(round_id)
        # A letter as it was issued takes the place of its draft.
        letters = [*folder.glob(f"cong-van/*_{unit_code}_so-*.docx")]
        letters = letters or [*folder.glob(f"cong-van/*_{unit_code}.docx")]
        return sorted([*folder.glob(f"bieu-mau/*_{unit_code}.xlsx"), *letters])

    return files
