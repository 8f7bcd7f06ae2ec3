"""Faults of servers, each against a real socket: one clear message, and nothing in the drop folder."""

from __future__ import annotations

import gzip
import logging
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.sources.web.conftest import FIRST, LAST, SECRET, endpoint, server_at
from tests.sources.web.scripted_server import Reply, ScriptedServer, Seen

from cchc.errors import CchcError
from cchc.paths import Instance
from cchc.sources import pending_exports
from cchc.sources.web import WebError, download

Serve = Callable[..., ScriptedServer]
Fetch = Callable[..., Path]
CSV = "Mã hồ sơ;Trạng thái\n".encode() + b"".join(b"H01-%06d;4\n" % n for n in range(20_000))
HTML = b"<!DOCTYPE html>\n<html><body>Dang nhap</body></html>"


def failed(fetch: Fetch, server: ScriptedServer, drop: Path, **changed: object) -> str:
    """The message of a download that must fail; nothing that could be landed may be left, nor half of it."""
    with pytest.raises(WebError) as caught:
        fetch(server, **changed)
    left = [path.name for path in drop.iterdir() if not path.name.endswith(".dang-tai")]
    assert left == []
    message = str(caught.value)
    assert "“Một cửa thử” (mot-cua-thu)" in message
    assert SECRET not in message and SECRET not in repr(caught.value)
    return message


def test_a_whole_file_lands_under_its_name_for_its_owner_only(serve: Serve, fetch: Fetch, drop: Path) -> None:
    server = serve(Reply(CSV))
    path = fetch(server, parameters={"tu": "{first:%d/%m/%Y}", "den": "{last}"})
    assert path == drop / "mot-cua-thu-2025-12-08-2026-03-14.csv"
    assert path.read_bytes() == CSV
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    [seen] = server.seen
    assert (seen.path, seen.query) == ("/api/ho-so", {"tu": "08/12/2025", "den": "2026-03-14"})
    assert seen.headers["Authorization"] == f"Bearer {SECRET}"


def test_while_it_is_under_way_nothing_is_pending(serve: Serve, instance: Instance) -> None:
    during: list[tuple[list[str], list[Path]]] = []

    def look(_seen: Seen, number: int) -> Reply:
        drop = instance.export_drop
        if number == 2:
            during.append((sorted(path.name for path in drop.glob(".*.part")), pending_exports(instance)))
        return Reply(CSV, sent=5_000 if number == 1 else None)

    path = download(endpoint(), server_at(serve(look).address), FIRST, LAST, instance.export_drop)
    assert during == [([".mot-cua-thu.part"], [])]
    assert pending_exports(instance) == [path]
    assert path.read_bytes() == CSV, "what the broken try brought is not kept"


@pytest.mark.parametrize(
    ("status", "tries", "words"),
    [
        (401, 1, "đã hết hạn"),
        (403, 1, "cấp quyền"),
        (404, 1, "endpoints.yaml"),
        (400, 1, "parameters"),
        (206, 1, "parameters"),
        (408, 3, "408"),
        (429, 3, "429"),
        (500, 3, "500"),
        (503, 3, "503"),
    ],
)
def test_a_refusal_says_what_to_do_and_is_tried_again_only_where_that_helps(
    serve: Serve, fetch: Fetch, drop: Path, status: int, tries: int, words: str
) -> None:
    server = serve(Reply(b"khong", status=status))
    message = failed(fetch, server, drop)
    assert len(server.seen) == tries
    assert words in message and f"{server.address}/api/ho-so" in message


def test_a_server_that_recovers_is_not_an_error(serve: Serve, fetch: Fetch) -> None:
    server = serve(lambda _seen, number: Reply(status=503) if number < 3 else Reply(CSV))
    assert fetch(server).read_bytes() == CSV


def test_it_waits_as_long_as_the_server_asks(serve: Serve, fetch: Fetch) -> None:
    busy = Reply(status=429, headers={"Retry-After": "1"})
    server = serve(lambda _seen, number: busy if number == 1 else Reply(CSV))
    started = time.monotonic()
    fetch(server)
    assert time.monotonic() - started >= 1


def test_it_does_not_wait_for_a_try_that_would_come_after_the_total_time(
    serve: Serve, fetch: Fetch, drop: Path
) -> None:
    server = serve(Reply(status=429, headers={"Retry-After": "3600"}))
    assert "429" in failed(fetch, server, drop)
    assert len(server.seen) == 1


@pytest.mark.parametrize(
    ("reply", "changed", "words"),
    [
        (Reply(HTML, kind="text/html; charset=utf-8"), {}, "trang web"),
        (Reply(HTML, kind="text/csv"), {}, "trang web"),
        (Reply(b"\xef\xbb\xbf \n" + HTML), {"format": "xlsx"}, "trang web"),
        (Reply(b""), {}, "nội dung rỗng"),
        (Reply(status=204), {}, "nội dung rỗng"),
        (Reply(CSV), {"limits": {"megabytes": 0.1}}, "0.1 MB"),
        (Reply(CSV, chunked=True), {"limits": {"megabytes": 0.1}}, "0.1 MB"),
        (Reply(CSV, length=-1), {"limits": {"megabytes": 0.1}}, "0.1 MB"),
        (Reply(b"", length=10**12, hang=True), {}, "500 MB"),
        (Reply(CSV + b"H01-1;", length=-1), {}, "cắt giữa chừng"),
        (Reply(raw=b"khong phai HTTP\r\n\r\n"), {}, "Không kết nối được"),
        (Reply(CSV, drip=True), {"limits": {"seconds": 0.5}}, "0.5 giây"),
        (Reply(CSV, length=-1, drip=True), {"limits": {"seconds": 0.5}}, "0.5 giây"),
        (Reply(CSV, sent=9_000, hang=True), {"limits": {"seconds": 0.5}}, "0.5 giây"),
    ],
)  # fmt: skip
def test_what_is_not_the_whole_export_is_refused(
    serve: Serve, fetch: Fetch, drop: Path, reply: Reply, changed: dict[str, object], words: str
) -> None:
    assert words in failed(fetch, serve(reply), drop, **changed)


