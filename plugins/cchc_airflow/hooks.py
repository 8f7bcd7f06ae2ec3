"""The two things outside that tasks reach: the working store and the mail server, both by connection id.

Tasks cannot see Airflow's own database, and need not: `cchc_store` is optional (without it the store of the
installation is used), and without `cchc_smtp` no mail leaves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

from cchc.errors import CchcError
from cchc.paths import current_instance
from cchc.texts import t

if TYPE_CHECKING:
    from airflow.sdk import Connection

    from cchc.reminders import SmtpConfig
    from cchc.store import Store

USUAL_PORTS = {"none": 25, "starttls": 587, "tls": 465}
_stores: dict[str, Store] = {}


def _connection(connection_id: str) -> Connection | None:
    try:
        return BaseHook.get_connection(connection_id)
    except AirflowNotFoundException:
        return None


class StoreHook(BaseHook):
    """The working store of connection `cchc_store` (`sqlite`: host is the file; `postgres`)."""

    conn_name_attr = "store_conn_id"
    default_conn_name = "cchc_store"
    hook_name = "CCHC store"

    def __init__(self, store_conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.store_conn_id = store_conn_id

    @property
    def url(self) -> str:
        """SQLAlchemy URL; the installation's own store when the connection is not defined."""
        found = _connection(self.store_conn_id)
        return _store_url(found) if found else current_instance().store_url

    def get_conn(self) -> Store:
        """The store, migrated; one engine a process."""
        from cchc.store import Store, upgrade

        url = self.url
        if url not in _stores:
            _stores[url] = upgrade(Store(url))
        return _stores[url]


def _store_url(connection: Connection) -> str:
    if connection.conn_type == "sqlite":
        return f"sqlite:///{connection.host}"
    if connection.conn_type not in ("postgres", "postgresql"):
        raise CchcError(t("airflow.store_type", type=connection.conn_type))
    user = quote(connection.login or "", safe="")
    password = f":{quote(connection.password, safe='')}" if connection.password else ""
    port = f":{connection.port}" if connection.port else ""
    return f"postgresql+psycopg://{user}{password}@{connection.host}{port}/{connection.schema}"


class SmtpHook(BaseHook):
    """The mail server of connection `cchc_smtp`: host, port, login, password.

    Its extra may hold `security` (none, starttls, tls), `sender` and `ca_file`.
    """

    conn_name_attr = "smtp_conn_id"
    default_conn_name = "cchc_smtp"
    hook_name = "CCHC mail"

    def __init__(self, smtp_conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.smtp_conn_id = smtp_conn_id

    def get_conn(self) -> SmtpConfig | None:
        """What the mailer needs; None when no such connection is defined."""
        from cchc.reminders import SmtpConfig

        found = _connection(self.smtp_conn_id)
        if found is None:
            return None
        extra: dict[str, Any] = found.extra_dejson
        security = str(extra.get("security", "starttls"))
        return SmtpConfig(  # checks what it is given, in Vietnamese
            host=found.host or "localhost",
            port=found.port or USUAL_PORTS.get(security, 25),
            user=found.login,
            password=found.password,
            security=security,
            sender=extra.get("sender") or found.login or "",
            ca_file=extra.get("ca_file"),
        )
