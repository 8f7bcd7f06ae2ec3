"""'Xin lùi hạn' becomes a proposal that an operator accepts or refuses with one act, and the unit is answered."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.support.letters import dealt_with
from tests.support.province import MORNING, OTHER, ROUND, UNIT
from typer.testing import CliRunner

from cchc.chasing.day_summary import summarise_day
from cchc.chasing.more_time import decline, grant, waiting_pleas
from cchc.cli import app
from cchc.clock import at, to_text, vn_date
from cchc.errors import RuleRefused
from cchc.obligations import Event, EventKind, timeliness
from cchc.submissions.pleas import asks_for_time, day_asked

LATER = MORNING + timedelta(hours=2)
OWED = f"{ROUND}/{UNIT}/bao_cao"
CAME, DECIDED = at(date(2026, 3, 19), 9), at(date(2026, 3, 23), 10)


@pytest.mark.parametrize(
    "words",
    [
        "Xin lùi hạn nộp báo cáo\n",
        "V/v đề nghị gia hạn thời gian gửi báo cáo quý I\nKính gửi Sở",
        "\nDo mất điện, đơn vị xin phép nộp chậm đến ngày 25/3.",
        "\nKÍNH ĐỀ NGHỊ SỞ CHO LÙI THỜI GIAN GỬI BÁO CÁO",
        "\nDon vi xin lui han den 25/03/2026",
        "\nKính mong Sở kéo dài thời hạn\nthêm 3 ngày",
        "Re: Đề nghị gửi báo cáo\nXin được gửi muộn hai ngày ạ.",
    ],
)
def test_a_plea_for_time_is_recognised_however_it_is_put(words) -> None:
    assert asks_for_time(words)


@pytest.mark.parametrize(
    "words",
    [
        "Báo cáo quý I\nĐơn vị xin gửi báo cáo.",
        "Re: Gia hạn nộp báo cáo quý I\nĐơn vị đã nhận được thư, xin cảm ơn.",
        "\nTỷ lệ hồ sơ trả chậm 2%.",
        "\nHỏi về chỉ tiêu I.1.1",
        "",
    ],
)
def test_other_letters_are_no_pleas(words) -> None:
    assert not asks_for_time(words)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("hạn 15/3/2026, xin lùi đến 25/3/2026", date(2026, 3, 25)),
        ("xin lùi đến ngày 25 tháng 3 năm 2026", date(2026, 3, 25)),
        ("xin đến 25-03", date(2026, 3, 25)),
        ("xin lùi vài ngày", None),
        ("xin đến 31/02/2026", None),
        ("xin đến 25/3/2036", None),
    ],
)
def test_the_day_asked_for_is_the_one_behind_the_due_date(words, day) -> None:
    assert day_asked(words, date(2026, 3, 15)) == day


def plea(province, compose, words="Đơn vị xin lùi hạn đến ngày 27/3/2026.", moment=MORNING, **more):
    mail = compose(subject="Xin lùi hạn", **more)
    mail.set_content(f"Kính gửi Sở Nội vụ,\n{words}\n> Hạn gửi: 20/3/2026\n")
    dealt = dealt_with(province, mail, moment)
    assert (dealt.words, dealt.review) == (("plea",), True)
    (waiting,) = waiting_pleas(province.at(moment))
    return waiting


def due(province, moment=LATER):
    state = province.run.ledger.state(OWED, moment)
    assert state is not None
    return state.current_due_at


def judged(province, moment) -> str:
    ((obligation, state),) = [
        pair for pair in province.run.ledger.states(moment, round_id=ROUND) if pair[0].unit_code == UNIT
    ]
    return timeliness(obligation, state, province.run.units, moment)


def test_a_plea_waits_for_an_operator_and_the_unit_is_told_so(province, compose) -> None:
    before = due(province)
    waiting = plea(province, compose)
    assert (waiting.unit_code, waiting.round_id, waiting.wanted) == (UNIT, ROUND, date(2026, 3, 27))
    (mail,) = province.mails()
    assert mail["subject"].startswith("Đã nhận đề nghị lùi hạn")
    assert mail["in_reply_to"].startswith("<thu-1@may-cua-don-vi.example>")
    assert due(province) == before, "nothing is granted by a machine"
    assert any("xin lùi hạn" in step for step in summarise_day(province.at(MORNING)).next_steps)
    rows = "\n".join(province.store.engine.connect().connection.driver_connection.iterdump())
    assert "Kính gửi Sở Nội vụ," not in rows, "the words of a mail are not kept"


def test_one_act_grants_the_day_that_was_asked_for_and_answers_in_the_thread(province, compose) -> None:
    waiting = plea(province, compose)
    run = province.at(LATER, actor="chuyên viên")
    grant(run, waiting.plea_id)
    assert due(province) == at(date(2026, 3, 27), 17)
    event = province.run.ledger.history(OWED)[-1]
    assert (event.kind, event.actor, event.detail["plea"]) == (
        EventKind.extended,
        "chuyên viên",
        waiting.plea_id,
    )
    answer = max(province.mails(), key=lambda mail: mail["as_of"])
    assert answer["subject"].startswith("Đồng ý lùi hạn") and "27/3/2026" in answer["plain"].replace(
        "/03/", "/3/"
    )
    assert answer["in_reply_to"].startswith("<thu-1@may-cua-don-vi.example>")
    assert province.mailbox_of[UNIT] in answer["recipients"]
    assert waiting_pleas(run) == []
    with pytest.raises(RuleRefused, match="không còn chờ quyết định"):
        grant(run, waiting.plea_id)


@pytest.mark.parametrize(("came", "standing"), [(19, "on_time"), (21, "late")])
def test_time_granted_after_the_due_day_counts_for_what_comes_then(
    province, compose, came: int, standing: str
) -> None:
    """Asked a week before, granted a day after the due day (17 March) up to the 20th: people are that slow."""
    waiting = plea(province, compose, "Đơn vị xin lùi hạn đến ngày 20/3/2026.")
    overdue, decided = at(date(2026, 3, 18), 8), at(date(2026, 3, 18), 10)
    assert judged(province, overdue) == "missing"
    grant(province.at(decided, actor="chuyên viên"), waiting.plea_id)
    assert judged(province, decided) == "pending"
    mail = compose(("bieu.xlsx", province.filled()), message_id="<bao-cao@dv.example>")
    moment = at(date(2026, 3, came), 9)
    dealt = dealt_with(province, mail, moment)
    assert dealt.words == ("accepted",)
    assert judged(province, moment) == standing


def delivered_late(province, compose, wanted: int = 20):
    """Asked on 9 March for the 20th, due on the 17th, delivered on the 19th; nobody had answered the plea."""
    waiting = plea(province, compose, f"Đơn vị xin lùi hạn đến ngày {wanted}/3/2026.")
    dealt_with(province, compose(("b.xlsx", province.filled()), message_id="<b@dv.example>"), CAME)
    (again,) = waiting_pleas(province.at(DECIDED))
    assert (again.plea_id, again.delivered_at) == (waiting.plea_id, CAME)
    return again


def test_a_plea_answered_four_days_after_the_report_came_makes_it_on_time(province, compose) -> None:
    waiting = delivered_late(province, compose)
    assert judged(province, DECIDED) == "late"
    grant(province.at(DECIDED, actor="chuyên viên"), waiting.plea_id)
    assert judged(province, DECIDED) == "on_time"
    assert judged(province, DECIDED - timedelta(hours=1)) == "late", "what was known before stays"
    event = province.run.ledger.history(OWED)[-1]
    assert (event.happened_at, event.detail["asked_at"]) == (DECIDED, to_text(MORNING))
    assert vn_date(MORNING.date()) in event.reason and "23/03/2026" in event.reason
    answer = max(province.mails(), key=lambda mail: mail["as_of"])
    assert "được tính đúng hạn" in answer["plain"] and "19/03/2026" in answer["plain"]
    assert waiting_pleas(province.at(DECIDED)) == []


def test_a_day_that_the_report_missed_as_well_leaves_it_late_by_less(province, compose) -> None:
    waiting = delivered_late(province, compose)
    grant(province.at(DECIDED, actor="chuyên viên"), waiting.plea_id, date(2026, 3, 18))
    assert judged(province, DECIDED) == "late" and due(province, DECIDED) == at(date(2026, 3, 18), 17)
    assert "vẫn sau hạn này" in max(province.mails(), key=lambda mail: mail["as_of"])["plain"]


def test_a_report_that_was_issued_meanwhile_keeps_nobody_late_and_stays_locked(province, compose) -> None:
    waiting = delivered_late(province, compose)
    issued = Event(OWED, EventKind.locked, DECIDED, DECIDED, "lãnh đạo", "phát hành", key="khoa")
    province.run.ledger.record(issued)
    moment = DECIDED + timedelta(days=2)
    grant(province.at(moment, actor="chuyên viên"), waiting.plea_id)
    state = province.run.ledger.state(OWED, moment)
    assert state is not None and state.locked and judged(province, moment) == "on_time"


def test_it_can_be_refused_afterwards_too_and_no_earlier_day_is_granted(province, compose) -> None:
    waiting = delivered_late(province, compose)
    run = province.at(DECIDED, actor="chuyên viên")
    with pytest.raises(RuleRefused, match="không muộn hơn hạn hiện nay"):
        grant(run, waiting.plea_id, date(2026, 3, 17))
    decline(run, waiting.plea_id, "Đã lùi cho cả tỉnh")
    assert judged(province, DECIDED) == "late" and waiting_pleas(run) == []
    answer = max(province.mails(), key=lambda mail: mail["as_of"])["plain"]
    assert "ghi nhận là trễ hạn" in answer and "gửi báo cáo đúng hạn" not in answer


def test_a_report_that_came_in_time_leaves_nothing_to_decide(province, compose) -> None:
    plea(province, compose)
    dealt_with(province, compose(("b.xlsx", province.filled()), message_id="<b@dv.example>"), LATER)
    assert waiting_pleas(province.at(DECIDED)) == []


def test_one_act_refuses_with_a_reason_that_the_unit_reads(province, compose) -> None:
    before, waiting = due(province), plea(province, compose)
    run = province.at(LATER, actor="chuyên viên")
    with pytest.raises(RuleRefused):
        decline(run, waiting.plea_id, " ")
    decline(run, waiting.plea_id, "Báo cáo tỉnh phải gửi đúng hạn")
    assert due(province) == before and waiting_pleas(run) == []
    assert province.run.ledger.history(OWED)[-1].kind is EventKind.time_declined
    answer = max(province.mails(), key=lambda mail: mail["as_of"])
    assert "Báo cáo tỉnh phải gửi đúng hạn" in answer["plain"]


def test_without_a_day_the_operator_names_one(province, compose) -> None:
    waiting = plea(province, compose, "Đơn vị xin lùi hạn vài hôm.")
    run = province.at(LATER, actor="chuyên viên")
    with pytest.raises(RuleRefused, match="không ghi xin lùi đến ngày nào"):
        grant(run, waiting.plea_id)
    with pytest.raises(RuleRefused, match="đã qua"):
        grant(run, waiting.plea_id, date(2026, 3, 1))
    grant(run, waiting.plea_id, date(2026, 3, 26))
    assert due(province) == at(date(2026, 3, 26), 17)


def test_a_second_plea_takes_the_place_of_the_first(province, compose) -> None:
    plea(province, compose)
    again = plea(province, compose, "Đơn vị xin lùi hạn đến 30/3/2026.", message_id="<thu-2@dv.example>")
    assert again.wanted == date(2026, 3, 30)


def test_a_form_in_the_mail_comes_before_the_plea_in_its_words(province, compose) -> None:
    mail = compose(("bieu.xlsx", province.filled()), subject="Xin lùi hạn")
    assert dealt_with(province, mail).words == ("accepted",)
    assert waiting_pleas(province.at(MORNING)) == []
    late = compose(subject="Xin lùi hạn", message_id="<sau@dv.example>")
    assert dealt_with(province, late).words == ("answered",), "nothing is owed any more"
    assert waiting_pleas(province.at(MORNING)) == []


def test_the_plea_of_another_unit_stays_its_own(province, compose) -> None:
    plea(province, compose)
    other = compose(subject="Xin gia hạn", sender=province.mailbox_of[OTHER], message_id="<kia@dv.example>")
    dealt_with(province, other)
    assert {one.unit_code for one in waiting_pleas(province.at(MORNING))} == {UNIT, OTHER}


def test_the_command_lists_grants_and_refuses(province, compose, monkeypatch) -> None:
    waiting = plea(province, compose)
    monkeypatch.setenv("CCHC_HOME", str(province.instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", province.store.url)
    monkeypatch.setattr("cchc.clock.now", lambda: LATER)

    def command(*words: str) -> str:
        result = CliRunner().invoke(
            app, ["don-doc", "lui-han", *words], env={"COLUMNS": "200", "CCHC_USER": "chị B"}
        )
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return " ".join(result.output.split())

    listed = command()
    assert waiting.plea_id in listed and "27/03/2026" in listed
    with pytest.raises(RuleRefused, match="không ghi cả hai"):
        command("--dong-y", waiting.plea_id, "--tu-choi", waiting.plea_id)
    assert "đến ngày 28/03/2026" in command("--dong-y", waiting.plea_id, "--den", "28/03/2026")
    assert due(province) == at(date(2026, 3, 28), 17)
    assert "Không có đơn vị nào" in command()
    again = plea(
        province,
        compose,
        "Xin lùi hạn đến 31/3/2026.",
        LATER + timedelta(hours=1),
        message_id="<3@dv.example>",
    )
    monkeypatch.setattr("cchc.clock.now", lambda: LATER + timedelta(hours=2))
    assert "không lùi hạn" in command("--tu-choi", again.plea_id, "--ly-do", "Đã lùi một lần")
