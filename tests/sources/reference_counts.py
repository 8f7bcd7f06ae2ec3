"""Biểu 06 and the document table as a person would count them: one dossier after the other, plain Python.

Written from the description of the form and from `counting.yaml`, not from the SQL, and sharing no code with it.
A dossier is a mapping with the columns of the typed Parquet; moments are datetimes without zone, or None.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

Dossier = Mapping[str, Any]
Document = Mapping[str, Any]
NO_CHANNEL, POST, ONLINE = 0, 3, 2
ZERO = dict.fromkeys(
    (
        "total", "received_online", "received_direct_or_post", "received_channel_unknown", "carried_over",
        "resolved_channel_unknown", "resolved_field_unknown",
        "resolved", "early", "on_time", "late", "resolved_without_due",
        "still_open", "in_term", "overdue", "open_without_due", "received",
        "land_resolved", "land_in_time", "construction_resolved", "construction_in_time",
        "received_by_post", "returned_by_post", "processed", "level_received", "level_online",
        "level_3_resolved", "level_3_online", "level_4_resolved", "level_4_online",
    ),
    0,
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where a dossier stands in the form: how it came, what became of it; None when it is not in the form."""

    arrival: str | None
    outcome: str | None
    returned_by_post: bool


def window_days(rules: Mapping[str, Any], first: date, last: date) -> tuple[date, date]:
    if rules["window"]["first_day"] == "excluded":
        first += timedelta(days=1)
    if rules["window"]["last_day"] == "excluded":
        last -= timedelta(days=1)
    return first, last


def place(dossier: Dossier, first: date, last: date, rules: Mapping[str, Any]) -> Place:
    """`rules`: the mapping `one_stop` of counting.yaml; `first`, `last`: the window as people name it."""
    first, last = window_days(rules, first, last)
    status = dossier["status"]
    nowhere = Place(None, None, False)
    if status in rules["not_counted"] or dossier["received_at"] is None:
        return nowhere
    received = dossier["received_at"].date()
    if received > last:
        return nowhere

    returned = None if dossier["returned_at"] is None else dossier["returned_at"].date()
    by_post = dossier["return_channel"] == POST and returned is not None and first <= returned <= last

    ended_at: datetime | None = dossier["ended_at"] if status in rules["finished"] else None
    closed = None if ended_at is None else ended_at.date()
    if closed is not None and returned is not None and rules["closing_day"] == "returned":
        closed = max(closed, returned)
    if closed is not None and closed < first:
        return Place(None, None, by_post)

    arrival = {ONLINE: "online", NO_CHANNEL: "channel_unknown"}.get(dossier["channel"], "direct_or_post")
    if received < first:
        arrival = "carried_over"

    if closed is not None and ended_at is not None and closed <= last:
        outcome = verdict_on_resolved(dossier, ended_at, rules)
    else:
        outcome = verdict_on_open(dossier, last, rules)
    return Place(arrival, outcome, by_post)


def verdict_on_resolved(dossier: Dossier, ended_at: datetime, rules: Mapping[str, Any]) -> str:
    if dossier["status"] in rules["always_on_time"]:
        return "on_time"
    due_at: datetime | None = dossier["due_at"]
    if due_at is None:
        own = rules["no_due_date"]["resolved"] == "own_class"
        return "resolved_without_due" if own else "on_time"
    if ended_at.date() < due_at.date():
        return "early"
    if ended_at.date() > due_at.date():
        return "late"
    both_have_hours = ended_at.time() != time() and due_at.time() != time()
    if rules["late_by"] == "hour" and both_have_hours and ended_at > due_at:
        return "late"
    return str(rules["ended_on_due_day"])


def verdict_on_open(dossier: Dossier, last: date, rules: Mapping[str, Any]) -> str:
    if dossier["status"] in rules["always_in_term"]:
        return "in_term"
    if dossier["due_at"] is None:
        return "open_without_due" if rules["no_due_date"]["open"] == "own_class" else "in_term"
    due = dossier["due_at"].date()
    if due == last:
        return str(rules["due_on_last_day"])
    return "in_term" if due > last else "overdue"


