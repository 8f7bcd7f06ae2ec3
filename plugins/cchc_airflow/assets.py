"""What the stages hand to each other, visible in Airflow's asset graph."""

from airflow.sdk import Asset

EXPORTS = Asset(name="so_lieu_he_thong", uri="x-cchc://so-lieu-he-thong")
SUBMISSIONS = Asset(name="bai_nop_da_tiep_nhan", uri="x-cchc://bai-nop")
REPORTS = Asset(name="bao_cao_da_phat_hanh", uri="x-cchc://bao-cao")
