"""Inputs of the round of scores that must be refused, each with the words that refuse it and what may be left behind.

A faulty self-score leaves no points and no evidence; faulty evidence is told and left, and the points stand without it;
a faulty appraisal workbook is taken by nobody, in whole.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl

from cchc.criteria import CriterionRow
from cchc.texts import t, table
from cchc.workbooks.appraisal_book import AT, FIRST_ROW
from cchc.workbooks.writing import Cell
from cchc_rehearsal.reception.broken_files import archive_of, bomb, nested_archives
from cchc_rehearsal.scores.claims import UnitClaim, paper
from cchc_rehearsal.scores.scene import UNIT, ScoreScene, few_units

DESK = "so-tu-phap"
_BIG = 20 * 1024 * 1024 + 1
_MACROS = "word/vbaProject.bin"


@dataclass(frozen=True)
class BadInput:
    """One input. give: hands it over and returns what is told. told: a pattern of the words that must be among it.

    left: what of it is not kept although the self-score counts; '' when the whole input is refused.
    """

    name: str
    give: Callable[[ScoreScene], str]
    told: str
    left: str = ""


@dataclass(frozen=True)
class TriedInput:
    """What came of an input; fault: '' when it was refused with its words and nothing was half-stored."""

    one: BadInput
    said: str
    fault: str


def campaign(
    folder: Path, self_scores: Sequence[BadInput] | None = None, appraisals: Sequence[BadInput] | None = None
) -> Iterator[TriedInput]:
    """Every input in its turn, in an installation made in `folder`."""
    with few_units(folder):
        scene = ScoreScene(folder)
        try:
            for one in SELF_SCORES if self_scores is None else self_scores:
                yield _tried(scene, one)
            written = APPRAISALS if appraisals is None else appraisals
            if not written:
                return
            scene.begin_appraisal()
            sound = scene.book(DESK).read_bytes()
            for one in written:
                scene.book(DESK).write_bytes(sound)
                yield _tried(scene, one)
        finally:
            scene.close()


def _tried(scene: ScoreScene, one: BadInput) -> TriedInput:
    before = scene.kept()
    said = one.give(scene)
    after = scene.kept()
    fault = ""
    if not re.search(one.told, said):
        fault = t("rehearsal.scores.bad.other_words", said=said)
    elif one.left and not said.startswith("warned"):
        fault = t("rehearsal.scores.bad.lost", said=said)
    elif (one.left and one.left in after.evidence) or (not one.left and after != before):
        fault = t("rehearsal.scores.bad.half_stored", before=before, after=after)
    return TriedInput(one, said, fault)


# -- self-scores -----------------------------------------------------------------------------------------


def _plain(row: CriterionRow) -> bool:
    return row.is_claimable and not row.options and row.effect == "diem"


def _spoilt(
    wanted: Callable[[CriterionRow], bool], write: Callable[[CriterionRow], Mapping[str, Cell]]
) -> Any:
    def give(scene: ScoreScene) -> str:
        row = scene.row(wanted)
        return scene.hand_in(replace(scene.claim, scores={**scene.claim.scores, row.code: write(row)}))

    return give


def _cut_off(scene: ScoreScene) -> str:
    return scene.arrive(f"2026-CD_{UNIT}.xlsx", scene.form()[:-400])


def _with_evidence(
    rows: Callable[[str], Sequence[Mapping[str, Cell]]], files: Callable[[], Mapping[str, bytes]] = dict
) -> Any:
    """The sound self-score with rows more in the sheet of evidence, and with files more beside it.

    The files are made when they are handed in: one of them takes seconds.
    """

    def give(scene: ScoreScene) -> str:
        code = scene.row(_plain).code
        claim = scene.claim
        return scene.hand_in(replace(claim, evidence=[*claim.evidence, *rows(code)]), files())

    return give


def _named(name: str) -> Callable[[str], Sequence[Mapping[str, Cell]]]:
    return lambda code: [{"code": code, "name": name}]


def _links(code: str) -> list[Mapping[str, Cell]]:
    return [{"code": code, "name": f"https://tinh.gov.vn/{number}"} for number in range(21)]


def _no_required(scene: ScoreScene) -> str:
    row = scene.row(lambda one: one.is_claimable and one.evidence_needed == "bat_buoc")
    scores = dict(scene.claim.scores)
    best = max(row.options, key=lambda code: row.options[code]) if row.options else None
    scores[row.code] = {"chosen": best} if best else {"self_points": row.max_points}
    return scene.hand_in(UnitClaim(scores))


SELF_SCORES = (
    BadInput("tren_toi_da", _spoilt(_plain, lambda row: {"self_points": row.max_points + 1}),
             r"Điểm tự chấm [\d.]+: [\d,]+ > [\d,]+ \(tối đa\)"),
    BadInput("am", _spoilt(_plain, lambda row: {"self_points": Decimal(-1)}), r"Điểm tự chấm [\d.]+: -1 < 0"),
    BadInput("khao_sat", _spoilt(lambda row: not row.is_claimable, lambda row: {"self_points": Decimal(1)}),
             r"là tiêu chí khảo sát: không tự chấm"),
    BadInput("lua_chon_la", _spoilt(lambda row: bool(row.options), lambda row: {"chosen": "khong-co"}),
             r"“khong-co” không phải lựa chọn"),
    BadInput("chu_trong_o_diem", _spoilt(_plain, lambda row: {"self_points": "hai rưỡi"}), "hai rưỡi"),
    BadInput("ma_minh_chung_la", _with_evidence(lambda code: [{"code": "99.9", "name": "a.pdf"}]), r"99\.9"),
    BadInput("tep_hong", _cut_off, "bị cắt giữa chừng"),
    BadInput("thieu_bat_buoc", _no_required, r"thiếu minh chứng .* \(bắt buộc\)", left="—"),
    BadInput("tep_exe", _with_evidence(_named("kh.exe"), lambda: {"kh.exe": b"MZ" + bytes(200)}),
             r'Tệp "kh\.exe" không phải văn bản được nhận \(pdf, docx, xlsx, jpg, png\)', left="kh.exe"),
    BadInput("khong_gui_kem", _with_evidence(_named("QD123.pdf")),
             r'Tệp "QD123\.pdf" không có trong thư nhưng có trong sheet Minh chứng, dòng \d+', left="QD123.pdf"),
    BadInput("khong_ghi_ten", _with_evidence(lambda code: [], lambda: {"la.pdf": paper("la")}),
             r'Tệp "la\.pdf" có trong thư nhưng không có trong sheet', left="la.pdf"),
    BadInput("long_nhau", _with_evidence(_named("a.zip"), lambda: {"a.zip": nested_archives(b"x", 3)}), r'"a\.zip"',
             left="a.zip"),
    BadInput("bom_nen", _with_evidence(_named("b.docx"), lambda: {"b.docx": bomb("word/document.xml", 512)}),
             r'"b\.docx"', left="b.docx"),
    BadInput("macro", _with_evidence(_named("c.docx"), lambda: {"c.docx": archive_of(
        ("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>"), (_MACROS, b"x"))}), r'"c\.docx"',
             left="c.docx"),
    BadInput("qua_lon", _with_evidence(_named("d.pdf"), lambda: {"d.pdf": paper("d") + bytes(_BIG)}),
             r'Tệp "d\.pdf" lớn hơn 20 MB', left="d.pdf"),
    BadInput("mang_noi_bo", _with_evidence(_named("https://10.1.2.3/kh")), r"chỉ mở được trong mạng nội bộ",
             left="https://10.1.2.3/kh"),
    BadInput("khong_https", _with_evidence(_named("http://tinh.gov.vn/kh")), r"không phải https", left="http://tinh.gov.vn/kh"),
    BadInput("nhieu_lien_ket", _with_evidence(_links), r"nhiều nhất 20 liên kết", left="https://tinh.gov.vn/20"),
)  # fmt: skip


# -- appraisal workbooks ---------------------------------------------------------------------------------


def _edited(change: Callable[[Any, dict[str, str]], None]) -> Callable[[ScoreScene], str]:
    """The group's workbook with something changed in it; `change` is given the sheet and the words of the choices."""

    def give(scene: ScoreScene) -> str:
        path = scene.book(DESK)
        book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
        change(book[t("workbooks.sheets.appraisal")], table("workbooks.appraisal.choices"))
        out = io.BytesIO()
        book.save(out)
        path.write_bytes(out.getvalue())
        return scene.read(DESK)

    return give


