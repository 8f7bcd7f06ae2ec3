"""Explanations, objections, surveys, published indexes, sessions and rankings: kept, and read back as they were."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.exc import DBAPIError
from tests.scores.conftest import LATER, OPENED, OTHER, ROUND, UNIT

from cchc.errors import RuleRefused
from cchc.scores import (
    AGREES,
    EXPLAINS,
    CouncilSession,
    ExternalValue,
    FilledSurvey,
    Objection,
    RankedUnit,
    UnitExplanation,
    council_sessions,
    explanations_of,
    external_values,
    objections_of,
    put_council_session,
    put_explanation,
    put_external_values,
    put_objection,
    put_objection_decision,
    put_ranking,
    put_survey_forms,
    rankings_of,
    standing,
    survey_forms,
)
from cchc.store import Store


def test_a_second_explanation_stands_behind_the_first_and_the_same_is_none(scored_anywhere: Store) -> None:
    said = UnitExplanation(ROUND, UNIT, "1.1.1", 0, EXPLAINS, "Đã gửi kèm", ("e1",), UNIT, LATER)
    with scored_anywhere.write() as tx:
        assert put_explanation(tx, said)
        assert not put_explanation(tx, said)
        assert put_explanation(tx, replace(said, stance=AGREES, text=""))
    found = explanations_of(scored_anywhere, ROUND, [UNIT])
    assert [(one.round_no, one.stance, one.evidence_ids) for one in found] == [
        (1, EXPLAINS, ("e1",)), (2, AGREES, ("e1",)),
    ]  # fmt: skip
    assert standing(scored_anywhere, ROUND)[UNIT]["1.1.1"].explanation == found[1]
    assert standing(scored_anywhere, ROUND, as_of=OPENED) == {}


def test_an_objection_keeps_its_words_and_its_last_decision(scored_anywhere: Store) -> None:
    objection = Objection(ROUND, UNIT, "1.1.1", "Đề nghị xem lại", LATER)
    with scored_anywhere.write() as tx:
        assert put_objection(tx, objection)
        assert not put_objection(tx, objection)
    assert objections_of(scored_anywhere, ROUND) == [objection]
    decided = {"document_no": "20/QĐ", "actor": "thuky1", "at": LATER}
    with pytest.raises(RuleRefused, match="phải ghi lý do"), scored_anywhere.write() as tx:
        put_objection_decision(tx, objection.objection_id, "giu", points=None, reason=" ", **decided)
    with scored_anywhere.write() as tx:
        put_objection_decision(tx, objection.objection_id, "giu", points=None, reason="Đúng", **decided)
        put_objection_decision(tx, objection.objection_id, "sua", points=Decimal(1), reason="Thêm", **decided)
    (found,) = objections_of(scored_anywhere, ROUND, UNIT)
    assert (found.decision, found.points, found.reason) == ("sua", 1, "Thêm")


def test_a_form_is_counted_once_however_often_it_is_brought(scored_anywhere: Store) -> None:
    form = FilledSurvey("P-1", ROUND, "KS4", UNIT, "nguoi_dan", {"1": "A"}, LATER, "giay")
    with scored_anywhere.write() as tx:
        assert (
            put_survey_forms(tx, [form, replace(form, answers={"1": "D"}), replace(form, form_id="P-2")]) == 2
        )
    assert [one.answers for one in survey_forms(scored_anywhere, ROUND)["KS4", UNIT]] == [{"1": "A"}] * 2


def test_a_published_index_is_replaced_by_its_correction_and_not_before_it_is_known(
    scored_anywhere: Store,
) -> None:
    value = ExternalValue(2026, "SIPAS", UNIT, Decimal("84.5"), "268/QĐ-BNV", date(2027, 1, 3), "f" * 64)
    corrected = replace(value, value=Decimal("85.5"), document_no="300/QĐ-BNV")
    with scored_anywhere.write() as tx:
        assert put_external_values(tx, [value, value], OPENED, "thuky1") == 1
        assert put_external_values(tx, [corrected], LATER, "thuky1") == 1
    assert external_values(scored_anywhere, 2026, OPENED) == {("SIPAS", UNIT): value}
    assert external_values(scored_anywhere, 2026) == {("SIPAS", UNIT): corrected}
    assert external_values(scored_anywhere, 2025) == {}


def test_a_session_and_an_edition_stay_as_they_were(scored_anywhere: Store) -> None:
    session = CouncilSession(ROUND, LATER, ("vp.pct", "a"), ("b",))
    lines = [
        RankedUnit(ROUND, "xa", 1, UNIT, Decimal("88.13"), 1, "Khá", "f" * 64),
        RankedUnit(ROUND, "xa", 1, OTHER, None, None, None, "f" * 64),
    ]
    with scored_anywhere.write() as tx:
        assert put_council_session(tx, session, LATER, "thuky1")
        assert not put_council_session(tx, session, LATER, "thuky1")
        put_ranking(tx, lines)
    assert council_sessions(scored_anywhere, ROUND) == [session]
    assert rankings_of(scored_anywhere, ROUND) == {("xa", 1): lines}
    with pytest.raises(DBAPIError), scored_anywhere.write() as tx:
        put_ranking(tx, [replace(lines[0], rank=2)])
