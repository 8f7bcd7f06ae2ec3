"""What a person looks at before a signed copy is recorded: what was found in it, and to whom it goes."""

from __future__ import annotations

from cchc.clock import vn_date, vn_instant
from cchc.documents.handing_out import receivers_of
from cchc.documents.registry import DocumentRecord
from cchc.documents.signed_copies import LETTER_AFTER_INSPECTION, Looked, shown
from cchc.run import Run
from cchc.texts import t


def what_was_found(looked: Looked) -> list[str]:
    """The document with its number, then each signature, or why it is a scan."""
    day = vn_date(looked.issued_on)
    found = [t("cli.signing.document", name=shown(looked.of), number=looked.number, day=day)]
    for one in looked.signatures:
        moment = vn_instant(one.signed_at) if one.signed_at else t("cli.signing.no_time")
        organisation = f", {one.organisation}" if one.organisation else ""
        trust = t("cli.signing.trusted" if one.trusted else "cli.signing.no_authority")
        signer = f"{one.signer}{organisation}"
        found.append(t("cli.signing.signature", signer=signer, moment=moment, trust=trust))
    if not looked.signatures:
        found.append(t("cli.signing.scanned", words=looked.scan_words))
    return found


def where_it_goes(run: Run, one: DocumentRecord, most: int | None = None) -> list[str]:
    """Each line of receivers with its addresses (`most`: how many are named), and those that no mail can reach."""
    found = []
    groups = receivers_of(run, one)
    for group in groups:
        named = group.addresses if most is None else group.addresses[:most]
        left = len(group.addresses) - len(named)
        more = t("cli.signing.more", count=left) if left else ""
        first = f"{', '.join(named)}{more}"
        found.append(t("cli.signing.receiver", line=group.line, count=len(group.addresses), first=first))
        if group.without:
            found.append(t("cli.signing.without", names="; ".join(group.without)))
    if not groups:
        key = "to_the_unit" if one.kind == LETTER_AFTER_INSPECTION else "not_mailed"
        found.append(t(f"cli.signing.{key}"))
    return found
