"""Pages as HTML: Jinja2 templates, everything escaped, every text from `board.yaml`."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cchc.clock import TZ, vn_date
from cchc.paths import TEMPLATE_DIR
from cchc.texts import t, table

STYLE = TEMPLATE_DIR / "board" / "board.css"
ICON = TEMPLATE_DIR / "board" / "icon.svg"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATE_DIR / "board"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(t=t, table=table)
    environment.filters.update(day=_day, minute=_minute)
    return environment


def render(template: str, **values: Any) -> str:
    """The page `template` with `values`; a value that is missing is an error, never an empty place."""
    return _environment().get_template(template).render(**values)


def _day(value: date | datetime) -> str:
    return vn_date(value.astimezone(TZ).date() if isinstance(value, datetime) else value)


def _minute(value: datetime) -> str:
    local = value.astimezone(TZ)
    return f"{local:%H:%M} {vn_date(local.date())}"
