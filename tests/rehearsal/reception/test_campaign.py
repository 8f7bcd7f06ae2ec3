"""The campaign's sample: a slice of what `./cchc thu-thach tiep-nhan` sends by the thousand."""

from __future__ import annotations

from pathlib import Path

import pytest

from cchc.clock import at
from cchc.paths import Instance
from cchc.run import Run
from cchc.stages import opening
from cchc.store import Store
from cchc_rehearsal.dovecot import Dovecot
from cchc_rehearsal.reception.campaign import KINDS, ROUND, campaign, strike_of, weather_of
from cchc_rehearsal.reception.drawing import draw_item
from cchc_rehearsal.reception.forms import UnitForms, mark_of, number_in
from cchc_rehearsal.reception.promises import Promise


@pytest.mark.slow
@pytest.mark.timeout(2400)
def test_nothing_is_lost_doubled_or_wrongly_answered_while_everything_breaks(
    tmp_path: Path, dovecot: Dovecot
) -> None:
    tally = campaign(tmp_path / "thach", dovecot, range(60), seed=20260310, units=5)
    assert tally.broken == []
    assert len(tally.sent) == 60 and len(tally.table) > 15, "the sample hardly meets all kinds"
    assert sum(tally.faults.values()) >= 5 and tally.runs["red"] > 0, "hardly anything broke"


@pytest.mark.slow
def test_an_item_is_drawn_again_from_its_number(store: Store, instance: Instance) -> None:
    from datetime import date

    run = Run(store, instance, at(date(2026, 3, 2), 8), ROUND)
    opening.open_round(run)
    forms = UnitForms(run, 3)
    drawn = [draw_item(KINDS, forms, number, 1) for number in range(40)]
    again = [draw_item(KINDS, forms, number, 1) for number in range(40)]
    assert [one.sent for one in drawn] == [one.sent for one in again]
    assert [one.parcel.files for one in drawn] == [one.parcel.files for one in again]
    assert len({one.sent.kind for one in drawn}) > 10
    valid = [one for one in drawn if one.sent.promise is Promise.TAKEN]
    assert all(one.sent.figures for one in valid), (
        "of whatever is taken in the campaign knows what must be kept"
    )
    reports = [one for one in valid if one.sent.kind.startswith(("folder_", "mail_"))]
    assert len(reports) > 10 and all(len(one.sent.figures) > 50 for one in reports)
    assert {"folder", "mailbox", "exports", "team"} == {one.sent.way for one in drawn}


def test_faults_follow_from_seed_and_number_and_strike_some() -> None:
    strikes = [strike_of(number, 1) for number in range(300)]
    assert strikes == [strike_of(number, 1) for number in range(300)]
    words = {one.word for one in strikes if one}
    assert {"unforeseen", "killed", "disk"} <= words and strikes.count(None) > 200
    weathers = [weather_of(wave, 1) for wave in range(80)]
    assert {bool(one.cut) for one in weathers} == {bool(one.strike) for one in weathers} == {True, False}


@pytest.mark.parametrize("number", [0, 7, 123_456, 999_999])
def test_the_mark_of_an_item_tells_its_number(number: int) -> None:
    assert number_in(f"Mã của bài: {mark_of(number)}.") == number
    assert mark_of(number).replace("-", "").isalpha(), "no check takes it for a figure"
