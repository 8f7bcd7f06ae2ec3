"""Many people who read the board at once, and what that does to the beat of a scheduler on the same machine.

The board is served as it is in production: uvicorn's processes, each with the whole application. Readers are one
process of asyncio that asks for pages by chance, rests as long as somebody reads, and asks for the next.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import create_engine, text

from cchc.errors import CchcError
from cchc.paths import Instance
from cchc.texts import t
from cchc_rehearsal.bench.board.pages import READER

LOOPBACK = "127.0.0.1"
BEAT = 1.0  # seconds between two beats; of Airflow's scheduler it is 5
_PATIENCE = 60  # seconds until a server must answer, and until an answer that is not there is an error


@dataclass(frozen=True)
class ReadTogether:
    """What readers found: seconds of each answer, errors in words; late: by how much each beat came too late."""

    seconds: Sequence[float]
    errors: Sequence[str]
    late: Sequence[float]
    late_before: Sequence[float]


@dataclass
class Beat:
    """Writes a line into a small database of its own at every beat, as the scheduler does; late: by how much."""

    folder: Path
    late: list[float] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        engine = create_engine(f"sqlite:///{self.folder / 'nhip.db'}")
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE job (id INTEGER PRIMARY KEY, latest_heartbeat REAL)"))
            connection.execute(text("INSERT INTO job VALUES (1, 0)"))
        due = time.monotonic() + BEAT
        while not self._over.wait(max(0, due - time.monotonic())):
            with engine.begin() as connection:
                connection.execute(text("UPDATE job SET latest_heartbeat = :now"), {"now": due})
            self.late.append(time.monotonic() - due)
            due += BEAT
        engine.dispose()

    def stop(self) -> None:
        self._over.set()


def read_together(
    instance: Instance,
    store_url: str,
    addresses: Sequence[str],
    *,
    readers: int,
    seconds: int,
    rest: float,
    workers: int,
) -> ReadTogether:
    """So many readers for so long. rest: mean seconds for which somebody reads a page."""
    with (
        TemporaryDirectory() as folder,
        served(instance, store_url, workers) as port,
        _beating(Path(folder)) as beat,
    ):
        time.sleep(min(10, seconds))  # nobody reads yet
        before = len(beat.late)
        asked = {
            "port": port,
            "addresses": list(addresses),
            "readers": readers,
            "seconds": seconds,
            "rest": rest,
        }
        told = subprocess.run(
            [sys.executable, "-m", __name__],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            check=True,
            timeout=seconds + 3 * _PATIENCE,
        )
    found: dict[str, Any] = json.loads(told.stdout)
    return ReadTogether(found["seconds"], found["errors"], beat.late[before:], beat.late[:before])


@contextmanager
def _beating(folder: Path) -> Iterator[Beat]:
    beat = Beat(folder)
    thread = threading.Thread(target=beat.run, daemon=True)
    thread.start()
    try:
        yield beat
    finally:
        beat.stop()
        thread.join()


@contextmanager
def served(instance: Instance, store_url: str, workers: int) -> Iterator[int]:
    """The board on a port of its own; whoever asks may do everything."""
    with socket.socket() as free:
        free.bind((LOOPBACK, 0))
        port = int(free.getsockname()[1])
    environment = os.environ | {"CCHC_HOME": str(instance.root), "CCHC_STORE_URL": store_url}
    command = [
        sys.executable, "-m", "uvicorn", "--factory", "cchc_rehearsal.bench.board.readers:application", "--host",
        LOOPBACK, "--port", str(port), "--workers", str(workers), "--log-level", "warning", "--no-access-log",
    ]  # fmt: skip
    server = subprocess.Popen(command, env=environment)
    try:
        _until_it_answers(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(_PATIENCE)


def application() -> Any:
    """What each process of the server runs."""
    import gc

    from cchc_board.actors import Actor
    from cchc_board.app import create_app

    app = create_app(lambda: None, str, lambda: Actor(READER), b"k" * 32)
    gc.collect()
    gc.freeze()  # as the plugin does it (`cchc_board.mount`)
    return app


def _until_it_answers(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection((LOOPBACK, port), timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise CchcError(t("rehearsal.bench_board.no_server"))


async def _read(asked: dict[str, Any]) -> dict[str, list[Any]]:
    import httpx

    seconds: list[float] = []
    errors: list[str] = []
    over = time.monotonic() + asked["seconds"]
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=asked["readers"])
    base = f"http://{LOOPBACK}:{asked['port']}"
    async with httpx.AsyncClient(
        base_url=base, limits=limits, timeout=_PATIENCE, follow_redirects=True
    ) as client:

        async def one(number: int) -> None:
            chance = random.Random(number)  # noqa: S311 - which page somebody reads next
            await asyncio.sleep(chance.uniform(0, asked["rest"]))
            while time.monotonic() < over:
                address, started = chance.choice(asked["addresses"]), time.monotonic()
                try:
                    answer = await client.get(address)
                except httpx.HTTPError as error:
                    errors.append(f"{address}: {type(error).__name__}")
                else:
                    seconds.append(time.monotonic() - started)
                    if answer.status_code != 200:
                        errors.append(f"{address}: {answer.status_code}")
                await asyncio.sleep(chance.uniform(0.5, 1.5) * asked["rest"])

        await asyncio.gather(*(one(number) for number in range(asked["readers"])))
    return {"seconds": seconds, "errors": errors}


def share(values: Sequence[float], part: int) -> float:
    """The value that so many of a hundred keep within."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, part * len(ordered) // 100)] if ordered else 0.0


def median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else 0.0


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_read(json.load(sys.stdin)))))
