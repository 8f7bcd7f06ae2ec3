"""A link leads to where everybody can look, or it is no evidence; opening it never leads into somebody's network."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.scored_year import COMMUNE, OPENED, ROUND

from cchc.paths import Instance
from cchc.run import Run
from cchc.scores import EvidenceKind, EvidenceStatus, KeptEvidence, evidence_of, put_evidence
from cchc.stages import score_opening
from cchc.store import Store
from cchc.submissions.links import MOST_LINKS, HeadAnswer, is_public, open_link, open_links, refusal_of

PUBLIC, INSIDE = "8.8.8.8", "192.168.1.9"
ADDRESSES = {"a.gov.vn": [PUBLIC], "trong.gov.vn": [INSIDE], "hai.gov.vn": [PUBLIC, INSIDE]}


def resolve(host: str) -> list[str]:
    return ADDRESSES.get(host, [])


@pytest.mark.parametrize(
    "url",
    [
        "http://10.1.2.3/van-ban", "https://127.0.0.1/", "https://localhost/x", "https://[::1]/", "https://0x7f.1/",
        "https://2130706433/", "https://017700000001/", "https://169.254.169.254/meta", "https://[::ffff:10.0.0.1]/",
        "https://may-chu/", "https://kho.local/a", "https://[fe80::1]/", "https://100.64.0.1/", "https://0.0.0.0/",
    ],
)  # fmt: skip
def test_what_only_a_network_of_its_own_reaches_is_refused_by_its_name(url: str) -> None:
    assert refusal_of(url) == f"Liên kết {url} chỉ mở được trong mạng nội bộ: gửi tệp thay cho liên kết."


def test_only_https_without_a_password_in_it_may_be_opened() -> None:
    assert refusal_of("https://a.gov.vn/kh?so=1") == ""
    for url in ("http://a.gov.vn", "ftp://a.gov.vn", "https://a:b@a.gov.vn/"):
        assert "không phải https" in refusal_of(url)
    for url in ("https://", "www.", "https://[", "https://a.gov.vn:99999/"):
        assert "không đúng" in refusal_of(url)


@given(st.ip_addresses(v=4))
def test_an_address_that_is_written_in_any_way_is_the_same_address(address) -> None:
    assert (refusal_of(f"https://{int(address)}/") == "") is is_public(str(address))


def test_a_name_that_resolves_inside_is_not_asked_and_one_inside_of_two_is_enough() -> None:
    def head(url: str, address: str) -> HeadAnswer:
        raise AssertionError("nothing is asked of it")

    for host in ("trong.gov.vn", "hai.gov.vn"):
        assert open_link(f"https://{host}/", resolve, head).status is EvidenceStatus.INSIDE_ONLY
    assert open_link("https://khong-co.gov.vn/", resolve, head).status is EvidenceStatus.DOES_NOT_OPEN


def test_each_step_of_a_redirect_is_looked_at_again_and_the_address_is_the_one_looked_at() -> None:
    asked: list[tuple[str, str]] = []

    def head(url: str, address: str) -> HeadAnswer:
        asked.append((url, address))
        return HeadAnswer(302, "https://trong.gov.vn/mat") if url.endswith("/2") else HeadAnswer(301, "/2")

    assert open_link("https://a.gov.vn/1", resolve, head).status is EvidenceStatus.INSIDE_ONLY
    assert asked == [("https://a.gov.vn/1", PUBLIC), ("https://a.gov.vn/2", PUBLIC)]
    circle = open_link("https://a.gov.vn/", resolve, lambda url, _: HeadAnswer(302, url))
    assert "quá nhiều lần" in circle.detail


@pytest.mark.parametrize(
    ("code", "status"),
    [(200, "mo_duoc"), (403, "mo_duoc"), (405, "mo_duoc"), (404, "khong_mo_duoc"), (500, "khong_mo_duoc")],
)
def test_a_page_that_is_there_opens_and_one_that_is_gone_does_not(code: int, status: str) -> None:
    assert open_link("https://a.gov.vn/", resolve, lambda *_: HeadAnswer(code)).status == status


def test_a_server_that_does_not_answer_is_told_and_breaks_nothing() -> None:
    def head(url: str, address: str) -> HeadAnswer:
        raise TimeoutError

    assert "không trả lời" in open_link("https://a.gov.vn/", resolve, head).detail


def test_links_are_opened_once_outside_of_any_transaction_and_no_more_than_so_many_a_unit(
    store: Store, instance: Instance
) -> None:
    run = Run(store, instance, OPENED, ROUND)
    score_opening.open_scoring(run)
    one = KeptEvidence(
        ROUND, COMMUNE, "1.1.1", EvidenceKind.LINK, "x", "thu-1", OPENED, EvidenceStatus.NOT_OPENED, url="x"
    )
    urls = [f"https://a.gov.vn/{number:02}" for number in range(MOST_LINKS + 3)]
    with store.write() as tx:
        put_evidence(tx, [replace(one, name=url, url=url) for url in urls])
    asked: list[str] = []

    def head(url: str, address: str) -> HeadAnswer:
        with store.write() as tx:  # somebody else writes meanwhile
            tx.query("scores.versions_of_round", round_id=ROUND)
        asked.append(url)
        return HeadAnswer(200)

    assert open_links(run, resolve, head) == {"mo_duoc": MOST_LINKS}
    assert sorted(asked) == urls[:MOST_LINKS]
    assert [found.status for found in evidence_of(store, ROUND)].count(EvidenceStatus.OPENS) == MOST_LINKS
