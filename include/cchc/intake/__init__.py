"""Workbooks that units fill in: building, reading, marking and keeping them."""

from cchc.intake.archive import (
    Outcome,
    Submission,
    change_outcome,
    declared_nothing,
    findings_of,
    latest_narratives,
    latest_numbers,
    latest_values,
    put_outcome,
    standing,
    submission,
    submissions_of,
)
from cchc.intake.fill import Answer, Answers, fill_workbook
from cchc.intake.forms import (
    FORM_VERSION,
    Criterion,
    Figure,
    FilledForm,
    FilledItem,
    FilledScore,
    Finding,
    Identity,
    Item,
    NotAForm,
    Problem,
    require_identity,
)
from cchc.intake.items_book import build_items_workbook, build_self_score_workbook
from cchc.intake.keeping import ENCLOSED, Enclosure, put_submission, submission_id_of
from cchc.intake.live_rules import LiveRule
from cchc.intake.marking import is_review_alone, mark_workbook
from cchc.intake.outline import Section, load_outline
from cchc.intake.read_book import read_workbook
from cchc.intake.report_book import build_report_workbook
from cchc.intake.signing import form_key

__all__ = [
    "ENCLOSED",
    "FORM_VERSION",
    "Answer",
    "Answers",
    "Criterion",
    "Enclosure",
    "Figure",
    "FilledForm",
    "FilledItem",
    "FilledScore",
    "Finding",
    "Identity",
    "Item",
    "LiveRule",
    "NotAForm",
    "Outcome",
    "Problem",
    "Section",
    "Submission",
    "build_items_workbook",
    "build_report_workbook",
    "build_self_score_workbook",
    "change_outcome",
    "declared_nothing",
    "fill_workbook",
    "findings_of",
    "form_key",
    "is_review_alone",
    "latest_narratives",
    "latest_numbers",
    "latest_values",
    "load_outline",
    "mark_workbook",
    "put_outcome",
    "put_submission",
    "read_workbook",
    "require_identity",
    "standing",
    "submission",
    "submission_id_of",
    "submissions_of",
]
