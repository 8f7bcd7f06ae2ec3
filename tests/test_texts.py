"""Every text that the code, the Dags, the plugins or a template asks for exists, with the placeholders it is given."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

import jinja2
import pytest
import yaml
from jinja2 import nodes

from cchc import texts
from cchc.paths import PROJECT_ROOT, SQL_DIR, TEMPLATE_DIR, TEXT_DIR
from cchc.texts import counted, t, table, vietnamese_order

ROOMS = {path.stem: table(path.stem) for path in sorted(TEXT_DIR.glob("*.yaml"))}
PLACEHOLDER = re.compile(r"[a-z_][a-z_0-9]*")


def flat(node: Any, key: str) -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict):
        for name, inner in node.items():
            yield from flat(inner, f"{key}.{name}")
    else:
        yield key, node


def tables(node: dict[str, Any], above: str = "") -> Iterator[str]:
    for name, inner in node.items():
        if isinstance(inner, dict):
            yield above + name
            yield from tables(inner, f"{above}{name}.")


TEXTS = dict(one for room, node in ROOMS.items() for one in flat(node, room))
TABLES = set(tables(ROOMS))


def placeholders(text: str) -> set[str]:
    return {re.split(r"[.\[]", name)[0] for _, name, _, _ in Formatter().parse(text) if name is not None}


@dataclass(frozen=True)
class Use:
    """One call of t() or table(): `key` is a regular expression where the code fills in a part of it."""

    where: str
    function: str
    key: str
    exact: bool
    names: frozenset[str]
    open_ended: bool  # values come by **mapping as well

    def __str__(self) -> str:
        return f"{self.where} {self.function}({self.key})"


def keys_of(node: ast.expr) -> Iterator[tuple[str, bool]]:
    """(key or pattern, whether it is exact); nothing where the key is a variable."""
    match node:
        case ast.Constant(value=str(key)):
            yield key, True
        case ast.IfExp(body=one, orelse=other):
            yield from keys_of(one)
            yield from keys_of(other)
        case ast.JoinedStr(values=parts):
            pattern = "".join(
                re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".*" for part in parts
            )
            yield pattern, False


def sources() -> list[Path]:
    folders = [PROJECT_ROOT / name for name in ("include/cchc", "include/cchc_rehearsal", "plugins", "dags")]
    return [path for folder in folders for path in sorted(folder.rglob("*.py"))]


def uses_in_python(path: Path) -> Iterator[Use]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        if not isinstance(node.func, ast.Name) or node.func.id not in ("t", "table"):
            continue
        name = node.func.id
        names = frozenset(one.arg for one in node.keywords if one.arg)
        where = f"{path.relative_to(PROJECT_ROOT)}:{node.lineno}"
        for key, exact in keys_of(node.args[0]):
            yield Use(where, name, key, exact, names, any(one.arg is None for one in node.keywords))


def uses_in_template(path: Path) -> Iterator[Use]:
    tree = jinja2.Environment(autoescape=True).parse(path.read_text(encoding="utf-8"))
    for call in tree.find_all(nodes.Call):
        name = getattr(call.node, "name", "")
        if name in ("t", "table") and call.args and isinstance(call.args[0], nodes.Const):
            where = f"{path.relative_to(PROJECT_ROOT)}:{call.lineno}"
            names = frozenset(one.key for one in call.kwargs)
            yield Use(where, name, str(call.args[0].value), True, names, call.dyn_kwargs is not None)


@cache
def uses() -> tuple[Use, ...]:
    """Found when they are asked for: every process of the tests collects this file, one runs it."""
    code = (use for path in sources() for use in uses_in_python(path))
    templates = (use for path in sorted(TEMPLATE_DIR.rglob("*.j2")) for use in uses_in_template(path))
    return (*code, *templates)


def asked_for(use: Use) -> list[str]:
    """Keys that a call can mean."""
    known = TEXTS if use.function == "t" else TABLES
    if use.exact:
        return [use.key] if use.key in known else []
    return [key for key in known if re.fullmatch(use.key, key)]


def test_the_scanner_sees_code_and_templates() -> None:
    assert len([use for use in uses() if use.exact]) > 200
    assert {use.where.split("/")[0] for use in uses()} >= {"include", "plugins"}
    assert any(use.where.startswith("include/templates/") for use in uses())


def test_every_text_that_is_asked_for_exists() -> None:
    assert [str(use) for use in uses() if not asked_for(use)] == []


def test_every_text_is_given_the_values_it_needs() -> None:
    """Of keys that are put together at run time only what each needs when it is given nothing can be told."""
    wrong = [
        f"{use}: needs {sorted(needed)}, is given {sorted(use.names)}"
        for use in uses()
        if use.function == "t" and use.exact and not use.open_ended
        for key in asked_for(use)
        if (needed := placeholders(str(TEXTS[key]))) - use.names
    ]
    assert wrong == []


MODULES = ("airflow.dag_processing.", "airflow.sdk.", "airflow.providers.")


def test_keys_that_travel_in_variables_exist_too() -> None:
    """A string that looks like a key of a room, and is no statement and no file, is a key."""
    statements = {
        f"{path.stem}.{name}"
        for path in SQL_DIR.rglob("*.sql")
        for name in re.findall(r"^-- name: *(\S+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    likely = re.compile(rf"({'|'.join(ROOMS)})(\.[a-z][a-z0-9_-]*)+")
    files = re.compile(r"\.(csv|yaml|sql|py|xlsx|docx|j2|txt|html|db|log|ics|eml|css|svg)$")
    missing = []
    for path in sources():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        joined = (node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr))
        parts = {id(part) for node in joined for part in node.values}  # looked at as patterns above
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
                continue
            key = node.value
            if key.startswith(MODULES):  # of Airflow, not keys of airflow.yaml
                continue
            if not likely.fullmatch(key) or files.search(key) or key in statements:
                continue
            if key not in TEXTS and key not in TABLES and id(node) not in parts:
                missing.append(f"{path.relative_to(PROJECT_ROOT)}:{node.lineno} {key}")
    assert missing == []


def twice(text: str) -> Iterator[str]:
    """Keys that stand more than once in one mapping: the code's loader takes the last of them and says nothing."""
    waiting = [yaml.compose(text, Loader=texts._LOADER)]
    for node in waiting:
        if isinstance(node, yaml.MappingNode):
            keys = [key.value for key, _ in node.value]
            yield from {key for key in keys if keys.count(key) > 1}
            waiting += [inner for _, inner in node.value]


