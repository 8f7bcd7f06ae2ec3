"""Airflow's own pages as people of the department meet them: in Vietnamese, and the form that waits for a decision."""

from __future__ import annotations

import re
from datetime import datetime

from tests.e2e.airflow_server import AirflowServer, until
from tests.e2e.browser import Person

from cchc import clock
from cchc.clock import TZ
from cchc.obligations import RoundLedger
from cchc.store import Store
from cchc.texts import t
from cchc_airflow.interface.page import BIN

APPROVE, RETURN = "Phê duyệt", "Trả lại"
TASK = "phe_duyet"
ASKED_AGAIN = t("airflow.asked_again", words="")


def speaks_vietnamese(person: Person, server: AirflowServer, dag_id: str, run_id: str) -> None:
    """Its navigation, the list of Dags, a run and the required actions; every moment as dd/mm/yyyy."""
    pages = [person.reads("Trang chủ", "Dag", "Tra cứu", "Quản trị", "Tài liệu", "Tình trạng")]
    person.follows("Dag")
    pages.append(person.reads("Lượt gần nhất", "Lọc theo nhãn", "Chốt đợt và tổng hợp báo cáo tỉnh"))
    delete_buttons_are_hidden_from_a_viewer(person, server)
    run = server.call("GET", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}")
    moment = datetime.fromisoformat(run["run_after"]).astimezone(TZ)
    person.follows(f"{moment:%d/%m/%Y %H:%M}")
    pages.append(person.reads(run_id, "Cách chạy", "Bằng tay", "Lượt tác vụ", "Nhật ký thao tác"))
    person.chooses("Tra cứu", "Việc cần quyết định")
    pages.append(person.reads("Việc cần quyết định", "Chờ trả lời"))
    words = "\n".join(line for page in pages for line in page if run_id not in line)
    assert re.search(r"\b\d\d/\d\d/20\d\d \d\d:\d\d\b", words)
    assert not re.search(r"20\d\d[-/]\d\d[-/]\d\d", words)
    assert not re.search(r"\b(Home|Browse|Admin|Required|Actions|Runs?|Tasks?|State|Start|Duration)\b", words)
    assert person.driver.find_element("tag name", "html").get_attribute("lang") == "vi"


def delete_buttons_are_hidden_from_a_viewer(person: Person, server: AirflowServer) -> None:
    """The page as the server gives it to a viewer carries a style that the operator's does not."""
    styles = {}
    for user in ("xem", "van-hanh"):  # the last one goes on
        server.sign_in(user)
        styles[user] = "".join(re.findall(r"<style>(.*?)</style>", server.text_of("/dags")))
    buttons = f"button:has({BIN})"
    assert person.shown_with(styles["van-hanh"], buttons) > 0
    assert person.shown_with(styles["xem"], buttons) == 0


def asks_again_for_a_reason(
    person: Person, server: AirflowServer, dag_id: str, run_id: str, round_id: str
) -> None:
    """Airflow's form: labels in the order in which a person needs them, and a return without a word is no decision."""
    person.opens_the_form(dag_id, run_id, TASK)
    labels = person.labels
    places = [labels.index(t(f"airflow.{name}_title")) for name in ("number", "symbol", "date", "remarks")]
    assert places == sorted(places)
    assert t("airflow.number_help") in labels
    assert any("_du-thao" in line for line in labels), "what is decided on is named"
    assert person.buttons == [APPROVE, RETURN]
    assert [person.value(field) for field in ("so", "ky_hieu", "ngay", "nhan_xet")] == ["", "BC-UBND", "", ""]
    person.fills("ngay", "01062026")
    assert person.value("ngay") == "2026-01-06"
    person.presses(RETURN)
    until(lambda: _times_asked_again(server, run_id) == 1, 120, "asked again")
    store = Store(server.instance.store_url)
    state = RoundLedger(store).states(clock.now())[round_id]
    store.close()
    assert state.waiting, "something was decided"
    server.waits(dag_id, run_id, TASK)


def _times_asked_again(server: AirflowServer, run_id: str) -> int:
    logs = (server.instance.airflow_home / "logs").rglob("*.log")
    own = [path for path in logs if f"task_id={TASK}" in str(path) and run_id in str(path)]
    return sum(path.read_text(encoding="utf-8").count(ASKED_AGAIN) for path in own)
