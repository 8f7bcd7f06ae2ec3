"""documents.yaml: values outside the decree's ranges are refused with file, place, value and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from cchc.documents.form import DocumentSettings
from cchc.errors import CchcError, ConfigError


def changed(folder: Path, old: str, new: str) -> Path:
    path = folder / "documents.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def test_the_committed_file_describes_every_document_that_is_made() -> None:
    kinds = {
        "bao_cao",
        "bao_cao_noi_bo",
        "ke_hoach",
        "yeu_cau",
        "don_doc",
        "ke_hoach_kiem_tra",
        "sau_kiem_tra",
        "quyet_dinh_dieu_chinh",
        "phieu_diem",
        "bao_cao_tu_danh_gia",
        "ket_qua_cham_diem",
        "ke_hoach_cham_diem",
        "quyet_dinh_hoi_dong",
        "thong_bao_tham_dinh_1",
        "bien_ban_hoi_dong",
        "to_trinh",
        "thong_bao_ket_luan",
        "quyet_dinh_doan",
        "thong_bao_kiem_tra",
        "bien_ban_kiem_tra",
        "bao_cao_doan",
        "bao_cao_kiem_tra",
    }
    assert set(DocumentSettings.load().documents) == kinds


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("left_mm: 30", "left_mm: 25", ("documents.yaml", "page.left_mm", "25", "từ 30 đến 35")),
        ("body_pt: 14", "body_pt: 12", ("type.body_pt", "từ 13 đến 14")),
        ("first_line_mm: 12.7", "first_line_mm: 20", ("từ 10 đến 12,7",)),
        ("  font:", "  phong:", ("phong", "font")),
        ("    Bộ Nội vụ: {", "    Bộ Nội Vụ: {", ("mailing.receivers", "Bộ Nội Vụ", "viết đúng từng chữ")),
        ("{tiers: [so]}", "{tiers: [huyện]}", ("mailing.receivers", "huyện", "so, huyen, xa")),
        ("{tiers: [so]}", "{tiers: [so], mailboxes: [a@b.vn]}", ("đúng một trong ba mục",)),
        ("vanthu@bonoivu.example", "Văn thư <vanthu@bonoivu>", ("Văn thư <vanthu@bonoivu>",)),
        ("attachments_mb: 15", "attachments_mb: 0", ("mailing.attachments_mb",)),
        ("    issuer: so", "    issuer: huyen", ("documents.yeu_cau.issuer", "huyen", "hoi_dong, so, ubnd")),
        ("{issuer: so,", "{issuer: huyen,", ("signers.1", "huyen", "hoi_dong, so, ubnd")),
        ('title: "PHÓ GIÁM ĐỐC"', 'title: "TRƯỞNG PHÒNG"', ("signers.1", "TRƯỞNG PHÒNG", "PHÓ GIÁM ĐỐC")),
        (
            "  {issuer: so,",
            '  {issuer: ubnd, title: "PHÓ CHỦ TỊCH", name: Lê Thị C, from: 2026-05-01},\n  {issuer: so,',
            ("signers.1", "Lê Thị C", "ghi until cho người trước"),
        ),
        ("from: 2021-07-15", "from: 2031-01-01", ("bases.1", "until không sớm hơn from")),
        ("documents: [ke_hoach, ", "documents: [ke_hoch, ", ("bases.0.documents", "ke_hoch", "ke_hoach")),
        ("decided_by: head", "decided_by: body", ("documents.ket_qua_cham_diem", "bắt đầu bằng “TM.”")),
        (
            'signature: ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]',
            'signature: ["TM. ỦY BAN NHÂN DÂN", "PHÓ CHỦ TỊCH"]',
            ("documents.ket_qua_cham_diem", "không có “TM.”"),
        ),
    ],
)
def test_a_wrong_value_is_refused_with_place_value_and_range(
    own_config: Path, old: str, new: str, told: tuple[str, ...]
) -> None:
    with pytest.raises(CchcError) as error:
        DocumentSettings.load(changed(own_config, old, new))
    assert error.value.exit_code == 2
    for word in told:
        assert word in str(error.value)


def test_a_kind_of_document_that_is_not_described_is_an_error_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="bao_cao"):
        DocumentSettings.load().form("giay_moi")
