"""One criterion: a row of `tieu_chi.csv`, with its formula ready to compute."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, Protocol

from pydantic import Field, create_model, field_validator

from cchc.config_files import StrictModel
from cchc.criteria.expression import OUTSIDE, parse_inputs
from cchc.criteria.formulas import Branch, Formula, Stakes
from cchc.criteria.points import Inputs, Points
from cchc.indicators.numbers import rounded
from cchc.texts import t

EVERYONE = "*"

Effect = Literal["diem", "thuong", "phat"]
WhenNothing = Literal["loai", "toi_da", "khong_diem", "khong"]
_SURVEYED, _INDEXED = "khao_sat", "chi_so"


class ScoredUnit(Protocol):
    """A unit as a set sees it."""

    @property
    def code(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def tier(self) -> str: ...


class CriterionLine(StrictModel):
    """The cells of one row, each of its type; what they mean together is proved by the set.

    group_max: empty in groups of bonus and penalty. unit_kinds: `*`, or codes, kinds or tiers of `units.csv` with `;`
    between. same_as: the code in last year's set. basis: `nguon` points and form stand in a text, `mot-phan` the form
    or the threshold does, `mau` constructed.
    """

    code: str = Field(min_length=1)
    group: str = Field(min_length=1)
    group_name: str = Field(min_length=1)
    group_max: Decimal | None
    criterion: str = Field(min_length=1)
    effect: Effect
    max_points: Decimal
    unit_kinds: str = Field(min_length=1)
    kind: str = Field(min_length=1)
    parameters: str | None
    inputs: str = Field(min_length=1)
    when_nothing: WhenNothing
    how: str | None
    evidence: str | None
    evidence_kind: Literal["tep", "lien_ket", "he_thong", "so_nghia_vu"]
    evidence_needed: Literal["bat_buoc", "giai_trinh_thay", "khong"]
    appraiser: str = Field(min_length=1)
    mendable: Literal["co", "khong"]
    same_as: str | None
    basis: Literal["nguon", "mot-phan", "mau"]
    basis_note: str | None

    @field_validator("max_points")
    @classmethod
    def _points(cls, value: Decimal) -> Decimal:
        if not value or abs(value) > 100:
            raise ValueError(t("criteria.proof.points_range"))
        return value


# The cells as text: a wrong number in one row must not hide what is wrong in the others.
_TEXTS: dict[str, Any] = dict.fromkeys(CriterionLine.model_fields, (str | None, ...))
CriterionCells: Any = create_model("CriterionCells", __base__=StrictModel, **_TEXTS)


@dataclass(frozen=True)
class CriterionRow:
    """A criterion of a set in force or pinned. max_points of a penalty is its floor, below 0."""

    code: str
    group: str
    group_name: str
    group_max: Decimal | None
    criterion: str
    effect: Effect
    max_points: Decimal
    unit_kinds: tuple[str, ...]
    kind: str
    parameters: str
    inputs: str
    when_nothing: WhenNothing
    how: str
    evidence: str
    evidence_kind: str
    evidence_needed: str
    appraiser: str
    mendable: bool
    same_as: str
    basis: str
    basis_note: str
    formula: Formula
    decimals: int | None  # of its points, where the set rounds them

    @classmethod
    def of(cls, line: CriterionLine, formula: Formula, decimals: int | None) -> CriterionRow:
        values: dict[str, Any] = {
            name: "" if value is None and name != "group_max" else value for name, value in line
        }
        return cls(
            **values
            | {
                "unit_kinds": kinds_of(line.unit_kinds),
                "mendable": line.mendable == "co",
                "formula": formula,
                "decimals": decimals,
            }
        )

    def applies_to(self, unit: ScoredUnit) -> bool:
        return applies(self.unit_kinds, unit)

    @property
    def is_claimable(self) -> bool:
        """Whether a unit may score itself: never where a survey or a published index decides."""
        return self.kind not in (_SURVEYED, _INDEXED) and not any(
            name.startswith(OUTSIDE) for name in self.terms
        )

    @property
    def options(self) -> dict[str, Decimal]:
        """Points by option of a `chon`; empty for other kinds."""
        return self.formula.options

    @property
    def terms(self) -> tuple[str, ...]:
        """Names of the inputs it reads, as written, each once."""
        return parse_inputs(self.inputs).names

    @property
    def asks(self) -> str:
        """The earlier criterion whose points decide which rule of a `re_nhanh` holds; '' for others."""
        return self.formula.asked if isinstance(self.formula, Branch) else ""


def kinds_of(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def applies(unit_kinds: tuple[str, ...], unit: ScoredUnit) -> bool:
    return not {EVERYONE, unit.code, unit.kind, unit.tier}.isdisjoint(unit_kinds)


def compute(row: CriterionRow, inputs: Inputs) -> Points:
    """Points of one criterion. Exact; rounded only where the set's `rounding.criterion` says so.

    Always inside 0..max_points, of a penalty inside max_points..0.
    """
    points = row.formula.points(Stakes(row.max_points, row.when_nothing), inputs)
    if points.value is None or row.decimals is None:
        return points
    return Points(rounded(points.value, row.decimals))
