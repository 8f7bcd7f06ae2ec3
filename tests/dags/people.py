"""People answer through Airflow's real API: everybody tries every waiting task, then the right one answers wrongly and
rightly; another writes an answer in somebody's name; a form outlives whom it asks; a viewer looks for a secret.

The argument is JSON: `accounts` that try (null: nobody signed in). Prints statuses and what stands in the store.
"""

from __future__ import annotations

import json
import os
import re
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jwt
from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from tests.dags.people_doors import decide_on_board, other_doors
from tests.dags.people_roles import accounts_change, acts_of
from tests.inspection.scene import Scene, finding
from tests.support.airflow_desk import AirflowDesk, airflow_desk
from tests.support.answers import tell
from tests.support.appraised import DURING, LATE, opened

from cchc.clock import at, to_text
from cchc.inspection.team_book import minutes_of, team_book_path, team_content
from cchc.inspection.visits import surprise_visit, visit_of
from cchc.mail.accounts import Role
from cchc.obligations import RoundEventKind, RoundLedger
from cchc.paths import current_instance
from cchc.run import Run
from cchc.scores import FileEventKind, file_events
from cchc.scoring.appraisal import Appraisal, AppraisalChoice, Decided
from cchc.scoring.cases import Docket
from cchc.stages import inspecting
from cchc_airflow.approvals import APPROVE, RETURN
from cchc_airflow.confirmations import COUNCIL_DONE, GROUP_DONE, GROUP_NOT_DONE
from cchc_airflow.context import open_store

SCORES, VISITS, LETTER, SURPRISE = "cham_diem", "kiem_tra", "kiem_tra_don_vi", "kiem_tra_dot_xuat"
GROUP = "tham_dinh_1.nhom."
CONFIRM, CHECK = f"{GROUP}xac_nhan", f"{GROUP}kiem_lai"
DESKS = {
    "group": "so-tu-phap",
    "substitute": "so-tu-phap:thay-the",
    "forged": "so-tai-chinh",
    "moved": "so-noi-vu",
}
SPRING, MAY = at(date(2026, 3, 2), 9), at(date(2026, 5, 5), 8)
SECRET = "30307"

Place = tuple[str, str, str, int]


