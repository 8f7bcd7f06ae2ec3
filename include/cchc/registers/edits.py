"""Edits of the year's files that are safe to make one by one: each gives the whole file as it would be, and what that
changes in words. Whether it may stand is for the file's own loader."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from cchc.chasing.ladder import Ladder, Trigger
from cchc.clock import vn_date
from cchc.documents.form import DocumentSettings
from cchc.errors import RuleRefused
from cchc.installing.yaml_changes import changed_yaml
from cchc.registers.proposing import FileProposal, current, current_text, propose
from cchc.texts import t, table
from cchc.units import UnitRegister

UNITS, DOCUMENTS, LADDER, DAYS = "units.csv", "documents.yaml", "ladder.yaml", "working_days.yaml"
DATED = ("calendar.yaml", DAYS)
"""Files whose changes move dates."""
CONTACT_FIELDS = ("phone", "contact", "mailboxes", "head")
"""What may change of a unit while it lives; its code, tier and validity carry what was reported before."""


def unit_contact(code: str, values: Mapping[str, str]) -> FileProposal:
    """Telephone, who answers it, mailboxes and the head's title of a unit; what is not named stays.

    RuleRefused('no-such-unit', 'no-such-field').
    """
    register = UnitRegister.load(strict=False)
    if code not in register:
        raise RuleRefused("no-such-unit", t("registers.no_unit", unit=code))
    if strange := [name for name in values if name not in CONTACT_FIELDS]:
        raise RuleRefused(
            "no-such-field", t("registers.no_field", field=strange[0], fields=", ".join(CONTACT_FIELDS))
        )
    text = current_text(UNITS)
    reader = csv.DictReader(io.StringIO(text))
    columns = [name for name in reader.fieldnames or () if name]
    columns += [name for name in CONTACT_FIELDS if values.get(name) and name not in columns]
    rows, words, heads = list(reader), [], table("registers.unit_fields")
    for row in rows:
        if row.get("code") != code:
            continue
        for name, value in values.items():
            new = " ".join(value.split())
            if new != (old := (row.get(name) or "").strip()):
                row[name] = new
                words.append(_changed(register.get(code).name, heads[name], old, new))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, extrasaction="ignore", lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    content = out.getvalue().encode() if words else current(UNITS)
    return propose(UNITS, content, words)


def receiver(line: str, mailboxes: Sequence[str]) -> FileProposal:
    """Mailboxes behind a line of a 'Nơi nhận' or 'Kính gửi'; none: nothing is mailed to it.

    RuleRefused: 'no-such-line', 'units-behind-line' where units stand behind it and not mailboxes.
    """
    settings = DocumentSettings.load()
    lines = {one for form in settings.documents.values() for one in (*form.addressees, *form.recipients)}
    if line not in lines:
        raise RuleRefused("no-such-line", t("registers.no_line", line=line))
    known = settings.mailing.receivers.get(line)
    if known is not None and (known.tiers or known.addressees):
        raise RuleRefused("units-behind-line", t("registers.units_behind", line=line))
    wanted = list(dict.fromkeys(one for one in mailboxes if one))

    def change(content: Any) -> None:
        receivers = content["mailing"]["receivers"]
        if wanted:
            receivers[line] = _flow({"mailboxes": _flow_list(wanted)})
        else:
            receivers.pop(line, None)

    old = ", ".join(known.mailboxes) if known else ""
    return _yaml(DOCUMENTS, change, [_changed(line, t("registers.mailboxes"), old, ", ".join(wanted))])


def signer(issuer: str, title: str, name: str, since: date) -> FileProposal:
    """Who signs with that title for that body from a day on; whoever did until then stops the day before.

    RuleRefused('no-such-signature', 'signer-later') when somebody is named from a later day already.
    """
    settings = DocumentSettings.load()
    if (issuer, title) not in {(form.issuer, form.signature[-1]) for form in settings.documents.values()}:
        raise RuleRefused("no-such-signature", t("registers.no_signature", issuer=issuer, title=title))
    places = [
        place
        for place, one in enumerate(settings.signers)
        if (one.issuer, one.title) == (issuer, title) and (one.until is None or one.until >= since)
    ]
    for place in places:
        known = settings.signers[place]
        if known.since is not None and known.since >= since:
            raise RuleRefused(
                "signer-later",
                t("registers.signer_later", title=title, name=known.name, day=vn_date(known.since)),
            )

    def change(content: Any) -> None:
        signers = content["signers"]
        signers.fa.set_block_style()  # a line each, however many there come to be
        for place in places:
            signers[place]["until"] = since - timedelta(days=1)
        added = {"issuer": issuer, "title": DoubleQuotedScalarString(title)}
        signers.append(_flow({**added, "name": DoubleQuotedScalarString(name), "from": since}))

    old = "; ".join(settings.signers[place].name for place in places)
    said = t("registers.signer_of", title=title, issuer=settings.issuers[issuer].name)
    return _yaml(
        DOCUMENTS, change, [_changed(said, t("registers.signer_since", day=vn_date(since)), old, name)]
    )


def rung_days(code: str, days: int) -> FileProposal:
    """So many working days from the due date (before it: negative) at which a rung is reached.

    RuleRefused('no-such-rung'), also for one that has no days.
    """
    ladder = Ladder.load()
    counted = [one for one in ladder.rungs if one.trigger in (Trigger.DUE, Trigger.RETURNED)]
    known = next((one for one in counted if one.code == code), None)
    if known is None:
        names = ", ".join(one.code for one in counted)
        raise RuleRefused("no-such-rung", t("registers.no_rung", rung=code, rungs=names))

    def change(content: Any) -> None:
        next(one for one in content["rungs"] if one["code"] == code)["working_days"] = days

    words = _changed(known.name, t("registers.rung_days"), str(known.working_days), str(days))
    return _yaml(LADDER, change, [words])


def day_off(day: date, reason: str) -> FileProposal:
    """A day that is off although the known holidays say that it is worked."""
    return _special(day, "days_off", reason)


def day_worked(day: date, reason: str) -> FileProposal:
    """A day that is worked although it is off by its weekday or a holiday."""
    return _special(day, "worked_days", reason)


def plain_day(day: date) -> FileProposal:
    """The day is again what the known holidays say. RuleRefused('no-such-day') when nobody said otherwise."""
    return _special(day, "", "")


def _special(day: date, wanted: str, reason: str) -> FileProposal:
    names = table("registers.days")
    found = []

    def change(content: Any) -> None:
        for kind in ("days_off", "worked_days"):
            listed = content.get(kind) or CommentedSeq()
            kept = [one for one in listed if one["day"] != day]
            if len(kept) != len(listed):
                found.append(kind)
                listed[:] = kept
        if wanted:
            if content.get(wanted) is None:
                content[wanted] = CommentedSeq()
            content[wanted].append(_flow({"day": day, "reason": DoubleQuotedScalarString(reason)}))

    text = changed_yaml(current_text(DAYS), change)
    if not wanted and not found:
        raise RuleRefused("no-such-day", t("registers.no_day", day=vn_date(day)))
    words = _changed(
        vn_date(day), t("registers.day"), names[found[0]] if found else "", names[wanted or "plain"]
    )
    return propose(DAYS, text.encode(), [words + (f" ({reason})" if reason else "")])


def _yaml(file: str, change: Callable[[Any], None], words: Sequence[str]) -> FileProposal:
    return propose(file, changed_yaml(current_text(file), change).encode(), words)


def _changed(what: str, field: str, old: str, new: str) -> str:
    nothing = t("registers.nothing")
    return t("registers.changed", what=what, field=field, old=old or nothing, new=new or nothing)


def _flow(values: Mapping[str, Any]) -> CommentedMap:
    found = CommentedMap(values)
    found.fa.set_flow_style()
    return found


def _flow_list(values: Sequence[str]) -> CommentedSeq:
    found = CommentedSeq(values)
    found.fa.set_flow_style()
    return found
