"""Which days a run asks an endpoint for, and that what it brings can be landed like a dropped file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from tests.sources.samples import export, register, row
from tests.sources.web.conftest import endpoint, server_at
from tests.sources.web.scripted_server import Reply, ScriptedServer, Seen

from cchc.clock import at
from cchc.errors import CchcError
from cchc.paths import Instance
from cchc.run import Run
from cchc.sources import land_file, pending_exports
from cchc.sources.web import WebError
from cchc.stages import collecting
from cchc.store import Store

ENTRY = """endpoints:
  - name: mot-cua-thu
    title: Một cửa thử
    source: one_stop
    connection: cchc_mot_cua
    path: /ho-so
    parameters: {tu: "{first:%d/%m/%Y}", den: "{last:%d/%m/%Y}"}
    format: csv
    limits: {tries: 1}
"""


@pytest.fixture
def declared(config_copy: Path) -> None:
    """The year's data with one endpoint."""
    (config_copy / "sources" / "endpoints.yaml").write_text(ENTRY, encoding="utf-8")


def run_on(store: Store, instance: Instance, day: date, round_id: str | None = None) -> Run:
    return Run(store, instance, at(day, 18), round_id)


@pytest.mark.parametrize(
    ("day", "round_id", "first", "last"),
    [
        # The year's window is the widest: a weekly run on a day of the third quarter fills them all.
        (date(2026, 3, 6), None, date(2025, 12, 8), date(2026, 3, 6)),
        (date(2026, 7, 10), None, date(2025, 12, 8), date(2026, 7, 10)),
        (date(2026, 12, 14), None, date(2025, 12, 8), date(2026, 12, 14)),
        # The next day belongs to the next year's windows.
        (date(2026, 12, 15), None, date(2026, 12, 8), date(2026, 12, 15)),
        # A round that the run names, long over, or not yet at its end.
        (date(2026, 3, 20), "2026-Q1", date(2025, 12, 8), date(2026, 3, 14)),
        (date(2026, 7, 10), "2026-Q3", date(2026, 6, 8), date(2026, 7, 10)),
    ],
)
def test_a_run_asks_for_its_window_and_a_week_before(
    store: Store, instance: Instance, day: date, round_id: str | None, first: date, last: date
) -> None:
    days = collecting.days_to_fetch(run_on(store, instance, day, round_id), endpoint())
    assert (days.first, days.last) == (first, last)


@pytest.mark.parametrize("round_id", ["2026-Q3", "2026-KH"])
def test_a_round_without_days_yet_is_an_error(store: Store, instance: Instance, round_id: str) -> None:
    with pytest.raises(CchcError, match="01/02/2026"):
        collecting.days_to_fetch(run_on(store, instance, date(2026, 2, 1), round_id), endpoint())


def test_an_endpoint_says_how_many_days_before_the_window_it_wants(store: Store, instance: Instance) -> None:
    days = collecting.days_to_fetch(run_on(store, instance, date(2026, 3, 6)), endpoint(days_back=0))
    assert days.first == date(2025, 12, 15)


@pytest.mark.usefixtures("declared")
def test_what_is_fetched_is_landed_and_its_original_removed(store: Store, instance: Instance) -> None:
    rows = export([row("H01-1"), row("H01-2")])
    asked: list[dict[str, str]] = []

    def script(seen: Seen, _number: int) -> Reply:
        asked.append(seen.query)
        return Reply(rows)

    run = run_on(store, instance, date(2026, 3, 6))
    assert collecting.endpoints() == ["mot-cua-thu"]
    with ScriptedServer(script).running() as server:
        name = collecting.fetch(run, "mot-cua-thu", server_at(server.address))
    assert collecting.pending(run) == [name] == ["mot-cua-thu-2025-12-08-2026-03-06.csv"]
    assert asked == [{"tu": "08/12/2025", "den": "06/03/2026"}]
    [landed] = [land_file(store, instance, path, register(), run.as_of) for path in pending_exports(instance)]
    assert (landed.source, landed.rows_read, landed.rows_accepted) == ("one_stop", 2, 2)
    assert collecting.pending(run) == []


@pytest.mark.usefixtures("declared")
def test_a_failed_fetch_leaves_nothing_to_land(store: Store, instance: Instance) -> None:
    run = run_on(store, instance, date(2026, 3, 6))
    with (
        ScriptedServer(lambda _seen, _number: Reply(export([row("H01-1")]), sent=40)).running() as server,
        pytest.raises(WebError, match="cắt giữa chừng"),
    ):
        collecting.fetch(run, "mot-cua-thu", server_at(server.address))
    assert collecting.pending(run) == []


@pytest.mark.usefixtures("declared")
def test_an_unknown_endpoint_is_told_with_those_that_are_known(store: Store, instance: Instance) -> None:
    run = run_on(store, instance, date(2026, 3, 6))
    with pytest.raises(CchcError, match=r"khong-co.*mot-cua-thu"):
        collecting.fetch(run, "khong-co", server_at("http://127.0.0.1:9"))
