"""Mail addresses from the register and the configuration: plain ones pass, all else is refused.

Only the plain form `local@domain` is accepted. Display names, comments, quoted local parts and two addresses
in one cell are refused rather than interpreted: header injection starts with being generous here.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator

from cchc.errors import RuleRefused
from cchc.texts import t


@lru_cache(maxsize=4096)
def check_address(raw: str) -> str:
    """The address ready for an SMTP envelope: accents in the domain become punycode.

    Raises RuleRefused('bad-address') for anything that is not exactly one plain address.
    """
    try:
        found = validate_email(raw.strip(), allow_smtputf8=False, check_deliverability=False, strict=True)
    except EmailNotValidError:
        raise RuleRefused("bad-address", t("reminders.bad_address", address=raw)) from None
    return f"{found.local_part}@{found.ascii_domain}"


def split_addresses(raw: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """(usable addresses, each once, in order; why, by refused address): a bad one never stops the others."""
    good: dict[str, None] = {}
    bad: dict[str, str] = {}
    for address in raw:
        try:
            good[check_address(address)] = None
        except RuleRefused as refusal:
            bad[address] = str(refusal)
    return list(good), bad


def _for_config(raw: str) -> str:
    try:
        return check_address(raw)
    except RuleRefused as refusal:
        raise ValueError(str(refusal)) from None


ConfigAddress = Annotated[str, AfterValidator(_for_config)]
