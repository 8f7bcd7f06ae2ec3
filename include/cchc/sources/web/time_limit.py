"""A total time limit that also ends what drips: a read timeout starts anew with every byte."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class TimeLimit:
    """A context manager. When its seconds are over, every watched socket is shut, so that nobody waits on."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._shut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            for one in self._sockets:
                one.close()
            self._sockets.clear()

    @property
    def left(self) -> float:
        """Seconds, never below 0."""
        return max(0.0, self._ends - time.monotonic())

    @property
    def over(self) -> bool:
        return self.left == 0

    def watch(self, connection: socket.socket) -> None:
        """A duplicate is kept: TLS takes the original over."""
        with self._lock:
            self._sockets.append(connection.dup())
        if self.over:
            self._shut()

    def _shut(self) -> None:
        with self._lock:
            for one in self._sockets:
                with suppress(OSError):  # closed by the other side meanwhile
                    one.shutdown(socket.SHUT_RDWR)


class LimitedAdapter(HTTPAdapter):
    """Connections whose sockets a time limit watches, also through a proxy; tries nothing again by itself."""

    def __init__(self, limit: TimeLimit) -> None:
        self._pools = _pools(limit)
        super().__init__(max_retries=0)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: Any, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = self._pools
        return manager


def _pools(limit: TimeLimit) -> dict[str, Any]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            connection = super()._new_conn()
            limit.watch(connection)
            return connection

    class Encrypted(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            connection = super()._new_conn()
            limit.watch(connection)
            return connection

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    return {"http": PlainPool, "https": EncryptedPool}
