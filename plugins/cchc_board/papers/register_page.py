"""Page 'Văn bản': the book of documents of a year, to look through, to open, and to take along as a table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from cchc.documents.book import Paper, PaperState, origin_of_record, told_of
from cchc.obligations import RoundLedger
from cchc.table_files import PlainTable
from cchc.texts import t, table
from cchc_board.desk import RequestView
from cchc_board.door import Asked
from cchc_board.finding import LONGEST, named_so
from cchc_board.papers.opening import papers_seen

SHOWN = 60  # papers of one page
_SHORT = 12  # letters of a hash on the page; the table has it whole


@dataclass(frozen=True)
class PaperLine:
    """One paper as it is shown. origin: name and value, made from what; told: what happened to it on its way."""

    paper: Paper
    kind: str
    unit: str
    file: str
    origin: tuple[tuple[str, str], ...]
    told: tuple[str, ...]


@dataclass(frozen=True)
class Sought:
    """What of the book is looked for; empty fields ask for everything."""

    year: int
    round_id: str = ""
    kind: str = ""
    state: str = ""
    words: str = ""
    page: int = 1

    @classmethod
    def of(cls, asked: Asked) -> Sought:
        """From an address. CchcError for a year that is none."""
        query = asked.query
        page = query.get("trang", "")[:4]
        return cls(
            asked.year,
            query.get("dot", "")[:20],
            query.get("loai", "")[:60],
            query.get("trang-thai", "")[:20],
            query.get("tim", "")[:LONGEST],
            max(1, int(page)) if page.isdecimal() else 1,
        )


@dataclass(frozen=True)
class RegisterPage:
    """What the template shows. rounds: id and title, kinds: id and name, of those in the year; count: of all papers
    found; pages: how many pages they fill."""

    sought: Sought
    lines: list[PaperLine]
    count: int
    pages: int
    rounds: list[tuple[str, str]]
    kinds: list[tuple[str, str]]
    states: tuple[PaperState, ...] = tuple(PaperState)


def register_page(desk: RequestView, sought: Sought) -> RegisterPage:
    """The year's book at the moment shown, the newest papers first."""
    papers = papers_seen(desk, sought.year)
    found = [one for one in papers if _is_sought(desk, one, sought)]
    first = (sought.page - 1) * SHOWN
    round_ids = {one.record.round_id for one in papers}
    rows = RoundLedger(desk.store).all(sought.year) if desk.store is not None else []
    kinds = {one.record.kind: kind_name(one) for one in papers}
    return RegisterPage(
        sought,
        [_line(desk, one) for one in found[first : first + SHOWN]],
        len(found),
        max(1, -(-len(found) // SHOWN)),
        [(row["round_id"], row["title"]) for row in rows if row["round_id"] in round_ids],
        sorted(kinds.items(), key=lambda one: one[1]),
    )


def register_table(desk: RequestView, sought: Sought) -> PlainTable:
    """Everything that is looked for, whatever page is shown."""
    columns, states = table("board_papers.columns"), table("board_papers.states")
    rows = []
    for one in papers_seen(desk, sought.year):
        if _is_sought(desk, one, sought):
            record = one.record
            rows.append(
                [
                    one.sign,
                    one.day,
                    kind_name(one),
                    record.round_id,
                    desk.unit_name(record.unit_code) if record.unit_code else "",
                    states[one.state.value],
                    record.draft,
                    record.made_at,
                    one.signed.made_at if one.signed else None,
                    PurePosixPath(record.file_name).name,
                    "; ".join(f"{name} {value}" for name, value in origin_of_record(record)),
                    record.document_id,
                ]
            )
    return PlainTable(t("board_papers.sheet", year=sought.year), list(columns.values()), rows)


def kind_name(one: Paper) -> str:
    return table("board.document_kinds").get(one.record.kind, t("board.other_document"))


def _is_sought(desk: RequestView, one: Paper, sought: Sought) -> bool:
    record = one.record
    if sought.round_id not in ("", record.round_id) or sought.kind not in ("", record.kind):
        return False
    if sought.state not in ("", one.state.value):
        return False
    unit = desk.unit_name(record.unit_code) if record.unit_code else ""
    return not sought.words or named_so(sought.words, kind_name(one), one.sign, record.file_name, unit)


def _line(desk: RequestView, one: Paper) -> PaperLine:
    record = one.record
    return PaperLine(
        one,
        kind_name(one),
        desk.unit_name(record.unit_code) if record.unit_code else "",
        PurePosixPath(record.file_name).name,
        tuple((name, value[:_SHORT]) for name, value in origin_of_record(record)),
        tuple(told_of(record)),
    )
