"""Sets of criteria by which units are scored: dated, versioned data, exact formulas and their proof."""

from cchc.criteria.appraisers import AppraisalGroup, Appraisers
from cchc.criteria.figures import ExternalFigure, load_external_figures
from cchc.criteria.one_file import Criteria
from cchc.criteria.points import DROPPED, UNKNOWN, Duty, Inputs, Points, Survey
from cchc.criteria.proof_of_inputs import prove_tasks
from cchc.criteria.row import CriterionRow, compute
from cchc.criteria.sets import CriteriaSet, CriteriaSets, parse_set

__all__ = [
    "DROPPED",
    "UNKNOWN",
    "AppraisalGroup",
    "Appraisers",
    "Criteria",
    "CriteriaSet",
    "CriteriaSets",
    "CriterionRow",
    "Duty",
    "ExternalFigure",
    "Inputs",
    "Points",
    "Survey",
    "compute",
    "load_external_figures",
    "parse_set",
    "prove_tasks",
]
