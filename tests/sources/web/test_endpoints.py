"""`endpoints.yaml`: what ships is valid, the example in it too, and a wrong entry is named with its place."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from tests.sources.web.conftest import endpoint

from cchc.errors import CchcError, ConfigError, ConfigErrors
from cchc.paths import PROJECT_ROOT
from cchc.sources.web import Endpoint, find_endpoint, load_endpoints

SHIPPED = PROJECT_ROOT / "include" / "config" / "sources" / "endpoints.yaml"


def example() -> str:
    """The commented example of the shipped file, uncommented."""
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    start = lines.index("# endpoints:")
    return "\n".join(re.sub(r"^# ?", "", line) for line in lines[start:] if line.startswith("#")) + "\n"


def load(tmp_path: Path, text: str) -> list[Endpoint]:
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "endpoints.yaml").write_text(text, encoding="utf-8")
    return load_endpoints(tmp_path)


def test_none_is_declared_where_files_are_dropped_by_hand() -> None:
    assert load_endpoints() == []
    with pytest.raises(CchcError, match="chưa có điểm nào"):
        find_endpoint("mot-cua-tinh")


def test_the_example_works_once_it_is_uncommented(tmp_path: Path) -> None:
    [found] = load(tmp_path, example())
    days = date(2025, 12, 8), date(2026, 3, 14)
    assert found.query(*days) == {"tuNgay": "08/12/2025", "denNgay": "14/03/2026", "soDong": "1000"}
    assert found.limits == Endpoint.model_fields["limits"].default, "the example shows the usual limits"


def test_a_file_that_is_gone_is_an_error_and_not_an_empty_list(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"endpoints\.yaml"):
        load_endpoints(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("name: mot-cua-tinh ", "name: Một cửa ", ["endpoints.0.name", "Một cửa"]),
        ("source: one_stop ", "source: mot_cua ", ["source", "mot_cua", "one_stop"]),
        ("path: /api/v1/ho-so", "path: https://a.example/x", ["path", "a.example"]),
        ("path: /api/v1/ho-so", "path: /api?khoa=1", ["path", "khoa"]),
        ("format: json ", "format: pdf ", ["format", "pdf", "csv.gz"]),
        ("format: json ", "format: xlsx ", ["rows", "json"]),
        ("    rows: data.items", "    hang: data.items", ["hang", "rows"]),
        ("      parameter: trang\n", "", ["parameter"]),
        ("      first: 1\n", "      kind: next\n", ["kind", "parameter"]),
        ('"{first:%d/%m/%Y}"', '"{dau:%d/%m/%Y}"', ["{first}, {last}"]),
        ('"{first:%d/%m/%Y}"', '"{first.year}"', ["{first}, {last}"]),
        ('"{first:%d/%m/%Y}"', '"{first"', ["{first}, {last}"]),
        ('"{first:%d/%m/%Y}"', '"{first!r}"', ["{first}, {last}"]),
        ("seconds: 1200", "seconds: 0", ["limits.seconds", "0"]),
        ("days_back: 7", "days_back: bay", ["days_back", "bay"]),
    ],
)
def test_a_wrong_entry_is_named_with_place_value_and_what_is_allowed(
    tmp_path: Path, old: str, new: str, words: list[str]
) -> None:
    text = example()
    assert old in text
    with pytest.raises((ConfigError, ConfigErrors)) as caught:
        load(tmp_path, text.replace(old, new, 1))
    message = str(caught.value)
    assert [word for word in [*words, "Cho phép", "dòng"] if word not in message] == []


def test_a_name_is_used_once(tmp_path: Path) -> None:
    entry = example().split("\n", 1)[1]
    with pytest.raises(ConfigError, match="mot-cua-tinh"):
        load(tmp_path, example() + entry)


def test_the_check_of_the_whole_configuration_sees_it(
    config_copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from cchc import cli

    (config_copy / "sources" / "endpoints.yaml").write_text("endpoints:\n  - name: A\n", encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["cchc", "cau-hinh", "--nam", "2026"])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 2
    assert "endpoints.0.name" in capsys.readouterr().err


def test_paging_is_for_the_rows_of_json_only() -> None:
    with pytest.raises(ValueError, match="paging"):
        endpoint(format="csv", paging={"parameter": "trang"})
