"""The catalogue of procedures of the synthetic province: lists as the national database gives them, and their truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from cchc.indicators.meaning import StatedBy
from cchc_rehearsal.behaviour import seeded
from cchc_rehearsal.dossiers import PROCEDURES
from cchc_rehearsal.export_parts import csv_bytes
from cchc_rehearsal.figures import TrueFigure

if TYPE_CHECKING:
    from cchc.indicators import IndicatorRegister
    from cchc.year import Window

HEADER = (
    "Mã TTHC", "Tên thủ tục hành chính", "Lĩnh vực", "Cấp thực hiện", "Cơ quan thực hiện", "Mức độ dịch vụ công",
    "Thanh toán trực tuyến", "Bưu chính công ích", "Công khai trên CSDLQG", "Tích hợp Cổng DVCQG", "Liên thông",
    "Trạng thái", "Ngày công bố", "Ngày bãi bỏ",
)  # fmt: skip
_ACTS = (
    "Cấp",
    "Cấp lại",
    "Điều chỉnh",
    "Gia hạn",
    "Thu hồi theo đề nghị",
    "Công nhận",
    "Thẩm định",
    "Đăng ký",
)
_THINGS = (
    ("giấy phép khai thác nước dưới đất", "Tài nguyên nước"), ("giấy chứng nhận trang trại", "Kinh tế hợp tác"),
    ("giấy phép kinh doanh lữ hành", "Lữ hành"), ("chứng chỉ hành nghề dược", "Dược phẩm"),
    ("giấy phép hoạt động khám bệnh, chữa bệnh", "Khám bệnh, chữa bệnh"), ("quyết định thành lập trường", "Giáo dục"),
    ("giấy phép bán lẻ rượu", "Lưu thông hàng hóa"), ("giấy phép lao động", "Việc làm"),
    ("thẻ hướng dẫn viên", "Du lịch"), ("giấy phép xuất bản tài liệu", "Xuất bản"),
    ("giấy phép nuôi trồng thủy sản", "Thủy sản"), ("chế độ người có công", "Người có công"),
    ("hỗ trợ hộ nghèo", "Giảm nghèo"), ("hoạt động tôn giáo", "Tôn giáo"), ("hội quần chúng", "Hội, quỹ"),
    ("giấy phép thi công", "Đường bộ"), ("giấy chứng nhận an toàn thực phẩm", "An toàn thực phẩm"),
    ("hồ sơ đấu giá viên", "Bổ trợ tư pháp"), ("giấy phép xả thải", "Môi trường"), ("tổ hợp tác", "Nông nghiệp"),
)  # fmt: skip
_BODIES = {1: "Sở, ban, ngành cấp tỉnh", 2: "UBND cấp xã", 3: "Sở, ban, ngành cấp tỉnh; UBND cấp xã"}
_LEVELS = {1: "Cấp tỉnh", 2: "Cấp xã", 3: "Cấp tỉnh, cấp xã"}
_ONLINE = {0: "Chưa cung cấp", 1: "Một phần", 2: "Toàn trình"}
_LINKED = {0: "Không", 1: "Liên thông cùng cấp", 2: "Liên thông giữa các cấp"}


@dataclass(frozen=True)
class Procedure:
    """One procedure; level 1 province, 2 commune, 3 both; online 0 none, 1 partly, 2 wholly; linked as `_LINKED`."""

    number: int
    name: str
    field: str
    level: int
    online: int
    paid: bool
    post: bool
    public: bool
    linked: int
    published: date
    ended: date | None = None

    @property
    def on_portal(self) -> bool:
        return self.online > 0

    def in_force(self, day: date) -> bool:
        return self.published <= day and (self.ended is None or self.ended > day)


class CatalogueYear:
    """The procedures of a year, some published or ended within it; the one-stop software's own are among them."""

    def __init__(self, year: int, seed: int) -> None:
        self.year = year
        names = [(name, field, level) for name, field, level, *_ in PROCEDURES]
        names += [(f"{act} {thing}", field, 0) for thing, field in _THINGS for act in _ACTS]
        self.procedures = [self._procedure(number, *one, seed) for number, one in enumerate(names, start=1)]

    def _procedure(self, number: int, name: str, field: str, level: int, seed: int) -> Procedure:
        chance = seeded(seed, str(self.year), "danh-muc", str(number))
        of_dossiers = number <= len(PROCEDURES)
        first = date(self.year, 1, 1)
        online = max(0, level - 2) if of_dossiers else chance.choices((0, 1, 2), (2, 3, 5))[0]
        published, ended = first - timedelta(days=chance.randint(60, 2000)), None
        draw = chance.random()
        if not of_dossiers and draw < 0.08:
            published = first + timedelta(days=chance.randint(0, 340))
        elif not of_dossiers and draw < 0.14:
            ended = first + timedelta(days=chance.randint(0, 340))
        return Procedure(
            number, name, field, 2 if of_dossiers else chance.choices((1, 2, 3), (6, 3, 2))[0], online,
            paid=online > 0 and chance.random() < 0.5, post=chance.random() < 0.7, public=chance.random() < 0.97,
            linked=chance.choices((0, 1, 2), (7, 2, 1))[0], published=published, ended=ended,
        )  # fmt: skip

    def file(self, day: date) -> bytes:
        """The whole list as it stands on the day: what was published by then, with what has ended since New Year."""
        known = [one for one in self.procedures if one.published <= day]
        return csv_bytes(HEADER, (self._row(one, day) for one in known), delimiter=",", bom=True)

    def _row(self, one: Procedure, day: date) -> list[str]:
        over = one.ended is not None and one.ended <= day
        state = "Bãi bỏ" if over else "Công bố mới" if one.published.year == self.year else "Còn hiệu lực"
        return [
            f"1.{one.number:06d}.000.00.00.H01", one.name, one.field, _LEVELS[one.level], _BODIES[one.level],
            _ONLINE[one.online], "x" if one.paid else "", "x" if one.post else "", "Có" if one.public else "Chưa",
            "Có" if one.on_portal else "Chưa", _LINKED[one.linked], state, f"{one.published:%d/%m/%Y}",
            f"{one.ended:%d/%m/%Y}" if over and one.ended else "",
        ]  # fmt: skip

    def truth(self, window: Window) -> dict[str, int]:
        """The province's figure by indicator for the window, counted over the procedures themselves."""
        last = window.last
        valid = [one for one in self.procedures if one.in_force(last)]
        return {
            "III.2.1": sum(window.first <= one.published <= last for one in self.procedures),
            "III.2.2": sum(
                one.ended is not None and window.first <= one.ended <= last for one in self.procedures
            ),
            "III.2.3": len(valid),
            "III.2.4": sum(one.level in (1, 3) for one in valid),
            "III.2.5": sum(one.level in (2, 3) for one in valid),
            "III.3.1": sum(one.public for one in valid),
            "III.3.2": sum(one.online > 0 for one in valid),
            "III.5.1": sum(one.linked == 1 for one in valid),
            "III.5.2": sum(one.linked == 2 for one in valid),
            "III.7.1": sum(one.on_portal for one in valid),
            "III.7.2": sum(one.online > 0 for one in valid),
            "III.7.3": sum(one.paid for one in valid),
            "VII.4.1": sum(one.online == 1 for one in valid),
            "VII.4.2": sum(one.online == 2 for one in valid),
            "VII.5.1": sum(one.post for one in valid),
        }


def kept_catalogue(
    catalogue: CatalogueYear, window: Window, indicators: IndicatorRegister
) -> dict[tuple[str, str], TrueFigure]:
    """What the keeper of the catalogue reads in it, by keeper and indicator: it has nothing else to report from."""
    keepers = {
        one.code: one.owner for one in indicators.on(window.last) if one.stated_by is StatedBy.CATALOGUE
    }
    told = catalogue.truth(window)
    return {
        (keepers[code], code): TrueFigure(Decimal(count)) for code, count in told.items() if code in keepers
    }
