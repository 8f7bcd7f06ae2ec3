"""Thu thập số liệu: fetch the declared exports over HTTP into the drop folder, where landing finds them."""

from __future__ import annotations

from datetime import timedelta

from cchc.clock import vn_date
from cchc.errors import CchcError
from cchc.sources import Endpoint, WebServer, download, find_endpoint, load_endpoints
from cchc.stages.run import Run
from cchc.texts import t
from cchc.year import REPORT_KINDS, Window


def endpoints() -> list[str]:
    """Names of the endpoints declared in `sources/endpoints.yaml`; empty where files are dropped by hand."""
    return [one.name for one in load_endpoints()]


def fetch(run: Run, name: str, server: WebServer) -> str:
    """Download an endpoint's export into the drop folder; returns the file's name there, for `land`.

    `server` is what the endpoint's connection holds. After a failure (WebError) the folder is as before.
    """
    endpoint = find_endpoint(name)
    days = days_to_fetch(run, endpoint)
    return download(endpoint, server, days.first, days.last, run.instance.export_drop).name


def days_to_fetch(run: Run, endpoint: Endpoint) -> Window:
    """The days to ask an endpoint for; the last is the run's day, or the earlier end of the run's window.

    The first is `days_back` days before the run's window; without a round before the widest window around the day,
    so that no round of the year misses anything.
    """
    window = _data_window(run)
    return Window(window.first - timedelta(days=endpoint.days_back), window.last)


def _data_window(run: Run) -> Window:
    windows = [run.round.window] if run.round_id else _windows_around(run)
    found = [one for one in windows if one is not None and one.first <= run.today]
    if not found:
        raise CchcError(t("web.no_window", day=vn_date(run.today)))
    widest = min(found, key=lambda one: one.first)
    return Window(widest.first, min(widest.last, run.today))


def _windows_around(run: Run) -> list[Window]:
    rounds = [
        one for year in (run.today.year, run.today.year + 1) for one in run.calendar.rounds(year)
    ]  # December's last days belong to the next year's windows
    return [
        one.window
        for one in rounds
        if one.kind in REPORT_KINDS and one.window and one.window.first <= run.today <= one.window.last
    ]
