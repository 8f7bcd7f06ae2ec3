"""The mailbox to which units reply, by connection id. Without the connection `cchc_imap` no mailbox is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseHook

from cchc.errors import CchcError, NothingToDo
from cchc.mail.mailbox_limits import FOLDERS, check_options
from cchc.texts import t
from cchc_airflow.connection_types import IMAP
from cchc_airflow.hooks import find_connection

if TYPE_CHECKING:
    from cchc.mail.mailbox import MailboxConfig


class ImapHook(BaseHook):
    """The mailbox of connection `cchc_imap`: host, port, login, password; of our own type, or `imap`.

    Its extra may hold `security` (tls, starttls, none), `ca_file`, `authserv_id`, `folder`, `done_folder`,
    `review_folder` (`cchc.mail.mailbox.MailboxConfig`) and the bounds of a reading (`cchc.mail.mailbox_limits`).
    """

    conn_name_attr = "imap_conn_id"
    conn_type = IMAP
    default_conn_name = "cchc_imap"
    hook_name = t("airflow.connections.names.cchc_imap")

    def __init__(self, imap_conn_id: str = default_conn_name) -> None:
        super().__init__()
        self.imap_conn_id = imap_conn_id

    def get_conn(self) -> MailboxConfig | None:
        """What the reader needs; None when no such connection is defined. CchcError names an option that is unknown."""
        from cchc.mail.mailbox import USUAL_PORTS, MailboxConfig

        found = find_connection(self.imap_conn_id)
        if found is None:
            return None
        extra: dict[str, Any] = found.extra_dejson
        limits = check_options(extra)
        security = str(extra.get("security") or "tls")
        given: dict[str, Any] = {
            name: str(extra[name]) for name in (*FOLDERS, "ca_file", "authserv_id") if extra.get(name)
        }
        return MailboxConfig(
            host=found.host or "localhost",
            port=found.port or USUAL_PORTS.get(security, 993),
            user=found.login or "",
            password=found.password or "",
            security=security,
            limits=limits,
            **given,
        )

    def test_connection(self) -> tuple[bool, str]:
        """Logs in and opens the folders, making those that are missing: (whether that worked, what to tell)."""
        from cchc.mail.mailbox import Mailbox

        try:
            config = self.get_conn()
            if config is None:
                return False, t("airflow.connections.absent", id=self.imap_conn_id)
            with Mailbox(config):
                pass
        except CchcError as error:
            return False, str(error)
        folders = ", ".join((config.folder, config.done_folder, config.review_folder))
        return True, t("airflow.connections.works_imap", folders=folders)


def connected_mailbox() -> MailboxConfig:
    """The mailbox of connection `cchc_imap`; NothingToDo where reports are received by the folder alone."""
    config = ImapHook().get_conn()
    if config is None:
        raise NothingToDo(t("airflow.nothing.imap"))
    return config
