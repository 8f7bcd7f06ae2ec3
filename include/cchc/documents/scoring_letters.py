"""Documents on the way to a published index: plan, council, notice of the first appraisal, minutes, submission."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from cchc.documents.blocks import DocumentTable, columns_of
from cchc.documents.form import DocumentSettings
from cchc.documents.marking import Marking
from cchc.documents.word import build
from cchc.texts import table


@dataclass(frozen=True)
class ScoringAbout:
    """What each of these documents is about. criteria: the sets as documents name them. sample_note: empty once no set
    is a sample any more."""

    year: int
    units: int
    criteria: str
    sample_note: str = ""

    @property
    def values(self) -> dict[str, object]:
        return {
            "year": str(self.year),
            "count": self.units,
            "criteria": self.criteria,
            "sample_note": self.sample_note,
        }


@dataclass(frozen=True)
class SetLine:
    """One set of the plan: its title, how many criteria and points it has, to how many units it applies."""

    title: str
    rows: int
    points: str
    units: int


@dataclass(frozen=True)
class GroupLine:
    """A group and its counts. total counts criteria of units."""

    name: str
    total: int
    decided: int = 0
    changed: int = 0
    without_evidence: int = 0


@dataclass(frozen=True)
class SessionLine:
    """A session of the council as minutes tell it."""

    when: str
    present: int
    written: int
    total: int
    names: str
    letters: str


@dataclass(frozen=True)
class ScoringMinutes:
    """What minutes hold. questions: (unit, criterion, question); rulings: (unit, criterion, what, why)."""

    groups: Sequence[GroupLine]
    questions: Sequence[tuple[str, str, str]]
    sessions: Sequence[SessionLine] = ()
    rulings: Sequence[tuple[str, str, str, str]] = ()


@dataclass(frozen=True)
class Submitted:
    """What the submission to the chairman says: counts, groups, and a line a list (its cells)."""

    decided: int
    changed: int
    explained: int
    sessions: int
    rulings: int
    groups: Sequence[GroupLine]
    lists: Sequence[Sequence[str]]


def build_scoring_plan(
    about: ScoringAbout,
    sets: Sequence[SetLine],
    steps: Sequence[tuple[str, str]],
    groups: Sequence[tuple[str, str, int]],
    marking: Marking,
) -> bytes:
    """Kế hoạch xác định chỉ số. steps: (what, until when); groups: (who, who stands in, criteria)."""
    inserts = {
        "tien_do": [_numbered("steps_table", "number:10^ step:96 when:62^", steps)],
        "nhom": [
            _numbered(
                "appraisers_table",
                "number:10^ group:58 substitute:70 count:30^",
                [(name, other, str(count)) for name, other, count in groups],
            )
        ],
    }
    values = {**about.values, "sets": [asdict(one) for one in sets]}
    del values["criteria"]
    return build("ke_hoach_cham_diem", values, inserts, marking)


def build_council_decision(
    about: ScoringAbout, members: Sequence[tuple[str, str]], quorum: str, marking: Marking
) -> bytes:
    """Quyết định thành lập Hội đồng. members: (name or title, office in the council)."""
    settings = DocumentSettings.load()
    values = {
        **about.values,
        "authority": settings.authority(settings.form("quyet_dinh_hoi_dong")),
        "members": len(members),
        "quorum": quorum,
    }
    del values["count"]
    inserts = {"thanh_vien": [_numbered("members_table", "number:10^ member:98 office:60", members)]}
    return build("quyet_dinh_hoi_dong", values, inserts, marking, settings)


def build_appraisal_notice(
    about: ScoringAbout, groups: Sequence[GroupLine], asked: int, due: str, second: str, marking: Marking
) -> bytes:
    """Thông báo thẩm định lần 1. asked: units with something to explain; due: until when; second: end of turn two."""
    values = {**about.values, "asked": asked, "due": due, "second": second}
    del values["criteria"]
    return build("thong_bao_tham_dinh_1", values, {"nhom": [group_table(groups)]}, marking)


def build_council_minutes(about: ScoringAbout, minutes: ScoringMinutes, marking: Marking) -> bytes:
    """Biên bản họp Hội đồng: a draft for the session while there is none, the record of it afterwards."""
    values = {
        **about.values,
        "sessions": [asdict(one) for one in minutes.sessions],
        "questions": len(minutes.questions),
        "rulings": len(minutes.rulings),
    }
    inserts = {
        "nhom": [group_table(minutes.groups)],
        "xin_y_kien": [
            _numbered("questions_table", "number:10^ unit:48 criterion:22^ question:88", minutes.questions)
        ],
        "quyet_dinh": [
            _numbered("rulings_table", "number:10^ unit:44 criterion:20^ what:34 why:60", minutes.rulings)
        ],
    }
    return build("bien_ban_hoi_dong", values, inserts, marking)


def build_submission(about: ScoringAbout, submitted: Submitted, marking: Marking) -> bytes:
    """Tờ trình công bố, with what the lists come to."""
    counts = {
        name: getattr(submitted, name) for name in ("decided", "changed", "explained", "sessions", "rulings")
    }
    inserts = {
        "nhom": [group_table(submitted.groups)],
        "ket_qua": [
            _numbered(
                "lists_table",
                "number:10^ list:44 units:20^ ranked:20^ best:24^ least:24^ classes:36",
                submitted.lists,
            )
        ],
    }
    return build("to_trinh", {**about.values, **counts}, inserts, marking)


def group_table(groups: Sequence[GroupLine]) -> DocumentTable:
    """Counts by group, with their sum."""
    counts = [(one.total, one.decided, one.changed, one.without_evidence) for one in groups]
    rows = [(one.name, *map(_shown, row)) for one, row in zip(groups, counts, strict=True)]
    total = table("documents.scoring_letters.groups_table")["sum"]
    cells = [[str(number), *row] for number, row in enumerate(rows, start=1)]
    if len(rows) > 1:
        cells.append(["", total, *(_shown(sum(column)) for column in zip(*counts, strict=True))])
    heads = table("documents.scoring_letters.groups_table")
    columns = columns_of(heads, "number:10^ group:66 total:22^ decided:22^ changed:24^ without:24^")
    return DocumentTable(columns, cells)


def _shown(count: int) -> str:
    return f"{count:,}".replace(",", ".")


def _numbered(key: str, widths: str, rows: Sequence[Sequence[str]]) -> DocumentTable:
    heads = table(f"documents.scoring_letters.{key}")
    cells = [[str(number), *row] for number, row in enumerate(rows, start=1)]
    return DocumentTable(columns_of(heads, widths), cells)
