"""Kinds of self-scoring workbooks, by folder and by mail; and of evidence that comes with forms or without."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Callable

from cchc_rehearsal.dialects import DIALECTS, rewritten
from cchc_rehearsal.mutations import mutate
from cchc_rehearsal.reception.broken_files import (
    archive_of,
    bomb,
    deep_xml,
    locked_archive,
    locked_workbook,
    nested_archives,
    with_comment,
)
from cchc_rehearsal.reception.drawing import Draw, FolderFile, ItemKind, SentParcel
from cchc_rehearsal.reception.letter_kinds import letter
from cchc_rehearsal.reception.promises import FOLDER, MAILBOX, Promise
from cchc_rehearsal.reception.score_forms import SCORING_ROUND

_PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 200


def _named(draw: Draw, suffix: str = ".xlsx") -> str:
    return f"{SCORING_ROUND}_{draw.unit.code}_{draw.number:06}{suffix}"


def _scores(draw: Draw, content: bytes, suffix: str = ".xlsx") -> SentParcel:
    files = (FolderFile(_named(draw, suffix), content, SCORING_ROUND),)
    return SentParcel(Promise.TAKEN, files, figures=draw.scored().figures, boxes=draw.boxes)


def _valid(draw: Draw) -> SentParcel:
    return _scores(draw, draw.scored().content)


def _odd(draw: Draw) -> SentParcel:
    """Other programs, other endings, other letters, packed."""
    content, way = draw.scored().content, draw.chance.randrange(4)
    if way == 0:
        return _scores(draw, DIALECTS[draw.chance.choice(sorted(DIALECTS))](content))
    if way == 1:
        return _scores(draw, content, draw.chance.choice((".xls", ".dat", "", ".XLSX", ".pdf")))
    if way == 2:
        return _scores(draw, archive_of((_named(draw), content)), ".zip")
    apart = rewritten(
        content,
        lambda name, part: (
            name,
            unicodedata.normalize("NFD", part.decode()).encode() if name == "xl/workbook.xml" else part,
        ),
    )
    return _scores(draw, apart)


def _faulty(draw: Draw) -> SentParcel:
    files = (FolderFile(_named(draw), draw.scored(faulty=True).content, SCORING_ROUND),)
    return SentParcel(Promise.REJECTED, files, boxes=draw.boxes)


def _mutated(draw: Draw) -> SentParcel:
    content, name, _ = mutate(draw.scored().content, f"{draw.number}:{draw.chance.random()}")
    files = (FolderFile(_named(draw, "." + name.rpartition(".")[2]), content, SCORING_ROUND),)
    return SentParcel(Promise.WHOLE, files, boxes=draw.boxes)


def _by_mail(draw: Draw) -> SentParcel:
    filled = draw.scored()
    raw = letter(draw, (f"tu-cham_{draw.number:06}.xlsx", filled.content)).as_bytes()
    return SentParcel(Promise.TAKEN, letters=(raw,), figures=filled.figures, boxes=draw.boxes)


@functools.cache
def _bombs() -> tuple[bytes, ...]:
    """Made once, three times what a form may unpack to. Each draw puts its mark behind the archive, as a comment."""
    return tuple(bomb(name, megabytes=200) for name in ("anh.bmp", "word/document.xml"))


def evidence(draw: Draw) -> tuple[str, bytes]:
    """(name, content) of what units lay beside a form, the odd ones among them; never a form, its own by its mark."""
    mark, number = draw.mark.encode(), f"{draw.number:06}"
    picture = _PICTURE + mark
    choices: tuple[Callable[[], tuple[str, bytes]], ...] = (
        lambda: (f"{number} bản ký.pdf", b"%PDF-1.7\n" + mark + b"\n%%EOF\n"),
        lambda: (f"{number} ảnh.jpg", picture),
        lambda: (f"{number} ảnh.zip", archive_of(("1.jpg", picture), ("2.jpg", picture + b"2"))),
        lambda: (f"{number} khóa.zip", locked_archive(mark)),
        lambda: (f"{number} khóa.docx", locked_workbook(mark)),
        lambda: (f"{number} lồng.zip", nested_archives(mark)),
        lambda: (f"{number} bom.zip", with_comment(_bombs()[0], mark)),
        lambda: (f"{number} bom.docx", with_comment(_bombs()[1], mark)),
        lambda: (f"{number}{'x' * 230}.pdf", b"%PDF-1.4\n" + mark),
        lambda: (f"{number} trang.doc", b"<html><body>" + mark),
        lambda: (f"{number} danh sách.txt", "Danh sách kèm theo ".encode() + mark),
        lambda: (f"{number} ảnh.rar", b"Rar!\x1a\x07\x01\x00" + mark),
    )
    return draw.chance.choice(choices)()


def _evidence_beside_a_form(draw: Draw) -> SentParcel:
    """Whatever lies beside it, the form is taken in."""
    filled = draw.filled()
    files = [(f"bieu_{draw.number:06}.xlsx", filled.content), evidence(draw)]
    draw.chance.shuffle(files)
    raw = letter(draw, *files).as_bytes()
    return SentParcel(Promise.TAKEN, letters=(raw,), figures=filled.figures, boxes=draw.boxes)


def _evidence_in_the_folder(draw: Draw) -> SentParcel:
    """Evidence alone, under the name of a unit's form."""
    name, content = evidence(draw)
    suffix = "." + name.rpartition(".")[2]
    return SentParcel(
        Promise.REFUSED, (FolderFile(draw.name(suffix), content, draw.round_id),), boxes=draw.boxes
    )


def _nested_form(draw: Draw) -> SentParcel:
    """A form whose sheet is nested deeper than a stack: any way out, but a whole one."""
    content = deep_xml(draw.filled().content, draw.mark.encode())
    return SentParcel(Promise.WHOLE, (FolderFile(draw.name(), content, draw.round_id),), boxes=draw.boxes)


_BUILDS: dict[str, tuple[str, float, Callable[[Draw], SentParcel]]] = {
    "score_valid": (FOLDER, 3, _valid),
    "score_odd": (FOLDER, 2, _odd),
    "score_faulty": (FOLDER, 1, _faulty),
    "score_mutated": (FOLDER, 1, _mutated),
    "score_by_mail": (MAILBOX, 2, _by_mail),
    "evidence_beside_a_form": (MAILBOX, 3, _evidence_beside_a_form),
    "evidence_in_the_folder": (FOLDER, 2, _evidence_in_the_folder),
    "folder_nested": (FOLDER, 0.7, _nested_form),
}
SCORE_KINDS = {name: ItemKind(name, way, weight, build) for name, (way, weight, build) in _BUILDS.items()}
