"""Where an official finds what: areas of the board side by side, below them the pages of the one that is open."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cchc.texts import table

# Pages that have no entry of their own stand under another's.
_UNDER = {"/dot": "/nam", "/phe-duyet": "/so-van-ban", "/can-xem-lai": "/"}


@dataclass(frozen=True)
class MenuEntry:
    """One link of the menu. current: '' for elsewhere, 'page' for the page that is shown, 'true' for what it is in."""

    address: str
    name: str
    current: str


@dataclass(frozen=True)
class Menu:
    """pages: those of the area that is open; none when it has but one."""

    areas: list[MenuEntry]
    pages: list[MenuEntry]


def menu(path: str, closed: Collection[str] = ()) -> Menu:
    """The menu as the page at `path`, below the board's root and without its filters, shows it; closed: addresses that
    are not for whoever looks."""
    names = table("board.menu_areas")
    pages = {code: _open(table(f"board.menu_pages.{code}"), closed) for code in names}
    shown = _entry_of(path, [one for area in pages.values() for one in area])
    areas, inside = [], []
    for code, own in pages.items():
        if not own:
            continue
        first, here = next(iter(own)), shown in own
        areas.append(MenuEntry(first, names[code], _current(here, path == first)))
        if here and len(own) > 1:
            inside = [MenuEntry(one, name, _current(one == shown, one == path)) for one, name in own.items()]
    return Menu(areas, inside)


def _open(area: Mapping[str, str], closed: Collection[str]) -> dict[str, str]:
    return {address: name for address, name in area.items() if address not in closed}


def _current(here: bool, itself: bool) -> str:
    return ("page" if itself else "true") if here else ""


def _entry_of(path: str, addresses: list[str]) -> str:
    """The entry that the page belongs to: the longest address that its own begins with."""
    found = [one for one in addresses if path == one or (one != "/" and path.startswith(f"{one}/"))]
    return max(found, key=len, default=_UNDER.get("/" + path.lstrip("/").partition("/")[0], ""))
