"""The application: one page behind a link, its forms, and words for whoever comes with no link that counts.

The link stays in the address: there is no cookie that a browser would send along by itself, so no other site can make
a browser act, and two units' pages stand side by side. (A cookie of SameSite=Strict in its place would not be sent when
somebody comes from a mail read in a browser.) Nothing leaves the page that would carry its address: no outside files,
no outside links, `Referrer-Policy: same-origin`, no log of requests. `no-referrer` would make browsers send
`Origin: null` with our own forms, and forms are taken from our own page only.
"""

# No `from __future__ import annotations`: FastAPI could not resolve what is named inside a function.

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from cchc import clock
from cchc.errors import CchcError
from cchc.files import sha256_bytes
from cchc.identity import settle
from cchc.mail.department import Department
from cchc.mail.mail import attachment_path, relative_to_root
from cchc.paths import Instance
from cchc.run import Run
from cchc.store import Store, upgrade
from cchc.texts import t
from cchc.unit_page.link import LONGEST, PATH, UnitLink, page_key
from cchc.unit_page.uses import LinkState, UseKind, examine, note_use
from cchc_board.desk import open_desk
from cchc_board.forms import NOTICE_FIELD, Forms
from cchc_board.genuine import NotGenuine
from cchc_board.posted import LARGEST_FILE, Posted, posted_files
from cchc_board.refilled import refilled
from cchc_board.rendering import STYLE, UNIT_PAGES, render
from cchc_board.typed import Fields
from cchc_board.unit_page.acts import ACTS, MOST_FILES
from cchc_board.unit_page.home_page import forms_for, unit_home
from cchc_board.unit_page.limits import Counted, RateLimits

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
READ_SECONDS = 300  # for a form to come, over a slow line
MOST_AT_ONCE = 8  # forms that are read or judged; files are judged one after the other
_STATUS = {LinkState.FORGED: 404, LinkState.EXPIRED: 410, LinkState.REVOKED: 410}


class NoLink(Exception):
    """Whoever asked has no link that counts."""

    def __init__(self, state: LinkState) -> None:
        self.state = state


