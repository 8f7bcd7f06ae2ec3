"""Acts on the year's inspections, the same as those of `./cchc kiem-tra`; whose they are, the library asks."""

from __future__ import annotations

from cchc.inspection.choices import ByPerson, add_unit
from cchc.inspection.mending import accept, amend, send_back, withdraw
from cchc.inspection.rescheduling import leave_out, reschedule
from cchc.inspection.team_book import team_book_path
from cchc.inspection.visits import surprise_visit, visit_of
from cchc.run import Run
from cchc.stages.inspecting import surprise as open_surprise
from cchc.texts import t
from cchc_board.actors import Right
from cchc_board.door import BoardAct
from cchc_board.typed import TypedIn

_HALVES = ("sang", "chieu", "")


def _add(run: Run, typed: TypedIn) -> str:
    unit = typed.one("don-vi")
    done = add_unit(run, unit, _said(run, typed))
    return t(f"cli.inspection.said.{'added' if done else 'added_already'}", unit=unit)


def _leave_out(run: Run, typed: TypedIn) -> str:
    unit = typed.one("don-vi")
    done = leave_out(run, unit, _said(run, typed))
    return t(f"cli.inspection.said.{'removed' if done else 'removed_already'}", unit=unit)


def _move(run: Run, typed: TypedIn) -> str:
    visit, half = typed.one("cuoc"), typed.one("buoi")
    done = reschedule(
        run, visit, _said(run, typed), days=[typed.day()], half=half if half in _HALVES else None, members=()
    )
    return t(f"cli.inspection.said.{'moved' if done else 'moved_already'}", visit=visit)


def _accept(run: Run, typed: TypedIn) -> str:
    item = typed.one("yeu-cau")
    done = accept(run, item, typed.text_if_any())
    return t(f"cli.inspection.said.{'accepted' if done else 'accepted_already'}", item=item)


def _send_back(run: Run, typed: TypedIn) -> str:
    item = typed.one("yeu-cau")
    send_back(run, item, typed.text(), typed.day_if_any("den"))
    return t("cli.inspection.said.returned", item=item)


def _withdraw(run: Run, typed: TypedIn) -> str:
    item = typed.one("ton-tai")
    done = withdraw(run, item, typed.text(), typed.text_if_any("van-ban"))
    return t(f"cli.inspection.said.{'withdrawn' if done else 'withdrawn_already'}", item=item)


def _amend(run: Run, typed: TypedIn) -> str:
    """Texts of all orders of the finding, a field each."""
    item = typed.one("ton-tai")
    texts = typed.fields.get("loi", ())  # two orders may have the same words
    done = amend(run, item, texts, typed.text(), typed.text_if_any("van-ban"))
    return t(f"cli.inspection.said.{'amended' if done else 'amended_already'}", item=item)


def _surprise(run: Run, typed: TypedIn) -> str:
    """Told to whoever opens it alone; no page names it before its minutes."""
    topics = typed.text_if_any("linh-vuc").split(";")
    visit = open_surprise(run, surprise_visit(run, typed.one("don-vi"), typed.day(), typed.text(), topics))
    file = team_book_path(run, visit_of(run, visit))
    return t("cli.inspection.said.surprise", visit=visit, file=file)


def _said(run: Run, typed: TypedIn) -> ByPerson:
    return ByPerson(run.actor, typed.text(), typed.text_if_any("van-ban"))


ACTS = (
    BoardAct("them", "kiem-tra them", _add, about=("don-vi",)),
    BoardAct("bot", "kiem-tra bot", _leave_out, about=("don-vi",)),
    BoardAct("doi_lich", "kiem-tra doi-lich", _move, about=("cuoc",)),
    BoardAct("xac_nhan", "kiem-tra xac-nhan", _accept, Right.APPRAISE, about=("yeu-cau",)),
    BoardAct("tra_lai", "kiem-tra tra-lai", _send_back, Right.APPRAISE, about=("yeu-cau",)),
    BoardAct("rut", "kiem-tra rut", _withdraw, Right.DECIDE),
    BoardAct("sua", "kiem-tra sua", _amend, Right.DECIDE),
    BoardAct("dot_xuat", "kiem-tra dot-xuat", _surprise, Right.DECIDE),
)
