"""Taking the macros out of a workbook: the parts that hold programs go, every value and format stays.

Works on the archive, not through a spreadsheet library: openpyxl would drop the stored results of formulas with the
macros. What goes: VBA projects and their signatures, macro sheets of Excel 4, controls, ribbon code.
"""

from __future__ import annotations

import re

from cchc.office.package import Package
from cchc.workbooks.edited import EditedPackage, packed
from cchc.workbooks.grid import MAX_UNPACKED

PROGRAMS = re.compile(
    r"/(vbaProject|vbaProjectSignature\w*|wordVbaData|xlMacrosheet|xlIntlMacrosheet|attachedToolbars|control|"
    r"ctrlProp|activeXControlBinary|extensibility)$",
    re.IGNORECASE,
)
PROGRAM_PARTS = re.compile(
    r"(vbaproject|/macrosheets/|/activex/|/ctrlprops/|^customui/|attachedtoolbars)", re.IGNORECASE
)


def has_macros(content: bytes) -> bool:
    """Whether an .xlsx holds a program of any kind. Raises BadArchive for a damaged one, and ArchiveTooLarge."""
    return any(PROGRAM_PARTS.search(name) for name in Package.of(content, MAX_UNPACKED).parts)


def without_macros(content: bytes) -> bytes:
    """The workbook as .xlsx without its programs; equal bytes for equal bytes.

    Raises BadArchive for a damaged one, and ArchiveTooLarge.
    """
    package = EditedPackage(Package.of(content, MAX_UNPACKED).plain(), MAX_UNPACKED)
    package.leave_out(PROGRAM_PARTS, PROGRAMS)
    package.be_a_workbook()
    return packed(package.closed())
