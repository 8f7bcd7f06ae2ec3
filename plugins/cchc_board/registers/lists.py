"""The lists of page 'Danh mục': what the files of the year say of units, recipients, signers, indicators, reminders and
witnesses, each row with the days from and until which it holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from cchc.chasing.ladder import Ladder, Rung, Trigger
from cchc.clock import vn_date
from cchc.documents.form import DocumentSettings
from cchc.indicators import IndicatorRegister
from cchc.indicators.wording import how, stated_by
from cchc.texts import t, table
from cchc_board.desk import RequestView


@dataclass(frozen=True)
class ListEntry:
    """A row. cells: texts by the list's columns, the first one names the row; first, last: its validity, None where it
    is open; address: of the page about it, below the board's root; key: what a form names to change it, empty where it
    is not changed by itself; values: what that form begins with."""

    cells: tuple[str, ...]
    first: date | None = None
    last: date | None = None
    address: str = ""
    key: str = ""
    values: tuple[tuple[str, str], ...] = ()

    def holds_on(self, day: date) -> bool:
        """Whether the day lies in its validity; its first and last day do."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    @property
    def validity(self) -> str:
        """`từ 01/07/2025`, `đến 30/06/2025`, both, or that it always holds."""
        parts = [
            t(f"board_registers.{name}", day=vn_date(day))
            for name, day in (("since", self.first), ("until", self.last))
            if day
        ]
        return " ".join(parts) or t("board_registers.always")


@dataclass(frozen=True)
class YearList:
    """One list. code: in its address and texts; file: where it is kept; columns: keys of their heads; dated: whether
    its rows hold for a time; wide: columns of the file only; act: what changes one row, empty where none does."""

    code: str
    file: str
    columns: tuple[str, ...]
    entries: Callable[[RequestView, date], Iterator[ListEntry]]
    dated: bool = True
    wide: tuple[str, ...] = ()
    act: str = ""

    @property
    def title(self) -> str:
        return t(f"board_registers.lists.{self.code}.title")

    @property
    def about(self) -> str:
        return t(f"board_registers.lists.{self.code}.about")

    @property
    def heads(self) -> list[str]:
        """Of every column in words, those of the file only among them."""
        words = table("board_registers.columns")
        return [words[name] for name in (*self.columns, *self.wide)]


def _units(desk: RequestView, _day: date) -> Iterator[ListEntry]:
    tiers = table("units.tiers")
    for one in (unit for unit in desk.units.all if desk.sees(unit.code)):
        contact = " ".join(part for part in (one.phone, f"({one.contact})" if one.contact else "") if part)
        cells = (one.name, one.code, tiers[one.tier], contact, ", ".join(one.mailboxes), one.head)
        address = f"/don-vi/{one.code}" if one.reports else ""
        values = (
            ("dien-thoai", one.phone),
            ("nghe-may", one.contact),
            ("hop-thu", "; ".join(one.mailboxes)),
            ("thu-truong", one.head),
        )
        yield ListEntry(cells, one.valid_from, one.valid_to, address, one.code, values)


def _recipients(desk: RequestView, day: date) -> Iterator[ListEntry]:
    """Every line of a 'Nơi nhận' or 'Kính gửi', who stands behind it on the day, and in which documents it stands."""
    settings, tiers = DocumentSettings.load(), table("units.tiers")
    used: dict[str, list[str]] = {}
    for kind, form in settings.documents.items():
        for line in dict.fromkeys((*form.addressees, *form.recipients)):
            used.setdefault(line, []).append(_document(kind, form.noun))
    for line, documents in used.items():
        receiver = settings.mailing.receivers.get(line)
        if receiver is None or not (receiver.mailboxes or receiver.tiers or receiver.addressees):
            who = t("board_registers.no_mail")
        elif receiver.addressees:
            who = t("board_registers.addressees")
        elif receiver.tiers:
            count = len(desk.units.on(day, receiver.tiers))
            names = "; ".join(tiers[one] for one in receiver.tiers)
            who = t("board_registers.units_of_tiers", count=count, tiers=names)
        else:
            who = ", ".join(receiver.mailboxes)
        changeable = receiver is None or not (receiver.tiers or receiver.addressees)
        values = (("hop-thu", "; ".join(receiver.mailboxes) if receiver else ""),)
        yield ListEntry((line, who, ", ".join(documents)), key=line if changeable else "", values=values)


