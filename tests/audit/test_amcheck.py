"""On PostgreSQL the audit looks through pages and indexes by amcheck, as production sets it up."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import make_url
from tests.production.containers import POSTGRES
from tests.store.test_copies import add_round

from cchc.audit import Audit, audit
from cchc.clock import at
from cchc.errors import CchcError
from cchc.paths import PROJECT_ROOT, Instance
from cchc.run import Run
from cchc.store import Store, copy_database, fingerprint, restore_database, upgrade

NOW = at(date(2026, 3, 10), 9)
NOBODY = "65534"
ROLES = PROJECT_ROOT / "include" / "production" / "postgres-roles.sh"


@dataclass
class Server:
    """PostgreSQL of Debian, which has amcheck; no root may run it, so that it gets an account of its own."""

    folder: Path

    def run(self, *words: str | Path, **environment: str) -> str:
        account = ["bwrap", "--unshare-user", "--uid", NOBODY, "--gid", NOBODY, "--bind", "/", "/"]
        done = subprocess.run(
            [*account, "--dev", "/dev", "--", *map(str, words)],
            env={**os.environ, "PGHOST": str(self.folder), **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout.strip()

    def control(self, *words: str) -> None:
        options = f"-k {self.folder} -c listen_addresses='' -c fsync=off"
        log = self.folder / "log"
        self.run(POSTGRES[0] / "pg_ctl", "-D", self.data, "-w", "-l", log, "-o", options, *words)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def sql(self, words: str, database: str = "cchc") -> str:
        """By the superuser."""
        return self.run(
            "psql", "-X", "-v", "ON_ERROR_STOP=1", "-At", "-U", "postgres", "-d", database, "-c", words
        )

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://cchc@/{database}?host={self.folder}"


@pytest.fixture
def server() -> Iterator[Server]:
    assert POSTGRES, "PostgreSQL is not installed; .ci/run installs postgresql"
    one = Server(Path(tempfile.mkdtemp(prefix="cchc-am-")))
    one.run(POSTGRES[0] / "initdb", "-D", one.data, "-U", "postgres", "-A", "trust", "--no-sync")
    one.control("start")
    secrets = one.folder / "pgpass"
    secrets.write_text("".join(f"*:*:*:{role}:bi-mat\n" for role in ("airflow", "cchc", "cchc_doc")))
    secrets.chmod(0o600)
    one.run("bash", ROLES, POSTGRES_USER="postgres", PGPASSFILE=str(secrets))
    yield one
    one.control("stop")
    shutil.rmtree(one.folder)


def audited(server: Server, instance: Instance) -> Audit:
    store = Store(server.url("cchc"))
    try:
        return audit(Run(store, instance, NOW))
    finally:
        store.close()


def damage_index(server: Server) -> None:
    """A key in the middle of an index becomes another one, as a bad disk does it."""
    path = server.data / server.sql("SELECT pg_relation_filepath('rounds_pkey')")
    server.control("stop")
    content = path.read_bytes()
    key = b"2026-Q1"
    assert content.count(key) == 1
    path.write_bytes(content.replace(key, b"9" + key[1:]))
    server.control("start")


@pytest.mark.slow
def test_a_damaged_index_is_seen_as_production_is_set_up_and_a_missing_right_is_no_damage(
    server: Server, instance: Instance
) -> None:
    instance.root.mkdir(parents=True)
    store = upgrade(Store(server.url("cchc")))
    for year in range(2020, 2032):
        add_round(store, f"{year}-Q1")
    rows = fingerprint(store)
    store.close()
    found = audited(server, instance)
    assert found.proven, found.told()
    assert found.checked["pages"] > 50, "tables and indexes"
    assert not [note for note in found.notes if "amcheck" in note]

    copy = copy_database(server.url("cchc"), instance.root / "so-cai.dump")
    server.sql("CREATE DATABASE moi OWNER cchc", "postgres")
    restore_database(copy, server.url("moi"))  # no administrator's right is needed for it
    again = Store(server.url("moi"))
    assert fingerprint(again) == rows
    again.close()

    server.sql("REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM cchc")
    found = audited(server, instance)
    assert found.proven and [note for note in found.notes if "amcheck" in note]
    server.sql("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO cchc")

    damage_index(server)
    found = audited(server, instance)
    assert "rounds_pkey" in found.told()
    assert "Trang hỏng trong sổ cái" in found.told()


def test_a_dump_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "hong.dump").write_bytes(b"x" * 100)
    with pytest.raises(CchcError, match=r"hong\.dump"):
        restore_database(tmp_path / "hong.dump", str(make_url("postgresql://x@127.0.0.1:1/x")))
