"""The two things outside that every task may reach: the working store and the mail server, by connection id.

Tasks cannot see Airflow's own database, and need not: `cchc_store` is optional (without it the store of the
installation is used), and without `cchc_smtp` no mail leaves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

from cchc import clock
from cchc.errors import CchcError
from cchc.paths import current_instance
from cchc.texts import t
from cchc_airflow.connection_types import SMTP, STORE

if TYPE_CHECKING:
    from airflow.sdk import Connection

    from cchc.mail.server import SmtpConfig
    from cchc.store import Store

USUAL_PORTS = {"none": 25, "starttls": 587, "tls": 465}
_stores: dict[str, Store] = {}


def begin_anew() -> None:
    """In a forked copy of a process that has stores open: their connections are left to that process."""
    for store in _stores.values():
        store.engine.dispose(close=False)


def find_connection(connection_id: str) -> Connection | None:
    """The connection of that id, None when nobody defined it."""
    try:
        return BaseHook.get_connection(connection_id)
    except AirflowNotFoundException:
        return None


class StoreHook(BaseHook):
    """The working store of connection `cchc_store`, of our own type (`connection_types`), sqlite or postgres.

    Of SQLite the host is the file.
    """

    conn_name_attr = "store_conn_id"
    conn_type = STORE
    default_conn_name = "cchc_store"
    hook_name = t("airflow.connections.names.cchc_store")

    def __init__(self, store_conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.store_conn_id = store_conn_id

    @property
    def url(self) -> str:
        """SQLAlchemy URL; the installation's own store when the connection is not defined."""
        found = find_connection(self.store_conn_id)
        return _store_url(found) if found else current_instance().store_url

    def get_conn(self) -> Store:
        """The store, migrated; one engine a process."""
        from cchc.identity import open_store

        url = self.url
        if url not in _stores:
            _stores[url] = open_store(current_instance(), clock.now(), url)
        return _stores[url]

    def test_connection(self) -> tuple[bool, str]:
        """Opens the store without changing it: (whether that worked, what to tell)."""
        from sqlalchemy.exc import SQLAlchemyError

        from cchc.store import Store

        try:
            store = Store(self.url)
            try:
                store.engine.connect().close()
            finally:
                store.close()
        except CchcError as error:
            return False, str(error)
        except (SQLAlchemyError, OSError) as error:
            words = str(getattr(error, "orig", None) or error).splitlines()
            return False, t("airflow.connections.store_down", reason=words[0] if words else "")
        return True, t("airflow.connections.works_store")


def _store_url(connection: Connection) -> str:
    engine = connection.conn_type
    if engine == STORE:
        engine = connection.extra_dejson.get("engine") or "postgresql"
    if engine == "sqlite":
        return f"sqlite:///{connection.host}"
    if engine not in ("postgres", "postgresql"):
        raise CchcError(t("airflow.store_type", type=engine))
    user = quote(connection.login or "", safe="")
    password = f":{quote(connection.password, safe='')}" if connection.password else ""
    port = f":{connection.port}" if connection.port else ""
    return f"postgresql+psycopg://{user}{password}@{connection.host}{port}/{connection.schema}"


class SmtpHook(BaseHook):
    """The mail server of connection `cchc_smtp`: host, port, login, password; of our own type, or `smtp`.

    Its extra may hold `security` (none, starttls, tls), `sender` and `ca_file`.
    """

    conn_name_attr = "smtp_conn_id"
    conn_type = SMTP
    default_conn_name = "cchc_smtp"
    hook_name = t("airflow.connections.names.cchc_smtp")

    def __init__(self, smtp_conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.smtp_conn_id = smtp_conn_id

    def get_conn(self) -> SmtpConfig | None:
        """What the mailer needs; None when no such connection is defined."""
        from cchc.mail.server import SmtpConfig

        found = find_connection(self.smtp_conn_id)
        if found is None:
            return None
        extra: dict[str, Any] = found.extra_dejson
        security = str(extra.get("security") or "starttls")
        return SmtpConfig(  # checks what it is given, in Vietnamese
            host=found.host or "localhost",
            port=found.port or USUAL_PORTS.get(security, 25),
            user=found.login or None,
            password=found.password,
            security=security,
            sender=extra.get("sender") or found.login or "",
            ca_file=extra.get("ca_file") or None,
        )

    def test_connection(self) -> tuple[bool, str]:
        """Connects, logs in and names the sender, sends nothing: (whether that worked, what to tell)."""
        from cchc.mail.mailer import Mailer

        try:
            config = self.get_conn()
            if config is None:
                return False, t("airflow.connections.absent", id=self.smtp_conn_id)
            with Mailer(config) as mailer:
                mailer.try_sender()
        except CchcError as error:
            return False, str(error)
        return True, t("airflow.connections.works_smtp")
