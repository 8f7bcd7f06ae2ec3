"""A table of published figures: every number with its document, or every fault with its cell and nothing kept."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from cchc.criteria import CriteriaSets, load_external_figures
from cchc.criteria.expression import external_code, is_outside
from cchc.criteria.external import PublishedValue, read_external, year_of
from cchc.errors import ConfigErrors
from cchc.units import UnitRegister

HEAD = "unit_code,chi_so,gia_tri,van_ban_so,van_ban_ngay,ghi_chu"
WITH_PARTS = "unit_code,chi_so,gia_tri,tu_so,mau_so,van_ban_so,van_ban_ngay,ghi_chu"
TODAY = date(2027, 1, 15)


def read(*rows: str, head: str = HEAD) -> list[PublishedValue]:
    units = {unit.code: unit for unit in UnitRegister.load().on(date(2026, 12, 31))}
    content = "\n".join([head, *rows]).encode()
    return read_external(content, "ngoai/2026.csv", load_external_figures(), units, TODAY)


def faults(*rows: str, head: str = HEAD) -> list[str]:
    with pytest.raises(ConfigErrors) as raised:
        read(*rows, head=head)
    return [str(one) for one in raised.value.errors]


def test_a_published_index_is_read_with_the_document_that_says_so() -> None:
    found = read('so-y-te,SIPAS,"86,52",QĐ 12/QĐ-UBND,05/01/2027,khảo sát 2026')
    assert found == [
        PublishedValue(
            "so-y-te", "SIPAS", Decimal("86.52"), "QĐ 12/QĐ-UBND", date(2027, 1, 5), "khảo sát 2026"
        )
    ]
    assert [one.value for one in read("so-y-te,ngoai:SIPAS,86.52,a,2027-01-05,")] == [Decimal("86.52")]


def test_a_share_is_read_by_its_parts_and_so_is_a_percentage() -> None:
    by_parts = read("30292,KS.cong_bo,,5940,6064,cv 1,05/01/2027,", head=WITH_PARTS)
    assert {one.index: one.value for one in by_parts} == {"KS.cong_bo.num": 5940, "KS.cong_bo.den": 6064}
    by_value = read("30292,KS.cong_bo,62,cv 1,05/01/2027,")
    assert {one.index: one.value for one in by_value} == {"KS.cong_bo.num": 62, "KS.cong_bo.den": 100}
    nothing = read("30292,KS.cong_bo,,0,0,cv 1,05/01/2027,", head=WITH_PARTS)
    assert [one.value for one in nothing] == [0, 0]


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (
            "so-y-te,SIPASS,86,a,05/01/2027,",
            "chi_so",
            'không có chỉ số "SIPASS" trong external_figures.csv; ',
        ),
        ("so-la,SIPAS,86,a,05/01/2027,", "unit_code", 'không có đơn vị "so-la"; '),
        ("so-y-te,KS.ho_tich,8,a,05/01/2027,", "unit_code", "không có ở đơn vị khối sở."),
        ("so-y-te,SIPAS,120,a,05/01/2027,", "gia_tri", "120 lớn hơn 100."),
        ("so-y-te,QD766_DVCTT,12.5,a,05/01/2027,", "gia_tri", "12.5 lớn hơn 12."),
        ("so-y-te,SIPAS,-1,a,05/01/2027,", "gia_tri", "-1 nhỏ hơn 0."),
        ("so-y-te,SIPAS,tốt,a,05/01/2027,", "gia_tri", "tốt"),
        ("so-y-te,SIPAS,-,a,05/01/2027,", "gia_tri", "dấu gạch không phải là số"),
        ("so-y-te,SIPAS,,a,05/01/2027,", "gia_tri", "thiếu giá trị; đơn vị không có số liệu thì bỏ cả dòng."),
        ("so-y-te,KS.cong_bo,,a,05/01/2027,", "gia_tri", "ghi gia_tri (phần trăm), hoặc tu_so và mau_so."),
        ("so-y-te,SIPAS,86,,05/01/2027,", "van_ban_so", "thiếu số văn bản công bố."),
        ("so-y-te,SIPAS,86,a,31/02/2027,", "van_ban_ngay", '"31/02/2027" không phải là ngày'),
        ("so-y-te,SIPAS,86,a,16/01/2027,", "van_ban_ngay", "ngày 16/01/2027 chưa tới."),
        ("30292,TT.a,2,a,05/01/2027,", "gia_tri", '"2": ghi 1 (có) hoặc 0 (không).'),
        ("so-y-te,KS.xin_loi,1.5,a,05/01/2027,", "gia_tri", "1.5"),
    ],
)
def test_a_wrong_cell_is_named(row, column, said) -> None:
    found = faults(row)
    assert len(found) == 1
    assert f"ngoai/2026.csv, dòng 2, cột {column}: " in found[0]
    assert said in found[0]


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("30292,KS.cong_bo,,5,,a,05/01/2027,", "mau_so", "phải có cả hai"),
        ("30292,KS.cong_bo,,,5,a,05/01/2027,", "tu_so", "phải có cả hai"),
        ("30292,KS.cong_bo,,6,5,a,05/01/2027,", "tu_so", "tu_so 6 lớn hơn mau_so 5."),
        ("30292,KS.cong_bo,50,1,2,a,05/01/2027,", "gia_tri", "không ghi cả hai"),
        ("30292,SIPAS,50,1,2,a,05/01/2027,", "tu_so", "SIPAS không phải là tỷ lệ; để trống cột này."),
    ],
)
def test_parts_that_do_not_fit_are_named(row, column, said) -> None:
    found = [one for one in faults(row, head=WITH_PARTS) if f"dòng 2, cột {column}: " in one]
    assert found
    assert said in found[0]


def test_every_fault_is_told_at_once_and_a_unit_stands_once() -> None:
    found = faults(
        "so-y-te,SIPAS,86,a,05/01/2027,",
        "so-y-te,SIPAS,87,a,05/01/2027,",
        "so-la,SIPASS,x,,hôm qua,",
    )
    assert found[0] == "ngoai/2026.csv, dòng 3, cột chi_so: đơn vị này đã có chỉ số này ở dòng 2."
    assert {one.split("cột ")[1].split(":")[0] for one in found[1:]} == {
        "chi_so", "unit_code", "van_ban_so", "van_ban_ngay",
    }  # fmt: skip


def test_a_file_with_another_head_is_refused() -> None:
    assert any("chi_so" in one for one in faults("so-y-te,86", head="unit_code,gia_tri"))


@pytest.mark.parametrize(
    ("name", "year"),
    [("2026.csv", 2026), ("sipas-2025-v2.csv", 2025), ("sipas.csv", None), ("120261.csv", None)],
)
def test_the_year_stands_in_the_name_of_the_file(name, year) -> None:
    assert year_of(name) == year


def test_every_figure_of_the_sets_that_no_unit_types_is_in_the_table() -> None:
    read_from_outside = {
        external_code(name)
        for one in CriteriaSets.load().all
        for row in one.rows
        for name in row.terms
        if is_outside(name)
    }
    assert read_from_outside <= set(load_external_figures())
    assert len(read_from_outside) > 40


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [
        ("KS.cong_bo,", "KS.cap_nhat,", "code"),
        ("KS.cong_bo,", "III.6.9,", "code"),
        (",share,100,", ",share,,", "most"),
        (",count,,", ",count,9,", "most"),
        (",index,100,", ",chi_so,100,", "form"),
    ],
)
def test_the_table_of_figures_is_checked_when_it_is_loaded(folder, old, new, column) -> None:
    path = folder / "external_figures.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigErrors, match=f"cột {column}"):
        load_external_figures(folder)
