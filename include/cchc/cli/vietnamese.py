"""Vietnamese for the command-line library's own words.

The library asks gettext for its texts and binds the function when it is imported, and no Vietnamese
catalogue exists for it; so this module must be imported before it.
"""

from __future__ import annotations

import gettext

from cchc.texts import table

_TEXTS = table("cli.library")


def _translate(message: str) -> str:
    return _TEXTS.get(message, message)


def _translate_plural(msgid1: str, msgid2: str, n: int) -> str:
    return _translate(msgid1 if n == 1 else msgid2)


gettext.gettext = _translate
gettext.ngettext = _translate_plural
