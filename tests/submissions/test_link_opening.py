"""Links are opened over real TLS, and nothing that the other side does holds anybody up or leads inside."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace

import dns.resolver
import pytest
from tests.submissions.link_server import (
    EXPIRED,
    GOOD,
    NOT_YET,
    OTHER,
    SELF_MADE,
    LinkServer,
    link_server,
)  # fmt: skip
from tests.support.scored_year import COMMUNE, OPENED, ROUND

from cchc.clock import END
from cchc.errors import ConfigError
from cchc.paths import Instance
from cchc.run import Run
from cchc.scores import EvidenceKind, EvidenceStatus, KeptEvidence, evidence_of, put_evidence
from cchc.stages import score_opening
from cchc.store import Store
from cchc.submissions import link_opening
from cchc.submissions.link_opening import (
    HeadAnswer,
    Opened,
    head_over,
    https_client,
    open_link,
    open_links,
)  # fmt: skip
from cchc.submissions.links import MOST_LINKS

PUBLIC, INSIDE = "8.8.8.8", "192.168.1.9"
ADDRESSES = {"a.gov.vn": [PUBLIC], "trong.gov.vn": [INSIDE], "hai.gov.vn": [PUBLIC, INSIDE]} | {
    host: [PUBLIC] for host in (GOOD, EXPIRED, NOT_YET, OTHER, SELF_MADE)
}


async def resolve(host: str) -> list[str]:
    if host not in ADDRESSES:
        raise dns.resolver.NXDOMAIN
    return ADDRESSES[host]


def opened(url: str, answers: Mapping[str, HeadAnswer | Exception]) -> tuple[Opened, list[tuple[str, str]]]:
    """Without a network: what comes of a link, and what was asked of whom."""
    asked: list[tuple[str, str]] = []

    async def head(url: str, address: str) -> HeadAnswer:
        asked.append((url, address))
        answer = answers[url]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return asyncio.run(open_link(url, resolve, head)), asked


def test_a_name_that_resolves_inside_is_not_asked_and_one_inside_of_two_is_enough() -> None:
    for host in ("trong.gov.vn", "hai.gov.vn"):
        assert opened(f"https://{host}/", {})[0].status is EvidenceStatus.INSIDE_ONLY
    missing, asked = opened("https://khong-co.gov.vn/", {})
    assert missing.status is EvidenceStatus.DOES_NOT_OPEN and "không có máy chủ tên này" in missing.detail
    assert asked == []


def test_each_step_of_a_redirect_is_looked_at_again_and_the_address_is_the_one_looked_at() -> None:
    steps = {
        "https://a.gov.vn/1": HeadAnswer(301, "/2"),
        "https://a.gov.vn/2": HeadAnswer(302, "https://trong.gov.vn/mat"),
    }
    found, asked = opened("https://a.gov.vn/1", steps)
    assert found.status is EvidenceStatus.INSIDE_ONLY
    assert asked == [("https://a.gov.vn/1", PUBLIC), ("https://a.gov.vn/2", PUBLIC)]


@pytest.mark.parametrize(
    ("code", "status"),
    [(200, "mo_duoc"), (403, "mo_duoc"), (405, "mo_duoc"), (404, "khong_mo_duoc"), (500, "khong_mo_duoc")],
)
def test_a_page_that_is_there_opens_and_one_that_is_gone_does_not(code: int, status: str) -> None:
    assert opened("https://a.gov.vn/", {"https://a.gov.vn/": HeadAnswer(code)})[0].status == status


def test_a_server_that_does_not_answer_is_told_and_breaks_nothing() -> None:
    assert (
        "không trả lời"
        in opened("https://a.gov.vn/", {"https://a.gov.vn/": ConnectionResetError()})[0].detail
    )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LinkServer]:
    with link_server(tmp_path_factory.mktemp("lien-ket")) as found:
        yield found


def over_tls(server: LinkServer, url: str, seconds: float = 5) -> Opened:
    """Opened by the real client; the public address is the test's server."""

    async def run() -> Opened:
        async with https_client(server.trusted) as client:
            real = head_over(client)

            async def head(url: str, address: str) -> HeadAnswer:
                assert address == PUBLIC
                return await real(url, "127.0.0.1")

            return await open_link(url, resolve, head, seconds)

    return asyncio.run(run())


def test_a_page_behind_a_good_certificate_opens_and_only_its_head_is_asked_for(server: LinkServer) -> None:
    server.asked.clear()
    found = over_tls(server, f"https://{GOOD}:{server.port}/vb/1?so=2")
    assert (found.status, found.detail) == (EvidenceStatus.OPENS, "Mở được (mã 200).")
    assert server.asked == ["HEAD /vb/1?so=2 HTTP/1.1"]
    assert over_tls(server, f"https://{GOOD}:{server.port}/tiep").status is EvidenceStatus.OPENS
    assert over_tls(server, f"https://{GOOD}:{server.port}/cam").status is EvidenceStatus.OPENS
    assert "mã 404" in over_tls(server, f"https://{GOOD}:{server.port}/mat").detail


