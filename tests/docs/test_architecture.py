"""`docs/architecture.md` against the tree: the rooms, the arrows of its pictures, and every name in it."""

from __future__ import annotations

import ast
import importlib
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

from tests.docs.pages import quoted, tracked

from cchc.paths import PROJECT_ROOT

PAGE = PROJECT_ROOT / "docs" / "architecture.md"
TEXT = PAGE.read_text(encoding="utf-8")
LIBRARY = PROJECT_ROOT / "include" / "cchc"
PACKAGES = {
    "dags": PROJECT_ROOT / "dags",
    "cchc_airflow": PROJECT_ROOT / "plugins" / "cchc_airflow",
    "cchc_board": PROJECT_ROOT / "plugins" / "cchc_board",
    "cchc_rehearsal": PROJECT_ROOT / "include" / "cchc_rehearsal",
}
PICTURES = re.findall(r"^```mermaid\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
# The part of Mermaid that the pictures use: `a`, `a["words"]`, `a{"words"}`, `a --> b`, `a -- "words" --> b`.
NODE = r'(?P<{0}>\w+)(?:\["(?P<{0}_label>[^"]+)"\]|\{{"[^"]+"\}})?'
LINE = re.compile(NODE.format("one") + r'(?: (?:-- "[^"]+" )?--> ' + NODE.format("other") + r")?")
# Words that are no names of the program: of Airflow, of Python's libraries, and programs beside it.
FOREIGN = {"AssetOrTimeSchedule", "PartitionedAssetTimetable", "email", "run_after", "Date"}


def layers() -> list[list[str]]:
    """The rooms as import-linter holds them, the highest layer first."""
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = [one for one in project["tool"]["importlinter"]["contracts"] if one["type"] == "layers"]
    return [layer.split(" | ") for layer in contract["layers"]]


def rooms() -> set[str]:
    return {
        path.stem
        for path in LIBRARY.iterdir()
        if path.name not in ("__init__.py", "__pycache__") and (path.suffix == ".py" or path.is_dir())
    }


@cache
def read(picture: str) -> tuple[dict[str, str], set[tuple[str, str]]]:
    """The labels of a picture's nodes, and its arrows. A line that is neither is a fault of the picture."""
    head, *lines = picture.splitlines()
    assert head == "flowchart TB"
    labels: dict[str, str] = {}
    arrows: set[tuple[str, str]] = set()
    for line in filter(None, map(str.strip, lines)):
        found = LINE.fullmatch(line)
        assert found, f"not understood: {line}"
        for end in filter(lambda end: found[end], ("one", "other")):
            assert not (found[f"{end}_label"] and found[end] in labels), f"{found[end]} is labelled twice"
            if found[f"{end}_label"]:
                labels[found[end]] = found[f"{end}_label"]
        if found["other"]:
            assert (found["one"], found["other"]) not in arrows, f"drawn twice: {line}"
            arrows.add((found["one"], found["other"]))
    return {node: labels.get(node, node) for arrow in arrows for node in arrow}, arrows


def imported(folder: Path) -> set[str]:
    """Rooms and packages that the files of a folder (or one file) import, wherever in a file."""
    found: set[str] = set()
    for path in folder.rglob("*.py") if folder.is_dir() else [folder]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [one.name for one in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [f"{node.module}.{one.name}" for one in node.names]
            for parts in (name.split(".") for name in names):
                found |= {parts[1]} if parts[0] == "cchc" and len(parts) > 1 else {parts[0]}
    return found


def table_rows() -> Iterator[tuple[list[str], str, str]]:
    """Rooms, what they are about, what they touch; from the table of the rooms."""
    for line in TEXT.splitlines():
        if line.startswith("| `"):
            names, about, touches = (cell.strip() for cell in line.strip("|").split(" | "))
            yield re.findall(r"`(\w+)`", names), about, touches


def test_every_room_is_described_once_from_the_highest_to_the_lowest() -> None:
    named = [room for names, _, _ in table_rows() for room in names]
    assert sorted(named) == sorted(rooms())
    place = {room: number for number, layer in enumerate(layers()) for room in layer}
    assert [place[room] for room in named] == sorted(place[room] for room in named)


def test_every_room_has_its_layer() -> None:
    """import-linter does not look at a room that no layer names."""
    assert {room for layer in layers() for room in layer} == rooms()


def test_the_arrows_between_the_rooms_are_those_that_import_linter_holds() -> None:
    labels, arrows = read(PICTURES[0])
    drawn = {(labels[one], labels[other]) for one, other in arrows if one not in PACKAGES}
    assert drawn == set(pairwise(" · ".join(layer) for layer in layers()))


def test_the_arrows_from_outside_lead_to_the_highest_room_that_is_used() -> None:
    labels, arrows = read(PICTURES[0])
    stack = [set(layer) for layer in layers()]
    for package, folder in PACKAGES.items():
        used = imported(folder) - {package}
        highest = next(number for number, layer in enumerate(stack) if layer & used)
        expected = {" · ".join(layers()[highest]), *(labels[one] for one in PACKAGES.keys() & used)}
        drawn = {labels[other] for one, other in arrows if one == package}
        # What is reached through an arrow that is drawn needs none of its own.
        through = {labels[other] for one, other in arrows if labels[one] in drawn}
        assert drawn <= expected <= drawn | through, package


def test_a_room_that_reads_the_store_says_so_and_no_other() -> None:
    for names, _, touches in table_rows():
        for name in set(names) - {"store", "run"}:
            folder = LIBRARY / name
            used = imported(folder if folder.is_dir() else folder.with_suffix(".py"))
            assert ("the store" in touches) == ("store" in used), name


def test_a_room_that_touches_nothing_opens_nothing() -> None:
    """Neither the disk, nor the network, nor other programs; what the disk holds comes through `config_files`."""
    outside = {"subprocess", "socket", "requests", "smtplib", "imaplib", "tempfile", "shutil", "sqlalchemy"}
    for names, _, touches in table_rows():
        if touches == "nothing":
            for name in names:
                folder = LIBRARY / name
                assert not imported(folder if folder.is_dir() else folder.with_suffix(".py")) & outside, name


def test_the_round_is_told_by_dags_that_exist() -> None:
    labels, _ = read(PICTURES[1])
    dags = {path.stem for path in PACKAGES["dags"].glob("*.py")}
    told = {node for node in labels if "_" in node}
    assert len(told) >= 5
    assert told <= dags
    assert all(labels[node].startswith(f"{node}<br/>") for node in told)


def test_no_name_in_the_page_is_gone() -> None:
    words = set(re.findall(r"\w+", "\n".join(sources())))
    gone = [name for name in quoted(PAGE) if is_name(name) and not stands(name, words)]
    assert gone == []


def is_name(text: str) -> bool:
    return bool(re.fullmatch(r"[A-Za-z_]\w*(\.\w+)*(\(\))?", text)) and text not in FOREIGN


def stands(name: str, words: set[str]) -> bool:
    """A dotted name of ours leads to something; any other one is a word of the code, of a statement or of a file."""
    parts = name.removesuffix("()").split(".")
    if name in FILES or parts[0] == "email" or len(parts) == 1:
        return name in FILES or parts[0] == "email" or parts[0] in words
    if parts[0] not in {*rooms(), *PACKAGES, "cchc"}:
        return all(part in words for part in parts)  # `Approval.decided_at`
    return leads_somewhere(parts if parts[0] in {*PACKAGES, "cchc"} else ["cchc", *parts])


def leads_somewhere(parts: list[str]) -> bool:
    for length in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        return all((found := getattr(found, part, None)) is not None for part in parts[length:])
    return False


FILES = {Path(name).name for name in tracked()}


def sources() -> Iterator[str]:
    for name in tracked():
        if name.startswith(("include/", "plugins/", "dags/")) and name.endswith((".py", ".sql", ".yaml")):
            yield (PROJECT_ROOT / name).read_text(encoding="utf-8")


def test_a_name_that_is_gone_would_be_found() -> None:
    words = {"Approval", "decided_at"}
    assert stands("Approval.decided_at", words)
    assert stands("chasing.foreseeing", words)
    assert not stands("stages.foreseeing", words)
    assert not stands("chasing.foreseeing.gone", words)
    assert not stands("Reminder", words)