class TooOften(Exception):
    """Asked again too soon. seconds: until when to wait."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds


@dataclass(frozen=True)
class LinkVisit:
    """One request through a link that counts."""

    link: UnitLink
    signed: str
    run: Run
    caller: str

    @property
    def forms(self) -> Forms:
        instance = self.run.instance
        return Forms(page_key(instance, "form"), instance.unit_page_url or "")

    @property
    def mark(self) -> str:
        """By which the visitor is known in what is sealed into an address: the link itself stands there once."""
        return sha256_bytes(self.signed.encode())[:16]

    def note(self, use: UseKind) -> None:
        note_use(self.run.store, self.run.instance, self.link, use, self.caller, self.run.as_of)


def create_app(limits: RateLimits | None = None) -> FastAPI:
    """The application, on the installation of the process; `limits`: how often who may come."""
    app = FastAPI(title="CCHC", docs_url=None, redoc_url=None, openapi_url=None)
    bounds = limits or RateLimits(time.monotonic)
    places = asyncio.Semaphore(MOST_AT_ONCE)

    def visit(request: Request, signed: str, *, acting: bool) -> LinkVisit:
        caller = request.client.host if request.client else ""
        _bounded(bounds.wait(Counted.CALLER, caller) or bounds.is_full(Counted.WRONG, caller))
        store, instance, run = _opened()
        state, link = examine(store, instance, signed[: LONGEST + 1], run.as_of)
        if link is None or state is not LinkState.GOOD:
            if state is LinkState.FORGED:
                bounds.wait(Counted.WRONG, caller)
            raise NoLink(state)
        _bounded(bounds.wait(Counted.LINK, signed))
        if acting:
            _bounded(bounds.wait(Counted.ACT, signed))
        return LinkVisit(link, signed, replace(run, round_id=link.round_id), caller)

    def look(request: Request, signed: str) -> Response:
        come = visit(request, signed, acting=False)
        come.note(UseKind.OPENED)
        notice = come.forms.notice(come.mark, request.query_params.get(NOTICE_FIELD, ""))
        return _home(come, notice=notice)

    def fetch(request: Request, signed: str, number: int) -> Response:
        come = visit(request, signed, acting=False)
        found = forms_for(come.run, come.link.unit_code)
        if not 1 <= number <= len(found):
            raise CchcError(t("unit_page.no_file"))
        instance, path = come.run.instance, found[number - 1]
        with suppress(OSError):
            path = attachment_path(instance, relative_to_root(instance, path))
        if not path.is_file():
            raise CchcError(t("unit_page.no_file"))
        come.note(UseKind.FORM)
        return FileResponse(path, filename=path.name, headers=HEADERS)

    async def act(request: Request, signed: str) -> Response:
        come = await run_in_threadpool(visit, request, signed, acting=True)
        come.forms.sender(request, signed)
        if places.locked():
            raise TooOften(20)
        async with places:
            try:
                sent = await asyncio.wait_for(posted_files(request, MOST_FILES), READ_SECONDS)
            except TimeoutError:
                raise NotGenuine from None
            return await run_in_threadpool(_acted, request, come, sent)

    app.add_api_route("/", _root, methods=["GET", "HEAD"], response_class=HTMLResponse)
    app.add_api_route(PATH + "{signed}", look, methods=["GET", "HEAD"], response_class=HTMLResponse)
    app.add_api_route(PATH + "{signed}", act, methods=["POST"], response_class=HTMLResponse)
    app.add_api_route(PATH + "{signed}/tep/{number}", fetch, methods=["GET", "HEAD"], response_class=Response)
    app.add_api_route("/tinh/board.css", _style, methods=["GET", "HEAD"], response_class=Response)
    app.add_exception_handler(NoLink, _no_link)
    app.add_exception_handler(TooOften, _too_often)
    app.add_exception_handler(HTTPException, _turned_away)
    app.add_exception_handler(CchcError, _explained)
    app.add_exception_handler(SQLAlchemyError, _resting)
    app.middleware("http")(_with_headers)
    return app


def _opened() -> tuple[Store, Instance, Run]:
    """The installation as of now. CchcError while the page is off or nothing was ever recorded."""
    desk = open_desk(None, acting=True)
    if desk.instance.unit_page_url is None or desk.store is None:
        raise CchcError(t("unit_page.closed"))
    return desk.store, desk.instance, Run(desk.store, desk.instance, desk.as_of)


def _bounded(seconds: int) -> None:
    if seconds:
        raise TooOften(seconds)


def _acted(request: Request, come: LinkVisit, sent: Posted) -> Response:
    """Do what a form asks for, and go on to look; or the page with why it was refused, and nothing was recorded."""
    if sent.too_large:
        limit = LARGEST_FILE // 1024 // 1024
        return _home(come, problem=t("unit_page.refused.too_large", limit=limit), status=413)
    come.forms.taken(come.signed, sent.fields)
    known = ACTS.get(next(iter(sent.fields.get("viec", [])), ""))
    if known is None:
        raise NotGenuine
    come.note(known.use)
    settle(upgrade(come.run.store), come.run.instance, clock.now())
    try:
        told = known.do(come.run, come.link.unit_code, sent)
    except CchcError as found:
        return _home(come, problem=str(found), typed=sent.fields, status=422)
    return come.forms.done(request, PATH + come.signed, come.mark, told)


def _home(
    come: LinkVisit, *, notice: str = "", problem: str = "", typed: Fields | None = None, status: int = 200
) -> Response:
    page = unit_home(come.run, come.link)
    return _page(
        "trang.html.j2",
        status,
        typed,
        page=page,
        here=PATH + come.signed,
        token=come.forms.token(come.signed, None),
        notice=notice,
        problem=problem,
        limit=LARGEST_FILE // 1024 // 1024,
        most_files=MOST_FILES,
        rehearsal=come.run.instance.settings.rehearsal,
        moment=come.run.as_of,
    )


def _page(template: str, status: int, typed: Fields | None = None, **values: Any) -> HTMLResponse:
    department = Department.load()
    html = render(template, folder=UNIT_PAGES, department=department, **values)
    if typed:
        html = refilled(html, typed, opened=True)
    return HTMLResponse(html, status_code=status, headers=HEADERS)


def _said(key: str, status: int, **values: object) -> HTMLResponse:
    return _page(
        "loi.html.j2",
        status,
        title=t(f"unit_page.said.{key}_title"),
        text=t(f"unit_page.said.{key}", **values),
    )


def _root() -> Response:
    return _said("root", 200)


def _no_link(_request: Request, error: Any) -> Response:
    return _said(error.state.value, _STATUS[error.state])


def _too_often(_request: Request, error: Any) -> Response:
    answer = _said("too_often", 429, seconds=error.seconds)
    answer.headers["Retry-After"] = str(error.seconds)
    return answer


def _turned_away(_request: Request, error: Any) -> Response:
    return _said("not_genuine" if isinstance(error, NotGenuine) else "not_found", error.status_code)


def _explained(_request: Request, error: Any) -> Response:
    return _page("loi.html.j2", 404, title=t("unit_page.said.cannot_title"), text=str(error))


def _resting(_request: Request, _error: Any) -> Response:
    """The store cannot be reached; nothing was changed."""
    return _said("resting", 503)


def _style() -> Response:
    return FileResponse(STYLE, media_type="text/css", headers={**HEADERS, "Cache-Control": "max-age=3600"})


async def _with_headers(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
    """What is promised of every answer also holds for redirects and for what the framework says by itself."""
    answer = await go_on(request)
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    return answer
