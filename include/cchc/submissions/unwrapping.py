"""The workbooks in a file that came by the folder."""

from __future__ import annotations

from dataclasses import replace

from cchc.submissions.arrivals import Arrival
from cchc.submissions.envelopes import Content, open_file
from cchc.submissions.evidence_files import EvidenceFile, beside_what_names_them
from cchc.texts import t


def workbooks_of(arrival: Arrival) -> list[Arrival]:
    """The workbooks in a file: itself, cleaned of its macros, or those of an archive. A file without any is judged as
    it is, so that its refusal says what it is."""
    everything = open_file(arrival.file_name, arrival.content)
    opened = [one for one in everything if one.kind is Content.WORKBOOK]
    evidence: tuple[EvidenceFile, ...] = ()
    if len(everything) > 1 and (found := beside_what_names_them(everything)) is not None:
        opened, evidence = found
    return [
        replace(
            arrival,
            file_name=one.name,
            content=one.content,
            cleaned=one.note == "macros",
            evidence=evidence,
            notes=(*arrival.notes, *((t(f"submissions.mailbox.notes.{one.note}"),) if one.note else ())),
        )
        for one in opened
    ] or [arrival]
