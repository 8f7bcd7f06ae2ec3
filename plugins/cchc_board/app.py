"""The board's pages. Each asks for Airflow's login; three change something: 'Đôn đốc', 'Chờ ký' and
'Lời của Sở' have forms."""

# No `from __future__ import annotations`: FastAPI could not resolve what is named inside a function.

import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

from cchc.clock import TZ, now
from cchc.depot import Depot
from cchc.documents.registry import FOLDER
from cchc.errors import CchcError
from cchc.paths import current_instance
from cchc.table_files import PlainTable, table_bytes
from cchc.texts import t
from cchc.watching import State
from cchc_board.acts import act_form, perform
from cchc_board.chasing_page import chasing_page
from cchc_board.desk import RequestView, open_desk, watched_run
from cchc_board.forms import Forms
from cchc_board.genuine import NotGenuine, seal, unseal
from cchc_board.health_page import Pulse, health_page, pulse_of
from cchc_board.own_words_page import own_words_page, typed_in, write_words
from cchc_board.posted import LARGEST_FILE, Upload, posted_fields, posted_file
from cchc_board.readiness_page import readiness_page
from cchc_board.rendering import ICON, STYLE, render
from cchc_board.round_page import round_page
from cchc_board.signing_page import look, record_and_send, signing_page
from cchc_board.sources_page import sources_page
from cchc_board.tables import overdue_table, units_table
from cchc_board.unit_page import unit_page
from cchc_board.year_page import moment_words, year_page

SIGNED_COPY = "signed-copy"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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
Day = Annotated[str | None, Query(alias="ngay", max_length=10)]


def nobody() -> str | None:
    """Nobody may do anything but look."""
    return None


