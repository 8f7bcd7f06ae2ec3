"""The form of official documents, conventions of the consolidated report: `include/config/documents.yaml`.

The ranges are those of Nghị định 30/2020/NĐ-CP as the department applies them; a value outside is refused.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from cchc.config_files import OpenedFiles, StrictModel, config_file, shown, shown_config
from cchc.documents.signing import (
    Basis,
    Directive,
    DocumentForm,
    Issuer,
    Signer,
    faults_of_signers,
    signer_on,
)
from cchc.errors import ConfigError, ConfigErrors
from cchc.indicators import Indicator, IndicatorRegister, format_number
from cchc.indicators.meaning import StatedBy
from cchc.mail.addresses import ConfigAddress
from cchc.sources import CATALOGUE, DOC_MANAGEMENT, ONE_STOP
from cchc.texts import t
from cchc.units import REPORTING_TIERS, ReportingTier

FILE_NAME = "documents.yaml"
# Whose head a document has that a folder of an older version does not describe.
_HEAD_OF = {
    "bao_cao_noi_bo": "bao_cao",
    "bao_cao_tu_danh_gia": "bao_cao",
    "phieu_diem": "ket_qua_cham_diem",
    "quyet_dinh_dieu_chinh": "ket_qua_cham_diem",
}
SELF = "self"  # the unit's own figure, as indicators.csv calls it
Witness = Literal["self", "one_stop", "doc_management", "catalogue"]


def _between(low: str, high: str) -> AfterValidator:
    def check(value: float) -> float:
        if not Decimal(low) <= Decimal(str(value)) <= Decimal(high):
            raise ValueError(
                t(
                    "documents.settings.between",
                    low=format_number(Decimal(low)),
                    high=format_number(Decimal(high)),
                )
            )
        return value

    return AfterValidator(check)


_Header = Annotated[float, _between("12", "13")]
_Large = Annotated[float, _between("13", "14")]
_Vertical = Annotated[float, _between("20", "25")]


class Page(StrictModel):
    """Margins of an A4 page in millimetres."""

    top_mm: _Vertical
    bottom_mm: _Vertical
    left_mm: Annotated[float, _between("30", "35")]
    right_mm: Annotated[float, _between("15", "20")]


class Type(StrictModel):
    """Font, sizes in points, distances in points or millimetres as their names say."""

    font: str = Field(min_length=1)
    body_pt: _Large
    first_line_mm: Annotated[float, _between("10", "12.7")]
    paragraph_gap_pt: Annotated[float, _between("6", "12")]
    line_spacing: Annotated[float, _between("1", "1.5")]
    nation_pt: _Header
    motto_pt: _Large
    issuer_pt: _Header
    number_pt: Annotated[float, _between("13", "13")]
    place_pt: _Large
    title_pt: _Large
    signature_pt: _Large
    recipients_label_pt: Annotated[float, _between("12", "12")]
    recipients_pt: Annotated[float, _between("11", "11")]
    page_number_pt: _Large
    table_pt: Annotated[float, _between("9", "14")]
    appendix_table_pt: Annotated[float, _between("8", "13")]


class ReportRules(StrictModel):
    """Conventions of the consolidated report; see the comments in the file."""

    precedence: tuple[Witness, ...] = Field(min_length=1)
    precedence_of: dict[str, tuple[Witness, ...]]
    difference_tolerance: Decimal
    units_named: int = Field(ge=1)
    differences_listed: int = Field(ge=1)
    extremes: int = Field(ge=1)
    unit_text_limit: int = Field(ge=100)
    similar_percent: int
    on_time_rate: str
    parts: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    online: str
    in_person: str

    def order_for(self, indicator: Indicator) -> tuple[str, ...]:
        """Whose figure of an indicator the report takes: the first of these that gives a number.

        Those that can never speak of it are left out; where nobody is left, its own figure is taken.
        """
        order = self.precedence_of.get(indicator.code, self.precedence)
        able = (
            {SELF, CATALOGUE}
            if indicator.stated_by is StatedBy.CATALOGUE
            else {SELF, ONE_STOP, DOC_MANAGEMENT}
        )
        return tuple(one for one in order if one in able) or (SELF,)

    @field_validator("precedence", "precedence_of")
    @classmethod
    def _each_once(cls, value: Any) -> Any:
        for order in value.values() if isinstance(value, dict) else [value]:
            if not order or len(set(order)) < len(order):
                raise ValueError(t("documents.settings.each_once"))
        return value

    @field_validator("similar_percent")
    @classmethod
    def _percent(cls, value: int) -> int:
        if not 50 <= value <= 100:
            raise ValueError(t("documents.settings.between", low="50", high="100"))
        return value


class Receiver(StrictModel):
    """Who stands behind one line of a 'Nơi nhận': mailboxes, all units of some tiers, or the document's addressees."""

    mailboxes: tuple[ConfigAddress, ...] = ()
    tiers: tuple[ReportingTier, ...] = ()
    addressees: Literal[True] | None = None

    @field_validator("tiers")
    @classmethod
    def _some_tiers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if not value:
            raise ValueError(", ".join(REPORTING_TIERS))
        return value

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError(t("documents.settings.one_receiver"))
        return self


