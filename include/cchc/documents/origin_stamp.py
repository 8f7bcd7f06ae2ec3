"""From what a document was made, in the file itself: its own ('custom') properties, in docx and xlsx alike.

Names and values only: revision, hashes, ids. Nothing of the machine, nothing that differs between equal documents.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.opc.packuri import PackURI
from docx.opc.part import Part
from lxml import etree

from cchc.errors import CchcError
from cchc.texts import t, table

LONGEST = 255  # of a value, in Excel and Word
_PART = "docProps/custom.xml"
_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_NAMESPACE = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_SET = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  # the set of properties that people define
_LARGEST = 1_000_000


def named(provenance: Mapping[str, Any], round_id: str, draft: int | None = None) -> dict[str, str]:
    """A provenance (code, config, snapshots) as names that people read and their values; of a draft with its number, by
    which an edited file is known again."""
    words = table("documents.origin_names")
    found = {
        words["round"]: round_id,
        words["code"]: str(provenance["code"]),
        words["config"]: str(provenance["config"]),
    }
    if draft is not None:
        found[words["draft"]] = str(draft)
    for snapshot, digest in dict(provenance.get("snapshots") or {}).items():
        found[words["snapshot"].format(id=snapshot)] = str(digest)
    return {name: value[:LONGEST] for name, value in found.items()}


def stamp_docx(document: Any, origin: Mapping[str, str]) -> None:
    """Put the properties into a Word document."""
    if not origin:
        return
    properties = "".join(
        f'<property fmtid={quoteattr(_SET)} pid="{number}" name={quoteattr(name)}>'
        f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        for number, (name, value) in enumerate(origin.items(), start=2)  # 0 and 1 are taken by the format
    )
    xml = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<Properties xmlns="{_NAMESPACE}" xmlns:vt="{_VALUES}">{properties}</Properties>'
    )
    package = document.part.package
    part = Part(PackURI(f"/{_PART}"), _TYPE, xml.encode(), package)
    package.relate_to(part, _RELATION)


def stamp_xlsx(workbook: Any, origin: Mapping[str, str]) -> None:
    """Put the properties into a workbook of xlsxwriter."""
    for name, value in origin.items():
        workbook.set_custom_property(name, value, "text")


def read_origin(content: bytes, name: str) -> dict[str, str]:
    """The properties of a docx or xlsx, in their order; empty when it has none of ours.

    Raises CchcError for a file that is neither.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if "[Content_Types].xml" not in archive.namelist():
                raise CchcError(t("cli.origin.no_office_file", name=name))
            if _PART not in archive.namelist() or archive.getinfo(_PART).file_size > _LARGEST:
                return {}
            raw = archive.read(_PART)
    except (zipfile.BadZipFile, OSError, EOFError):
        raise CchcError(t("cli.origin.no_office_file", name=name)) from None
    try:
        root = etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return {}
    return {
        str(one.get("name")): "".join(one.itertext())
        for one in root
        if isinstance(one.tag, str) and one.get("name")
    }
