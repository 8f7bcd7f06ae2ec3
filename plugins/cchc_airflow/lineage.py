"""From which data a step makes which: told to Airflow's own collector of lineage, which OpenLineage reads.

Exports -> snapshot -> consolidated figures -> report. Off as long as nobody reads lineage: the provider of OpenLineage
does so only when it was told where to send its events (`[openlineage] transport`, `OPENLINEAGE_URL`). The assets of
`assets` cannot serve here: their events start Dags, and are told only when something new came.

A step names what it reads and makes as `from -> to` (`stage_task(lineage=...)`); `{round}` and `{day}` are the run's.
No name holds a unit, a file's name or a person.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cchc.run import Run

SCHEME = "x-cchc"
NAMESPACE = "cchc"


def tell_lineage(run: Run, words: str) -> int:
    """Tell what the step read and made; how many of both, 0 when nobody reads it."""
    from airflow.sdk import plugins_manager

    if not plugins_manager.get_hook_lineage_readers_plugins():
        return 0
    from airflow.sdk.lineage import get_hook_lineage_collector

    from cchc_airflow.hooks import StoreHook

    collector, hook = get_hook_lineage_collector(), StoreHook()
    reads, _, makes = words.partition("->")
    names = {"round": run.round_id or "", "day": run.today.isoformat()}
    for part, add in ((reads, collector.add_input_asset), (makes, collector.add_output_asset)):
        for name in part.split(","):
            add(hook, uri=f"{SCHEME}://{name.strip().format_map(names)}")
    return len(f"{reads},{makes}".split(","))


def to_openlineage(asset: Any, _lineage_context: Any) -> Any:
    """An asset of ours as OpenLineage knows data: by namespace and name."""
    from openlineage.client.event_v2 import Dataset

    return Dataset(namespace=NAMESPACE, name=str(asset.uri).removeprefix(f"{SCHEME}://"))
