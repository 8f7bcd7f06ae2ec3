"""The kinds of rules that `include/config/checks.yaml` may hold; the family modules say what they do."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any, Literal, get_args

from pydantic import Field

from cchc.checks.expressions import only
from cchc.config_files import StrictModel
from cchc.intake.live_rules import Tolerance, Weight

Severity = Literal["loi", "canh_bao", "luu_y"]
RoundKind = Literal["Q1", "6T", "Q3", "NAM"]
Tier = Literal["so", "huyen", "xa"]


class Rule(StrictModel):
    """What every rule has. Empty `rounds` and `tiers` mean all."""

    code: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    severity: Severity
    explainable: bool = False
    rounds: tuple[RoundKind, ...] = ()
    tiers: tuple[Tier, ...] = ()
    basis: str | None = None
    kind: str


class Targeted(Rule):
    """A rule over a list of indicators; an empty list means all that the rule can look at."""

    indicators: tuple[str, ...] = ()


class Readable(Rule):
    """Every filled cell can be read."""

    kind: Literal["readable"]


class Relation(Rule):
    """A rule between two expressions; it speaks only when every figure in them is given.

    `owed_only`: summands that the unit's tier does not owe drop out, e.g. the communes' part of a sum for a
    provincial body. Without it such a sum can never be complete.
    """

    left: str
    right: str
    owed_only: bool = False

    def sides(self, owed: Collection[str]) -> tuple[str, str] | None:
        """Both expressions as they hold where `owed` is owed; None when a side has nothing left."""
        if not self.owed_only:
            return self.left, self.right
        left, right = only(self.left, owed), only(self.right, owed)
        return (left, right) if left and right else None


class Equal(Relation):
    """left = right."""

    kind: Literal["equal"]


class AtMost(Relation):
    """left <= right + slack."""

    kind: Literal["at_most"]
    slack: Decimal = Field(default=Decimal(0), ge=0)


class OnlyIf(Relation):
    """left > 0 only if right > 0: what is found was looked for."""

    kind: Literal["only_if"]


class Bounds(Targeted):
    """minimum <= value <= maximum for the listed indicators, or for all of some kinds."""

    kind: Literal["bounds"]
    of_kind: tuple[Literal["count", "money", "percent"], ...] = ()
    minimum: Decimal | None = None
    maximum: Decimal | None = None


class Ratio(Targeted):
    """A percent that was typed follows from its parts; tolerance in percent points."""

    kind: Literal["ratio"]
    tolerance: Decimal = Field(ge=0)


class Share(Targeted):
    """numerator <= denominator."""

    kind: Literal["share"]


class Denominator(Rule):
    """The denominator that was typed for the percent `left` is the figure `right`."""

    kind: Literal["denominator"]
    left: str
    right: str


class PartsMissing(Targeted):
    """A percent has its numerator and denominator."""

    kind: Literal["parts_missing"]


class ZeroOfNothing(Targeted):
    """No 0 % where nothing arose."""

    kind: Literal["zero_of_nothing"]


class FractionTyped(Targeted):
    """0,969 typed for 96,9 %: a percent between 0 and 1 without parts."""

    kind: Literal["fraction_typed"]


class Compulsory(Targeted):
    """The cell is filled in. `all_owed` covers every indicator owed but free texts."""

    kind: Literal["compulsory"]
    all_owed: bool = False


class Narrative(Rule):
    """Sections of the outline have their least length."""

    kind: Literal["narrative"]


class VersusSystem(Targeted):
    """The unit's figure is within max(absolute, relative x system) of the exports'; percents within
    `percent_points`."""

    kind: Literal["versus_system"]
    absolute: Decimal = Field(ge=0)
    relative: Decimal = Field(ge=0)
    percent_points: Decimal = Field(ge=0)

    @property
    def tolerance(self) -> Tolerance:
        weight = Weight(self.severity, self.explainable)
        return Tolerance(self.absolute, self.relative, self.percent_points, weight)


class NotBelow(Targeted):
    """A figure is not below what was reported for the rounds whose windows lie in this one's.

    `add_up`: those figures are added up, for what happened within a window; otherwise the highest of them
    counts, for what each round reports since the start of the year.
    """

    kind: Literal["not_below"]
    add_up: bool


class VersusRound(Targeted):
    """A figure is not `factor` times that of another round, nor that part of it; differences up to `absolute`
    (percentages: `percent_points`) are never named. Without a list: every count, sum of money and percentage."""

    kind: Literal["versus_round"]
    against: Literal["previous", "last_year"]
    factor: Decimal = Field(gt=1)
    absolute: Decimal = Field(ge=0)
    percent_points: Decimal = Field(default=Decimal(100), gt=0)
    severity: Literal["canh_bao", "luu_y"]


class VersusPeers(Targeted):
    """A figure lies within `deviations` of the median of units of the same kind in the same round.

    The yardstick is the median absolute deviation x 1,4826, for counts and money on a logarithmic scale (units
    differ in size by factors) and at least `least_factor`, for percentages in points and at least
    `least_points`. Fewer than `least_units` others: nothing is said. Never a refusal.
    """

    kind: Literal["versus_peers"]
    least_units: int = Field(ge=5)
    deviations: Decimal = Field(ge=3)
    least_factor: Decimal = Field(gt=1)
    least_points: Decimal = Field(gt=0)
    severity: Literal["canh_bao", "luu_y"]


class OpeningStock(Rule):
    """left = the figure `previous` of the round whose window ends the day before this one begins."""

    kind: Literal["opening_stock"]
    left: str
    previous: str


class NothingContradicted(Rule):
    """'Không phát sinh' and figures exclude each other."""

    kind: Literal["nothing_contradicted"]


class SignedBeforeCutoff(Rule):
    """The data window does not end after the report was signed."""

    kind: Literal["signed_before_cutoff"]


class SignedBeforeWindow(Rule):
    """The report was not signed before its data window begins, nor more than `days_early` days before the cut-off:
    the window of a whole year also holds last year's day of signing."""

    kind: Literal["signed_before_window"]
    days_early: int | None = Field(default=None, ge=0)


