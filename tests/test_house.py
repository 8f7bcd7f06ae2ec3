"""The rules of the house: small files, short lists of parameters, one meaning a name, tests where their room is."""

from __future__ import annotations

import ast
import runpy
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

from cchc.paths import PROJECT_ROOT

LONGEST_FILE = 400
MOST_PARAMETERS = 8
CODE = ("include", "plugins", "dags", "tools", "tests")
# Folders of tests that are about something else than one room of the library.
OTHER_TESTS = {
    "board": "cchc_board",
    "dags": "dags",
    "docs": "docs",
    "e2e": "everything, behind a real server",
    "plugins": "cchc_airflow",
    "production": "the image and its services",
    "rehearsal": "cchc_rehearsal",
    "support": "what several rooms' tests share",
}


def is_python(path: Path) -> bool:
    if path.suffix:
        return path.suffix == ".py"
    return "python" in path.read_text(encoding="utf-8").split("\n", 1)[0]


@cache
def python_files() -> dict[str, ast.Module]:
    found = {}
    for folder in CODE:
        for path in sorted((PROJECT_ROOT / folder).rglob("*")):
            if path.is_file() and (path.suffix == ".py" or folder == "tools") and is_python(path):
                name = path.relative_to(PROJECT_ROOT).as_posix()
                found[name] = ast.parse(path.read_text(encoding="utf-8"), name)
    assert len(found) > 400, "the folders moved: say where the code stands now"
    return found


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_file_is_so_long_that_nobody_reads_it_whole() -> None:
    texts = [
        *(PROJECT_ROOT / "include").rglob("*.sql"),
        *(PROJECT_ROOT / "include" / "config").rglob("*.yaml"),
    ]
    long = {
        path.relative_to(PROJECT_ROOT).as_posix(): count
        for path in [*map(PROJECT_ROOT.joinpath, python_files()), *texts]
        if (count := lines(path)) > LONGEST_FILE
    }
    assert not long, f"more than {LONGEST_FILE} lines: divide them by what they are about"


def test_no_function_asks_for_more_than_a_caller_can_keep_in_mind() -> None:
    """What belongs together is one dataclass. A test asks for fixtures, which nobody passes by hand."""
    greedy = {}
    for name, module in python_files().items():
        for node in ast.walk(module):
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or node.name.startswith("test_"):
                continue
            asked = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            count = len([one for one in asked if one.arg not in ("self", "cls")])
            if count > MOST_PARAMETERS:
                greedy[f"{name}:{node.lineno} {node.name}"] = count
    assert not greedy, f"more than {MOST_PARAMETERS} parameters"


def test_a_class_has_its_name_for_itself() -> None:
    """`Outcome` was once a mail's, a submission's, a reading process's and two campaigns'."""
    places = defaultdict(list)
    for name, module in python_files().items():
        if name.startswith(("include/", "plugins/")):
            for node in module.body:
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    places[node.name].append(name)
    assert not {name: found for name, found in places.items() if len(found) > 1}


def room_of(module: str) -> str | None:
    """The room of the library, or the package beside it, that a module belongs to."""
    package, _, rest = module.partition(".")
    if package == "cchc":
        return rest.partition(".")[0] or None
    return {"cchc_board": "board", "cchc_airflow": "plugins", "cchc_rehearsal": "rehearsal"}.get(package)


def imported(module: ast.Module) -> Counter[str]:
    """How many names a test takes from each room."""
    found: Counter[str] = Counter()
    for node in ast.walk(module):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [
                f"{node.module}.{one.name}" if node.module == "cchc" else node.module for one in node.names
            ]
        elif isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        found.update(room for name in names if (room := room_of(name)))
    return found


def test_every_folder_of_tests_is_a_room_and_every_room_has_one() -> None:
    library = PROJECT_ROOT / "include" / "cchc"
    rooms = {path.parent.name for path in library.glob("*/__init__.py")}
    folders = {
        path.name for path in (PROJECT_ROOT / "tests").iterdir() if path.is_dir() and path.name[0] not in "_."
    }
    assert folders - rooms == set(OTHER_TESTS), "a folder of tests that is no room"
    assert not rooms - folders, "a room without tests of its own"


def test_no_test_stands_in_another_room_than_the_one_it_is_about() -> None:
    """Whoever changes a room runs the tests of its folder, and must find there what would be broken."""
    ground = {
        "clock",
        "errors",
        "files",
        "paths",
        "run",
        "stages",
        "store",
        "texts",
        "units",
        "year",
        "obligations",
    }
    misplaced = {}
    for name, module in python_files().items():
        parts = Path(name).parts
        if parts[0] == "tests" and len(parts) > 2 and parts[1] not in OTHER_TESTS:
            found = imported(module)
            others = {room: count for room, count in found.items() if room not in ground}
            if not found[parts[1]] and max(others.values(), default=0) > 3:
                misplaced[name] = others
    assert not misplaced, "these take nothing from their room and much from another"


def test_every_change_that_must_be_noticed_still_has_its_place() -> None:
    """The mutation run's named changes, of which a moved line would leave one behind."""
    named = runpy.run_path(str(PROJECT_ROOT / "tools" / "mutation" / "rooms.py"))["NAMED"]
    places = {
        one.what: sum(
            path.read_text(encoding="utf-8").count(one.text) for path in PROJECT_ROOT.glob(one.where)
        )
        for one in named
    }
    assert len(places) > 10
    assert {what: count for what, count in places.items() if count != 1} == {}
