"""JSON in pages: all rows once, none lost, and servers that count or page wrongly are found out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.sources.web.scripted_server import Reply, ScriptedServer, Seen

from cchc.sources.web import WebError

Serve = Callable[..., ScriptedServer]
Fetch = Callable[..., Path]
ROWS: list[dict[str, Any]] = [{"maHoSo": f"H01-{n}", "tenTTHC": "Cấp bản sao “trích lục”"} for n in range(23)]
PAGE = {"parameter": "trang"}
TOTAL = PAGE | {"total": "tong"}


def as_json(value: Any) -> Reply:
    return Reply(json.dumps(value).encode(), kind="application/json")


def by_page(total: int = len(ROWS), first: int = 1) -> Callable[[Seen, int], Reply]:
    """A server that gives ten rows a page."""

    def script(seen: Seen, _number: int) -> Reply:
        start = (int(seen.query["trang"]) - first) * 10
        return as_json({"items": ROWS[start : start + 10], "tong": total})

    return script


@pytest.mark.parametrize(
    ("paging", "first", "asked"), [(PAGE, 1, 4), (TOTAL, 1, 3), (PAGE | {"first": 0}, 0, 4)]
)
def test_every_row_of_every_page_is_in_the_one_file(
    serve: Serve, fetch: Fetch, paging: dict[str, Any], first: int, asked: int
) -> None:
    server = serve(by_page(first=first))
    path = fetch(server, format="json", rows="items", paging=paging, parameters={"ngay": "{last}"})
    assert json.loads(path.read_text(encoding="utf-8")) == ROWS
    assert path.suffix == ".json"
    assert len(server.seen) == asked
    assert all(seen.query["ngay"] == "2026-03-14" for seen in server.seen)


def test_rows_inside_an_answer_become_a_plain_list(serve: Serve, fetch: Fetch) -> None:
    path = fetch(serve(as_json({"data": {"items": ROWS}})), format="json", rows="data.items")
    assert json.loads(path.read_bytes()) == ROWS


def test_a_late_page_that_breaks_once_is_asked_for_again(serve: Serve, fetch: Fetch) -> None:
    good = by_page()
    server = serve(lambda seen, number: Reply(status=502) if number == 2 else good(seen, number))
    assert json.loads(fetch(server, format="json", rows="items", paging=PAGE).read_bytes()) == ROWS


@pytest.mark.parametrize(
    ("reply", "changed", "words"),
    [
        (by_page(total=25), {"paging": TOTAL}, "có 25 dòng nhưng chỉ nhận được 23"),
        (as_json({"items": ROWS}), {}, "trang đã nhận"),
        (as_json({"items": []}), {}, "không trả dòng nào"),
        (as_json({"khac": []}), {}, "không có trường items"),
        (as_json([ROWS]), {}, "không có trường items"),
        (as_json({"items": {"a": 1}}), {}, "không có danh sách dòng ở items"),
        (as_json({"items": ["a"]}), {}, "không có danh sách dòng ở items"),
        (as_json({"items": ROWS, "tong": "hai"}), {"paging": TOTAL}, "tong"),
        (as_json({"items": ROWS}), {"paging": TOTAL}, "không có trường tong"),
        (Reply(b'{"items": [{"a": 1}, {"a"'), {}, "định dạng JSON"),
        (Reply(b"\xff\xfe"), {}, "định dạng JSON"),
        (Reply(b"[" * 200_000), {}, "định dạng JSON"),
        (by_page(), {"limits": {"megabytes": 0.002}}, "0.002 MB"),
    ],
)
def test_rows_that_may_be_missing_are_an_error_and_leave_nothing(
    serve: Serve, fetch: Fetch, drop: Path, reply: Any, changed: dict[str, Any], words: str
) -> None:
    with pytest.raises(WebError, match=words):
        fetch(serve(reply), **({"format": "json", "rows": "items", "paging": PAGE} | changed))
    assert [path for path in drop.iterdir() if not path.name.endswith(".dang-tai")] == []


def test_a_fault_on_a_late_page_leaves_nothing(serve: Serve, fetch: Fetch, drop: Path) -> None:
    good = by_page()
    server = serve(lambda seen, number: good(seen, number) if number < 3 else Reply(status=403))
    with pytest.raises(WebError, match="403"):
        fetch(server, format="json", rows="items", paging=PAGE)
    assert [path for path in drop.iterdir() if not path.name.endswith(".dang-tai")] == []
