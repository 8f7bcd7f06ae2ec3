"""What a signed PDF says: who signed it, when, and whether anything was changed since.

pyHanko reads the signatures. Every signature counts: a leader's is often followed by that of the office, which must not
have broken it.
"""

from __future__ import annotations

import importlib
import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cchc.claims.texts.pdf import text_of
from cchc.claims.texts.refused import UnreadableDocument
from cchc.clock import TZ, vn_instant
from cchc.config_files import OpenedFiles, config_file, shown
from cchc.errors import ConfigError, ConfigErrors, RuleRefused
from cchc.isolation.limits import ReadingLimits
from cchc.isolation.session import Session
from cchc.texts import t

AUTHORITIES = "certificates"  # folder of the configuration: certificates of authorities, PEM or DER
LIMITS = ReadingLimits(seconds=120, processor_seconds=90, memory=768 * 1024 * 1024)
_ENDINGS = (".pem", ".crt", ".cer", ".der")


@dataclass(frozen=True)
class Signature:
    """One signature that holds. trusted: its certificate leads to a configured authority; False only while none is
    configured. signed_at: by the time stamp when there is one (`stamped`), else as the signer's machine says."""

    signer: str
    organisation: str
    signed_at: datetime | None
    stamped: bool
    trusted: bool


@dataclass(frozen=True)
class PdfPaper:
    """A PDF that was read: its signatures in the order of signing, and its words ('' of a scan)."""

    signatures: tuple[Signature, ...]
    text: str


def authorities(folder: Path | None = None) -> tuple[bytes, ...]:
    """Certificates of the authorities that the department trusts, DER; none while the folder is empty or absent."""
    return _authorities(folder)


@config_file(f"{AUTHORITIES}/*")
def _authorities(opened: OpenedFiles) -> tuple[bytes, ...]:
    from asn1crypto import pem, x509

    found: list[bytes] = []
    faults = []
    for path in opened.paths():
        content = opened.content(path)
        try:
            if path.suffix.lower() not in _ENDINGS:
                raise ValueError
            parts = (
                [part for _, _, part in pem.unarmor(content, multiple=True)]
                if pem.detect(content)
                else [content]
            )
            for part in parts:
                found.append(x509.Certificate.load(part, strict=True).dump())
                x509.Certificate.load(part).subject.native  # noqa: B018 - parsed only when it is asked for
        except (ValueError, TypeError):
            place, allowed = (
                t("documents.signed.certificate_place"),
                t("documents.signed.certificate_allowed"),
            )
            faults.append(ConfigError(shown(path), place, path.name, allowed))
    if faults:
        raise ConfigErrors(faults)
    return tuple(found)


def read_signed(content: bytes, name: str) -> PdfPaper:
    """The PDF with its signatures, read apart.

    Raises RuleRefused, in words that name the file and what to do: 'no-pdf', 'unsigned', 'changed-after-signing',
    'certificate-expired', 'certificate-untrusted'.
    """
    return _ask(signed_paper, content, name, authorities())


def read_scan(content: bytes, name: str) -> PdfPaper:
    """A scan: any PDF that can be opened. Raises RuleRefused('no-pdf')."""
    return _ask(plain_paper, content, name)


def _ask(function: Any, *arguments: Any) -> PdfPaper:
    with Session(LIMITS, _ready, prepare=_load_libraries) as session:
        found: PdfPaper = session.ask(_in_reader, function, *arguments)
    return found


def _load_libraries() -> None:
    """Once for all readers: importing them takes longer than to read a file."""
    for name in ("pyhanko.pdf_utils.reader", "pyhanko.sign.validation", "pypdfium2"):
        importlib.import_module(name)


def _ready() -> None:
    """Readers need nothing of the installation."""


def _in_reader(_: None, function: Any, *arguments: Any) -> PdfPaper:
    found: PdfPaper = function(*arguments)
    return found


def plain_paper(content: bytes, name: str) -> PdfPaper:
    """`read_scan`, in the reading process."""
    return PdfPaper((), _text(content, name))


