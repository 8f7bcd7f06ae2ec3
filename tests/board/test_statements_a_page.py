"""How many statements a page asks of the store does not grow with the units: every page, with as many again.

The second store is the first with a twin of each unit: each of its rows once more under another unit's code.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, MetaData, create_engine, event, insert, select
from tests.board.samples import EXCUSED, FAULTY, GOOD, LATE, ROUND, SILENT, build
from tests.board.test_acts import client
from tests.support import appraised

from cchc import clock
from cchc.clock import at, to_text
from cchc.mail.mail import DIGEST, Mail, enqueue
from cchc.obligations import Event, EventKind, Ledger, Obligation
from cchc.paths import Instance
from cchc.scores import Stage
from cchc.store import Store
from cchc.units import TIERS_SINCE_2025_07, UnitRegister
from cchc.year import Calendar
from cchc_board.actors import Actor
from cchc_board.app import create_app
from cchc_rehearsal.bench.board.history import ONCE, twin_of
from cchc_rehearsal.bench.board.pages import Places, addresses, without_sample

NOON = at(date(2026, 3, 20), 12)
SHAPES = (GOOD, LATE, SILENT, FAULTY, EXCUSED)
APPRAISER = "tp1"
LARGEST = 120_000  # bytes of the page of a round of a whole province
PLACES = Places(
    year=2026, first_year=2026, report=ROUND, scoring=appraised.ROUND, inspection="2026-KT", unit=GOOD,
    indicator="I.1.1", group=appraised.OWN, item="-", file="units.csv", open="2026-03-20", waiting="2026-03-20",
    appraising="2027-01-05",
)  # fmt: skip


@pytest.fixture
def small(store: Store, instance: Instance, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A report round with files, mails and findings, and a round of scores with points and evidence."""
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", store.url)
    monkeypatch.setattr(clock, "now", lambda: appraised.DURING)
    build(instance, store)
    with store.write() as tx:
        for unit, outcome in ((GOOD, "accepted"), (LATE, "accepted"), (FAULTY, "rejected")):
            tx.connection.execute(insert(_tables(store)["submissions"]), _file(unit, outcome))
            tx.connection.execute(insert(_tables(store)["findings"]), _finding(unit))
            enqueue(tx, _mail(unit))
    run = appraised.opened(store, instance)
    code = next(row.code for row in appraised.SET.rows if row.appraiser == appraised.OWN)
    for unit in appraised.UNITS:
        appraised.proven(run, unit, code)
        appraised.said(run, unit, code, Stage.CLAIM, "1")
    return store


def _file(unit: str, outcome: str) -> dict[str, object]:
    return {
        "submission_id": f"{unit}-1", "obligation_id": f"{ROUND}/{unit}/bao_cao", "received_at": to_text(NOON),
        "recorded_at": to_text(NOON), "channel": "thu-muc", "file_name": "bao-cao.xlsx", "file_sha256": "0" * 64,
        "stored_path": "bai-nop/00/0.xlsx", "form_version": "1", "outcome": outcome,
    }  # fmt: skip


def _finding(unit: str) -> dict[str, object]:
    return {
        "submission_id": f"{unit}-1", "seq": 1, "rule": "tong", "severity": "canh_bao", "sheet": "Số liệu",
        "cell": "B2", "message": "Tổng chưa khớp.",
    }  # fmt: skip


def _mail(unit: str) -> Mail:
    return Mail(
        f"{unit}/2026-03-18/{DIGEST}", DIGEST, NOON, ROUND, unit, (f"{unit}@xa.example",), (), "Nhắc báo cáo",
        "<p>Nhắc</p>", "Nhắc",
    )  # fmt: skip


def _tables(store: Store) -> dict[str, Any]:
    found = MetaData()
    engine = create_engine(store.url)
    found.reflect(engine)
    engine.dispose()
    return {one.name: one for one in found.sorted_tables}  # parents first


