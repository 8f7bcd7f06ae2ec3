"""Registers with Airflow what lies in `cchc_airflow` and `cchc_board`; the only file the plugin loader runs."""

from airflow.plugins_manager import AirflowPlugin

from cchc_airflow.timetables import CollectingTimetable, RoundTimetable, WorkingDayTimetable


class CchcPlugin(AirflowPlugin):
    """Timetables of the reporting calendar, and the board in the navigation."""

    name = "cchc"
    timetables = [CollectingTimetable, RoundTimetable, WorkingDayTimetable]  # noqa: RUF012 - Airflow reads class attributes