class Story:
    def __init__(self, desk: AirflowDesk, scoring: Run, visiting: Run) -> None:
        self.desk, self.scoring, self.visiting = desk, scoring, visiting
        self.places: dict[str, Place] = {}
        self.only: dict[str, set[tuple[str, int]]] = {}

    def park(self, name: str, dag_id: str, task_id: str, conf: dict[str, str], *more: str) -> None:
        """A run that waits at a task; `more`: what is really run beside."""
        run_id = self.desk.start("van-hanh", dag_id, conf)
        self.only[run_id] = {(one, -1) for one in ("chon_buoc", task_id, *more)}
        self.places[name] = (dag_id, run_id, task_id, -1)
        self.desk.work(dag_id, run_id, self.only[run_id])

    def park_groups(self) -> None:
        conf = {"as_of": to_text(LATE), "round": "2026-CD", "buoc": "tham_dinh_1"}
        run_id = self.desk.start("van-hanh", SCORES, conf)
        keys = [one.key for one in Docket.load(self.scoring).desks]
        at_desk = {name: keys.index(key) for name, key in DESKS.items()}
        self.only[run_id] = {("chon_buoc", -1), ("tham_dinh_1.cac_nhom", -1)}
        self.only[run_id] |= {(one, place) for one in (CONFIRM, CHECK) for place in at_desk.values()}
        self.desk.work(SCORES, run_id, self.only[run_id])
        self.places |= {name: (SCORES, run_id, CONFIRM, place) for name, place in at_desk.items()}

    def go_on(self, name: str) -> str:
        """Let the run of a place go on; the state of the place's task."""
        dag_id, run_id, task_id, index = self.places[name]
        self.desk.work(dag_id, run_id, self.only[run_id])
        return self.state(name, task_id, index)

    def state(self, name: str, task_id: str, index: int) -> str:
        dag_id, run_id, *_ = self.places[name]
        return self.desk.states(dag_id, run_id)[f"{task_id}[{index}]" if index >= 0 else task_id]

    def path(self, name: str, what: str = "hitlDetails") -> str:
        dag_id, run_id, task_id, index = self.places[name]
        base = f"/api/v2/dags/{dag_id}/dagRuns/{quote(run_id)}/taskInstances/{task_id}"
        return f"{base}/{index}/{what}" if what == "hitlDetails" else f"{base}/{what}"

    def answer(self, user: str | None, name: str, option: str, token: str = "", **typed: Any) -> int:
        body = {"chosen_options": [option], "params_input": typed}
        return self.desk.ask(user, "PATCH", self.path(name), body, token=token)[0]

    def form(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.desk.ask("xem", "GET", self.path(name))[1]
        return found

    def facts(self) -> dict[str, Any]:
        """What was recorded in anybody's name."""
        store = self.scoring.store
        confirmed = [
            [one.detail["desk"], one.actor]
            for one in file_events(store, "2026-CD")
            if one.kind is FileEventKind.GROUP_CONFIRMED
        ]
        with store.read() as tx:
            scores = tx.connection.exec_driver_sql("SELECT COUNT(*) FROM score_events").scalar_one()
        issued = [
            [one.detail.get("about"), one.actor]
            for round_id in ("2026-CD", "2026-KT")
            for one in RoundLedger(store).events(round_id)
            if one.kind in (RoundEventKind.issued, RoundEventKind.returned)
        ]
        return {"confirmed": sorted(confirmed), "scores": scores, "issued": issued}


def everybody_tries(story: Story, accounts: list[str | None]) -> dict[str, dict[str, int]]:
    """Status by place and account; whoever is asked does not try yet."""
    found: dict[str, dict[str, int]] = {}
    for name in story.places:
        form = story.form(name)
        asked = {one["id"] for one in form["assigned_users"]}
        found[name] = {
            str(user): story.answer(user, name, form["options"][0]) for user in accounts if user not in asked
        }
        found[name] |= dict.fromkeys(asked, 0)
    return found


def false_tokens(story: Story) -> dict[str, int]:
    """What becomes of an answer with a login that has ended, or was never given."""
    user = SimpleAuthManagerUser(username="tp1", role="user")
    own = story.desk.token("tp1")
    forged = jwt.encode(jwt.decode(own, options={"verify_signature": False}), "k" * 64, "HS512")
    tokens = {
        "expired": get_auth_manager().generate_jwt(user, expiration_time_in_seconds=-600),
        "forged": forged,
        "nonsense": "khong-phai-ma",
    }
    return {name: story.answer(None, "group", GROUP_DONE, token=one) for name, one in tokens.items()}


def wrong_words(story: Story) -> dict[str, list[Any]]:
    """Status at the door, then the state of the task: answers of the right person that cannot be used."""
    number = {"so": "12", "ky_hieu": "KH-UBND", "ngay": "2026-03-02", "nhan_xet": None}
    tries: dict[str, tuple[str, str, list[str], dict[str, Any]]] = {
        "unknown option": ("tp1", "group", ["Đồng ý tất cả"], {}),
        "two options": ("tp1", "group", [GROUP_DONE, GROUP_NOT_DONE], {}),
        "no option": ("tp1", "group", [], {}),
        "points typed": ("tp1", "group", [GROUP_DONE], {"diem": "99"}),
        "other option of the plan": ("lanh-dao", "plan", [GROUP_DONE], number),
        "no number": ("lanh-dao", "plan", [APPROVE], {**number, "so": None}),
        "no real day": ("lanh-dao", "plan", [APPROVE], {**number, "ngay": "2026-02-31"}),
        "no reason": ("lanh-dao", "plan", [RETURN], {**number, "nhan_xet": " "}),
        "another's name typed": ("lanh-dao", "plan", [APPROVE], {**number, "by": "lanhdao"}),
        "no text": ("lanh-dao", "plan", [APPROVE], {**number, "so": {"a": 1}}),
    }
    found = {}
    for what, (user, name, options, typed) in tries.items():
        body = {"chosen_options": options, "params_input": typed}
        status, _ = story.desk.ask(user, "PATCH", story.path(name), body)
        found[what] = [status, story.go_on(name), story.form(name)["response_received"]]
    return found


def right_ones(story: Story) -> dict[str, list[Any]]:
    """First answer, second one before and after the task went on, states of the task and of what follows."""
    number = {"so": "12", "ky_hieu": "KH-UBND", "ngay": "2026-03-02", "nhan_xet": None}
    page = {"so": "12", "ky-hieu": "KH-UBND", "ngay": "02/03/2026"}
    given: dict[str, tuple[str, str, dict[str, Any], str]] = {
        "group": ("tp1", GROUP_DONE, {}, CHECK),
        "substitute": ("vp1", GROUP_NOT_DONE, {}, CHECK),
        "council": ("vp.pct", COUNCIL_DONE, {}, "hoi_dong.bien_ban"),
        "plan": ("lanh-dao", APPROVE, number, "phat_hanh"),
    }
    found = {}
    for name, (user, option, typed, behind) in given.items():
        index = story.places[name][3]
        first = (
            decide_on_board(story.desk, user, "phe_duyet", **page)
            if name == "plan"
            else story.answer(user, name, option, **typed)
        )
        second = story.answer(user, name, option, **typed)
        state = story.go_on(name)
        third = story.answer(user, name, option, **typed)
        found[name] = [first, second, third, state, story.state(name, behind, index)]
    return found


def forged(story: Story, user: str) -> dict[str, list[int]]:
    """`user` marks a form as answered, and writes the answer in the name of whom it asks: status of both."""
    number = {"so": "13", "ky_hieu": "QĐ-UBND", "ngay": "2026-03-02", "nhan_xet": None}
    forgeries: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
        ("forged", "tc1", GROUP_DONE, {}),
        ("team", "lanh-dao", APPROVE, number),
    )
    found = {}
    for name, whose, option, typed in forgeries:
        *_, index = story.places[name]
        value = {
            "chosen_options": [option],
            "params_input": typed,
            "responded_at": to_text(LATE),
            "responded_by_user": {"id": whose, "name": whose},
        }
        task = story.path(name, str(index) if index >= 0 else "").rstrip("/")
        done, _ = story.desk.ask(user, "PATCH", task, {"new_state": "success"})
        body = {"key": "return_value", "value": value, "map_index": index}
        told, _ = story.desk.ask(user, "POST", story.path(name, "xcomEntries"), body)
        found[name] = [done, told]
    return found


