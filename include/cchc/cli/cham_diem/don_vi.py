"""`./cchc cham-diem tinh-trang|phieu|lich-su|lien-ket|gia-han|mo-lai`: units' files, a sheet, a criterion, links."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from cchc import clock
from cchc.cli.cham_diem.group import app
from cchc.cli.don_doc import Actor, Reason, run_of
from cchc.errors import CchcError
from cchc.texts import bare, t, table

if TYPE_CHECKING:
    from decimal import Decimal

    from cchc.run import Run
    from cchc.scores import ScoreEvent, UnitFile

Round = Annotated[str, typer.Argument(metavar="DOT", help=t("scores.cli.round"))]
Unit = Annotated[str, typer.Argument(metavar="DON_VI", help=t("scores.cli.unit"))]
Criterion = Annotated[str, typer.Argument(metavar="MA", help=t("scores.cli.criterion"))]
_BEHIND = 30  # units that are named


@app.command("tinh-trang", help=t("scores.cli.state_help"))
def state(round_id: Round) -> None:
    from cchc.scores import file_states, pinned
    from cchc.scoring.scored_units import merged_units

    run = _opened(round_id)
    for name, one in pinned(run.store, round_id).items():
        _say("set", list=name, title=one.title, version=one.version)
    moments, labels = Table(*table("scores.cli.moment_columns").values()), table("scoring.papers.steps")
    for name, moment in run.round.moments.items():
        passed = "passed" if moment <= run.as_of else "to_come"
        moments.add_row(labels.get(name, name), clock.vn_instant(moment), t(f"scores.cli.{passed}"))
    Console().print(moments)
    files = file_states(run.store, round_id, run.as_of)
    names, counts = table("scores.file_states"), dict[str, int]()
    for file in files.values():
        counts[file.state] = counts.get(file.state, 0) + 1
    _say("files", total=len(files), submitted=sum(file.version > 0 for file in files.values()),
         locked=sum(file.is_locked for file in files.values()))  # fmt: skip
    for found, count in counts.items():
        _say("of_state", state=names[found], count=count)
    silent = [file for file in files.values() if not file.version]
    _named(run, "silent", silent)
    _named(run, "late", [file for file in files.values() if file.late_waiting])
    for merged in merged_units(run.units, run.round):
        Console().print(f"- {merged.unit.name}: {merged.why}", markup=False, soft_wrap=True)


def _named(run: Run, key: str, files: list[UnitFile]) -> None:
    if files:
        names = ", ".join(run.units.get(file.unit_code).name for file in files[:_BEHIND])
        _say(key, count=len(files), names=names + (", …" if len(files) > _BEHIND else ""))


@app.command("phieu", help=t("scores.cli.sheet_help"))
def sheet(round_id: Round, unit: Unit) -> None:
    from cchc.scores import evidence_of, file_state, set_for, standing

    run = _opened(round_id)
    scored, whose = set_for(run.store, round_id, unit), run.units.get(unit)
    file = file_state(run.store, round_id, unit, run.as_of)
    _say("sheet", unit=whose.name, set=scored.title, version=scored.version,
         state=table("scores.file_states")[file.state], times=file.version)  # fmt: skip
    own = standing(run.store, round_id, units=[unit]).get(unit, {})
    evidence = evidence_of(run.store, round_id, unit, as_of=run.as_of)
    shown = Table(*table("scores.cli.sheet_columns").values())
    for row in scored.rows_of(whose):
        one = own.get(row.code)
        words = [one.claim, one.computed, one.first, one.second, one.council, one.objection] if one else []
        counts = sum(found.criterion == row.code for found in evidence)
        final = one.decision if one else None
        shown.add_row(
            row.code, row.criterion, _points(row.max_points), *[_word(word) for word in words or [None] * 6],
            _word(final), str(counts or ""),
        )  # fmt: skip
    Console().print(shown)


@app.command("lich-su", help=t("scores.cli.history_help"))
def past(round_id: Round, unit: Unit, criterion: Criterion) -> None:
    from cchc.scores import evidence_of, explanations_of, history, set_for
    from cchc.submissions.self_scores import OPTION

    run = _opened(round_id)
    row = set_for(run.store, round_id, unit).row(criterion)
    console = Console()
    _say("history", unit=run.units.get(unit).name, code=row.code, name=row.criterion)
    events, stances = history(run.store, round_id, unit, criterion), table("workbooks.explanations.stances")
    for event in events:
        _say("event", moment=clock.vn_instant(event.at), stage=t(f"scores.stages.{event.stage}"),
             points=_word(event) or t("scores.cli.unknown"), actor=event.actor, basis=event.basis)  # fmt: skip
        for number in event.numbers:
            if number.name.startswith(OPTION):  # the basis has it in words
                continue
            value = t("scores.cli.unknown") if number.value is None else _points(number.value)
            console.print(f"    {number.name} = {value} ({number.origin})", markup=False, soft_wrap=True)
        if event.reason:
            _say("reason", reason=bare(event.reason))
        if event.document_no:
            _say("document_of", document=event.document_no)
    for said in explanations_of(run.store, round_id, [unit]):
        if said.criterion == criterion:
            _say("explained", moment=clock.vn_instant(said.at), text=said.text or stances[said.stance])
    for one in evidence_of(run.store, round_id, unit, criterion, as_of=run.as_of):
        _say(
            "evidence",
            name=one.name,
            document=one.document_no or "-",
            status=t(f"scores.evidence.{one.status}"),
        )
    if not events:
        _say("nothing")


@app.command("lien-ket", help=t("scores.cli.links_help"))
def links(
    round_id: Round, again: Annotated[bool, typer.Option("--lai", help=t("scores.cli.links_again"))] = False
) -> None:
    from cchc.submissions.link_opening import open_links

    run = _opened(round_id)
    found = open_links(run, again=again)
    for status, count in sorted(found.items()):
        _say("links", status=t(f"scores.evidence.{status}"), count=count)
    if not found:
        _say("no_links")


@app.command("gia-han", help=t("scores.cli.extend_help"))
def extend_file(
    round_id: Round,
    unit: Unit,
    until: Annotated[str, typer.Option("--den", help=t("scores.cli.extend_until"))],
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    from cchc.cli.cham_diem.tham_dinh import moment_given
    from cchc.stages.score_reopening import extend

    run, end = run_of(round_id, actor), moment_given(until)
    said = "extended" if extend(run, unit, end, reason) else "extended_before"
    _say(said, unit=run.units.get(unit).name, until=clock.vn_instant(end))


@app.command("mo-lai", help=t("scores.cli.unlock_help"))
def reopen(
    round_id: Round,
    unit: Unit,
    document_no: Annotated[str, typer.Option("--van-ban", help=t("scores.cli.document"))],
    until: Annotated[str, typer.Option("--den", help=t("scores.cli.until"))] = "",
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    from cchc.cli.cham_diem.tham_dinh import moment_given
    from cchc.stages.score_reopening import unlock

    run = run_of(round_id, actor)
    end: datetime | None = moment_given(until) if until else None
    opened = unlock(run, unit, reason, document_no, end)
    name = run.units.get(unit).name
    _say("unlocked", unit=name, until=clock.vn_instant(opened)) if opened else _say("open", unit=name)


def _opened(round_id: str) -> Run:
    run = run_of(round_id, "")
    if run.rounds.get(run.round.round_id) is None:
        raise CchcError(t("scores.cli.not_opened", round=run.round.title))
    return run


def _word(event: ScoreEvent | None) -> str:
    if event is None:
        return ""
    if event.dropped:
        return t("scores.cli.dropped")
    return "" if event.points is None else _points(event.points)


def _points(value: Decimal) -> str:
    from cchc.indicators import format_number

    return format_number(value)


def _say(key: str, **values: object) -> None:
    Console().print(t(f"scores.cli.said.{key}", **values), markup=False, soft_wrap=True)
