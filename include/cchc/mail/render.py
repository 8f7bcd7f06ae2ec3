"""Mail texts from `include/templates/mail`: sandboxed, every name must be given, HTML always escaped."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from cchc.clock import vn_date, vn_instant
from cchc.paths import TEMPLATE_DIR
from cchc.texts import counted

CONTACT = "\n--\n"  # above the words on whom to ask, as `_contact.txt.j2` begins


def render(template: str, /, **values: object) -> str:
    """The text of a template; a name that was not given raises instead of leaving a hole."""
    return _environment().get_template(template).render(**values).strip()


def render_pair(name: str, /, **values: object) -> tuple[str, str]:
    """(HTML part, text part) of one mail from `<name>.html.j2` and `<name>.txt.j2`."""
    return render(f"{name}.html.j2", **values), render(f"{name}.txt.j2", **values)


def load_templates() -> None:
    """Compile all of them, for processes that are forked from this one."""
    environment = _environment()
    for name in environment.list_templates(extensions=["j2"]):
        environment.get_template(name)


@cache
def _environment() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATE_DIR / "mail"),
        undefined=StrictUndefined,
        autoescape=lambda name: name is None or ".html" in name,
        finalize=counted,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["ngay"] = _day
    environment.filters["luc"] = vn_instant
    return environment


def _day(value: date | datetime) -> str:
    return vn_date(value.date() if isinstance(value, datetime) else value)
