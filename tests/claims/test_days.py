"""Days and documents: one number has one day, a task is due after it was set, a range ends after it begins."""

from __future__ import annotations

import pytest

from cchc.claims import check_text

REPORT = "BÁO CÁO\nCông tác cải cách hành chính\n\nCăn cứ {}, đơn vị đã triển khai.\n\n1. Kết quả\n\n{}, mọi việc xong."
NUMBER = "318/QĐ-SNV"
CITED = [
    "Quyết định số 318/QĐ-SNV ngày {} của Giám đốc Sở Nội vụ",
    "Quyết định số 318/QĐ-SNV (ngày {})",
    "Quyết định số 318/QĐ-SNV ({})",
    "Quyết định số 318/QĐ-SNV, ngày {}",
    "Quyết định số 318/QĐ-SNV ký ngày {}",
    "Quyết định số 318/QĐ-SNV được ban hành ngày {}",
    "Quyết định số 318/QĐ-SNV của Giám đốc Sở Nội vụ ban hành ngày {}",
    "Quyết định số 318/QĐ-SNV của Giám đốc Sở Nội vụ ký ngày {}",
    "Quyết định số 318/QĐ-SNV của Giám đốc Sở ngày {}",
]


def kinds(text: str) -> list[str]:
    return [str(one.kind) for one in check_text(text).faults if one.severity != "luu_y"]


@pytest.mark.parametrize("one", CITED)
@pytest.mark.parametrize("two", CITED[:1] + CITED[5:])
def test_both_places_of_a_document_with_two_days_are_told(one: str, two: str) -> None:
    assert kinds(REPORT.format(one.format("12/3/2025"), two.format("12/3/2025"))) == []
    review = check_text(REPORT.format(one.format("12/3/2025"), two.format("21/3/2025")))
    assert [(str(fault.kind), fault.stated, fault.expected) for fault in review.faults] == [
        ("claim_two_dates", "12/03/2025", "21/03/2025"),
        ("claim_two_dates", "21/03/2025", "12/03/2025"),
    ]
    assert all(NUMBER in review.quote(fault.start, fault.end) for fault in review.faults)


def test_a_day_on_which_something_else_happened_is_not_the_document_s() -> None:
    text = REPORT.format(
        CITED[0].format("12/3/2025"), "Theo Quyết định số 318/QĐ-SNV, đoàn làm việc với các xã ngày 21/3/2025"
    )
    assert kinds(text) == []
    assert kinds(text.replace(", đoàn", " thì đoàn")) == []


def test_a_year_inside_a_number_is_that_of_its_day() -> None:
    for name in ("Nghị quyết số 35/2023/UBTVQH15", "Luật số 47/2023/QH15", "Nghị định số 33/2023/NĐ-CP"):
        assert kinds(f"Căn cứ {name} ngày 12/7/2023.") == []
        assert kinds(f"Căn cứ {name} ngày 12/7/2024.") == ["claim_two_dates"]


def test_days_that_others_bear_out_are_not_blamed() -> None:
    text = REPORT.format(CITED[0].format("12/3/2025"), CITED[1].format("12/3/2025"))
    (fault,) = check_text(f"{text} Thực hiện {CITED[0].format('21/3/2025')}.").faults
    assert fault.stated == "21/03/2025"


ORDERS = [
    ("SỞ NỘI VỤ\nSố: 27/TB-SNV\nNgày 18 tháng 4 năm 2025\n\nTHÔNG BÁO\nKết luận kiểm tra công vụ\n\nC. YÊU CẦU\n\n"
     "1. Các đơn vị khắc phục xong, gửi báo cáo về Sở trước ngày {}."),
    ("PHÁT BIỂU CỦA ĐỒNG CHÍ CHỦ TỊCH\ntại Hội nghị tổng kết\n(ngày 18 tháng 4 năm 2025)\n\nThưa các đồng chí!\n\n"
     "Sau hội nghị này, Sở Tài chính hoàn chỉnh dự thảo, trình tôi ký trước ngày {}."),
    ("UBND HUYỆN A\nTân An, ngày 18 tháng 4 năm 2025\n\nBÁO CÁO\nKết quả quý I\n\nIII. NHIỆM VỤ THỜI GIAN TỚI\n\n"
     "- Rà soát thủ tục, chậm nhất ngày {} phải xong."),
    ("UBND HUYỆN A\nTân An, ngày 18 tháng 4 năm 2025\n\nBÁO CÁO\nKết quả quý I\n\nGiao Phòng Nội vụ trình UBND "
     "huyện trước ngày {}."),
    ("Số 118/KH-UBND, ngày 18/4/2025\n\nKẾ HOẠCH\nTuyên truyền\n\n1. Phòng Văn hóa hoàn thành trước ngày {}."),
    ("BIÊN BẢN\nHọp giao ban\nThời gian: 8 giờ 00, ngày 18/4/2025\n\nKết luận: các phòng nộp minh chứng không muộn hơn "
     "ngày {}."),
    ("UBND TỈNH\nTân An, ngày 18 tháng 4 năm 2025\n\nCHỈ THỊ\nVề kỷ cương\n\n2. Các sở báo cáo, hạn cuối là ngày "
     "{}."),
]  # fmt: skip


