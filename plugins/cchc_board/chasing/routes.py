"""Page 'Đôn đốc' on the board."""

from __future__ import annotations

from dataclasses import replace

from fastapi import Response

from cchc.errors import RuleRefused
from cchc.texts import t
from cchc_board.answers import table_file
from cchc_board.chasing.acts import ACTS, act_form
from cchc_board.chasing.chasing_page import ChasingPage, chasing_page
from cchc_board.door import Asked, Board
from cchc_board.rounds.tables import overdue_table


def add(board: Board) -> None:
    """The page with its acts, and its list as a file."""
    board.page("/don-doc", "chasing/don_doc.html.j2", _chasing, ACTS)
    board.file("/don-doc/qua-han.{kind}", _overdue)


def _chasing(asked: Asked) -> ChasingPage:
    _refuse_some_units(asked)
    return replace(chasing_page(asked.desk), form=act_form(asked))


def _refuse_some_units(asked: Asked) -> None:
    """The day as the department gets it names every unit; whoever looks after some has theirs under 'Hôm nay'."""
    if asked.desk.scope is not None:
        raise RuleRefused("not-own-unit", t("board.chasing.all_units", actor=asked.desk.viewer))


def _overdue(asked: Asked) -> Response:
    _refuse_some_units(asked)
    return table_file(asked, overdue_table(asked.desk), "qua-han")