@pytest.mark.parametrize(
    ("reply", "format_"),
    [
        (Reply(CSV, kind="application/octet-stream"), "csv"),
        (Reply(CSV, chunked=True), "csv"),
        (Reply(CSV, length=-1), "csv"),
        (Reply(CSV.decode().encode("utf-16"), length=-1), "csv"),
        (Reply(gzip.compress(CSV), kind="application/gzip"), "csv.gz"),
        (Reply(b'[{"a": 1}]', kind="application/vnd.motcua+json"), "json"),
    ],
)
def test_a_sound_body_is_kept_byte_by_byte(serve: Serve, fetch: Fetch, reply: Reply, format_: str) -> None:
    path = fetch(serve(reply), format=format_)
    assert path.read_bytes() == reply.body
    assert path.name.endswith(f".{format_}")


@pytest.mark.parametrize("broken", [{"sent": 9_000}, {"sent": 9_000, "chunked": True}])
def test_a_body_that_ends_early_is_tried_again_and_then_refused(
    serve: Serve, fetch: Fetch, drop: Path, broken: dict[str, object]
) -> None:
    server = serve(Reply(CSV, **broken))  # type: ignore[arg-type]  # keywords of the parameters above
    assert "cắt giữa chừng" in failed(fetch, server, drop)
    assert len(server.seen) == 3


def test_a_server_that_sends_half_and_hangs_is_given_up(serve: Serve, fetch: Fetch, drop: Path) -> None:
    server = serve(Reply(CSV, sent=9_000, hang=True))
    assert "im lặng quá 0.2 giây" in failed(fetch, server, drop, limits={"read_seconds": 0.2, "tries": 2})
    assert len(server.seen) == 2


def test_nobody_there_is_a_clear_error(serve: Serve, fetch: Fetch, drop: Path) -> None:
    server = serve(Reply(CSV))
    server._http.shutdown()
    server._http.server_close()
    assert "Không kết nối được" in failed(fetch, server, drop)


def test_the_secret_is_never_written_anywhere(
    serve: Serve, fetch: Fetch, drop: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for reply in (Reply(CSV), Reply(status=401), Reply(status=500), Reply(CSV, sent=9), Reply(HTML)):
        try:
            fetch(serve(reply))
        except WebError as error:
            chain = [str(error), repr(error), str(error.__cause__), str(error.__suppress_context__)]
            assert SECRET not in " ".join(chain)
    assert "mot-cua-thu" in caplog.text
    assert SECRET not in caplog.text
    assert all(SECRET.encode() not in path.read_bytes() for path in drop.rglob("*") if path.is_file())


def test_half_of_a_killed_process_is_cleared_and_other_files_left(
    serve: Serve, fetch: Fetch, drop: Path
) -> None:
    drop.mkdir()
    for name in (".mot-cua-thu.part", ".khac.part", "tha-tay.csv"):
        (drop / name).write_bytes(b"x" * 2 * len(CSV))
    assert fetch(serve(Reply(CSV))).read_bytes() == CSV
    assert not (drop / ".mot-cua-thu.part").exists()
    assert (drop / ".khac.part").exists() and (drop / "tha-tay.csv").exists()


def test_a_second_download_of_the_endpoint_at_the_same_time_is_refused(serve: Serve, fetch: Fetch) -> None:
    refused: list[str] = []

    def script(_seen: Seen, number: int) -> Reply:
        if number == 1:
            with pytest.raises(WebError) as caught:
                fetch(server)
            refused.append(str(caught.value))
        return Reply(CSV)

    server = serve(script)
    assert fetch(server).read_bytes() == CSV
    assert len(refused) == 1 and "đang tải điểm này" in refused[0]


def test_the_same_days_again_replace_what_was_not_landed(serve: Serve, fetch: Fetch, drop: Path) -> None:
    fetch(serve(Reply(CSV)))
    path = fetch(serve(Reply(CSV + b"H01-9;9\n")))
    assert [one.name for one in drop.glob("*.csv")] == [path.name]
    assert path.read_bytes().endswith(b"H01-9;9\n")


def test_a_failure_leaves_the_file_of_an_earlier_success(serve: Serve, fetch: Fetch) -> None:
    path = fetch(serve(Reply(CSV)))
    with pytest.raises(WebError):
        fetch(serve(Reply(status=500)))
    assert path.read_bytes() == CSV


def test_a_folder_that_cannot_be_written_is_named(serve: Serve, fetch: Fetch, drop: Path) -> None:
    drop.write_text("a file")
    with pytest.raises(CchcError, match=f"Không ghi được vào thư mục {drop}"):
        fetch(serve(Reply(CSV)))
