"""A draft is decided on by clicks in a browser: refused, asked for again, returned, and approved as the second one."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime
from pathlib import Path

import pytest
from tests.e2e.airflow_server import AirflowServer, until
from tests.e2e.browser import Person, browsing

from cchc.clock import TZ, at, to_text
from cchc.documents.registry import documents
from cchc.obligations import RoundLedger
from cchc.store import Store
from cchc.texts import t
from cchc_airflow.interface.page import BIN

DAG, ROUND, TASK = "ke_hoach_nam", "2026-KH", "phe_duyet"
APPROVE, RETURN = "Phê duyệt", "Trả lại"
ASKED_AGAIN = t("airflow.asked_again", words="")


@pytest.fixture
def small_plan(small_config: Path) -> Path:
    """A plan of two tasks that every unit has."""
    path = small_config / "plan_tasks.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["lead"] == "moi-don-vi"]
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows[:2])
    path.write_text(out.getvalue(), encoding="utf-8")
    return path


def start(server: AirflowServer, hour: int) -> str:
    return server.trigger(DAG, {"round": ROUND, "as_of": to_text(at(date(2026, 1, 5), hour))})


def opens_the_form(person: Person, server: AirflowServer, run_id: str) -> None:
    """Once it can be answered: loading Airflow's page again and again until then costs more than all the rest."""
    server.waits(DAG, run_id, TASK)
    person.opens_the_form(DAG, run_id, TASK)


def times_asked_again(server: AirflowServer, run_id: str) -> int:
    logs = (server.instance.airflow_home / "logs").rglob("*.log")
    own = [path for path in logs if f"task_id={TASK}" in str(path) and run_id in str(path)]
    return sum(path.read_text(encoding="utf-8").count(ASKED_AGAIN) for path in own)


def is_asked_again(server: AirflowServer, run_id: str, times: int) -> None:
    until(lambda: times_asked_again(server, run_id) == times, 120, f"asked again {times} times")
    store = Store(server.instance.store_url)
    state = RoundLedger(store).states(at(date(2099, 1, 1)))[ROUND]
    store.close()
    assert state.waiting, "something was decided"


def the_form_explains_itself(person: Person) -> None:
    """Vietnamese labels in the order in which a person needs them, and what each button takes."""
    labels = person.labels
    places = [labels.index(t(f"airflow.{name}_title")) for name in ("number", "symbol", "date", "remarks")]
    assert places == sorted(places)
    assert t("airflow.number_help") in labels
    assert any(line.startswith("ke-hoach-cchc-2026_du-thao.docx") for line in labels)
    assert person.buttons == [APPROVE, RETURN]
    assert [person.value(field) for field in ("so", "ky_hieu", "ngay", "nhan_xet")] == ["", "KH-UBND", "", ""]


def airflow_speaks_vietnamese(person: Person, server: AirflowServer, run_id: str) -> None:
    """Its navigation, the list of Dags, a run and the required actions; every moment as dd/mm/yyyy."""
    name = "Ban hành kế hoạch CCHC năm"
    pages = [person.reads("Trang chủ", "Dag", "Tra cứu", "Quản trị", "Tài liệu", "Tình trạng")]
    person.follows("Dag")
    pages.append(person.reads("Lượt gần nhất", "Lọc theo nhãn", name))
    delete_buttons_are_hidden_from_a_viewer(person, server)
    run = server.call("GET", f"/api/v2/dags/{DAG}/dagRuns/{run_id}")
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


@pytest.mark.slow
@pytest.mark.servers
@pytest.mark.timeout(1500)
@pytest.mark.usefixtures("small_plan")
def test_a_draft_is_returned_and_its_successor_approved_by_clicks(
    server: AirflowServer, tmp_path: Path
) -> None:
    run_id = start(server, 9)
    with browsing(f"http://127.0.0.1:{server.port}") as person:
        person.sign_in("lanh-dao", server.password("lanh-dao"))
        server.waits(DAG, run_id, TASK)
        airflow_speaks_vietnamese(person, server, run_id)
        opens_the_form(person, server, run_id)
        the_form_explains_itself(person)
        person.takes_a_picture(tmp_path / "bieu-mau.png")

        # A return that says no reason, then an approval without a real number: nothing is decided.
        person.presses(RETURN)
        is_asked_again(server, run_id, 1)
        opens_the_form(person, server, run_id)
        person.fills("so", "mười hai")
        person.fills("ngay", "01062026")
        assert person.value("ngay") == "2026-01-06"
        person.presses(APPROVE)
        is_asked_again(server, run_id, 2)

        # A return needs its remark and nothing else; its run has failed, and says why.
        opens_the_form(person, server, run_id)
        person.fills("nhan_xet", "Bổ sung kinh phí")
        person.presses(RETURN)
        assert server.finish(DAG, run_id, 240) == "failed"
        assert "Bổ sung kinh phí" in server.failure_of(DAG, run_id)

        # The second draft is approved, without a remark.
        again = start(server, 11)
        opens_the_form(person, server, again)
        person.fills("so", "12")
        person.fills("ngay", "01062026")
        person.presses(APPROVE)
        assert server.finish(DAG, again, 240) == "success", server.failure_of(DAG, again)

    store = Store(server.instance.store_url)
    issued = [one for one in documents(store, ROUND) if one.number]
    store.close()
    assert {(one.number, one.symbol, one.issued_on, one.draft) for one in issued} == {
        ("12", "KH-UBND", date(2026, 1, 6), 2)
    }