@pytest.mark.parametrize("text", ORDERS)
@pytest.mark.parametrize("due", ["{}/4/2025", "{} tháng 4 năm 2025"])
def test_a_task_is_due_after_the_document_that_sets_it(text: str, due: str) -> None:
    assert kinds(text.format(due.format(15))) == ["claim_deadline"]
    assert kinds(text.format(due.format(28))) == []


PLAN = "UBND XÃ B\nTân An, ngày 18 tháng 4 năm 2025\n\nKẾ HOẠCH\nCải cách hành chính\n\n1. Văn phòng {}."


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("hoàn thành trước ngày 15/4", "hoàn thành trước ngày 15/5"),
        ("hoàn thành số hóa trong tháng 3/2025", "hoàn thành số hóa trong tháng 4/2025"),
        ("ban hành quy chế trong quý I năm 2025", "ban hành quy chế trong quý II năm 2025"),
    ],
)
def test_a_time_without_its_day_or_year_can_be_over_as_well(wrong: str, right: str) -> None:
    assert kinds(PLAN.format(wrong)) == ["claim_deadline"]
    assert kinds(PLAN.format(right)) == []


@pytest.mark.parametrize(
    "said",
    [
        "đã hoàn thành trước ngày 15/4/2025",
        "trả 12 hồ sơ tiếp nhận trước ngày 15/4/2025",
        "thực hiện theo Quyết định số 3/QĐ-UBND ban hành trước ngày 15/4/2025",
        "lấy số liệu tính từ ngày 15/3/2025 đến hết ngày 14/4/2025",
        "chuyển đổi vị trí công tác của người được tiếp nhận trước ngày 01/01/2025",
    ],
)
def test_what_is_over_is_no_task(said: str) -> None:
    assert kinds(PLAN.format(said)) == []


SPAN = "Nghị quyết có hiệu lực từ ngày 01/01/2024. UBND huyện bàn giao con dấu trong thời hạn {}."


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("30 ngày kể từ ngày Nghị quyết có hiệu lực, hoàn thành trước ngày {}", ("15/12/2023", "31/01/2024")),
        ("15 ngày kể từ ngày 01/3/2024, xong trước ngày {}", ("25/02/2024", "20/3/2024")),
        ("10 ngày làm việc, kể từ ngày 01/3/2024, chậm nhất là ngày {}", ("30/6/2024", "15/3/2024")),
    ],
)
def test_days_from_a_day_end_where_they_end(wrong: str, right: tuple[str, str]) -> None:
    assert kinds(SPAN.format(wrong.format(right[0]))) == ["claim_deadline"]
    assert kinds(SPAN.format(wrong.format(right[1]))) == []


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Đoàn làm việc từ ngày 28/3 đến ngày 17/3/2025.", "Đoàn làm việc từ ngày 17/3 đến ngày 28/3/2025."),
        ("Đoàn làm việc từ 28 đến 17/3/2025.", "Đoàn làm việc từ 17 đến 28/3/2025."),
        ("Lớp học từ ngày 20/5 - 12/5/2025 tại xã.", "Lớp học từ ngày 12/5 - 20/5/2025 tại xã."),
    ],
)
def test_a_range_inside_a_month_runs_forwards(wrong: str, right: str) -> None:
    assert kinds(wrong) == ["claim_window_order"]
    assert kinds(right) == []


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Họp vào thứ Hai, ngày 18/4/2025.", "Họp vào thứ Sáu, ngày 18/4/2025."),
        ("Hội nghị tổ chức sáng thứ 2 ngày 18/4/2025.", "Hội nghị tổ chức sáng thứ 6 ngày 18/4/2025."),
        ("Làm bù ngày 27/4/2024 (Chủ nhật).", "Làm bù ngày 27/4/2024 (thứ Bảy)."),
    ],
)
def test_a_day_has_one_weekday(wrong: str, right: str) -> None:
    assert kinds(wrong) == ["claim_date"]
    assert kinds(right) == []


def test_the_second_session_is_no_monday() -> None:
    assert kinds("Kỳ họp thứ hai, ngày 18/4/2025 đã thông qua. Lần thứ 2 ngày 18/4/2025.") == []