def plain(name: str) -> str:
    """A field's name without accents and capitals."""
    letters = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    return "".join(letter for letter in letters if unicodedata.category(letter) != "Mn")


def count(
    dossiers: Iterable[Dossier], first: date, last: date, rules: Mapping[str, Any], by: Sequence[str] = ()
) -> dict[tuple[Any, ...], dict[str, int]]:
    """Counts by (unit, value of each dimension of `by`): field (normalised), service_level (0: none), channel."""
    land = {plain(name) for name in rules["land"]}
    construction = {plain(name) for name in rules["construction"]}
    found: dict[tuple[Any, ...], dict[str, int]] = {}
    for dossier in dossiers:
        placed = place(dossier, first, last, rules)
        if placed.arrival is None and not placed.returned_by_post:
            continue
        values = {
            "field": dossier["field_key"],
            "service_level": dossier["service_level"] or 0,
            "channel": dossier["channel"],
        }
        counts = found.setdefault((dossier["unit"], *(values[name] for name in by)), dict(ZERO))
        counts["returned_by_post"] += placed.returned_by_post
        if placed.arrival is None or placed.outcome is None:
            continue
        level, online = dossier["service_level"], dossier["channel"] == ONLINE
        counts["total"] += 1
        counts["processed"] += dossier["status"] in rules["processed"]
        counts["carried_over" if placed.arrival == "carried_over" else f"received_{placed.arrival}"] += 1
        counts[placed.outcome] += 1
        if placed.arrival != "carried_over":
            counts["received"] += 1
            counts["received_by_post"] += dossier["channel"] == POST
            counts["level_received"] += level in rules["online_levels"]
            counts["level_online"] += level in rules["online_levels"] and online
        if placed.outcome in ("in_term", "overdue", "open_without_due"):
            counts["still_open"] += 1
            continue
        counts["resolved"] += 1
        counts["resolved_channel_unknown"] += dossier["channel"] == NO_CHANNEL
        counts["resolved_field_unknown"] += dossier["field_key"] == ""
        for name, keys in (("land", land), ("construction", construction)):
            if dossier["field_key"] in keys:
                counts[f"{name}_resolved"] += 1
                counts[f"{name}_in_time"] += placed.outcome in ("early", "on_time")
        if level in (3, 4):
            counts[f"level_{level}_resolved"] += 1
            counts[f"level_{level}_online"] += online
    return found


def place_document(document: Document, first: date, last: date, rules: Mapping[str, Any]) -> str | None:
    """The column of the document table, e.g. 'sent_paper', or None outside the window."""
    first, last = window_days(rules, first, last)
    if not first <= document["registered_on"] <= last:
        return None
    way = {"di": "sent", "den": "received"}[document["direction"]]
    return way + {"giay": "_paper", "dien-tu": "_electronic", "dien-tu-va-giay": "_both"}[document["medium"]]


def count_documents(
    documents: Iterable[Document], first: date, last: date, rules: Mapping[str, Any]
) -> dict[str, dict[str, int]]:
    """Counts by unit; `rules`: the mapping `doc_management` of counting.yaml."""
    names = [
        f"{way}{kind}" for way in ("sent", "received") for kind in ("", "_paper", "_electronic", "_both")
    ]
    names += ["signed", "sent_wholly_electronic", "sent_electronic_at_all"]
    found: dict[str, dict[str, int]] = {}
    for document in documents:
        column = place_document(document, first, last, rules)
        if column is None:
            continue
        counts = found.setdefault(document["unit"], dict.fromkeys(names, 0))
        counts[column] += 1
        counts[column.partition("_")[0]] += 1
        if not column.startswith("sent"):
            continue
        signed = document["signed"] is True
        counts["signed"] += signed
        counts["sent_electronic_at_all"] += column != "sent_paper"
        if column == "sent_electronic":
            counts["sent_wholly_electronic"] += signed or rules["wholly_electronic"] == "any"
    return found
