"""Planted faults: what goes wrong in real reports, put into the synthetic ones on purpose, with the truth beside it.

The kinds are those of the domain's facts: parts that do not add up, a percentage that does not follow from
its fraction, a day that does not exist, a window that ends after the report was signed, two values of one
quantity, one plan with two dates, a plan dated after the report, 0 % where nothing arose.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from cchc.clock import vn_date
from cchc.demo.figures import TrueFigure
from cchc.indicators import format_number


@dataclass(frozen=True)
class Fault:
    """A fault as planted. `rule` is the check that must find it; `typed` are cells typed over, `texts` sentences."""

    kind: str
    rule: str
    typed: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Scene:
    """What a fault is planted into: the unit's figures, the year, and the day on which the report is signed."""

    figures: Mapping[str, TrueFigure]
    year: int
    signed_on: date
    chance: random.Random

    def count(self, code: str) -> int:
        figure = self.figures.get(code)
        return int(figure.value) if figure and figure.value is not None else 0


def _part_above_whole(scene: Scene) -> Fault:
    return Fault(
        "phan-lon-hon-toan-the", "nhiem-vu-hoan-thanh", typed={"I.1.2": str(scene.count("I.1.1") + 3)}
    )


def _sum_of_parts(scene: Scene) -> Fault:
    return Fault("tong-khong-khop", "t06-da-giai-quyet", typed={"T06.5": str(scene.count("T06.5") + 7)})


def _not_a_number(scene: Scene) -> Fault:
    return Fault("khong-phai-so", "o-khong-doc-duoc", typed={"I.1.3": "khoảng 20 văn bản"})


def _negative(scene: Scene) -> Fault:
    return Fault("so-am", "so-khong-am", typed={"I.3.3": "-5"})


# Faults that block: a unit that is 'wrong' has one of them in its first workbook.
BLOCKING: tuple[Callable[[Scene], Fault], ...] = (_part_above_whole, _sum_of_parts, _not_a_number, _negative)


def _percent_of_fraction(scene: Scene) -> Fault:
    text = "Nộp hồ sơ trực tuyến: phát sinh 83/270 hồ sơ, đạt 22,43%; đơn vị tiếp tục vận động người dân nộp hồ sơ qua mạng."
    return Fault("ty-le-khong-theo-phan-so", "claim_percent", texts={"thu_tuc": text})


def _parts_in_prose(scene: Scene) -> Fault:
    late, on_time = scene.chance.randint(20, 90), scene.chance.randint(900, 4000)
    given = on_time + late + scene.chance.randint(3, 30)
    text = (
        f"Trong kỳ đơn vị giải quyết {format_number(given)} hồ sơ (đúng hạn {format_number(on_time)} hồ sơ; "
        f"quá hạn {format_number(late)} hồ sơ), kết quả được công khai hằng tuần."
    )
    return Fault("cac-phan-khong-cong-du", "claim_parts", texts={"thu_tuc": text})


def _impossible_day(scene: Scene) -> Fault:
    text = f"Số liệu tính từ ngày 01/01/{scene.year} đến ngày 31/06/{scene.year}; đơn vị đã rà soát trước khi gửi."
    return Fault("ngay-khong-co-that", "claim_date", texts={"chi_dao": text})


def _window_after_signing(scene: Scene) -> Fault:
    end = scene.signed_on + timedelta(days=8)
    text = f"Từ ngày 16/12/{scene.year - 1} đến ngày {vn_date(end)}, đơn vị tổ chức tiếp nhận và giải quyết hồ sơ theo quy trình đã công khai."
    return Fault("ky-so-lieu-sau-ngay-ky", "claim_window", texts={"thu_tuc": text})


def _two_dates(scene: Scene) -> Fault:
    number = scene.chance.randint(10, 190)
    text = (
        f"Thực hiện Kế hoạch số {number}/KH-UBND ngày 12/01/{scene.year} về cải cách hành chính; việc phân công theo "
        f"Kế hoạch số {number}/KH-UBND ngày 15/01/{scene.year} đã giao đến từng bộ phận."
    )
    return Fault("mot-van-ban-hai-ngay", "claim_two_dates", texts={"noi_bat": text})


def _plan_after_report(scene: Scene) -> Fault:
    day = scene.signed_on + timedelta(days=40)
    text = f"Đơn vị đã ban hành Kế hoạch số {scene.chance.randint(200, 290)}/KH-UBND ngày {vn_date(day)} về kiểm tra công tác cải cách hành chính."
    return Fault("van-ban-sau-ngay-ky", "claim_future_document", texts={"kiem_tra": text})


