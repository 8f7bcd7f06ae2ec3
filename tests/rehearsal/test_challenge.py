"""The campaign's sample: a slice of the mutated workbooks that `./cchc thu-thach bieu-mau` runs by the thousand."""

from __future__ import annotations

import pytest

from cchc_rehearsal.challenge import challenge
from cchc_rehearsal.mutations import DAMAGES, MUTATIONS, mutate


@pytest.mark.slow
@pytest.mark.timeout(2400)
@pytest.mark.parametrize("first", [0, 5000])
def test_every_mutated_workbook_is_taken_in_whole_or_refused_with_a_reason(tmp_path, first) -> None:
    outcome = challenge(tmp_path, 60, seed=1, first=first)
    assert outcome.broken == []
    assert sum(outcome.words.values()) >= 60
    assert {"accepted", "rejected", "unreadable"} <= set(outcome.words), "the sample meets every way out"


def test_a_case_is_made_again_from_its_number(tmp_path) -> None:
    import io
    import zipfile

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", '<c r="A1"><v>1</v></c>')
    assert mutate(buffer.getvalue(), "1:7") == mutate(buffer.getvalue(), "1:7")
    assert len({mutate(buffer.getvalue(), f"1:{number}")[0] for number in range(20)}) > 5
    assert len(MUTATIONS) >= 15 and len(DAMAGES) >= 5
