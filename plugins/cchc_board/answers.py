"""What leaves the board beside pages: lists and workbooks made when asked for, documents that were made before, and
words for whoever is turned away."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from cchc.clock import TZ
from cchc.depot import Depot
from cchc.errors import CchcError
from cchc.table_files import PlainTable, table_bytes
from cchc.texts import t
from cchc_board.desk import RequestView
from cchc_board.door import HEADERS, Asked
from cchc_board.genuine import NotGenuine
from cchc_board.rendering import render

_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
    "ics": "text/calendar; charset=utf-8",
}


def download(content: bytes, name: str) -> Response:
    """`content` to be saved under `name`, plain letters; its ending tells what it is."""
    return Response(
        content,
        media_type=_TYPES[name.rpartition(".")[2]],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def saved(content: bytes, name: str) -> Response:
    """A file of the installation as it is, by its own name; never opened by the browser."""
    last = "".join(
        one for one in name.rpartition("/")[2] if one.isascii() and (one.isalnum() or one in "._-")
    )
    headers = {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": f'attachment; filename="{last}"',
    }
    return Response(content, media_type="application/octet-stream", headers=headers)


def table_file(asked: Asked, shown: PlainTable, name: str) -> Response:
    """A list of the board as xlsx or csv, as the address says; its name tells the day, and a rehearsal by its first
    word."""
    kind, desk = asked.path["kind"], asked.desk
    if kind not in ("xlsx", "csv"):
        raise CchcError(t("board.not_found"))
    first, day = "dien-tap-" if desk.rehearsal else "", desk.as_of.astimezone(TZ).date().isoformat()
    return download(table_bytes(shown, f".{kind}"), f"{first}{name}-{day}.{kind}")


def kept_file(desk: RequestView, path: Path, name: str) -> Response:
    """A file of the folder where nothing is rewritten, as it is; always saved, never opened by the browser."""
    if not brought(desk, path).is_file():
        place = path.relative_to(desk.instance.root).as_posix()
        raise CchcError(t("depot.gone", name=name, place=place))
    return FileResponse(path, filename=name)


def brought(desk: RequestView, path: Path) -> Path:
    """A kept file, brought from where machines share theirs when it is there and not here."""
    if not path.is_file() and (depot := Depot.of(desk.instance)):
        with suppress(OSError):  # a folder that the board may only read
            depot.fetch(path)
    return path


def picture(content: bytes) -> Response:
    """A PNG that a page shows, seen by nobody else afterwards."""
    return Response(content, media_type="image/png")


def turned_away(login_address: Callable[[str], str]) -> Callable[[Request, Any], Response]:
    """Who says in Vietnamese that one must sign in, with the way there; nothing of the board is shown."""

    def answer(request: Request, error: Any) -> Response:
        root = str(request.scope.get("root_path", ""))
        if isinstance(error, NotGenuine):
            key = "not_genuine"
        else:
            key = {401: "signed_out", 403: "forbidden"}.get(error.status_code, "not_found")
        login = login_address(f"{root}/") if key in ("signed_out", "forbidden") else ""
        html = render(
            "loi.html.j2",
            root=root,
            styled=False,
            title=t(f"board.{key}_title"),
            text=t(f"board.{key}"),
            login=login,
        )
        return HTMLResponse(html, status_code=error.status_code, headers={**(error.headers or {}), **HEADERS})

    return answer


def explained(request: Request, error: Any) -> Response:
    """An error made for people, as a page."""
    text = str(error) if isinstance(error, CchcError) else t("board.not_found")
    return _told(request, 404, "cannot_title", text)


def broken(request: Request, _error: Exception) -> Response:
    """A fault that nobody foresaw, in words and without its details, which the server's log has."""
    return _told(request, 500, "broken_title", t("board.broken"))


def _told(request: Request, status: int, title: str, text: str) -> Response:
    root = str(request.scope.get("root_path", ""))
    html = render("loi.html.j2", root=root, styled=True, title=t(f"board.{title}"), text=text, login="")
    return HTMLResponse(html, status_code=status, headers=HEADERS)
