"""Every word that people read, under Debian's Vietnamese spell check; each unknown one is named with its places.

The check knows syllables, so words that exist but are wrong here (“sử lý”) are looked for by themselves.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from cchc.paths import PROJECT_ROOT, TEMPLATE_DIR, TEXT_DIR

KNOWN = PROJECT_ROOT / "tests" / "support" / "foreign_words.txt"
# What stands among the words and is none: parts of a template, then code, commands, addresses, names of files.
MARKUP = re.compile(r"\{[{%#].*?[}%#]\}|<style.*?</style>|<[^<>]*>|&\w+;|&[A-Z]", re.DOTALL)
CODE = re.compile(
    r"\{[^{}]*\}|\$t\([^)]*\)|`[^`]*`|https?://\S+|\S+@\S+|\./cchc(?: [a-z][a-z-]*(?!\w))*|\S*[_/\\]\S*"
    r"|[\w-]+(?:\.[\w-]+)+|--\w[\w-]*|(?<!\w)[A-Za-z]+(?:-[A-Za-z]+)+(?!\w)"
)
WORD = re.compile(r"[^\W\d_]{2,}")
# The dictionary writes 'hoá' where our texts write 'hóa': both are right, the tone has moved a letter.
TONES = "\u0300\u0301\u0303\u0309\u0323"
MOVED = re.compile(f"(o(?=.[ae])|(?<!q)u(?=.y))([{TONES}])([aey])$", re.IGNORECASE)
CONFUSED = re.compile(
    r"\b(sử lý|xử dụng|bổ xung|sát nhập|đề suất|xuất xắc|chuẩn đoán|thăm quan|tựu chung|chỉnh chu|khắc phụ|xúc tích"
    r"|thẩm đinh|cải các|hành chánh|cơ quân|dự thào|hồ xơ|giãi quyết|văn bẳn|chử ký|đở đầu|kỷ thuật|nghĩ việc)\b",
    re.IGNORECASE,
)


def flat(node: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, Mapping):
        for key, inner in node.items():
            yield from flat(inner, f"{place}.{key}")
    elif isinstance(node, list):
        for number, inner in enumerate(node):
            yield from flat(inner, f"{place}.{number}")
    elif isinstance(node, str):
        yield place, node


def read_by_people() -> Iterator[tuple[str, str]]:
    """(place, text): every text of the catalogues, the words of every template, the runbook of every Dag."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    for path in sorted(TEXT_DIR.rglob("*.yaml")):
        room = path.relative_to(TEXT_DIR).with_suffix("").as_posix()
        yield from flat(yaml.load(path.read_bytes(), loader), room)  # a safe loader
    for path in sorted(TEMPLATE_DIR.rglob("*.j2")):
        yield path.relative_to(PROJECT_ROOT).as_posix(), path.read_text(encoding="utf-8")
    for path in sorted((PROJECT_ROOT / "dags").glob("*.py")):
        yield f"dags/{path.name}", ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


def words_of(text: str) -> list[str]:
    plain = MARKUP.sub(" ", unicodedata.normalize("NFC", text))
    return WORD.findall(CODE.sub(" ", plain))


def as_in_the_dictionary(word: str) -> str:
    return unicodedata.normalize("NFC", MOVED.sub(r"\1\3\2", unicodedata.normalize("NFD", word)))


def unknown(words: set[str]) -> set[str]:
    """Those that hunspell does not know. In CI it must be there."""
    if not shutil.which("hunspell"):
        if os.environ.get("CI"):
            pytest.fail("hunspell is not installed; .ci/run installs hunspell and hunspell-vi")
        pytest.skip("needs a spell check: apt-get install hunspell hunspell-vi")
    asked = {as_in_the_dictionary(word): word for word in words}
    answer = subprocess.run(
        ["hunspell", "-d", "vi_VN", "-i", "utf-8", "-l"],
        input="\n".join(asked), capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert "Can't open" not in answer.stderr, answer.stderr
    return {asked.get(word, word) for word in answer.stdout.split()}


def foreign_words() -> list[str]:
    lines = KNOWN.read_text(encoding="utf-8").splitlines()
    return [word for line in lines if not line.startswith("#") for word in line.split()]


def test_every_word_of_the_texts_is_spelled_as_the_dictionary_has_it() -> None:
    places = defaultdict(list)
    for place, text in read_by_people():
        for word in words_of(text):
            places[word].append(place)
    assert len(places) > 1500
    strange, known = unknown(set(places)), foreign_words()
    assert len(known) == len(set(known)), "a word stands twice in the list"
    wrong = {word: places[word][:3] for word in sorted(strange - set(known))}
    assert wrong == {}, f"mend them; what is right goes into {KNOWN.relative_to(PROJECT_ROOT)}"


def test_no_word_stands_for_another_that_sounds_like_it() -> None:
    assert {place: found[0] for place, text in read_by_people() if (found := CONFUSED.search(text))} == {}


@pytest.mark.parametrize(
    ("text", "strange"),
    [
        ("Đã xóa, khóa, hủy; tùy ủy ban; hòa giải, khỏe", set()),
        ("Thống kếe số liệu đuợc gủi", {"kếe", "đuợc", "gủi"}),
        ("bấm ./cchc thu xem rồi mở {khongphai} tệp don-vi.csv", set()),
        ('<a href="x">Mở</a>{% if a > 3 %} thư{% endif %}', set()),
    ],
)
def test_the_check_sees_a_wrong_letter_and_no_code(text: str, strange: set[str]) -> None:
    assert unknown(set(words_of(text))) == strange
