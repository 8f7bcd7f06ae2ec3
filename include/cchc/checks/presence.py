"""Rules about what must be there: readable cells, compulsory figures, narrative sections, declarations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from cchc.checks.model import (
    Compulsory,
    Narrative,
    NothingContradicted,
    Readable,
    SignedBeforeCutoff,
    SignedBeforeWindow,
    SignedForm,
    SignedInFuture,
)
from cchc.checks.view import View
from cchc.clock import vn_date
from cchc.indicators import Indicator
from cchc.intake.forms import Finding
from cchc.intake.outline import load_outline
from cchc.texts import t

_LISTED_CELLS = 5  # cells that a sentence names before it only counts


def readable(rule: Readable, view: View) -> Iterator[Finding]:
    """Every cell that could not be read, in the reader's words."""
    for problem in view.filled.problems:
        yield Finding(
            rule.code,
            rule.severity,
            problem.sheet,
            problem.cell,
            problem.indicator,
            problem.raw,
            None,
            t("checks.messages.readable", message=problem.message),
        )


def compulsory(rule: Compulsory, view: View) -> Iterator[Finding]:
    """A cell left blank. Where the exports have the figure, that is only mentioned."""
    if view.filled.nothing_to_report:
        return
    wanted = set(rule.indicators)
    for indicator in view.owed:
        if wanted and indicator.code not in wanted:
            continue
        figure = view.figures.get(indicator.code)
        # A row that is gone and a cell that is unreadable have been named already. A denominator of 0 is an
        # answer: nothing arose. One part of a percent alone is the ratio rules' matter.
        if figure is None or figure.nothing or indicator.code in view.unreadable or figure.given:
            continue
        if rule.all_owed and (str(indicator.kind) == "text" or _follows(indicator)):
            continue
        system = view.context.system.get(indicator.code)
        name, expected = view.name(indicator.code), t("checks.expected.given")
        if system is not None and system.value is not None:
            shown = view.shown(system.value, indicator.code)
            message = t("checks.messages.compulsory_system", indicator=name, system=shown)
            made = view.finding(
                rule.model_copy(update={"severity": "luu_y"}), figure, None, expected, message
            )
        else:
            message = t(f"checks.messages.{_wording(indicator)}", indicator=name)
            made = view.finding(rule, figure, None, expected, message)
        yield made


def _follows(indicator: Indicator) -> bool:
    """Whether a percent has no cell of its own to fill: both parts are figures of other rows."""
    own = (None, "", "own")
    return (
        str(indicator.kind) == "percent"
        and indicator.numerator not in own
        and indicator.denominator not in own
    )


def _wording(indicator: Indicator) -> str:
    if str(indicator.kind) == "text":
        return "compulsory_text"
    if indicator.options:
        return "compulsory_choice"
    return "compulsory_ratio" if str(indicator.kind) == "percent" else "compulsory"


def narrative(rule: Narrative, view: View) -> Iterator[Finding]:
    """Sections of the outline that lack their least length."""
    if view.filled.nothing_to_report:
        return
    for section in load_outline():
        cell = view.filled.narrative_cells.get(section.code)
        if cell is None or section.min_length == 0 or section.code in view.filled.nothing_narratives:
            continue
        length = len(view.filled.narratives.get(section.code, ""))
        if length >= section.min_length:
            continue
        shown = {"heading": section.heading, "minimum": section.min_length}
        key = "narrative_short" if length else "narrative"
        message = t(f"checks.messages.{key}", found=length, **shown)
        expected = t("checks.expected.length", minimum=section.min_length)
        found = str(length) if length else None
        yield Finding(rule.code, rule.severity, view.narratives_sheet, cell, None, found, expected, message)


