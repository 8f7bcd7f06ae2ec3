"""Copies of the test's own process, in place of copies of Airflow's, that never go on with the test."""

from __future__ import annotations

import signal
from multiprocessing.context import ForkContext, ForkProcess

ENDING = (signal.SIGINT, signal.SIGTERM)


class _Copy(ForkProcess):
    """A signal that comes while it is made waits: the test's own handlers would unwind the test within the copy."""

    def start(self) -> None:
        before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        try:
            super().start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def run(self) -> None:
        for number in ENDING:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
        super().run()


class Copies(ForkContext):
    """In place of `cchc.cli.up.COPIES`."""

    Process = _Copy  # type: ignore[assignment]  # the stubs know the parent's only
