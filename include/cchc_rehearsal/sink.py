"""A mail server on this machine that keeps every mail as a file: for the demo year and for tests."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from email import policy
from email.parser import BytesHeaderParser
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from cchc.files import sha256_bytes, write_atomic
from cchc.mail.server import SmtpConfig

LOOPBACK = "127.0.0.1"
_HEADERS = BytesHeaderParser(policy=policy.default)


@dataclass(frozen=True)
class SinkDelivery:
    """One delivery as the server saw it."""

    mail_from: str
    recipients: tuple[str, ...]
    message_id: str
    path: Path


class MailSink:
    """A loopback SMTP server in a thread; a context manager.

    Files are named after the Message-ID, so the same mail twice is one file; `received` holds each delivery.
    """

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder
        self.received: list[SinkDelivery] = []
        self._controller = AnyPortController(self, hostname=LOOPBACK, port=port)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    @property
    def port(self) -> int:
        return self._controller.port

    def config(self, sender: str) -> SmtpConfig:
        """How to reach this server."""
        return SmtpConfig(LOOPBACK, self.port, None, None, "none", sender)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        content = envelope.original_content or b""
        # The head alone: parsing a whole mail, attachments and all, costs more than everything else here.
        headers = _HEADERS.parsebytes(content.partition(b"\r\n\r\n")[0])
        message_id = str(headers["Message-ID"] or sha256_bytes(content))
        path = write_atomic(self.folder / f"{sha256_bytes(message_id.encode())[:24]}.eml", content)
        self.received.append(
            SinkDelivery(envelope.mail_from or "", tuple(envelope.rcpt_tos), message_id, path)
        )
        return "250 OK"


class AnyPortController(Controller):
    """aiosmtpd's controller, with port 0 meaning 'any free one'; `port` is the real one once started."""

    def __init__(self, handler: Any, hostname: str, port: int, **options: Any) -> None:
        super().__init__(handler, hostname=hostname, port=port, **options)

    def _trigger_server(self) -> None:
        if self.port == 0 and self.server is not None:
            bound: socket.socket = self.server.sockets[0]  # type: ignore[attr-defined]  # typed as AbstractServer
            self.port = bound.getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]  # the library carries no types
