"""Faults of servers, each against a real socket: one clear message, and nothing in the drop folder."""

from __future__ import annotations

import gzip
import io
import json
import logging
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.sources.web.conftest import SECRET
from tests.sources.web.scripted_server import Reply, ScriptedServer, Seen, ranged

from cchc.paths import Instance
from cchc.sources import pending_exports
from cchc.sources.web import WebError

Serve = Callable[..., ScriptedServer]
Fetch = Callable[..., list[Path]]
CSV = "Mã hồ sơ;Trạng thái\n".encode() + b"".join(b"H01-%06d;4\n" % n for n in range(20_000))
BOMB = gzip.compress(bytes(9_000_000))
HTML = b"<!DOCTYPE html>\n<html><body>Dang nhap</body></html>"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def zipped(size: int = 50_000) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"x" * size)
    return buffer.getvalue()


def failed(fetch: Fetch, server: ScriptedServer, drop: Path, **changed: object) -> WebError:
    """The error of a download that must fail; nothing that could be landed may be left, nor half of it."""
    with pytest.raises(WebError) as caught:
        fetch(server, **changed)
    left = [path.name for path in drop.iterdir() if not path.name.endswith(".dang-tai")]
    assert left == []
    message = str(caught.value)
    assert "“Một cửa thử” (mot-cua-thu)" in message
    assert SECRET not in message and SECRET not in repr(caught.value)
    return caught.value


def rest_of(body: bytes, start: int, tag: str, total: str = str(len(CSV))) -> Reply:
    headers = {"ETag": tag, "Content-Range": f"bytes {start}-{len(body) - 1}/{total}"}
    return Reply(body[start:], status=206, headers=headers)


def test_a_whole_file_lands_under_its_name_for_its_owner_only(serve: Serve, fetch: Fetch, drop: Path) -> None:
    server = serve(Reply(CSV))
    [path] = fetch(server, parameters={"tu": "{first:%d/%m/%Y}", "den": "{last}"})
    assert path == drop / "mot-cua-thu-2025-12-08-2026-03-14.csv"
    assert path.read_bytes() == CSV
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    [seen] = server.seen
    assert (seen.path, seen.query) == ("/api/ho-so", {"tu": "08/12/2025", "den": "2026-03-14"})
    assert seen.headers["Authorization"] == f"Bearer {SECRET}"


def test_while_it_is_under_way_nothing_is_pending(serve: Serve, fetch: Fetch, instance: Instance) -> None:
    during: list[tuple[list[str], list[Path]]] = []

    def look(_seen: Seen, number: int) -> Reply:
        drop = instance.export_drop
        if number == 2:
            during.append((sorted(path.suffix for path in drop.glob(".*.part")), pending_exports(instance)))
        return Reply(CSV, sent=5_000 if number == 1 else None)

    from tests.sources.web.conftest import FIRST, LAST, endpoint, server_at

    from cchc.sources.web import download

    paths = download(endpoint(), server_at(serve(look).address), FIRST, LAST, instance.export_drop)
    assert during == [([".part"], [])]
    assert pending_exports(instance) == paths


@pytest.mark.parametrize(
    ("status", "fault", "tries", "words"),
    [
        (401, "unauthorised", 1, "đã hết hạn"),
        (403, "forbidden", 1, "cấp quyền"),
        (404, "not-found", 1, "endpoints.yaml"),
        (400, "refused", 1, "parameters"),
        (429, "too-many", 3, "429"),
        (500, "server", 3, "500"),
        (503, "server", 3, "503"),
    ],
)
def test_a_refusal_says_what_to_do_and_is_tried_again_only_where_that_helps(
    serve: Serve, fetch: Fetch, drop: Path, status: int, fault: str, tries: int, words: str
) -> None:
    server = serve(Reply(b"khong", status=status))
    error = failed(fetch, server, drop)
    assert (error.fault, len(server.seen)) == (fault, tries)
    assert words in str(error) and f"{server.address}/api/ho-so" in str(error)