@pytest.mark.parametrize(
    ("host", "words"),
    [
        (EXPIRED, "đã hết hạn"), (NOT_YET, "chưa đến ngày"), (OTHER, "không cấp cho tên này"),
        (SELF_MADE, "không do nơi được tin cậy cấp"),
    ],
)  # fmt: skip
def test_a_bad_certificate_is_named_and_the_page_is_never_asked_for(
    server: LinkServer, host: str, words: str
) -> None:
    server.asked.clear()
    found = over_tls(server, f"https://{host}:{server.port}/")
    assert found.status is EvidenceStatus.DOES_NOT_OPEN and words in found.detail
    assert server.asked == []


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/trong", "chi_noi_bo", "mạng nội bộ"), ("/so", "chi_noi_bo", "mạng nội bộ"),
        ("/http", "khong_mo_duoc", "không phải https"), ("/vong", "khong_mo_duoc", "quá nhiều lần"),
        ("/hong", "khong_mo_duoc", "không trả lời"), ("/rac", "khong_mo_duoc", "không trả lời"),
    ],
)  # fmt: skip
def test_where_an_answer_sends_on_is_looked_at_too(
    server: LinkServer, path: str, status: str, words: str
) -> None:
    found = over_tls(server, f"https://{GOOD}:{server.port}{path}")
    assert found.status == status and words in found.detail


def test_an_endless_body_is_not_read_and_an_endless_or_dripping_head_is_left(server: LinkServer) -> None:
    assert over_tls(server, f"https://{GOOD}:{server.port}/vo-tan").status is EvidenceStatus.OPENS
    for path in ("/dau-vo-tan", "/nho-giot", "/im"):
        found = over_tls(server, f"https://{GOOD}:{server.port}{path}", seconds=0.5)
        assert found.status is EvidenceStatus.DOES_NOT_OPEN and "không trả lời" in found.detail


@pytest.fixture
def with_links(store: Store, instance: Instance) -> tuple[Run, list[str]]:
    """A round with more links of one unit than are opened."""
    run = Run(store, instance, OPENED, ROUND)
    score_opening.open_scoring(run)
    one = KeptEvidence(
        ROUND, COMMUNE, "1.1.1", EvidenceKind.LINK, "x", "thu-1", OPENED, EvidenceStatus.NOT_OPENED, url="x"
    )
    urls = [f"https://a.gov.vn/{number:02}" for number in range(MOST_LINKS + 3)]
    with store.write() as tx:
        put_evidence(tx, [replace(one, name=url, url=url) for url in urls])
    return run, urls


def test_links_are_opened_once_outside_of_any_transaction_and_no_more_than_so_many_a_unit(
    with_links: tuple[Run, list[str]],
) -> None:
    run, urls = with_links
    asked: list[str] = []

    async def head(url: str, address: str) -> HeadAnswer:
        with run.store.write() as tx:  # somebody else writes meanwhile
            tx.query("scores.versions_of_round", round_id=ROUND)
        asked.append(url)
        return HeadAnswer(200)

    assert open_links(run, resolve, head) == {"mo_duoc": MOST_LINKS}
    assert sorted(asked) == urls[:MOST_LINKS]
    kept = [found.status for found in evidence_of(run.store, ROUND, as_of=END)]
    assert kept.count(EvidenceStatus.OPENS) == MOST_LINKS


def test_links_beyond_the_time_of_one_look_wait_for_the_next(with_links: tuple[Run, list[str]]) -> None:
    run, _ = with_links

    async def head(url: str, address: str) -> HeadAnswer:
        return HeadAnswer(200)

    assert open_links(run, resolve, head, most_seconds=0) == {}
    assert open_links(run, resolve, head) == {"mo_duoc": MOST_LINKS}


def test_what_did_not_open_is_left_unless_it_is_asked_for_again(
    with_links: tuple[Run, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, _ = with_links

    async def down(url: str, address: str) -> HeadAnswer:
        raise ConnectionResetError

    async def up(url: str, address: str) -> HeadAnswer:
        return HeadAnswer(200)

    run.instance.settings_file.parent.mkdir(parents=True, exist_ok=True)
    run.instance.settings_file.write_text("open_links: true\n")
    monkeypatch.setattr(link_opening, "open_links", lambda own: open_links(own, resolve, down))
    assert "Không liên kết minh chứng nào mở được (20)" in told(run) and "--lai" in "".join(run.notes)
    assert len(link_opening.waiting_links(run)) == 3, "the others of the unit"
    found = open_links(run, resolve, up, again=True)
    assert found == {"mo_duoc": MOST_LINKS}


def told(run: Run) -> str:
    run.notes.clear()
    score_opening.try_links(run)
    return "\n".join(run.notes)


def test_the_lock_asks_nobody_outside_unless_it_is_told_to_and_a_rehearsal_never(
    with_links: tuple[Run, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, _ = with_links
    monkeypatch.setattr(link_opening, "open_links", lambda _: pytest.fail("somebody was asked"))
    settings = run.instance.settings_file
    settings.parent.mkdir(parents=True, exist_ok=True)
    assert "Còn 20 liên kết" in told(run) and "./cchc cham-diem lien-ket 2026-CD" in told(run)
    settings.write_text("open_links: true\nrehearsal: true\n")
    assert "không tự mở" in told(run)
    settings.write_text("open_links: co\n")
    with pytest.raises(ConfigError, match="open_links"):
        told(run)


def test_no_network_is_told_and_stops_nothing(
    with_links: tuple[Run, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, _ = with_links
    run.instance.settings_file.parent.mkdir(parents=True, exist_ok=True)
    run.instance.settings_file.write_text("open_links: true\n")

    def broken(_: Run) -> dict[str, int]:
        raise OSError("không có mạng")

    monkeypatch.setattr(link_opening, "open_links", broken)
    assert "Không mở thử được liên kết minh chứng (không có mạng)" in told(run)
    monkeypatch.setattr(link_opening, "open_links", lambda _: {})
    assert "Còn 20 liên kết minh chứng chưa mở thử vì hết thời gian" in told(run)
