"""A real Airflow of one installation, started as `./cchc up` starts it and spoken to by its REST API."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cchc.paths import PROJECT_ROOT, Instance

# What runs in the other process: the very function behind `./cchc up`.
PROGRAM = (
    "import sys; from pathlib import Path; from cchc.cli.up import serve; from cchc.paths import Instance; "
    "serve(Instance(Path(sys.argv[1])), int(sys.argv[2]), paused=True)"
)
DONE = ("success", "failed")
PAUSE = 1  # second between two questions: each costs the server twenty milliseconds of a core that it works on itself
ANSWERS_WITHIN = 200  # seconds; ends what would never end, on a machine that does much else


def until(found: Callable[[], Any], seconds: float, what: str) -> Any:
    """Ask until the answer is true; AssertionError naming `what` when it never is."""
    deadline = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(PAUSE)
    return answer


@dataclass
class AirflowServer:
    """One running installation. `output` is what `serve` printed."""

    instance: Instance
    port: int
    environment: Mapping[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None
    _token: str = ""

    @property
    def output(self) -> str:
        return (self.instance.root / "man-hinh.txt").read_text(encoding="utf-8")

    def start(self, seconds: float = 120) -> None:
        with (self.instance.root / "man-hinh.txt").open("wb") as screen:
            self._process = subprocess.Popen(
                [sys.executable, "-u", "-c", PROGRAM, str(self.instance.root), str(self.port)],
                env={**os.environ, "PYTHONIOENCODING": "utf-8", **self.environment},
                stdout=screen,
                stderr=subprocess.STDOUT,
            )

        def ready() -> bool:
            assert self._process is not None
            assert self._process.poll() is None, f"serve ended: {self.output}"
            return "Ctrl-C" in self.output

        until(ready, seconds, "the server is ready")

    def stop(self) -> int:
        """SIGTERM as a service manager sends it; returns the exit code."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        return self._process.wait(60)

    def password(self, user: str) -> str:
        passwords = json.loads((self.instance.airflow_home / "mat-khau.json").read_text(encoding="utf-8"))
        return str(passwords[user])

    def sign_in(self, user: str) -> None:
        answer = self.call("POST", "/auth/token", {"username": user, "password": self.password(user)})
        self._token = answer["access_token"]

    def knows_the_dags(self, seconds: float = 240) -> None:
        """Return when the processor has read every file of `dags/`; a Dag it has not read yet cannot be started."""
        expected = {path.stem for path in (PROJECT_ROOT / "dags").glob("*.py")}

        def known() -> set[str]:
            return {one["dag_id"] for one in self.call("GET", "/api/v2/dags?limit=100")["dags"]}

        until(lambda: expected <= known(), seconds, "all Dags are read")

    def status_of(self, path: str, *, signed_in: bool = True) -> int:
        """The HTTP status of a page."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}")
        if signed_in:
            request.add_header("Cookie", f"_token={self._token}")
        try:
            with urllib.request.urlopen(request, timeout=ANSWERS_WITHIN) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def text_of(self, path: str) -> str:
        """A page as a browser with the session cookie gets it."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}")
        request.add_header("Cookie", f"_token={self._token}")
        with urllib.request.urlopen(request, timeout=ANSWERS_WITHIN) as answer:
            return str(answer.read().decode("utf-8"))

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """One call of the REST API; AssertionError with the server's words when it refuses."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, method=method)
        request.add_header("Content-Type", "application/json")
        if self._token:
            request.add_header("Authorization", f"Bearer {self._token}")
        try:
            with urllib.request.urlopen(request, timeout=ANSWERS_WITHIN) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()[:500]}") from None

    def trigger(self, dag_id: str, conf: Mapping[str, Any]) -> str:
        """Start a run by hand and return its id."""
        self.call("PATCH", f"/api/v2/dags/{dag_id}", {"is_paused": False})
        run = self.call("POST", f"/api/v2/dags/{dag_id}/dagRuns", {"logical_date": None, "conf": dict(conf)})
        return str(run["dag_run_id"])

    def state_of(self, dag_id: str, run_id: str) -> str:
        return str(self.call("GET", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}")["state"])

    def finish(self, dag_id: str, run_id: str, seconds: float = 240) -> str:
        """Wait for a run's end; returns its state. The Dag is paused again: nothing starts by itself."""
        until(lambda: self._ended(dag_id, run_id), seconds, f"{dag_id} {run_id}")
        self.call("PATCH", f"/api/v2/dags/{dag_id}", {"is_paused": True})
        return self.state_of(dag_id, run_id)

    def run(self, dag_id: str, conf: Mapping[str, Any]) -> None:
        """Run a Dag by the scheduler to its success; AssertionError with the log of what failed."""
        run_id = self.trigger(dag_id, conf)
        state = self.finish(dag_id, run_id)
        assert state == "success", f"{dag_id}: {state}\n{self.failure_of(dag_id, run_id)}"

    def _ended(self, dag_id: str, run_id: str) -> bool:
        """Whether the run is over; a task that failed and only waits for its next try fails the test at once."""
        tasks = self.call("GET", f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances")["task_instances"]
        broken = [one["task_id"] for one in tasks if one["state"] == "up_for_retry"]
        assert not broken, f"{dag_id}: {broken}\n{self.failure_of(dag_id, run_id)}"
        return self.state_of(dag_id, run_id) in DONE

    def failure_of(self, dag_id: str, run_id: str) -> str:
        """The last lines of the logs of a run's tasks that did not succeed."""
        folder: Path = self.instance.airflow_home / "logs"
        logs = [
            path for path in folder.rglob("*.log") if f"dag_id={dag_id}" in str(path) and run_id in str(path)
        ]
        return "\n".join(f"{path.name}: {path.read_text(encoding='utf-8')[-1500:]}" for path in logs)

    def answer(self, dag_id: str, run_id: str, task_id: str, option: str, values: Mapping[str, str]) -> None:
        """Answer a waiting decision as the person who is signed in; AssertionError when the server refuses."""
        self.waits(dag_id, run_id, task_id)
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/-1/hitlDetails"
        self.call("PATCH", path, {"chosen_options": [option], "params_input": dict(values)})

    def waits(self, dag_id: str, run_id: str, task_id: str) -> None:
        """Return when the decision can be answered; AssertionError when the run ends or never comes so far.

        An answer within about five seconds of the task's waiting state made Airflow 3.3.2 fail the task.
        """
        path = f"/api/v2/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}"
        until(
            lambda: (
                self._ended(dag_id, run_id)
                or self.call("GET", path)["state"] in ("awaiting_input", "deferred")
            ),
            400,
            "the decision waits",
        )
        time.sleep(8)
