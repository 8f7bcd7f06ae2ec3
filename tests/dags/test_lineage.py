"""Lineage leaves through OpenLineage when it was told where to send it, and then says which data were made of which."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.dags.processes import run_dag
from tests.sources.samples import export, row

from cchc.clock import at
from cchc.paths import Instance
from cchc_airflow.lineage import to_openlineage

WHEN = at(date(2026, 3, 13), 18)


class _Asset:
    uri = "x-cchc://so-tong-hop/2026-Q1"


def test_our_data_have_a_namespace_and_a_name() -> None:
    found = to_openlineage(_Asset(), None)
    assert (found.namespace, found.name) == ("cchc", "so-tong-hop/2026-Q1")


def told_in(text: str) -> Iterator[dict[str, Any]]:
    """The events of a file: two processes may write theirs at once, and their ends of line then."""
    decoder = json.JSONDecoder()
    while text := text.lstrip():
        event, end = decoder.raw_decode(text)
        yield event
        text = text[end:]


@pytest.mark.slow
def test_an_export_that_lands_is_told_as_what_the_landing_is_made_of(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "nha")
    instance.export_drop.mkdir(parents=True)
    (instance.export_drop / "rieng-tu.csv").write_bytes(export([row("H01-1"), row("H01-2")]))
    events = tmp_path / "su-kien.jsonl"
    transport = {"type": "file", "log_file_path": str(events), "append": True}
    # `dag.test` has no process of its own for what listeners do.
    environment = {
        "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps(transport),
        "AIRFLOW__OPENLINEAGE__EXECUTION_TIMEOUT": "30",
        "AIRFLOW__LOGGING__JSON_LOGS": "True",
    }
    run = run_dag(instance, "thu_thap_so_lieu", WHEN, {}, environment)
    assert events.exists(), run.log[-3000:]
    told = list(told_in(events.read_text(encoding="utf-8")))
    pairs = {
        (source["name"], made["name"])
        for one in told
        for source in one.get("inputs", [])
        for made in one.get("outputs", [])
        if source["namespace"] == made["namespace"] == "cchc"
    }
    assert ("tha-tep", "ban-ke") in pairs, [(one["eventType"], one["job"]["name"]) for one in told]
    # What the library logs is a line of the same kind.
    lines = [json.loads(line) for line in run.log.splitlines() if line.startswith("{")]
    ours = [one["event"] for one in lines if one.get("logger") == "cchc.sources.landing"]
    assert [event for event in ours if event.startswith("landed ") and "2 read" in event], ours
