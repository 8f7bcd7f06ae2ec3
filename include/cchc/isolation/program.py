"""The side that reads: `python -m cchc.isolation.program <descriptor>`.

This process reads nothing of strangers. It loads what all readers need, forks them, hands on questions and answers as
bytes, and kills a reader that takes too long. One thread, no store: whatever it forks starts clean.
"""

from __future__ import annotations

import os
import pickle
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any, NoReturn

from cchc.isolation.limits import ReadingLimits, limit_memory, limit_processor
from cchc.isolation.outcome import ReaderMessage, Why, failed, of_death, of_error, place_of

QUESTIONS = 200  # after which a reader is replaced: libraries keep memory


@dataclass
class Reader:
    """A forked process and the line to it."""

    pid: int
    line: Connection
    questions: int = 0

    def end(self) -> int | None:
        """Kill it when it still runs; its exit code, negative for a signal."""
        self.line.close()
        os.kill(self.pid, signal.SIGKILL)
        return self.exit_code()

    def exit_code(self) -> int | None:
        _, status = os.waitpid(self.pid, 0)
        return os.waitstatus_to_exitcode(status)


@dataclass(frozen=True)
class Opening:
    """A session: what each of its readers starts with."""

    setup: bytes
    limits: ReadingLimits


class Program:
    """Serves one asking process until its line is closed."""

    def __init__(self, asking: Connection) -> None:
        self.asking = asking
        self.opening: Opening | None = None
        self.reader: Reader | None = None

    def serve(self) -> None:
        while True:
            try:
                word, *rest = self.asking.recv()
            except EOFError:
                self._dismiss()
                return
            if word == "open":
                self._open(*rest)
            elif word == "close":
                self._dismiss()
            else:
                self.asking.send_bytes(self._answer(*rest))

    def _open(self, setup: bytes, limits: ReadingLimits, prepare: bytes, environment: dict[str, str]) -> None:
        """Begin a session under the settings of whoever asks; its readers inherit them and what is loaded here."""
        self._dismiss()
        os.environ.clear()
        os.environ.update(environment)
        # What is wrong with the installation each reader meets again, and tells whoever asks.
        with suppress(Exception):
            pickle.loads(prepare)()  # noqa: S301 - from our own process
        self.opening = Opening(setup, limits)

    def _answer(self, question: bytes) -> bytes:
        assert self.opening is not None
        reader = self.reader = self.reader or self._forked(self.opening)
        reader.questions += 1
        until = time.monotonic() + self.opening.limits.seconds
        try:
            reader.line.send_bytes(question)
            ready = wait([reader.line, self.asking], max(0.0, until - time.monotonic()))
            if self.asking in ready:  # whoever asked is gone; nobody sends while waiting for an answer
                self._dismiss()
                sys.exit(0)
            if not ready:
                self._dismiss()
                return failed(Why.TIME).packed()
            answer = reader.line.recv_bytes()
            spent = reader.line.recv()
        except (EOFError, OSError):
            self.reader = None
            reader.line.close()
            return of_death(reader.exit_code()).packed()
        if spent or reader.questions >= QUESTIONS:
            self._dismiss()
        return answer

    def _dismiss(self) -> None:
        if self.reader is not None:
            self.reader.end()
            self.reader = None

    def _forked(self, opening: Opening) -> Reader:
        ours, theirs = Pipe()
        pid = os.fork()
        if pid == 0:
            ours.close()
            self.asking.close()
            _read(theirs, opening)
        theirs.close()
        return Reader(pid, ours)


def _read(line: Connection, opening: Opening) -> NoReturn:
    """The life of a reader: answer until the line is closed or a question spent it."""
    code = 1
    try:
        limit_memory(opening.limits)
        state: Any = None
        ready = False
        while True:
            question = line.recv_bytes()
            limit_processor(opening.limits)
            try:
                if not ready:
                    setup, arguments = pickle.loads(opening.setup)  # noqa: S301 - from our own process
                    state, ready = setup(*arguments), True
                function, arguments = pickle.loads(question)  # noqa: S301 - from our own process
                outcome = ReaderMessage("done", function(state, *arguments))
            except BaseException as error:
                outcome = of_error(error)
                error.__traceback__ = None
            answer, outcome = _packed(outcome)
            line.send_bytes(answer)
            # What an unforeseen exception left behind is not trusted with the next question.
            line.send(outcome.word == "failed")
    except EOFError:
        code = 0
    finally:
        os._exit(code)


def _packed(outcome: ReaderMessage) -> tuple[bytes, ReaderMessage]:
    """The outcome as it travels; what cannot travel is an unforeseen fault like any other."""
    try:
        return outcome.packed(), outcome
    except BaseException as error:
        unable = failed(Why.MEMORY if isinstance(error, MemoryError) else Why.FAULT, place_of(error))
        return unable.packed(), unable


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the asking process decides when we end
    Program(Connection(int(sys.argv[1]))).serve()


if __name__ == "__main__":
    main()
