"""Wrong inputs of the round of scores: each is refused with its words, and nothing of it is half-stored."""

from __future__ import annotations

from pathlib import Path

from cchc.texts import table
from cchc_rehearsal.scores import bad_inputs
from cchc_rehearsal.scores.bad_inputs import APPRAISALS, SELF_SCORES, BadInput, campaign

# The whole of them is `./cchc thu-thach cham-diem`; here one of each way to be wrong.
TRIED = {"tren_toi_da", "khao_sat", "tep_hong", "tep_exe", "khong_gui_kem", "mang_noi_bo"}
WRITTEN = {"tham_dinh_qua_toi_da", "khong_ly_do", "chinh_don_vi"}


def test_every_kind_of_wrong_input_is_refused_in_words_and_leaves_nothing_half_stored(tmp_path: Path) -> None:
    sent = [one for one in SELF_SCORES if one.name in TRIED]
    written = [one for one in APPRAISALS if one.name in WRITTEN]
    found = list(campaign(tmp_path, sent, written))
    assert {one.one.name for one in found} == TRIED | WRITTEN
    assert [(one.one.name, one.fault) for one in found if one.fault] == []


def test_an_input_that_is_taken_is_told_as_a_fault(tmp_path: Path) -> None:
    """A campaign that could not fail would prove nothing."""
    sound = BadInput("sound", lambda scene: scene.hand_in(scene.claim), "warned")
    left = BadInput("left", lambda scene: scene.hand_in(scene.claim), "warned", left="30292-minh-chung-1.pdf")
    unsaid = BadInput("unsaid", lambda scene: "", "lời từ chối")
    found = list(campaign(tmp_path, [sound, left, unsaid], []))
    assert all(one.fault for one in found)


def test_every_input_has_its_name_in_words() -> None:
    names = [one.name for one in (*bad_inputs.SELF_SCORES, *bad_inputs.APPRAISALS)]
    assert set(names) == set(table("rehearsal.scores.bad.names")) and len(names) == len(set(names))
