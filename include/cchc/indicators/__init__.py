"""The register of indicators: the rows of the statistics appendix, as data."""

from cchc.indicators.expression import codes_of, evaluate
from cchc.indicators.model import Indicator
from cchc.indicators.numbers import FigureParts, NumberFault, format_number, parse_number
from cchc.indicators.register import IndicatorRegister

__all__ = [
    "FigureParts",
    "Indicator",
    "IndicatorRegister",
    "NumberFault",
    "codes_of",
    "evaluate",
    "format_number",
    "parse_number",
]