def put_up(story: Story) -> list[Any]:
    """A person puts up a form as a task does, to be asked himself: status, and whom it asks afterwards."""
    form = story.form("group")
    body = {"options": [GROUP_DONE], "subject": "x", "assigned_users": [{"id": "van-hanh", "name": "x"}]}
    path = f"/execution/hitlDetails/{form['task_instance']['id']}"
    status, _ = story.desk.ask("van-hanh", "POST", path, {"ti_id": form["task_instance"]["id"], **body})
    return [status, [one["id"] for one in story.form("group")["assigned_users"]]]


def moved(story: Story) -> dict[str, Any]:
    """A group gets another head while its form waits: the former one answers."""
    path = Path(os.environ["CCHC_CONFIG"]) / "appraisers.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("accounts: [nv1, nv2], head: nv1", "accounts: [nv1, nv2], head: nv2"), encoding="utf-8"
    )
    found: dict[str, Any] = {"former": [story.answer("nv1", "moved", GROUP_DONE), story.go_on("moved")]}
    found["asked"] = story.form("moved")["assigned_users"]
    found["nothing"] = story.facts()["confirmed"]
    found["then"] = [story.answer(user, "moved", GROUP_DONE) for user in ("nv1", "nv2")]
    found["end"] = story.go_on("moved")
    # Everything from the start: a 'Clear' asks whoever is head then.
    path.write_text(text, encoding="utf-8")
    dag_id, run_id, task_id, index = story.places["moved"]
    body = {"dag_run_id": run_id, "task_ids": [[task_id, index]], "dry_run": False, "only_failed": False}
    found["cleared"], _ = story.desk.ask(
        "van-hanh", "POST", f"/api/v2/dags/{dag_id}/clearTaskInstances", body
    )
    story.go_on("moved")
    found["cleared form"] = story.form("moved")
    return found


def secret_visit(desk: AirflowDesk, run: Run) -> dict[str, Any]:
    """A surprise visit whose workbook is wrong, then without minutes; where a viewer finds its unit, over the API."""
    unit, reason = run.units.get(SECRET), "Có phản ánh về thái độ tiếp nhận"
    number = inspecting.surprise(run, surprise_visit(run, SECRET, MAY.date(), reason))
    visit = visit_of(run, number)
    rows, book = [finding(SECRET, "Thiếu sổ", "Lập sổ")], team_book_path(run, visit)
    wrong = [replace(minutes_of(visit), visit_id="KT26-C77", agreed=True)]
    states, pages = [], list[str]()
    for minutes in (wrong, []):
        book.write_bytes(team_content(run, visit, rows, minutes))
        conf = {"as_of": to_text(MAY), "round": "2026-KT", "cuoc": number}
        run_id = desk.start("van-hanh", SURPRISE, conf)
        desk.work(SURPRISE, run_id)
        states.append(desk.states(SURPRISE, run_id))
        one = f"/api/v2/dags/{SURPRISE}/dagRuns/{quote(run_id)}"
        pages += [one, f"{one}/taskInstances", f"{one}/hitlDetails"]
        for task in states[-1]:
            base = f"{one}/taskInstances/{task}"
            pages += [base, f"{base}/tries", f"{base}/xcomEntries"]
            pages += [f"{base}/xcomEntries/{key}" for key in ("return_value", "ly_do", "ghi_chu")]
    pages += [
        f"/api/v2/dags/{SURPRISE}",
        f"/api/v2/dags/{SURPRISE}/details",
        f"/api/v2/dags/{SURPRISE}/dagRuns",
    ]
    pages += [f"/api/v2/dags/{SURPRISE}/tasks", f"/api/v2/dagSources/{SURPRISE}", f"/ui/grid/runs/{SURPRISE}"]
    pages += ["/api/v2/assets/events", f"/api/v2/eventLogs?dag_id={SURPRISE}", "/api/v2/importErrors"]
    pages += ["/cchc/", "/cchc/dot/2026-KT", "/cchc/thu/nhac", "/cchc/suc-khoe"]
    found = {page: desk.ask("xem", "GET", page) for page in pages}
    hints = re.compile(rf"\b{SECRET}\b|{re.escape(unit.name)}|{re.escape(reason)}")
    texts = {page: json.dumps(answer, ensure_ascii=False) for page, (_, answer) in found.items()}
    named = desk.start("van-hanh", SURPRISE, {"as_of": to_text(MAY), "round": "2026-KT", "don_vi": SECRET})
    desk.work(SURPRISE, named)
    mails = json.dumps([dict(one) for one in run.store.query("chasing.all_reminders")], default=str)
    return {
        "number": number,
        "states": states,
        "named": desk.states(SURPRISE, named),
        "seen": {page: status for page, (status, _) in found.items()},
        "leaks": sorted(page for page, text in texts.items() if hints.search(text)),
        "telling": sorted(page for page, text in texts.items() if number in text),
        "mails": bool(hints.search(mails)),
    }


