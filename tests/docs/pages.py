"""The pages that people read in the checkout, and what stands between backticks in them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from cchc.paths import PROJECT_ROOT

PAGES = sorted(
    [
        *PROJECT_ROOT.glob("*.md"),
        *PROJECT_ROOT.glob("docs/*.md"),
        *PROJECT_ROOT.glob("include/**/*.md"),
    ]
)
_FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`([^`\n]+)`")


def name_of(page: Path) -> str:
    return page.relative_to(PROJECT_ROOT).as_posix()


def quoted(page: Path) -> list[str]:
    """What stands between single backticks, outside of blocks of code."""
    return _CODE.findall(_FENCE.sub("", page.read_text(encoding="utf-8")))


def tracked() -> list[str]:
    """Every file of the checkout, those included that are not committed yet; what git ignores is no part of it."""
    listing = ["git", "-C", str(PROJECT_ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    found = subprocess.run(listing, capture_output=True, check=True, encoding="utf-8").stdout.split("\0")
    return sorted(name for name in found if name and (PROJECT_ROOT / name).exists())
