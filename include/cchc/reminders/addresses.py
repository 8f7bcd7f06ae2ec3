"""Mail addresses from the register and the configuration: plain ones pass, all else is refused.

Only the plain form `local@domain` is accepted. Display names, comments, quoted local parts and two addresses
in one cell are refused rather than interpreted: header injection starts with being generous here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator

from cchc.errors import RuleRefused
from cchc.texts import t

_LOCAL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._+-]{0,62}[A-Za-z0-9_+-])?", re.ASCII)
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?", re.ASCII)


@lru_cache(maxsize=4096)
def check_address(raw: str) -> str:
    """The address ready for an SMTP envelope: accents in the domain become punycode.

    Raises RuleRefused('bad-address') for anything that is not exactly one plain address.
    """
    local, at_sign, domain = raw.strip().rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        ascii_domain = ""
    labels = ascii_domain.split(".")
    plain = _LOCAL.fullmatch(local) and ".." not in local
    if not at_sign or not plain or len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise RuleRefused("bad-address", t("reminders.bad_address", address=raw))
    return f"{local}@{ascii_domain}"


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
