"""The workbooks in a file that came by the folder."""

from __future__ import annotations

from dataclasses import replace

from cchc.submissions.arrivals import Arrival
from cchc.submissions.envelopes import Content, open_file
from cchc.texts import t


def workbooks_of(arrival: Arrival) -> list[Arrival]:
    """The workbooks in a file: itself, cleaned of its macros, or those of an archive. A file without any is judged as
    it is, so that its refusal says what it is."""
    opened = [one for one in open_file(arrival.file_name, arrival.content) if one.kind is Content.WORKBOOK]
    return [
        replace(
            arrival,
            file_name=one.name,
            content=one.content,
            cleaned=one.note == "macros",
            notes=(*arrival.notes, *((t(f"submissions.mailbox.notes.{one.note}"),) if one.note else ())),
        )
        for one in opened
    ] or [arrival]
