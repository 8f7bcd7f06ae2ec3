"""The bench of the claim checker on a folder of documents: any kind that is read, with the truth beside or apart."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import docx
import pytest
from typer.testing import CliRunner

from cchc.errors import CchcError
from cchc_rehearsal.bench.command import app
from cchc_rehearsal.bench.ra_soat import folder

SEEDS = Path(__file__).parents[2] / "claims/seeds"
WRONG = "Đã giải quyết 54.647 hồ sơ (đúng hạn 53.850; quá hạn 789 hồ sơ)."
RIGHT = "Cấp xã tiếp nhận 49.900 hồ sơ (đúng hạn 49.120 hồ sơ; quá hạn 780 hồ sơ)."


def laid(path: Path, fragment: str = "54.647 hồ sơ (đúng hạn 53.850") -> tuple[Path, Path]:
    """A folder with a Word file, and another with what is true of it."""
    documents, truth = path / "tai-lieu", path / "dap-an"
    documents.mkdir(), truth.mkdir()
    word = docx.Document()
    word.add_paragraph(WRONG)
    word.add_table(1, 2).cell(0, 0).text = RIGHT
    word.save(target := io.BytesIO())
    (documents / "bao-cao.docx").write_bytes(target.getvalue())
    (documents / "khong-ai-biet.txt").write_text(WRONG, encoding="utf-8")
    (truth / "faults.csv").write_text(
        f"file,fragment,kind,severity\nbao-cao.docx,{fragment},sum,high\nbao-cao.docx,quá hạn 789,sum,low\n",
        "utf-8",
    )
    (truth / "right.csv").write_text(
        "file,fragment,kind,check\nbao-cao.docx,49.900 hồ sơ,sum,49120+780=49900\n", "utf-8"
    )
    return documents, truth


def test_documents_of_any_kind_are_measured_against_a_truth_that_lies_apart(tmp_path: Path) -> None:
    documents, truth = laid(tmp_path)
    (one,) = folder(documents, truth)  # of the other document nothing is known
    assert [(one.text[item.start : item.end], item.wrong) for item in one.truths] == [
        ("54.647 hồ sơ (đúng hạn 53.850", True), ("49.900 hồ sơ", False)
    ]  # fmt: skip
    assert [one.text[start:end] for start, end in one.doubtful] == ["quá hạn 789"]
    told = CliRunner().invoke(app, ["ra-soat", "--thu-muc", str(documents), "--dap-an", str(truth)])
    assert told.exit_code == 0
    figures = re.findall(r"[0-9]+", told.output.rpartition("Tất")[2])
    assert figures[:2] == ["1", "1"], "one grave fault, found"


def test_what_cannot_be_measured_says_why(tmp_path: Path) -> None:
    documents, truth = laid(tmp_path, "54.648 hồ sơ")
    with pytest.raises(CchcError, match=r"bao-cao\.docx.*54\.648 hồ sơ"):
        list(folder(documents, truth))
    with pytest.raises(CchcError, match=r"faults\.csv.*--dap-an"):
        list(folder(documents, documents))
    (documents / "bao-cao.docx").unlink()
    with pytest.raises(CchcError, match=r"bao-cao\.docx"):
        list(folder(documents, truth))


def rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((SEEDS / name).read_text(encoding="utf-8").splitlines()))


def test_what_is_said_to_be_right_of_the_real_documents_is() -> None:
    sums = [one.strip() for row in rows("right.csv") for one in row["check"].split(";") if one.strip()]
    assert len(sums) >= 60
    for one in sums:
        left, _, right = one.partition("=")
        assert re.fullmatch(r"[0-9+*/-]+", left), one
        half = 0.5 / 10 ** len(right.partition(".")[2])
        assert abs(eval(left) - float(right)) <= half, one


def test_faults_of_the_real_documents_are_told_apart_by_how_grave_they_are() -> None:
    faults = rows("faults.csv")
    assert sum(one["severity"] == "high" for one in faults) >= 20
    assert {one["severity"] for one in faults} == {"high", "medium", "low"}
    assert all(one["stated"] and one["expected"] and one["why"] for one in faults)
