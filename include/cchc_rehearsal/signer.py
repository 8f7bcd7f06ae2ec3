"""Signatures for the rehearsal and for tests: a certificate authority of their own, made when it is needed."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from cchc.documents.handing_out import mail_signed
from cchc.documents.registry import DocumentRecord, pdf_copy
from cchc.documents.signed_copies import Given, add, look_at, unsigned
from cchc.run import Run
from cchc.texts import t

_LIFE = timedelta(days=365 * 5)


@dataclass(frozen=True)
class Authority:
    """A certificate authority with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


@dataclass(frozen=True)
class CertificateHolder:
    """Whoever signs: `name` stands in the certificate, which is valid from `first` to `last`."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey
    authority: Authority

    def sign(self, pdf: bytes, signed_at: datetime, field: str = "ChuKy") -> bytes:
        """The PDF with a signature of that time behind its bytes."""
        return asyncio.run(self._sign(pdf, signed_at, field))

    async def _sign(self, pdf: bytes, signed_at: datetime, field: str) -> bytes:
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import signers
        from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes

        meta = signers.PdfSignatureMetadata(field_name=field, md_algorithm="sha256")
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
        session = signers.PdfSigner(meta, self._cms()).init_signing_session(writer)
        session.system_time = signed_at
        size = await session.estimate_signature_container_size(None)
        document = session.prepare_tbs_document(validation_info=None, bytes_reserved=size)
        output = io.BytesIO()
        digest, _ = document.digest_tbs_document(output=output)
        await document.perform_signature(
            document_digest=digest.document_digest,
            pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=signed_at),
        )
        return output.getvalue()

    def _cms(self) -> Any:
        from asn1crypto import keys as asn1_keys
        from asn1crypto import x509 as asn1_x509
        from pyhanko.sign import signers
        from pyhanko_certvalidator.registry import SimpleCertificateStore

        der = serialization.Encoding.DER
        store = SimpleCertificateStore()
        store.register(asn1_x509.Certificate.load(self.authority.certificate.public_bytes(der)))
        private = self.key.private_bytes(der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return signers.SimpleSigner(
            signing_cert=asn1_x509.Certificate.load(self.certificate.public_bytes(der)),
            signing_key=asn1_keys.PrivateKeyInfo.load(private),
            cert_registry=store,
        )


def new_authority(name: str, first: datetime, last: datetime) -> Authority:
    """An authority that signs its own certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _name(name, name)
    built = _certificate(subject, subject, key, first, last).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    return Authority(built.sign(key, hashes.SHA256()), key)


def new_signer(
    authority: Authority, name: str, organisation: str, first: datetime, last: datetime
) -> CertificateHolder:
    """Somebody with a certificate of the authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    built = _certificate(_name(name, organisation), authority.certificate.subject, key, first, last)
    signed = built.add_extension(usage, critical=True).sign(authority.key, hashes.SHA256())
    return CertificateHolder(signed, key, authority)


@cache
def rehearsal_signer(year: int) -> CertificateHolder:
    """Who signs in a rehearsed year; nobody takes the certificate for a real one."""
    first = datetime.fromisoformat(f"{year}-01-01T00:00:00+07:00")
    authority = new_authority(t("rehearsal.signing.authority"), first, first + _LIFE)
    name, organisation = t("rehearsal.signing.signer"), t("rehearsal.signing.organisation")
    return new_signer(authority, name, organisation, first, first + _LIFE)


def sign_everything(run: Run) -> int:
    """Add the signed copy of every document that waits for one, and decide its mails; returns how many copies."""
    signer, waiting = rehearsal_signer(run.today.year), unsigned(run)
    for place, one in enumerate(waiting, start=1):
        pdf = _pdf_of(run, one)
        if pdf is not None:
            looked = look_at(run, one, signer.sign(pdf, run.as_of), one.file_name)
        else:
            number = one.number or str(200 + place)
            words = t("rehearsal.signing.scan")
            given = Given(number, one.issued_on or run.today, words, scan=True)
            looked = look_at(run, one, scanned_page(), one.file_name, given)
        add(run, looked)
    mail_signed(run)
    return len(waiting)


def _pdf_of(run: Run, one: DocumentRecord) -> bytes | None:
    part = pdf_copy(run.store, one)
    return part.kept_at(run.instance).read_bytes() if part else None


def scanned_page() -> bytes:
    """A page without words, as a scanner makes them."""
    import pypdfium2

    document = pypdfium2.PdfDocument.new()
    document.new_page(595, 842)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _name(name: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, first: datetime, last: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(first)
        .not_valid_after(last)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
