"""The dossiers of a synthetic province: what they are about, in which state they stand, and their course of events."""

from __future__ import annotations

from dataclasses import dataclass, field

NEW, RECEIVED, REFUSED, PROCESSING, SUPPLEMENT, FEE, WITHDRAWN, STOPPED, FINISHED, RETURNED = range(1, 11)
STATUS_WORDS = {
    NEW: "Mới đăng ký",
    RECEIVED: "Được tiếp nhận",
    REFUSED: "Không được tiếp nhận",
    PROCESSING: "Đang xử lý",
    SUPPLEMENT: "Yêu cầu bổ sung",
    FEE: "Nghĩa vụ tài chính",
    WITHDRAWN: "Công dân rút",
    STOPPED: "Dừng xử lý",
    FINISHED: "Đã xử lý xong",
    RETURNED: "Đã trả kết quả",
}
DIRECT, ONLINE, POST = 1, 2, 3
CHANNEL_WORDS = {DIRECT: "Trực tiếp", ONLINE: "Trực tuyến", POST: "Bưu chính công ích"}
LEVEL_WORDS = {2: "Mức độ 2", 3: "Một phần", 4: "Toàn trình"}

# Name, field, level of the online service, days to handle, weight. Procedure codes are made up.
PROCEDURES = (
    ("Chứng thực bản sao từ bản chính", "Chứng thực", 2, 0, 22),
    ("Chứng thực chữ ký", "Chứng thực", 2, 0, 8),
    ("Đăng ký khai sinh", "Hộ tịch", 4, 1, 12),
    ("Đăng ký khai tử", "Hộ tịch", 3, 1, 6),
    ("Đăng ký kết hôn", "Hộ tịch", 3, 3, 5),
    ("Cấp bản sao trích lục hộ tịch", "Hộ tịch", 4, 1, 9),
    ("Đăng ký biến động quyền sử dụng đất", "Đất đai", 3, 10, 14),
    ("Cấp đổi giấy chứng nhận quyền sử dụng đất", "Đất đai", 3, 7, 6),
    ("Cấp giấy phép xây dựng nhà ở riêng lẻ", "Hoạt động xây dựng", 3, 15, 4),
    ("Cung cấp thông tin quy hoạch", "Quy hoạch xây dựng", 4, 10, 2),
    ("Đăng ký hộ kinh doanh", "Thành lập và hoạt động của hộ kinh doanh", 4, 3, 6),
    ("Trợ cấp xã hội hằng tháng", "Bảo trợ xã hội", 3, 10, 4),
    ("Hỗ trợ chi phí mai táng", "Bảo trợ xã hội", 4, 5, 2),
)


@dataclass(slots=True)
class Dossier:
    """One dossier; days are ordinals. `events`: (day, status) in their order. `fault` makes each of its rows
    unusable: 'date' or 'unit'. `rewritten`: (day on which it happens, end date that is then told)."""

    number: int
    code: str
    unit: int
    procedure: int
    channel: int
    submitted: int
    received: int | None
    due: int | None
    ended: int | None = None
    returned: int | None = None
    return_channel: int = DIRECT
    withdrawn: bool = False
    fault: str = ""
    rewritten: tuple[int, int] | None = None
    events: list[tuple[int, int]] = field(default_factory=list)

    def status(self, day: int) -> int:
        """Status on the evening of `day`."""
        current = NEW
        for happened, status in self.events:
            if happened > day:
                break
            current = status
        return current

    def end(self, day: int) -> int | None:
        """The end date that the software tells on the evening of `day`."""
        if self.ended is None or self.ended > day:
            return None
        if self.rewritten is not None and self.rewritten[0] <= day:
            return self.rewritten[1]
        return self.ended
