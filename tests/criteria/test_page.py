"""What the page for whoever edits a set says is what the program takes."""

from __future__ import annotations

import re

from tests.criteria.rows import row

from cchc.criteria.figures import FILE as FIGURES
from cchc.criteria.formulas import KINDS
from cchc.criteria.proof_of_inputs import INSPECTION_COUNTS
from cchc.criteria.row import CriterionLine
from cchc.paths import PROJECT_ROOT

PAGE = (PROJECT_ROOT / "docs" / "bo-tieu-chi.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"^\| `([a-z_]+)` \| (?:`([^`]*)`)? ?\| `([^`]+)` \| ", re.MULTILINE)


def test_every_kind_has_an_example_that_is_sound() -> None:
    examples = EXAMPLE.findall(PAGE)
    assert {kind for kind, _, _ in examples} == set(KINDS)
    for kind, parameters, inputs in examples:
        made = row(kind, parameters, inputs, -1 if kind == "phat" else 1)
        assert list(made.formula.all_faults(made.max_points.copy_abs())) == [], kind


def test_every_column_and_every_count_of_inspection_is_explained() -> None:
    columns = PAGE[PAGE.index("## Các cột") : PAGE.index("## Số liệu đầu vào")]
    explained = {
        name
        for line in columns.splitlines()
        for name in line.split("|")[1:2]
        for name in re.findall(r"\w+", name)
    }
    assert set(CriterionLine.model_fields) - explained <= {"criterion", "same_as"}
    assert all(f"`kt:{name}`" in PAGE for name in INSPECTION_COUNTS)
    assert FIGURES in PAGE
