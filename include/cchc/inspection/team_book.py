"""The team's workbook of a round: laid down for the team, read, its findings numbered, the numbers written back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from cchc.files import sha256_bytes, write_atomic
from cchc.inspection.choices import load_choices
from cchc.inspection.fields import InspectionFields
from cchc.inspection.findings import (
    FindingState,
    InspectionFinding,
    KnownFinding,
    give_ids,
    known_findings,
    record_words,
)
from cchc.inspection.findings_book import (
    FindingsRefused,
    RowOfTeam,
    TeamBook,
    build_findings_workbook,
    read_findings_workbook,
    refuse_strange_numbers,
)
from cchc.inspection.minutes import MinutesRow, minutes_from
from cchc.inspection.visits import Visit, VisitState, advance_in, known_visits, open_visits
from cchc.isolation.outcome import ItemFailed
from cchc.run import Run
from cchc.store import Transaction
from cchc.submissions.arrivals import Channel
from cchc.submissions.reading import Reader, reading
from cchc.submissions.set_aside import SetAside, put, settle, waiting
from cchc.texts import t
from cchc.workbooks.forms import NotAForm


def team_book_path(run: Run, visit: Visit | None = None) -> Path:
    """Where the team's workbook is laid and where it is expected back, filled in: one of the round, and one of its own
    for a surprise visit, which the round's must not name."""
    round_id = run.round.round_id
    name = f"{round_id}_ket-qua-kiem-tra.xlsx" if visit is None else f"{visit.visit_id}_ket-qua-kiem-tra.xlsx"
    return run.instance.round_out(round_id) / name


def lay_book(run: Run, visit: Visit | None = None) -> Path:
    """Lay the workbook down where there is none, with all that is found; one that lies there is the team's."""
    path = team_book_path(run, visit)
    if not path.exists():
        write_atomic(path, _content(run, visit, [one.finding for one in _of_book(run, visit)]))
    return path


def read_book(run: Run, visit: Visit | None = None) -> list[KnownFinding]:
    """Take the rows of the team's workbook in, and write the numbers of new ones back into its column A.

    Returns what is recorded and not issued yet, in the order of the rows; nothing when there is no workbook. Raises
    FindingsRefused: nothing of a faulty workbook is taken. Minutes that were written move their visits on.
    """
    path = team_book_path(run, visit)
    if not path.exists():
        return []
    content = path.read_bytes()
    book = _read(run, path, content, sorted(_names(run, visit)))
    rows, round_ = book.rows, run.round
    places = {f"{round_.round_id}:{sha256_bytes(content)}:{row.row}": row for row in rows}
    numbered = run.store.query("inspection.findings_of_round", round_id=round_.round_id)
    given = {places[one["source"]].row for one in numbered if one["source"] in places}
    refuse_strange_numbers(rows, known_findings(run.store, round_.round_id), path.name, given)
    known_now = known_visits(run.store, round_.round_id)
    visits = {one.unit_code: one.visit_id for one in ([visit] if visit else open_visits(known_now))}
    with run.store.write() as tx:
        sources = [(place, row.finding) for place, row in places.items()]
        found = give_ids(tx, round_.round_id, round_.year, sources, actor=run.actor, at=run.as_of)
        record_words(tx, round_.round_id, found, visits, actor=run.actor, at=run.as_of)
        _record_minutes(tx, run, book.minutes, path.name)
    _write_back(run, visit, rows, found, content)
    known = {one.finding_id: one for one in known_findings(run.store, round_.round_id)}
    return [known[one.finding_id] for one in found if known[one.finding_id].state is FindingState.RECORDED]


def _record_minutes(tx: Transaction, run: Run, minutes: Sequence[MinutesRow], file_name: str) -> None:
    """The minutes of visits that have none yet; those that are recorded stand as they are.

    FindingsRefused for a row of no visit, or of another unit than its visit's.
    """
    visits = {one.visit_id: one for one in known_visits(tx, run.round.round_id)}
    for row in minutes:
        visit = visits.get(row.visit_id)
        if visit is None or visit.unit_code != row.unit_code:
            raise FindingsRefused(
                t("inspection.minutes_of_another", file=file_name, id=row.visit_id, unit=row.unit_code)
            )
        if visit.has_minutes:
            continue
        if not visit.is_held:
            advance_in(tx, run, visit, VisitState.HELD)
        state = VisitState.AGREED if row.agreed else VisitState.DISAGREED
        advance_in(tx, run, visit, state, row.payload)


def minutes_of(visit: Visit) -> MinutesRow:
    """What the workbook shows of a visit's minutes."""
    agreed = {VisitState.AGREED: True, VisitState.DISAGREED: False}
    told = next((one for one in visit.history if one.kind in map(str, agreed)), None)
    said = agreed[VisitState(told.kind)] if told else None
    first = visit.days[0].isoformat() if visit.days else None
    payload = dict(visit.minutes) or {"held_on": first}
    return minutes_from(visit.visit_id, visit.unit_code, payload, agreed=said)


