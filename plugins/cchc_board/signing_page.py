"""Page 'Chờ ký': what waits for its signed copy, and adding one as `./cchc van-ban ky` does: looked at, then sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any

from cchc import clock
from cchc.depot import keep
from cchc.documents.handing_out import add_and_mail
from cchc.documents.registry import FOLDER, DocumentRecord, pdf_copy
from cchc.documents.signed_copies import Given, Looked, find, look_at, shown, to_be_signed
from cchc.documents.signed_words import what_was_found, where_it_goes
from cchc.errors import RuleRefused
from cchc.files import sha256_bytes
from cchc.identity import settle
from cchc.run import Run
from cchc.store import upgrade
from cchc.texts import t, table
from cchc_board.acts import LONGEST_TEXT, day_of
from cchc_board.desk import RequestView
from cchc_board.posted import Upload

_NAMED = 3  # addresses of one line in the list; all of them once a copy was looked at


@dataclass(frozen=True)
class Waiting:
    """A document that waits. label: number and file; receivers: lines to read; to_sign: id of the file that is signed,
    the PDF made of it where there is one; is_pdf: whether it is one."""

    document_id: str
    kind: str
    label: str
    since: datetime
    receivers: list[str]
    to_sign: str
    is_pdf: bool


@dataclass(frozen=True)
class Seen:
    """A copy that was looked at, not recorded yet. kept: what recording it needs, sealed on its way through the
    browser."""

    lines: list[str]
    receivers: list[str]
    kept: list[Any]
    sealed: str = ""


@dataclass(frozen=True)
class SigningPage:
    """What the template shows; without `token` nobody can add anything."""

    waiting: list[Waiting]
    token: str
    notice: str
    problem: str
    seen: Seen | None
    typed: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        return next(iter(self.typed.get(name, ())), "")


def signing_page(
    desk: RequestView,
    token: str,
    notice: str = "",
    problem: str = "",
    seen: Seen | None = None,
    typed: Mapping[str, Sequence[str]] | None = None,
) -> SigningPage:
    """The documents that wait at the moment shown, oldest first."""
    found: list[Waiting] = []
    if desk.store is not None:
        run, kinds = Run(desk.store, desk.instance, desk.as_of), table("board.document_kinds")
        for one in (each.document for each in to_be_signed(run) if each.copy is None):
            file = pdf_copy(desk.store, one) or one
            found.append(
                Waiting(
                    one.document_id,
                    kinds.get(one.kind, t("board.other_document")),
                    _label(desk, one),
                    one.made_at,
                    where_it_goes(run, one, _NAMED),
                    file.document_id,
                    file.file_name.endswith(".pdf"),
                )
            )
    return SigningPage(found, token, notice, problem, seen, typed or {})


def _label(desk: RequestView, one: DocumentRecord) -> str:
    return f"{shown(one)}, {desk.unit_name(one.unit_code)}" if one.unit_code else shown(one)


def look(desk: RequestView, upload: Upload, actor: str) -> Seen:
    """Check an uploaded copy; it is kept until it is recorded, or for nothing. Raises RuleRefused in words."""
    if not upload.text("van-ban"):
        raise RuleRefused("document-needed", t("board.signing.refused.document"))
    if not upload.content:
        raise RuleRefused("file-needed", t("board.signing.refused.file"))
    words = " ".join(upload.text("ly-do").split())
    if len(words) > LONGEST_TEXT:
        raise RuleRefused("text-too-long", t("board.acts.refused.long", most=LONGEST_TEXT, count=len(words)))
    day = day_of(upload.text("ngay-ky")) if upload.text("ngay-ky") else None
    run = _run(desk, actor)
    name = PurePosixPath(upload.name.replace("\\", "/")).name[:120]
    given = Given(upload.text("so"), day, words, bool(upload.text("ban-giay")))
    looked = look_at(run, find(run, upload.text("van-ban")), upload.content, name, given)
    digest, _ = keep(desk.instance, FOLDER, upload.content, ".pdf")
    kept = [looked.of.document_id, digest, name, given.number, day and day.isoformat(), words, given.scan]
    return Seen(what_was_found(looked), where_it_goes(run, looked.of), kept)


def record_and_send(desk: RequestView, kept: Any, actor: str) -> str:
    """Record the copy that was looked at, and let it go; returns what to tell. Raises RuleRefused in words."""
    run = _run(desk, actor)
    looked = _again(run, kept)
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


def _run(desk: RequestView, actor: str) -> Run:
    assert desk.store is not None
    settle(upgrade(desk.store), desk.instance, clock.now())
    return Run(desk.store, desk.instance, desk.as_of, actor=actor)
