"""Sealing a set with age: whoever writes sets can close them and not open them.

The installation knows public keys only. To prove what it sealed it seals for a key of one moment as well, opens the
set with that, and forgets it.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

from pyrage import DecryptError, IdentityError, decrypt_io, encrypt_io, x25519

from cchc.errors import CchcError, RuleRefused
from cchc.texts import t

SUFFIX = ".age"


class _HashOnly:
    def __init__(self) -> None:
        self.digest = hashlib.sha256()

    def write(self, piece: bytes) -> int:
        self.digest.update(piece)
        return len(piece)

    def flush(self) -> None:
        """Nothing is kept."""


def seal(source: Path, target: Path, recipients: list[str], sha256: str) -> None:
    """Write `source` sealed for the recipients, and prove that it opens to the bytes of that hash."""
    once = x25519.Identity.generate()
    keys = [*(x25519.Recipient.from_str(one) for one in recipients), once.to_public()]
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with source.open("rb") as plain, os.fdopen(descriptor, "wb") as sealed:
        encrypt_io(plain, sealed, keys)
    seen = _HashOnly()
    with target.open("rb") as sealed:
        try:
            decrypt_io(sealed, seen, [once])
        except (DecryptError, OSError) as error:
            raise CchcError(t("backups.damaged", why=t("backups.why.sealed"))) from error
    if seen.digest.hexdigest() != sha256:
        raise CchcError(t("backups.damaged", why=t("backups.why.sealed")))


def unseal(source: Path, target: Path, key_file: Path | None) -> None:
    """Open a sealed set. RuleRefused('key-needed') without a key, CchcError for another one or damage."""
    if key_file is None:
        raise RuleRefused("key-needed", t("backups.key_needed", name=source.name))
    identity = _read_key(key_file)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with source.open("rb") as sealed, os.fdopen(descriptor, "wb") as plain:
        try:
            decrypt_io(sealed, plain, [identity])
        except DecryptError as error:
            raise CchcError(t("backups.key_wrong", name=source.name, key=key_file)) from error
        except OSError as error:
            if error.errno is not None:  # of the disk, not of the seal
                raise
            raise CchcError(t("backups.damaged", why=t("backups.why.sealed"))) from error


def new_key(path: Path) -> str:
    """Make a pair: the private key into a new file that only its owner reads; returns the public one."""
    identity = x25519.Identity.generate()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise RuleRefused("key-file-there", t("backups.key_file_there", path=path)) from None
    public = str(identity.to_public())
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"# public key: {public}\n{identity}\n")
    return public


def _read_key(path: Path) -> Any:
    try:
        lines = path.read_text(encoding="ascii", errors="replace").splitlines()
        words = next(line.strip() for line in lines if line.strip().startswith("AGE-SECRET-KEY-"))
        return x25519.Identity.from_str(words)
    except (OSError, StopIteration, IdentityError):
        raise CchcError(t("backups.key_unreadable", path=path)) from None
