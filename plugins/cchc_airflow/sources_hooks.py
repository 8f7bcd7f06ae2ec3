"""Servers that exports are fetched from: a connection type for each of the two kinds of software."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseHook

from cchc.errors import CchcError
from cchc.texts import t
from cchc_airflow.connection_types import DOC_MANAGEMENT, ONE_STOP
from cchc_airflow.hooks import find_connection

if TYPE_CHECKING:
    from cchc.sources.web import WebServer


class WebSourceHook(BaseHook):
    """A server with address, login or token, and what its form adds; see `connection_types`."""

    conn_name_attr = "source_conn_id"
    conn_type = ""
    source = ""

    def __init__(self, source_conn_id: str) -> None:
        super().__init__()
        self.source_conn_id = source_conn_id

    def get_conn(self) -> WebServer:
        """Raises CchcError when there is no such connection, it is of another type, or a field is wrong."""
        from cchc.sources.web import WebServer

        found = find_connection(self.source_conn_id)
        if found is None:
            raise CchcError(t("airflow.connections.absent", id=self.source_conn_id))
        if found.conn_type != self.conn_type:
            raise CchcError(
                t(
                    "airflow.connections.other_type",
                    id=self.source_conn_id,
                    type=found.conn_type,
                    wanted=t(f"airflow.connections.names.{self.conn_type}"),
                )
            )
        extra: dict[str, Any] = found.extra_dejson
        host = (found.host or "").strip()
        address = host if "://" in host else f"https://{host}"
        try:
            return WebServer(
                address=f"{address.rstrip('/')}:{found.port}" if found.port else address,
                login=found.login or None,
                secret=found.password or None,
                header=extra.get("header") or "Authorization",
                ca_file=extra.get("ca_file") or None,
                plain_http=_yes(extra.get("plain_http")),
            )
        except CchcError as error:
            raise CchcError(t("airflow.connections.wrong", id=self.source_conn_id, reason=error)) from None

    def test_connection(self) -> tuple[bool, str]:
        """Asks the server once for its test path: (whether it let us in, what to tell)."""
        from cchc.sources.web import probe

        try:
            found = find_connection(self.source_conn_id)
            path = (found.extra_dejson.get("test_path") if found else None) or "/"
            status = probe(self.get_conn(), path if path.startswith("/") else f"/{path}")
        except CchcError as error:
            return False, str(error)
        return True, t("airflow.connections.works", status=status)


class OneStopHook(WebSourceHook):
    """The one-stop software."""

    conn_type = ONE_STOP
    source = "one_stop"
    default_conn_name = "cchc_mot_cua"
    hook_name = t("airflow.connections.names.cchc_one_stop")


class DocManagementHook(WebSourceHook):
    """The document-management software."""

    conn_type = DOC_MANAGEMENT
    source = "doc_management"
    default_conn_name = "cchc_qlvb"
    hook_name = t("airflow.connections.names.cchc_doc_management")


def server_of(name: str) -> WebServer:
    """The server of a declared endpoint, from its connection; what `cchc.stages.collecting.fetch` takes."""
    from cchc.sources.web import find_endpoint

    endpoint = find_endpoint(name)
    hooks = {hook.source: hook for hook in (OneStopHook, DocManagementHook)}
    return hooks[endpoint.source](endpoint.connection).get_conn()


def _yes(value: object) -> bool:
    """A tick of the form, or what somebody wrote into a URI."""
    return value is True or str(value).lower() in ("true", "1", "yes")