def test_a_server_that_recovers_is_not_an_error(serve: Serve, fetch: Fetch) -> None:
    server = serve(
        lambda _seen, number: Reply(status=503, headers={"Retry-After": "0"}) if number < 3 else Reply(CSV)
    )
    assert fetch(server)[0].read_bytes() == CSV


def test_it_does_not_wait_for_a_try_that_would_come_after_the_total_time(
    serve: Serve, fetch: Fetch, drop: Path
) -> None:
    server = serve(Reply(status=429, headers={"Retry-After": "3600"}))
    error = failed(fetch, server, drop)
    assert (error.fault, len(server.seen)) == ("too-many", 1)


@pytest.mark.parametrize(
    ("reply", "changed", "fault"),
    [
        (Reply(HTML, kind="text/html; charset=utf-8"), {}, "html"),
        (Reply(b"Phien lam viec het han", kind="text/html"), {}, "html"),
        (Reply(HTML, kind="text/csv"), {}, "html"),
        (Reply(b"\xef\xbb\xbf \n" + HTML, kind=""), {}, "html"),
        (Reply(b""), {}, "empty"),
        (Reply(status=204), {}, "empty"),
        (Reply(zipped(), kind="text/csv"), {}, "wrong-kind"),
        (Reply(b'{"loi": "het han"}'), {}, "wrong-kind"),
        (Reply(b"a;b\x00\x01\x02", kind=""), {}, "wrong-kind"),
        (Reply(CSV, kind="application/pdf"), {}, "wrong-kind"),
        (Reply(CSV, kind=XLSX), {"format": "xlsx"}, "wrong-kind"),
        (Reply(zipped()[:-30], kind=XLSX), {"format": "xlsx"}, "cut-off"),
        (Reply(b"khong phai", kind="application/json"), {"format": "json"}, "wrong-kind"),
        (Reply(b'[{"a": 1}, {"a"', kind="application/json"), {"format": "json"}, "cut-off"),
        (Reply(b'[{"a": "mot', kind="application/json"), {"format": "json"}, "cut-off"),
        (Reply(b'[{"a": 1},, {}]', kind="application/json"), {"format": "json"}, "damaged"),
        (Reply(b'[{"a": NaN}]', kind="application/json"), {"format": "json"}, "damaged"),
        (Reply(gzip.compress(CSV)[:-20], kind=""), {"format": "csv.gz"}, "cut-off"),
        (Reply(gzip.compress(CSV)[:-8] + bytes(8), kind=""), {"format": "csv.gz"}, "damaged"),
        (Reply(b"PAR1" + bytes(99), kind=""), {"format": "parquet"}, "cut-off"),
        (Reply(b"khong", kind=""), {"format": "xls"}, "wrong-kind"),
        (Reply(CSV), {"limits": {"megabytes": 0.1}}, "too-large"),
        (Reply(CSV, chunked=True), {"limits": {"megabytes": 0.1}}, "too-large"),
        (Reply(CSV, length=-1), {"limits": {"megabytes": 0.1}}, "too-large"),
        (Reply(zipped(9_000_000), kind=XLSX), {"format": "xlsx", "limits": {"megabytes": 1}}, "too-large"),
        (Reply(BOMB, kind=""), {"format": "csv.gz", "limits": {"megabytes": 1}}, "too-large"),
        (Reply(CSV + b"H01-1;", length=-1), {}, "cut-off"),
        (Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: nhieu\r\n\r\nabc"), {}, "cut-off"),
        (Reply(raw=b"khong phai HTTP\r\n\r\n"), {}, "unreachable"),
    ],
)  # fmt: skip
def test_a_body_that_is_not_what_it_should_be_is_refused(
    serve: Serve, fetch: Fetch, drop: Path, reply: Reply, changed: dict[str, object], fault: str
) -> None:
    assert failed(fetch, serve(reply), drop, **changed).fault == fault


@pytest.mark.parametrize(
    ("reply", "format_"),
    [
        (Reply(CSV, kind="application/octet-stream"), "csv"),
        (Reply(CSV, chunked=True), "csv"),
        (Reply(CSV, length=-1), "csv"),
        (Reply(CSV.decode().encode("utf-16"), kind="text/plain"), "csv"),
        (Reply(CSV.decode().encode("utf-16"), length=-1), "csv"),
        (Reply(gzip.compress(CSV), kind="application/gzip"), "csv.gz"),
        (Reply(zipped(), kind=XLSX), "xlsx"),
        (Reply(b'[{"a": 1}]', kind="application/vnd.motcua+json"), "json"),
        (Reply(b"PAR1" + bytes(99) + b"PAR1", kind=""), "parquet"),
    ],
)
def test_a_sound_body_of_every_format_is_kept_byte_by_byte(
    serve: Serve, fetch: Fetch, reply: Reply, format_: str
) -> None:
    [path] = fetch(serve(reply), format=format_)
    assert path.read_bytes() == reply.body
    assert path.name.endswith(f".{format_}")


@pytest.mark.parametrize("broken", [{"sent": 9_000}, {"sent": 9_000, "chunked": True}])
def test_a_body_that_ends_early_is_tried_again_and_then_refused(
    serve: Serve, fetch: Fetch, drop: Path, broken: dict[str, object]
) -> None:
    server = serve(Reply(CSV, **broken))  # type: ignore[arg-type]  # keywords of the parameters above
    assert failed(fetch, server, drop).fault == "cut-off"
    assert len(server.seen) == 3
    assert not any("Range" in seen.headers for seen in server.seen), "no version, so nothing to go on with"


def test_what_is_there_is_kept_and_only_the_rest_asked_for(serve: Serve, fetch: Fetch) -> None:
    cuts = {1: {"sent": 131_072}, 2: {"sent": 65_536}}
    server = serve(lambda seen, number: ranged(CSV, seen, '"v1"', **cuts.get(number, {})))
    assert fetch(server)[0].read_bytes() == CSV
    ranges = [seen.headers.get("Range") for seen in server.seen]
    assert ranges == [None, "bytes=131072-", "bytes=196608-"]
    assert server.seen[1].headers["If-Range"] == '"v1"'


def test_a_file_that_changed_meanwhile_is_fetched_anew(serve: Serve, fetch: Fetch) -> None:
    new = CSV.replace(b";4", b";9")

    def script(seen: Seen, number: int) -> Reply:
        return ranged(CSV, seen, '"v1"', sent=131_072) if number == 1 else ranged(new, seen, '"v2"')

    assert fetch(serve(script))[0].read_bytes() == new


@pytest.mark.parametrize(
    "answer",
    [
        lambda: Reply(CSV),  # ignores Range
        lambda: Reply(status=416),
        lambda: rest_of(CSV, 5, '"v1"'),  # not the part that was asked for
        lambda: rest_of(CSV, 131_072, '"v2"'),  # a part of another version
        lambda: rest_of(CSV, 0, '"v1"', total="*"),  # everything, but called a part
    ],
)
def test_a_server_that_cannot_resume_starts_anew(
    serve: Serve, fetch: Fetch, answer: Callable[[], Reply]
) -> None:
    def script(seen: Seen, number: int) -> Reply:
        if number == 1:
            return ranged(CSV, seen, '"v1"', sent=131_072)
        return answer() if number == 2 else Reply(CSV)

    assert fetch(serve(script))[0].read_bytes() == CSV


def test_a_part_that_ends_before_the_end_is_gone_on_with(serve: Serve, fetch: Fetch) -> None:
    def script(seen: Seen, number: int) -> Reply:
        if number == 2:
            return rest_of(CSV[:140_000], 131_072, '"v1"')
        return ranged(CSV, seen, '"v1"', sent=131_072 if number == 1 else None)

    server = serve(script)
    assert fetch(server)[0].read_bytes() == CSV
    assert server.seen[2].headers["Range"] == "bytes=140000-"


def test_a_size_announced_beyond_the_limit_is_not_waited_for(serve: Serve, fetch: Fetch, drop: Path) -> None:
    server = serve(Reply(b"", length=10**12, hang=True))
    assert failed(fetch, server, drop).fault == "too-large"


def test_a_server_that_sends_half_and_hangs_is_given_up(serve: Serve, fetch: Fetch, drop: Path) -> None:
    server = serve(Reply(CSV, sent=9_000, hang=True))
    error = failed(fetch, server, drop, limits={"read_seconds": 0.2, "tries": 2})
    assert (error.fault, len(server.seen)) == ("silent", 2)


@pytest.mark.parametrize("reply", [Reply(CSV, drip=True), Reply(CSV, length=-1, drip=True)])
def test_a_server_that_drips_meets_the_total_time_limit(
    serve: Serve, fetch: Fetch, drop: Path, reply: Reply
) -> None:
    error = failed(fetch, serve(reply), drop, limits={"seconds": 0.5})
    assert error.fault == "time-limit" and "0.5 giây" in str(error)


def test_the_total_time_counts_all_tries(serve: Serve, fetch: Fetch, drop: Path) -> None:
    server = serve(Reply(CSV, sent=9_000, hang=True))
    error = failed(fetch, server, drop, limits={"seconds": 0.7, "read_seconds": 0.3, "tries": 20})
    assert error.fault in ("time-limit", "silent")
    assert len(server.seen) <= 3


def test_nobody_there_is_a_clear_error(serve: Serve, fetch: Fetch, drop: Path) -> None:
    server = serve(Reply(CSV))
    server._http.shutdown()
    server._http.server_close()
    assert failed(fetch, server, drop).fault == "unreachable"


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


def test_halves_of_a_killed_process_are_cleared_and_other_files_left(
    serve: Serve, fetch: Fetch, drop: Path
) -> None:
    drop.mkdir()
    for name in (".mot-cua-thu.abc.part", ".khac.abc.part", "tha-tay.csv"):
        (drop / name).write_bytes(b"x")
    fetch(serve(Reply(CSV)))
    assert not (drop / ".mot-cua-thu.abc.part").exists()
    assert (drop / ".khac.abc.part").exists() and (drop / "tha-tay.csv").exists()


def test_a_second_download_of_the_endpoint_at_the_same_time_is_refused(
    serve: Serve, fetch: Fetch, drop: Path
) -> None:
    refused: list[str] = []

    def script(_seen: Seen, number: int) -> Reply:
        if number == 1:
            with pytest.raises(WebError) as caught:
                fetch(server)
            refused.append(caught.value.fault)
        return Reply(CSV)

    server = serve(script)
    assert fetch(server)[0].read_bytes() == CSV
    assert refused == ["busy"]


def test_the_same_days_again_replace_what_was_not_landed(serve: Serve, fetch: Fetch, drop: Path) -> None:
    fetch(serve(Reply(CSV)))
    [path] = fetch(serve(Reply(CSV + b"H01-9;9\n")))
    assert [one.name for one in drop.glob("*.csv")] == [path.name]
    assert path.read_bytes().endswith(b"H01-9;9\n")


def test_a_failure_leaves_the_file_of_an_earlier_success(serve: Serve, fetch: Fetch, drop: Path) -> None:
    [path] = fetch(serve(Reply(CSV)))
    with pytest.raises(WebError):
        fetch(serve(Reply(status=500)))
    assert path.read_bytes() == CSV


def test_rows_inside_an_answer_become_a_plain_list(serve: Serve, fetch: Fetch) -> None:
    body = {"data": {"items": [{"maHoSo": "H01-1", "ten": "Hộ tịch"}]}}
    server = serve(Reply(json.dumps(body).encode(), kind="application/json"))
    [path] = fetch(server, format="json", rows="data.items")
    assert json.loads(path.read_bytes()) == body["data"]["items"]
