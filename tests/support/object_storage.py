"""Object storage over HTTP: an S3 server of the tests' own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

BUCKET = "cchc-kho"


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    from moto.server import ThreadedMotoServer  # a second of a core, in every process of tests

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def s3_secrets(folder: Path, address: str, mode: int = 0o600) -> Path:
    """A file of secrets as `secrets_file` wants it."""
    path = folder / "s3.json"
    short = {"connect_timeout": 2, "read_timeout": 5, "retries": {"max_attempts": 1}}
    values = {"key": "khoa", "secret": "bi-mat", "endpoint_url": address, "config_kwargs": short}
    path.write_text(json.dumps(values))
    path.chmod(mode)
    return path


@pytest.fixture
def bucket(s3_server: str) -> Any:
    """The bucket as a file system, empty."""
    import s3fs

    found = s3fs.S3FileSystem(key="khoa", secret="bi-mat", endpoint_url=s3_server, use_listings_cache=False)
    if found.exists(BUCKET):
        found.rm(BUCKET, recursive=True)
    found.mkdir(BUCKET)
    return found