def double(store: Store, twins: dict[str, str]) -> None:
    """Every row about one of the units once more about its twin."""
    with store.write() as tx:
        for name, table in _tables(store).items():
            if name in ONCE:
                continue
            keys = [column.name for column in table.primary_key]
            rows = [dict(row) for row in tx.connection.execute(select(table)).mappings()]
            for unit, twin in twins.items():
                for row in rows:
                    made = twin_of(row, unit, twin)
                    if made and [made[key] for key in keys] != [row[key] for key in keys]:
                        tx.connection.execute(insert(table), made)


def twins_of(units: tuple[str, ...]) -> dict[str, str]:
    """Another unit of the same tier for each; one that the register does not know is a commune."""
    tiers = {unit.code: unit.tier for unit in UnitRegister.load().all}
    free = {tier: iter(_free(tier, units)) for tier in TIERS_SINCE_2025_07}
    return {code: next(free[tiers.get(code, "xa")]) for code in units}


def _free(tier: str, units: tuple[str, ...]) -> Iterator[str]:
    for unit in UnitRegister.load().on(date(2026, 3, 20), [tier]):
        if unit.code not in units:
            yield unit.code


def asked(store: Store, browser: TestClient, address: str) -> tuple[int, list[str]]:
    """The answer's status, and the statements that the page asked of the store."""
    told: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            told.append(
                re.sub(r"\(\?(, \?)*\)", "(?)", re.sub(r"\s+", " ", statement))
            )  # a list is one value

    event.listen(Engine, "before_cursor_execute", note)
    try:
        answer = browser.get(address)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return answer.status_code, told


def test_every_page_has_an_address_at_which_it_is_measured() -> None:
    assert without_sample(create_app(lambda: None, str)) == []


def test_no_page_asks_more_of_the_store_where_there_are_more_units(small: Store) -> None:
    browser = client(lambda: Actor(APPRAISER))
    pages = [address for _, address in addresses(create_app(lambda: None, str), PLACES)]
    before = {address: asked(small, browser, address) for address in pages}
    opened = [address for address, (status, _) in before.items() if status == 200]
    assert len(opened) > 30, before
    double(small, twins_of(tuple(dict.fromkeys((*SHAPES, *appraised.UNITS)))))
    grown = {}
    for address in opened:
        status, told = asked(small, browser, address)
        assert status == 200, address
        if more := list((Counter(told) - Counter(before[address][1])).elements()):
            grown[address] = more
    assert not grown, {address: sorted(set(more)) for address, more in grown.items()}


def test_the_page_of_a_round_of_a_whole_province_is_no_heavier_than_its_limit(
    store: Store, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    monkeypatch.setenv("CCHC_STORE_URL", store.url)
    province = build(instance, store)
    round_ = Calendar.load().round(ROUND)
    units = UnitRegister.load().on(round_.unit_due_at.date(), TIERS_SINCE_2025_07)
    assert len(units) == 122
    others = [one.code for one in units if one.code not in SHAPES]
    Ledger(store).open(
        [
            Obligation(f"{ROUND}/{one}/bao_cao", ROUND, one, "bao_cao", "", round_.title, round_.unit_due_at)
            for one in others
        ],
        round_.opens_at,
        "he-thong",
    )
    # Of those that are told most of: a version that was refused with its reason, and late.
    when = at(date(2026, 3, 19), 9)
    told = [
        Event(f"{ROUND}/{one}/bao_cao", kind, when, when, "he-thong", reason, {"submission_id": f"{one}-1"})
        for one in others
        for kind, reason in (
            (EventKind.submitted, None),
            (EventKind.rejected, "Biểu số liệu còn 12 lỗi: tổng không khớp."),
        )
    ]
    for one in told:
        province.ledger.record(one)
    page = client(lambda: Actor("an")).get(f"/dot/{ROUND}?ngay=2026-03-20")
    assert page.status_code == 200
    assert len(page.content) <= LARGEST
