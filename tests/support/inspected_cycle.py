"""Rehearsed inspections as tests read them: from rows and papers, not through the library."""

from __future__ import annotations

import json

from tests.support.rehearsed_year import Year, issued_at, words_of

from cchc.units import UnitRegister

ROUND, ANNUAL = "2026-KT", "2026-NAM"
HELD = "('da_kiem_tra', 'bien_ban_thong_nhat', 'bien_ban_khong_thong_nhat', 'da_ket_luan')"


def faults_of_returned(year: Year) -> list[str]:
    """What is wrong with the answer that a confirmer returned."""
    (row,) = year.rows(
        "SELECT subject_id, actor, reason, payload_json FROM inspection_events WHERE kind = 'tra_lai'"
    )
    told = json.loads(row["payload_json"])
    events = year.rows(
        "SELECT kind, detail FROM obligation_events WHERE obligation_id = ? ORDER BY recorded_at, seq",
        told["obligation_id"],
    )
    kinds = [one["kind"] for one in events]
    behind = kinds[kinds.index("returned") :]
    sent = [json.loads(one["detail"]).get("submission_id") for one in events if one["kind"] == "submitted"]
    right = {
        "somebody said why": bool(row["actor"] and row["reason"]),
        "it came again and was accepted then": [one for one in behind if one in ("submitted", "accepted")]
        == ["submitted", "accepted"],
        "by another file": len(set(sent)) >= 2,
        "not accepted before": "accepted" not in kinds[: kinds.index("returned")],
    }
    return [name for name, holds in right.items() if not holds]


def missing_in_annual_report(year: Year) -> list[str]:
    """What the province's report of the year does not say: at how many units the team was, what letters told of and
    what of it was mended when the report was issued."""
    issued = issued_at(year, ANNUAL).isoformat()
    (document,) = year.rows(
        "SELECT file_name FROM documents WHERE round_id = ? AND kind = 'bao_cao' AND number IS NOT NULL",
        ANNUAL,
    )
    words = words_of(year.instance.out / "2026" / ANNUAL / document["file_name"])
    seen, (found, mended) = _seen(year, issued), _mended(year, issued)
    communes = [one for one in seen if UnitRegister.load().get(one).tier == "xa"]
    wanted = [
        f"Đoàn kiểm tra của tỉnh đã kiểm tra {len(communes)} Ủy ban nhân dân cấp xã",
        f"Qua kiểm tra {len(seen)} cơ quan, đơn vị, đoàn của tỉnh phát hiện {found} vấn đề, đã khắc phục xong {mended}",
    ]
    assert communes and found > mended > 0
    return [one for one in wanted if one not in words]


def missing_in_team_report(year: Year) -> list[str]:
    """What the team's report of the year does not say: how many findings had letters and were mended by then, and the
    name of each unit at which it was."""
    (document,) = year.rows(
        "SELECT file_name, made_at FROM documents WHERE round_id = ? AND kind = 'bao_cao_kiem_tra'"
        " AND number IS NOT NULL", ROUND,
    )  # fmt: skip
    words = words_of(year.instance.out / "2026" / ROUND / document["file_name"])
    seen, (found, mended) = _seen(year, document["made_at"]), _mended(year, document["made_at"])
    assert found > mended > 0 and len(seen) > 5
    wanted = [
        f"phát hiện {found} tồn tại, hạn chế; đến nay đã khắc phục xong {mended},",
        *(UnitRegister.load().get(one).name for one in seen),
    ]
    return [one for one in wanted if one not in words]


def _seen(year: Year, until: str) -> list[str]:
    """Units at which the team was by a moment."""
    rows = year.rows(
        f"SELECT DISTINCT unit_code FROM inspection_events WHERE round_id = ? AND kind IN {HELD} AND at <= ?",
        ROUND, until,
    )  # fmt: skip
    return [row["unit_code"] for row in rows]


def _mended(year: Year, until: str) -> tuple[int, int]:
    """Findings that a letter had told of by a moment, and those of which every order was accepted by then."""
    orders: dict[str, bool] = {}
    for row in year.rows(
        "SELECT obligation_id FROM obligations WHERE round_id = ? AND product = 'tra_loi'", ROUND
    ):
        events = year.rows(
            "SELECT kind FROM obligation_events WHERE obligation_id = ? AND recorded_at <= ?",
            row["obligation_id"], until,
        )  # fmt: skip
        kinds = [one["kind"] for one in events]
        finding = row["obligation_id"].rpartition("/")[2].partition(".")[0]
        if kinds:
            orders[finding] = orders.get(finding, True) and "accepted" in kinds
    return len(orders), sum(orders.values())
