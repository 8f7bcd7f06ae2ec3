"""pytest in forks of a process that has imported what no mutant changes: most of a short test run is its imports.

As a program it reads one request a line (JSON: folder, path, arguments, settings, log) and answers with the process
id of the fork, then with its exit code. `Forks` asks it.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

# Of other projects only: what stands in the checkout must be imported by the fork.
HEAVY = ("hypothesis.strategies", "sqlalchemy", "alembic", "pydantic", "openpyxl", "duckdb", "lxml.etree", "docx",
         "xlsxwriter", "jinja2", "yaml", "typer", "cryptography.x509", "cryptography.hazmat.primitives.asymmetric.ec",
         "yagmail", "psycopg")  # fmt: skip


class Forks:
    """The preloaded process of one copy; `close` ends it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder.parent / f"{folder.name}.log"
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def pytest(self, arguments: list[str], timeout: float, **settings: str) -> int | None:
        """The exit code of pytest over the copy; None after the timeout."""
        path = [str(self.folder / one) for one in ("", "include", "plugins")]
        more = {"PYTHONPATH": os.pathsep.join(path), "PYTHONDONTWRITEBYTECODE": "1", **settings}
        request = {
            "folder": str(self.folder), "path": path, "settings": more, "log": str(self.log),
            "arguments": ["-q", "-x", "-p", "no:cacheprovider", *arguments],
        }  # fmt: skip
        process, late = self._process, threading.Event()
        assert process.stdin and process.stdout
        print(json.dumps(request), file=process.stdin, flush=True)
        child = int(process.stdout.readline())

        def end() -> None:
            late.set()
            os.killpg(child, signal.SIGKILL)

        timer = threading.Timer(timeout, end)
        timer.start()
        code = int(process.stdout.readline())
        timer.cancel()
        return None if late.is_set() else code

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


def _tests(request: dict[str, Any]) -> int:
    """What a fork does."""
    os.setsid()
    nothing, log = (
        os.open(os.devnull, os.O_RDONLY),
        os.open(request["log"], os.O_CREAT | os.O_TRUNC | os.O_WRONLY),
    )
    for target, source in ((0, nothing), (1, log), (2, log)):
        os.dup2(source, target)
    os.chdir(request["folder"])
    os.environ.update(request["settings"])
    sys.path[:0] = request["path"]
    sys.dont_write_bytecode = True
    return int(import_module("pytest").main(request["arguments"]))


def main() -> None:
    for plugin in entry_points(group="pytest11"):
        plugin.load()
    for name in HEAVY:
        import_module(name)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            code = 3  # of pytest: an error inside
            try:
                code = _tests(json.loads(line))
            finally:
                sys.stdout.flush()
                os._exit(code)
        print(child, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
