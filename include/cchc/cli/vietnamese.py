"""Vietnamese for the command-line library's own words.

The library asks gettext for its texts and binds the function when it is imported, and no Vietnamese
catalogue exists for it; so this module must be imported before it.
"""

from __future__ import annotations

import gettext
import re
from typing import IO, Any

from cchc.texts import t, table

_TEXTS = table("cli.library")
_SENTENCES = {
    re.compile(known, re.DOTALL): told for known, told in table("cli.usage_errors.sentences").items()
}


def _translate(message: str) -> str:
    return _TEXTS.get(message, message)


def _translate_plural(msgid1: str, msgid2: str, n: int) -> str:
    return _translate(msgid1 if n == 1 else msgid2)


gettext.gettext = _translate
gettext.ngettext = _translate_plural

import typer  # noqa: E402 - it must bind the functions above
import typer.core  # noqa: E402 - it must bind the functions above

# Words that the library writes without asking gettext.
_FIXED = ("Usage:", "Show this message and exit.", "[OPTIONS]", "COMMAND [ARGS]...")


def _fixed(text: str) -> str:
    for words in _FIXED:
        text = text.replace(words, _TEXTS[words])
    return text


def sentence(words: str) -> str:
    """What the library says of a command that was typed wrongly; words of ours that it passes on stay."""
    for known, told in _SENTENCES.items():
        if found := known.fullmatch(words):
            given = found.groupdict(default="")
            if "inner" in given:
                given["inner"] = sentence(given["inner"])
            return told.format(**given)
    return words


def _show(self: Any, file: IO[Any] | None = None) -> None:
    if (context := self.ctx) is not None:
        option = context.help_option_names[0]
        hint = t("cli.usage_errors.hint", command=context.command_path, option=option)
        typer.echo(f"{_fixed(context.get_usage())}\n{hint}\n", file=file, err=True)
    typer.echo(t("cli.usage_errors.error", message=sentence(self.format_message())), file=file, err=True)


def _speak_vietnamese(command: type[typer.core.TyperCommand] | type[typer.core.TyperGroup]) -> None:
    plain = command.get_help

    def get_help(self: Any, context: Any) -> str:
        return _fixed(plain(self, context))

    setattr(command, "get_help", get_help)  # noqa: B010 - the library offers no other way, and types forbid it


_speak_vietnamese(typer.core.TyperCommand)
_speak_vietnamese(typer.core.TyperGroup)
(_usage_error,) = typer.BadParameter.__bases__
setattr(_usage_error, "show", _show)  # noqa: B010 - as above: its words ask no catalogue
