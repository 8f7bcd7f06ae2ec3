"""A set that cannot be scored by is refused when it is loaded: every fault at once, each with file, row and column."""

from __future__ import annotations

import shutil

import pytest

from cchc.criteria import CriteriaSets
from cchc.errors import CchcError, ConfigErrors

AT = "so-2026/tieu_chi.csv, dòng {row}, cột {column}: {said}"


def at(row: int, column: str, said: str) -> str:
    return AT.format(row=row, column=column, said=said)


def test_the_fault_of_a_formula_is_told_at_its_cell(sets) -> None:
    steps = "(0.9,1]:2;[0.7,0.9):1;[0,0.7):0"
    sets.edit("so-2026", "1.1.4", parameters=steps)
    said = f'"{steps}" hở đúng tại 0.9: tỷ lệ 90 % không thuộc bậc nào.'
    assert sets.faults() == [at(5, "parameters", said)]


def test_a_survey_has_the_scale_that_the_criterion_reads(sets) -> None:
    sets.edit("so-2026", "8.2.1", parameters="phieu=KS1;thang=100,50,20,0")
    said = "thang= khác giá trị các lựa chọn của phiếu KS1."
    assert sets.faults() == [at(79, "parameters", said)]


INPUTS = [
    (
        "3.2.3",
        {"inputs": "III.6.9.num/III.6.9.den", "unit_kinds": "*"},
        'III.6.9 không được hỏi ở đơn vị khối sở; tiêu chí này áp dụng cho mọi đơn vị (unit_kinds "*").',
    ),
    (
        "3.2.3",
        {"inputs": "III.6.9"},
        'III.6.9 không được hỏi ở đơn vị khối sở; tiêu chí này áp dụng cho "so-nong-nghiep-moi-truong" (unit_kinds).',
    ),
    ("1.1.4", {"inputs": "I.1.99/I.1.1"}, '"I.1.99" không có; '),
    ("1.1.4", {"inputs": "I.1.2*2/I.1.1"}, '"I.1.2*2/I.1.1" không đọc được tại "*2"; '),
    ("1.1.4", {"inputs": "I.1.2++I.1.3"}, '"I.1.2++I.1.3" không đọc được tại "++I.1.3"; '),
    ("1.3.2", {"inputs": "I.2.5"}, "I.2.5 không phải là một tỷ lệ."),
    (
        "1.3.2",
        {"inputs": "I.2.5+I.2.4"},
        'tuyen_tinh cần một tỷ lệ (tử số/mẫu số, hoặc một chỉ tiêu phần trăm); đang là "I.2.5+I.2.4".',
    ),
    ("1.3.2", {"inputs": "I.2.5.num/I.2.4"}, "I.2.5 không phải là tỷ lệ nên không có .num và .den."),
    ("1.3.2", {"inputs": "I.3.1/I.2.4"}, "I.3.1 là tỷ lệ: ghi I.3.1.num/I.3.1.den."),
    ("1.3.2", {"inputs": "KS.la/I.2.4"}, '"KS.la" không có trong external_figures.csv; '),
    (
        "1.3.2",
        {"inputs": "KS.xin_loi.num/I.2.4"},
        "KS.xin_loi không phải là tỷ lệ nên không có .num và .den.",
    ),
    ("1.3.2", {"inputs": "KS.cong_bo/I.2.4"}, "KS.cong_bo là tỷ lệ: ghi KS.cong_bo.num/KS.cong_bo.den."),
    (
        "1.3.2",
        {"inputs": "KS.ho_tich_dung/KS.ho_tich"},
        'KS.ho_tich không có số liệu cho đơn vị khối sở; tiêu chí này áp dụng cho mọi đơn vị (unit_kinds "*").',
    ),
    ("1.5.2", {"inputs": "QC.1"}, "QC.1 là chỉ tiêu bằng lời, không tính điểm được."),
    ("1.6.1", {"inputs": "I.3.2"}, "I.3.2 không phải là câu trả lời có hoặc không (1 hoặc 0)."),
    ("1.6.1", {"inputs": "KS.xin_loi"}, "KS.xin_loi không phải là câu trả lời có hoặc không (1 hoặc 0)."),
    ("8.1.1", {"inputs": "KS.xin_loi"}, "KS.xin_loi không phải là một chỉ số."),
    ("1.2.1", {"inputs": "obl:bao_caoo"}, '"obl:bao_caoo" không có; '),
    ("5.5.2", {"inputs": "kt:vua;kt:la"}, '"kt:la" không có; '),
    ("8.2.1", {"inputs": "ks:KS9", "parameters": "phieu=KS9;thang=100,60,20,0"}, "không có phiếu KS9 "),
    ("4.2.1", {"inputs": "IV.2.2/IV.2.1"}, "khong_vuot cần một so sánh vế trái<=vế phải; "),
    ("1.2.1", {"inputs": "tay"}, "dung_han đọc sổ nghĩa vụ: ghi obl:<sản phẩm>; "),
    (
        "1.3.2",
        {"inputs": "I.2.5/I.2.4;I.2.4/I.2.5"},
        '"I.2.5/I.2.4;I.2.4/I.2.5": loại này chỉ đọc một biểu thức.',
    ),
]


