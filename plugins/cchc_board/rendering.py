"""Pages as HTML: Jinja2 templates, everything escaped, every text from `board.yaml`."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cchc.clock import TZ, vn_date
from cchc.indicators import format_number
from cchc.paths import TEMPLATE_DIR
from cchc.texts import t, table
from cchc_board.who import title_of

STYLE = TEMPLATE_DIR / "board" / "board.css"
SHOWN_PLACES = 2  # of a figure on a page; files have them all
ICON = TEMPLATE_DIR / "board" / "icon.svg"


BOARD, UNIT_PAGES = "board", "unit_page"  # folders of templates


@cache
def _environment(folder: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE_DIR / folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(t=t, table=table)
    environment.filters.update(day=_day, minute=_minute, number=_number, title_of=title_of)
    return environment


def render(template: str, *, folder: str = BOARD, **values: Any) -> str:
    """The page `template` with `values`; a value that is missing is an error, never an empty place."""
    return _environment(folder).get_template(template).render(**values)


def _day(value: date | datetime) -> str:
    return vn_date(value.astimezone(TZ).date() if isinstance(value, datetime) else value)


def _minute(value: datetime) -> str:
    local = value.astimezone(TZ)
    return f"{local:%H:%M} {vn_date(local.date())}"


def _number(value: Decimal | None) -> str:
    """A figure as people write it, a missing one as the sign for it, never as nought."""
    if value is None:
        return t("indicators.no_figure")
    places = -int(value.normalize().as_tuple().exponent)
    return format_number(value, min(max(0, places), SHOWN_PLACES))
