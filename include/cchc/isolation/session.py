"""The side of those who ask: a session with the reading process.

One program a process of ours is started for all its sessions (it costs a second), in a clean interpreter: what asks may
have threads and connections that do not survive a fork. The program forks a reader a session, and a new one whenever a
reader died (some milliseconds); what all readers need is loaded once, in the program (`prepare`).
"""

from __future__ import annotations

import atexit
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe
from types import TracebackType
from typing import Any, Self

from cchc.errors import CchcError
from cchc.isolation.limits import ReadingLimits
from cchc.isolation.outcome import ReaderMessage, Why, failed
from cchc.texts import t

START_SECONDS = 120  # for the program to import what it needs, on a busy machine


class _Program:
    """The program that keeps readers; started when it is needed first, and again when it is gone."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._line: Connection | None = None
        self._owner = 0
        self.lock = threading.Lock()

    def line(self) -> Connection:
        # A forked copy of us must not talk over the line of its parent.
        alive = self._process is not None and self._owner == os.getpid() and self._process.poll() is None
        if not alive or self._line is None:
            self._start()
        assert self._line is not None
        return self._line

    def _start(self) -> None:
        ours, theirs = Pipe()
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(one for one in sys.path if one)}
        command = [sys.executable, "-P", "-W", "ignore", "-m", "cchc.isolation.program", str(theirs.fileno())]
        try:
            self._process = subprocess.Popen(
                command, env=environment, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL
            )
        except OSError as error:
            raise CchcError(t("isolation.no_program", why=error.strerror)) from error
        finally:
            theirs.close()
        self._line, self._owner = ours, os.getpid()

    def dismiss(self, line: Connection | None) -> None:
        """End the reader of a session that was opened over `line`."""
        if line is not None and line is self._line and self._owner == os.getpid():
            with suppress(OSError):  # a program that is gone has no reader either
                line.send(("close",))

    def end(self) -> None:
        """Close the line, upon which the program ends; kill it when it does not."""
        if self._process is None or self._owner != os.getpid():
            return
        if self._line is not None:
            self._line.close()
        try:
            self._process.wait(2)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = self._line = None


def nothing() -> None:
    """Readers that need nothing loaded for them."""


_program = _Program()
atexit.register(_program.end)


class Session:
    """Ask a reading process; a context manager.

    setup: called in each new reader with `arguments`; what it returns is the first argument of everything asked.
    prepare: called in the program before it forks; what it imports and keeps in memory, all readers have. It opens
    nothing that does not survive a fork. All must be picklable, functions those of modules.
    """

    def __init__(
        self,
        limits: ReadingLimits,
        setup: Callable[..., Any],
        *arguments: Any,
        prepare: Callable[[], object] = nothing,
    ) -> None:
        self._limits = limits
        self._opening = pickle.dumps((setup, arguments), pickle.HIGHEST_PROTOCOL)
        self._prepare = pickle.dumps(prepare, pickle.HIGHEST_PROTOCOL)
        self._opened_on: Connection | None = None

    def __enter__(self) -> Self:
        _program.lock.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """The reader ends, and what its libraries keep in memory is free while we go on."""
        _program.dismiss(self._opened_on)
        _program.lock.release()

    def ask(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """What `function(state, *arguments)` returns. Raises its errors of ours, and ItemFailed for all else."""
        question = pickle.dumps((function, arguments), pickle.HIGHEST_PROTOCOL)
        outcome = self._answer(question)
        result: Any = outcome.result()
        return result

    def _answer(self, question: bytes) -> ReaderMessage:
        line = _program.line()
        try:
            if self._opened_on is not line:
                line.send(("open", self._opening, self._limits, self._prepare, dict(os.environ)))
                self._opened_on = line
            line.send(("ask", question))
            # The program watches the time itself; this is for a program that hangs.
            if not line.poll(START_SECONDS + self._limits.seconds):
                _program.end()
                return failed(Why.TIME)
            answer: ReaderMessage = pickle.loads(line.recv_bytes())  # noqa: S301 - from our own process
        except (EOFError, OSError):
            _program.end()
            return failed(Why.DIED, "program")
        return answer
