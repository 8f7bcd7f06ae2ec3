"""Where the year's data stand. Only the registry of this package hands out what stands there."""

from __future__ import annotations

import os
from pathlib import Path

from cchc.files import sha256_bytes
from cchc.paths import PROJECT_ROOT


def config_dir() -> Path:
    """The folder of the year's data; `CCHC_CONFIG` names another one (tests, other provinces)."""
    return Path(os.environ.get("CCHC_CONFIG") or PROJECT_ROOT / "include" / "config")


def shown(path: Path) -> str:
    """The path as people know it: relative to the checkout where it lies inside."""
    try:
        return str(path.resolve().relative_to(PROJECT_ROOT))
    except ValueError:
        return str(path)


def shown_config(name: str = "") -> str:
    """A file of the year's data, or their folder, as people know it."""
    return shown(config_dir() / name)


def files_of(folder: Path) -> list[Path]:
    """Every file of a configuration folder, by name. What editors and systems leave behind does not count."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith((".", "~$")) and not path.name.endswith("~")
    ]


def config_hash() -> str:
    """One hash over every file of the year's data, by name and content."""
    folder = config_dir()
    parts = [f"{path.relative_to(folder)}:{sha256_bytes(path.read_bytes())}" for path in files_of(folder)]
    return sha256_bytes("\n".join(parts).encode())
