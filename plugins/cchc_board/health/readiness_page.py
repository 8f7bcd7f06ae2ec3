"""Page 'Việc cần làm trước khi chạy thật': what the installation still lacks, as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from cchc.installing.faults import told_faults
from cchc.installing.readiness import Readiness, readiness, summary_words, version_words
from cchc.paths import Instance


@dataclass(frozen=True)
class ReadinessPage:
    """What the template shows."""

    version: str
    summary: str
    left: list[Readiness]
    done: list[Readiness]


def readiness_page(instance: Instance, connections: Mapping[str, str], now: datetime) -> ReadinessPage:
    """From the true state of files, settings and connections."""
    found = readiness(instance, connections, told_faults(), now)
    return ReadinessPage(
        version=version_words(),
        summary=summary_words(found),
        left=[one for one in found if not one.done],
        done=[one for one in found if one.done],
    )
