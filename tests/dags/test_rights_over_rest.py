"""Who may do what where a task waits for a person, as Airflow's real API and login answer it: each cell of the table.

Airflow lets only the asked account fill in a form. What gets past its door all the same (an answer written as XCom by
whoever may start Dags, points typed into a confirmation, a form that outlives whom it asks) the domain refuses, asks
again, and records nothing in anybody's name. One process plays it all (`tests.dags.people`): starting it costs most.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.dags.processes import answer_of

from cchc.mail.accounts import MAY, InterfaceAct, Role
from cchc.paths import PROJECT_ROOT, Instance
from cchc.store import Store, upgrade
from cchc.units import UnitRegister

pytestmark = [pytest.mark.slow, pytest.mark.timeout(290)]

# Who tries: of each role one, and nobody signed in.
NOBODY, VIEWER, OPERATOR, ADMIN = None, "xem", "van-hanh", "quan-tri"
HEAD, APPRAISER, OTHER_HEAD, SUBSTITUTE = "tp1", "tp2", "tc1", "vp1"
CHAIR, MEMBER, SECRETARY, PROVINCE, LEADER = "vp.pct", "nv.gd", "thuky1", "lanhdao", "lanh-dao"
ACCOUNTS = [
    NOBODY, VIEWER, OPERATOR, ADMIN, HEAD, APPRAISER, OTHER_HEAD, SUBSTITUTE,
    CHAIR, MEMBER, SECRETARY, PROVINCE, LEADER,
]  # fmt: skip
PLAN_DRAFTS = ["2026-KT/ke_hoach_kiem_tra_bieu_du_thao", "2026-KT/ke_hoach_kiem_tra_du_thao"]
# Whom each waiting task asks: everybody else is refused.
ASKED = {
    "group": HEAD,
    "substitute": SUBSTITUTE,  # of the head's own unit: the head himself may not
    "forged": OTHER_HEAD,
    "moved": "nv1",
    "council": CHAIR,
    "publication": LEADER,
    "adjustment": LEADER,
    "plan": LEADER,
    "team": LEADER,
    "report": LEADER,
    "letter": LEADER,
}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str]:
    """What came of it, and everything that was printed meanwhile, tasks' logs among it."""
    folder = tmp_path_factory.mktemp("quyen")
    config = Path(shutil.copytree(PROJECT_ROOT / "include" / "config", folder / "cau-hinh"))
    instance = Instance(folder / "nha")
    instance.root.mkdir()
    # People of a year to come: a rehearsal may work for a day ahead of the clock. Nobody answers for them.
    instance.settings_file.write_text("mail_mode: dry_run\nrehearsal: true\n", encoding="utf-8")
    upgrade(Store(instance.store_url)).close()
    environment = {"CCHC_CONFIG": str(config), "AIRFLOW__API__BASE_URL": "http://testserver"}
    answer, log = answer_of("people", instance, environment, [json.dumps(ACCOUNTS)])
    return answer, log.partition("\nANSWER ")[0]


@pytest.fixture(scope="module")
def story(played: tuple[dict[str, Any], str]) -> dict[str, Any]:
    return played[0]


@pytest.mark.parametrize("place", ASKED)
def test_a_form_asks_one_account_and_airflow_refuses_everybody_else(
    story: dict[str, Any], place: str
) -> None:
    assert story["asked"][place] == [ASKED[place]]
    others = {str(one) for one in ACCOUNTS if one != ASKED[place]}
    tries = {user: status for user, status in story["tries"][place].items() if status}
    assert set(tries) == others
    assert tries.pop("None") == 401
    assert set(tries.values()) == {403}


def test_a_login_that_has_ended_or_was_never_given_answers_nothing(story: dict[str, Any]) -> None:
    assert story["tokens"] == {"expired": 401, "forged": 403, "nonsense": 403}


def test_a_person_cannot_put_up_a_form_to_be_asked_himself(story: dict[str, Any]) -> None:
    assert story["put up by a person"] == [403, [HEAD]]
    assert story["asked"]["group"] == [HEAD]


@pytest.mark.parametrize("what", ["unknown option", "two options", "no option", "other option of the plan"])
def test_an_option_that_is_none_is_refused_at_the_door(story: dict[str, Any], what: str) -> None:
    status, state, answered = story["wrong"][what]
    assert status in (400, 422) and (state, answered) == ("awaiting_input", False)


@pytest.mark.parametrize(
    "what", ["points typed", "no number", "no real day", "no reason", "another's name typed", "no text"]
)
def test_what_the_door_lets_through_is_asked_again_and_records_nothing(
    story: dict[str, Any], what: str
) -> None:
    assert story["wrong"][what] == [200, "awaiting_input", False]
    assert story["still"] == story["nothing"]


def test_nobody_not_even_the_administrator_writes_an_answer_in_anothers_name(
    story: dict[str, Any], played: tuple[dict[str, Any], str]
) -> None:
    """Whoever may can mark the form as answered, and an administrator write the answer; the next step refuses it."""
    assert story["forged"][VIEWER] == {"forged": [403, 403], "team": [403, 403]}
    assert story["forged"][OPERATOR] == {"forged": [200, 403], "team": [200, 403]}
    assert {told for _, told in story["forged"][ADMIN].values()} == {201}
    assert story["behind"] == {"forged": ["success", "failed"], "team": ["success", "failed"]}
    for name in (OTHER_HEAD, LEADER):
        assert f"Câu trả lời mang tên {name} không đi qua biểu mẫu" in played[1]
    assert story["still"] == story["nothing"]
    assert ["so-tai-chinh", OTHER_HEAD] not in story["facts"]["confirmed"]
    assert [about for about, _ in story["facts"]["issued"]] == ["ke_hoach"]


