"""A line between a client and a server of this machine that is cut in the middle, as lines are."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

LOOPBACK = "127.0.0.1"
_PIECE = 4096


class CutLine:
    """Passes bytes on between whoever connects and the server; a context manager.

    `cut_after(bytes, from_server)`: the next connection is cut when so many bytes went that way. `cuts`: how many
    were. Ports below 1 mean any free one.
    """

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port: int = self._listener.getsockname()[1]
        self.cuts = 0
        self._plan: tuple[int, bool] | None = None
        self._thread = threading.Thread(target=self._accept, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def cut_after(self, size: int, *, from_server: bool) -> None:
        self._plan = size, from_server

    def hold(self) -> None:
        """No cut any more."""
        self._plan = None

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection((LOOPBACK, self._server_port))
            except OSError:
                client.close()
                continue
            plan, self._plan = self._plan, None
            for source, target, from_server in ((client, server, False), (server, client, True)):
                size = plan[0] if plan and plan[1] is from_server else None
                threading.Thread(target=self._pass_on, args=(source, target, size), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, size: int | None) -> None:
        left = size
        try:
            while piece := source.recv(_PIECE):
                if left is not None and len(piece) >= left:
                    target.sendall(piece[:left])
                    self.cuts += 1
                    break
                target.sendall(piece)
                left = None if left is None else left - len(piece)
        except OSError:
            pass
        for one in (source, target):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
