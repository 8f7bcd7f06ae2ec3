"""`./cchc trang-don-vi`: off, it says what to do; on, links are given out, revoked and looked up."""

from __future__ import annotations

import pytest
from tests.support.province import ROUND, UNIT, Province
from typer.testing import CliRunner

from cchc import cli
from cchc.clock import now
from cchc.errors import CchcError
from cchc.unit_page.link import page_key, read
from cchc.unit_page.uses import LinkState, UseKind, examine, note_use

ADDRESS = "https://don-vi.cchc.example"


@pytest.fixture
def house(province: Province, monkeypatch: pytest.MonkeyPatch) -> Province:
    monkeypatch.setenv("CCHC_HOME", str(province.instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", province.store.url)
    return province


def said(*words: str) -> str:
    result = CliRunner().invoke(cli.app, ["trang-don-vi", *words])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.output


@pytest.mark.parametrize("command", [("chay",), ("lien-ket", UNIT, "--dot", ROUND)])
def test_while_it_is_off_the_command_says_how_it_is_switched_on(
    house: Province, command: tuple[str, ...]
) -> None:
    with pytest.raises(CchcError, match=r"unit_page_url: https://.*docs/quan-tri.md"):
        said(*command)


def test_a_link_is_given_out_revoked_and_its_use_looked_up(
    house: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCHC_UNIT_PAGE_URL", ADDRESS)
    shown = said("lien-ket", UNIT, "--dot", ROUND)
    signed = shown.partition(f"{ADDRESS}/v/")[2].split()[0]
    assert examine(house.store, house.instance, signed, now())[0] is LinkState.GOOD
    link = read(page_key(house.instance), signed)
    assert link is not None
    assert "Chưa ai dùng" in said("nhat-ky", UNIT)
    note_use(house.store, house.instance, link, UseKind.UPLOAD, "10.1.2.3", now())
    assert "gửi tệp, 1 lần" in said("nhat-ky", UNIT)
    with pytest.raises(CchcError, match="lý do"):
        said("thu-hoi", UNIT, "--nguoi", "Chuyên viên")
    assert "Đã thu hồi" in said("thu-hoi", UNIT, "--dot", ROUND, "--ly-do", "lộ", "--nguoi", "Chuyên viên")
    assert examine(house.store, house.instance, signed, now())[0] is LinkState.REVOKED
    assert "Chuyên viên thu hồi liên kết (2026-Q1). Lý do: lộ" in said("nhat-ky", UNIT)
    with pytest.raises(CchcError):
        said("thu-hoi", "khong-co", "--ly-do", "lộ", "--nguoi", "Chuyên viên")


@pytest.mark.parametrize(
    ("address", "words"),
    [("http://127.0.0.1:8090", "chính máy này"), ("http://don-vi.example", "không phải https")],
)
def test_an_address_that_leads_nowhere_or_not_safely_is_remarked(
    house: Province, monkeypatch: pytest.MonkeyPatch, address: str, words: str
) -> None:
    monkeypatch.setenv("CCHC_UNIT_PAGE_URL", address)
    assert words in said("lien-ket", UNIT, "--dot", ROUND)