def signed_paper(content: bytes, name: str, roots: Sequence[bytes]) -> PdfPaper:
    """`read_signed`, in the reading process."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.pdf_utils.reader import PdfFileReader

    # What is wrong is told in our words; the library's own would be tracebacks in a log.
    for library in ("pyhanko", "pyhanko_certvalidator"):
        logging.getLogger(library).setLevel(logging.CRITICAL)
    text = _text(content, name)
    try:
        found = PdfFileReader(io.BytesIO(content), strict=False).embedded_signatures
        signatures = [one for one in found if one.sig_object_type == "/Sig"]
    except (PdfError, ValueError, KeyError, TypeError) as error:
        raise _refused("no-pdf", name, why=t("documents.signed.damaged")) from error
    if not signatures:
        raise _refused("unsigned", name)
    return PdfPaper(tuple(_checked(one, name, roots) for one in signatures), text)


def _text(content: bytes, name: str) -> str:
    if not content.lstrip()[:5].startswith(b"%PDF-"):
        raise _refused("no-pdf", name, why=t("documents.signed.no_pdf_begin"))
    try:
        return text_of(content, name)
    except UnreadableDocument as error:
        if error.reason == "scan":
            return ""
        raise _refused("no-pdf", name, why=error) from error


def _checked(embedded: Any, name: str, roots: Sequence[bytes]) -> Signature:
    """One signature, of which nothing is wrong."""
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.general import SigningError
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.errors import SignatureValidationError
    from pyhanko.sign.validation.settings import KeyUsageConstraints

    signer, organisation = _names(embedded.signer_cert)
    usage = KeyUsageConstraints(
        key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
    )
    try:
        status = validate_pdf_signature(
            embedded, _trust(roots, embedded.self_reported_timestamp), key_usage_settings=usage
        )
    except (SignatureValidationError, SigningError, PdfError, ValueError) as error:
        raise _refused("changed-after-signing", name, signer=signer) from error
    # docmdp_ok: what was added after the signature is no more than further signatures and their dates.
    if not (status.intact and status.valid and status.docmdp_ok):
        raise _refused("changed-after-signing", name, signer=signer)
    stamp = status.timestamp_validity
    stamped = stamp is not None and stamp.intact and stamp.valid and (stamp.trusted or not roots)
    signed_at = stamp.timestamp if stamp is not None and stamped else status.signer_reported_dt
    valid = embedded.signer_cert["tbs_certificate"]["validity"]
    first, last = (valid[end].native for end in ("not_before", "not_after"))
    if signed_at is not None and not first <= signed_at <= last:
        days = {"first": vn_instant(first), "last": vn_instant(last), "signed": vn_instant(signed_at)}
        raise _refused("certificate-expired", name, signer=signer, **days)
    if roots and not status.trusted:
        issuer = _names(embedded.signer_cert, "issuer")[0]
        raise _refused("certificate-untrusted", name, signer=signer, issuer=issuer)
    local = signed_at.astimezone(TZ).replace(microsecond=0) if signed_at else None
    return Signature(signer, organisation, local, stamped, trusted=bool(roots))


def _trust(roots: Sequence[bytes], moment: datetime | None) -> Any:
    """What certificates are believed by, as of the signing; nothing is fetched from outside."""
    from asn1crypto import x509
    from pyhanko_certvalidator import ValidationContext

    anchors = [x509.Certificate.load(one) for one in roots]
    return ValidationContext(
        trust_roots=anchors, moment=moment, allow_fetching=False, retroactive_revinfo=moment is not None
    )


def _names(certificate: Any, of: str = "subject") -> tuple[str, str]:
    """Common name and organisation, as they stand in the certificate."""
    words = getattr(certificate, of).native
    name, organisation = (_one(words.get(key)) for key in ("common_name", "organization_name"))
    return name or organisation or getattr(certificate, of).human_friendly, organisation


def _one(value: object) -> str:
    """A name may stand several times."""
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _refused(rule: str, name: str, **values: object) -> RuleRefused:
    return RuleRefused(rule, t(f"documents.signed.{rule}", file=name, **values))
