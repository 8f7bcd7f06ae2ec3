"""How the coverage of a source or a unit is said, alike in the terminal, on the board and in mails."""

from __future__ import annotations

from cchc.clock import vn_date, vn_instant
from cchc.indicators import format_number
from cchc.sources.coverage import SourceCoverage, UnitCoverage
from cchc.texts import t


def source_words(one: SourceCoverage) -> str:
    """Whether and since when the source sent nothing."""
    if one.silent_since is not None:
        words = t("coverage.source_silent", since=vn_date(one.silent_since), weeks=one.silent_weeks)
        return words if one.last_received else f"{t('coverage.source_never')} {words}"
    if one.last_received is None:
        return t("coverage.source_waiting")
    return t("coverage.source_fine", moment=vn_instant(one.last_received))


def unit_words(unit: UnitCoverage) -> str:
    """The empty weeks of a unit, beside its usual volume."""
    if unit.since is None:
        return ""
    return t(
        f"coverage.unit_{unit.state}",
        empty=unit.empty,
        since=vn_date(unit.since),
        usual="" if unit.usual is None else _number(unit.usual),
        expected="" if unit.expected is None else _number(unit.expected),
    )


def _number(value: float) -> str:
    return format_number(value, 1).removesuffix(",0")
