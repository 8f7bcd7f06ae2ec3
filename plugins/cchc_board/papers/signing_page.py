"""Page 'Chờ ký': what waits for its signed copy, and adding one as `./cchc van-ban ky` does: looked at, then sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any

from cchc.depot import keep
from cchc.documents.handing_out import add_and_mail
from cchc.documents.registry import FOLDER, DocumentRecord, pdf_copies
from cchc.documents.signed_copies import Given, Looked, find, look_at, shown, to_be_signed
from cchc.documents.signed_words import what_was_found, where_it_goes
from cchc.errors import RuleRefused
from cchc.files import sha256_bytes
from cchc.run import Run, YearData
from cchc.texts import t, table
from cchc_board.desk import RequestView
from cchc_board.door import Asked, BoardAct, FirstStep
from cchc_board.typed import TypedIn

_NAMED = 3  # addresses of one line in the list; all of them once a copy was looked at


@dataclass(frozen=True)
class Waiting:
    """A document that waits. label: what it is; file: its name; receivers: lines to read; to_sign: id of
    the file that is signed, the PDF made of it where there is one; is_pdf: whether it is one."""

    document_id: str
    label: str
    file: str
    since: datetime
    receivers: list[str]
    to_sign: str
    is_pdf: bool


@dataclass(frozen=True)
class Seen:
    """A copy that was looked at, not recorded yet."""

    lines: list[str]
    receivers: list[str]


@dataclass(frozen=True)
class SigningPage:
    """What the template shows."""

    waiting: list[Waiting]


def signing_page(asked: Asked) -> SigningPage:
    """The documents that wait at the moment shown, oldest first; for whoever looks after some units letters to them."""
    desk = asked.desk
    found: list[Waiting] = []
    if desk.store is not None:
        run = Run(desk.store, desk.instance, desk.as_of)
        unsigned = [each.document for each in to_be_signed(run) if each.copy is None]
        seen = unsigned if desk.scope is None else [one for one in unsigned if one.unit_code in desk.scope]
        pdfs = pdf_copies(desk.store, seen)
        for one in seen:
            file = pdfs.get(one.document_id, one)
            found.append(
                Waiting(
                    one.document_id,
                    _label(desk, one),
                    PurePosixPath(one.file_name).name,
                    one.made_at,
                    where_it_goes(run, one, _NAMED),
                    file.document_id,
                    file.file_name.endswith(".pdf"),
                )
            )
    return SigningPage(found)


def label_of(data: YearData, one: DocumentRecord) -> str:
    """`Báo cáo 12/BC-UBND, Báo cáo CCHC quý I năm 2026`; without a number the kind and the round alone."""
    kind = table("board.document_kinds").get(one.kind, t("board.other_document"))
    title = data.calendar.round(one.round_id).title
    return f"{kind} {one.number}/{one.symbol}, {title}" if one.number else f"{kind}, {title}"


def _label(desk: RequestView, one: DocumentRecord) -> str:
    label = label_of(desk, one)
    return f"{label}, {desk.unit_name(one.unit_code)}" if one.unit_code else label


def _look(run: Run, typed: TypedIn) -> FirstStep:
    """Check an uploaded copy; it is kept until it is recorded, or for nothing. Raises RuleRefused in words."""
    if not typed.one("van-ban"):
        raise RuleRefused("document-needed", t("board.signing.refused.document"))
    if not typed.file:
        raise RuleRefused("file-needed", t("board.signing.refused.file"))
    name, content = typed.upload()
    words, day = typed.text_if_any("ly-do"), typed.day_if_any("ngay-ky")
    given = Given(typed.one("so"), day, words, bool(typed.one("ban-giay")))
    looked = look_at(run, find(run, typed.one("van-ban")), content, name, given)
    digest, _ = keep(run.instance, FOLDER, content, ".pdf")
    kept = [looked.of.document_id, digest, name, given.number, day and day.isoformat(), words, given.scan]
    return FirstStep(Seen(what_was_found(looked), where_it_goes(run, looked.of)), kept)


def _record_and_send(run: Run, typed: TypedIn) -> str:
    """Record the copy that was looked at, and let it go; returns what to tell. Raises RuleRefused in words."""
    looked = _again(run, typed.kept)
    mails = add_and_mail(run, looked)
    return t("cli.signing.added", name=shown(looked.of), count=mails)


def _again(run: Run, kept: Any) -> Looked:
    """The same copy as it is now: somebody may have added another, or sent the document, meanwhile."""
    match kept:
        case [str(document_id), str(digest), str(name), str(number), day, str(words), bool(scan)]:
            path = run.instance.data / FOLDER / digest[:2] / f"{digest}.pdf"
            content = path.read_bytes() if path.is_file() else b""
            if sha256_bytes(content) == digest:
                given = Given(number, date.fromisoformat(day) if day else None, words, scan)
                return look_at(run, find(run, document_id), content, name, given)
    raise RuleRefused("not-looked-at", t("board.signing.refused.again"))


ACTS = (
    BoardAct("xem", "van-ban ky", _look, about=("van-ban",)),
    BoardAct("gui", "van-ban ky", _record_and_send, about=("van-ban",)),
)
