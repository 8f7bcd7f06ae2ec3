"""Parameters of a formula that say nothing, too much or too little are refused, in the words of the specification."""

from __future__ import annotations

import pytest
from tests.criteria.rows import row as criterion_of

from cchc.criteria import CriteriaSets
from cchc.criteria.formulas import BadFormula


def faults_of(kind: str, parameters: str, inputs: str, maximum: object) -> list[str]:
    """What is wrong with one formula."""
    try:
        found = criterion_of(kind, parameters, inputs, maximum)
    except BadFormula as fault:
        return [fault.sentence]
    return list(found.formula.all_faults(abs(found.max_points)))


PAYMENT = "I.1/I.2;I.3/I.4;I.5/I.6"

STEPS = [
    (
        "(0.9,1]:2;[0.7,0.9):1;[0,0.7):0",
        '"(0.9,1]:2;[0.7,0.9):1;[0,0.7):0" hở đúng tại 0.9: tỷ lệ 90 % không thuộc bậc nào.',
    ),
    ("[0.9,1]:2;[0.7,0.9]:1;[0,0.7):0", '"[0.9,1]:2;[0.7,0.9]:1;[0,0.7):0" chồng nhau tại 0.9.'),
    ("[0.9,1]:3;[0.7,0.9):1;[0,0.7):0", "bậc cho 3 điểm, điểm tối đa là 2."),
    (
        "[0.9,1]:2;[0.7,0.8):1;[0,0.7):0",
        '"[0.9,1]:2;[0.7,0.8):1;[0,0.7):0" hở từ 0.8 đến 0.9: tỷ lệ 80 % không thuộc bậc nào.',
    ),
    (
        "(0.9,1]:2;[0,0.8]:0",
        '"(0.9,1]:2;[0,0.8]:0" hở từ 0.8 đến 0.9: tỷ lệ 85 % không thuộc bậc nào.',
    ),
    ("[0.9,1):2;[0,0.9):0", '"[0.9,1):2;[0,0.9):0" hở đúng tại 1: tỷ lệ 100 % không thuộc bậc nào.'),
    ("[0.9,1]:2;(0,0.9):0", '"[0.9,1]:2;(0,0.9):0" hở đúng tại 0: tỷ lệ 0 % không thuộc bậc nào.'),
    ("[0.5,1]:2;[0.2,0.7]:1;[0,0.2):0", '"[0.5,1]:2;[0.2,0.7]:1;[0,0.2):0" chồng nhau từ 0.5 đến 0.7.'),
    (
        "[0.5,1.2]:2;[0,0.5):0",
        '"[0.5,1.2]:2;[0,0.5):0" có bậc vượt quá 1 (100 %): 1.2. '
        "Tỷ lệ ghi từ 0 đến 1, ví dụ 0.9 cho 90 %; nếu là số đếm, ghi dem; ở đầu.",
    ),
    ("[0.5,1]:2;[-1,0.5):0", '"[0.5,1]:2;[-1,0.5):0" có bậc bắt đầu dưới mức thấp nhất: -1.'),
    (
        "[0.5,*):2;[0,0.5):0",
        '"[0.5,*):2;[0,0.5):0" dùng * cho một tỷ lệ; tỷ lệ không quá 1. Nếu là số đếm, ghi dem; ở đầu.',
    ),
    ("[0.5,1]:1.5;[0,0.5):0", "công thức cho nhiều nhất 1,5 điểm, điểm tối đa là 2."),
    ("[0.5,1]:2;[0,0.5):-1", "bậc cho -1 điểm; điểm của bậc không âm."),
    (
        "[0.5,1]:0;[0,0.5):2",
        "điểm giảm khi giá trị tăng: bậc [0,0.5) cho 2, bậc [0.5,1] cho 0; nếu đúng ý, ghi giam=co.",
    ),
    ("(0.5,0.5]:2;[0,1]:0", "bậc (0.5,0.5] không chứa giá trị nào."),
    ("<0.7:0;[0.7,1]:2", '"<0.7:0" không phải là bậc; ghi dạng [0.7,0.9):1, dấu * cho không giới hạn.'),
    ("=1:2", '"=1:2" không phải là bậc; ghi dạng [0.7,0.9):1, dấu * cho không giới hạn.'),
    ("", "chưa có bậc nào; ghi ví dụ [0.9,1]:2;[0.7,0.9):1;[0,0.7):0."),
    (
        "dem;[5,*):2;[3,4]:1;[0,1]:0",
        '"dem;[5,*):2;[3,4]:1;[0,1]:0" hở tại 2: số đếm 2 không thuộc bậc nào.',
    ),
    ("dem;[1,9]:2;[0,1):0", '"dem;[1,9]:2;[0,1):0" hở phía trên 9: bậc cuối của số đếm phải đến *.'),
    ("dem;[1,*):2;[0,1]:0", '"dem;[1,*):2;[0,1]:0" chồng nhau tại 1.'),
]


@pytest.mark.parametrize(("parameters", "said"), STEPS)
def test_steps_leave_nothing_out_and_give_no_more_than_the_maximum(parameters, said) -> None:
    assert said in faults_of("bac", parameters, "I.1.2/I.1.1", 2)


