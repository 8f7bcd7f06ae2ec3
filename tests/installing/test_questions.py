"""What may be answered: each wrong answer is named with what is allowed, and no password stands in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from cchc.errors import CchcError, ConfigError
from cchc.installing.questions import QUESTIONS, Question, WrongAnswer, given_answers
from cchc.paths import PROJECT_ROOT

BY_KEY = {one.key: one for one in QUESTIONS}


def question(key: str) -> Question:
    return BY_KEY[key]


@pytest.mark.parametrize(
    ("key", "raw", "words"),
    [
        ("province", "Vĩnh Long", "tỉnh"),
        ("mailbox", "hai@so.vn, ba@so.vn", "hai@so.vn"),
        ("folder", str(PROJECT_ROOT / "include" / "config"), "nâng cấp"),
        ("units", "/khong/co.csv", "Không có tệp"),
        ("base_url", "cchc.tinh.gov.vn", "https://"),
        ("smtp_port", "70000", "65535"),
        ("smtp_security", "ssl", "tls, starttls, none"),
        ("phone", "  ", "phone"),
    ],
)
def test_a_wrong_answer_is_named_with_what_is_allowed(key: str, raw: str, words: str) -> None:
    with pytest.raises(WrongAnswer) as wrong:
        question(key).answered(raw, {"smtp_host": "x"})
    assert words in str(wrong.value)


def test_operators_have_a_mailbox_of_their_own() -> None:
    with pytest.raises(WrongAnswer, match="phải khác"):
        question("operators").answered("CCHC@so.vn", {"mailbox": "cchc@so.vn"})
    assert question("operators").answered("vh@so.vn", {"mailbox": "cchc@so.vn"}) == "vh@so.vn"


def test_a_fault_of_the_list_of_units_is_told_before_anything_is_made(tmp_path: Path) -> None:
    path = tmp_path / "ds.csv"
    path.write_text(
        "code,name,tier,kind,valid_from,mailboxes\nso-a,Sở A,sở,sở,2025-07-01,a@so.vn\n", encoding="utf-8"
    )
    with pytest.raises(WrongAnswer) as wrong:
        question("units").answered(str(path), {})
    assert all(word in str(wrong.value) for word in (str(path), "dòng 2", "tier"))
    path.write_text("code,name\n", encoding="utf-8")
    with pytest.raises(WrongAnswer, match="mailboxes"):
        question("units").answered(str(path), {})


def test_what_is_proposed_follows_from_the_answers_before() -> None:
    assert question("place").usual({"province": "tỉnh Vĩnh Long"}) == "Vĩnh Long"
    assert question("smtp_port").usual({"smtp_security": "tls"}) == "465"
    assert question("imap_port").usual({"imap_security": "starttls"}) == "143"
    assert question("committee").usual({"operators": "vh@so.vn"}) == "vh@so.vn"


def test_a_word_wins_over_the_file_and_an_unknown_key_is_named(tmp_path: Path) -> None:
    file = tmp_path / "tra-loi.yaml"
    file.write_text("province: tỉnh Vĩnh Long\nsmtp_port: 2525\n", encoding="utf-8")
    assert given_answers(file, ["smtp_port=587"]) == {"province": "tỉnh Vĩnh Long", "smtp_port": "587"}
    file.write_text("provinc: tỉnh Vĩnh Long\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="province"):
        given_answers(file, [])
    with pytest.raises(WrongAnswer, match="khóa=giá trị"):
        given_answers(None, ["smtp_port"])


def test_a_password_in_a_file_is_refused_and_not_repeated(tmp_path: Path) -> None:
    file = tmp_path / "tra-loi.yaml"
    file.write_text("smtp_password: rat-bi-mat\n", encoding="utf-8")
    with pytest.raises(CchcError) as refused:
        given_answers(file, [])
    assert "CCHC_SMTP_PASSWORD" in str(refused.value)
    assert "rat-bi-mat" not in str(refused.value)
