"""Mail addresses: plain ones pass, all else is refused.

Only the plain form `local@domain` is accepted. Display names, comments, quoted local parts and two addresses
in one cell are refused rather than interpreted: header injection starts with being generous here.
"""

from __future__ import annotations

from functools import lru_cache

from cchc.errors import RuleRefused
from cchc.texts import t


@lru_cache(maxsize=4096)
def check_address(raw: str) -> str:
    """The address ready for an SMTP envelope: accents in the domain become punycode.

    Raises RuleRefused('bad-address') for anything that is not exactly one plain address.
    """
    from email_validator import EmailNotValidError, validate_email

    try:
        found = validate_email(raw.strip(), allow_smtputf8=False, check_deliverability=False, strict=True)
    except EmailNotValidError:
        raise RuleRefused("bad-address", t("addresses.bad_address", address=raw)) from None
    return f"{found.local_part}@{found.ascii_domain}"


def is_address(raw: str) -> bool:
    """Whether `check_address` takes it."""
    try:
        return bool(check_address(raw))
    except RuleRefused:
        return False
