"""The yearly administrative-reform reporting cycle of a province: a library that knows nothing of Airflow."""