def nothing_contradicted(rule: NothingContradicted, view: View) -> Iterator[Finding]:
    """'Không phát sinh' was chosen for the report or a section, yet figures other than 0 stand in it; or the
    systems know of cases; or words stand in a narrative section (the last two only warn)."""
    filled, expected = view.filled, t("checks.expected.empty")
    declared: dict[str, str | None] = {filled.nothing_cell: None} if filled.nothing_to_report else {}
    declared |= {cell: section for section, cell in filled.nothing_sections.items()}
    for cell, section in declared.items():
        own = [f for f in view.figures.values() if section is None or _section(view, f.indicator) == section]
        typed = [figure.cell for figure in own if figure.value and figure.typed]
        if typed:
            message = t("checks.messages.nothing_contradicted", count=len(typed), cells=_listed(typed))
            yield _of_box(rule.severity, rule, view.figures_sheet, cell, expected, message)
            continue
        known = [f.indicator for f in own if (s := view.context.system.get(f.indicator)) and s.value]
        if known:
            message = t("checks.messages.nothing_known", count=len(known), codes=_listed(known))
            yield _of_box("canh_bao", rule, view.figures_sheet, cell, expected, message)
    for section, cell in filled.nothing_narratives.items():
        if filled.narratives.get(section):
            message = t("checks.messages.nothing_written", cell=filled.narrative_cells.get(section, ""))
            yield _of_box("canh_bao", rule, view.narratives_sheet, cell, expected, message)


def _section(view: View, code: str) -> str | None:
    indicator = view.context.by_code.get(code)
    return indicator.section if indicator else None


def _listed(names: list[str]) -> str:
    return ", ".join(names[:_LISTED_CELLS]) + (", …" if len(names) > _LISTED_CELLS else "")


def _of_box(
    severity: str, rule: NothingContradicted, sheet: str, cell: str, expected: str, message: str
) -> Finding:
    return Finding(rule.code, severity, sheet, cell, None, t("intake.answer_yes"), expected, message)


def signed_form(rule: SignedForm, view: View) -> Iterator[Finding]:
    """The form's identity was not signed by this installation: forged, or made elsewhere."""
    if view.filled.signed is False:
        message = t("checks.messages.signed_form", title=view.filled.identity.title)
        expected = t("checks.expected.our_form")
        yield Finding(rule.code, rule.severity, t("intake.sheets.guide"), "", None, None, expected, message)


def signed_before_cutoff(rule: SignedBeforeCutoff, view: View) -> Iterator[Finding]:
    """The data window ends after the report was signed."""
    signed, window = view.context.signed_on or view.filled.signed_on, view.context.round_.window
    if signed is None or window is None or not window.first <= signed < window.last:
        return
    found, cut_off = vn_date(signed), vn_date(window.last)
    message = t("checks.messages.signed_before_cutoff", signed=found, cut_off=cut_off)
    expected = t("checks.expected.day_from", day=cut_off)
    cell = view.filled.signed_cell
    yield Finding(rule.code, rule.severity, view.figures_sheet, cell, None, found, expected, message)


def signed_before_window(rule: SignedBeforeWindow, view: View) -> Iterator[Finding]:
    """A report cannot be signed before its window begins, or long before it ends: mostly the year was mistyped."""
    signed, window = view.context.signed_on or view.filled.signed_on, view.context.round_.window
    if signed is None or window is None:
        return
    earliest = window.first
    if rule.days_early is not None:
        earliest = max(earliest, window.last - timedelta(days=rule.days_early))
    if signed >= earliest:
        return
    days = {"first": vn_date(window.first), "last": vn_date(window.last), "earliest": vn_date(earliest)}
    found = vn_date(signed)
    message = t("checks.messages.signed_before_window", signed=found, **days)
    expected = t("checks.expected.day_from", day=days["earliest"])
    cell = view.filled.signed_cell
    yield Finding(rule.code, rule.severity, view.figures_sheet, cell, None, found, expected, message)


def signed_in_future(rule: SignedInFuture, view: View) -> Iterator[Finding]:
    """The report is dated after the day on which it came."""
    signed, today = view.context.signed_on or view.filled.signed_on, view.context.today
    if signed is None or signed <= today:
        return
    found = vn_date(signed)
    message = t("checks.messages.signed_in_future", signed=found, today=vn_date(today))
    expected = t("checks.expected.day_until", day=vn_date(today))
    cell = view.filled.signed_cell
    yield Finding(rule.code, rule.severity, view.figures_sheet, cell, None, found, expected, message)