class Mailing(StrictModel):
    """How issued documents are mailed; `receivers` by the line as documents show it."""

    attachments_mb: float = Field(gt=0)
    addresses_per_mail: int = Field(ge=1)
    receivers: dict[str, Receiver]


class Signing(StrictModel):
    """Which documents leave only with their signed copy: keys under `documents`."""

    required: tuple[str, ...] = (
        "bao_cao",
        "ke_hoach",
        "ket_qua_cham_diem",
        "ke_hoach_kiem_tra",
        "sau_kiem_tra",
        "don_doc",
        "yeu_cau",
    )


class DocumentSettings(StrictModel):
    """The whole file."""

    page: Page
    type: Type
    province: str = Field(min_length=1)
    place: str = Field(min_length=1)
    issuers: dict[str, Issuer]
    signers: tuple[Signer, ...] = ()
    bases: tuple[Basis, ...] = ()
    directives: tuple[Directive, ...] = ()
    documents: dict[str, DocumentForm]
    mailing: Mailing
    signing: Signing = Signing()  # a folder of an older version lacks it: then every document is signed first
    report: ReportRules

    @classmethod
    def load(cls, folder: Path | None = None) -> DocumentSettings:
        """Read and check `documents.yaml`. ConfigError when a document names an issuer that is not listed."""
        return _load(folder)

    def form(self, kind: str) -> DocumentForm:
        """The form of a kind of document. ConfigError when the file does not describe it.

        What a folder of an older version does not describe has the head of the document that it goes with.
        """
        if kind not in self.documents:
            kind = _HEAD_OF.get(kind, kind)
        if kind not in self.documents:
            raise ConfigError(shown_config(FILE_NAME), "documents", kind, ", ".join(sorted(self.documents)))
        return self.documents[kind]

    def signer(self, form: DocumentForm, day: date) -> str | None:
        """Name of who signs a document of that form on that day; None when nobody is declared."""
        return signer_on(self.signers, form, day)

    def authority(self, form: DocumentForm) -> str:
        """In whose name it is issued: `Ủy ban nhân dân tỉnh An Giang`, `Chủ tịch Ủy ban nhân dân tỉnh An Giang`."""
        return self.issuers[form.issuer].authority(form.decided_by)

    def bases_of(self, kind: str, day: date) -> list[str]:
        """The legal texts in force on that day on which a kind of document rests."""
        return [one.text for one in self.bases if kind in one.documents and one.holds_on(day)]

    def directives_on(self, day: date) -> dict[str, list[str]]:
        """By indicator the texts in force on that day that it asks about."""
        found: dict[str, list[str]] = {}
        for one in self.directives:
            for code in one.indicators if one.holds_on(day) else ():
                found.setdefault(code, []).append(one.text)
        return found


@config_file(FILE_NAME)
def _load(opened: OpenedFiles) -> DocumentSettings:
    path, settings = opened.path, opened.yaml(DocumentSettings)
    for kind, form in settings.documents.items():
        if form.issuer not in settings.issuers:
            raise ConfigError(
                shown(path), f"documents.{kind}.issuer", form.issuer, ", ".join(sorted(settings.issuers))
            )
    for kind in settings.signing.required:
        if kind not in settings.documents:
            allowed = ", ".join(sorted(settings.documents))
            raise ConfigError(shown(path), "signing.required", kind, allowed)
    listed = faults_of_signers(settings.signers, settings.issuers, settings.documents)
    faults = [
        ConfigError(shown(path), f"signers.{place}", found, allowed) for place, found, allowed in listed
    ]
    for place, basis in enumerate(settings.bases):
        known_kinds = ", ".join(sorted(settings.documents))
        faults += [
            ConfigError(shown(path), f"bases.{place}.documents", kind, known_kinds)
            for kind in basis.documents
            if kind not in settings.documents
        ]
    if faults:
        raise ConfigErrors(faults)
    lines = {line for form in settings.documents.values() for line in (*form.addressees, *form.recipients)}
    if strays := [line for line in settings.mailing.receivers if line not in lines]:
        allowed = t("documents.settings.known_line")
        raise ConfigErrors([ConfigError(shown(path), "mailing.receivers", line, allowed) for line in strays])
    known = {indicator.code for indicator in IndicatorRegister.load(opened.folder).all}
    asked = {code for one in settings.directives for code in one.indicators}
    if unknown := sorted(asked - known):
        where, allowed = "directives", t("documents.settings.known_indicator")
        raise ConfigErrors([ConfigError(shown(path), where, code, allowed) for code in unknown])
    if unknown := sorted(settings.report.precedence_of.keys() - known):
        where, allowed = "precedence_of", t("documents.settings.known_indicator")
        raise ConfigErrors([ConfigError(shown(path), where, code, allowed) for code in unknown])
    return settings
