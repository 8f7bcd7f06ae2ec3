"""Theo dõi: the installation in numbers for monitors, and in words with what to do for people."""

from cchc.watching.health import Health, State, health, worst
from cchc.watching.measures import Measure, measures

__all__ = [
    "Health",
    "Measure",
    "State",
    "health",
    "measures",
    "worst",
]
