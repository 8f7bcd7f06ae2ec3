"""The board: a read-only picture of the year's rounds, in Airflow's navigation and behind its login."""
