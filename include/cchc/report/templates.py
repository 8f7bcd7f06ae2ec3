"""Filling in the document templates of `include/templates/report`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
)

from cchc.errors import CchcError
from cchc.files import sha256_file
from cchc.paths import TEMPLATE_DIR
from cchc.report.blocks import Block, Head, literal, parse
from cchc.report.figures import day_text, one_line
from cchc.report.places import Linked
from cchc.texts import t

FOLDER = TEMPLATE_DIR / "report"


def fill(
    name: str, values: Mapping[str, Any], inserts: Mapping[str, Sequence[Block]] | None = None
) -> tuple[Head, list[Block]]:
    """Head and blocks of the template `<name>.txt.j2` with `values` filled in.

    Raises CchcError that names the template when it is absent, malformed, or asks for a value that does not
    exist. Values are data: nothing inside them is read as a template or as markup.
    """
    file_name = f"{name}.txt.j2"
    try:
        rendered = _environment().get_template(file_name).render(**values)
    except TemplateNotFound as error:
        raise CchcError(t("report.template.absent", name=str(error))) from None
    except TemplateSyntaxError as error:
        raise CchcError(
            t("report.template.syntax", name=error.name or file_name, line=error.lineno, fault=error.message)
        ) from None
    except UndefinedError as error:
        raise CchcError(t("report.template.no_value", name=file_name, fault=error.message)) from None
    return parse(rendered, inserts or {}, file_name)


def template_hash(name: str) -> str:
    """The file of a template and its SHA-256, as documents tell it."""
    path = FOLDER / f"{name}.txt.j2"
    return f"{path.name} {sha256_file(path)}"


@cache
def _environment() -> Environment:
    # Plain text, not HTML: escaping for Word happens where the XML is written; `_value` guards the markup.
    environment = Environment(  # noqa: S701  (no HTML is made here)
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_value,
    )
    environment.filters["ngay"] = day_text
    return environment


def _value(value: object) -> object:
    if isinstance(value, Linked):
        return literal(" ".join(value.split()))
    if isinstance(value, str):
        return literal(one_line(value))
    return value
