"""Lists that people print: what such a list lacks is said by its layout, never made up."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests.sources.printed import DOSSIERS, printed_list
from tests.sources.samples import HEADER, PLAIN, register, row, xlsx
from tests.sources.test_landing import accepted, land, manifest, quarantine

from cchc.errors import CchcError
from cchc.paths import Instance
from cchc.sources.counting import DossierCounter
from cchc.sources.duck import connect
from cchc.sources.preview import preview
from cchc.sources.rules import CountingRules
from cchc.sources.system_figures import one_stop_figures
from cchc.store import Store
from cchc.year import Window

DAY = date(2026, 3, 14)


def test_titles_merged_headers_numbers_headings_and_signatures_are_told_from_dossiers(
    store: Store, instance: Instance
) -> None:
    landing = land(store, instance, printed_list(), "ds.xlsx")
    assert (landing.layout, landing.rows_read, landing.rows_accepted) == ("danh-sach-ho-so", 4, 2)
    columns = (
        "dossier_code[-4:], received_at::VARCHAR, ended_at::DATE::VARCHAR, status, channel, field_key, unit"
    )
    assert accepted(store, instance, columns) == [
        ("0001", "2026-01-05 08:30:00", "2026-01-09", 9, 0, "", "30001"),
        ("0002", "2026-01-06 07:15:00", None, 4, 0, "", "30001"),
    ]
    told = {one["Mã hồ sơ"][-4:]: one["Lý do"] for one in quarantine(store, instance)}
    assert "không có ngày kết thúc" in told["0003"]
    assert "'UBND xã Thử Mott' không có trong danh mục (gần nhất: UBND xã Thử Một (30001)" in told["0004"]


def test_no_name_of_a_signature_or_dossier_is_kept(store: Store, instance: Instance) -> None:
    land(store, instance, printed_list(), "ds.xlsx")
    (landed,) = manifest(store)
    texts = (instance.data / str(landed["quarantine_path"])).read_text(encoding="utf-8-sig")
    assert "Bí Mật" not in texts + str(accepted(store, instance, "*")) + str(landed)


def test_figures_that_need_a_column_the_list_lacks_are_not_computed(store: Store, instance: Instance) -> None:
    land(store, instance, printed_list(), "ds.xlsx")
    (landed,) = manifest(store)
    path = instance.data / str(landed["parquet_path"])
    with connect() as connection:
        connection.execute(f"CREATE VIEW sound AS FROM read_parquet('{path}') WHERE faults IS NULL")
        sound = instance.root / "sound.parquet"
        connection.execute(f"COPY sound TO '{sound}' (FORMAT parquet)")
        window = Window(date(2025, 12, 15), DAY)
        counter = DossierCounter(connection, sound, window, CountingRules.load().one_stop)
        (counted,) = counter.counts()
        has_level, has_return = counter.known()["30001"]
    figures = one_stop_figures(counted.counts, "xa", has_level=has_level, has_return_channel=has_return)
    assert {code: figures[code].value for code in ("T06.1", "III.6.6", "T06.5")} == {
        "T06.1": Decimal(2),
        "III.6.6": Decimal(2),
        "T06.5": Decimal(1),
    }
    unknown = {"T06.2", "T06.3", "VII.5.4", "OS.2", "VII.4.3", "VII.5.5", "III.6.9", "III.6.10"}
    assert unknown.isdisjoint(figures)


def test_the_check_lists_unknown_units_and_footers(tmp_path: Path) -> None:
    (tmp_path / "ds.xlsx").write_bytes(printed_list())
    found = preview(tmp_path / "ds.xlsx", register(), DAY)
    assert [(unit.text, unit.near[0], rows) for unit, rows in found.unknown_units.items()] == [
        ("UBND xã Thử Mott", "UBND xã Thử Một (30001)", [11])
    ]
    assert (found.footers, found.sheet) == (5, "DS")


def test_the_manifest_says_how_many_rows_stood_outside_the_table(store: Store, instance: Instance) -> None:
    landed = land(store, instance, printed_list(), "ds.xlsx")
    assert landed.rows_outside == 5
    row = store.one("sources.landing", landing_id=landed.landing_id)
    assert row is not None
    assert (row["rows_outside"], row["rows_read"]) == (5, landed.rows_read)


def test_a_row_without_code_that_has_a_day_is_a_dossier_to_mend_and_no_footer(tmp_path: Path) -> None:
    nameless = [*DOSSIERS[0]]
    nameless[1] = ""
    (tmp_path / "ds.xlsx").write_bytes(printed_list([*DOSSIERS[:2], nameless]))
    found = preview(tmp_path / "ds.xlsx", register(), DAY)
    assert (found.read, found.accepted) == (3, 2)


def test_an_export_without_a_channel_does_not_pass_for_a_printed_list(tmp_path: Path) -> None:
    header = tuple(title for title in HEADER if title != "Kênh thực hiện")
    (tmp_path / "a.xlsx").write_bytes(xlsx([row("H01-1")], header=header))
    with pytest.raises(CchcError, match="Kênh thực hiện"):
        preview(tmp_path / "a.xlsx", register(), DAY)


@pytest.mark.parametrize(
    ("layout", "renamed"),
    [
        (
            "kieu-vnpt-igate",
            {
                "Mã hồ sơ": "Số hồ sơ",
                "Kênh thực hiện": "Hình thức nhận",
                "Đơn vị xử lý": "Cơ quan tiếp nhận",
                "Ngày kết thúc xử lý": "Ngày có kết quả",
            },
        ),
        (
            "kieu-viettel",
            {
                "Mã hồ sơ": "Mã số hồ sơ",
                "Kênh thực hiện": "Kênh tiếp nhận",
                "Ngày hẹn trả": "Thời hạn giải quyết",
                "Đơn vị xử lý": "Đơn vị thụ lý",
                "Ngày kết thúc xử lý": "Ngày xử lý xong",
                "Trạng thái": "Trạng thái hồ sơ",
            },
        ),
    ],
)
def test_the_assumed_layouts_of_the_two_market_leaders_take_their_headers(
    tmp_path: Path, layout: str, renamed: dict[str, str]
) -> None:
    cells = {renamed.get(name, name): cell for name, cell in ({"Mã hồ sơ": "H01-1"} | PLAIN).items()}
    (tmp_path / "a.xlsx").write_bytes(xlsx([cells], header=tuple(renamed.get(name, name) for name in HEADER)))
    found = preview(tmp_path / "a.xlsx", register(), DAY)
    assert (found.match.layout.layout, found.match.layout.assumed, found.accepted) == (layout, True, 1)
    assert set(found.match.personal) == {"Chủ hồ sơ", "Số điện thoại"}