def _signers(_desk: RequestView, _day: date) -> Iterator[ListEntry]:
    """Signatures that nobody gives stand last: a draft has a yellow place there."""
    settings = DocumentSettings.load()
    for one in settings.signers:
        signed = [
            _document(kind, form.noun)
            for kind, form in settings.documents.items()
            if (form.issuer, form.signature[-1]) == (one.issuer, one.title)
        ]
        cells = (one.name, one.title, settings.issuers[one.issuer].name, ", ".join(signed))
        yield ListEntry(cells, one.since, one.until, key=f"{one.issuer}|{one.title}")
    named = {(one.issuer, one.title) for one in settings.signers}
    nobody: dict[tuple[str, str], list[str]] = {}
    for kind, form in settings.documents.items():
        if (place := (form.issuer, form.signature[-1])) not in named:
            nobody.setdefault(place, []).append(_document(kind, form.noun))
    for (issuer, title), kinds in nobody.items():
        unnamed = (t("board_registers.nobody"), title, settings.issuers[issuer].name, ", ".join(kinds))
        yield ListEntry(unnamed, key=f"{issuer}|{title}")


def _bases(_desk: RequestView, _day: date) -> Iterator[ListEntry]:
    settings = DocumentSettings.load()
    for basis in settings.bases:
        kinds = [_document(one, settings.form(one).noun) for one in basis.documents]
        yield ListEntry((basis.text, ", ".join(kinds)), basis.since, basis.until)
    for asked in settings.directives:
        behind = t("board_registers.asked_by", codes=", ".join(asked.indicators))
        yield ListEntry((asked.text, behind), asked.since, asked.until)


def _indicators(desk: RequestView, _day: date) -> Iterator[ListEntry]:
    for one in IndicatorRegister.load().periods:
        cells = (one.name, one.code, stated_by(one, desk.units), how(one), one.unit_of_measure, one.reason)
        yield ListEntry(cells, one.valid_from, one.valid_until)


def _rungs(_desk: RequestView, _day: date) -> Iterator[ListEntry]:
    ladder, products = Ladder.load(), table("board_registers.products")
    for rung in ladder.rungs:
        climbing = [products[one] for one, codes in ladder.products.items() if rung.code in codes]
        owed = ", ".join(climbing) or t("board_registers.by_hand")
        counted = rung.trigger in (Trigger.DUE, Trigger.RETURNED)
        values = (("so-ngay", str(rung.working_days)),)
        cells = (rung.name, _when(rung), _to_whom(rung), owed)
        yield ListEntry(cells, key=rung.code if counted else "", values=values)


def _when(rung: Rung) -> str:
    days, key = rung.working_days, str(rung.trigger)
    if rung.trigger is Trigger.DUE:
        key = "before_due" if days < 0 else "after_due" if days else "on_due"
    return t(f"board_registers.when.{key}", days=abs(days))


def _to_whom(rung: Rung) -> str:
    words = table("board_registers.channels")
    keys = [rung.address, *rung.copy_to, *rung.list_to, *(one for one in rung.channels if one == "phone")]
    return "; ".join(words[one] for one in (*keys, *([rung.letter] if rung.letter else [])))


def _precedence(_desk: RequestView, _day: date) -> Iterator[ListEntry]:
    rules, register = DocumentSettings.load().report, IndicatorRegister.load()
    yield ListEntry((t("board_registers.every_indicator"), "", _in_order(rules.precedence)))
    for code, order in rules.precedence_of.items():
        yield ListEntry((register.get(code).name, code, _in_order(order)))


def _in_order(witnesses: Sequence[str]) -> str:
    words = table("board_registers.witnesses")
    return ", ".join(f"{place}. {words[one]}" for place, one in enumerate(witnesses, start=1))


def _document(kind: str, noun: str) -> str:
    return table("board_registers.documents").get(kind, noun)


LISTS = {
    one.code: one
    for one in (
        YearList(
            "don-vi",
            "units.csv",
            ("unit", "code", "tier", "phone", "mailboxes", "head"),
            _units,
            act="sua_lien_he",
        ),
        YearList(
            "noi-nhan",
            "documents.yaml",
            ("line", "behind", "documents"),
            _recipients,
            dated=False,
            act="sua_noi_nhan",
        ),
        YearList(
            "nguoi-ky",
            "documents.yaml",
            ("signer", "title", "issuer", "documents"),
            _signers,
            act="sua_nguoi_ky",
        ),
        YearList("can-cu", "documents.yaml", ("text", "used_in"), _bases),
        YearList(
            "chi-tieu",
            "indicators.csv",
            ("indicator", "code", "who", "how"),
            _indicators,
            wide=("measure", "reason"),
        ),
        YearList(
            "don-doc",
            "ladder.yaml",
            ("rung", "when", "to_whom", "products"),
            _rungs,
            dated=False,
            act="sua_bac",
        ),
        YearList("uu-tien", "documents.yaml", ("indicator", "code", "order"), _precedence, dated=False),
    )
}
"""Every list by its code, in the order shown."""
