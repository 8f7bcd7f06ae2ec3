"""A form that comes back, refused or to be agreed to, holds what was typed in it; every other form stays as it was.

Templates show forms as they are before anybody types. The one that was sent is found on its page again by its act and
by the hidden fields that say what it is about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from lxml import html

from cchc.documents.text import clean
from cchc_board.typed import Fields

_ACT = "viec"
_SEEN = frozenset({"ma", "ban", "da-xem"})  # hidden fields that tell what was seen when it was sent
_BEFORE = "cu-"  # begins the names of hidden fields that hold what somebody changes, as it was
_NOT_TYPED = frozenset({"file", "submit", "hidden"})


def refilled(page: str, typed: Fields, *, opened: bool) -> str:
    """The page with what was typed in its form. opened: with the folds open in which that stands."""
    document = html.document_fromstring(page)
    form = next((one for one in document.forms if _was_sent(one, typed)), None)
    if form is None:
        return page
    marked = [form]
    place = Counter[str]()  # of several fields of one name
    for field in form.iter("input", "select", "textarea"):
        name = field.get("name") or ""
        values = typed.get(name, ())
        if field.get("type") in ("checkbox", "radio"):
            if _mark(field, "checked", field.get("value") in values):
                marked.append(field)
        elif place[name] < len(values) and _takes_text(field):
            _put(field, values[place[name]])
            place[name] += 1
    for one in marked if opened else ():
        for fold in one.iterancestors("details"):
            fold.set("open")
    return str(html.tostring(document.getroottree(), encoding="unicode"))


def _was_sent(form: Any, typed: Fields) -> bool:
    acts = typed.get(_ACT, ())
    hidden = form.xpath(".//input[@type='hidden']")
    about = [one for one in hidden if not _tells_what_was_seen(one.get("name"))]
    return any(
        one.get("value") in acts for one in form.iter("button", "input") if one.get("name") == _ACT
    ) and all(one.get("value") in typed.get(one.get("name"), ()) for one in about)


def _tells_what_was_seen(name: str) -> bool:
    return name in _SEEN or name.startswith(_BEFORE)


def _takes_text(field: Any) -> bool:
    return field.get("type") not in _NOT_TYPED or (field.get("name") or "").startswith(_BEFORE)


def _put(field: Any, typed: str) -> None:
    value = clean(typed)  # what is pasted may hold signs that no page can
    match field.tag:
        case "textarea":
            # Browsers leave the first line out, and send lines ended as in mails.
            field.text = "\n" + value.replace("\r\n", "\n")
        case "select":
            _choose(list(field.iter("option")), value)
        case _:
            field.set("value", value)


def _choose(options: Sequence[Any], value: str) -> None:
    """What is no longer offered changes nothing."""
    named = [one.get("value", one.text_content()) == value for one in options]
    for one, is_chosen in zip(options, named, strict=True) if any(named) else ():
        _mark(one, "selected", is_chosen)


def _mark(field: Any, mark: str, is_set: bool) -> bool:
    if is_set:
        field.set(mark)
    else:
        field.attrib.pop(mark, None)
    return is_set
