"""Sentences of a sound report, around the unit's true figures."""

from __future__ import annotations

from cchc.indicators import format_number
from cchc_rehearsal.faults.scene import Scene


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
