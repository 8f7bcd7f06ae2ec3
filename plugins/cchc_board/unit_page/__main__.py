"""The service of the page: `python -m cchc_board.unit_page ADDRESS PORT`; `./cchc trang-don-vi chay` starts it.

One process: how often somebody came is counted in its memory, and files are judged one after the other anyway. Requests
are not logged, for their addresses hold the links.
"""

from __future__ import annotations

import os
import signal
import sys

import uvicorn

from cchc.clock import now
from cchc.errors import CchcError
from cchc.identity import settle
from cchc.paths import current_instance
from cchc.store import Store, upgrade
from cchc.unit_page.uses import require_on
from cchc_board.unit_page.app import create_app

MOST_CONNECTIONS = 200


def main(address: str, port: int) -> None:
    """Serve until the process is told to end. CchcError while the page is off."""
    os.umask(0o077)
    instance = current_instance()
    require_on(instance)
    store = upgrade(Store(instance.store_url))
    settle(store, instance, now())
    store.close()
    # uvicorn ends in order and then raises the signal once more: an end that was asked for is none of a fault.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.run(
        create_app(),
        host=address,
        port=port,
        access_log=False,
        server_header=False,
        log_level="warning",
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=10,
        # Behind a proxy, who calls is told by the proxy (FORWARDED_ALLOW_IPS names those that are believed).
        proxy_headers=True,
    )


if __name__ == "__main__":
    try:
        main(sys.argv[1], int(sys.argv[2]))
    except CchcError as error:
        sys.exit(str(error))
