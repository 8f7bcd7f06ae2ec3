"""Vietnamese for the command-line library's own words.

The library asks gettext for its texts and binds the function when it is imported, and no Vietnamese
catalogue exists for it; so this module must be imported before it.
"""

from __future__ import annotations

import gettext
from typing import Any

from cchc.texts import table

_TEXTS = table("cli.library")


def _translate(message: str) -> str:
    return _TEXTS.get(message, message)


def _translate_plural(msgid1: str, msgid2: str, n: int) -> str:
    return _translate(msgid1 if n == 1 else msgid2)


gettext.gettext = _translate
gettext.ngettext = _translate_plural

import typer.core  # noqa: E402 - it must bind the functions above

# Words that the library writes without asking gettext.
_FIXED = ("Usage:", "Show this message and exit.", "[OPTIONS]", "COMMAND [ARGS]...")


def _speak_vietnamese(command: type[typer.core.TyperCommand] | type[typer.core.TyperGroup]) -> None:
    plain = command.get_help

    def get_help(self: Any, context: Any) -> str:
        text = plain(self, context)
        for words in _FIXED:
            text = text.replace(words, _TEXTS[words])
        return text

    setattr(command, "get_help", get_help)  # noqa: B010 - the library offers no other way, and types forbid it


_speak_vietnamese(typer.core.TyperCommand)
_speak_vietnamese(typer.core.TyperGroup)
