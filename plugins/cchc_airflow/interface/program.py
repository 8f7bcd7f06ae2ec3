"""What is put in the place of what in Airflow's two programs (the pages, the login): dates, hours and single words.

Airflow 3.3.2 writes its dates by patterns in its compiled program and has no setting for them. A piece that is
not there exactly as often as said leaves the whole program as Airflow made it; `tests/plugins/test_interface.py`
names it after an upgrade. The value that a form sends stays as it was: only what a person reads or types is changed.
"""

from __future__ import annotations

from dataclasses import dataclass

from cchc.clock import TZ
from cchc.texts import t, table

DAY, MINUTE, SECOND = "DD/MM/YYYY", "DD/MM/YYYY HH:mm", "DD/MM/YYYY HH:mm:ss"


@dataclass(frozen=True)
class Replacement:
    """`put` stands where `found` stood, `times` times."""

    found: str
    put: str
    times: int = 1


def _word(before: str, english: str, key: str, *, times: int = 1) -> Replacement:
    return Replacement(f"{before}`{english}`", f"{before}`{t(f'interface.{key}')}`", times)


def _pattern(before: str, pattern: str, own: str, after: str = "", *, times: int = 1) -> Replacement:
    return Replacement(f"{before}`{pattern}`{after}", f"{before}`{own}`{after}", times)


def _relative() -> str:
    return ",".join(f"{name}:`{text}`" for name, text in table("interface.relative").items())


_MOMENTS = (
    # Pages and tables; the tip over a moment tells it in UTC.
    Replacement("uot=`${OV} z`", f"uot=`{SECOND} z`"),
    Replacement("let o=i===void 0?OV:i", f"let o=i===void 0?`{MINUTE}`:i"),
    Replacement("hot=(e,t,n=OV)=>", f"hot=(e,t,n=`{MINUTE}`)=>"),
    Replacement("datetime:n.responded_at,format:OV", f"datetime:n.responded_at,format:`{MINUTE}`"),
    Replacement("a((0,EV.default)().tz(t).format(OV))", f"a((0,EV.default)().tz(t).format(`{SECOND}`))"),
    Replacement("i.tz(u).format(OV):t.timestamp", f"i.tz(u).format(`{SECOND}`):t.timestamp"),
    # Fields of filters: what is shown, what is typed, and how it is read again.
    _pattern("var U2=", "YYYY/MM/DD", DAY),
    _pattern("format(", "YYYY/MM/DD", DAY, ")", times=5),
    _pattern("(0,EV.default)(u,", "YYYY/MM/DD", DAY, ",!0)"),
    _pattern("(0,EV.default)(i,", "YYYY/MM/DD", DAY, ",!0)"),
    _pattern("var JPt=", "MMM DD, YYYY HH:mm", MINUTE),
    _pattern(".format(", "MMM DD, YYYY", DAY, ")", times=2),
    _pattern(".format(", "MMM DD, YYYY, hh:mm A", MINUTE, ")"),
    # Calendars and charts.
    _pattern(".format(", "MMM YYYY", "MM/YYYY", ")", times=3),
    _pattern(".format(", "MMM", "M", ")"),
    _pattern(".format(", "MMM DD", "DD/MM", ")", times=2),
    _pattern("!n.isValid()?", "MMM DD", "DD/MM", ":"),
    _pattern("<1?`HH:mm:ss`:", "MMM DD HH:mm", "DD/MM HH:mm", "}"),
    Replacement(
        ".format(`dd`).charAt(0)", ".format(`dd`).replace(/[TN]/,``)"
    ),  # room for one letter: 2 to 7, C
)
_COUNTED = (
    Replacement("d=`${s} of ${u.length}`", "d=`${s} / ${u.length}`"),
    Replacement("f=`${l.start+1} - ${l.end} of ${o}`", "f=`${l.start+1} - ${l.end} / ${o}`"),
    Replacement("??0} of ${n.max_active_runs}`", "??0} / ${n.max_active_runs}`"),
    _pattern("n.format(", "D[d]HH:mm:ss", t("interface.days_and_hours"), ")"),
    Replacement("`${n}d ${r}h`:`${n}d`", "`${n}{0} ${r}h`:`${n}{0}`".replace("{0}", t("interface.days"))),
    Replacement(
        "future:`in %s`,past:`%s ago`,s:`a few seconds`,m:`a minute`,mm:`%d minutes`,h:`an hour`,hh:`%d hours`,"
        "d:`a day`,dd:`%d days`,M:`a month`,MM:`%d months`,y:`a year`,yy:`%d years`",
        _relative(),
    ),
    _word("weekdays:", "Sunday_Monday_Tuesday_Wednesday_Thursday_Friday_Saturday", "weekdays"),
)
_LANGUAGE = (
    # What Airflow calls English is Vietnamese here, whatever the browser speaks, until somebody chooses another one.
    _word("{code:`en`,name:", "English", "language"),
    Replacement("order:[`localStorage`,`navigator`,`htmlTag`]", "order:[`localStorage`]"),
    Replacement("e.setAttribute(`lang`,t)", "e.setAttribute(`lang`,t===`en`?`vi`:t)"),
    Replacement("x.toLocaleString(C.language)", "x.toLocaleString(C.language===`en`?`vi`:C.language)"),
    Replacement("o.toLocaleString(b.language)", "o.toLocaleString(b.language===`en`?`vi`:b.language)"),
    # The hours of the department, on whatever machine, until somebody chooses another zone.
    Replacement("let i=r.timeZone,[a,o]=BB(VB,i)", f"let i=`{TZ.key}`,[a,o]=BB(VB,i)"),
)
_WORDS = (
    _word('"aria-label":', "Toggle match-anywhere search", "match_anywhere", times=2),
    _word('"aria-label":', "Previous page", "previous_page"),
    _word('"aria-label":', "Next page", "next_page"),
    _word('"aria-label":', "Previous match", "previous_match"),
    _word('"aria-label":', "Next match", "next_match"),
    _word('"aria-label":', "Clear selected options", "clear_selected"),
    _word("placeholder:", "Select...", "select"),
    _word("{return", "No options", "no_options"),
    _word("e.message??", "An error occurred", "unexpected"),
)
PAGES = (*_MOMENTS, *_COUNTED, *_LANGUAGE, *_WORDS)
LOGIN = (
    _word("children:", "Sign into Airflow", "login.title"),
    _word("children:", "Enter your username and password below:", "login.instruction"),
    _word("children:", "Username", "login.username"),
    _word("children:", "Password", "login.password"),
    _word("children:", "Sign in", "login.sign_in"),
    _word("children:", "Simple auth manager enabled", "login.one_machine"),
    _word(
        "children:[",
        "The Simple auth manager is intended for development and testing. If you're using it in production, ensure "
        "that access is controlled through other means. Please read",
        "login.about",
    ),
    _word("children:", "the documentation", "login.documentation"),
    _word("` `,", "to learn more about simple auth manager.", "login.more"),
)
