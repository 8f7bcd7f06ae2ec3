"""A round of scores through its Dag, step by step: people decide in between, repeating changes nothing."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from tests.dags.processes import answer_of

from cchc.criteria import Appraisers, CriteriaSets
from cchc.paths import Instance
from cchc.store import Store, upgrade


@pytest.mark.slow
@pytest.mark.timeout(290)
def test_each_step_does_its_work_once_and_waits_for_people(instance: Instance, config_copy: Path) -> None:
    _bodies_alone(config_copy / "units.csv")
    instance.root.mkdir(parents=True)
    instance.settings_file.write_text("mail_mode: dry_run\nrehearsal: true\n", encoding="utf-8")
    upgrade(Store(instance.store_url)).close()
    answer, log = answer_of("score_steps", instance, {"CCHC_CONFIG": str(config_copy)}, [])
    states = {step: found["states"] for step, found in answer.items()}
    for step in ("early", "too_early"):
        assert states.pop(step) == ["failed"], "nobody has decided anything yet"
    assert {step for step, found in states.items() if set(found) != {"success"}} == set(), log[-6000:]
    assert {step for step, found in answer.items() if not found["same"]} == set()
    assert {"Sở Tư pháp", "Văn phòng UBND tỉnh (thẩm định thay đối với Sở Tư pháp)"} <= set(
        answer["tham_dinh_1"]["names"]
    )
    counts = {step: found["facts"] for step, found in answer.items()}
    assert counts["khoa"]["score_events"] > 0
    assert counts["early"]["score_events"] == counts["khoa"]["score_events"], "asking decides nothing"
    assert counts["tham_dinh_1"]["mails"] > counts["khoa"]["mails"], "units are told their points"
    again = [counts[step]["confirmed_again"] for step in ("giai_trinh", "too_early", "tham_dinh_2")]
    assert again == [0, 0, 1], "the second turn is that of the one group which has something opened again"
    named = {one for one in answer["tham_dinh_2"]["names"] if not one.isdigit()}
    assert named == {"Văn phòng UBND tỉnh (thẩm định thay đối với Sở Tư pháp)"}


def _bodies_alone(path: Path) -> None:
    """A province of the bodies that appraise or that a criterion names: all the others would only make it slow."""
    register = Appraisers.load()
    needed = {unit for one in register.groups for unit in (one.unit, register.substitute(one.code).unit)}
    needed |= {kind for one in CriteriaSets.load().all for row in one.rows for kind in row.unit_kinds}
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kept = [row for row in rows if row["code"] in needed or row["tier"] == "tinh" or row["valid_to"]]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)
