"""An audit says what is damaged, since when, and what to do."""

from __future__ import annotations

from cchc.audit import Audit, Damage
from cchc.clock import from_text
from cchc.texts import table


def test_a_damage_is_told_with_its_time_and_its_remedy_once() -> None:
    since = from_text("2026-03-09T06:00:00+07:00")
    damages = tuple(Damage("kept_files", "file_gone", name, {}, since) for name in ("a.xlsx", "b.xlsx"))
    told = Audit({}, damages).told()
    assert "a.xlsx" in told
    assert "b.xlsx" in told
    assert "09/3/2026" in told or "09/03/2026" in told
    assert told.count(damages[0].remedy) == 1


def test_what_is_not_listed_is_counted() -> None:
    damages = tuple(Damage("kept_files", "file_gone", str(number), {}) for number in range(60))
    assert "10" in Audit({}, damages).told(most=50).splitlines()[-1]


def test_every_damage_has_a_remedy() -> None:
    assert table("audit.damage").keys() == table("audit.remedies").keys()
