"""Sets, points and lists of results in a few words."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import yaml

from cchc.criteria import CriteriaSet, CriterionRow, Points, parse_set
from cchc.criteria.expression import parse_inputs
from cchc.criteria.formulas import parse_formula
from cchc.criteria.row import CriterionLine
from cchc.criteria.sets import SetFiles
from cchc.criteria.settings import SetSettings
from cchc.run import Run
from cchc.scores import ScoreEvent, Stage, append, pin_sets
from cchc.scoring.results import ScoredCriterion, UnitScores

CLASSES = ((90, "Tốt"), (75, "Khá"), (50, "Trung bình"), (0, "Yếu"))


def made_set(*rows: CriterionRow, version: str = "thu@1", **settings: Any) -> CriteriaSet:
    """A set of `rows` (`made_row`) with the settings of the sample sets unless told otherwise."""
    code = version.partition("@")[0]
    given = {
        "code": code,
        "name": "Bộ thử",
        "kind": "mau",
        "valid": {"from": "2026-01-01", "until": "2026-12-31"},
        "applies_to": {"tiers": ["so", "xa"]},
        "total_points": 100,
        "rounding": {"criterion": None, "total": 2, "index": 2},
        "bonus_cap": 3,
        "penalty_floor": -9,
        "index_range": [0, 100],
        "least_points_in_force": 70,
        "ranked_by": "danh_sach",
        "list_name": "Danh sách thử",
        "classes": [{"from": low, "name": name} for low, name in CLASSES],
        "tie_order": ["chi_so"],
        "merged_units": "don_vi_hien_huu",
        **settings,
    }
    return CriteriaSet(code, version, SetSettings.model_validate(given), rows, {}, "{}")


def made_row(code: str, most: str | int, **more: Any) -> CriterionRow:
    group = code.partition(".")[0]
    given: dict[str, Any] = {
        "code": code,
        "group": group,
        "group_name": f"Nhóm {group}",
        "group_max": None,
        "criterion": f"Tiêu chí {code}",
        "effect": "diem",
        "max_points": Decimal(most),
        "unit_kinds": ("*",),
        "kind": "chon",
        "parameters": f"dat:{abs(Decimal(most))};khong:0",
        "inputs": "tay",
        "when_nothing": "khong",
        "how": "",
        "evidence": "Văn bản",
        "evidence_kind": "tep",
        "evidence_needed": "bat_buoc",
        "appraiser": "so-noi-vu",
        "mendable": True,
        "same_as": "",
        "basis": "mau",
        "basis_note": "",
        "decimals": None,
        **more,
    }
    given.setdefault("formula", parse_formula("chon", given["parameters"], parse_inputs("tay")))
    return CriterionRow(**given)


def scores(unit: str, criteria_set: CriteriaSet, **points: Any) -> UnitScores:
    """Decided points by code (`c1_1=2` is criterion 1.1); None: undecided; 'loai': out of the maximum."""
    decided = {name.removeprefix("c").replace("_", "."): value for name, value in points.items()}
    return UnitScores(
        unit,
        criteria_set,
        tuple(ScoredCriterion(row, _points(decided.get(row.code))) for row in criteria_set.rows),
    )


def _points(value: Any) -> Points:
    if value == "loai":
        return Points(None, dropped=True)
    return Points(None if value is None else Decimal(str(value)))


def kept_set(*lines: tuple[str, str, str], **settings: Any) -> CriteriaSet:
    """A set as its files say it, to be pinned: lines of code, maximum and options (`dat:2;khong:0`)."""
    cells = []
    for code, most, options in lines:
        group = code.partition(".")[0]
        whole = sum(Decimal(other) for one, other, _ in lines if one.partition(".")[0] == group)
        given = dict.fromkeys(CriterionLine.model_fields, "") | {
            "code": code,
            "group": group,
            "group_name": f"Nhóm {group}",
            "group_max": str(whole),
            "criterion": f"Tiêu chí {code}",
            "effect": "diem",
            "max_points": most,
            "unit_kinds": "*",
            "kind": "chon",
            "parameters": options,
            "inputs": "tay",
            "when_nothing": "khong",
            "evidence_kind": "tep",
            "evidence_needed": "bat_buoc",
            "appraiser": "so-noi-vu",
            "mendable": "co",
            "basis": "mau",
        }
        cells.append(given)
    table = io.StringIO()
    writer = csv.DictWriter(table, list(CriterionLine.model_fields))
    writer.writeheader()
    writer.writerows(cells)
    told = made_set().settings.model_dump(mode="json", by_alias=True) | settings
    files = SetFiles("", yaml.safe_dump(told, allow_unicode=True).encode(), table.getvalue().encode(), {})
    return parse_set(files.content)


def decide_all(
    run: Run, criteria_set: CriteriaSet, points: Mapping[str, Sequence[str]], at: datetime
) -> None:
    """Open the run's round with the set pinned, and decide every criterion of these units, in the order of the set."""
    run.rounds.open(run.round, run.as_of, "thu")
    events = [
        ScoreEvent(
            run.round.round_id, unit, row.code, criteria_set.version, Stage.FIRST, Decimal(value), False,
            "thẩm định", "tp1", at, reason="đủ minh chứng",
        )
        for unit, given in points.items()
        for row, value in zip(criteria_set.rows, given, strict=True)
    ]  # fmt: skip
    with run.store.write() as tx:
        pin_sets(tx, run.round.round_id, {criteria_set.code: criteria_set}, run.as_of, actor="thu")
        append(tx, events)
