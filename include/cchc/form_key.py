"""The secret with which an installation signs the forms it gives out.

It stands in the installation's own folder, readable by its user only, or in the environment (`CCHC_FORM_KEY`, for
installations on several machines); never in the code, the store or a form.
"""

from __future__ import annotations

import os
import secrets

from cchc.depot import share
from cchc.files import write_once
from cchc.paths import Instance

VARIABLE = "CCHC_FORM_KEY"


def form_key(instance: Instance) -> bytes:
    """The installation's key; made when it is first needed. Whoever comes second takes what the first one made."""
    given = os.environ.get(VARIABLE)
    if given:
        return given.encode()
    path = instance.form_key_file
    if not path.exists():
        write_once(path, secrets.token_hex(32) + "\n", mode=0o600)
        share(instance, path)
    return path.read_text(encoding="ascii").strip().encode()
