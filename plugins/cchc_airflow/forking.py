"""Loads what tasks import before their processes are forked (`preloaded`), where Airflow forks them."""

from __future__ import annotations

import logging
import sys
from typing import Any

from airflow.listeners import hookimpl

FORKING = ("scheduler", "dag-processor")
"""Commands of Airflow whose process forks those that run our code."""
log = logging.getLogger(__name__)


@hookimpl
def on_starting(component: Any) -> None:
    """Airflow calls it before a component does anything, and does not say which one it is."""
    if sys.argv[1:2] and sys.argv[1] in FORKING:
        try:
            import cchc_airflow.preloaded  # noqa: F401 - loaded before processes fork
        except Exception:  # each task meets it again and says it where it is looked for
            log.exception("what tasks import could not be loaded beforehand")
