"""Several mail addresses of a mail, and those of the configuration."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator

from cchc.addresses import check_address
from cchc.errors import RuleRefused


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
