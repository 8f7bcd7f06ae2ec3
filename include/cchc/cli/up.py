"""`./cchc up`: Airflow with the Dags of one installation, on this machine only, until Ctrl-C."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import sys
import time
import urllib.request
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import forkserver, get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from pkgutil import resolve_name
from types import FrameType
from typing import Annotated
from unittest.mock import patch

import typer
from setproctitle import setproctitle

from cchc.airflow_env import LOOPBACK, airflow_environment, in_production, local_users, password_file
from cchc.errors import CchcError, RuleRefused
from cchc.installing.writing import prepare_instance
from cchc.paths import PROJECT_ROOT, Instance, current_instance
from cchc.texts import t, table

USUAL_PORT = 8080
# Whatever is started is a copy of one process that has imported this: it is read once, and lies in memory once.
COPIES = get_context("forkserver")
COPIED = ["cchc_airflow.components", "cchc_board.mount", __name__]
# Before any component: Airflow's own tables, then the pool without which no task that sends mail is ever started.
SET_UP = "cchc_airflow.tables:make_tables"
AIRFLOW = "airflow.__main__:main"
# Task logs lie on this machine and are read from their files: nobody needs to serve them over the network.
COMPONENTS = {
    "api-server": (),
    "scheduler": ("--skip-serve-logs",),
    "dag-processor": (),
    "triggerer": ("--skip-serve-logs",),
}
PARTS = ("metadatabase", "scheduler", "dag_processor", "triggerer")  # as Airflow's health page names them
READY_SECONDS = 180
GRACE_SECONDS = 15


def up(
    port: Annotated[
        int | None, typer.Option("--cong", help=t("cli.serving.port_option"), min=1024, max=65535)
    ] = None,
) -> None:
    """Serve the installation for daily use, with its Dags switched on; mail leaves only when that is set."""
    if in_production():
        raise RuleRefused("services-run-already", t("cli.serving.in_production"))
    instance = current_instance()
    prepare_instance(instance)
    mode = table("mail.mode.names")[instance.settings.mail_mode]
    typer.echo(t("cli.serving.mail_note", mode=mode))
    serve(instance, port, paused=False)


def serve(instance: Instance, port: int | None = None, paused: bool = True) -> None:
    """Run Airflow for `instance` until Ctrl-C or SIGTERM, then stop all of it.

    port: None takes 8080, or any free port when that is taken; a port that is asked for must be free. paused:
    whether Dags that Airflow sees for the first time wait to be switched on. Raises CchcError when another
    server runs for the same instance, and when a process ends by itself (naming its log).
    """
    with serving(instance, port, paused) as server:
        server.start()
        server.wait_until_ready()
        typer.echo(server.how_to_sign_in("cli.serving.ready"))
        if paused:
            typer.echo(t("cli.serving.paused_note"))
        server.watch()


@contextmanager
def serving(instance: Instance, port: int | None, paused: bool) -> Iterator[Server]:
    """A server whose database is ready and of which nothing runs yet; stopped at the end, and by Ctrl-C or SIGTERM
    without an error. Raises as `serve` does."""
    with ExitStack() as stack:
        stack.enter_context(_only_one(instance))
        chosen = choose_port(port)
        server = Server(instance, chosen, paused)
        stack.enter_context(_stop_on_signals())
        try:
            server.prepare()
            yield server
        except KeyboardInterrupt:
            typer.echo("\n" + t("cli.serving.stopping"))
        finally:
            server.stop()
        typer.echo(t("cli.serving.stopped"))


@dataclass
class Server:
    """The processes of one running installation; each writes its own file in `nhat-ky`."""

    instance: Instance
    port: int
    paused: bool = True
    _running: dict[str, BaseProcess] = field(default_factory=dict, init=False)

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def logs(self) -> Path:
        return self.instance.root / "nhat-ky"

    def prepare(self) -> None:
        """Bring Airflow's database to its newest form."""
        self.logs.mkdir(parents=True, exist_ok=True)
        typer.echo(t("cli.serving.preparing", home=self.instance.airflow_home))
        setting_up = self._spawn("db-migrate", SET_UP)
        setting_up.join()
        if setting_up.exitcode:
            raise CchcError(t("cli.serving.prepare_failed", log=self._log("db-migrate")))

    def start(self, *only: str) -> None:
        """Start the components that do not run yet; `only` some of them, by name."""
        typer.echo(t("cli.serving.starting", logs=self.logs))
        for name, options in COMPONENTS.items():
            if name not in self._running and (not only or name in only):
                self._running[name] = self._spawn(name, AIRFLOW, *options)

    def wait_until_ready(self, parts: Collection[str] = PARTS) -> None:
        """Wait until Airflow says that these parts of it are well."""
        deadline = time.monotonic() + READY_SECONDS
        while not healthy(self.url, parts):
            self._check()
            if time.monotonic() > deadline:
                raise CchcError(t("cli.serving.too_slow", seconds=READY_SECONDS, logs=self.logs))
            time.sleep(0.5)

    def how_to_sign_in(self, text: str) -> str:
        """`text` of the catalogue with the address, who may sign in, and where passwords and logs lie."""
        users = ", ".join(f"{login} ({role})" for login, role in local_users().items())
        passwords = password_file(self.instance)
        return t(text, url=self.url, users=users, passwords=passwords, logs=self.logs).rstrip()

    def watch(self) -> None:
        """Return never; raises CchcError when a component ends by itself."""
        while True:
            self._check()
            time.sleep(1)

    def stop(self) -> None:
        """Ask every process to end, and end those that do not."""
        running = [process for process in self._running.values() if process.is_alive()]
        for process in running:
            _signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for process in running:
            process.join(max(0.1, deadline - time.monotonic()))
            if process.is_alive():
                _signal_group(process, signal.SIGKILL)
                process.join()
        self._running.clear()
        # Left alone it ends by itself with this program; whoever is served next has another environment.
        forkserver._forkserver._stop()  # type: ignore[attr-defined]  # the library has no public way to end it

    def _check(self) -> None:
        for name, process in self._running.items():
            if not process.is_alive():
                raise CchcError(t("cli.serving.died", name=name, code=process.exitcode, log=self._log(name)))

    def _log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def _spawn(self, name: str, program: str, *words: str) -> BaseProcess:
        COPIES.set_forkserver_preload(COPIED)
        process = COPIES.Process(target=become, args=(self._log(name), program, name, *words), name=name)
        with patch.dict(os.environ, airflow_environment(self.instance, port=self.port, paused=self.paused)):
            process.start()  # the first one starts what all are copies of, in this environment
        return process


