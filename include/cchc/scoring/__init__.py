"""Scoring: criteria of the year, points from data and self-scores, ranking."""

from cchc.criteria import Points
from cchc.scoring.points import compute
from cchc.scoring.ranking import CriterionScore, UnitScore, rank
from cchc.scoring.ranking_xlsx import build_ranking_xlsx
from cchc.scoring.stored import load_scores, self_scores, settle_scores

__all__ = [
    "CriterionScore",
    "Points",
    "UnitScore",
    "build_ranking_xlsx",
    "compute",
    "load_scores",
    "rank",
    "self_scores",
    "settle_scores",
]