def _text_against_table(scene: Scene) -> Fault:
    done, planned = scene.count("I.1.2") + 2, scene.count("I.1.1") + 4
    text = (
        f"Kế hoạch năm đề ra {planned} nhiệm vụ, đến nay đã hoàn thành {done} nhiệm vụ; các nhiệm vụ còn lại "
        "đang thực hiện đúng tiến độ."
    )
    return Fault("loi-van-khac-bieu", "claim_table", texts={"chi_dao": text})


def _zero_of_nothing(scene: Scene) -> Fault:
    text = "Lĩnh vực đầu tư không phát sinh hồ sơ: tiếp nhận 0 hồ sơ, giải quyết đúng hạn 0/0 hồ sơ, đạt 0%."
    return Fault("phan-tram-cua-khong", "claim_zero", texts={"thu_tuc": text})


# Faults that are accepted with a warning: a 'careless' unit has one of them.
WARNING: tuple[Callable[[Scene], Fault], ...] = (
    _percent_of_fraction,
    _parts_in_prose,
    _impossible_day,
    _window_after_signing,
    _two_dates,
    _plan_after_report,
    _text_against_table,
    _zero_of_nothing,
)


def plain_texts(scene: Scene) -> dict[str, str]:
    """Sentences of a sound report: every figure in them is right, in the forms that real reports use."""
    planned, done = scene.count("I.1.1"), scene.count("I.1.2")
    found, mended = scene.count("I.2.4"), scene.count("I.2.5")
    received, resolved = scene.count("T06.1"), scene.count("T06.5")
    late = scene.count("T06.8")
    return {
        "noi_bat": "Đơn vị duy trì giao ban cải cách hành chính hằng tháng, gắn kết quả với đánh giá công chức; "
        + scene.chance.choice(_HIGHLIGHTS),
        "chi_dao": f"Kế hoạch năm đề ra {planned} nhiệm vụ, đến nay đã hoàn thành {done} nhiệm vụ; "
        "phần còn lại có phân công và thời hạn cụ thể.",
        "kiem_tra": f"Qua kiểm tra phát hiện {found} vấn đề, đã xử lý xong {mended} vấn đề.",
        "thu_tuc": f"Trong kỳ nhận giải quyết {format_number(received)} hồ sơ, đã giải quyết {format_number(resolved)} hồ sơ"
        + (f" (quá hạn {format_number(late)} hồ sơ)." if late else ", không có hồ sơ quá hạn.")
        if "T06.1" in scene.figures
        else "Đơn vị công khai đầy đủ thủ tục hành chính thuộc thẩm quyền tại nơi tiếp nhận và trên trang thông tin.",
        "chinh_quyen_so": "Văn bản đi được ký số và gửi trên môi trường điện tử; bộ phận một cửa hướng dẫn người dân nộp hồ sơ trực tuyến.",
        "han_che": scene.chance.choice(_WEAKNESSES),
        "kien_nghi": scene.chance.choice(_REQUESTS),
        "phuong_huong": "Tập trung xử lý hồ sơ sắp đến hạn, nâng tỷ lệ nộp hồ sơ trực tuyến và hoàn thành các nhiệm vụ còn lại của kế hoạch năm.",
    }


_HIGHLIGHTS = (
    "mở thêm một quầy hỗ trợ nộp hồ sơ trực tuyến tại bộ phận một cửa.",
    "tổ chức ngày thứ Bảy tiếp nhận hồ sơ cho người lao động.",
    "rút ngắn thời gian xử lý ở một số thủ tục hộ tịch, chứng thực.",
    "đưa tổ công nghệ số cộng đồng đến từng ấp, khóm hướng dẫn người dân.",
)
_WEAKNESSES = (
    "Một số hồ sơ đất đai còn kéo dài do phải lấy ý kiến nhiều cơ quan; công chức một cửa còn kiêm nhiệm.",
    "Tỷ lệ nộp hồ sơ trực tuyến chưa đều giữa các lĩnh vực; người dân lớn tuổi còn ngại thao tác trên mạng.",
    "Việc cập nhật thủ tục mới công bố có lúc chưa kịp thời; trang thiết bị quét, số hóa còn thiếu.",
)
_REQUESTS = (
    "Đề nghị tỉnh tập huấn nghiệp vụ một cửa cho công chức mới nhận nhiệm vụ.",
    "Đề nghị nâng cấp đường truyền và máy quét cho bộ phận một cửa.",
    "Không.",
)
