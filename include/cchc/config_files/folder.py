"""Where the year's data stand. Only the registry of this package hands out what stands there."""

from __future__ import annotations

import os
from pathlib import Path

from cchc.files import sha256_bytes
from cchc.paths import PROJECT_ROOT, current_instance

SHIPPED = PROJECT_ROOT / "include" / "config"
"""The sample that comes with the program; nobody needs to change a file of it."""


def config_dir() -> Path:
    """The folder of the year's data: `CCHC_CONFIG`, else the installation's own, else the sample that ships."""
    return Path(os.environ.get("CCHC_CONFIG") or current_instance().settings.config_folder or SHIPPED)


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
    """Every file of a configuration folder, by name. What editors and systems leave behind does not count.

    Neither do hidden folders: of git, and the sample as it was when the folder was made.
    """
    return [
        path for path in sorted(folder.rglob("*")) if path.is_file() and _counts(path.relative_to(folder))
    ]


def config_names() -> list[str]:
    """The files of the year's data in force, by their names below the folder."""
    folder = config_dir()
    return [path.relative_to(folder).as_posix() for path in files_of(folder)]


def _counts(name: Path) -> bool:
    hidden = any(part.startswith(".") for part in name.parts)
    return not hidden and not name.name.startswith("~$") and not name.name.endswith("~")


def config_hash() -> str:
    """One hash over every file of the year's data, by name and content."""
    folder = config_dir()
    parts = [f"{path.relative_to(folder)}:{sha256_bytes(path.read_bytes())}" for path in files_of(folder)]
    return sha256_bytes("\n".join(parts).encode())
