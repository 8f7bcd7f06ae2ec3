"""Scoring: criteria of the year, points from data and self-scores, ranking."""

from cchc.scoring.book import keep_self_scores, load_scores, put_self_scores, self_scores, settle_scores
from cchc.scoring.criteria import Criteria, CriterionRow
from cchc.scoring.points import Points, compute
from cchc.scoring.ranking import CriterionScore, UnitScore, rank
from cchc.scoring.ranking_xlsx import build_ranking_xlsx

__all__ = [
    "Criteria",
    "CriterionRow",
    "CriterionScore",
    "Points",
    "UnitScore",
    "build_ranking_xlsx",
    "compute",
    "keep_self_scores",
    "load_scores",
    "put_self_scores",
    "rank",
    "self_scores",
    "settle_scores",
]