@pytest.mark.parametrize(("criterion", "cells", "said"), INPUTS)
def test_inputs_exist_and_are_asked_of_every_unit_that_is_scored_by_them(
    sets, criterion, cells, said
) -> None:
    sets.edit("so-2026", criterion, **cells)
    assert any(f"cột inputs: {said}" in one for one in sets.faults())


def test_the_first_bodies_set_asked_communes_figures_of_bodies_and_is_named_for_it(sets) -> None:
    """Row 2.2.2 as it was given: a perfect body could not have reached the maximum."""
    sets.edit("so-2026", "2.2.2", inputs="(II.2.3+II.2.6)/(II.2.2+II.2.5)")
    assert [one.split("cột inputs: ")[1].split(" ")[0] for one in sets.faults()] == ["II.2.6", "II.2.5"]


def test_every_fault_of_several_rows_and_sets_is_told_at_once(sets) -> None:
    sets.edit("so-2026", "1.1.4", parameters="[0.9,1]:3;[0,0.9):0", max_points="hai")
    sets.edit("so-2026", "1.1.2", kind="bậc")
    sets.edit("so-2026", "1.3.2", appraiser="so-noi", when_nothing="bỏ")
    sets.edit("xa-2026", "1.1.2", parameters="dat:2;khong:0")
    found = sets.faults()
    assert [one for one in found if "dòng 5, cột max_points" in one and "hai" in one]
    assert [one for one in found if one.startswith(at(3, "kind", 'không có loại công thức "bậc"'))]
    assert [one for one in found if "dòng 9, cột when_nothing" in one and "bỏ" in one]
    assert [one for one in found if one.startswith("xa-2026/tieu_chi.csv, dòng 3, cột parameters")]


def test_sums_that_are_not_what_the_file_says_are_told(sets) -> None:
    sets.edit("so-2026", "8.3.1", max_points="1.5")
    assert "so-2026/tieu_chi.csv: Tổng điểm tối đa 99,5; bo.yaml ghi 100." in sets.faults()
    assert "so-2026/tieu_chi.csv: Nhóm 8: cộng các tiêu chí được 14; group_max ghi 14,5." in sets.faults()


def test_groups_have_one_name_and_one_maximum(sets) -> None:
    sets.edit("so-2026", "8.3.1", group_max="99")
    sets.edit("so-2026", "7.1.1", group_name="Chính quyền số")
    assert at(78, "group_max", "Nhóm 8: group_max không giống nhau ở các dòng.") in sets.faults()
    assert any("Nhóm 7 có nhiều tên: Chính quyền số; Chính quyền điện tử" in one for one in sets.faults())


def test_a_group_without_its_maximum_is_told(sets) -> None:
    sets.rows("so-2026", lambda row: row | {"group_max": ""} if row["group"] == "8" else row)
    assert sets.faults() == [at(78, "group_max", "Nhóm 8: group_max để trống, các tiêu chí cộng được 14,5.")]


ROWS = [
    ("1.1.2", {"code": "1.1.1"}, "code", 'mã "1.1.1" đã có ở dòng 2.'),
    (
        "1.1.2",
        {"appraiser": "so-noi"},
        "appraiser",
        'không có nhóm thẩm định "so-noi" trong appraisers.yaml; ',
    ),
    ("1.1.2", {"same_as": "1.1.2"}, "same_as", 'same_as ghi "1.1.2" nhưng không có bộ nào của năm trước '),
    (
        "1.1.2",
        {"unit_kinds": "so-la"},
        "unit_kinds",
        'không có đơn vị, loại đơn vị hay khối "so-la" trong units.csv; ',
    ),
    ("1.1.2", {"unit_kinds": "xã"}, "unit_kinds", "không đơn vị nào của bộ thuộc xã."),
    ("P.3", {"max_points": "2"}, "max_points", "sàn trừ điểm 2 phải nhỏ hơn 0."),
    ("P.1", {"max_points": "-2"}, "max_points", "điểm thưởng tối đa -2 phải lớn hơn 0."),
    ("P.3", {"effect": "diem", "max_points": "2"}, "effect", "effect diem không đi với loại phat"),
    ("1.1.2", {"effect": "phat", "max_points": "-1"}, "effect", "effect phat không đi với loại chon"),
]


