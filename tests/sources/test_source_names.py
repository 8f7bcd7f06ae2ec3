"""Documents name the source of a figure in words: none may stop at a source that has none."""

from __future__ import annotations

from cchc.sources import CATALOGUE, DOC_MANAGEMENT, ONE_STOP
from cchc.texts import table


def test_every_source_that_states_a_figure_has_a_name_for_people() -> None:
    named = table("sources.form_06.sources")
    assert all(named[source] for source in (ONE_STOP, DOC_MANAGEMENT, CATALOGUE))
