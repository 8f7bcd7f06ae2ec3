"""What is wrong in the year's data, for whoever has not loaded every room of the program."""

from __future__ import annotations

import subprocess
import sys
from functools import lru_cache

from cchc.config_files import config_dir, config_hash
from cchc.paths import PROJECT_ROOT


def told_faults() -> list[str]:
    """Every fault, as `./cchc cau-hinh` tells it; asked of that program once for the same files."""
    return list(_told(str(config_dir()), config_hash()))


@lru_cache(maxsize=4)
def _told(_folder: str, _hash: str) -> tuple[str, ...]:
    done = subprocess.run(
        [sys.executable, "-m", "cchc.cli", "cau-hinh"],
        cwd=PROJECT_ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return tuple(done.stderr.strip().splitlines()) if done.returncode else ()
