"""Every page of the board by its route, each with the addresses at which it is measured; a page without one is a fault.

An address names its moment where that matters (`{open}`: a report round under way; `{waiting}`: a draft waits;
`{appraising}`: points are being decided); without one it shows the newest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import FastAPI

from cchc.errors import CchcError
from cchc.texts import t

READER = "nv1"  # an appraiser: sees drafts of points, too
SAMPLES: Mapping[str, tuple[str, ...]] = {
    "/": ("/", "/?ngay={open}", "/?ngay={waiting}", "/?ngay={appraising}"),
    "/nam": ("/nam?nam={year}", "/nam?nam={first_year}", "/nam?ngay={open}"),
    "/ty-le": ("/ty-le?nam={year}", "/ty-le?ngay={open}"),
    "/ty-le/danh-sach.{kind}": ("/ty-le/danh-sach.xlsx?nam={year}",),
    "/dot/{round_id}": (
        "/dot/{report}",
        "/dot/{report}?ngay={open}",
        "/dot/{report}?ngay={waiting}",
        "/dot/{scoring}?ngay={appraising}",
        "/dot/{inspection}",
    ),
    "/dot/{round_id}/doi-soat": ("/dot/{report}/doi-soat", "/dot/{report}/doi-soat?ngay={open}"),
    "/dot/{round_id}/danh-sach.{kind}": ("/dot/{report}/danh-sach.csv",),
    "/don-vi": ("/don-vi", "/don-vi?ngay={open}"),
    "/don-vi/qua-han.{kind}": ("/don-vi/qua-han.csv", "/don-vi/qua-han.csv?ngay={open}"),
    "/don-doc": ("/don-doc",),
    "/don-vi/{code}": ("/don-vi/{unit}", "/don-vi/{unit}?ngay={open}"),
    "/dot/{round_id}/don-vi/{code}": ("/dot/{report}/don-vi/{unit}",),
    "/thu": ("/thu", "/thu?ngay={open}"),
    "/thu/hom-nay": ("/thu/hom-nay", "/thu/hom-nay?ngay={open}"),
    "/thu/nhac": ("/thu/nhac", "/thu/nhac?ngay={open}"),
    "/can-xem-lai/{item_id}": ("/can-xem-lai/{item}",),
    "/dot/{round_id}/loi-cua-so": ("/dot/{report}/loi-cua-so",),
    "/phe-duyet/{round_id}": ("/phe-duyet/{report}?ngay={waiting}", "/phe-duyet/{report}"),
    "/cho-ky": ("/cho-ky", "/cho-ky?ngay={open}"),
    "/so-van-ban": ("/so-van-ban?nam={year}", "/so-van-ban?nam={first_year}"),
    "/so-van-ban/danh-sach.{kind}": ("/so-van-ban/danh-sach.csv?nam={year}",),
    "/chi-tieu": ("/chi-tieu", "/chi-tieu?ngay={open}"),
    "/chi-tieu/{code}": ("/chi-tieu/{indicator}", "/chi-tieu/{indicator}?ngay={open}"),
    "/chi-tieu/{code}/don-vi/{unit}": ("/chi-tieu/{indicator}/don-vi/{unit}",),
    "/chi-tieu/{code}/so-lieu.{kind}": ("/chi-tieu/{indicator}/so-lieu.csv",),
    "/kiem-tra": ("/kiem-tra",),
    "/kiem-tra/{round_id}": ("/kiem-tra/{inspection}", "/kiem-tra/{inspection}?ngay={open}"),
    "/cham-diem": ("/cham-diem",),
    "/cham-diem/{round_id}": ("/cham-diem/{scoring}", "/cham-diem/{scoring}?ngay={appraising}"),
    "/cham-diem/{round_id}/nhom/{group}": ("/cham-diem/{scoring}/nhom/{group}?ngay={appraising}",),
    "/cham-diem/{round_id}/don-vi/{code}": (
        "/cham-diem/{scoring}/don-vi/{unit}",
        "/cham-diem/{scoring}/don-vi/{unit}?ngay={appraising}",
    ),
    "/nguon": ("/nguon", "/nguon?ngay={open}"),
    "/lich": ("/lich?nam={year}",),
    "/lich/lich.ics": ("/lich/lich.ics?nam={year}",),
    "/danh-muc": ("/danh-muc",),
    "/danh-muc/tep": ("/danh-muc/tep?ten={file}",),
    "/danh-muc/{code}": ("/danh-muc/don-vi",),
    "/danh-muc/{code}/danh-sach.{kind}": ("/danh-muc/don-vi/danh-sach.csv",),
    "/nguoi-dung": ("/nguoi-dung",),
    "/viec-can-lam": ("/viec-can-lam",),
    "/suc-khoe": ("/suc-khoe",),
}
# What is made when somebody asks for it: files of bytes that were kept, workbooks, pictures; and the pages' clothes.
MADE_WHEN_ASKED: Mapping[str, str] = {
    "/dot/{round_id}/doi-soat.xlsx": "workbook",
    "/lich/lich.xlsx": "workbook",
    "/danh-muc/tep/hien-nay": "kept",
    "/danh-muc/tep/ban-cu": "kept",
    "/bai-nop/{submission_id:path}": "kept",
    "/van-ban/{document_id:path}": "kept",
    "/phe-duyet/{round_id}/trang/{digest}/{page}.png": "picture",
    "/suc-khoe.json": "monitor",
    "/tinh/board.css": "kept",
    "/tinh/icon.svg": "kept",
}


@dataclass(frozen=True)
class Places:
    """What addresses name. Days are YYYY-MM-DD."""

    year: int
    first_year: int
    report: str
    scoring: str
    inspection: str
    unit: str
    indicator: str
    group: str
    item: str
    file: str
    open: str
    waiting: str
    appraising: str


def routes_of(app: FastAPI) -> Iterator[str]:
    """Every address of the application that answers a GET, as it is declared."""
    for route in app.routes:
        if "GET" in (getattr(route, "methods", None) or ()):
            yield str(getattr(route, "path", ""))


def without_sample(app: FastAPI) -> list[str]:
    """Routes that nobody would measure."""
    return sorted(one for one in set(routes_of(app)) - set(SAMPLES) - set(MADE_WHEN_ASKED))


def addresses(app: FastAPI, places: Places) -> list[tuple[str, str]]:
    """(route, address) of everything that is measured. CchcError for a route that has no address here."""
    if missing := without_sample(app):
        raise CchcError(t("rehearsal.bench_board.no_sample", routes=", ".join(missing)))
    known = set(routes_of(app))
    values = {name: quote(str(value), safe="") for name, value in vars(places).items()}
    return [
        (route, one.format(**values))
        for route, several in SAMPLES.items()
        if route in known
        for one in several
    ]
