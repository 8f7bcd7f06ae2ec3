"""Drawing an item: which kind it is, and what kinds draw from. The same number and seed give the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from cchc.inspection import InspectionFinding
from cchc.units import Unit
from cchc_rehearsal.reception.filled_form import FilledIn
from cchc_rehearsal.reception.forms import UnitForms, mark_of
from cchc_rehearsal.reception.promises import Figure, Promise, SentItem

NOW = timedelta(0)


@dataclass(frozen=True)
class FolderFile:
    """A file for the inbox, or for the drop folder of exports. `folder`: below it. `written`: its own time, from the
    moment of laying it down. `first`: so many of its bytes lie there at the first run, the program that copies it
    still holds it."""

    name: str
    content: bytes = field(repr=False)
    folder: str
    written: timedelta = NOW
    first: int | None = None


@dataclass(frozen=True)
class TeamWorkbook:
    """The inspection team's workbook: `written` gives its bytes, from the rows that were sent already."""

    written: Callable[[Sequence[InspectionFinding]], bytes] = field(repr=False, compare=False)


@dataclass(frozen=True)
class SentParcel:
    """What a kind makes of a draw: files to lay down, mails for the mailbox, a workbook of the team, and what must
    become of them.

    once: however often it is delivered, it was sent once.
    """

    promise: Promise
    files: tuple[FolderFile, ...] = ()
    letters: tuple[bytes, ...] = field(default=(), repr=False)
    figures: Mapping[str, Figure] = field(default_factory=dict, repr=False)
    boxes: frozenset[str] = frozenset()
    once: bool = False
    team: TeamWorkbook | None = None

    @property
    def deliveries(self) -> int:
        return len(self.files) + len(self.letters) + (self.team is not None)

    @property
    def sendings(self) -> int:
        return 1 if self.once else self.deliveries


@dataclass(frozen=True)
class Draw:
    """What a kind draws from: the item's number, a unit, its forms, chance."""

    number: int
    unit: Unit
    chance: random.Random
    forms: UnitForms

    @property
    def round_id(self) -> str:
        return self.forms.run.round.round_id

    @property
    def boxes(self) -> frozenset[str]:
        return frozenset(self.unit.mailboxes)

    @property
    def mark(self) -> str:
        return mark_of(self.number)

    def filled(self, *, faulty: bool = False) -> FilledIn:
        return self.forms.filled(self.number, self.unit, faulty)

    def scored(self, *, faulty: bool = False) -> FilledIn:
        return self.forms.scores.filled(self.number, self.unit, self.mark, faulty=faulty)

    @property
    def inspected(self) -> Sequence[str]:
        return self.forms.inspected

    def name(self, suffix: str = ".xlsx", more: str = "") -> str:
        """As our own forms are called, with the item's number: it tells unit and round of a file nobody can read."""
        return f"{self.round_id}_{self.unit.code}_{self.number:06}{more}{suffix}"

    def message_id(self, more: str = "") -> str:
        return f"<{self.mark}{more}@may-cua-don-vi.example>"


Build = Callable[[Draw], SentParcel]


@dataclass(frozen=True)
class ItemKind:
    """A kind of thing that comes. `weight`: how often it is drawn."""

    name: str
    way: str
    weight: float
    build: Build


@dataclass(frozen=True)
class DrawnItem:
    """An item as it is sent."""

    sent: SentItem
    parcel: SentParcel

    @property
    def number(self) -> int:
        return self.sent.number


def draw_item(kinds: Mapping[str, ItemKind], forms: UnitForms, number: int, seed: int) -> DrawnItem:
    """Item `number` of the campaign `seed`."""
    chance = random.Random(f"{seed}:{number}")  # noqa: S311 - made-up mail, no secrets
    names = list(kinds)
    kind = kinds[chance.choices(names, weights=[kinds[name].weight for name in names])[0]]
    unit = chance.choice(forms.units)
    parcel = kind.build(Draw(number, unit, chance, forms))
    sent = SentItem(
        number=number,
        kind=kind.name,
        way=kind.way,
        promise=parcel.promise,
        boxes=parcel.boxes,
        sendings=parcel.sendings,
        deliveries=parcel.deliveries,
        figures=parcel.figures,
    )
    return DrawnItem(sent, parcel)