def test_a_key_that_stands_twice_in_one_mapping_is_found() -> None:
    assert list(twice('a: "x"\nb:\n  c: "y"\n  "c": "z"\nd: {c: "ở chỗ khác"}\n')) == ["c"]


@pytest.mark.parametrize("room", ROOMS)
def test_texts_are_strings_named_once_with_well_formed_placeholders(room: str) -> None:
    assert list(twice((TEXT_DIR / f"{room}.yaml").read_text(encoding="utf-8"))) == []
    for key, text in TEXTS.items():
        if key.split(".")[0] == room:
            assert isinstance(text, str), f"{key} is {text!r}: put it in quotes"
            assert text.strip(), key
            odd = {one for one in placeholders(text) if not PLACEHOLDER.fullmatch(one)}
            assert odd <= placeholders(key), key  # a translated sentence may keep what the original has


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "thu.yaml").write_text(
        'plain: "Đã mở"\nfilled: "Hạn {day}"\nbrace: "chỉ được chứa {{year}}"\nnames: {open: "mở", closed: "đóng"}\n',
        encoding="utf-8",
    )
    monkeypatch.setattr(texts, "TEXT_DIR", tmp_path)


@pytest.mark.usefixtures("room")
def test_a_text_is_found_and_filled() -> None:
    assert t("thu.plain") == "Đã mở"
    assert t("thu.filled", day="17/03/2026") == "Hạn 17/03/2026"
    assert t("thu.names.open") == "mở"
    assert table("thu.names") == {"open": "mở", "closed": "đóng"}


@pytest.mark.usefixtures("room")
@pytest.mark.parametrize("key", ["thu.absent", "thu.names", "thu.names.absent"])
def test_a_missing_text_is_an_error_and_never_an_english_word(key: str) -> None:
    with pytest.raises(KeyError):
        t(key)


@pytest.mark.usefixtures("room")
@pytest.mark.parametrize("values", [{}, {"hour": "17:00"}])
def test_a_missing_value_is_an_error_and_never_a_bare_placeholder(values: dict[str, str]) -> None:
    with pytest.raises(KeyError, match="day"):
        t("thu.filled", **values)


@pytest.mark.usefixtures("room")
def test_a_doubled_brace_is_one_for_the_reader() -> None:
    assert t("thu.brace") == "chỉ được chứa {year}"


@pytest.mark.usefixtures("room")
def test_a_changed_table_changes_nobody_elses() -> None:
    table("thu.names")["open"] = "khác"
    assert table("thu.names")["open"] == "mở"


@pytest.mark.parametrize(
    "expected",
    [
        ["An Cư", "Ân Thi", "Dương Hòa", "Định Mỹ", "Đông Hưng", "Ô Lâm", "Ơ Lâm", "Sơn Hải"],
        ["An Biên", "An Châu", "Ăn Biên", "Ân Biên"],  # ă and â are letters, after every name with a
        ["ma", "mà", "mả", "mã", "má", "mạ", "mai"],  # tones only between equal letters
        ["Hoà Bình", "Hoà Bình Đông", "Hòa Bình Tây"],
        ["Phường 2", "Phường 10", "Phường Vĩnh Tế"],
        ["đất đai", "Giáo dục", "Hộ tịch"],
    ],
)
def test_names_stand_in_the_order_of_a_vietnamese_list(expected: list[str]) -> None:
    for form in ("NFC", "NFD"):
        names = [unicodedata.normalize(form, name) for name in expected]
        mixed = names[::-1]
        assert sorted(mixed, key=vietnamese_order) == names


def test_what_is_counted_is_written_with_thousands_and_a_year_or_a_port_is_not() -> None:
    assert "1.188" in t("report.more_units", count=1188)
    assert counted(2129) == "2.129" and counted(999) == "999" and counted("2026") == "2026"
    assert counted(True) is True
    assert "2026" in t("documents.issued_titles.ke_hoach", year=2026)
