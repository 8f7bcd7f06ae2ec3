"""Faults in the narrative sections: accepted with a warning. A 'careless' unit has one of them."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Callable
from datetime import timedelta

from cchc.clock import vn_date
from cchc.indicators import format_number
from cchc_rehearsal.faults.scene import PlantedFault, Scene


def _percent_of_fraction(scene: Scene) -> PlantedFault:
    text = "Nộp hồ sơ trực tuyến: phát sinh 83/270 hồ sơ, đạt 22,43%; đơn vị tiếp tục vận động người dân nộp hồ sơ qua mạng."
    return PlantedFault("ty-le-khong-theo-phan-so", "claim_percent", texts={"thu_tuc": text})


def _parts_in_prose(scene: Scene) -> PlantedFault:
    late, on_time = scene.chance.randint(20, 90), scene.chance.randint(900, 4000)
    given = on_time + late + scene.chance.randint(3, 30)
    text = (
        f"Trong kỳ đơn vị giải quyết {format_number(given)} hồ sơ (đúng hạn {format_number(on_time)} hồ sơ; "
        f"quá hạn {format_number(late)} hồ sơ), kết quả được công khai hằng tuần."
    )
    return PlantedFault("cac-phan-khong-cong-du", "claim_parts", texts={"thu_tuc": text})


def _impossible_day(scene: Scene) -> PlantedFault:
    text = f"Số liệu tính từ ngày 01/01/{scene.year} đến ngày 31/06/{scene.year}; đơn vị đã rà soát trước khi gửi."
    return PlantedFault("ngay-khong-co-that", "claim_date", texts={"chi_dao": text})


def _window_after_signing(scene: Scene) -> PlantedFault:
    end = scene.signed_on + timedelta(days=8)
    text = f"Từ ngày 16/12/{scene.year - 1} đến ngày {vn_date(end)}, đơn vị tổ chức tiếp nhận và giải quyết hồ sơ theo quy trình đã công khai."
    return PlantedFault("ky-so-lieu-sau-ngay-ky", "claim_window", texts={"thu_tuc": text})


def _two_dates(scene: Scene) -> PlantedFault:
    number = scene.chance.randint(10, 190)
    text = (
        f"Thực hiện Kế hoạch số {number}/KH-UBND ngày 12/01/{scene.year} về cải cách hành chính; việc phân công theo "
        f"Kế hoạch số {number}/KH-UBND ngày 15/01/{scene.year} đã giao đến từng bộ phận."
    )
    return PlantedFault("mot-van-ban-hai-ngay", "claim_two_dates", texts={"noi_bat": text})


def _plan_after_report(scene: Scene) -> PlantedFault:
    day = scene.signed_on + timedelta(days=40)
    text = f"Đơn vị đã ban hành Kế hoạch số {scene.chance.randint(200, 290)}/KH-UBND ngày {vn_date(day)} về kiểm tra công tác cải cách hành chính."
    return PlantedFault("van-ban-sau-ngay-ky", "claim_future_document", texts={"kiem_tra": text})


def _text_against_table(scene: Scene) -> PlantedFault:
    done, planned = scene.count("I.1.2") + 2, scene.count("I.1.1") + 4
    text = (
        f"Kế hoạch năm đề ra {planned} nhiệm vụ, đến nay đã hoàn thành {done} nhiệm vụ; các nhiệm vụ còn lại "
        "đang thực hiện đúng tiến độ."
    )
    return PlantedFault("loi-van-khac-bieu", "claim_table", texts={"chi_dao": text})


def _zero_of_nothing(scene: Scene) -> PlantedFault:
    text = "Lĩnh vực đầu tư không phát sinh hồ sơ: tiếp nhận 0 hồ sơ, giải quyết đúng hạn 0/0 hồ sơ, đạt 0%."
    return PlantedFault("phan-tram-cua-khong", "claim_zero", texts={"thu_tuc": text})


def _parts_of_levels(scene: Scene) -> PlantedFault:
    """A total of one sentence, its parts in the next one."""
    of_commune, of_province = scene.chance.randint(300, 900), scene.chance.randint(40, 200)
    given = of_commune + of_province + scene.chance.randint(2, 20)
    text = (
        f"Tổng số thủ tục hành chính được niêm yết là {format_number(given)} thủ tục, trong đó: cấp tỉnh "
        f"{of_province} thủ tục, cấp xã {of_commune} thủ tục. Việc niêm yết được kiểm tra hằng tháng."
    )
    return PlantedFault("tong-trong-do-khong-khop", "claim_parts", texts={"thu_tuc": text})


def _scanned(scene: Scene) -> PlantedFault:
    """Pasted from a scan: no accents, lines of a page, a word torn apart; the percentage is wrong."""
    whole = scene.chance.randint(900, 4000)
    part, stated = whole * 9 // 10, "79,35" if scene.chance.random() < 0.5 else "98.35"
    text = (
        f"Trong ky, don vi da giai quyet {format_number(whole)} ho so thu tuc hanh chinh, trong do giai quyet dung "
        f"han {format_number(part)}/{format_number(whole)} ho so, dat ty le {stated}%. Ket qua duoc cong khai."
    )
    return PlantedFault(
        "doan-quet-mat-dau", "claim_percent", texts={"thu_tuc": "\n".join(textwrap.wrap(text, 60))}
    )


def _apart(scene: Scene) -> PlantedFault:
    """Letters and accents stored apart, as some programs save them; a day that does not exist."""
    text = f"Đơn vị tổ chức hội nghị tổng kết công tác cải cách hành chính ngày 30/02/{scene.year} tại hội trường."
    return PlantedFault(
        "ngay-khong-co-that-to-hop", "claim_date", texts={"chi_dao": unicodedata.normalize("NFD", text)}
    )


def _document_of_no_day(scene: Scene) -> PlantedFault:
    text = (
        f"Đã ban hành Kế hoạch số {scene.chance.randint(10, 90)}/KH-UBND ngày 31 tháng 4 năm {scene.year} về tuyên truyền "
        "cải cách hành chính, phân công từng bộ phận thực hiện."
    )
    return PlantedFault("van-ban-ngay-khong-co-that", "claim_date", texts={"noi_bat": text})


WARNING: tuple[Callable[[Scene], PlantedFault], ...] = (
    _percent_of_fraction,
    _parts_in_prose,
    _impossible_day,
    _window_after_signing,
    _two_dates,
    _plan_after_report,
    _text_against_table,
    _zero_of_nothing,
    _parts_of_levels,
    _scanned,
    _apart,
    _document_of_no_day,
)
