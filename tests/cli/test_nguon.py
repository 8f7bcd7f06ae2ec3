from __future__ import annotations

from pathlib import Path

import pytest
from tests.isolation import readers
from typer.testing import CliRunner

from cchc.cli.nguon import app
from cchc.errors import CchcError
from cchc.sources import preview

HEADER = (
    "Mã hồ sơ;Chủ hồ sơ;Lĩnh vực;Kênh thực hiện;Ngày tiếp nhận;Ngày hẹn trả;Ngày kết thúc xử lý;"
    "Trạng thái;Đơn vị xử lý;Cột lạ"
)
ROWS = (
    "H01-1;Công dân Bí Mật;Hộ tịch;Trực tiếp;05/01/2026;12/01/2026;;Đang xử lý;Sở Nội vụ;x",
    "H01-2;Công dân Bí Mật;Hộ tịch;Trực tiếp;05/01/2026;31/02/2026;;Đang xử lý;Sở Nội vụ;x",
    "H01-3;Công dân Bí Mật;Hộ tịch;Trực tiếp;05/01/2026;12/01/2026;;Đang xử lý;UBND xã Chưa Hề Có;x",
)


def run(file: Path, code: int = 1) -> str:
    result = CliRunner().invoke(app, ["kiem-tra", str(file), "--ngay", "2026-03-14"], catch_exceptions=False)
    assert result.exit_code == code
    return result.output


def test_it_tells_the_layout_the_columns_and_what_would_be_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("\n".join((HEADER, *ROWS)), encoding="utf-8")
    output = run(file)
    for told in (
        "mot-cua-cap-tinh",
        "Ngày hẹn trả: ngày hẹn trả",
        "bị bỏ ngay khi đọc: Chủ hồ sơ",
        "Cột lạ, không được giữ: Cột lạ",
        "Đọc 3 dòng: nhận 1, giữ lại 2",
        "'31/02/2026' không phải là ngày có thật (dòng 3)",
        "Đơn vị 'UBND xã Chưa Hề Có' không có trong danh mục",
        "Đơn vị lạ, chưa có trong danh mục (nếu đúng thì thêm vào unit_aliases của bố cục mot-cua-cap-tinh)",
        "  UBND xã Chưa Hề Có: 1 dòng (dòng 4); gần nhất: ",
        "H01-1",
    ):
        assert told in output
    assert "Bí Mật" not in output
    assert file.exists()


def test_a_file_that_is_not_there_or_fits_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CchcError, match="Không có tệp"):
        run(tmp_path / "khong-co.csv")
    file = tmp_path / "a.csv"
    file.write_text("a;b\n1;2\n", encoding="utf-8")
    assert "Không nhận ra dòng tiêu đề" in run(file, 2)


def test_a_file_that_breaks_its_reader_is_told_in_words_and_the_command_lives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("\n".join((HEADER, *ROWS)), encoding="utf-8")
    with monkeypatch.context() as broken:
        broken.setattr(preview, "_answer", readers.die_reading)
        output = run(file, 2)
    assert "Cần quá nhiều bộ nhớ" in output and "Cần xem lại" in output
    assert "Đọc 3 dòng" in run(file), "the next one is read"
