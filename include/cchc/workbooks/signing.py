"""The secret with which an installation signs the forms it gives out.

It stands in the installation's own folder, readable by its user only, or in the environment (`CCHC_FORM_KEY`, for
installations on several machines); never in the code, the store or a form.
"""

from __future__ import annotations

import os
import secrets

from cchc.paths import Instance

FILE = "khoa-ky-bieu"
VARIABLE = "CCHC_FORM_KEY"


def form_key(instance: Instance) -> bytes:
    """The installation's key; made when it is first needed. Whoever comes second takes what the first one made."""
    given = os.environ.get(VARIABLE)
    if given:
        return given.encode()
    path = instance.root / FILE
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{FILE}.{secrets.token_hex(8)}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
        try:
            # A link appears whole or not at all, and never replaces the key of another process.
            os.link(temporary, path)
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
    return path.read_text(encoding="ascii").strip().encode()
