"""The team's workbook of a round: laid down for the team, read, its findings numbered, the numbers written back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from cchc.clock import vn_date
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
    TeamBook,
    build_findings_workbook,
    read_findings_workbook,
    refuse_strange_numbers,
    visits_of_rows,
)
from cchc.inspection.minutes import MinutesRow, minutes_from
from cchc.inspection.visits import (
    Visit,
    VisitKind,
    VisitState,
    advance_in,
    correct_minutes,
    known_visits,
    open_visits,
)
from cchc.isolation.outcome import ItemFailed
from cchc.obligations import Event, EventKind, append, states_in
from cchc.run import Run
from cchc.store import Transaction
from cchc.submissions.arrivals import Channel
from cchc.submissions.reading import Reader, reading
from cchc.submissions.set_aside import SetAside, put, settle, waiting
from cchc.texts import t
from cchc.workbooks.forms import NotAForm
from cchc.year import Product


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
    standing = known_findings(run.store, round_.round_id)
    refuse_strange_numbers(rows, standing, path.name, given)
    visits = visits_of_rows(rows, standing, _visits(run, visit), path.name)
    with run.store.write() as tx:
        sources = [(place, row.finding) for place, row in places.items()]
        found = give_ids(tx, round_.round_id, round_.year, sources, actor=run.actor, at=run.as_of)
        of = {one.finding_id: visits[row.row] for row, one in zip(places.values(), found, strict=True)}
        record_words(tx, round_.round_id, found, of, actor=run.actor, at=run.as_of)
        _record_minutes(tx, run, book.minutes, path.name)
    _write_back(run, visit, book, found, content)
    known = {one.finding_id: one for one in known_findings(run.store, round_.round_id)}
    return [known[one.finding_id] for one in found if known[one.finding_id].state is FindingState.RECORDED]


def outlines_over(tx: Transaction, run: Run, visit: Visit) -> list[Event]:
    """What is still owed of a visit's outline is wanted no longer, once the team was there."""
    found = states_in(tx, run.as_of, visit.round_id, Product.OUTLINE)
    return [
        Event(
            one.obligation_id, EventKind.waived, run.as_of, run.as_of, run.actor, t("inspection.team_was_there"),
            key=f"{one.obligation_id}:waived:da-kiem-tra",
        )
        for one, state in found
        if one.item.startswith(f"{visit.visit_id}.") and state.owed
    ]  # fmt: skip


def renew_book(run: Run) -> None:
    """Rows and choices for units and visits that came since the workbook was laid; what the team wrote stays as it is.

    One that cannot be read is left alone, which is noted: whoever reads it next is told its cells.
    """
    path = team_book_path(run)
    if not path.exists():
        return
    content = path.read_bytes()
    try:
        book = _read(run, path, content, sorted(_names(run, None)))
    except (FindingsRefused, NotAForm) as error:
        run.notes.append(str(error))
        return
    if _lacks(run, None, book):
        _rewrite(run, None, book, [row.finding for row in book.rows], content)


def _record_minutes(tx: Transaction, run: Run, minutes: Sequence[MinutesRow], file_name: str) -> None:
    """The minutes of visits to which the unit has said its word; written anew before a conclusion, they count anew.

    FindingsRefused for a row of no visit, or of another unit than its visit's, for days that cannot be, and for other
    words than those on which a conclusion stands.
    """
    visits = {one.visit_id: one for one in known_visits(tx, run.round.round_id)}
    for row in minutes:
        visit = visits.get(row.visit_id)
        if visit is None or visit.unit_code != row.unit_code:
            raise FindingsRefused(
                t("inspection.minutes_of_another", file=file_name, id=row.visit_id, unit=row.unit_code)
            )
        if row.agreed is None:
            continue
        if visit.has_minutes:
            if row.is_other_than(minutes_of(visit)):
                correct_minutes(tx, run, visit, agreed=row.agreed, payload=row.payload)
            continue
        if row.held_on and row.held_on > run.today:
            day = vn_date(row.held_on)
            raise FindingsRefused(t("inspection.held_later", file=file_name, id=row.visit_id, day=day))
        if row.due and row.held_on and row.due <= row.held_on:
            day = vn_date(row.due)
            raise FindingsRefused(t("inspection.due_before", file=file_name, id=row.visit_id, day=day))
        if not visit.is_held:
            advance_in(tx, run, visit, VisitState.HELD)
        append(tx, outlines_over(tx, run, visit))
        state = VisitState.AGREED if row.agreed else VisitState.DISAGREED
        advance_in(tx, run, visit, state, row.payload)


