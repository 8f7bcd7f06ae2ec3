"""Báo cáo tự đánh giá of one unit: its points, the rows without whole evidence, its difficulties.

The three parts are those that the Ministry asks of a self-assessment (Công văn 383, 384/BNV-CCHC of 2021).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from cchc.criteria import CriteriaSet, CriterionRow, Points
from cchc.documents.blocks import Block, DocumentTable, Paragraph, TextRun, columns_of
from cchc.documents.form import DocumentSettings
from cchc.documents.marking import Marking
from cchc.documents.papers import record
from cchc.documents.registry import DocumentRecord, document
from cchc.documents.signing import Issuer
from cchc.documents.word import build
from cchc.errors import RuleRefused
from cchc.files import sha256_bytes
from cchc.run import Run
from cchc.scores import Standing, evidence_of, set_for, standing
from cchc.scoring.gathering import unit_scores
from cchc.scoring.results import ScoredCriterion, UnitScores, result_of
from cchc.scoring.tables import field_table, maximum, shown
from cchc.submissions.kept import latest_narratives
from cchc.texts import bare, t, table
from cchc.units import Unit
from cchc.year import RoundKind

SELF_ASSESSMENT = "bao_cao_tu_danh_gia"
_OF_UNIT = "don_vi"
_FROM_UNIT = ("tep", "lien_ket")  # evidence that the unit itself must hand in
_NOT_NEEDED = "khong"
_DIFFICULTIES = ("han_che", "kien_nghi")  # sections of the report of the year that tell of them


@dataclass(frozen=True)
class SelfAssessment:
    """What a unit said. files: how many files and links stand with each criterion; difficulties: its own paragraphs."""

    unit: Unit
    year: int
    criteria_set: CriteriaSet
    stands: Mapping[str, Standing]
    files: Mapping[str, int]
    difficulties: Sequence[str]

    @property
    def rows(self) -> tuple[CriterionRow, ...]:
        return tuple(row for row in self.criteria_set.rows_of(self.unit) if row.is_claimable)

    def claim(self, row: CriterionRow) -> Decimal | None:
        stands = self.stands.get(row.code)
        return stands.claim.points if stands and stands.claim else None

    def told(self, row: CriterionRow) -> str:
        """The unit's own words beside its claim."""
        stands = self.stands.get(row.code)
        return (stands.claim.reason or "") if stands and stands.claim else ""

    def lacks_evidence(self, row: CriterionRow) -> bool:
        """Whether points are claimed for which the unit should have handed something in, and did not."""
        asked = row.evidence_needed != _NOT_NEEDED and row.evidence_kind in _FROM_UNIT
        return asked and bool(self.claim(row)) and not self.files.get(row.code)


def build_self_assessment(said: SelfAssessment, marking: Marking) -> bytes:
    """The report as the unit's head signs it; its number is the unit's own."""
    settings = _as_unit(said.unit)
    lacking = [row for row in said.rows if said.lacks_evidence(row)]
    claims = [said.claim(row) for row in said.rows if row.effect == "diem"]
    given = [claim for claim in claims if claim is not None]
    # The unit's claims, as if they were decided: fields and sums are those of every result.
    as_claimed = result_of(_claimed(said))
    values = {
        "year": str(said.year),
        "unit": said.unit.name,
        "sample": t("score_results.sample") if said.criteria_set.is_sample else "",
        "criteria": bare(said.criteria_set.title),
        "claim": shown(sum(given, Decimal(0))),
        "most": maximum(sum((row.max_points for row in said.rows if row.effect == "diem"), Decimal(0))),
        "claimed": len(given),
        "unclaimed": len(claims) - len(given),
        "lacking": len(lacking),
    }
    difficulties = list(said.difficulties) or [t("score_results.paper.no_difficulty")]
    inserts: dict[str, Sequence[Block]] = {
        "linh_vuc": [field_table(as_claimed.groups, claimed=True)],
        "thieu_minh_chung": [_lacking_table(said, lacking)],
        "kho_khan": [Paragraph((TextRun(text),)) for text in difficulties],
        "tieu_chi": [_claim_table(said)],
    }
    return build(SELF_ASSESSMENT, values, inserts, marking, settings)


