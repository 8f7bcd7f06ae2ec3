"""The numbers behind points in words: what each is, its value, where it comes from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from cchc.clock import vn_date
from cchc.criteria.expression import bare_name, external_code, is_outside
from cchc.indicators import format_number
from cchc.scores import NumberUsed
from cchc.scoring.inputs import DUTY, SURVEY
from cchc.texts import t, table
from cchc.year import Product

_SUBMISSION = 4  # parts of the id of a report that came: round, unit, product, hash
_LEDGER = "kt:"
_INPUT = re.compile(r"(?:kt|ks|obl|ngoai):[^\s;,)]+")
_SNAPSHOT = re.compile(r"(?P<source>[a-z_]+)-(?P<day>\d{4}-\d\d-\d\d)")


def lines_in_words(numbers: Iterable[NumberUsed], name: Callable[[str], str] = str) -> list[str]:
    """The numbers of one origin on a line, with the origin; of a duty only how late it was. name: an input's words."""
    lines: dict[str, list[str]] = {}
    for one in numbers:
        if one.name.startswith(DUTY):
            lines.setdefault(_duty_in_words(one), [])
        else:
            value = t("scoring.basis.none") if one.value is None else format_number(one.value)
            lines.setdefault(origin_in_words(one.origin), []).append(f"{name(one.name)} = {value}")
    return [f"{'; '.join(own)} ({origin})" if own else origin for origin, own in lines.items()]


def _duty_in_words(one: NumberUsed) -> str:
    """`2026-Q1/30760/bao_cao` and how late: 0 in time, None while it is owed."""
    round_id, _, item = one.origin.split("/", 2)
    key = "owed" if one.value is None else "late" if one.value else "on_time"
    name = item.partition("/")[2]
    return t(f"scoring.basis.duty.{key}", round=f"{round_id} {name}".strip(), days=str(one.value or 0))


def origin_in_words(origin: str) -> str:
    """A submission of a report by its round, a snapshot by its software and day; anything else says itself what it
    is."""
    parts = origin.split("/")
    if len(parts) == _SUBMISSION and parts[2] == Product.REPORT:
        return t("scoring.basis.report", round=parts[0])
    names, found = table("rewrites.sources"), _SNAPSHOT.fullmatch(origin)
    if found and found["source"] in names:
        day = vn_date(date.fromisoformat(found["day"]))
        return t("scoring.origins.snapshot", source=names[found["source"]], day=day)
    return origin


def input_in_words(name: str, indicators: Mapping[str, str]) -> str:
    """An input as people call it. indicators: code -> name of the register."""
    bare = bare_name(name)
    if bare.startswith(DUTY):
        product = bare.removeprefix(DUTY).partition("/")[0]
        return t("scoring.inputs.duty", product=table("scoring.inputs.products").get(product, product))
    if bare.startswith(_LEDGER):
        found = bare.removeprefix(_LEDGER)
        return table("scoring.inputs.ledger").get(found) or t("scoring.inputs.finding", name=found)
    if bare.startswith(SURVEY):
        return t("scoring.inputs.survey", code=bare.removeprefix(SURVEY))
    if is_outside(bare):
        words = t("scoring.inputs.published", index=external_code(bare))
    elif bare in indicators:
        words = t("scoring.inputs.indicator", code=bare, name=indicators[bare])
    else:
        words = bare
    part = {f"{bare}.num": "numerator", f"{bare}.den": "denominator"}.get(name)
    return t(f"scoring.inputs.{part}", name=words) if part else words


def basis_in_words(basis: str, indicators: Mapping[str, str]) -> str:
    """A basis with the inputs that it names as people call them; what is kept names them as the set does."""
    return _INPUT.sub(lambda found: input_in_words(found[0], indicators), basis)
