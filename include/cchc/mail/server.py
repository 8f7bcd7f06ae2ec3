"""The mail server that an installation sends through."""

from __future__ import annotations

from dataclasses import dataclass, field

from cchc.addresses import check_address
from cchc.errors import RuleRefused
from cchc.texts import t

SECURITIES = ("none", "starttls", "tls")


@dataclass(frozen=True)
class SmtpConfig:
    """A mail server. `security`: none | starttls | tls; `sender`: the envelope address (bounces go there).

    `ca_file`: certificates to trust besides the system's, for an office with its own authority.
    """

    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    security: str
    sender: str
    ca_file: str | None = None

    def __post_init__(self) -> None:
        if self.security not in SECURITIES:
            known = ", ".join(SECURITIES)
            raise RuleRefused("smtp-security", t("mail.bad_security", found=self.security, known=known))
        if self.user and self.password is None:
            raise RuleRefused("smtp-password", t("mail.no_password", user=self.user))
        check_address(self.sender or "")