def create_app(
    signed_in: Callable[..., Any],
    login_address: Callable[[str], str],
    acting: Callable[..., Any] = nobody,
    form_key: bytes = b"",
    own_origin: str = "",
    connections: Callable[[], Mapping[str, str]] = dict,
    parts: Callable[[], Mapping[str, str | None]] = dict,
) -> FastAPI:
    """The application. `signed_in` is a dependency that answers 401 or 403 to whoever may not look; `acting` one
    that names whoever may act (None: only look). form_key: forms are sealed with it; own_origin: see `genuine`;
    connections: those of Airflow, by id, each with what is wrong in it; parts: how its processes are."""
    form_key = form_key or secrets.token_bytes(32)
    forms = Forms(form_key, own_origin)
    app = FastAPI(
        title="CCHC", docs_url=None, redoc_url=None, openapi_url=None, dependencies=[Depends(signed_in)]
    )
    app.add_exception_handler(HTTPException, _turned_away(login_address))
    app.add_exception_handler(CchcError, _explained)
    app.add_exception_handler(RequestValidationError, _explained)

    def sender(request: Request, actor: Annotated[str | None, Depends(acting)]) -> str:
        return forms.sender(request, actor)

    @app.get("/")
    def year(
        request: Request, nam: Annotated[int | None, Query(ge=2016, le=2044)] = None, ngay: Day = None
    ) -> Response:
        desk = open_desk(ngay)
        page = year_page(desk, nam or desk.as_of.year)
        return _page(request, desk, "nam.html.j2", page=page, nam=nam)

    @app.get("/dot/{round_id}")
    def one_round(
        request: Request,
        round_id: str,
        chosen: Annotated[str, Query(alias="trang-thai", max_length=30)] = "",
        ngay: Day = None,
    ) -> Response:
        desk = open_desk(ngay)
        return _page(request, desk, "dot.html.j2", page=round_page(desk, round_id, chosen))

    @app.get("/dot/{round_id}/don-vi/{code}")
    def one_unit(request: Request, round_id: str, code: str, ngay: Day = None) -> Response:
        desk = open_desk(ngay)
        return _page(request, desk, "don_vi.html.j2", page=unit_page(desk, round_id, code))

    @app.get("/dot/{round_id}/loi-cua-so")
    def own_words(
        request: Request,
        round_id: str,
        actor: Annotated[str | None, Depends(acting)],
        ngay: Day = None,
        sealed: Annotated[str, Query(alias="da-lam", max_length=8000)] = "",
    ) -> Response:
        desk = open_desk(ngay)
        page = own_words_page(desk, round_id, forms.token(actor, ngay), forms.notice(sealed))
        return _page(request, desk, "loi_cua_so.html.j2", page=page)

    @app.post("/dot/{round_id}/loi-cua-so")
    def write_own_words(
        request: Request,
        round_id: str,
        actor: Annotated[str, Depends(sender)],
        fields: Annotated[dict[str, list[str]], Depends(posted_fields)],
    ) -> Response:
        token = forms.taken(actor, fields)
        desk = open_desk(None, acting=True)
        try:
            told = write_words(desk, round_id, fields, actor)
        except CchcError as problem:
            page = own_words_page(desk, round_id, token, problem=str(problem), typed=typed_in(fields))
            return _page(request, desk, "loi_cua_so.html.j2", status=422, page=page)
        return forms.done(request, f"/dot/{desk.calendar.round(round_id).round_id}/loi-cua-so", told)

    @app.get("/dot/{round_id}/doi-soat.xlsx")
    def reconciliation(round_id: str, ngay: Day = None) -> Response:
        return _reconciliation(open_desk(ngay), round_id)

    @app.get("/dot/{round_id}/danh-sach.{kind}")
    def units_file(
        round_id: str,
        kind: Literal["xlsx", "csv"],
        chosen: Annotated[str, Query(alias="trang-thai", max_length=30)] = "",
        ngay: Day = None,
    ) -> Response:
        desk = open_desk(ngay)
        return _table(desk, units_table(desk, round_id, chosen), f"danh-sach-{round_id}", kind)

    @app.get("/don-doc/qua-han.{kind}")
    def overdue_file(kind: Literal["xlsx", "csv"], ngay: Day = None) -> Response:
        desk = open_desk(ngay)
        return _table(desk, overdue_table(desk), "qua-han", kind)

    @app.get("/nguon")
    def sources(request: Request, ngay: Day = None) -> Response:
        desk = open_desk(ngay)
        return _page(request, desk, "nguon.html.j2", page=sources_page(desk))

    @app.get("/viec-can-lam")
    def before_live(request: Request) -> Response:
        # Not the day that is shown: what is missing is missing now.
        page = readiness_page(open_desk(None).instance, connections(), now())
        return _page(request, open_desk(None), "viec_can_lam.html.j2", page=page)

    @app.get("/suc-khoe")
    def how_it_is(request: Request) -> Response:
        run = watched_run()
        page = health_page(run, parts())
        # No store: it may be what cannot be reached.
        desk = RequestView(current_instance(), None, run.as_of if run else now())
        return _page(request, desk, "suc_khoe.html.j2", page=page)

    pulse = Pulse(lambda: pulse_of(watched_run, parts))

    def beat(request: Request) -> Response:
        state = pulse.state()
        code = 503 if state is State.BROKEN else 200
        return JSONResponse({"status": str(state)}, status_code=code, headers=HEADERS)

    # Beside the application's own routes, so that a monitor needs no login: one word, nothing of any unit.
    app.add_route("/suc-khoe.json", beat, methods=["GET"])

    @app.get("/don-doc")
    def chasing(
        request: Request,
        actor: Annotated[str | None, Depends(acting)],
        ngay: Day = None,
        sealed: Annotated[str, Query(alias="da-lam", max_length=8000)] = "",
    ) -> Response:
        desk = open_desk(ngay)
        page = chasing_page(desk)
        token = forms.token(actor, ngay)
        return _page(
            request,
            desk,
            "don_doc.html.j2",
            page=page,
            form=act_form(desk, token) if token else None,
            notice=forms.notice(sealed),
        )

    @app.post("/don-doc")
    def act(
        request: Request,
        actor: Annotated[str, Depends(sender)],
        fields: Annotated[dict[str, list[str]], Depends(posted_fields)],
    ) -> Response:
        token = forms.taken(actor, fields)
        desk = open_desk(None, acting=True)
        try:
            told = perform(desk, fields, actor)
        except CchcError as problem:
            page = chasing_page(desk)
            form = act_form(desk, token, fields, str(problem))
            return _page(request, desk, "don_doc.html.j2", status=422, page=page, form=form, notice="")
        return forms.done(request, "/don-doc", told)

    @app.get("/cho-ky")
    def waiting_for_signatures(
        request: Request,
        actor: Annotated[str | None, Depends(acting)],
        ngay: Day = None,
        sealed: Annotated[str, Query(alias="da-lam", max_length=8000)] = "",
    ) -> Response:
        desk = open_desk(ngay)
        page = signing_page(desk, forms.token(actor, ngay), forms.notice(sealed))
        return _page(request, desk, "cho_ky.html.j2", page=page)

    @app.post("/cho-ky")
    def look_at_signed(
        request: Request,
        actor: Annotated[str, Depends(sender)],
        upload: Annotated[Upload, Depends(posted_file)],
    ) -> Response:
        desk = open_desk(None, acting=True)
        if upload.too_large:
            limit = LARGEST_FILE // 1024 // 1024
            problem = t("board.signing.too_large", limit=limit)
            page = signing_page(desk, forms.token(actor, None), problem=problem)
            return _page(request, desk, "cho_ky.html.j2", status=413, page=page)
        token = forms.taken(actor, upload.fields)
        try:
            seen = look(desk, upload, actor)
        except CchcError as problem:
            page = signing_page(desk, token, problem=str(problem), typed=upload.fields)
            return _page(request, desk, "cho_ky.html.j2", status=422, page=page)
        page = signing_page(desk, token, seen=replace(seen, sealed=seal(form_key, SIGNED_COPY, seen.kept)))
        return _page(request, desk, "cho_ky.html.j2", page=page)

    @app.post("/cho-ky/gui")
    def record_signed(
        request: Request,
        actor: Annotated[str, Depends(sender)],
        fields: Annotated[dict[str, list[str]], Depends(posted_fields)],
    ) -> Response:
        token = forms.taken(actor, fields)
        kept = unseal(form_key, SIGNED_COPY, next(iter(fields.get("ban", [])), ""))
        desk = open_desk(None, acting=True)
        try:
            told = record_and_send(desk, kept, actor)
        except CchcError as problem:
            page = signing_page(desk, token, problem=str(problem))
            return _page(request, desk, "cho_ky.html.j2", status=422, page=page)
        return forms.done(request, "/cho-ky", told)

    @app.get("/van-ban/{document_id:path}")
    def document(document_id: str) -> Response:
        return _document(open_desk(None), document_id)

    @app.get("/tinh/board.css")
    def style() -> Response:
        return FileResponse(STYLE, media_type="text/css", headers={"X-Content-Type-Options": "nosniff"})

    @app.get("/tinh/icon.svg")
    def icon() -> Response:
        return FileResponse(ICON, media_type="image/svg+xml", headers={"X-Content-Type-Options": "nosniff"})

    return app


