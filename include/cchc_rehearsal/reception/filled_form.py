"""A form that a unit filled in, beside what must be kept of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cchc_rehearsal.reception.promises import Figure


@dataclass(frozen=True)
class FilledIn:
    """A filled form, and its figures as they must be kept."""

    content: bytes = field(repr=False)
    figures: Mapping[str, Figure] = field(default_factory=dict, repr=False)
