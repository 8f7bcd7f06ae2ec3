"""What `./cchc ... --help` shows, in a process of its own: the library's words are bound when it is imported."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from cchc.cli import app
from cchc.cli.vietnamese import sentence

COMMANDS = (
    ("--help",),
    ("demo", "--help"),
    ("don-vi", "--help"),
    ("lich", "--help"),
    ("don-doc", "--help"),
    ("thu", "xem", "--help"),
    ("thu", "tiep-tuc", "--help"),
)
SCRIPT = """
import sys
from cchc import cli
for words in sys.argv[1].split("|"):
    sys.argv = ["cchc", *words.split()]
    try:
        cli.main()
    except SystemExit:
        print(chr(12), end="")
"""


@pytest.fixture(scope="module")
def shown() -> dict[tuple[str, ...], str]:
    """The help of every command, all printed by one fresh process."""
    words = "|".join(" ".join(command) for command in COMMANDS)
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, words],
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=120,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHONIOENCODING": "utf-8"},
    )
    pages = run.stdout.split(chr(12))[:-1]
    return dict(zip(COMMANDS, pages, strict=True))


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_has_no_english_left(shown: dict[tuple[str, ...], str], command: tuple[str, ...]) -> None:
    assert "Cách dùng: ./cchc" in shown[command]
    english = ("Usage", "Options", "Commands", "Show this", "required", "default", "env var")
    assert [word for word in english if word in shown[command]] == []


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("thu xem --lydo x", "Lỗi: Không có tùy chọn --lydo."),
        ("thu xem --ng x", "Lỗi: Không có tùy chọn --ng. Có thể là: --ngay."),
        ("thu khong-co", "Lỗi: Không có lệnh 'khong-co'."),
        ("sao-luu kiem-tra", "Lỗi: Thiếu path."),
        ("sao-luu kiem-tra a b", "Lỗi: Giá trị không hợp lệ cho 'path': 'a' không tồn tại."),
        ("lich 2026 2027", "Lỗi: Thừa tham số: 2027."),
        ("lich abc", "Lỗi: Giá trị không hợp lệ cho 'year': cần một số nguyên."),
        ("doi-soat 2026-Q1 --xlsx", "Lỗi: Tùy chọn '--xlsx' cần một giá trị đi sau."),
        ("demo --moi=1", "Lỗi: Tùy chọn '--moi' không nhận giá trị."),
        ("demo --cong 1", "Lỗi: Giá trị không hợp lệ cho '--cong': cần từ 1024 trở lên."),
        ("demo --cong 99999", "Lỗi: Giá trị không hợp lệ cho '--cong': cần từ 65535 trở xuống."),
        ("ra-soat x --ngay-ky 31/31/2026", "'31/31/2026' không phải ngày đọc được; ghi dạng dd/mm/yyyy"),
    ],
)
def test_a_command_that_was_typed_wrongly_is_answered_in_vietnamese(typed: str, told: str) -> None:
    answer = CliRunner().invoke(app, typed.split(), prog_name="./cchc")
    assert answer.exit_code == 2
    assert told in answer.stderr
    english = ("Usage", "Error", "Try", "Invalid", "Missing", "Input should", "OPTIONS", "COMMAND")
    assert [word for word in english if word in answer.stderr] == []


def test_a_wrong_command_is_followed_by_its_usage_and_where_help_is() -> None:
    answer = CliRunner().invoke(app, ["thu", "xem", "--lydo"], prog_name="./cchc")
    usage, hint, *_ = answer.stderr.splitlines()
    assert usage == "Cách dùng: ./cchc thu xem [TÙY CHỌN]"
    assert hint == "Gõ “./cchc thu xem --help” để xem hướng dẫn."


def test_words_of_ours_that_the_library_passes_on_stay_as_they_are() -> None:
    assert sentence("Không có đợt 2026-Q9.") == "Không có đợt 2026-Q9."