def _page(
    request: Request, desk: RequestView, template: str, status: int = 200, **values: Any
) -> HTMLResponse:
    root = str(request.scope.get("root_path", ""))
    html = render(
        template,
        root=root,
        rehearsal=desk.rehearsal,
        mail_mode=desk.instance.settings.mail_mode,
        moment=moment_words(desk),
        ngay=desk.chosen.isoformat() if desk.chosen else "",
        **values,
    )
    return HTMLResponse(html, status_code=status, headers=HEADERS)


def _reconciliation(desk: RequestView, round_id: str) -> Response:
    """Units' figures beside those of the systems as known at the moment shown; made when it is asked for."""
    # Rarely asked for, and heavy: every process of Airflow loads the plugin.
    from cchc.figures.facts import reconciliation_of
    from cchc.indicators import IndicatorRegister
    from cchc.report.reconciliation_book import build_reconciliation_book

    round_ = desk.calendar.round(round_id)
    if desk.store is None or round_id not in desk.opened_rounds(round_.year):
        raise CchcError(t("board.nothing_recorded"))
    lines = reconciliation_of(desk.store, round_, desk.units, IndicatorRegister.load(), desk.as_of)
    content = build_reconciliation_book(round_, lines, desk.as_of, rehearsal=desk.rehearsal)
    name = f'attachment; filename="doi-soat-{round_.round_id}.xlsx"'
    return Response(
        content, media_type=XLSX, headers={"Cache-Control": "no-store", "Content-Disposition": name}
    )


def _table(desk: RequestView, shown: PlainTable, name: str, kind: str) -> Response:
    """A list of the board as a file; its name tells the day, and a rehearsal by its first word."""
    name = (
        f"{'dien-tap-' if desk.rehearsal else ''}{name}-{desk.as_of.astimezone(TZ).date().isoformat()}.{kind}"
    )
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    media_type = XLSX if kind == "xlsx" else "text/csv; charset=utf-8"
    return Response(table_bytes(shown, f".{kind}"), media_type=media_type, headers=headers)


def _document(desk: RequestView, document_id: str) -> Response:
    """A document that was made, from the folder where nothing is rewritten."""
    row = desk.store.one("board.document", document_id=document_id) if desk.store else None
    if row is None:
        raise CchcError(t("board.no_document"))
    digest, suffix = str(row["file_sha256"]), "." + str(row["file_name"]).rpartition(".")[2]
    path = desk.instance.data / FOLDER / digest[:2] / f"{digest}{suffix}"
    if not path.is_file() and (depot := Depot.of(desk.instance)):
        with suppress(OSError):  # a folder that the board may only read
            depot.fetch(path)
    if not path.is_file():
        raise CchcError(t("board.no_document"))
    return FileResponse(path, filename=row["file_name"], headers={"Cache-Control": "no-store"})


def _turned_away(login_address: Callable[[str], str]) -> Callable[[Request, Any], Response]:
    def answer(request: Request, error: HTTPException) -> Response:
        """Say in Vietnamese that one must sign in, with the way there; nothing of the board is shown."""
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
        return HTMLResponse(html, status_code=error.status_code, headers=HEADERS)

    return answer


def _explained(request: Request, error: Any) -> Response:
    """An error made for people, as a page."""
    root = str(request.scope.get("root_path", ""))
    text = str(error) if isinstance(error, CchcError) else t("board.not_found")
    html = render("loi.html.j2", root=root, styled=True, title=t("board.cannot_title"), text=text, login="")
    return HTMLResponse(html, status_code=404, headers=HEADERS)
