"""Acts of appraisers and the secretary, the same as those of `./cchc cham-diem`; whose they are, the library asks."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from cchc.clock import vn_instant
from cchc.errors import CchcError
from cchc.indicators.numbers import NumberFault, parse_number
from cchc.run import Run
from cchc.scoring.appraisal import Appraisal, Decided
from cchc.stages.score_reopening import extend, unlock
from cchc.texts import t
from cchc_board.actors import Right
from cchc_board.door import BoardAct
from cchc_board.scoring.council_acts import ruling_acts, session_acts
from cchc_board.typed import TypedIn


def _decide(run: Run, typed: TypedIn) -> str:
    unit, criterion = typed.one("don-vi"), typed.one("tieu-chi")
    wanted = Decided(
        unit,
        criterion,
        typed.one("quyet-dinh"),
        _points(typed),
        typed.text_if_any(),
        typed.text_if_any("can-cu"),
    )
    count = Appraisal.of(run).decide([wanted])
    return t(f"scoring.cli.said.{'decided' if count else 'unchanged'}", unit=unit, criterion=criterion)


def _confirm_alike(run: Run, typed: TypedIn) -> str:
    return t("scoring.cli.said.alike", count=Appraisal.of(run).confirm_alike(typed.one("group"), None))


def _reopen(run: Run, typed: TypedIn) -> str:
    unit, criterion = typed.one("don-vi"), typed.one("tieu-chi")
    new = Appraisal.of(run).reopen(unit, criterion, typed.text(), typed.text("van-ban"))
    return t(f"scoring.cli.said.{'reopened' if new else 'unchanged'}", unit=unit, criterion=criterion)


def _extend(run: Run, typed: TypedIn) -> str:
    unit, end = typed.one("don-vi"), _end(run, typed)
    said = "extended" if extend(run, unit, end, typed.text()) else "extended_before"
    return t(f"scores.cli.said.{said}", unit=run.units.get(unit).name, until=vn_instant(end))


def _unlock(run: Run, typed: TypedIn) -> str:
    unit = typed.one("don-vi")
    end = _end(run, typed) if typed.one("den") else None
    opened, name = unlock(run, unit, typed.text(), typed.text("van-ban"), end), run.units.get(unit).name
    return (
        t("scores.cli.said.unlocked", unit=name, until=vn_instant(opened))
        if opened
        else t("scores.cli.said.open", unit=name)
    )


def _end(run: Run, typed: TypedIn) -> datetime:
    """The day that was typed, at the hour at which files are due."""
    day, due = typed.day(), run.round.unit_due_at
    return due.replace(year=day.year, month=day.month, day=day.day)


def _points(typed: TypedIn) -> Decimal | None:
    text = typed.one("diem")
    if not text:
        return None
    try:
        return parse_number(text, "percent")  # points have decimals as shares have
    except NumberFault:
        raise CchcError(t("scoring.cli.no_points", found=text)) from None


DESK_ACTS = (
    BoardAct("quyet", "cham-diem tham-dinh quyet", _decide, Right.APPRAISE, about=("don-vi",)),
    BoardAct("hang_loat", "cham-diem tham-dinh hang-loat", _confirm_alike, Right.APPRAISE),
)
ROUND_ACTS = (
    BoardAct("gia_han", "cham-diem gia-han", _extend, Right.APPRAISE, about=("don-vi",)),
    BoardAct("mo_lai", "cham-diem mo-lai", _unlock, Right.APPRAISE, about=("don-vi",)),
    *session_acts(),
)
SHEET_ACTS = (
    BoardAct("mo_lai", "cham-diem tham-dinh mo-lai", _reopen, Right.APPRAISE, about=("don-vi",)),
    *ruling_acts(_points),
)
