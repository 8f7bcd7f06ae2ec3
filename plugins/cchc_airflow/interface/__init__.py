"""Airflow's own pages in Vietnamese: its English catalogues and two programs are served with our words in them.

Airflow 3.3 has no Vietnamese, and its list of languages is compiled in. So what it calls English is overlaid: a text
that is missing stays English, and nothing of the installed Airflow is written to.
"""