class SignedInFuture(Rule):
    """The report was signed before it was sent."""

    kind: Literal["signed_in_future"]


class SignedForm(Rule):
    """The form was made, and its identity signed, by this installation."""

    kind: Literal["signed_form"]


class ItemDay(Rule):
    """A day of completion is not in the future."""

    kind: Literal["item_day"]


class ItemDayBefore(Rule):
    """A day of completion is not before the year of the round."""

    kind: Literal["item_day_before"]


class ItemComplete(Rule):
    """A row with a result also has its day or its document."""

    kind: Literal["item_complete"]
    field: Literal["done_on", "document"]


class ScoreBounds(Rule):
    """Self-given points lie between 0 and the criterion's maximum."""

    kind: Literal["score_bounds"]


class ScoreEvidence(Rule):
    """Points have their evidence."""

    kind: Literal["score_evidence"]


class ScoreMissing(Rule):
    """Every criterion is scored."""

    kind: Literal["score_missing"]


AnyRule = (
    Readable
    | Equal
    | AtMost
    | Bounds
    | OnlyIf
    | Ratio
    | Share
    | Denominator
    | PartsMissing
    | ZeroOfNothing
    | FractionTyped
    | Compulsory
    | Narrative
    | VersusSystem
    | NotBelow
    | VersusRound
    | VersusPeers
    | OpeningStock
    | NothingContradicted
    | SignedBeforeCutoff
    | SignedBeforeWindow
    | SignedInFuture
    | SignedForm
    | ItemDay
    | ItemDayBefore
    | ItemComplete
    | ScoreBounds
    | ScoreEvidence
    | ScoreMissing
)

MODELS: dict[str, type[Rule]] = {get_args(m.model_fields["kind"].annotation)[0]: m for m in get_args(AnyRule)}


class RuleFile(StrictModel):
    """The file's outer form; each rule is checked against the model of its kind afterwards, so that a wrong
    key is reported with the keys of that kind."""

    version: str
    rules: tuple[dict[str, Any], ...]
