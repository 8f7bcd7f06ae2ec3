"""A set of one file, as sets were until 2026, turned into a folder; what its rows break is told by the proof."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from cchc.criteria.loading import proved
from cchc.criteria.one_file import Criteria, OneFileRow
from cchc.criteria.row import CriterionLine
from cchc.criteria.sets import SetFiles, draft_of
from cchc.errors import ConfigError
from cchc.texts import t
from cchc.units import TIERS_SINCE_2025_07

_KINDS = {
    "self_score": "chon",
    "timeliness": "dung_han",
    "ratio_linear": "tuyen_tinh",
    "ratio_step": "bac",
    "ratio_threshold": "nguong",
    "all_yes": "dat_het",
    "share_yes": "phan_dat",
    "at_most": "khong_vuot",
    "deduction": "tru",
    "penalty": "phat",
}
_WHEN_NOTHING = {"full": "toi_da", "drop": "loai", "none": "khong"}
_STEP = re.compile(r"(>=?)\s*([0-9.]+)\s*:\s*([0-9.]+)")
_OPTION = re.compile(r"([^=;]+)=\s*([0-9]+(?:\.[0-9]+)?)(?:\s*\(.*\))?")


def converted(criteria: Criteria, year: int, appraiser: str) -> SetFiles:
    """The set's files. Every row is given to the one appraiser, whom the old file does not know."""
    code = f"chuyen-{year}"
    settings = {
        "code": code,
        "name": criteria.name,
        "kind": "ban-hanh" if criteria.decision and not criteria.is_example else "mau",
        "decision": criteria.decision,
        "valid": {"from": f"{year}-01-01", "until": f"{year}-12-31"},
        "applies_to": {"tiers": [str(tier) for tier in TIERS_SINCE_2025_07]},
        "total_points": 100,
        "rounding": {"criterion": 2, "total": 2, "index": 2},
        "bonus_cap": float(_sum(criteria, 1)),
        "penalty_floor": float(_sum(criteria, -1)),
        "index_range": [0, 100],
        "least_points_in_force": 0,
        "ranked_by": "danh_sach",
        "list_name": t("criteria.conversion.list_name"),
        "classes": [{"from": float(band.lowest * 100), "name": band.name} for band in criteria.bands],
        "tie_order": ["chi_so"],
        "merged_units": "don_vi_hien_huu",
    }
    text = io.StringIO()
    YAML().dump(settings, text)
    rows = io.StringIO(newline="")
    writer = csv.DictWriter(rows, list(CriterionLine.model_fields), lineterminator="\n")
    writer.writeheader()
    writer.writerows(_row(row, criteria, appraiser) for row in criteria.rows)
    return SetFiles(code, text.getvalue().encode(), rows.getvalue().encode(), {})


def faults_of(files: SetFiles, folder: Path | None = None) -> list[ConfigError]:
    """What the set breaks, proved as if it were the only one. Raises ConfigErrors where it cannot be read at all."""
    draft = draft_of(files)
    return [*draft.faults, *proved(folder, (draft,))]


def _sum(criteria: Criteria, sign: int) -> Decimal:
    outside = [row.max_points for row in criteria.rows if _effect(row) != "diem"]
    return sum((one for one in outside if one * sign > 0), Decimal(0))


def _effect(row: OneFileRow) -> str:
    if not row.code.startswith("P."):
        return "diem"
    return "phat" if row.max_points < 0 else "thuong"


def _row(row: OneFileRow, criteria: Criteria, appraiser: str) -> dict[str, Any]:
    by_hand = row.method == "self_score"
    return {
        "code": row.code,
        "group": row.group,
        "group_name": row.group_name,
        "group_max": row.group_max,
        "criterion": row.criterion,
        "effect": _effect(row),
        "max_points": row.max_points,
        "unit_kinds": "*",
        "kind": _KINDS[row.method],
        "parameters": _parameters(row, criteria),
        "inputs": _inputs(row),
        "when_nothing": _WHEN_NOTHING[row.when_nothing],
        "how": row.how,
        "evidence": row.evidence,
        "evidence_kind": "tep" if by_hand else "he_thong",
        "evidence_needed": "bat_buoc" if by_hand else "khong",
        "appraiser": appraiser,
        "mendable": "co",
        "same_as": "",
        "basis": row.basis,
        "basis_note": row.basis_note,
    }


def _inputs(row: OneFileRow) -> str:
    numerator, denominator = row.numerator or "", row.denominator or ""
    match row.method:
        case "self_score":
            return "tay"
        case "timeliness":
            return "obl:bao_cao"
        case "deduction":
            return f"{numerator};{denominator}"
        case "at_most":
            return f"{numerator}<={denominator}"
    if not denominator:
        return numerator
    return "/".join(f"({side})" if "+" in side else side for side in (numerator, denominator))


def _parameters(row: OneFileRow, criteria: Criteria) -> str:
    told = row.parameters or ""
    match row.method:
        case "self_score":
            return _options(row)
        case "timeliness":
            return f"kieu=tat_ca;dot={','.join(criteria.timeliness_rounds)}"
        case "ratio_step":
            return _steps(told)
        case "ratio_threshold":
            return f"san={told};dich=1;kieu=tich"
        case "deduction" | "penalty":
            return told.replace(" ", "")
    return ""


def _options(row: OneFileRow) -> str:
    """`kịp thời=1; không=0` as options a, b, ...; where the words give no points, all or nothing."""
    pieces = [piece.strip() for piece in (row.how or "").split(";")]
    found = [match for piece in pieces if (match := _OPTION.fullmatch(piece))]
    if len(found) == len(pieces) and found:
        worth = [match[2] for match in found]
        return ";".join(f"muc_{place}:{points}" for place, points in enumerate(worth, start=1))
    return f"dat:{abs(row.max_points)};khong:0"


def _steps(told: str) -> str:
    """Conditions that were tried from left to right, as intervals; one that is no condition stays as it is."""
    pieces, top = [], "1]"
    for piece in (one.strip() for one in told.split(";")):
        match = _STEP.fullmatch(piece)
        if not match:
            pieces.append(piece)
            continue
        sign, edge, points = match.groups()
        # A condition behind a lower one was never reached: as an interval it overlaps, which the proof tells.
        reaches = top if Decimal(edge) < Decimal(top[:-1]) else "1]"
        pieces.append(f"{'[' if sign == '>=' else '('}{edge},{reaches}:{points}")
        top = f"{edge}{')' if sign == '>=' else ']'}"
    return ";".join(pieces)