def _claimed(said: SelfAssessment) -> UnitScores:
    scores = unit_scores(said.unit.code, said.criteria_set, said.rows, said.stands)
    criteria = tuple(
        ScoredCriterion(one.row, Points(one.claim if one.claim is not None else None))
        for one in scores.criteria
    )
    return replace(scores, criteria=criteria)


def _as_unit(unit: Unit) -> DocumentSettings:
    """The settings with the unit as the issuing body, signed by its head."""
    settings = DocumentSettings.load()
    form = settings.form(SELF_ASSESSMENT)
    above = settings.issuers[form.issuer].parent
    issuer = Issuer(parent=above, lines=(unit.name.upper(),), name=unit.name, head=unit.head)
    own = form.model_copy(
        update={"issuer": _OF_UNIT, "signature": (unit.head.upper(),), "symbol": form.symbol}
    )
    return settings.model_copy(
        update={
            "issuers": {**settings.issuers, _OF_UNIT: issuer},
            "documents": {**settings.documents, SELF_ASSESSMENT: own},
        }
    )


def _lacking_table(said: SelfAssessment, rows: Sequence[CriterionRow]) -> DocumentTable:
    columns = columns_of(
        table("score_results.paper.lacking_columns"), "code:16^ criterion:58 evidence:46 told:50"
    )
    cells = [
        [row.code, row.criterion, row.evidence, said.told(row) or t("score_results.paper.not_told")]
        for row in rows
    ]
    return DocumentTable(columns, cells)


def _claim_table(said: SelfAssessment) -> DocumentTable:
    columns = columns_of(
        table("score_results.paper.claim_columns"), "code:16^ criterion:88 max:18^ claim:20^ evidence:30^"
    )
    cells: list[list[str]] = []
    group = None
    for row in said.rows:
        if row.group != group:
            group = row.group
            cells.append([row.group_name])
        files = said.files.get(row.code, 0)
        evidence = t("score_results.paper.evidence", files=files) if files else ""
        if said.lacks_evidence(row):
            evidence = t("score_results.paper.no_evidence")
        cells.append([row.code, row.criterion, maximum(row.max_points), shown(said.claim(row)), evidence])
    return DocumentTable(columns, cells, small=True)


def record_self_assessment(run: Run, unit_code: str) -> DocumentRecord:
    """Make and record the report of a unit, from its claims and evidence that stand and its report of the year.

    RuleRefused('no-self-score') while the unit handed in no self-score.
    """
    unit, round_ = run.units.get(unit_code), run.round
    stands = standing(run.store, round_.round_id, units=[unit_code], as_of=run.as_of).get(unit_code, {})
    claims = {one.claim.event_id for one in stands.values() if one.claim is not None}
    if not claims:
        raise RuleRefused(
            "no-self-score", t("score_results.no_self_score", unit=unit.name, title=round_.title)
        )
    told = latest_narratives(run.store, f"{round_.year}-{RoundKind.YEAR}", as_of=run.as_of)
    own = told.get(unit_code, {})
    counted = evidence_of(run.store, round_.round_id, unit_code, as_of=run.as_of)
    said = SelfAssessment(
        unit=unit,
        year=round_.year,
        criteria_set=set_for(run.store, round_.round_id, unit_code),
        stands=stands,
        files=Counter(one.criterion for one in counted),
        difficulties=[
            line for code in _DIFFICULTIES for line in own.get(code, "").splitlines() if line.strip()
        ],
    )
    made = Marking(run.as_of, rehearsal=run.instance.settings.rehearsal)
    name = f"bao-cao-tu-danh-gia/bao-cao-tu-danh-gia-{round_.year}_{unit_code}.docx"
    # One for what was handed in: a later version of the self-score makes another.
    version = {"claims": sha256_bytes("\n".join(sorted(claims)).encode())}
    identity = record(run, SELF_ASSESSMENT, build_self_assessment(said, made), name, unit_code, version)
    found = document(run.store, identity)
    assert found is not None
    return found
