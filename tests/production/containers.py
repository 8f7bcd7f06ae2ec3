"""The services of docker-compose.yaml, each in a sandbox that stands for its container.

There is no container engine on a machine of tests. Bubblewrap gives the parts of one that a service could notice: a
root that is read-only but for what the file names, the account, no capability and no way to gain one, the mounts, the
secrets, the environment, the names of the other services. Programs of Debian and of `.venv` stand for those of the
images. What is not there: limits of memory and processors, networks of their own, and the entry points of the images of
PostgreSQL and Redis.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cchc.paths import PROJECT_ROOT

HERE = Path(__file__).parent
POSTGRES = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1:]
SYSTEM = ("/usr", "/etc", "/var/lib/dictionaries-common", "/var/cache/fontconfig", "/var/lib/libreoffice")
LINKS = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
PATH = ":".join(
    [str(PROJECT_ROOT / ".venv" / "bin"), *map(str, POSTGRES), "/usr/local/bin", "/usr/bin", "/bin"]
)
# Of the images of others: what their entry points do before, and where they begin.
ENTRIES = {"postgres": ["/bin/bash", "/postgres-entrypoint.sh"]}
FOLDERS = {"redis": "/data"}
LAST = ("redis", "postgres")


@dataclass
class Containers:
    """The services of one installation. `config` is what Compose made of the file; `folder` holds volumes and logs."""

    config: Mapping[str, Any]
    folder: Path
    image: Mapping[str, Path]  # what stands in the image, by its place there
    _running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start a service; what it prints stands in `<name>.log`."""
        service = self.config["services"][name]
        words = [*(service.get("entrypoint") or ENTRIES.get(name) or []), *(service.get("command") or [])]
        with self.log(name).open("ab") as log:
            self._running[name] = subprocess.Popen(
                [*self._sandbox(name), *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def pids(self) -> dict[str, int]:
        """The process of each service that runs; those of the service are below it."""
        return {name: process.pid for name, process in self._running.items()}

    def finish(self, name: str, seconds: float = 240) -> None:
        """Start a service that ends, and wait for its success."""
        self.start(name)
        code = self._running.pop(name).wait(seconds)
        assert code == 0, f"{name}: {code}\n{self.log(name).read_text(encoding='utf-8')[-3000:]}"

    def run(
        self, name: str, *words: str, entry: Sequence[str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """`docker compose run --rm NAME WORDS...`; with `entry`, `--entrypoint`."""
        begin = entry if entry is not None else self.config["services"][name].get("entrypoint") or []
        return subprocess.run(
            [*self._sandbox(name), *begin, *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )

    def health(self, name: str) -> subprocess.CompletedProcess[str]:
        """The health check of a service, inside of it."""
        kind, *words = self.config["services"][name]["healthcheck"]["test"]
        return self.run(name, entry=["/bin/sh", "-c", *words] if kind == "CMD-SHELL" else words)

    def wait_healthy(self, name: str, seconds: float = 400) -> None:
        """Ask for its health until it is well; AssertionError with its words when it never is, or ends."""

        def well() -> bool:
            code = self._running[name].poll()
            tail = self.log(name).read_text(encoding="utf-8", errors="replace")[-3000:]
            assert code is None, f"{name} ended with {code}\n{tail}"
            return self.health(name).returncode == 0

        until(
            well,
            seconds,
            lambda: f"{name}: {self.health(name).stderr}\n{self.log(name).read_text()[-3000:]}",
            3,
        )

    def stop(self, *names: str) -> dict[str, int]:
        """SIGTERM and an end, first of those that need others, as Docker does it; the exit codes."""
        chosen = names or tuple(self._running)
        codes: dict[str, int] = {}
        for wave in ([one for one in chosen if one not in LAST], [one for one in chosen if one in LAST]):
            for name in wave:
                _tell(self._running[name].pid, signal.SIGTERM)
            for name in wave:
                process = self._running.pop(name)
                try:
                    codes[name] = process.wait(60)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    codes[name] = process.wait()
        return codes

    def _sandbox(self, name: str) -> list[str]:
        service = self.config["services"][name]
        uid, _, gid = service["user"].partition(":")
        assert service["read_only"] and service["cap_drop"] == ["ALL"] and not service.get("cap_add")
        words = ["bwrap", "--unshare-user", "--uid", uid, "--gid", gid, "--unshare-uts", "--hostname", name]
        words += ["--die-with-parent", "--dev", "/dev", "--ro-bind", "/proc", "/proc"]
        for place in SYSTEM:
            words += ["--ro-bind-try", place, place]
        for link in LINKS:
            if (target := Path("/") / link).is_symlink():
                words += ["--symlink", str(target.readlink()), str(target)]
            else:
                words += ["--ro-bind-try", str(target), str(target)]
        words += self._etc(uid)
        for base in {sys.prefix, sys.base_prefix}:
            if not base.startswith("/usr"):
                words += ["--ro-bind", base, base]
        for place, path in self.image.items():
            words += ["--ro-bind", str(path), place]
        words += ["--ro-bind", str(HERE / "postgres-entrypoint.sh"), "/postgres-entrypoint.sh"]
        for mount in service.get("tmpfs", []):
            words += ["--tmpfs", mount.split(":")[0]]
        words += self._mounts(service)
        words += ["--remount-ro", "/", "--clearenv"]
        environment = {"PATH": PATH, "LANG": "C.UTF-8", "HOSTNAME": name, "PYTHONUNBUFFERED": "1"}
        # In the image the project is installed where it lies; here `.venv` knows the checkout.
        environment |= {"PYTHONPATH": "/opt/cchc/include:/opt/cchc/plugins"}
        for key, value in (environment | (service.get("environment") or {})).items():
            words += ["--setenv", key, str(value)]
        return [*words, "--chdir", service.get("working_dir") or FOLDERS.get(name, "/"), "--"]

    def _etc(self, uid: str) -> list[str]:
        """The names of the other services, and of the account."""
        hosts, passwd = self.folder / "hosts", self.folder / "passwd"
        names = " ".join(self.config["services"])
        hosts.write_text(f"127.0.0.1 localhost {names}\n", encoding="utf-8")
        passwd.write_text(
            f"root:x:0:0::/root:/bin/sh\nairflow:x:{uid}:0::/opt/airflow:/bin/sh\n", encoding="utf-8"
        )
        return ["--ro-bind", str(hosts), "/etc/hosts", "--ro-bind", str(passwd), "/etc/passwd"]

    def _mounts(self, service: Mapping[str, Any]) -> list[str]:
        words = []
        for mount in service.get("volumes", []):
            source = Path(mount["source"])
            if mount["type"] == "volume":
                source = self.folder / "volumes" / mount["source"]
                source.mkdir(parents=True, exist_ok=True)
            words += ["--ro-bind" if mount.get("read_only") else "--bind", str(source), mount["target"]]
        for kind, usual in (("secrets", "/run/secrets/"), ("configs", "/")):
            for one in service.get(kind, []):
                target = one.get("target") or one["source"]
                target = target if target.startswith("/") else usual + target
                words += ["--ro-bind", self.config[kind][one["source"]]["file"], target]
        return words


def _tell(pid: int, number: signal.Signals) -> None:
    """Docker signals the first process of the container; Bubblewrap's child is ours."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()
    for child in children or [str(pid)]:
        os.kill(int(child), number)


def until(found: Callable[[], Any], seconds: float, what: str | Callable[[], str], pause: float = 0.5) -> Any:
    """Ask until the answer is true; AssertionError naming `what` when it never is."""
    deadline = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {what() if callable(what) else what}"
        time.sleep(pause)
    return answer


def image_of(checkout: Path) -> dict[str, Path]:
    """What the Dockerfile copies into the image, by its place there."""
    found = {}
    for line in (checkout / "Dockerfile").read_text(encoding="utf-8").splitlines():
        if line.startswith("COPY "):
            *names, _ = shlex.split(line)[1:]
            found |= {f"/opt/cchc/{name.removeprefix('./')}": checkout / name for name in names}
    return found


def prepared(folder: Path) -> Path:
    """A folder with what an administrator has, in which an ordinary account has run `tools/prepare-production`."""
    for name in ("docker-compose.yaml", ".env.example", "Dockerfile", "tools", "include/production"):
        source = PROJECT_ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        copy(source, folder / name)
    prepare_as(50000, folder)
    return folder


def prepare_as(uid: int, folder: Path) -> None:
    """`tools/prepare-production` by an account; subprocess.CalledProcessError when it refuses."""
    account = ["bwrap", "--unshare-user", "--uid", str(uid), "--gid", str(uid), "--ro-bind", "/", "/"]
    program = [
        *account,
        "--dev",
        "/dev",
        "--bind",
        str(folder),
        str(folder),
        "--",
        folder / "tools/prepare-production",
    ]
    subprocess.run(program, check=True, capture_output=True, text=True, timeout=60)
