"""Documents name the code that made them: in a checkout by git, in an image by what its build wrote down."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cchc import revision
from cchc.documents.origin_stamp import LONGEST
from cchc.errors import CchcError, ConfigError
from cchc.paths import PROJECT_ROOT
from cchc.texts import t

HASH = "0123456789abcdef0123456789abcdef01234567"


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), "-c", "user.name=thu", "-c", "user.email=thu@vi.example", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def committed(folder: Path) -> Path:
    (folder / "ma.py").write_text("a = 1\n")
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    return folder


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A tree of its own, without git, in the place of the project's."""
    root = tmp_path / "cay"
    root.mkdir()
    monkeypatch.setattr(revision, "PROJECT_ROOT", root)
    revision.code_revision.cache_clear()
    yield root
    revision.code_revision.cache_clear()


def test_a_checkout_is_known_by_its_revision(tree: Path) -> None:
    committed(tree)
    (tree / "du-lieu.csv").write_text("no file of the code\n")
    assert revision.code_revision() == git(tree, "rev-parse", "HEAD")


def test_code_that_differs_from_its_revision_is_marked(tree: Path) -> None:
    (committed(tree) / "ma.py").write_text("a = 2\n")
    assert revision.code_revision() == git(tree, "rev-parse", "HEAD") + "+"


@pytest.mark.parametrize("given", [HASH, HASH + "+", HASH + "0" * 24, f" {HASH}\n"])
def test_a_tree_without_git_is_known_by_what_its_build_wrote(tree: Path, given: str) -> None:
    assert given.strip() in revision.write_build_revision(given, tree)
    assert revision.code_revision() == given.strip()
    assert (tree / revision.FILE_NAME).stat().st_mode & 0o444 == 0o444, "the image's user could not read it"


def test_a_checkout_is_believed_before_a_file_that_lies_in_it(tree: Path) -> None:
    revision.write_build_revision(HASH, committed(tree))
    assert revision.code_revision() == git(tree, "rev-parse", "HEAD")


def test_the_file_stands_in_when_git_is_missing_or_refuses(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / ".git").write_text("gitdir: nowhere\n")
    revision.write_build_revision(HASH, tree)
    assert revision.code_revision() == HASH
    revision.code_revision.cache_clear()
    monkeypatch.setenv("PATH", "")
    assert revision.code_revision() == HASH


def test_a_repository_around_the_tree_is_not_taken_for_ours(tree: Path) -> None:
    committed(tree.parent)
    assert revision.code_revision() == t("revision.unknown")


def test_nobody_knowing_is_said_in_words_that_tell_what_to_do_and_fit_the_document(tree: Path) -> None:
    words = revision.code_revision()
    assert "không rõ" in words
    assert "tools/build-image" in words
    assert len(words) <= LONGEST


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        (b"", ""),
        (b"{", "{"),
        (b"\xff\xfe", "..."),
        (b"[]", "[]"),
        (b"{}", "None"),
        (b'{"revision": null}', "None"),
        (b'{"revision": "main"}', "main"),
        (b'{"revision": "0123abc"}', "0123abc"),
        (f'{{"revision": "{HASH}++"}}'.encode(), "++"),
        (f'{{"revision": "{HASH}\\n"}}'.encode(), "\\n"),
    ],
)
def test_a_damaged_file_is_a_clear_error_and_never_a_mark(tree: Path, content: bytes, shown: str) -> None:
    (tree / revision.FILE_NAME).write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        revision.code_revision()
    assert caught.value.file == str(tree / revision.FILE_NAME)
    assert shown in str(caught.value)
    assert "tools/build-image" in str(caught.value)


@given(st.text(max_size=80).filter(lambda text: text.strip()))
def test_a_build_with_a_wrong_revision_stops(text: str) -> None:
    if re.fullmatch(r"([0-9a-f]{40}|[0-9a-f]{64})\+?", text.strip()):
        return
    with pytest.raises(CchcError, match="CCHC_REVISION"):
        revision.write_build_revision(text, Path("/nonexistent"))


def image_lines() -> list[str]:
    """What the Dockerfile runs to write the revision down."""
    lines = (PROJECT_ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    found = [line.removeprefix("RUN ") for line in lines if "cchc.revision" in line]
    assert found
    assert 'ARG CCHC_REVISION=""' in lines
    assert lines.index('ARG CCHC_REVISION=""') < lines.index(f"RUN {found[0]}")
    return found


def in_image(folder: Path, command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a line of the Dockerfile in a tree that holds what the image holds: no git, this interpreter."""
    if not (folder / "include").exists():
        shutil.copytree(PROJECT_ROOT / "include", folder / "include", ignore=shutil.ignore_patterns("*.pyc"))
    programs = folder.parent / "chuong-trinh"
    if not programs.exists():
        programs.mkdir()
        # Not a link: the python of a virtual environment finds its packages beside itself only.
        (programs / "python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        (programs / "python").chmod(0o755)
    return subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=folder,
        env={"PATH": str(programs), "PYTHONPATH": str(folder / "include"), "LANG": "C.UTF-8", **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


ASK = "python -c 'from cchc.revision import code_revision; print(code_revision())'"


@pytest.mark.parametrize("given", [HASH, ""])
def test_the_lines_of_the_dockerfile_make_an_image_that_knows_its_code_or_says_why_not(
    tmp_path: Path, given: str
) -> None:
    folder = tmp_path / "opt"
    for line in image_lines():
        done = in_image(folder, line, CCHC_REVISION=given)
        assert done.returncode == 0, done.stderr
        assert given or "CHÚ Ý" in done.stdout
    assert in_image(folder, ASK).stdout.strip() == (given or t("revision.unknown"))


def test_the_lines_of_the_dockerfile_stop_at_a_revision_that_is_none(tmp_path: Path) -> None:
    done = in_image(tmp_path / "opt", image_lines()[0], CCHC_REVISION="main")
    assert done.returncode != 0
    assert "CCHC_REVISION='main'" in done.stderr
    assert "Traceback" not in done.stderr


def test_docker_compose_hands_the_revision_over_and_builds_without_one() -> None:
    compose = yaml.safe_load((PROJECT_ROOT / "docker-compose.yaml").read_text(encoding="utf-8"))
    assert compose["x-airflow"]["build"] == {
        "context": ".",
        "args": {
            "CCHC_REVISION": "${CCHC_REVISION:-}",
            "CCHC_PYTHON_IMAGE": "${CCHC_PYTHON_IMAGE:-python:3.11-slim-bookworm}",
        },
    }


@pytest.mark.parametrize("changed", [False, True])
def test_the_tool_that_builds_the_image_gives_it_what_the_checkout_is(
    tree: Path, tmp_path: Path, changed: bool
) -> None:
    (tree / "tools").mkdir()
    shutil.copy(PROJECT_ROOT / "tools" / "build-image", tree / "tools")
    committed(tree)
    (tree / "du-lieu.csv").write_text("no file of the code\n")
    if changed:
        (tree / "ma.py").write_text("a = 2\n")
    programs = tmp_path / "gia"
    programs.mkdir()
    (programs / "docker").write_text('#!/bin/sh\necho "$CCHC_REVISION|$*"\n')
    (programs / "docker").chmod(0o755)
    done = subprocess.run(
        [tree / "tools" / "build-image", "--pull"],
        env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "CCHC_REVISION": "of an old shell"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == f"{revision.code_revision()}|compose build --pull"
    assert done.stdout.split("|")[0].endswith("+") == changed