@pytest.mark.parametrize(("criterion", "cells", "column", "said"), ROWS)
def test_a_row_fits_into_its_set(sets, criterion, cells, column, said) -> None:
    sets.rows("so-2026", lambda row: row | cells if row["code"] == criterion else row)
    assert any(f"cột {column}: {said}" in one for one in sets.faults())


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ("kind: mau ", "kind: ban-hanh ", "decision", "bộ ban-hanh phải ghi decision"),
        (
            "until: 2026-12-31",
            "until: 2025-12-31",
            "valid",
            "ngày until (31/12/2025) trước ngày from (01/01/2026).",
        ),
        (
            "bonus_cap: 3",
            "bonus_cap: 1",
            "bonus_cap",
            "trần thưởng 1 thấp hơn điểm thưởng 2 của một tiêu chí.",
        ),
        ("penalty_floor: -9", "penalty_floor: -5", "penalty_floor", "sàn phạt -5 cao hơn mức trừ -6 "),
        ('"nhom:3"', '"nhom:9"', "tie_order", '"nhom:9" không có; '),
        ("{from: 0,", "{from: 10,", "classes", "loại thấp nhất phải bắt đầu từ 0."),
        (
            "least_points_in_force: 70",
            "least_points_in_force: 170",
            "least_points_in_force",
            "least_points_in_force 170 lớn hơn total_points 100",
        ),
        ('[chi_so, "nhom:3"', '["nhom:3"', "tie_order", '"nhom:3" đứng đầu; thứ hạng theo chỉ số'),
        (
            "tiers: [so]",
            "kinds: [sở]",
            "applies_to",
            "7 đơn vị không thuộc bộ nào ngày 31/12/2026: vp-ubnd, ",
        ),
        (
            "tiers: [so]",
            "tiers: [so, xa]",
            "applies_to",
            "102 đơn vị thuộc nhiều bộ (so-2026, xa-2026) ngày 31/12/2026: 30292, ",
        ),
    ],
)
def test_the_settings_of_a_set_are_proved(sets, old, new, place, said) -> None:
    sets.settings("so-2026", old, new)
    assert any(f"/bo.yaml, {place}: {said}" in one for one in sets.faults())


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("{from: 75,", "{from: 95,", "classes"),
        ('name: "Khá"', 'name: "Tốt"', "classes"),
        ("index_range: [0, 100]", "index_range: [100, 0]", "index_range"),
        ("bonus_cap: 3", "bonus_cap: ba", "bonus_cap"),
        ("total_points: 100", "tong_diem: 100", "tong_diem"),
        ("merged_units: don_vi_hien_huu", "merged_units: x", "merged_units"),
    ],
)
def test_a_wrong_setting_is_named_with_its_line(sets, old, new, named) -> None:
    sets.settings("xa-2026", old, new)
    with pytest.raises(ConfigErrors, match=rf"xa-2026/bo\.yaml, tại {named}.*dòng"):
        sets.faults()


def _branch(condition: str) -> str:
    return f"neu={condition};thi=bac{{[0.5,1]:1;[0,0.5):0}};khac=bac{{[0,1]:0}}"


def test_a_rule_that_asks_about_itself_is_refused_with_its_way(sets) -> None:
    sets.edit("xa-2026", "5.3.1", kind="re_nhanh", inputs="V.4.2/V.4.1", parameters=_branch("5.3.2:co"))
    sets.edit("xa-2026", "5.4.1", kind="re_nhanh", inputs="V.4.2/V.4.1", parameters=_branch("5.4.1:co"))
    found = sets.faults()
    for row, way in ((49, "5.3.2 → 5.3.1 → 5.3.2"), (48, "5.3.1 → 5.3.2 → 5.3.1"), (50, "5.4.1 → 5.4.1")):
        said = f"tiêu chí {way[:5]} tự đọc chính nó ({way})"
        assert f"xa-2026/tieu_chi.csv, dòng {row}, cột parameters: {said}" in found


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("5.5.1:dung_han", "neu hỏi tiêu chí 5.5.1; chỉ hỏi được tiêu chí đứng trước."),
        ("9.9.9:co", "neu hỏi tiêu chí 9.9.9, nhưng bộ không có tiêu chí đó hoặc tiêu chí đó có lỗi."),
        ("5.3.1:la", 'tiêu chí 5.3.1 không có lựa chọn "la"; cho phép: '),
        ("5.3.1", 'neu="5.3.1" không đọc được; ghi dạng mã tiêu chí:lựa chọn, ví dụ neu=5.3.1:co.'),
    ],
)
def test_a_branch_asks_an_earlier_criterion_about_an_option_it_has(sets, condition, said) -> None:
    sets.edit("xa-2026", "5.3.2", parameters=_branch(condition), max_points="1")
    assert any(f"dòng 49, cột parameters: {said}" in one for one in sets.faults())