def test_the_right_answer_is_recorded_in_its_givers_name_and_taken_once(story: dict[str, Any]) -> None:
    for place in ("group", "plan"):
        first, second, afterwards, state, behind = story["right"][place]
        through = {"group": 200, "plan": 303}[place]  # the plan is approved on the board
        assert (first, second, afterwards) == (through, 409, 409), place
        assert (state, behind) == ("success", "success"), place
    assert ["so-tu-phap", HEAD] in story["facts"]["confirmed"]
    assert story["facts"]["issued"] == [["ke_hoach", "Lãnh đạo Sở Nội vụ (lanh-dao)"]]
    assert story["facts"]["scores"] == story["nothing"]["scores"], "a confirmation is no decision on points"


def test_the_board_and_the_command_open_the_form_to_the_asked_account_alone(story: dict[str, Any]) -> None:
    """What a wrong hand tries there changes nothing: the right one is taken afterwards (the test above). Whom the form
    does not ask, the page shows none (0); what he sends all the same is refused (`test_officers_day`)."""
    doors = story["other doors"]
    assert doors["same forms"] and doors["plan"] == PLAN_DRAFTS
    assert doors["board"] == {"xem": 0, "van-hanh": 0, "no number": 422}
    assert doors["command"] == {"wrong password": "form-refused", "van-hanh": "form-refused"}
    assert story["still"] == story["nothing"]


def test_not_yet_done_and_a_council_without_a_session_are_shown_as_failed_and_record_nothing(
    story: dict[str, Any], played: tuple[dict[str, Any], str]
) -> None:
    for place in ("substitute", "council"):
        assert story["right"][place] == [200, 409, 409, "success", "failed"], place
    assert "Phụ trách nhóm trả lời “Chưa xong”" in played[1]
    assert "Chưa ghi phiên họp nào của Hội đồng" in played[1]
    assert "so-tu-phap:thay-the" not in dict(story["facts"]["confirmed"])


def test_a_form_that_outlives_its_head_asks_the_new_one(
    story: dict[str, Any], played: tuple[dict[str, Any], str]
) -> None:
    """Airflow 3.3.2 keeps the asked accounts of a form for ever; the door still opens to the former head."""
    moved = story["moved"]
    assert moved["former"] == [200, "awaiting_input"]
    assert "nv1 không phụ trách nhóm so-noi-vu; chỉ nv2 xác nhận" in played[1]
    assert "so-noi-vu" not in dict(moved["nothing"])
    assert [one["id"] for one in moved["asked"]] == ["nv2"]
    assert (moved["then"], moved["end"]) == ([403, 200], "success")
    assert dict(story["facts"]["confirmed"])["so-noi-vu"] == "nv2"
    again = moved["cleared form"]
    assert moved["cleared"] == 200 and [one["id"] for one in again["assigned_users"]] == ["nv1"]
    assert "đã quyết 74, chưa quyết 0" in again["body"] and not again["response_received"]


def test_a_viewer_finds_the_unit_of_a_surprise_visit_nowhere_before_its_minutes(
    story: dict[str, Any], played: tuple[dict[str, Any], str]
) -> None:
    """Runs, forms, XCom, notes, audit log, assets, sources and the board: the workbook faulty, then without minutes."""
    secret = story["secret"]
    assert [one["doc_ket_qua"] for one in secret["states"]] == ["failed", "skipped"]
    seen = {page: status for page, status in secret["seen"].items() if "/xcomEntries/" not in page}
    assert set(seen.values()) == {200} and len(seen) > 25
    telling = " ".join(secret["telling"])
    for place in ("ly_do", "ghi_chu", "return_value", "eventLogs", "/dagRuns"):
        assert place in telling, "a page that does not even tell the number proves nothing"
    assert secret["leaks"] == [] and secret["mails"] is False
    name = UnitRegister.load().get("30307").name
    assert not re.search(rf"\b30307\b|{re.escape(name)}", played[1]), "nor do the logs"


@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_over_the_api_what_the_table_says_and_nothing_else(
    story: dict[str, Any], role: Role
) -> None:
    """Nothing of what is asked for exists: who may is told so (404), who may not is refused before."""
    told = story["acts"][role]
    assert {InterfaceAct(act) for act, status in told.items() if status == 404} == {
        act for act in InterfaceAct if role in MAY[act]
    }
    assert {status for act, status in told.items() if role not in MAY[InterfaceAct(act)]} <= {403}
    assert set(story["acts"][""].values()) == {401}


def test_an_account_that_changes_is_so_at_once_for_whoever_is_signed_in(story: dict[str, Any]) -> None:
    assert story["accounts"] == {
        "stranger": [401],
        "added": [201, 404, 404],
        "viewer now": [404, 403],
        "other password": [401, 201],
        "locked": [401, 403],
    }


def test_a_run_that_names_the_unit_in_its_form_opens_nothing(
    story: dict[str, Any], played: tuple[dict[str, Any], str]
) -> None:
    assert story["secret"]["named"] == {"mo_cuoc": "failed", "doc_ket_qua": "upstream_failed"}
    assert "Lượt chạy này ghi sẵn don_vi" in played[1]
