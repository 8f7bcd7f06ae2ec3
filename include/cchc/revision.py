"""Which code this is: the git revision of a checkout, or what was written when an image without git was built."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

from cchc.errors import CchcError, ConfigError
from cchc.files import write_atomic
from cchc.paths import PROJECT_ROOT
from cchc.texts import t

FILE_NAME = "code-revision.json"  # beside the tree's pyproject.toml, in an image only
_KEY = "revision"
# A whole hash (SHA-1 or SHA-256), with `+` when files differed from it.
_REVISION = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})\+?")


@cache
def code_revision() -> str:
    """The revision of the running code, with `+` when files differ from it; words that say so when nobody knows it.

    Raises ConfigError for a file that was written wrongly: a document must not bear a mark that means nothing.
    """
    return _of_checkout(PROJECT_ROOT) or _of_build(PROJECT_ROOT) or t("revision.unknown")


def write_build_revision(revision: str, root: Path = PROJECT_ROOT) -> str:
    """Keep `revision` in the tree of an image; returns the words for the log of the build.

    An empty one writes nothing, and documents will say that nobody knows. Raises CchcError for what is no revision.
    """
    given = revision.strip()
    if not given:
        return t("revision.built_without", unknown=t("revision.unknown"))
    if not _REVISION.fullmatch(given):
        raise CchcError(t("revision.wrong_argument", found=given, allowed=t("revision.allowed")))
    # Made by root while an image is built, read by the account of its services.
    write_atomic(root / FILE_NAME, json.dumps({_KEY: given}) + "\n", mode=0o644)
    return t("revision.built", revision=given)


def _of_checkout(root: Path) -> str | None:
    """None without a checkout of our own (a repository around the tree is another project's), or without git."""
    if not (root / ".git").exists():
        return None
    git = ("git", "-C", str(root))
    try:
        head = subprocess.run([*git, "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
        changes = subprocess.run(
            [*git, "status", "--porcelain", "--untracked-files=no"],
            capture_output=True,
            text=True,
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return head.stdout.strip() + ("+" if changes.stdout.strip() else "")


def _of_build(root: Path) -> str | None:
    """What the build wrote; None when it was given nothing."""
    path = root / FILE_NAME
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise _damaged(path, t("revision.whole_file"), "...") from None
    try:
        content = json.loads(text)
    except ValueError:
        raise _damaged(path, t("revision.whole_file"), text[:80]) from None
    found = content.get(_KEY) if isinstance(content, dict) else content
    if not isinstance(found, str) or not _REVISION.fullmatch(found):
        raise _damaged(path, _KEY, found)
    return found


def _damaged(path: Path, place: str, found: object) -> ConfigError:
    return ConfigError(path, place, found, t("revision.allowed"), t("revision.damaged_action"))


if __name__ == "__main__":  # the Dockerfile calls it: `python -m cchc.revision "$CCHC_REVISION"`
    try:
        print(write_build_revision("".join(sys.argv[1:])))
    except CchcError as error:
        sys.exit(str(error))
