"""What is done on the page of a round beside the acts on its units: figures beyond their bounds are explained."""

from __future__ import annotations

from cchc.errors import RuleRefused
from cchc.run import Run
from cchc.texts import t
from cchc_board.door import BoardAct
from cchc_board.today.chasing_acts import ACTS as CHASING_ACTS
from cchc_board.typed import TypedIn


def _explain(run: Run, typed: TypedIn) -> str:
    from cchc.figures.bound_review import explain  # every process of Airflow loads the plugin

    places, reason = typed.all("muc"), typed.text()
    if not places:
        raise RuleRefused("items-needed", t("board.acts.refused.items"))
    return t("board.bounds_done", count=len(explain(run, places, reason)))


ACTS = (*CHASING_ACTS, BoardAct("giai_trinh", "gioi-han", _explain))