def test_an_option_that_points_cannot_tell_from_another_is_not_asked_about(sets) -> None:
    sets.edit("xa-2026", "5.3.1", parameters="co:1;mot:1;khong:0")
    assert any('lựa chọn khác cùng số điểm với "co"' in one for one in sets.faults())


def test_a_survey_about_other_units_says_nothing_about_these(sets) -> None:
    sets.survey("so-2026", "KS1", ("about: [so]", "about: [xa]"), ("code: KS1", "code: KS7"))
    assert sets.faults() == [
        'so-2026/phieu/KS1.yaml, code: code "KS7" khác tên tệp "KS1".',
        at(79, "inputs", "phiếu KS7 không đánh giá đơn vị khối sở."),
    ]


def test_folders_are_whole_and_named_as_their_set(folder) -> None:
    place = folder / "criteria"
    shutil.copytree(place / "qd766", place / "khac")
    (place / "khac" / "bo.yaml").unlink()
    (place / "qd766" / "tieu_chi.csv").unlink()
    shutil.move(place / "xa-2026", place / "xa")
    with pytest.raises(ConfigErrors) as raised:
        CriteriaSets.load(folder)
    assert [str(one).replace(f"{place}/", "") for one in raised.value.errors] == [
        "qd766/tieu_chi.csv: thiếu tệp này; mỗi bộ có bo.yaml và tieu_chi.csv.",
        "khac/bo.yaml: thiếu tệp này; mỗi bộ có bo.yaml và tieu_chi.csv.",
        'xa/bo.yaml, code: code "xa-2026" khác tên thư mục "xa".',
    ]


def test_faults_of_every_set_of_a_folder_are_told_together(folder) -> None:
    for code in ("so-2026", "xa-2026"):
        path = folder / "criteria" / code / "tieu_chi.csv"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("dat:1;khong:0", "dat:3;khong:0", 1), encoding="utf-8")
    (folder / "criteria" / "qd766" / "bo.yaml").write_text("code: [", encoding="utf-8")
    with pytest.raises(ConfigErrors) as raised:
        CriteriaSets.load(folder)
    files = [one.file.rsplit("/", 2)[1] for one in raised.value.errors]
    assert sorted(files) == ["qd766", "so-2026", "xa-2026"]


def test_what_is_asked_for_and_is_not_there_is_answered_with_what_is() -> None:
    found = CriteriaSets.load()
    with pytest.raises(CchcError, match="so-2026"):
        found.get("so-2025")
    with pytest.raises(CchcError, match=r"1\.1\.5"):
        found.get("so-2026").row("1.1.5")


def test_a_criterion_is_compared_with_one_that_last_years_set_has(folder) -> None:
    """A set of 2027 for the same units: the set of 2026 is last year's."""
    place = folder / "criteria"
    for code in ("so", "xa"):
        new = shutil.copytree(place / f"{code}-2026", place / f"{code}-2027")
        settings = (new / "bo.yaml").read_text(encoding="utf-8")
        (new / "bo.yaml").write_text(settings.replace("2026", "2027"), encoding="utf-8")
    path = place / "so-2027" / "tieu_chi.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("so-noi-vu,co,,nguon", "so-noi-vu,co,1.1.2,nguon", 1), encoding="utf-8")
    assert len(CriteriaSets.load(folder).all) == 5
    path.write_text(text.replace("so-noi-vu,co,,nguon", "so-noi-vu,co,9.9,nguon", 1), encoding="utf-8")
    with pytest.raises(ConfigErrors, match=r'dòng 2, cột same_as: bộ năm trước không có tiêu chí "9\.9"'):
        CriteriaSets.load(folder)
