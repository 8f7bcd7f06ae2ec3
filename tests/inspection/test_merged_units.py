"""A unit that is gone between its visit and its answer: whoever took its place is asked, and may answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from docx import Document
from tests.inspection.scene import Scene, approval, finding

from cchc.clock import at
from cchc.documents.registry import document
from cchc.errors import RuleRefused
from cchc.inspection import counts
from cchc.stages import concluding, inspecting
from cchc.submissions.ours import units_of
from cchc.units import UnitRegister

A, B, HEIR = "30292", "30301", "39999"
LAST = date(2026, 5, 10)
BEFORE, AFTER = at(date(2026, 5, 8), 9), at(date(2026, 5, 12), 9)


def register(scene: Scene, heirs: tuple[str, ...]) -> UnitRegister:
    """Today's units, but that A ends on a day and these begin in its place."""
    units = [replace(one, valid_to=LAST) if one.code == A else one for one in scene.run.units.all]
    like = scene.run.units.get(A)
    return UnitRegister(
        [
            *units,
            *(
                replace(like, code=code, name=f"UBND phường Mới {code}", valid_from=LAST + timedelta(days=1),
                        predecessors=(A,), mailboxes=(f"{code}@angiang.example",))
                for code in heirs
            ),
        ]
    )  # fmt: skip


def changed(scene: Scene, monkeypatch: pytest.MonkeyPatch, *heirs: str) -> None:
    found = register(scene, heirs)
    monkeypatch.setattr("cchc.units.UnitRegister.load", classmethod(lambda _cls, *_: found))


@pytest.fixture
def scene(store: Any, instance: Any) -> Scene:
    scene = Scene.made(store, instance, [A, B])
    scene.handed_in(finding(A, "Thiếu sổ", "Lập sổ"))
    scene.read(BEFORE)
    return scene


def test_the_letter_goes_to_the_unit_that_took_the_place_of_the_visited_one(
    scene: Scene, monkeypatch
) -> None:
    """It went to a unit that was no more, and was owed by it for ever."""
    changed(scene, monkeypatch, HEIR)
    (identity,) = scene.conclude("KT26-C01", AFTER)
    kept = document(scene.run.store, identity)
    assert kept is not None and kept.unit_code == HEIR
    text = "\n".join(one.text for one in Document(kept.kept_at(scene.run.instance)).paragraphs)
    assert "UBND phường Bình Đức (nay là UBND phường Mới 39999)" in text
    assert [(one.unit_code, one.item) for one, _ in scene.orders(AFTER)] == [(HEIR, "KT26-0001")]
    found = counts(scene.run.store, [A], date(2026, 5, 1), date(2026, 5, 31))[A]
    assert found.found == 1, "it was found at the visited unit"


@pytest.mark.parametrize("heirs", [(), (HEIR, "39998")])
def test_where_no_single_unit_took_its_place_a_person_says_who_mends(
    scene: Scene, monkeypatch, heirs
) -> None:
    changed(scene, monkeypatch, *heirs)
    with pytest.raises(RuleRefused) as refused:
        concluding.draft(scene.at(AFTER, about="KT26-C01"))
    assert refused.value.rule == "unit-gone"


def test_orders_of_a_unit_that_is_gone_are_named_with_its_heir_who_may_send_its_form(
    scene: Scene, monkeypatch
) -> None:
    run = scene.at(BEFORE, about="KT26-C01")
    concluding.draft(run)
    concluding.issue(run, approval(BEFORE))
    changed(scene, monkeypatch, HEIR)
    later = scene.at(AFTER)
    assert [one.code for one in units_of(later, f"{HEIR}@angiang.example")] == [HEIR, A]
    inspecting.mending(later)
    assert any("UBND phường Bình Đức không còn" in note and "Mới 39999" in note for note in later.notes)
    assert [one.code for one in units_of(scene.at(BEFORE), f"{HEIR}@angiang.example")] == [HEIR], (
        "before the merger nobody answers for another"
    )
