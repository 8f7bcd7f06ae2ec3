"""How a page is put on the board: who may open it, what it is given, and how a form on it comes back.

A page is a function from what was asked to what its template shows. Its acts are named functions of the library,
the same that `./cchc` calls; a form on the page sends the act's name in `viec`, its token, and fields.
"""

# No `from __future__ import annotations`: FastAPI could not resolve what is named inside a function.

import re
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, Response

from cchc import clock
from cchc.errors import CchcError, RuleRefused
from cchc.identity import settle
from cchc.run import Run
from cchc.store import upgrade
from cchc.texts import t, table
from cchc.year.model import FIRST_YEAR, LAST_YEAR
from cchc_board.actors import Actor, Right
from cchc_board.desk import RequestView, open_desk
from cchc_board.forms import NOTICE_FIELD, Forms
from cchc_board.menu import menu
from cchc_board.posted import LARGEST_FILE, Posted, posted
from cchc_board.refilled import refilled
from cchc_board.rendering import render
from cchc_board.scope import refuse_beyond_scope
from cchc_board.typed import TypedIn

HEADERS = {
    # Nothing from elsewhere, no scripts at all; only Airflow's own page may frame the board.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "frame-ancestors 'self'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
DAY = "ngay"  # in the address: the day that is shown
KEPT = "ban"  # in a form: what the first of two steps kept
NO_RIGHT = "no-right"
MOUNTED_AT = "/cchc"  # below Airflow's own root


@dataclass(frozen=True)
class Asked:
    """One request as a page sees it. path: the parts of the address that have names; query: the rest of it, its
    filters; actor: who is signed in; token: of forms, empty where there must be none; problem: why what was typed was
    refused; step: of an act in two steps, the first, and `sealed` what the second one needs."""

    desk: RequestView
    path: Mapping[str, str]
    query: Mapping[str, str]
    here: str
    actor: Actor | None = None
    token: str = ""
    notice: str = ""
    problem: str = ""
    typed: TypedIn = field(default_factory=TypedIn)
    step: "FirstStep | None" = None
    sealed: str = ""

    @property
    def year(self) -> int:
        """The year asked for as `nam`, else that of the moment shown. CchcError for one that has no calendar."""
        wanted = self.query.get("nam", "")
        if not wanted:
            return self.desk.as_of.astimezone(clock.TZ).year
        if not (re.fullmatch("[0-9]{4}", wanted) and FIRST_YEAR <= int(wanted) <= LAST_YEAR):
            raise CchcError(t("board.not_found"))
        return int(wanted)

    def may(self, right: str) -> bool:
        """Whether a form for an act of this right is shown."""
        return bool(self.token and self.actor and Right(right) in self.actor.rights)

    def run(self, round_id: str = "") -> Run:
        """The library's view of this request, to read. CchcError while nothing was ever recorded."""
        if self.desk.store is None:
            raise CchcError(t("board.nothing_recorded"))
        return Run(
            self.desk.store, self.desk.instance, self.desk.as_of, round_id or self.path.get("round_id")
        )


@dataclass(frozen=True)
class FirstStep:
    """The first of two steps: what was looked at, to be shown before the second does it. kept: what that one needs,
    JSON; it travels through the browser sealed, and comes back as `TypedIn.kept`."""

    seen: Any
    kept: Any


@dataclass(frozen=True)
class BoardAct:
    """Something done on a page. word: what its form sends as `viec`; command: the same on the command line, without
    `./cchc`; do: does it, returns what to tell, and raises CchcError in words when nothing was recorded. about: the
    fields by which it names units or what came from them; whoever looks after some units may do no other act."""

    word: str
    command: str
    do: Callable[[Run, TypedIn], str | FirstStep]
    right: Right = Right.OPERATE
    about: tuple[str, ...] = ()


@dataclass(frozen=True)
class PageActs:
    """The acts of one page, for the table of what can be done where."""

    path: str
    acts: tuple[BoardAct, ...]


class Board:
    """Adds pages to the application."""

    def __init__(self, app: FastAPI, forms: Forms, acting: Callable[..., Any]) -> None:
        self.app, self.forms, self.acting = app, forms, acting
        self.pages: list[PageActs] = []
        self.whole: set[str] = set()

    def page(
        self,
        path: str,
        template: str,
        show: Callable[[Asked], Any],
        acts: Sequence[BoardAct] = (),
        *,
        view: Callable[[str | None], RequestView] = open_desk,
        whole: bool = False,
    ) -> None:
        """The page at `path`; `template` gets what `show` returns as `page`, and what was asked as `asked`.

        view: opens what a page is shown from, given the day asked for. whole: it tells of every unit, and is not for
        whoever looks after some of them.
        """
        acting, forms, closed = self.acting, self.forms, self.whole
        if whole:
            closed.add(path)

        def look(request: Request, actor: Annotated[Actor | None, Depends(acting)]) -> Response:
            query = dict(request.query_params)
            desk = replace(view(_day_of(query)), viewer=actor.name if actor else "")
            if whole:
                desk.refuse_some_units()
            notice = forms.notice(_signer(actor), query.get(NOTICE_FIELD, ""))
            token = forms.token(_signer(actor), _day_of(query))
            asked = Asked(desk, request.path_params, query, _here(request), actor, token, notice)
            return shown(request, template, asked, show(asked), closed)

        self.app.add_api_route(path, look, methods=["GET"], response_class=HTMLResponse)
        if not acts:
            return
        self.pages.append(PageActs(path, tuple(acts)))
        known = {act.word: act for act in acts}

        def sender(request: Request, actor: Annotated[Actor | None, Depends(acting)]) -> Actor:
            forms.sender(request, _signer(actor))
            assert actor is not None
            return actor

        def act(
            request: Request,
            actor: Annotated[Actor, Depends(sender)],
            sent: Annotated[Posted, Depends(posted)],
        ) -> Response:
            status, problem, typed = 200, "", TypedIn()
            step: FirstStep | None = None
            if whole:
                replace(open_desk(None), viewer=actor.name).refuse_some_units()
            if sent.too_large:
                token, status = forms.token(str(actor), None), 413
                problem = t("board.acts.refused.too_large", limit=LARGEST_FILE // 1024 // 1024)
            else:
                token = forms.taken(str(actor), sent.fields)
                typed = _typed(forms, request, actor, sent)
                try:
                    told = perform(open_desk(None, acting=True), known, typed, actor)
                    if isinstance(told, str):
                        return forms.done(request, _here(request), actor.name, told)
                    step = told
                except CchcError as found:
                    problem, status = str(found), _status(found)
            sealed = forms.seal(_page(request), actor.name, step.kept) if step else ""
            asked = Asked(
                desk=replace(open_desk(None, acting=True), viewer=actor.name),
                path=request.path_params,
                query=dict(request.query_params),
                here=_here(request),
                actor=actor,
                token=token,
                problem=problem,
                typed=typed,
                step=step,
                sealed=sealed,
            )
            return shown(request, template, asked, show(asked), closed, status)

        self.app.add_api_route(path, act, methods=["POST"], response_class=HTMLResponse)

    def file(self, path: str, make: Callable[[Asked], Response], *, whole: bool = False) -> None:
        """A file at `path`, made when it is asked for. whole: as of a page."""

        acting = self.acting

        def fetch(request: Request, actor: Annotated[Actor | None, Depends(acting)]) -> Response:
            query = dict(request.query_params)
            desk = replace(open_desk(_day_of(query)), viewer=actor.name if actor else "")
            if whole:
                desk.refuse_some_units()
            answer = make(Asked(desk, request.path_params, query, _here(request), actor))
            answer.headers.update(HEADERS)
            return answer

        self.app.add_api_route(path, fetch, methods=["GET"], response_class=Response)


def _typed(forms: Forms, request: Request, actor: Actor, sent: Posted) -> TypedIn:
    named = {name: [value] for name, value in request.path_params.items()}
    kept = forms.unseal(_page(request), actor.name, next(iter(sent.fields.get(KEPT, [])), ""))
    return TypedIn({**sent.fields, **named}, sent.file_name, sent.file, kept, actor)


def _status(found: CchcError) -> int:
    return 403 if isinstance(found, RuleRefused) and found.rule == NO_RIGHT else 422


def perform(
    desk: RequestView, known: Mapping[str, BoardAct], typed: TypedIn, actor: Actor
) -> str | FirstStep:
    """Do what the form asks for; returns what to tell. Raises CchcError in words, and then nothing was recorded."""
    act = known.get(typed.one("viec"))
    if act is None:
        raise RuleRefused("act-needed", t("board.acts.refused.act"))
    if act.right not in actor.rights:
        right = table("board.rights")[str(act.right)]
        raise RuleRefused(NO_RIGHT, t("board.acts.refused.right", right=right))
    if desk.store is None:
        raise CchcError(t("board.nothing_recorded"))
    refuse_beyond_scope(replace(desk, viewer=actor.name), act.about, typed)
    settle(upgrade(desk.store), desk.instance, clock.now())
    round_id = typed.one("round_id") or typed.one("dot")
    if round_id:  # an error that names what to do when there is no such round
        round_id = desk.calendar.round(round_id).round_id
    return act.do(Run(desk.store, desk.instance, desk.as_of, round_id or None, actor=actor.name), typed)


def shown(
    request: Request,
    template: str,
    asked: Asked,
    page: Any,
    closed: Set[str] = frozenset(),
    status: int = 200,
) -> HTMLResponse:
    """A page as it leaves: `page` is what its template shows; closed: addresses that are not for whoever looks after
    some units."""
    desk = asked.desk
    html = render(
        template,
        root=(root := str(request.scope.get("root_path", ""))),
        airflow=root.removesuffix(MOUNTED_AT),
        framed=request.headers.get("sec-fetch-dest") == "iframe",
        rehearsal=desk.rehearsal,
        mail_mode=desk.instance.settings.mail_mode,
        moment=clock.vn_instant(desk.as_of),
        ngay=desk.chosen.isoformat() if desk.chosen else "",
        shown_day=clock.vn_date(desk.chosen) if desk.chosen else "",
        menu=menu(asked.here.partition("?")[0], closed if desk.scope is not None else ()),
        asked=asked,
        page=page,
    )
    if asked.typed.fields:
        html = refilled(html, asked.typed.fields, opened=bool(asked.problem))
    return HTMLResponse(html, status_code=status, headers=HEADERS)


def readable(request: Request) -> None:
    """CchcError for an address with what no text has and stores refuse; asked for before every page and file."""
    if any("\0" in one for one in (*map(str, request.path_params.values()), *request.query_params.values())):
        raise CchcError(t("board.not_found"))


def _signer(actor: Actor | None) -> str | None:
    """In whose name forms are sent; None for whoever may only look."""
    return actor.name if actor and actor.rights else None


def _day_of(query: Mapping[str, str]) -> str | None:
    return query.get(DAY, "")[:20] or None


def _here(request: Request) -> str:
    """The page's own address with its filters, below the board's root: where its forms go and come back to."""
    kept = [
        (name, value) for name, value in request.query_params.multi_items() if name not in (NOTICE_FIELD, DAY)
    ]
    return _page(request) + (f"?{urlencode(kept)}" if kept else "")


def _page(request: Request) -> str:
    """The page's own address below the board's root, without its filters."""
    return request.url.path.removeprefix(str(request.scope.get("root_path", "")))
