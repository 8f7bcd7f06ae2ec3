"""What every killed process has imported and read before it is forked: a fork costs milliseconds, the rest seconds."""

import logging

import xlsxwriter  # noqa: F401 - loaded before the fork

import cchc_rehearsal.kills.campaign  # noqa: F401 - loaded before the fork
from cchc.chasing.ladder import Ladder
from cchc.checks import Rules
from cchc.criteria import Appraisers, CriteriaSets
from cchc.documents.form import DocumentSettings
from cchc.indicators import IndicatorRegister
from cchc.mail.department import Department
from cchc.revision import code_revision
from cchc.units import UnitRegister
from cchc.year import Calendar

for one in (
    Appraisers, Calendar, CriteriaSets, Department, DocumentSettings, IndicatorRegister, Ladder, Rules, UnitRegister,
):  # fmt: skip
    one.load()
code_revision()
logging.getLogger("cchc").setLevel(logging.ERROR)  # planted faults of the exports, told at every repetition
