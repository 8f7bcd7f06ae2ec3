"""Runs of inspections: which decision of the round they are about, and where they begin."""

from __future__ import annotations

import pytest

from cchc.inspection.papers import PLAN, TEAM, YEAR_REPORT
from cchc.year import MOMENTS as ALL_MOMENTS
from cchc.year import RoundKind
from cchc_airflow.context import about_of, round_of
from cchc_airflow.inspections import DECISIONS, MOMENTS, step_of, step_param


@pytest.mark.parametrize(
    ("dag_id", "key", "conf", "expected"),
    [
        ("kiem_tra", "2026-KT:quyet_dinh_doan", {}, "quyet_dinh_doan"),
        ("kiem_tra", None, {"buoc": "ke_hoach"}, "ke_hoach"),
        ("kiem_tra_don_vi", "2026-KT:KT26-C03", {}, "KT26-C03"),
        ("kiem_tra_don_vi", None, {"cuoc": "KT26-C04"}, "KT26-C04"),
        ("kiem_tra_dot_xuat", None, {"cuoc": "KT26-C05"}, "KT26-C05"),
        ("cham_diem", "2026-CD:cong_bo", {}, ""),
    ],
)
def test_a_run_is_about_the_decision_that_its_key_or_its_form_names(
    dag_id: str, key: str | None, conf: dict[str, str], expected: str
) -> None:
    assert about_of(dag_id, key, conf) == expected
    if key:
        assert round_of(key, conf) == key.partition(":")[0]


def test_every_moment_of_the_round_begins_with_a_step_and_each_decision_has_its_own() -> None:
    assert set(MOMENTS) < set(ALL_MOMENTS[RoundKind.INSPECTION])
    assert set(DECISIONS) == {PLAN, TEAM, YEAR_REPORT}
    steps = {moment: step_of(moment) for moment in MOMENTS}
    assert steps == {
        "ke_hoach": "du_thao", "quyet_dinh_doan": "du_thao", "bat_dau": "thong_bao", "ket_thuc": "doc_ket_qua",
        "bao_cao_doan": "du_thao",
    }  # fmt: skip
    chosen = step_param()["buoc"]
    assert chosen.value == "doc_ket_qua", "whoever starts it by hand reads what the team wrote"
    assert {step_of(one) for one in chosen.schema["enum"]} == set(steps.values())
