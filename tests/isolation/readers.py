"""What readers are told to do in the tests; a module of its own, for the reading process imports it."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

from cchc.errors import RuleRefused


def counter(start: int) -> dict[str, int]:
    return {"pid": os.getpid(), "asked": start}


def count(state: dict[str, int]) -> tuple[int, int]:
    state["asked"] += 1
    return state["pid"], state["asked"]


def sleep(_: Any, seconds: float) -> None:
    time.sleep(seconds)


def spin(_: Any) -> None:
    while True:
        pass


def fill_memory(_: Any) -> int:
    return len(bytearray(4 << 30))


def die(_: Any, number: int) -> None:
    os.kill(os.getpid(), number)


def die_reading(_: Any, *_question: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leave(_: Any) -> None:
    os._exit(3)


def stumble(_: Any, what: str) -> None:
    raise KeyError(f"Nguyễn Văn A {what}")


def sink(state: Any, depth: int) -> Any:
    return sink(state, depth + 1)


def refuse(_: Any) -> None:
    raise RuleRefused("not-obliged", "Đơn vị không thuộc diện báo cáo.")


def no_room(_: Any) -> None:
    raise OSError(28, "No space left on device", "/x/y")


def untransportable(_: Any) -> Any:
    return lambda: 1


def large(_: Any, size: int) -> bytes:
    return bytes(size)


def setting(_: Any, name: str) -> str | None:
    return os.environ.get(name)


def end(_: Any) -> None:
    raise SystemExit(0)


PREPARED: list[tuple[int, str | None]] = []


def prepare() -> None:
    """Load something: here, who did it and under which settings."""
    PREPARED[:] = [(os.getpid(), os.environ.get("CCHC_HOME"))]


def refuse_to_prepare() -> None:
    raise RuleRefused("not-obliged", "Đơn vị không thuộc diện báo cáo.")


def prepared(_: Any) -> tuple[int, str | None]:
    (found,) = PREPARED
    return found
