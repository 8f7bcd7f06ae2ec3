"""A real HTTP server on a loopback socket that does, request by request, what a test's script says."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Seen:
    """One request as it arrived."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass
class Reply:
    """What to send. `length`: None for the true one, a number for a lie, -1 for no announcement at all.

    `sent`: how much of the body really goes out (all by default); then the line is closed, or held open for
    ever with `hang`. `chunked`: as chunks, whose end is left out when `sent` is given. `drip`: byte by byte.
    """

    body: bytes = b""
    status: int = 200
    kind: str = "text/csv"
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    sent: int | None = None
    hang: bool = False
    chunked: bool = False
    drip: bool = False
    raw: bytes | None = None


Script = Callable[[Seen, int], Reply]


class ScriptedServer:
    """`script(request, number)` answers; `seen` keeps the requests."""

    def __init__(self, script: Script) -> None:
        self.script, self.seen = script, list[Seen]()
        self.stopping = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    @contextmanager
    def running(self, tls: ssl.SSLContext | None = None) -> Iterator[ScriptedServer]:
        if tls:
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True)
        thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.stopping.set()
            self._http.shutdown()
            self._http.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: Any) -> None:
                pass

            def handle(self) -> None:
                with suppress(OSError):  # clients of these tests leave early
                    super().handle()

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                seen = Seen(parts.path, dict(parse_qsl(parts.query)), dict(self.headers.items()))
                outer.seen.append(seen)
                self._send(outer.script(seen, len(outer.seen)))

            def _send(self, reply: Reply) -> None:
                self.close_connection = True
                if reply.raw is not None:
                    self.wfile.write(reply.raw)
                    return
                self.send_response(reply.status)
                if reply.kind:
                    self.send_header("Content-Type", reply.kind)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                if reply.chunked:
                    self.send_header("Transfer-Encoding", "chunked")
                elif reply.length != -1:
                    announced = len(reply.body) if reply.length is None else reply.length
                    self.send_header("Content-Length", str(announced))
                self.send_header("Connection", "close")
                self.end_headers()
                self._send_body(reply)
                if reply.hang:
                    outer.stopping.wait()
                with suppress(OSError):
                    self.connection.shutdown(socket.SHUT_WR)

            def _send_body(self, reply: Reply) -> None:
                body = reply.body if reply.sent is None else reply.body[: reply.sent]
                if reply.chunked:
                    for start in range(0, len(body), 1000):
                        piece = body[start : start + 1000]
                        self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                    if reply.sent is None:
                        self.wfile.write(b"0\r\n\r\n")
                elif reply.drip:
                    for place in range(len(body)):
                        self.wfile.write(body[place : place + 1])
                        if outer.stopping.wait(0.02):
                            return
                else:
                    self.wfile.write(body)

        return Handler
