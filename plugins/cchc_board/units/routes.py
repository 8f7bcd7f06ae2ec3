"""Pages of units: all of them, one over all rounds, one in a round; and the files that they sent."""

from __future__ import annotations

from fastapi import Response

from cchc.errors import CchcError
from cchc.texts import t
from cchc_board.answers import kept_file, table_file
from cchc_board.door import Asked, Board
from cchc_board.units.acts import ACTS
from cchc_board.units.list_page import UnitsPage, overdue_table, units_page
from cchc_board.units.unit_page import UnitPage, unit_page
from cchc_board.units.whole_page import WholeUnit, whole_unit


def add(board: Board) -> None:
    """The pages with their acts."""
    board.page("/don-vi", "units/danh_sach.html.j2", _all)
    board.file("/don-vi/qua-han.{kind}", _overdue)
    board.page("/don-vi/{code}", "units/mot_don_vi.html.j2", _whole, ACTS)
    board.page("/dot/{round_id}/don-vi/{code}", "units/don_vi.html.j2", _in_round)
    board.file("/bai-nop/{submission_id:path}", _submission)


def _all(asked: Asked) -> UnitsPage:
    return units_page(asked.desk, asked.query.get("tim", "")[:80], asked.query.get("cap", "")[:20])


def _overdue(asked: Asked) -> Response:
    return table_file(asked, overdue_table(asked.run(), asked.desk), "qua-han")


def _whole(asked: Asked) -> WholeUnit:
    return whole_unit(asked.desk, asked.path["code"])


def _in_round(asked: Asked) -> UnitPage:
    return unit_page(asked.desk, asked.path["round_id"], asked.path["code"])


def _submission(asked: Asked) -> Response:
    """A file as the unit sent it, never changed since. Another's is answered as one that there is not."""
    desk, wanted = asked.desk, asked.path["submission_id"]
    row = desk.store.one("board.submission_of_unit", submission_id=wanted) if desk.store else None
    if row is None or not desk.sees(str(row["unit_code"])):
        raise CchcError(t("board.no_document"))
    return kept_file(desk, desk.instance.data / row["stored_path"], str(row["file_name"]))
