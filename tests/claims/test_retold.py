"""A quantity that a text comes back to with another value; figures of other bodies and years are others."""

from __future__ import annotations

import pytest

from cchc.claims import check_text

OTHERS = [
    ("II. KẾT QUẢ\n\n1. Phòng cháy\n\nTrong quý xảy ra 14 vụ cháy (nhà dân 9 vụ, cơ sở sản xuất 5 vụ), làm"
     " 3 người bị thương. Lực lượng chữa cháy đã điều động 46 lượt xe, 312 lượt người; hướng dẫn 1.240 hộ "
     "ký cam kết an toàn và kiểm tra 86 cơ sở theo kế hoạch được phê duyệt.\n\nIII. TỒN TẠI, HẠN "
     "CHẾ\n\nTrong quý còn 14 vụ cháy, nguyên nhân chủ yếu do chập điện."),
    ("II. KẾT QUẢ\n\n1. Cấp tỉnh\n\nCác sở trễ hạn 12 hồ sơ, chủ yếu do chờ ý kiến của cơ quan liên quan "
     "và lỗi đồng bộ dữ liệu trên hệ thống; đã có thư xin lỗi đối với toàn bộ hồ sơ này theo quy định của "
     "tỉnh.\n\n2. Cấp xã\n\nCác xã, phường trễ hạn 31 hồ sơ, tập trung ở lĩnh vực đất đai.\n\nIII. HẠN "
     "CHẾ\n\nVẫn còn 43 hồ sơ trễ hạn."),
    ("I. Công tác khám bệnh\n\nBệnh viện có 36 bác sĩ, khám 18.400 lượt người, tăng so với cùng kỳ; phẫu "
     "thuật 640 ca an toàn, không có tai biến nặng; công tác dược, vật tư bảo đảm, không để thiếu thuốc "
     "thiết yếu trong danh mục bảo hiểm y tế.\n\nII. Đánh giá\n\nNăm trước bệnh viện có 31 bác sĩ, năm nay"
     " đã bổ sung."),
    ("Hội nghị chào mừng 64 tập thể và hộ gia đình tiêu biểu (24 tập thể, 40 hộ gia đình) trong phong trào"
     " hiến đất làm đường nông thôn, chỉnh trang nhà cửa, trồng hoa, xây dựng tuyến đường kiểu mẫu, giữ "
     "gìn an ninh trật tự ở khu dân cư trong suốt ba năm qua.\n\nMột lần nữa, tôi chúc mừng 64 tập thể và "
     "hộ gia đình được khen thưởng."),
    ("Năm 2025 xã xây 18 cầu, trong đó xong 12 cầu, đang làm 6 cầu.\n\nNguồn vốn do Nhà nước và nhân dân "
     "cùng đóng góp, được công khai tại nhà văn hóa ấp, có ban giám sát cộng đồng theo dõi từ khâu khảo "
     "sát tới khâu nghiệm thu, bàn giao đưa vào sử dụng.\n\nII. ĐÁNH GIÁ\n\nĐã xong 12/18 cầu."),
]  # fmt: skip
CONTRADICTED = [
    ("II. KẾT QUẢ\n\n1. Phòng cháy\n\nTrong quý xảy ra 14 vụ cháy (nhà dân 9 vụ, cơ sở sản xuất 5 vụ), làm"
     " 3 người bị thương. Lực lượng chữa cháy đã điều động 46 lượt xe, 312 lượt người; hướng dẫn 1.240 hộ "
     "ký cam kết an toàn và kiểm tra 86 cơ sở theo kế hoạch được phê duyệt.\n\nIII. TỒN TẠI, HẠN "
     "CHẾ\n\nTrong quý còn xảy ra 16 vụ cháy, nguyên nhân chủ yếu do chập điện."),
    ("1. Kỷ luật\n\nCông an huyện xử lý kỷ luật 07 chiến sĩ (khiển trách 5, cảnh cáo 2), giảm so với năm "
     "trước; công tác giáo dục chính trị tư tưởng được chú trọng, các đơn vị ký cam kết thực hiện điều "
     "lệnh, đăng ký xây dựng đơn vị văn hóa, gương mẫu, chấp hành pháp luật.\n\n2. Hạn chế\n\nTrong năm "
     "vẫn còn 9 chiến sĩ bị xử lý kỷ luật."),
    ("Hội nghị chào mừng 64 tập thể và hộ gia đình tiêu biểu (24 tập thể, 40 hộ gia đình) trong phong trào"
     " hiến đất làm đường nông thôn, chỉnh trang nhà cửa, trồng hoa, xây dựng tuyến đường kiểu mẫu, giữ "
     "gìn an ninh trật tự ở khu dân cư trong suốt ba năm qua.\n\nMột lần nữa, tôi chúc mừng 46 tập thể và "
     "hộ gia đình được khen thưởng."),
    ("1. Kiểm tra\n\nChi cục kiểm tra 120 hộ kinh doanh, phát hiện 22 hộ vi phạm về nhãn hàng hóa (hàng "
     "khô 15 hộ, mỹ phẩm 7 hộ), đã nhắc nhở và yêu cầu khắc phục ngay; tuyên truyền trên loa truyền thanh,"
     " phát tờ rơi tới các chợ dân sinh, siêu thị, cửa hàng tiện lợi trên địa bàn.\n\n2. Tồn tại\n\nQua "
     "kiểm tra còn 27 hộ vi phạm về nhãn hàng hóa."),
    ("1. Kết quả\n\nTrong quý đã trả 2.140 hồ sơ (trước hạn 1.502 hồ sơ, đúng hạn 631 hồ sơ, trễ hạn 7 hồ "
     "sơ). Công tác niêm yết, công khai được duy trì; trang thiết bị của bộ phận một cửa cơ bản đáp ứng "
     "yêu cầu, công chức được tập huấn kỹ năng giao tiếp với người dân và doanh nghiệp.\n\n2. Khuyết "
     "điểm\n\nĐể xảy ra 11 hồ sơ trễ hạn, chưa xin lỗi kịp thời."),
]  # fmt: skip


@pytest.mark.parametrize("text", OTHERS)
def test_figures_that_the_words_part_are_two_quantities(text: str) -> None:
    assert [one for one in check_text(text).faults if one.severity != "luu_y"] == []


@pytest.mark.parametrize("text", CONTRADICTED)
def test_what_is_told_again_with_another_value_is_found(text: str) -> None:
    (fault,) = [one for one in check_text(text).faults if one.severity != "luu_y"]
    assert fault.kind == "claim_two_values" and fault.start > len(text) // 2
