"""Registers `cchc_airflow` and `cchc_board` with Airflow; the only file that its plugin loader runs."""

from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin

from cchc_airflow import forking, run_notes
from cchc_airflow.closing_timetable import ClosingTimetable, RoundMapper
from cchc_airflow.deadlines import DecisionDue
from cchc_airflow.fresh_forms import FreshForms
from cchc_airflow.interface.middleware import VietnameseInterface
from cchc_airflow.timetables import (
    BackupTimetable,
    CollectingTimetable,
    RoundTimetable,
    WeeklyTimetable,
    WorkingDayTimetable,
)
from cchc_board.mount import board, look_in, read_mail

BOARD = "/cchc"


def _store_url() -> str:
    """The store of connection `cchc_store`, else of the installation: the board shows what the tasks write."""
    from cchc_airflow.hooks import StoreHook

    return StoreHook().url


def _mailbox() -> Any:
    """The mailbox of connection `cchc_imap`, for letters that wait for a person; None without it."""
    from cchc_airflow.imap_hook import ImapHook

    return ImapHook().get_conn()


look_in(_store_url)
read_mail(_mailbox)


class CchcPlugin(AirflowPlugin):
    """Timetables of the reporting calendar, notes of runs, the board, and Airflow's own pages in Vietnamese."""

    name = "cchc"
    timetables: ClassVar[list[Any]] = [
        ClosingTimetable,
        CollectingTimetable,
        RoundTimetable,
        WeeklyTimetable,
        BackupTimetable,
        WorkingDayTimetable,
    ]
    partition_mappers: ClassVar[list[Any]] = [RoundMapper]
    deadline_references: ClassVar[list[Any]] = [DecisionDue]
    listeners: ClassVar[list[Any]] = [forking, run_notes]
    fastapi_apps: ClassVar[list[Any]] = [{"name": "CCHC", "app": board, "url_prefix": BOARD}]
    fastapi_root_middlewares: ClassVar[list[Any]] = [
        {"name": "CCHC forms", "middleware": FreshForms},
        {"name": "CCHC pages", "middleware": VietnameseInterface},
    ]
    external_views: ClassVar[list[Any]] = [
        {
            "name": "CCHC",
            "href": f"{BOARD}/",
            "destination": "nav",
            "url_route": "cchc",
            "icon": f"{BOARD}/tinh/icon.svg",
            "nav_top_level": True,
        }
    ]
