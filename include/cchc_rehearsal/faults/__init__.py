"""Planted faults: what goes wrong in real reports, put into the synthetic ones on purpose, with the truth beside it.

The kinds are those of the domain's facts: parts that do not add up, a percentage that does not follow from
its fraction, a day that does not exist, a window that ends after the report was signed, two values of one
quantity, one plan with two dates, a plan dated after the report, 0 % where nothing arose; and, in cells, what
people mistype: another unit of measure, a fraction for a percentage, last year's day, a row left out.
"""

from cchc_rehearsal.faults.answers import report_answers
from cchc_rehearsal.faults.blocking import BLOCKING
from cchc_rehearsal.faults.doubtful import DOUBTFUL
from cchc_rehearsal.faults.prose import WARNING
from cchc_rehearsal.faults.scene import PlantedFault, Scene
from cchc_rehearsal.faults.sound import plain_texts

__all__ = [
    "BLOCKING",
    "DOUBTFUL",
    "WARNING",
    "PlantedFault",
    "Scene",
    "plain_texts",
    "report_answers",
]
