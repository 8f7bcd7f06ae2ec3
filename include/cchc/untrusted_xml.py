"""XML that comes from outside, parsed without trust, and texts that go into XML."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree


def parse_xml(content: bytes) -> Any:
    """The root of an XML part; an empty element when it is no XML. No entities, no network, no DTD."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return etree.Element("empty")


# What XML 1.0 cannot hold: control characters (a line break of Word's is U+000B), halves of pairs, two that are none.
_NOT_FOR_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")


def for_xml(text: str) -> str:
    """The text as an XML part can hold it; a line break of a word processor stays one."""
    return _NOT_FOR_XML.sub("", text.replace("\x0b", "\n").replace("\x0c", "\n"))