def minutes_of(visit: Visit) -> MinutesRow:
    """What the workbook shows of a visit's minutes."""
    agreed = {VisitState.AGREED: True, VisitState.DISAGREED: False}
    told = next((one for one in reversed(visit.history) if one.kind in map(str, agreed)), None)
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


def _visits(run: Run, visit: Visit | None) -> list[Visit]:
    """The visits that a workbook is for: a surprise visit has one of its own, also after everybody knows of it."""
    if visit is not None:
        return [visit]
    known = open_visits(known_visits(run.store, run.round.round_id))
    return [one for one in known if one.kind is not VisitKind.SURPRISE]


def _of_book(run: Run, visit: Visit | None) -> list[KnownFinding]:
    """Findings that belong into a workbook: those of its visits."""
    own = {one.visit_id for one in _visits(run, visit)}
    return [
        one
        for one in known_findings(run.store, run.round.round_id)
        if one.state is not FindingState.WITHDRAWN and one.visit_id in own
    ]


def _names(run: Run, visit: Visit | None) -> Mapping[str, str]:
    """Units that a workbook may name."""
    codes = {one.unit_code for one in _visits(run, visit)}
    if visit is None:
        codes |= {one.unit_code for one in load_choices(run.store, run.round.round_id)}
    return {code: run.units.get(code).name for code in sorted(codes)}


def _content(run: Run, visit: Visit | None, findings: Sequence[InspectionFinding]) -> bytes:
    return team_content(run, visit, findings, [minutes_of(one) for one in _visits(run, visit)])


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
    visits = {one.finding_id: one.visit_id for one in known_findings(run.store, run.round.round_id)}
    return build_findings_workbook(title, names, findings, run.round.opens_at, topics, own, visits)


def _lacks(run: Run, visit: Visit | None, book: TeamBook) -> bool:
    """Whether the sheet of minutes has not just the visits of the workbook, or one with a day that it lost."""
    there, own = (
        {one.visit_id: one for one in book.minutes},
        {one.visit_id: one for one in _visits(run, visit)},
    )
    if set(there) != set(own):
        return True
    return any(row.is_blank and row != minutes_of(own[name]) for name, row in there.items())


def _write_back(
    run: Run, visit: Visit | None, book: TeamBook, found: Sequence[InspectionFinding], content: bytes
) -> None:
    """Write the workbook anew where a row got its number, one that is known was taken out (that withdraws nothing), or
    a visit has no row. A file that the team has saved meanwhile stays, and is read by the next run."""
    named = {one.finding_id for one in found}
    missing = [one.finding for one in _of_book(run, visit) if one.finding_id not in named]
    if not missing and all(row.finding.finding_id for row in book.rows) and not _lacks(run, visit, book):
        return
    if _rewrite(run, visit, book, [*found, *missing], content) and missing:
        ids = ", ".join(one.finding_id for one in missing)
        run.notes.append(t("inspection.put_back", file=team_book_path(run, visit).name, ids=ids))


def _rewrite(
    run: Run, visit: Visit | None, book: TeamBook, findings: Sequence[InspectionFinding], content: bytes
) -> bool:
    """The workbook with what the team wrote and what is known; the team's own file is kept beside it."""
    path = team_book_path(run, visit)
    if path.read_bytes() != content:
        run.notes.append(t("inspection.saved_meanwhile", file=path.name))
        return False
    begun = {one.visit_id: one for one in book.minutes if not one.is_blank}
    rows = [begun.get(one.visit_id) or minutes_of(one) for one in _visits(run, visit)]
    _keep_original(run, path, content)
    write_atomic(path, team_content(run, visit, findings, rows))
    return True


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