def become(log: Path, program: str, name: str, *words: str) -> None:
    """In a copy: run `program`, a function by its full name, as if `airflow NAME WORDS` had been typed."""
    os.setsid()  # Ctrl-C reaches the program alone that started this one, and then ends all in order
    with log.open("ab") as file:
        for stream in (1, 2):
            os.dup2(file.fileno(), stream)
    setproctitle(f"airflow {name}")
    os.chdir(PROJECT_ROOT)
    sys.argv = ["airflow", name, *words]
    resolve_name(program)()


def healthy(url: str, parts: Collection[str] = PARTS) -> bool:
    """Whether the API server answers and reports well of each of the parts."""
    reported = airflow_parts(url) or {}
    return all(reported.get(name) == "healthy" for name in parts)


def airflow_parts(url: str) -> Mapping[str, str | None] | None:
    """What Airflow's own health page says of its parts, by name; None when nobody answers there."""
    if not url.startswith(("http://", "https://")):
        return None
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/api/v2/monitor/health", timeout=5) as answer:  # noqa: S310 - http(s) only
            return {name: part.get("status") for name, part in json.load(answer).items()}
    except (OSError, ValueError, AttributeError):
        return None


def choose_port(wanted: int | None) -> int:
    """The port to serve on: the wanted one, which must be free; else 8080; else any free one."""
    if wanted is not None:
        if not _is_free(wanted):
            raise CchcError(t("cli.serving.taken", port=wanted))
        return wanted
    if _is_free(USUAL_PORT):
        return USUAL_PORT
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port = int(probe.getsockname()[1])
    typer.echo(t("cli.serving.busy", port=port))
    return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: a port whose last connections are only fading away is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


@contextmanager
def _only_one(instance: Instance) -> Iterator[None]:
    """Two schedulers on one SQLite database would run every task twice: the second start is refused."""
    instance.root.mkdir(parents=True, exist_ok=True)
    with (instance.root / ".dang-chay").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CchcError(t("cli.serving.running", root=instance.root)) from None
        yield


@contextmanager
def _stop_on_signals() -> Iterator[None]:
    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _signal_group(process: BaseProcess, number: signal.Signals) -> None:
    assert process.pid is not None, "it has been started"
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        with suppress(ProcessLookupError):
            os.kill(process.pid, number)  # it has only just been started, and no group is its own
