"""Files of tests are compiled once, before several processes read them: each of these would do it for itself, at once.

pytest rewrites the assertions of each file, seven seconds of a core for all, and keeps what it made. It has no public
way to do that without running the file, so these are names of the pinned pytest's own.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from _pytest.assertion import rewrite


def compile_tests(config: pytest.Config, folder: Path) -> int:
    """Keep every test file of the folder as pytest will look for it; how many were not there yet."""
    made = 0
    state = config.stash[rewrite.assertstate_key]
    for path in sorted(folder.rglob("test_*.py")):
        kept = rewrite.get_cache_dir(path)
        pyc = kept / f"{path.stem}{rewrite.PYC_TAIL}"
        if not rewrite.try_makedirs(kept) or rewrite._read_pyc(path, pyc) is not None:
            continue
        try:
            source, code = rewrite._rewrite_test(path, config)
        except SyntaxError:  # told by who reads it
            continue
        made += rewrite._write_pyc(state, code, source, pyc)
    return made


def pytest_configure(config: pytest.Config) -> None:
    starts_others = getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput")
    if starts_others and not config.option.quick and not sys.dont_write_bytecode:
        compile_tests(config, config.rootpath / "tests")
