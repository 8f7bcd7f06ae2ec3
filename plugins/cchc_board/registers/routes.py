"""Page 'Danh mục', its lists, and each of them as a file; the files of the year, and what they were before."""

from __future__ import annotations

from fastapi import Response

from cchc.errors import CchcError
from cchc.registers import current, former_version
from cchc.texts import t
from cchc_board.actors import Right
from cchc_board.answers import saved, table_file
from cchc_board.door import Asked, Board
from cchc_board.finding import LONGEST
from cchc_board.registers.acts import FILE_ACTS, LIST_ACTS
from cchc_board.registers.files_page import FilePage, file_page
from cchc_board.registers.registers_page import (
    ListPage,
    RegistersPage,
    list_page,
    list_table,
    registers_page,
)


def add(board: Board) -> None:
    """The pages of lists and files, with their acts."""
    board.page("/danh-muc", "registers/danh_muc.html.j2", _all)
    board.page("/danh-muc/tep", "registers/tep.html.j2", _of_file, FILE_ACTS, whole=True)
    board.file("/danh-muc/tep/hien-nay", _current)
    board.file("/danh-muc/tep/ban-cu", _former)
    board.page("/danh-muc/{code}", "registers/mot_danh_muc.html.j2", _one, LIST_ACTS)
    board.file("/danh-muc/{code}/danh-sach.{kind}", _file)


def _all(asked: Asked) -> RegistersPage:
    return registers_page(asked.desk)


def _one(asked: Asked) -> ListPage:
    query = asked.query
    return list_page(
        asked.desk,
        asked.path["code"],
        query.get("tim", "")[:LONGEST],
        query.get("hieu-luc", "")[:10],
        query.get("sua", ""),
    )


def _file(asked: Asked) -> Response:
    page = _one(asked)
    return table_file(asked, list_table(page), f"danh-muc-{page.shown.code}")


def _of_file(asked: Asked) -> FilePage:
    return file_page(asked.desk, asked.query.get("ten", ""))


def _current(asked: Asked) -> Response:
    """The file as it is, for whoever may change something: it names accounts, mailboxes and addresses."""
    _refuse_reader(asked)
    name = asked.query.get("ten", "")
    return saved(current(name), name)


def _former(asked: Asked) -> Response:
    _refuse_reader(asked)
    run, name, seq = asked.run(), asked.query.get("ten", ""), asked.query.get("lan", "")
    return saved(former_version(run.store, run.instance, name, int(seq) if seq.isdecimal() else 0), name)


def _refuse_reader(asked: Asked) -> None:
    asked.desk.refuse_some_units()
    rights = asked.actor.rights if asked.actor else frozenset[Right]()
    if not rights & {Right.OPERATE, Right.ADMINISTER}:
        raise CchcError(t("board_registers.not_for_readers"))
