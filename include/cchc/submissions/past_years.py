"""Figures of rounds before the system came: brought in from a workbook, kept with it, read by whoever compares.

They are history: no round is opened for them, nothing is owed, nobody is chased and nothing counts as in time or late.
A later workbook replaces what an earlier one said about the same round; both stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from cchc.clock import from_text, to_text
from cchc.depot import keep
from cchc.errors import RuleRefused
from cchc.indicators.numbers import ratio
from cchc.run import Run
from cchc.store import Row, Store
from cchc.submissions.kept import standing
from cchc.texts import t
from cchc.workbooks.forms import ReportedFigure
from cchc.workbooks.past_form import PROVINCE, PastFigure, past_rounds
from cchc.workbooks.read_past import read_past_workbook
from cchc.year import Calendar

FOLDER = "nam-truoc"
_SUFFIXES = (".xlsx", ".xls", ".xlsb", ".ods")
_FOR_EVER = "9999-12-31T00:00:00+07:00"


@dataclass(frozen=True)
class PastImport:
    """A workbook as it was brought in. figures, columns: by round, how many it says and of how many columns."""

    seq: int
    file_name: str
    file_sha256: str
    recorded_at: datetime
    actor: str
    figures: Mapping[str, int] = field(default_factory=dict)
    columns: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class PastRound:
    """What counts of a round of before: figures by unit and indicator, and the province's own by indicator."""

    source: PastImport
    units: Mapping[str, Mapping[str, ReportedFigure]]
    province: Mapping[str, PastFigure]


@dataclass(frozen=True)
class BroughtIn:
    """What a workbook changed. is_new: False when the same file counts already. gone: by round, units (or
    `PROVINCE`) of the version before that this one does not speak of any more."""

    version: PastImport
    is_new: bool
    replaced: Mapping[str, PastImport]
    gone: Mapping[str, tuple[str, ...]]


def bring_in(run: Run, file_name: str, content: bytes) -> BroughtIn:
    """Check a workbook and keep its figures, with the file; the actor of the run is who answers for them.

    Raises NotAForm and PastFiguresRefused as `read_past_workbook`, RuleRefused('no-actor').
    """
    if not run.actor.strip():
        raise RuleRefused("no-actor", t("submissions.past.no_actor"))
    figures = read_past_workbook(
        content, file_name, run.calendar, run.units, run.indicators, run.as_of, held=_held(run)
    )
    rounds = list(dict.fromkeys(one.round_id for one in figures))
    suffix = Path(file_name).suffix.lower()
    digest, path = keep(run.instance, FOLDER, content, suffix if suffix in _SUFFIXES else ".bin")
    before = {one: version for one in rounds if (version := version_of(run.store, one)) is not None}
    if len(before) == len(rounds) and {one.file_sha256 for one in before.values()} == {digest}:
        return BroughtIn(before[rounds[0]], is_new=False, replaced={}, gone={})
    gone = {one: _gone(run.store, version, one, figures) for one, version in before.items()}
    with run.store.write() as tx:
        seq = int(tx.query("submissions.last_past_import")[0]["seq"]) + 1
        tx.execute(
            "submissions.add_past_import",
            seq=seq,
            file_name=Path(file_name).name,
            file_sha256=digest,
            stored_path=path.relative_to(run.instance.data).as_posix(),
            recorded_at=to_text(run.as_of),
            actor=run.actor.strip(),
        )
        tx.execute_many("submissions.add_past_figure", [_row(seq, one) for one in figures])
    version = next(one for one in imports(run.store) if one.seq == seq)
    return BroughtIn(
        version, is_new=True, replaced=before, gone={key: one for key, one in gone.items() if one}
    )


def past_round(store: Store, round_id: str, as_of: datetime | None = None) -> PastRound | None:
    """What the last workbook known at `as_of` (None: now) says about the round; None when there is none."""
    version = version_of(store, round_id, as_of)
    if version is None:
        return None
    found = _figures(store, version.seq, round_id)
    units: dict[str, dict[str, ReportedFigure]] = {}
    for one in found:
        if one.unit_code != PROVINCE:
            units.setdefault(one.unit_code, {})[one.indicator] = _reported(one)
    return PastRound(version, units, {one.indicator: one for one in found if one.unit_code == PROVINCE})


