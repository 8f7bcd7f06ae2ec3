"""Answers in pages: all rows once, none lost, and servers that count or page wrongly are found out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sources.web.conftest import FIRST, LAST, endpoint, server_at
from tests.sources.web.scripted_server import Reply, ScriptedServer, Seen

from cchc.sources.web import WebError, download

Serve = Callable[..., ScriptedServer]
Fetch = Callable[..., list[Path]]
ROWS: list[dict[str, Any]] = [{"maHoSo": f"H01-{n}", "tenTTHC": "Cấp bản sao “trích lục”"} for n in range(23)]
PAGE = {"kind": "page", "parameter": "trang", "size_parameter": "soDong", "size": 10}
OFFSET = {"kind": "offset", "parameter": "tu", "size_parameter": "soDong", "size": 10}


def as_json(value: Any, **more: Any) -> Reply:
    return Reply(json.dumps(value).encode(), kind="application/json", **more)


def by_page(rows: list[Any], most: int = 10, total: int | None = None) -> Callable[[Seen, int], Reply]:
    """A server that gives at most `most` rows a page, whatever was asked for."""

    def script(seen: Seen, _number: int) -> Reply:
        size = min(most, int(seen.query["soDong"]))
        start = (int(seen.query["trang"]) - 1) * size if "trang" in seen.query else int(seen.query["tu"])
        return as_json({"items": rows[start : start + size], "tong": len(rows) if total is None else total})

    return script


@pytest.mark.parametrize("paging", [PAGE, OFFSET])
def test_every_row_of_every_page_is_in_the_one_file(
    serve: Serve, fetch: Fetch, paging: dict[str, Any]
) -> None:
    server = serve(by_page(ROWS))
    [path] = fetch(server, format="json", rows="items", paging=paging, parameters={"ngay": "{last}"})
    assert json.loads(path.read_text(encoding="utf-8")) == ROWS
    assert path.suffix == ".json"
    assert all(seen.query["ngay"] == "2026-03-14" for seen in server.seen)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(count=st.integers(1, 40), most=st.integers(1, 15), kind=st.sampled_from(["page", "offset"]))
def test_a_server_that_caps_its_pages_loses_nothing(tmp_path: Path, count: int, most: int, kind: str) -> None:
    rows = [{"ma": n} for n in range(count)]
    paging = PAGE if kind == "page" else OFFSET
    with ScriptedServer(by_page(rows, most)).running() as server:
        asked = endpoint(format="json", rows="items", paging=paging)
        [path] = download(asked, server_at(server.address), FIRST, LAST, tmp_path)
    assert json.loads(path.read_bytes()) == rows


def test_with_a_total_no_page_more_than_needed_is_asked_for(serve: Serve, fetch: Fetch) -> None:
    server = serve(by_page(ROWS))
    fetch(server, format="json", rows="items", paging=PAGE | {"total_field": "tong"})
    assert len(server.seen) == 3


def failing(fetch: Fetch, drop: Path, server: ScriptedServer, **changed: Any) -> WebError:
    with pytest.raises(WebError) as caught:
        fetch(server, **({"format": "json", "rows": "items", "paging": PAGE} | changed))
    assert [path for path in drop.iterdir() if not path.name.endswith(".dang-tai")] == []
    return caught.value


def test_fewer_rows_than_the_server_counts_is_an_error(serve: Serve, fetch: Fetch, drop: Path) -> None:
    error = failing(fetch, drop, serve(by_page(ROWS, total=25)), paging=PAGE | {"total_field": "tong"})
    assert error.fault == "rows" and "25 dòng" in str(error) and "23 dòng" in str(error)


def test_a_server_that_ignores_the_page_is_found_out(serve: Serve, fetch: Fetch, drop: Path) -> None:
    assert failing(fetch, drop, serve(as_json({"items": ROWS}))).fault == "repeated"


def test_more_pages_than_the_limit_is_an_error_and_not_a_part(serve: Serve, fetch: Fetch, drop: Path) -> None:
    error = failing(fetch, drop, serve(by_page(ROWS)), limits={"pages": 2})
    assert error.fault == "pages"


def test_a_fault_on_a_late_page_leaves_nothing(serve: Serve, fetch: Fetch, drop: Path) -> None:
    good = by_page(ROWS)
    server = serve(lambda seen, number: good(seen, number) if number < 3 else Reply(status=403))
    assert failing(fetch, drop, server).fault == "forbidden"


def test_a_late_page_that_breaks_once_is_asked_for_again(serve: Serve, fetch: Fetch) -> None:
    good = by_page(ROWS)
    server = serve(lambda seen, number: Reply(status=502) if number == 2 else good(seen, number))
    [path] = fetch(server, format="json", rows="items", paging=PAGE)
    assert json.loads(path.read_bytes()) == ROWS


@pytest.mark.parametrize(
    ("body", "changed"),
    [
        ({"khac": []}, {}),
        ({"items": {"a": 1}}, {}),
        ({"items": ["a"]}, {}),
        ({"items": ROWS, "tong": "hai"}, {"paging": PAGE | {"total_field": "tong"}}),
        ({"items": ROWS}, {"paging": PAGE | {"total_field": "meta.tong"}}),
        ({"items": ROWS}, {"rows": None}),
    ],
)
def test_a_shape_that_was_not_declared_is_an_error(
    serve: Serve, fetch: Fetch, drop: Path, body: Any, changed: dict[str, Any]
) -> None:
    assert failing(fetch, drop, serve(as_json(body)), **changed).fault == "rows"


def test_no_row_at_all_is_told_and_not_landed_as_nothing(serve: Serve, fetch: Fetch, drop: Path) -> None:
    error = failing(fetch, drop, serve(as_json({"items": []})))
    assert error.fault == "empty" and "không trả dòng nào" in str(error)


def linked(where: str) -> Callable[[Seen, int], Reply]:
    """Three pages by next-link, in the body or in the header; the second one is empty."""
    pages = [ROWS[:10], [], ROWS[10:]]

    def script(seen: Seen, _number: int) -> Reply:
        place = int(seen.query.get("con", "0"))
        following = f"/api/ho-so?con={place + 1}" if place < 2 else None
        if where == "body":
            return as_json({"items": pages[place], "links": {"next": following}})
        headers = {"Link": f'<{following}>; rel="next"'} if following else {}
        return as_json({"items": pages[place]}, headers=headers)

    return script


@pytest.mark.parametrize(
    ("where", "paging"),
    [("body", {"kind": "next", "next_field": "links.next"}), ("header", {"kind": "next"})],
)
def test_links_are_followed_to_the_last(
    serve: Serve, fetch: Fetch, where: str, paging: dict[str, Any]
) -> None:
    server = serve(linked(where))
    [path] = fetch(server, format="json", rows="items", paging=paging)
    assert json.loads(path.read_bytes()) == ROWS
    assert len(server.seen) == 3


@pytest.mark.parametrize(
    ("target", "fault"), [("https://noi-khac.example/x", "redirect"), ("/api/ho-so?con=0", "repeated")]
)
def test_a_link_to_a_stranger_or_in_a_circle_is_not_followed(
    serve: Serve, fetch: Fetch, drop: Path, target: str, fault: str
) -> None:
    replies = {1: "/api/ho-so?con=0"}
    server = serve(
        lambda _seen, number: as_json({"items": [{"ma": number}], "tiep": replies.get(number, target)})
    )
    error = failing(fetch, drop, server, paging={"kind": "next", "next_field": "tiep"})
    assert error.fault == fault
    assert len(server.seen) == 2


HEADER = 'Mã hồ sơ;"Ghi\nchú"\n'.encode()


def test_csv_pages_are_files_of_their_own_and_the_empty_one_ends_them(serve: Serve, fetch: Fetch) -> None:
    pages = [HEADER + b"1;a\n2;b\n", HEADER + b"3;c\n", HEADER]
    server = serve(lambda seen, _number: Reply(pages[int(seen.query["trang"]) - 1]))
    paths = fetch(server, paging={"kind": "page", "parameter": "trang"})
    assert [path.name for path in paths] == [
        f"mot-cua-thu-2025-12-08-2026-03-14-trang-000{n}.csv" for n in (1, 2)
    ]
    assert [path.read_bytes() for path in paths] == pages[:2]


def test_csv_pages_may_end_with_no_content_and_come_by_links(serve: Serve, fetch: Fetch) -> None:
    def numbered(seen: Seen, _number: int) -> Reply:
        return Reply(HEADER + b"1;a\n") if seen.query["trang"] == "1" else Reply(status=204)

    def by_link(_seen: Seen, number: int) -> Reply:
        headers = {"Link": '</api/tiep>; rel="next"'} if number == 1 else {}
        return Reply(HEADER + b"%d;a\n" % number, headers=headers)

    assert len(fetch(serve(numbered), paging={"kind": "page", "parameter": "trang"})) == 1
    assert len(fetch(serve(by_link), paging={"kind": "next"}, name="theo-lien-ket")) == 2


def test_a_first_csv_page_without_rows_is_a_file(serve: Serve, fetch: Fetch) -> None:
    [path] = fetch(serve(Reply(HEADER)), paging={"kind": "page", "parameter": "trang"})
    assert path.read_bytes() == HEADER


def test_a_csv_server_that_ignores_the_page_leaves_nothing(serve: Serve, fetch: Fetch, drop: Path) -> None:
    error = failing(
        fetch, drop, serve(Reply(HEADER + b"1;a\n")), format="csv", rows=None,
        paging={"kind": "page", "parameter": "trang"},
    )  # fmt: skip
    assert error.fault == "repeated"
