"""What the stages hand to each other, visible in Airflow's asset graph. An event means that something new is there.

Airflow makes an event of every outlet of a task that succeeds, so a task that has nothing new to tell is skipped, and
what is told belongs to rounds: their ids are the partitions of the event.
"""

from collections.abc import Iterable
from typing import Any

from airflow.sdk import Asset, get_current_context

EXPORTS = Asset(name="so_lieu_he_thong", uri="x-cchc://so-lieu-he-thong")
SUBMISSIONS = Asset(name="bai_nop_da_tiep_nhan", uri="x-cchc://bai-nop")
COMPLETE = Asset(name="dot_du_bao_cao", uri="x-cchc://dot-du-bao-cao")
MINUTES = Asset(name="bien_ban_kiem_tra", uri="x-cchc://bien-ban-kiem-tra")
REPORTS = Asset(name="bao_cao_da_phat_hanh", uri="x-cchc://bao-cao")


def tell(asset: Asset, rounds: Iterable[str]) -> list[str]:
    """Let the event of the running task's outlet speak of these rounds, one event each; returns them."""
    told = list(rounds)
    context: Any = get_current_context()
    context["outlet_events"][asset].add_partitions(told)
    return told