def _decides(
    choice: str, points: object = None, reason: str = "", source: str = "", **moved: object
) -> Callable[[Any, dict[str, str]], None]:
    """A decision in the first row of the workbook; `moved`: what stands in its other columns instead."""

    def change(sheet: Any, choices: dict[str, str]) -> None:
        written = {
            "choice": choices.get(choice, choice),
            "points": points,
            "reason": reason,
            "source": source,
            **moved,
        }
        for name, value in written.items():
            sheet.cell(FIRST_ROW + 1, AT[name] + 1).value = value

    return change


def _twice(sheet: Any, _choices: dict[str, str]) -> None:
    for name in ("unit", "criterion"):
        sheet.cell(FIRST_ROW + 2, AT[name] + 1).value = sheet.cell(FIRST_ROW + 1, AT[name] + 1).value


def _no_head(sheet: Any, _choices: dict[str, str]) -> None:
    for row in range(2, FIRST_ROW):
        for column in range(1, 5):
            sheet.cell(row, column).value = None


def _no_book(scene: ScoreScene) -> str:
    scene.book(DESK).write_bytes(b"khong phai bang tinh")
    return scene.read(DESK)


_SAID = ("Đối chiếu hồ sơ", "12/BC")
APPRAISALS = (
    BadInput("tham_dinh_qua_toi_da", _edited(_decides("sua", 99, *_SAID)), r"99 điểm; cho phép từ 0 đến"),
    BadInput("tham_dinh_am", _edited(_decides("sua", -1, *_SAID)), r"-1 điểm; cho phép từ 0 đến"),
    BadInput("khong_ly_do", _edited(_decides("sua", 0, "", "12/BC")), r"thì phải ghi lý do"),
    BadInput("khong_diem", _edited(_decides("sua", None, *_SAID)), r"sửa điểm thì phải ghi điểm"),
    BadInput("quyet_dinh_la", _edited(_decides("cho qua", 1, *_SAID)), r"quyết định “cho qua” không có"),
    BadInput("loai_con_diem", _edited(_decides("loai", 1, *_SAID)), r"thì không ghi điểm \(đang ghi 1\)"),
    BadInput("chinh_don_vi", _edited(_decides("sua", 0, *_SAID, unit=DESK)),
             r"Sở Tư pháp không thẩm định chính Sở Tư pháp"),
    BadInput("nhom_khac", _edited(_decides("sua", 0, *_SAID, criterion="1.1.1")), r"không thuộc nhóm"),
    BadInput("don_vi_la", _edited(_decides("sua", 0, *_SAID, unit="99999")), r"99999: đợt 2026-CD không chấm"),
    BadInput("hai_dong", _edited(_twice), r"đã có ở ô C8"),
    BadInput("mat_dau_bieu", _edited(_no_head), r"thiếu dòng Đợt, Nhóm hoặc Lần"),
    BadInput("khong_phai_bang_tinh", _no_book, r"không phải bảng tính"),
)  # fmt: skip
