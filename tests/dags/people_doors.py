"""The decision that waits in Airflow's form, tried through the board's page and through the command's client."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
from fastapi.testclient import TestClient
from tests.support.airflow_desk import AirflowDesk

from cchc.airflow_env import password_file
from cchc.cli.airflow_door import AirflowDoor
from cchc.documents.decision_form import APPROVE, DecisionForm
from cchc.errors import RuleRefused
from cchc.paths import current_instance
from cchc_board.auth import decision_forms

PAGE, ABOUT = "/cchc/phe-duyet/2026-KT", "ke_hoach"
NUMBER = {"so": "12", "ky-hieu": "KH-UBND", "ngay": "02/03/2026"}
TYPED = {"so": "13", "ky_hieu": "KH-UBND", "ngay": "2026-03-02", "nhan_xet": None}


def decide_on_board(desk: AirflowDesk, user: str, act: str, **typed: str) -> int:
    """Status of the page's own form, sent as a browser sends it; 0 where the page shows that account none."""
    headers = {"Authorization": f"Bearer {desk.token(user)}", "Origin": "http://testserver"}
    page = desk.client.get(PAGE, headers=headers).text
    form = next((one for one in page.split("<form ")[1:] if f'name="ve" value="{ABOUT}"' in one), None)
    if form is None:
        return 0
    hidden: dict[str, Any] = {
        name: re.findall(rf'name="{name}" value="([^"]*)"', form) for name in ("ma", "ve", "da-xem")
    }
    answer = desk.client.post(
        PAGE, data=hidden | {"viec": act} | typed, headers=headers, follow_redirects=False
    )
    return answer.status_code


def other_doors(desk: AirflowDesk) -> dict[str, Any]:
    """Who gets through, none of whom may; what both doors see."""
    passwords = json.loads(password_file(current_instance()).read_text(encoding="utf-8"))
    seen = AirflowDoor(_client(desk), "lanh-dao", passwords["lanh-dao"]).forms()
    plan = next(one for one in seen if one.task_id == "phe_duyet" and "/ke_hoach_kiem_tra" in one.shown[0])
    return {
        "same forms": set(seen) == set(decision_forms()),
        "plan": sorted("/".join(one.split("/")[:2]) for one in plan.shown),
        "board": {
            "xem": decide_on_board(desk, "xem", "phe_duyet", **NUMBER),
            "van-hanh": decide_on_board(desk, "van-hanh", "phe_duyet", **NUMBER),
            "no number": decide_on_board(desk, "lanh-dao", "phe_duyet", **{**NUMBER, "so": ""}),
        },
        "command": {
            "wrong password": _refused(desk, plan, "lanh-dao", "khong-phai"),
            "van-hanh": _refused(desk, plan, "van-hanh", passwords["van-hanh"]),
        },
    }


def _refused(desk: AirflowDesk, form: DecisionForm, login: str, password: str) -> str:
    try:
        AirflowDoor(_client(desk), login, password).answer(form, APPROVE, TYPED)
    except RuleRefused as refused:
        return refused.rule
    return ""


def _client(desk: AirflowDesk) -> httpx.Client:
    """Another one of the same server: the desk's own stays signed in as nobody."""
    return TestClient(desk.client.app, base_url="http://testserver")