def write_book(run: Run, visit: Visit | None = None) -> None:
    """The workbook anew, with what is known now: after an amendment, which the team's own rows do not have."""
    path = team_book_path(run, visit)
    if path.exists():
        _keep_original(run, path, path.read_bytes())
        write_atomic(path, _content(run, visit, [one.finding for one in _of_book(run, visit)]))


def _of_book(run: Run, visit: Visit | None) -> list[KnownFinding]:
    """Findings that belong into a workbook: of its visit, or of all visits that anybody may know of."""
    round_id = run.round.round_id
    own = set(_names(run, visit))
    return [
        one
        for one in known_findings(run.store, round_id)
        if one.state is not FindingState.WITHDRAWN and one.unit_code in own
    ]


def _names(run: Run, visit: Visit | None) -> Mapping[str, str]:
    """Units that a workbook may name."""
    if visit is not None:
        codes = {visit.unit_code}
    else:
        round_id = run.round.round_id
        visits = known_visits(run.store, round_id)
        secret = {one.unit_code for one in visits if one.is_secret}
        codes = {one.unit_code for one in load_choices(run.store, round_id)}
        codes |= {one.unit_code for one in open_visits(visits)} - secret
    return {code: run.units.get(code).name for code in sorted(codes)}


def _content(run: Run, visit: Visit | None, findings: Sequence[InspectionFinding]) -> bytes:
    known = known_visits(run.store, run.round.round_id)
    visits = [visit] if visit else open_visits(known)
    return team_content(run, visit, findings, [minutes_of(one) for one in visits])


def team_content(
    run: Run,
    visit: Visit | None,
    findings: Sequence[InspectionFinding],
    minutes: Sequence[MinutesRow],
) -> bytes:
    """The workbook with these rows, for the units that it may name."""
    title, names = t("inspection.findings_title", year=run.round.year), _names(run, visit)
    own = [one for one in minutes if one.unit_code in names]
    topics = [one.name for one in InspectionFields.load().fields]
    return build_findings_workbook(title, names, findings, run.round.opens_at, topics, own)


def _write_back(
    run: Run,
    visit: Visit | None,
    rows: Sequence[RowOfTeam],
    found: Sequence[InspectionFinding],
    content: bytes,
) -> None:
    """Write the workbook anew where a row got its number, or one that is known was taken out: that withdraws nothing.

    The team's own file is kept beside it; one that the team has saved meanwhile stays, and is read by the next run.
    """
    named = {one.finding_id for one in found}
    missing = [one.finding for one in _of_book(run, visit) if one.finding_id not in named]
    path = team_book_path(run, visit)
    if not missing and all(row.finding.finding_id for row in rows):
        return
    if path.read_bytes() != content:
        run.notes.append(t("inspection.saved_meanwhile", file=path.name))
        return
    _keep_original(run, path, content)
    write_atomic(path, _content(run, visit, [*found, *missing]))
    if missing:
        ids = ", ".join(one.finding_id for one in missing)
        run.notes.append(t("inspection.put_back", file=path.name, ids=ids))


def _keep_original(run: Run, path: Path, content: bytes) -> None:
    folder = path.parent / "da-doc"
    write_atomic(folder / f"{path.stem}_{sha256_bytes(content)[:12]}{path.suffix}", content)


def _read(run: Run, path: Path, content: bytes, codes: Sequence[str]) -> TeamBook:
    """The rows of the team's workbook, read apart like everything that people hand in.

    One that breaks its reader waits under 'Cần xem lại' where it lies, until it can be read or the team mends it.
    """
    origin = f"{run.round.round_id}/{path.name}"
    try:
        with reading(run) as readers:
            found: TeamBook = readers.ask(_findings_in, content, path.name, codes)
    except ItemFailed as error:
        held_in = path.relative_to(run.instance.root).as_posix()
        why = t("inspection.unread", file=path.name, why=error)
        one = SetAside(
            Channel.TEAM, origin, path.name, held_in, run.as_of, why, error.place, sha256_bytes(content)
        )
        _settle_others(run, origin, one.item_id)
        put(run, [one])
        raise FindingsRefused(why) from error
    except (FindingsRefused, NotAForm):
        _settle_others(run, origin, None)  # it was read: what is wrong now stands in the words of the refusal
        raise
    _settle_others(run, origin, None)
    return found


def _settle_others(run: Run, origin: str, but: str | None) -> None:
    """What was wrong with the workbook as it was is over."""
    waits = [one.item_id for one in waiting(run.store) if one.origin == origin and one.item_id != but]
    settle(run, waits, t("submissions.set_aside.taken_in"))


def _findings_in(_: Reader, content: bytes, file_name: str, chosen: Sequence[str]) -> TeamBook:
    return read_findings_workbook(content, file_name, chosen)
