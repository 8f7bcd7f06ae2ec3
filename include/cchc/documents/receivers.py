"""To whom an issued document goes by mail: the lines of its 'Nơi nhận' and the addresses behind them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cchc.documents.form import DocumentSettings
from cchc.mail.addresses import split_addresses
from cchc.units import UnitRegister


@dataclass(frozen=True)
class Group:
    """One line of a 'Nơi nhận'. `without`: the line itself, or its units, that no mail can reach.

    `of_units`: units that have to do what the document says; others are informed.
    """

    line: str
    addresses: tuple[str, ...]
    without: tuple[str, ...] = ()
    of_units: bool = False


def receivers(settings: DocumentSettings, form: str, units: UnitRegister, day: date) -> list[Group]:
    """The groups of a kind of document in the order of its list; an address stands in the first that has it.

    Units are those valid on `day`. The archive ('Lưu: VT') is no receiver. ConfigError for an unknown form.
    """
    taken: set[str] = set()
    groups = []
    for line in _lines(settings, form):
        receiver = settings.mailing.receivers.get(line)
        if receiver is not None and receiver.tiers:
            raw = [(unit.name, unit.mailboxes) for unit in units.on(day, receiver.tiers)]
        else:
            raw = [(line, receiver.mailboxes if receiver else ())]
        found = [(name, split_addresses(boxes)[0]) for name, boxes in raw]
        new = [box for box in dict.fromkeys(box for _, own in found for box in own) if box not in taken]
        taken.update(new)
        without = tuple(name for name, own in found if not own)
        groups.append(Group(line, tuple(new), without, of_units=bool(receiver and receiver.tiers)))
    return groups


def _lines(settings: DocumentSettings, form: str) -> Iterator[str]:
    """The list's lines, 'Như trên' replaced by the addressees."""
    document, known = settings.form(form), settings.mailing.receivers
    for line in document.recipients:
        receiver = known.get(line)
        if receiver is not None and receiver.addressees:
            yield from document.addressees
        else:
            yield line
