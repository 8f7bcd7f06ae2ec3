"""The Word templates of `include/templates/documents`: their placeholders, and their text with values filled in.

A template is a .docx that an official edits in Word. docxtpl reads it: `{{ name }}` is a value, `{%p if ... %}` and
`{%p endif %}` on lines of their own keep what lies between, `{{p bang("name") }}` on a line of its own is a table, a
picture or a group of paragraphs that the program makes.
"""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import (
    Environment,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateSyntaxError,
    UndefinedError,
    meta,
    nodes,
)
from lxml import etree

from cchc.config_files import OpenedFiles, StrictModel, config_file
from cchc.documents.places import Linked
from cchc.documents.text import day_text, one_line
from cchc.errors import CchcError
from cchc.files import sha256_file
from cchc.indicators import format_number
from cchc.paths import TEMPLATE_DIR
from cchc.texts import t

FOLDER = TEMPLATE_DIR / "documents"
PLACEHOLDERS = "cho-trong.yaml"
INSERT = "bang"
# A paragraph of its own that stands for an insert until the text is filled in.
_OPEN, _CLOSE = "\ue020", "\ue021"


class Placeholders(StrictModel):
    """What each template must hold: values by name, inserts as `bang.<name>`."""

    templates: dict[str, tuple[str, ...]]


@config_file(PLACEHOLDERS, home=FOLDER)
def _placeholders(opened: OpenedFiles) -> Placeholders:
    return opened.yaml(Placeholders)


@dataclass
class Filled:
    """A template with its values: the document, its body with marked paragraphs for inserts, its title."""

    document: Any
    body: Any
    title: str


def fill(kind: str, values: Mapping[str, Any], inserts: Collection[str], blocks: Collection[str]) -> Filled:
    """Fill the template `<kind>.docx`.

    Args:
        values: what `{{ name }}` may name; nothing inside a value is read as a template.
        inserts: what `bang("name")` may name.
        blocks: parts of the form (`{{p co_quan }}`), made from the configuration.
    Raises:
        CchcError: that names the template and the placeholder that it lost, that is unknown, or that is malformed.
    """
    name = f"{kind}.docx"
    path = FOLDER / name
    if not path.is_file():
        raise CchcError(t("documents.template.absent", name=name))
    template = DocxTemplate(path)
    try:
        template.init_docx()
    except (KeyError, ValueError, zipfile.BadZipFile, PackageNotFoundError, etree.LxmlError) as error:
        # A KeyError names the part that is gone: a picture that the template shows, or one of its own parts.
        raise CchcError(t("documents.template.broken", name=name, fault=str(error).strip("'\""))) from None
    source = template.patch_xml(template.get_xml())
    _check(name, kind, source, {*values, *blocks}, inserts)
    context = {
        **values,
        **{block: _paragraph(block) for block in blocks},
        INSERT: lambda insert: _paragraph(_known(name, insert, inserts)),
    }
    try:
        compiling = SimpleNamespace(from_string=_compiled)
        xml = template.render_xml_part(source, template.docx.part, context, compiling)
        title = _compiled(template.docx.core_properties.title, escaped=False).render(context)
    except UndefinedError as error:
        raise CchcError(t("documents.template.no_value", name=name, fault=error.message)) from None
    except TemplateError as error:
        raise CchcError(t("documents.template.syntax", name=name, fault=error.message)) from None
    return Filled(template.docx, etree.fromstring(xml.encode()), " ".join(title.split()))


def placeholders(xml: str) -> set[str]:
    """Names of values and `bang.<name>` of inserts in the XML of a template that docxtpl has made readable."""
    return _names(_environment().parse(xml))


@lru_cache(maxsize=64)
def _compiled(source: str, escaped: bool = True) -> Template:
    """Hundreds of papers are made of one template."""
    return _environment().overlay(autoescape=escaped).from_string(source)


@lru_cache(maxsize=64)
def _found(xml: str) -> frozenset[str]:
    """The same as `placeholders`, of a template that was looked at before."""
    return frozenset(placeholders(xml))


def marker(name: str) -> str:
    """The text of the paragraph that stands for an insert."""
    return f"{_OPEN}{name}{_CLOSE}"


def marked(text: str) -> str | None:
    """The insert for which a paragraph of this text stands."""
    inside = text.startswith(_OPEN) and text.endswith(_CLOSE)
    return text[1:-1] if inside else None


def template_hash(kind: str) -> str:
    """The file of a template and its SHA-256, as documents tell it."""
    path = FOLDER / f"{kind}.docx"
    return f"{path.name} {sha256_file(path)}"


class _Xml(str):
    """XML of our own, which is not escaped again."""

    def __html__(self) -> str:
        return str(self)


def _paragraph(name: str) -> _Xml:
    return _Xml(f"<w:p><w:r><w:t>{marker(name)}</w:t></w:r></w:p>")


def _known(name: str, insert: str, inserts: Collection[str]) -> str:
    if insert not in inserts:
        line, known = f'{INSERT}("{insert}")', ", ".join(sorted(inserts))
        raise CchcError(t("documents.template.unknown_insert", name=name, line=line, known=known))
    return insert


def _check(
    name: str,
    kind: str,
    xml: str,
    values: Collection[str],
    inserts: Collection[str],
) -> None:
    try:
        found = _found(xml)
    except TemplateSyntaxError as error:
        raise CchcError(t("documents.template.syntax", name=name, fault=error.message)) from None
    prefix = f"{INSERT}."
    for one in sorted(found):
        if one.startswith(prefix):
            _known(name, one.removeprefix(prefix), inserts)
        elif one not in values:
            known = ", ".join(sorted(values))
            raise CchcError(t("documents.template.unknown_value", name=name, placeholder=one, known=known))
    required = _placeholders(FOLDER).templates.get(kind, ())
    lost = [one for one in required if one not in found]
    if lost:
        shown = [_as_written(one) for one in lost]
        raise CchcError(t("documents.template.lost", name=name, placeholders=", ".join(shown)))


def _as_written(name: str) -> str:
    """The placeholder as it is typed in Word."""
    insert = name.removeprefix(f"{INSERT}.")
    return f"{{{{ {name} }}}}" if insert == name else f'{{{{p {INSERT}("{insert}") }}}}'


def _names(tree: nodes.Template) -> set[str]:
    own = {one.name for one in tree.find_all(nodes.Name) if one.ctx == "store"}  # of `set` and `for`
    found = meta.find_undeclared_variables(tree) - own - {INSERT}
    for call in tree.find_all(nodes.Call):
        is_insert = isinstance(call.node, nodes.Name) and call.node.name == INSERT
        if is_insert and call.args and isinstance(call.args[0], nodes.Const):
            found.add(f"{INSERT}.{call.args[0].value}")
    return found


@cache
def _environment() -> Environment:
    environment = Environment(undefined=StrictUndefined, autoescape=True, finalize=_value)
    environment.filters["ngay"] = day_text
    return environment


def _value(value: object) -> object:
    """Texts of units and registers on one line, without characters that a document cannot hold; counts as written."""
    if isinstance(value, _Xml):
        return value
    if isinstance(value, Linked):
        return " ".join(value.split())
    if isinstance(value, int) and not isinstance(value, bool):
        return format_number(value)  # a year is no number: it is given as text
    return one_line(value) if isinstance(value, str) else value
