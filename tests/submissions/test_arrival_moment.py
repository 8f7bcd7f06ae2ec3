"""Arrival is a fact of ours: when a file was first seen counts; how long nobody looked makes nobody late."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.submissions.test_inbox import DUE, REPORT, put, received, standing, told
from tests.support.province import MORNING, ROUND, UNIT

from cchc.clock import at, to_text
from cchc.errors import RuleRefused
from cchc.obligations import Event, EventKind
from cchc.stages import maintaining
from cchc.submissions.entering import accept_as_found, record_earlier_receipt
from cchc.submissions.kept import latest_values, submissions_of
from cchc_rehearsal.reception.score_forms import SCORING_ROUND, ScoreForms, kept_points


@pytest.mark.parametrize(
    "written",
    [at(date(2027, 3, 10), 8), at(date(2016, 1, 1)), at(date(2026, 3, 10), 9), at(date(1980, 1, 1))],
    ids=["a clock ahead", "an empty battery", "saved long ago", "a zip without times"],
)
def test_a_file_arrives_when_it_is_first_seen_whatever_its_own_time(province, written) -> None:
    seen = at(date(2026, 3, 25), 9)
    assert received(province, seen - timedelta(minutes=30)) == {}
    put(province.instance.inbox / ROUND / "b.xlsx", province.filled(), written)

    assert received(province, seen) == {"accepted": 1}
    assert province.submissions()[0]["received_at"] == "2026-03-25T09:00:00+07:00"
    assert standing(province, seen) == "late"


@pytest.mark.parametrize(
    ("written", "named"),
    [
        (at(date(2027, 3, 10), 8), True),
        (at(date(2016, 1, 1)), True),
        (at(date(2026, 3, 9), 16), False),
        (at(date(2026, 2, 20)), False),
    ],
)
def test_a_time_that_cannot_be_right_is_named_in_the_receipt(province, written, named: bool) -> None:
    put(province.instance.inbox / ROUND / "b.xlsx", province.filled(), written)
    received(province)
    (mail,) = province.mails()
    assert ("Tệp ghi giờ lưu" in mail["plain"]) is named


def test_another_file_under_the_name_of_one_that_was_taken_in_arrives_anew(province) -> None:
    path = province.instance.inbox / ROUND / "b.xlsx"
    put(path, province.filled(figure=3))
    received(province)
    later = MORNING + timedelta(days=2)
    put(path, province.filled(figure=4))
    received(province, later)
    assert [one["received_at"][:10] for one in province.submissions()] == ["2026-03-10", "2026-03-12"]


def test_a_file_that_was_taken_away_and_laid_down_again_arrives_anew(province) -> None:
    path = put(province.instance.inbox / ROUND / "b.xlsx.part", b"x")
    received(province)
    path.unlink()
    received(province, MORNING + timedelta(minutes=30))
    put(path, b"y")
    received(province, MORNING + timedelta(days=3))
    assert told(province, MORNING + timedelta(days=3)) == {}, "it is new, not three days old"


def test_a_file_that_may_have_come_in_time_has_come_in_time(province) -> None:
    """How long nobody looked is our affair."""
    received(province, DUE - timedelta(minutes=30))
    put(province.instance.inbox / ROUND / "b.xlsx", province.filled())
    seen = DUE + timedelta(minutes=30)
    received(province, seen)

    assert standing(province, seen) == "on_time"
    assert province.submissions()[0]["received_at"] == to_text(seen), "the store keeps when we saw it"
    (event,) = [one for one in province.run.ledger.history(REPORT) if one.kind == "submitted"]
    assert event.happened_at == DUE
    assert "nằm giữa hai lần xem" in str(event.reason)
    assert "nằm giữa hai lần xem" in province.mails()[0]["plain"]


@pytest.mark.parametrize("days", [3, 30])
def test_nobody_is_late_because_the_scheduler_was_down_over_the_due_day(province, days: int) -> None:
    received(province, DUE - timedelta(days=2))
    put(province.instance.inbox / ROUND / "b.xlsx", province.filled(), DUE + timedelta(hours=5))
    seen = DUE + timedelta(days=days)
    received(province, seen)
    assert standing(province, seen) == "on_time"


def test_an_installation_that_never_looked_before_calls_nobody_late(province) -> None:
    put(province.instance.inbox / ROUND / "b.xlsx", province.filled())
    received(province, DUE + timedelta(days=8))
    assert standing(province, DUE + timedelta(days=8)) == "on_time"


@pytest.mark.parametrize(
    "looked", [DUE, DUE + timedelta(minutes=1)], ids=["at the due moment", "just after it"]
)
def test_what_a_look_after_the_due_moment_did_not_see_is_late(province, looked) -> None:
    received(province, looked)
    put(province.instance.inbox / ROUND / "b.xlsx", province.filled(), DUE - timedelta(days=1))
    seen = looked + timedelta(days=3)
    received(province, seen)
    assert standing(province, seen) == "late"
    assert "hai lần xem" not in province.mails()[0]["plain"]


def test_a_run_repeated_for_an_earlier_moment_takes_no_look_back(province) -> None:
    received(province, DUE + timedelta(hours=1))
    received(province, DUE - timedelta(hours=1))  # somebody pressed Clear
    put(province.instance.inbox / ROUND / "b.xlsx", province.filled())
    received(province, DUE + timedelta(hours=2))
    assert standing(province, DUE + timedelta(hours=2)) == "late"


def test_the_due_moment_in_force_is_the_one_that_counts(province) -> None:
    extended = DUE + timedelta(days=3)
    run = province.at(DUE - timedelta(days=1), actor="an")
    run.ledger.record_many(
        [
            Event(
                REPORT, EventKind.extended, run.as_of, run.as_of, "an", "bão", {"due_at": to_text(extended)}
            ),
        ]
    )
    received(province, DUE + timedelta(days=2))
    put(province.instance.inbox / ROUND / "b.xlsx", province.filled())
    received(province, extended + timedelta(hours=20))
    assert standing(province, extended + timedelta(days=1)) == "on_time"


def test_what_a_person_accepts_as_it_is_keeps_when_it_counts_as_come(province) -> None:
    received(province, DUE - timedelta(minutes=30))
    put(province.instance.inbox / ROUND / "b.xlsx", province.faulty())
    seen = DUE + timedelta(minutes=30)
    received(province, seen)
    accept_as_found(
        province.at(seen + timedelta(days=1), actor="an"), province.submissions()[0]["submission_id"], "x"
    )
    assert standing(province, seen + timedelta(days=1)) == "on_time"


def test_of_two_versions_that_one_look_finds_the_one_saved_later_counts(province) -> None:
    """Whatever their names and hashes: tried with several."""
    for number, figures in enumerate([(3, 4), (5, 6), (7, 8)]):
        first, second = figures
        put(province.instance.inbox / ROUND / "b.xlsx", province.filled(figure=first), MORNING)
        put(
            province.instance.inbox / ROUND / "a.xlsx",
            province.filled(figure=second),
            MORNING + timedelta(minutes=1),
        )
        moment = MORNING + timedelta(hours=number + 1)
        assert sum(received(province, moment).values()) == 2
        kept = submissions_of(province.store, province.instance, REPORT)
        values = latest_values(province.store, ROUND)
        assert str(values[UNIT]["I.1.1"].value) == str(second)
        assert [one.received_at for one in kept][-2:] == [moment, moment]
        assert kept[-1].file_name == "a.xlsx"


@pytest.mark.parametrize("year", [-500, 9999, 40000])
def test_a_time_that_no_calendar_has_stops_nobody(province, year: int) -> None:
    seconds = int((year - 1970) * 31_556_952)
    path = put(province.instance.inbox / ROUND / "b.xlsx", province.filled())
    os.utime(path, (seconds, seconds))
    assert received(province) == {"accepted": 1}
    assert "Tệp ghi giờ lưu" in province.mails()[0]["plain"]


def test_an_operator_may_record_an_earlier_receipt_and_the_unit_is_on_time(province) -> None:
    seen = at(date(2026, 3, 25), 9)
    received(province, seen - timedelta(minutes=30))
    put(province.instance.inbox / ROUND / "b.xlsx", province.filled())
    received(province, seen)
    (kept,) = province.submissions()
    run = province.at(seen + timedelta(hours=1), actor="an")
    handed_in = at(date(2026, 3, 16), 15)

    assert record_earlier_receipt(
        run, kept["submission_id"], handed_in, "Nộp trực tiếp bằng USB, có giấy giao nhận"
    )
    assert not record_earlier_receipt(run, kept["submission_id"], handed_in, "Lần nữa")
    assert standing(province, seen + timedelta(hours=2)) == "on_time"
    assert standing(province, seen) == "late", "what we knew then stays what we knew then"
    (event,) = [one for one in run.ledger.history(REPORT) if one.kind == "received_earlier"]
    assert (event.actor, event.happened_at) == ("an", handed_in)
    assert province.submissions()[0]["received_at"] == kept["received_at"]


@pytest.mark.parametrize(
    ("moment", "reason", "rule"),
    [
        (at(date(2026, 3, 16), 15), "  ", "earlier-receipt-needs-reason"),
        (at(date(2026, 3, 26), 15), "x", "learned-before-it-happened"),
        (at(date(2026, 3, 25), 9), "x", "receipt-must-be-earlier"),
        (at(date(2026, 2, 1), 9), "x", "received-before-opening"),
    ],
)
def test_an_earlier_receipt_that_cannot_be_is_refused(province, moment, reason: str, rule: str) -> None:
    seen = at(date(2026, 3, 25), 9)
    put(province.instance.inbox / ROUND / "b.xlsx", province.filled())
    received(province, seen)
    with pytest.raises(RuleRefused) as refused:
        record_earlier_receipt(province.at(seen), province.submissions()[0]["submission_id"], moment, reason)
    assert refused.value.rule == rule


def test_an_earlier_receipt_of_a_version_that_was_refused_makes_nobody_punctual(province) -> None:
    put(province.instance.inbox / ROUND / "a.xlsx", province.faulty())
    received(province, at(date(2026, 3, 19), 9))
    wrong = province.submissions()[0]["submission_id"]
    put(province.instance.inbox / ROUND / "b.xlsx", province.filled())
    later = at(date(2026, 3, 20), 9)
    received(province, later)
    with pytest.raises(RuleRefused) as refused:
        record_earlier_receipt(province.at(later), wrong, at(date(2026, 3, 16), 9), "x")
    assert refused.value.rule == "superseded"
    assert standing(province, later) == "late"


def read_the_older_last(province, folder: Path, older: bytes, newer: bytes) -> None:
    """The older file is held by its program while the newer one is taken in."""
    with put(folder / "a.xlsx", older).open("ab"):
        assert received(province) == {}
        put(folder / "b.xlsx", newer)
        (word,) = received(province, MORNING + timedelta(minutes=30))
    assert received(province, MORNING + timedelta(minutes=60)) == {word: 1}, "kept, and its sender answered"


def test_a_version_that_came_before_and_is_read_after_another_does_not_replace_it(province) -> None:
    folder = province.instance.inbox / ROUND
    read_the_older_last(province, folder, province.filled(), province.filled(figure=8))
    assert len(province.submissions()) == 2
    assert latest_values(province.store, ROUND)[UNIT]["I.1.1"].value == 8
    assert sum("vẫn có hiệu lực" in mail["plain"] for mail in province.mails()) == 1
    maintaining.audit(province.at(MORNING + timedelta(days=1)))


def test_points_of_a_self_score_are_those_of_the_version_that_counts(province) -> None:
    unit = province.run.units.get(UNIT)
    forms = ScoreForms(province.run, [unit])
    older, newer = (forms.filled(number, unit, "") for number in (1, 2))
    read_the_older_last(province, province.instance.inbox / SCORING_ROUND, older.content, newer.content)
    assert kept_points(province.run)[UNIT] == newer.figures
