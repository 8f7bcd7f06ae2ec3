"""Every file, folder, link and test that the pages name exists: whoever moves one is told which page still names it."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from tests.docs.pages import PAGES, name_of, quoted, tracked

from cchc.paths import PROJECT_ROOT

FILES = tracked()
FOLDERS = {parent.as_posix() for name in FILES for parent in Path(name).parents}
TOP = {name.partition("/")[0] for name in FILES}
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")
# A file of the tree by its ending; what people send and get (.docx, .xlsx, .ics) may have any name.
OURS = re.compile(r"[\w<>*./-]+\.(?:py|yaml|csv|sql|md|toml|in|txt|j2)")
# Files of an installation, and of the examples in the guides.
ELSEWHERE = {
    "ket-qua-kiem-tra.xlsx",
    "cai-dat.yaml",
    "DOC-TRUOC.txt",
    "don-vi.csv",
    "tra-loi.yaml",
    "layout-ten-phan-mem.yaml",
    "ds.csv",
    "so-cai.db",
}


def named_paths(page: Path) -> list[str]:
    """What a page names in backticks that can only be a path of the checkout (or a test, `path::name`)."""
    return [
        text
        for text in quoted(page)
        if " " not in text
        and text not in ELSEWHERE
        and ((text.partition("/")[0] in TOP and "/" in text) or OURS.fullmatch(text.partition("::")[0]))
    ]


def exists(path: str) -> bool:
    """`<name>` stands for any name; a path may leave out the folders before it, as people name `ladder.yaml`."""
    pattern = re.sub(r"<[^>]+>", "*", path.rstrip("/"))
    return any(
        fnmatchcase(known, pattern) or fnmatchcase(known, f"*/{pattern}") for known in (*FILES, *FOLDERS)
    )


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_path_that_a_page_names_is_there(page: Path) -> None:
    gone = [text for text in named_paths(page) if not exists(text.partition("::")[0])]
    assert gone == [], f"{name_of(page)} names what is no longer there"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_test_that_a_page_names_is_there(page: Path) -> None:
    tests = [text.split("::") for text in named_paths(page) if "::" in text]
    gone = [
        f"{path}::{name}"
        for path, name in tests
        if f"def {name}(" not in (PROJECT_ROOT / path).read_text(encoding="utf-8")
    ]
    assert gone == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_line_of_a_page_breaks_what_stands_in_backticks(page: Path) -> None:
    """What is broken over two lines would be looked for by none of these tests."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    assert [line for line in text.splitlines() if line.count("`") % 2] == []


def test_a_path_that_is_gone_would_be_found(tmp_path: Path) -> None:
    page = tmp_path / "trang.md"
    page.write_text(
        "`tests/store/` `tools/gone.py` `<name>/gone.py` `dags/<dag>.py` `./cchc up`", encoding="utf-8"
    )
    assert named_paths(page) == ["tests/store/", "tools/gone.py", "<name>/gone.py", "dags/<dag>.py"]
    assert [exists(path) for path in named_paths(page)] == [True, False, False, True]
