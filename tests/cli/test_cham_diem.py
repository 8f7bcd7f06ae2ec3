"""`./cchc cham-diem bo`, `ngoai`, `khao-sat`, as somebody at a terminal has them."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from cchc import cli, clock
from cchc.cli import app
from cchc.errors import CchcError, ConfigErrors, RuleRefused
from cchc.obligations import RoundLedger
from cchc.paths import Instance
from cchc.scores import external_values, survey_forms
from cchc.store import Store, upgrade
from cchc.workbooks.survey_book import SurveyBookRefused
from cchc.year import Calendar

NOW = "2027-01-05T08:00:00+07:00"


def call(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["cham-diem", *arguments], catch_exceptions=False)


@pytest.fixture
def store(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> Store:
    """The store of an installation with the scoring round opened."""
    store = upgrade(Store(instance.store_url))
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    monkeypatch.setenv("CCHC_USER", "nv1")
    monkeypatch.setattr(clock, "now", lambda: clock.from_text(NOW))
    RoundLedger(store).open(Calendar.load().round("2026-CD"), clock.at(date(2026, 12, 1), 9), "thu")
    return store


def test_a_sound_set_says_what_every_kind_of_unit_can_reach() -> None:
    told = call("bo", "kiem-tra", "so-2026").output
    assert "(bộ tiêu chí mẫu), phiên bản so-2026@" in told and "86 tiêu chí, chấm 20 đơn vị" in told
    assert "Tối đa 98 điểm: 18 đơn vị" in told and "Tối đa 99 điểm: 2 đơn vị (Sở Xây dựng" in told
    assert told.endswith("Không có lỗi.\n")


def test_a_faulty_set_is_told_with_its_cells_and_ends_with_2(
    config_copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = config_copy / "criteria" / "so-2026" / "tieu_chi.csv"
    steps = "(0.9,1]:2;[0.7,0.9]:1;[0,0.7):0"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(steps, steps.replace("0.9]", "0.9)"), 1), encoding="utf-8")
    for words in (["cham-diem", "bo", "kiem-tra", "so-2026"], ["cau-hinh"]):
        monkeypatch.setattr("sys.argv", ["cchc", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 2
        told = " ".join(capsys.readouterr().err.split())
        assert "tieu_chi.csv, dòng 5, cột parameters: " in told
        assert "hở đúng tại 0.9: tỷ lệ 90 % không thuộc bậc nào." in told


def test_a_fault_of_one_set_is_not_told_of_another_that_has_its_own(config_copy: Path) -> None:
    for code in ("so-2026", "xa-2026"):
        path = config_copy / "criteria" / code / "bo.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace("bonus_cap: 3", "bonus_cap: 1"))
    with pytest.raises(ConfigErrors) as raised:
        call("bo", "kiem-tra", "xa-2026")
    assert [one.file.rsplit("/", 2)[1] for one in raised.value.errors] == ["xa-2026"]
    with pytest.raises(ConfigErrors, match="so-2026"):
        call("bo", "kiem-tra", "qd766")


def test_a_task_that_the_plan_does_not_have_is_told_by_the_check_of_everything(config_copy: Path) -> None:
    path = config_copy / "criteria" / "so-2026" / "tieu_chi.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("obl:nhiem_vu/NV01", "obl:nhiem_vu/NV91"), encoding="utf-8")
    with pytest.raises(ConfigErrors, match=r'1\.1\.1, cột inputs: "obl:nhiem_vu/NV91" không có trong'):
        CliRunner().invoke(app, ["cau-hinh"], catch_exceptions=False)


def test_the_set_of_one_file_becomes_a_folder_and_its_faults_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "moi"
    told = call("bo", "chuyen", "2026", "--ra", str(folder)).output
    assert "Có 4 chỗ phải sửa:" in told
    for code in ("III.6.9", "III.6.10", "V.6.3"):
        assert f"{code} không được hỏi ở đơn vị khối sở; tiêu chí này áp dụng cho mọi đơn vị" in told
    rows = list(csv.DictReader((folder / "tieu_chi.csv").open(encoding="utf-8")))
    by_code = {row["code"]: row for row in rows}
    assert len(rows) == 51
    assert by_code["1.1.4"]["parameters"] == "(0.9,1]:2;[0.7,0.9]:1;[0,0.7):0"
    assert by_code["1.1.1"]["parameters"] == "muc_1:1;muc_2:0.5;muc_3:0"
    assert by_code["3.6"]["inputs"] == "(T06.6+T06.7)/T06.5"
    assert (by_code["P.1"]["effect"], by_code["P.2"]["effect"]) == ("phat", "thuong")
    with pytest.raises(CchcError, match="đã có tệp"):
        call("bo", "chuyen", "2026", "--ra", str(folder))
    with pytest.raises(CchcError, match="có của các năm: 2026"):
        call("bo", "chuyen", "2025")


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ("<0.7:0; >=0.7:2", '"<0.7:0" không phải là bậc'),
        (">=0.7:1; >=0.9:2", "chồng nhau từ 0.9 đến 1."),
        (">=0.9:3; >=0:0", "bậc cho 3 điểm, điểm tối đa là 2."),
    ],
)
def test_steps_that_once_scored_wrongly_are_named(
    config_copy: Path, tmp_path: Path, steps: str, said: str
) -> None:
    """The first crashed when units were scored, the second gave 1 of 2 at 95 %, the third 3 of 2."""
    path = config_copy / "criteria" / "2026.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(">0.9:2; >=0.7:1; >=0:0", steps), encoding="utf-8")
    assert said in call("bo", "chuyen", "2026", "--ra", str(tmp_path / "moi")).output


def test_published_figures_are_asked_for_filled_and_brought_in_once(store: Store, tmp_path: Path) -> None:
    form = tmp_path / "ngoai-2026.csv"
    assert "122 dòng" in call("ngoai", "mau", "2026", "KS.cong_bo", "--ra", str(form)).output
    head, *rows = form.read_text(encoding="utf-8-sig").splitlines()
    assert head == "unit_code,chi_so,gia_tri,tu_so,mau_so,van_ban_so,van_ban_ngay,ghi_chu"
    filled = [
        f"{rows[0].split(',')[0]},KS.cong_bo,,5940,6064,CV 1,04/01/2027,",
        "so-y-te,SIPAS,86.5,,,CV 2,04/01/2027,",
    ]
    form.write_text("\n".join([head, *filled]), encoding="utf-8")
    told = call("ngoai", "nhap", str(form)).output
    assert "Năm 2026: đọc 3 số liệu của 2 đơn vị (KS.cong_bo, SIPAS); 3 số mới." in told
    kept = external_values(store, 2026)
    assert kept["SIPAS", "so-y-te"].value == Decimal("86.5")
    assert kept["SIPAS", "so-y-te"].document_no == "CV 2"
    assert {one.value for (index, _), one in kept.items() if index == "KS.cong_bo.den"} == {Decimal(6064)}
    assert "không có gì mới" in call("ngoai", "nhap", str(form)).output


def test_a_table_that_cannot_be_brought_in_says_what_to_do(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "sipas.csv"
    with pytest.raises(CchcError, match="Không đọc được tệp"):
        call("ngoai", "nhap", str(file))
    file.write_text("unit_code,chi_so,gia_tri,van_ban_so,van_ban_ngay\nso-y-te,SIPAS,x,CV,04/01/2027\n")
    with pytest.raises(RuleRefused, match="Ghi năm bằng --nam"):
        call("ngoai", "nhap", str(file))
    with pytest.raises(ConfigErrors, match="dòng 2, cột gia_tri"):
        call("ngoai", "nhap", str(file), "--nam", "2026")
    assert external_values(store, 2026) == {}
    with pytest.raises(CchcError, match=r"Không có chỉ số SIPA trong external_figures\.csv\. .*SIPAS"):
        call("ngoai", "mau", "2026", "SIPA")
    told = call("ngoai", "mau", "2026", "SIPAS", "--ra", str(tmp_path / "trong.csv")).output
    assert "tu_so" not in (tmp_path / "trong.csv").read_text(encoding="utf-8-sig") and "122" in told


def fill(form: Path, counts: dict[tuple[str, str], tuple[int | None, ...]]) -> None:
    book = openpyxl.load_workbook(form)
    sheet = book.active
    for row in sheet.iter_rows(min_row=5):
        for cell, count in zip(row[4:8], counts.get((row[0].value, row[1].value), ()), strict=False):
            cell.value = count
    book.save(form)


def test_surveys_are_summed_up_in_a_workbook_and_never_shrink(store: Store, tmp_path: Path) -> None:
    form = tmp_path / "ks.xlsx"
    call("khao-sat", "mau", "2026-CD", "--ra", str(form))
    sheet = openpyxl.load_workbook(form).active
    assert [cell.value for cell in sheet[4]] == [
        "Phiếu", "Mã đơn vị", "Đơn vị được đánh giá", "Nhóm trả lời", "A", "B", "C", "D", "Kênh",
    ]  # fmt: skip
    assert sheet.max_row == 4 + 3 * 20 + 2 * 102
    fill(form, {("KS1", "so-y-te"): (40, 30, 20, 10), ("KS4", "30292"): (5, 0, None, None)})
    told = call("khao-sat", "nhap", str(form)).output
    assert "đọc 105 phiếu về 2 đơn vị (KS1, KS4); 105 phiếu mới." in told
    kept = survey_forms(store, "2026-CD")
    assert len(kept["KS1", "so-y-te"]) == 100
    assert "không có gì mới" in call("khao-sat", "nhap", str(form)).output
    fill(form, {("KS1", "so-y-te"): (41, 30, 20, 10)})
    assert "1 phiếu mới" in call("khao-sat", "nhap", str(form)).output
    fill(form, {("KS1", "so-y-te"): (41, 30, 20, 7)})
    with pytest.raises(RuleRefused, match="Phiếu KS1 về Sở Y tế, mức D: đã nhập 10, tệp này ghi 7"):
        call("khao-sat", "nhap", str(form))
    with pytest.raises(RuleRefused, match="ghi đợt 2026-CD, không phải 2027-CD"):
        call("khao-sat", "nhap", str(form), "--dot", "2027-CD")


def test_faults_of_a_summary_are_told_with_their_cells_and_nothing_is_kept(
    store: Store, tmp_path: Path
) -> None:
    form = tmp_path / "ks.xlsx"
    call("khao-sat", "mau", "2026-CD", "--ra", str(form))
    book = openpyxl.load_workbook(form)
    sheet = book.active
    for cell, value in {
        "E5": 3, "A6": "KS9", "E6": 1, "B7": "so-la", "E7": 1, "E8": -2, "E9": "hai",
        "A11": "KS1", "B11": sheet["B5"].value, "E11": 4,
    }.items():  # fmt: skip
        sheet[cell].value = value
    book.save(form)
    with pytest.raises(SurveyBookRefused) as raised:
        call("khao-sat", "nhap", str(form))
    told = str(raised.value)
    assert "có 5 lỗi" in told
    for part in ("Ô A6 ghi “KS9”", "Ô B7 ghi “so-la”", "Ô E8 ghi -2", "E9", "Ô A11: phiếu, đơn vị"):
        assert part in told
    assert survey_forms(store, "2026-CD") == {}


def test_a_workbook_that_is_no_summary_is_refused(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "khac.xlsx"
    book = openpyxl.Workbook()
    book.save(file)
    with pytest.raises(SurveyBookRefused, match="không có sheet “Tổng hợp phiếu”"):
        call("khao-sat", "nhap", str(file))
    book.active.title = "Tổng hợp phiếu"
    book.save(file)
    with pytest.raises(CchcError, match="không ghi đợt"):
        call("khao-sat", "nhap", str(file))
    with pytest.raises(SurveyBookRefused, match="không có dòng tiêu đề với các cột Phiếu"):
        call("khao-sat", "nhap", str(file), "--dot", "2026-CD")


def test_units_are_known_by_name_and_a_survey_judges_its_own_units_only(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "tay.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Tổng hợp phiếu"
    sheet.append(["Phiếu", "Đơn vị được đánh giá", "Nhóm trả lời", "A", "B"])
    sheet.append(["KS1", "sở y tế", "Đại biểu HĐND", 3, 1])
    book.save(file)
    assert "đọc 4 phiếu" in call("khao-sat", "nhap", str(file), "--dot", "2026-CD").output
    assert len(survey_forms(store, "2026-CD")["KS1", "so-y-te"]) == 4
    sheet.append(["KS4", "Sở Y tế", "Mặt trận", 3, 1])
    book.save(file)
    with pytest.raises(RuleRefused, match="không đánh giá đơn vị đó: KS4: Sở Y tế"):
        call("khao-sat", "nhap", str(file), "--dot", "2026-CD")


def test_what_keeps_a_sound_configuration_from_scoring_is_told(config_copy: Path) -> None:
    """A group without its unit, an account that nobody can sign in with, sets that apply to nobody."""
    path = config_copy / "appraisers.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("unit: so-tu-phap, accounts: [tp1, tp2]", 'unit: "", accounts: [tp1, tp9]'))
    for code, tier in (("so-2026", "so"), ("xa-2026", "xa")):
        place = config_copy / "criteria" / code / "bo.yaml"
        place.write_text(place.read_text(encoding="utf-8").replace(f"{{tiers: [{tier}]}}", "{}"))
    told = CliRunner().invoke(app, ["cau-hinh"], catch_exceptions=False).output
    assert "nhóm thẩm định chưa ghi đơn vị trong appraisers.yaml: so-tu-phap." in told
    assert "chưa đăng nhập được: tp9." in told
    assert "chưa bộ tiêu chí nào áp dụng cho đơn vị" in told
    path.write_text(text, encoding="utf-8")
