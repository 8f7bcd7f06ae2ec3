"""The Airflow side: timetables, a run's context, approvals, the failure notifier."""
