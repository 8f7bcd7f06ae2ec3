"""Who signs, by which law, in whose name: what `documents.yaml` says for a time and not for ever."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from cchc.config_files import StrictModel
from cchc.texts import t

# Nghị định 30/2020/NĐ-CP, Phụ lục I: 'TM.' stands before the collective in whose name somebody signs.
_COLLECTIVE = "TM."


class Dated(StrictModel):
    """Something that holds from a day until another, both included; without a day it is open on that side."""

    since: date | None = Field(default=None, alias="from")
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since and self.until and self.until < self.since:
            raise ValueError(t("documents.settings.until_before"))
        return self


class Signer(Dated):
    """A person who signs for an issuing body. `title` is the last line of a document's `signature`."""

    issuer: str
    title: str = Field(min_length=1)
    name: str = Field(min_length=1)


class Basis(Dated):
    """A legal text on which documents of these kinds rest, as it is named behind 'Căn cứ'."""

    text: str = Field(min_length=1)
    documents: tuple[str, ...] = Field(min_length=1)


class Directive(Dated):
    """A text that units are asked about by these indicators, as the request names it while it holds."""

    text: str = Field(min_length=1)
    indicators: tuple[str, ...] = Field(min_length=1)


class Issuer(StrictModel):
    """An issuing body: its block in the head of a document, its name and its head's office in running text.

    `parent` stands in plain capitals above `lines`, which are bold.
    """

    parent: tuple[str, ...] = ()
    lines: tuple[str, ...] = Field(min_length=1)
    name: str = Field(min_length=1)
    head: str = Field(min_length=1)

    def authority(self, decided_by: str | None) -> str:
        """In whose name a document is issued, in running text: the body, or its head."""
        return f"{self.head} {self.name}" if decided_by == "head" else self.name


class DocumentForm(StrictModel):
    """One kind of document; `signature` holds authority and title, the person is among the signers.

    `noun` is the kind as other documents name it ('Kèm theo Báo cáo số'). `decided_by`: whose decision it is.
    """

    noun: str = Field(min_length=1)
    issuer: str
    symbol: str = Field(min_length=1)
    decided_by: Literal["body", "head"] | None = None
    addressees: tuple[str, ...] = ()
    signature: tuple[str, ...] = Field(min_length=1)
    recipients: tuple[str, ...] = Field(min_length=1)
    archive: str = Field(min_length=1)

    @model_validator(mode="after")
    def _one_authority(self) -> Self:
        """What the head of a body decides is not signed in the name of the body, and the other way round."""
        for_body = self.signature[0].startswith(_COLLECTIVE)
        if self.decided_by is not None and for_body != (self.decided_by == "body"):
            raise ValueError(t(f"documents.settings.signed_by_{self.decided_by}"))
        return self


def signer_on(signers: Iterable[Signer], form: DocumentForm, day: date) -> str | None:
    """Name of who signs such a document on that day; None when nobody is known."""
    title = form.signature[-1]
    found = (
        one.name for one in signers if (one.issuer, one.title) == (form.issuer, title) and one.holds_on(day)
    )
    return next(found, None)


def faults_of_signers(
    signers: Iterable[Signer], issuers: Collection[str], forms: Mapping[str, DocumentForm]
) -> list[tuple[int, str, str]]:
    """(place in the list, what was found, what is allowed): who signs nothing, or stands beside another."""
    titles = {(form.issuer, form.signature[-1]) for form in forms.values()}
    faults, before = [], list[Signer]()
    for place, one in enumerate(signers):
        if one.issuer not in issuers:
            faults.append((place, one.issuer, ", ".join(sorted(issuers))))
        elif (one.issuer, one.title) not in titles:
            allowed = ", ".join(sorted(title for issuer, title in titles if issuer == one.issuer))
            faults.append((place, one.title, allowed))
        elif any(_together(one, other) for other in before):
            faults.append((place, one.name, t("documents.settings.one_signer")))
        before.append(one)
    return faults


def _together(one: Signer, other: Signer) -> bool:
    if (one.issuer, one.title) != (other.issuer, other.title):
        return False
    starts = max(one.since or date.min, other.since or date.min)
    return starts <= min(one.until or date.max, other.until or date.max)
