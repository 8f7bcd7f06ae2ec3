"""What each page costs: seconds of the processor, statements and bytes, over some rounds of all pages."""

from __future__ import annotations

import gc
import os
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlalchemy.engine import Engine

from cchc.documents.decision_form import DecisionForm
from cchc.documents.waiting import undecided
from cchc.errors import CchcError
from cchc.paths import Instance
from cchc.run import Run
from cchc.store import Store
from cchc.texts import t
from cchc_board.actors import Actor
from cchc_board.airflow_side import AirflowSide
from cchc_board.app import create_app
from cchc_board.desk import open_desk
from cchc_rehearsal.bench.board.pages import Places, addresses
from cchc_rehearsal.bench.board.places import places_of

_NOT_COUNTED = ("PRAGMA", "BEGIN", "SHOW")
SHARE = 95


@dataclass
class PageCost:
    """One address: seconds of each time; statements and bytes of the last."""

    route: str
    address: str
    seconds: list[float] = field(default_factory=list)
    statements: int = 0
    size: int = 0

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        """The time that 95 of a hundred keep within; of fewer than twenty, the longest."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, SHARE * len(ordered) // 100)]


@contextmanager
def installed(instance: Instance, store_url: str) -> Iterator[None]:
    """The installation that the board shows in the block."""
    before = {name: os.environ.get(name) for name in ("CCHC_HOME", "CCHC_STORE_URL")}
    os.environ |= {"CCHC_HOME": str(instance.root), "CCHC_STORE_URL": store_url}
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def board_of(instance: Instance, store_url: str, places: Places, actor: str) -> FastAPI:
    """The board as somebody who may do everything sees it, with a form for the draft that waits."""
    store = Store(store_url)
    run = Run(store, instance, open_desk(places.waiting).as_of)
    forms = [
        DecisionForm(
            "chot_dot_bao_cao", "bench", "duyet", shown=tuple(one.document_id for one in draft.documents)
        )
        for draft in undecided(run)
    ]
    store.close()
    airflow = AirflowSide(forms=lambda: forms)
    return create_app(lambda: None, str, lambda: Actor(actor), b"k" * 32, airflow=airflow)


def costs(instance: Instance, store_url: str, actor: str, rounds: int) -> tuple[list[PageCost], Places]:
    """Every page so many times, after a round that warms what is read once. CchcError for a page that fails."""
    with installed(instance, store_url):
        places = places_of(store_url)
        app = board_of(instance, store_url, places, actor)
        browser = TestClient(app)
        found = [PageCost(route, address) for route, address in addresses(app, places)]
        with _counted() as asked:
            for number in range(rounds + 1):
                for one in found:
                    asked.clear()
                    started = time.process_time()
                    answer = browser.get(one.address)
                    taken = time.process_time() - started
                    if answer.status_code != 200:
                        raise CchcError(
                            t("rehearsal.bench_board.failed", page=one.address, status=answer.status_code)
                        )
                    if number:
                        one.seconds.append(taken)
                    one.statements, one.size = len(asked), len(answer.content)
                if not number:  # as the plugin does it (`cchc_board.mount`)
                    gc.collect()
                    gc.freeze()
        gc.unfreeze()
    return found, places


@contextmanager
def _counted() -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_others: object) -> None:
        if not statement.startswith(_NOT_COUNTED):
            asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def worst(found: Sequence[PageCost]) -> list[PageCost]:
    """Of each route the address that takes longest."""
    by_route: dict[str, PageCost] = {}
    for one in found:
        if one.route not in by_route or one.p95 > by_route[one.route].p95:
            by_route[one.route] = one
    return list(by_route.values())
