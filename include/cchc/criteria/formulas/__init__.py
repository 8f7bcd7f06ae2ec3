"""The kinds of formula, each read from its parameters, proved, and computed exactly."""

from __future__ import annotations

from cchc.criteria.expression import Sources
from cchc.criteria.formulas.answers import AllYes, Choice, NotAbove, ShareOfYes
from cchc.criteria.formulas.base import BadFormula, Formula, Needs, Stakes
from cchc.criteria.formulas.combined import Branch, SumOfTerms
from cchc.criteria.formulas.ledger import OnTime
from cchc.criteria.formulas.outside import Index, SurveyMean
from cchc.criteria.formulas.shares import Linear, Target, Threshold
from cchc.criteria.formulas.stepped import Bonus, ByStep, Deduction, Penalty
from cchc.texts import t

KINDS: dict[str, type[Formula]] = {
    one.kind: one
    for one in (
        Choice,
        ByStep,
        Linear,
        Target,
        Threshold,
        AllYes,
        ShareOfYes,
        NotAbove,
        OnTime,
        Deduction,
        SurveyMean,
        Index,
        SumOfTerms,
        Branch,
        Bonus,
        Penalty,
    )
}

__all__ = [
    "KINDS",
    "BadFormula",
    "Branch",
    "Formula",
    "Needs",
    "Stakes",
    "SurveyMean",
    "parse_formula",
]

_SEVERAL = ("tru", "tong_hop")  # kinds that read more than one figure


def parse_formula(kind: str, parameters: str, sources: Sources) -> Formula:
    """Raises BadFormula for an unknown kind, for inputs that it cannot read, for parameters that say nothing."""
    if kind not in KINDS:
        raise BadFormula(t("criteria.formula.kind", found=kind, kinds=", ".join(KINDS)), column="kind")
    formula = KINDS[kind]
    _check_inputs(formula, sources)
    return formula.parse(parameters, sources)


def _check_inputs(formula: type[Formula], sources: Sources) -> None:
    """The inputs have the shape that the kind needs."""
    needs = formula.needs
    if needs in (Needs.DUTIES, Needs.SURVEYS):
        prefix = "obl:" if needs is Needs.DUTIES else "ks:"
        fits = bool(sources.single) and all(one.startswith(prefix) for one in sources.single)
    elif needs is Needs.ANYTHING:
        fits = bool(sources.figures) or formula.kind in (Choice.kind, Penalty.kind)
    else:
        fits = bool(sources.figures) and all(_shaped(needs, figure) for figure in sources.figures)
    if not fits:
        raise BadFormula(
            t(f"criteria.formula.needs.{needs}", kind=formula.kind, found=sources.text), column="inputs"
        )
    if len(sources.figures) > 1 and formula.kind not in _SEVERAL:
        raise BadFormula(t("criteria.formula.one_figure", found=sources.text), column="inputs")


def _shaped(needs: Needs, figure: object) -> bool:
    from cchc.criteria.expression import Figure

    assert isinstance(figure, Figure)
    match needs:
        case Needs.SHARE:
            return figure.sign == "/" or (not figure.sign and len(figure.names) == 1)
        case Needs.COMPARISON:
            return figure.sign == "<="
        case _:
            return not figure.sign
