"""A small installation with a file in each of its folders."""

from __future__ import annotations

import sqlite3

import pytest

from cchc.paths import Instance


@pytest.fixture
def home(instance: Instance) -> Instance:
    """An installation with a file in each of its folders."""
    for name in ("hop-nhan/2026-Q1/bieu.xlsx", "tha-tep/mot cửa.csv", "du-lieu/ab/abcd.xlsx", "ket-qua/2026/bao.docx",
                 "airflow/bi-mat.json", "khoa-ky-bieu", "cai-dat.yaml"):  # fmt: skip
        path = instance.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mail_mode: dry_run\n" if name == "cai-dat.yaml" else f"tệp {name}")
    (instance.inbox / "2026-6T").mkdir()
    (instance.root / "nhat-ky").mkdir()
    (instance.root / "nhat-ky" / "scheduler.log").write_text("dài")
    with sqlite3.connect(instance.airflow_home / "airflow.db") as airflow:
        airflow.execute("CREATE TABLE dag_run (run_id TEXT)")
    airflow.close()
    return instance
