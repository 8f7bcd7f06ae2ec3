"""The files of the installed Airflow that are served with Vietnamese in them: catalogues, and the two programs."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from threading import Lock
from typing import Any

import airflow

from cchc.texts import table
from cchc_airflow.interface.program import LOGIN, PAGES, Replacement

AIRFLOW = Path(airflow.__file__).parent
UI = AIRFLOW / "ui" / "dist"
LOGIN_UI = AIRFLOW / "api_fastapi" / "auth" / "managers" / "simple" / "ui" / "dist"
CATALOGUES = UI / "i18n" / "locales" / "en"

log = logging.getLogger(__name__)
_building = Lock()


@dataclass(frozen=True)
class Served:
    """One file as it is sent. etag: with its quotes."""

    body: bytes
    content_type: bytes
    etag: bytes


def served(path: str) -> Served | None:
    """The file behind a path of the server; None for whatever Airflow serves itself."""
    with _building:  # several requests come at once; the program has seven million letters
        return _served(path) if path in _makers() else None


@cache
def _served(path: str) -> Served | None:
    body = _makers()[path]()
    if body is None:
        return None
    kind = b"application/json" if path.endswith(".json") else b"text/javascript; charset=utf-8"
    return Served(body, kind, b'"' + hashlib.sha256(body).hexdigest()[:32].encode() + b'"')


@cache
def _makers() -> dict[str, Callable[[], bytes | None]]:
    """Every path that is ours, with what makes its file. No other name from outside is ever looked up on the disk."""
    found: dict[str, Callable[[], bytes | None]] = {
        f"/static/i18n/locales/en/{path.name}": partial(catalogue, path.stem)
        for path in CATALOGUES.glob("*.json")
    }
    for folder, prefix, replacements in ((UI, "/static", PAGES), (LOGIN_UI, "/auth/static", LOGIN)):
        for path in (folder / "assets").glob("index-*.js"):
            found[f"{prefix}/assets/{path.name}"] = partial(program, path, replacements)
    return found


def catalogue(namespace: str) -> bytes:
    """One of Airflow's catalogues, Vietnamese wherever our own has the text."""
    return json.dumps(texts(namespace), ensure_ascii=False).encode()


def texts(namespace: str) -> dict[str, Any]:
    """The texts of a catalogue, as nested as Airflow's."""
    english = json.loads((CATALOGUES / f"{namespace}.json").read_text(encoding="utf-8"))
    room = f"interface/{namespace}"
    try:
        return overlaid(english, table(room))
    except FileNotFoundError:  # a catalogue that came with an upgrade
        return dict(english)


def overlaid(english: Mapping[str, Any], vietnamese: Mapping[str, Any]) -> dict[str, Any]:
    """`english` with each text that `vietnamese` has under the same key; keys that only we have are left out."""
    out = dict(english)
    for key, text in english.items():
        own = vietnamese.get(key)
        if isinstance(text, dict) and isinstance(own, Mapping):
            out[key] = overlaid(text, own)
        elif isinstance(text, str) and isinstance(own, str):
            out[key] = own
    return out


def program(path: Path, replacements: tuple[Replacement, ...]) -> bytes | None:
    """A program with all replacements made; None, and told in the log, when one does not fit: half of them could
    make it read dates in one way and write them in another."""
    code, unfit = path.read_bytes(), []
    for one in replacements:
        parts = code.split(one.found.encode())
        if len(parts) != one.times + 1:
            unfit.append(one.found)
        code = one.put.encode().join(parts)
    if unfit:
        log.error("%s is served as it is; not in it as expected: %s", path.name, unfit)
        return None
    return code