def past_numbers(store: Store, round_id: str, unit: str, as_of: datetime | None = None) -> dict[str, Decimal]:
    """A unit's own figures of the round by indicator, as numbers; percentages from their parts."""
    version = version_of(store, round_id, as_of)
    if version is None:
        return {}
    found = {one.indicator: _reported(one).value for one in _figures(store, version.seq, round_id, unit=unit)}
    return {code: value for code, value in found.items() if value is not None}


def past_figures(store: Store, calendar: Calendar, year: int) -> list[PastFigure]:
    """Everything that counts of the year's rounds, as its workbook would say it."""
    found: list[PastFigure] = []
    for round_ in past_rounds(calendar, year):
        if version := version_of(store, round_.round_id):
            found += _figures(store, version.seq, round_.round_id)
    return found


def version_of(store: Store, round_id: str, as_of: datetime | None = None) -> PastImport | None:
    """The workbook whose figures of the round count at `as_of` (None: now)."""
    row = store.one(
        "submissions.past_version", round_id=round_id, known_by=to_text(as_of) if as_of else _FOR_EVER
    )
    return _import(row) if row else None


def imports(store: Store) -> list[PastImport]:
    """Every workbook that was brought in, oldest first."""
    figures: dict[int, dict[str, int]] = {}
    columns: dict[int, dict[str, int]] = {}
    for row in store.query("submissions.past_rounds"):
        figures.setdefault(row["seq"], {})[row["round_id"]] = row["figures"]
        columns.setdefault(row["seq"], {})[row["round_id"]] = row["columns"]
    return [
        _import(row, figures.get(row["seq"], {}), columns.get(row["seq"], {}))
        for row in store.query("submissions.past_imports")
    ]


def _held(run: Run) -> frozenset[str]:
    """Rounds in which somebody's report counts."""
    return frozenset(row["round_id"] for row in run.rounds.all() if standing(run.store, row["round_id"]))


def _gone(store: Store, version: PastImport, round_id: str, figures: list[PastFigure]) -> tuple[str, ...]:
    now = {one.unit_code for one in figures if one.round_id == round_id}
    before = {one.unit_code for one in _figures(store, version.seq, round_id)}
    return tuple(sorted(before - now))


def _figures(store: Store, seq: int, round_id: str, unit: str | None = None) -> list[PastFigure]:
    rows = store.query("submissions.past_figures", seq=seq, round_id=round_id, unit_code=unit)
    return [
        PastFigure(
            round_id,
            row["unit_code"],
            row["indicator"],
            _decimal(row["value"]),
            _decimal(row["numerator"]),
            _decimal(row["denominator"]),
            row["units_counted"],
            row["cell"],
        )
        for row in rows
    ]


def _reported(one: PastFigure) -> ReportedFigure:
    of_parts = ratio(one.numerator, one.denominator, decimals=2)
    return ReportedFigure(
        one.indicator,
        value=of_parts if of_parts is not None else one.value,
        numerator=one.numerator,
        denominator=one.denominator,
        cell=one.cell,
    )


def _import(
    row: Row, figures: Mapping[str, int] | None = None, columns: Mapping[str, int] | None = None
) -> PastImport:
    return PastImport(
        row["seq"],
        row["file_name"],
        row["file_sha256"],
        from_text(row["recorded_at"]),
        row["actor"],
        figures or {},
        columns or {},
    )


def _row(seq: int, one: PastFigure) -> dict[str, object]:
    return {
        "seq": seq,
        "round_id": one.round_id,
        "unit_code": one.unit_code,
        "indicator": one.indicator,
        "value": _text(one.value),
        "numerator": _text(one.numerator),
        "denominator": _text(one.denominator),
        "units_counted": one.units_counted,
        "cell": one.cell,
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else format(value, "f")


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
