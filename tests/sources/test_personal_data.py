"""Nothing of a person goes further than the file that was received, and nothing that we keep can be computed."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import duckdb
import pytest
from tests.sources.formats import FORMATS, cells_of, ods, parquet, read_csv
from tests.sources.printed import printed_list
from tests.sources.samples import HEADER, export, register, row, xlsx

from cchc.clock import at
from cchc.errors import CchcError
from cchc.folding import loose
from cchc.paths import Instance
from cchc.sources import freeze_snapshot, land_file
from cchc.sources.preview import preview
from cchc.store import Store

RECEIVED = at(date(2026, 3, 14), 17)
WIDE = (*HEADER, "Số CCCD", "Địa chỉ", "Thư điện tử", "Người nhận kết quả")
FAULTS: tuple[Mapping[str, str], ...] = (
    {},
    {"Ngày_hẹn_trả": "31/02/2026"},
    {"Mã_đơn_vị": "", "Đơn_vị_xử_lý": "UBND xã Chưa Hề Có"},
    {"Trạng_thái": "Đã trả kết quả"},
    {"Ngày_nộp": "15/03/2027"},
    {"Kênh_thực_hiện": ""},
)
MISPLACED = ("Trạng_thái", "Mã_TTHC", "Kênh_thực_hiện", "Ngày_hẹn_trả", "Đơn_vị_xử_lý", "Hình_thức_trả")


def person(number: int) -> dict[str, str]:
    """What a file says of the person of a dossier."""
    return {
        "Chủ hồ sơ": f"Nguyễn Thị Bí Ẩn {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[number]}",
        "Số điện thoại": f"09887766{number:02}",
        "Số CCCD": f"0891980077{number:02}",
        "Địa chỉ": f"Số {number} ấp Kín Đáo, xã Vắng Vẻ",
        "Thư điện tử": f"bi-an-{number}@rieng-tu.invalid",
        "Người nhận kết quả": f"Trần Văn Ẩn Danh {number}",
    }


def rows_of_people() -> list[dict[str, str]]:
    """Rows that land or are refused, and rows in which what is personal stands in another column.

    Nine of them land: the sound one, and those with something else for a procedure, or for the name of a unit whose
    code is given.
    """
    rows = [row(f"H01-{number}", **fault) for number, fault in enumerate(FAULTS)]
    for column in MISPLACED:
        for part in ("Chủ hồ sơ", "Số điện thoại", "Số CCCD", "Thư điện tử"):
            rows.append(row(f"H01-{len(rows)}", **{column: person(len(rows) % 26)[part]}))
    rows.append(row(person(25)["Chủ hồ sơ"]))
    return [dict.fromkeys(WIDE, "") | cells | person(number % 26) for number, cells in enumerate(rows)]


def values() -> set[str]:
    found = {text for number in range(26) for text in person(number).values()}
    return found | {"Bí Ẩn", "Ẩn Danh", "Kín Đáo", "rieng-tu", "Bí Mật"}


def places(store: Store, instance: Instance, log: str) -> Iterator[tuple[str, bytes]]:
    """All that is kept: files as bytes, Parquet also by its values, the store, the log."""
    for path in instance.root.rglob("*"):
        if not path.is_file():
            continue
        yield str(path), path.read_bytes()
        if path.suffix == ".parquet":
            for table in ("read_parquet(?)", "parquet_metadata(?)"):
                yield (
                    f"{path} {table}",
                    repr(duckdb.execute(f"FROM {table}", [str(path)]).fetchall()).encode(),
                )
    for suffix in ("", "-wal"):
        yield f"store{suffix}", Path(store.url.removeprefix("sqlite:///") + suffix).read_bytes()
    yield "log", log.encode()


def assert_nothing_of(told: set[str], kept: Sequence[tuple[str, bytes]]) -> None:
    # No text holds a run of zeros, of which the pages of a store are nine tenths.
    kept = [(name, re.sub(rb"\0{4,}", b"\0" * 4, content)) for name, content in kept]
    for text in told:
        for form in {text, text.casefold(), unicodedata.normalize("NFD", text), loose(text)}:
            for encoding in ("utf-8", "utf-16-le"):
                for name, content in kept:
                    assert form.encode(encoding) not in content, (form, name)


WIDE_FORMATS: dict[str, Callable[[Sequence[Mapping[str, str]]], bytes]] = FORMATS | {
    "bom.csv": lambda rows: export(rows, header=WIDE),
    "phay.csv": lambda rows: export(rows, header=WIDE, delimiter=",", bom=False),
    "tab.txt": lambda rows: export(rows, header=WIDE, delimiter="\t"),
    "bang.xlsx": lambda rows: xlsx(rows, header=WIDE),
    "bang.ods": lambda rows: ods(cells_of(rows, WIDE)),
    "bang.parquet": lambda rows: parquet(rows, WIDE),
}


@pytest.mark.parametrize("name", WIDE_FORMATS)
def test_nothing_personal_of_any_format_is_stored_logged_or_told(
    store: Store, instance: Instance, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    caplog.set_level(logging.DEBUG)
    path = instance.export_drop / name
    path.parent.mkdir(parents=True)
    path.write_bytes(WIDE_FORMATS[name](rows_of_people()))
    seen = repr(preview(path, register(), date(2026, 3, 14)))
    landing = land_file(store, instance, path, register(), RECEIVED)
    assert (landing.rows_read, landing.rows_accepted) == (len(rows_of_people()), 9)
    freeze_snapshot(store, instance, "one_stop", date(2026, 3, 14), RECEIVED)
    kept = [*places(store, instance, caplog.text), ("preview", seen.encode())]
    assert sum(".parquet" in place for place, _ in kept) >= 6  # landed and frozen
    assert any(place.endswith(".csv") for place, _ in kept)  # the quarantine
    assert_nothing_of(values(), kept)


def test_nothing_of_the_people_of_a_printed_list_is_kept(
    store: Store, instance: Instance, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    path = instance.export_drop / "ds.xlsx"
    path.parent.mkdir(parents=True)
    path.write_bytes(printed_list())
    land_file(store, instance, path, register(), RECEIVED)
    assert_nothing_of(values() | {"Lập Biểu", "Ký Tên"}, [*places(store, instance, caplog.text)])


def shifted(content: bytes) -> bytes:
    """One cell too many in each row: what is personal stands under the header of another column."""
    header, *lines = content.decode("utf-8-sig").split("\r\n")
    return "\r\n".join([header, *(f"x;{line}" for line in lines if line)]).encode()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("lech.csv", lambda: shifted(export(rows_of_people(), header=WIDE))),
        ("khong-tieu-de.csv", lambda: export(rows_of_people(), header=WIDE).split(b"\r\n", 1)[1]),
        ("thieu-cot.csv", lambda: export(rows_of_people(), header=(*WIDE[:8], *WIDE[9:]))),
        ("nhay.csv", lambda: export(rows_of_people(), header=WIDE).replace(b"H01-3;", b'"H01-3;')),
        ("cut.json", lambda: FORMATS["danh-sach.json"](rows_of_people())[:-50]),
        ("cut.csv.gz", lambda: FORMATS["nen.csv.gz"](rows_of_people())[:-50]),
        ("khong-tieu-de.xlsx", lambda: xlsx(rows_of_people(), header=tuple(person(0).values()))),
    ],
)
def test_nothing_personal_of_a_refused_file_or_shifted_row_is_told(
    store: Store,
    instance: Instance,
    caplog: pytest.LogCaptureFixture,
    name: str,
    content: Callable[[], bytes],
) -> None:
    caplog.set_level(logging.DEBUG)
    path = instance.root / "ngoai" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(content())
    told = ""
    try:
        assert land_file(store, instance, path, register(), RECEIVED).rows_accepted == 0
    except CchcError as refusal:
        told = str(refusal)
    path.unlink()
    assert_nothing_of(values(), [*places(store, instance, caplog.text), ("refusal", told.encode())])


COMMANDS = ("=cmd|'/c'!A1", "+1+cmd", "-2+3", "@SUM(A1)", "\t=1+1", " =1+1", "=HYPERLINK(1)")


@pytest.mark.parametrize(
    "column", ["Mã hồ sơ", "Trạng thái", "Kênh thực hiện", "Mã đơn vị", "Mã TTHC", "Ngày nộp"]
)
def test_no_cell_of_a_quarantine_is_computed_by_a_spreadsheet(
    store: Store, instance: Instance, column: str
) -> None:
    path = instance.root / "ngoai" / "a.csv"
    path.parent.mkdir(parents=True)
    rows = [
        row(f"H01-{place}", Ngày_hẹn_trả="31/02/2026") | {column: text} for place, text in enumerate(COMMANDS)
    ]
    rows.append(row("H01-99"))  # a column of which nothing can be read would be one finding
    # A header is text of others as well.
    path.write_bytes(export(rows).replace("Trạng thái".encode(), "=Trạng thái".encode(), 1))
    landing = land_file(store, instance, path, register(), RECEIVED)
    assert landing.rows_quarantined == len(COMMANDS)
    (quarantine,) = (instance.data / "nguon" / "one_stop" / "cach-ly").iterdir()
    found = read_csv(quarantine.read_bytes())
    assert len(found) == len(COMMANDS)
    texts = [text for cells in found for pair in cells.items() for text in pair]
    assert "'=Trạng thái" in texts
    assert [text for text in texts if text.lstrip().startswith(("=", "+", "-", "@"))] == []


def test_a_quarantine_that_people_mend_comes_back_as_rows(store: Store, instance: Instance) -> None:
    rows = [
        row("H01-1", Mã_đơn_vị="", Đơn_vị_xử_lý="UBND xã Thử Mott"),
        row("-01-2", Mã_TTHC="-1.2", Ngày_hẹn_trả="31/06/2022"),
        row("H01-3"),
    ]
    path = instance.export_drop / "a.csv"
    path.parent.mkdir(parents=True)
    path.write_bytes(export(rows))
    assert land_file(store, instance, path, register(), RECEIVED).rows_quarantined == 2
    (quarantine,) = (instance.data / "nguon" / "one_stop" / "cach-ly").iterdir()
    text = quarantine.read_text(encoding="utf-8-sig")
    assert "'-01-2" in text
    assert "'-1.2" in text
    mended = text.replace(",UBND xã Thử Mott,", ",UBND xã Thử Một,").replace(",31/06/2022,", ",30/06/2026,")
    path.write_text(mended, encoding="utf-8-sig")
    landing = land_file(store, instance, path, register(), RECEIVED)
    assert (landing.rows_read, landing.rows_accepted) == (2, 2)
    (known,) = [
        one
        for one in store.query("sources.landings_known", source="one_stop", at="9999")
        if one["landing_id"] == landing.landing_id
    ]
    assert known["is_mended"] == 1
    kept = duckdb.execute(
        "SELECT dossier_code, procedure_code, unit FROM read_parquet(?)",
        [str(instance.data / known["parquet_path"])],
    ).fetchall()
    assert kept == [("H01-1", "1.000001.000.00.00.H01", "30001"), ("-01-2", "-1.2", "30001")]