@pytest.mark.parametrize("parameters", ["dem;[2,*):2;[1,1]:1;[0,0]:0", "[0.5,1]:0;[0,0.5):2;giam=co"])
def test_steps_of_whole_numbers_and_falling_ones_that_are_meant_are_sound(parameters) -> None:
    assert faults_of("bac", parameters, "I.1.2/I.1.1", 2) == []


FORMULAS = [
    ("1.1.2", "dat:2;khong:0", 'lựa chọn "dat" cho 2 điểm, điểm tối đa là 1.'),
    ("1.1.2", "dat:1;khong:-1", 'lựa chọn "khong" cho -1 điểm; điểm của lựa chọn không âm.'),
    ("1.1.2", "dat:0.5;khong:0", "công thức cho nhiều nhất 0,5 điểm, điểm tối đa là 1."),
    ("1.1.2", "dat=1", '"dat=1" không đọc được; ghi dạng mã:điểm, ví dụ dat:1;khong:0.'),
    ("1.1.2", "dat:một", '"một" không phải là số (viết 0.5 cho 0,5; 0.6 cho 60 %): dat.'),
    ("1.1.2", "dat:1;dat:0", '"dat" có hai lần.'),
    (
        "1.1.2",
        "",
        "chưa có lựa chọn nào; ghi dạng mã:điểm, ví dụ dat:1;khong:0.",
    ),
    (
        "6.1.1",
        "san=0.85;dich=0.6;kieu=tich",
        "cần 0 ≤ san < dich ≤ 1; đang là san=0.85, dich=0.6.",
    ),
    ("6.1.1", "san=0.6;kieu=tich", "thiếu dich="),
    (
        "6.1.1",
        "san=0.6;dich=0.85;kieu=thang",
        'kieu="thang" không có; cho phép: tich, khoang.',
    ),
    ("7.1.3", "dich=1.2", "dich=1.2 phải lớn hơn 0 và không quá 1."),
    (
        "1.3.2",
        "dich=1",
        '"dich=1" không đọc được; ghi dạng tên=giá trị, các mục cách nhau bằng dấu chấm phẩy: '
        "loại này không có tham số",
    ),
    ("4.2.1", "1", '"1": loại này không có tham số, để trống.'),
    (
        "5.5.1",
        "1.5",
        "có 1 trọng số cho 2 số đếm; ghi một trọng số cho mỗi số đếm, cách nhau bằng dấu chấm phẩy.",
    ),
    ("5.5.1", "1.5;-1", "trọng số -1 phải lớn hơn 0."),
    ("P.3", "5", "mỗi trường hợp 5 điểm phải lớn hơn 0 và không quá 2."),
    ("8.1.1", "thang=0", "thang=0 phải lớn hơn 0."),
    (
        "8.2.1",
        "phieu=KS2;thang=100,60,20,0",
        "phieu=KS2 nhưng cột inputs đọc ks:KS1.",
    ),
    (
        "1.2.1",
        "kieu=tat_ca;dot=Q5",
        'dot="Q5" không có; cho phép: KH, Q1, 6T, Q3, NAM, KT, CD.',
    ),
    (
        "1.3.3",
        "kieu=moi_viec;san_pham=nhiem_vu",
        'san_pham=nhiem_vu nhưng cột inputs đọc "tra_loi".',
    ),
    (
        "1.3.3",
        "kieu=theo_ngay;moi_ngay=0.1",
        "kieu=theo_ngay cần moi_ngay= và toi_da_ngay=; các kiểu khác không dùng hai mục này.",
    ),
    (
        "1.3.3",
        "kieu=theo_ngay;moi_ngay=2;toi_da_ngay=0",
        "moi_ngay=2 phải lớn hơn 0 và không quá điểm tối đa.",
    ),
]


@pytest.mark.parametrize(("criterion", "parameters", "said"), FORMULAS)
def test_parameters_that_say_nothing_or_too_much_are_named(criterion, parameters, said) -> None:
    found = CriteriaSets.load().get("so-2026").row(criterion)
    assert said in faults_of(found.kind, parameters, found.inputs, found.max_points)


def test_a_sum_of_terms_needs_a_ceiling_where_it_passes_the_maximum() -> None:
    assert faults_of("tong_hop", "6*A;min(2,2.5*B);2.5*C", PAYMENT, 10) == [
        "công thức có thể cho 10,5 điểm khi A=B=C=1, điểm tối đa là 10; ghi tran=10."
    ]


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ("6*A;2*B", "không hạng tử nào dùng C; mỗi tỷ lệ trong cột inputs phải có hạng tử."),
        ("6*A;2*B;2*D", "hạng tử dùng D nhưng cột inputs chỉ có 3 tỷ lệ (A là tỷ lệ thứ nhất)."),
        ("6*A+2*B", '"6*A+2*B" không phải là hạng tử; ghi ví dụ 6*A hoặc min(2,2.5*B).'),
        ("tran=10", "chưa có hạng tử nào; ghi ví dụ 6*A;min(2,2.5*B);2.5*C."),
        ("6*A;2*B;2*C;lam_tron_phan=x", 'lam_tron_phan="x" phải là số chữ số từ 0 đến 4.'),
        ("4*A;2*B;2*C", "công thức cho nhiều nhất 8 điểm, điểm tối đa là 10."),
    ],
)
def test_terms_are_read_exactly(parameters, said) -> None:
    assert faults_of("tong_hop", parameters, PAYMENT, 10) == [said]
