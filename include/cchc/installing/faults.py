"""What is wrong in the year's data, for whoever has not loaded every room of the program."""

from __future__ import annotations

import subprocess
import sys
from functools import lru_cache

from cchc import clock
from cchc.config_files import config_dir, config_hash
from cchc.paths import PROJECT_ROOT
from cchc.texts import t

_FAULTY = 2  # what the command says of files that cannot be used; anything else is about the command itself


def told_faults() -> list[str]:
    """Every fault, as `./cchc cau-hinh` tells it; asked of that program once for the same files and year."""
    try:
        return list(_told(str(config_dir()), config_hash(), clock.now().year))
    except subprocess.CalledProcessError as error:  # of this time alone: no word about the files
        return [t("installing.not_checked", code=error.returncode)]


@lru_cache(maxsize=4)
def _told(_folder: str, _hash: str, year: int) -> tuple[str, ...]:
    done = subprocess.run(
        [sys.executable, "-m", "cchc.cli", "cau-hinh", "--nam", str(year)],
        cwd=PROJECT_ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode not in (0, _FAULTY):
        done.check_returncode()
    return tuple(done.stderr.strip().splitlines()) if done.returncode else ()