def story(accounts: list[str | None]) -> dict[str, Any]:
    store, instance = open_store(), current_instance()
    scoring = replace(opened(store, instance), as_of=DURING)
    docket = Docket.load(scoring)
    for desk in docket.desks:
        wanted = [
            Decided(*one.key, AppraisalChoice.CHANGE, Decimal(0), "Không có số liệu", "Biên bản 1")
            for one in docket.of(desk)
        ]
        Appraisal(replace(scoring, actor=desk.head), docket).decide(wanted)
    visiting = replace(Scene.made(store, instance, ["30292", "30301"]).run, actor="truong-doan", as_of=MAY)
    told: dict[str, Any] = {}
    with airflow_desk(SCORES, VISITS, LETTER, SURPRISE) as airflow:
        own = Story(airflow, scoring, visiting)
        own.park_groups()
        late, spring = (
            {"as_of": to_text(LATE), "round": "2026-CD"},
            {"as_of": to_text(SPRING), "round": "2026-KT"},
        )
        own.park(
            "council", SCORES, "hoi_dong.hoi_dong_quyet", {**late, "buoc": "hoi_dong"}, "hoi_dong.bien_ban"
        )
        own.park("publication", SCORES, "cong_bo.phe_duyet", {**late, "buoc": "cong_bo"}, "cong_bo.cong_bo")
        own.park("adjustment", SCORES, "kien_nghi.phe_duyet", {**late, "buoc": "kien_nghi"})
        own.park("plan", VISITS, "phe_duyet", {**spring, "buoc": "ke_hoach"}, "du_thao", "phat_hanh")
        own.park("team", VISITS, "phe_duyet", {**spring, "buoc": "quyet_dinh_doan"}, "du_thao", "phat_hanh")
        own.park("report", VISITS, "phe_duyet", {**spring, "buoc": "bao_cao_doan"})
        own.park("letter", LETTER, "phe_duyet", {**spring, "cuoc": "KT26-C01"})
        told["asked"] = {name: [one["id"] for one in own.form(name)["assigned_users"]] for name in own.places}
        told["nothing"] = own.facts()
        told["tries"] = everybody_tries(own, accounts)
        told["tokens"] = false_tokens(own)
        told["put up by a person"] = put_up(own)
        told["forged"] = {user: forged(own, user) for user in ("xem", "van-hanh", "quan-tri")}
        told["wrong"] = wrong_words(own)
        behind = {"forged": CHECK, "team": "phat_hanh"}
        told["behind"] = {
            name: [own.go_on(name), own.state(name, task, own.places[name][3])]
            for name, task in behind.items()
        }
        told["still"] = own.facts()
        told["other doors"] = other_doors(airflow)
        told["right"] = right_ones(own)
        told["moved"] = moved(own)
        told["facts"] = own.facts()
        told["secret"] = secret_visit(airflow, visiting)
        roles = {
            "lanh-dao": "lanh-dao",
            "van-hanh": "van-hanh",
            "tham-dinh": "tp2",
            "xem": "xem",
            "quan-tri": "quan-tri",
        }
        told["acts"] = acts_of(airflow, {Role(role): user for role, user in roles.items()})
        told["accounts"] = accounts_change(airflow)
    return told


tell(story(json.loads(sys.argv[1])))
