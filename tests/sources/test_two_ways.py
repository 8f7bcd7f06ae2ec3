"""What Python and DuckDB both know, they know alike; what a file says does not depend on its kind."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.sources.formats import FORMATS
from tests.sources.samples import HEADER, row
from tests.sources.test_tables import landed, landed_in_parts

from cchc.folding import cell_text, loose
from cchc.moments import DAY_FIRST, PLAIN, SHORT_YEARS, moment_of, with_times
from cchc.sources.duck import connect, run
from cchc.sources.moments import date_cells
from cchc.sources.names import is_personal
from cchc.sources.tables.base import trimmed, trimmed_among

# Letters that Python's own tables do not know yet are left out: DuckDB's may.
ANY_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cn", "Co")), max_size=30)
VIETNAMESE = st.text(
    st.sampled_from(
        "aăâeêioôơuưyđAĂÂEÊIOÔƠUƯYĐbcBC ,.-/'\n\u00a0áàảãạấầẩẫậắằẳẵặỚỜỞỠỢ\u0300\u0301\u0303\u0309\u0323"
        "ÐðƌСсＡ９\u200b\ufeff\u00ad"
    ),
    max_size=30,
)
NUMBERS = st.text(st.sampled_from("0123456789٣９ .-@x"), max_size=20)

MOMENT_MACROS = (
    "one_spaced",
    "halves_of_day",
    "tidy_moment",
    "zone_of",
    "minutes_of",
    "odd_text",
    "odd_moment",
)


@pytest.fixture(scope="module")
def macros() -> Iterator[Any]:
    with connect() as connection:
        for macro in ("is_personal", "as_seen", "meant", "plain", *MOMENT_MACROS):
            run(connection, f"exports/macros.{macro}")
        yield connection


def in_duckdb(connection: Any, macro: str, texts: list[str]) -> list[Any]:
    found = connection.execute(
        f"SELECT {macro}(text) FROM (SELECT unnest($texts::VARCHAR[]) AS text)", {"texts": texts}
    )
    return [value for (value,) in found.fetchall()]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.one_of(ANY_TEXT, VIETNAMESE), min_size=1, max_size=30))
def test_a_text_is_the_same_plain_text_in_python_and_in_duckdb(macros: Any, texts: list[str]) -> None:
    texts = [text.replace("\0", "") for text in texts]
    assert in_duckdb(macros, "plain", texts) == [loose(text) for text in texts]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.one_of(NUMBERS, ANY_TEXT), min_size=1, max_size=30))
def test_a_number_of_a_person_is_known_in_python_and_in_duckdb(macros: Any, texts: list[str]) -> None:
    texts = [text.replace("\0", "") for text in texts]
    assert in_duckdb(macros, "is_personal", texts) == [is_personal(text) for text in texts]


DAYS = st.sampled_from(
    ["05/01/2026", "05/01/2026 08:30", "2026-01-05", "07:15 06/01/2026", "46054.5", "31/02/2026", "1/13/2022", "",
     " 06/01/2026 ", "06/01/2026\n09:00", "00/00/0000", "hôm qua", "  "]
)  # fmt: skip
# Of each column, cells as exports have them; every one can be written in Windows-1258.
CELLS: dict[str, st.SearchStrategy[str]] = {
    "Mã hồ sơ": st.sampled_from(
        ["H01-1", "h01-2", "H01-3", " H01-4", "000.17.22.H56-210531-0001", "", "Tổng cộng"]
    ),
    "Mã TTHC": st.sampled_from(["1.000001.000.00.00.H01", "", " 1.2 ", "0988776655", "Thủ tục"]),
    "Lĩnh vực": st.sampled_from(["Đất đai", "ĐẤT  ĐAI", "Hộ tịch; chứng thực", 'Hộ "tịch"', "", " "]),
    "Kênh thực hiện": st.sampled_from(["Trực tiếp", "TRỰC TUYẾN", "2", " Trực tiếp", "Bồ câu", ""]),
    "Chủ hồ sơ": st.sampled_from(["Nguyễn Văn A", "Trần, B", 'Lê "C"; D', "Hai\ndòng", ""]),
    "Trạng thái": st.sampled_from(["Đang xử lý", "Đã xử lý xong", "9", "Chờ ký", "", "Mới đăng ký"]),
    "Mã đơn vị": st.sampled_from(["30001", "", "30002", "99999"]),
    "Đơn vị xử lý": st.sampled_from(
        ["UBND xã Thử Một", "xã thử một", "", "UBND xã Thử Hòa", "UBND xã Lạ", " "]
    ),
    "Mức độ DVC": st.sampled_from(["Toàn trình", "Một phần", "", "?"]),
    "Ngày nộp": DAYS,
    "Ngày tiếp nhận": DAYS,
    "Ngày hẹn trả": DAYS,
    "Ngày kết thúc xử lý": DAYS,
}
assert set(CELLS) <= set(HEADER)
ROW = st.fixed_dictionaries({}, optional=CELLS).map(
    lambda cells: dict.fromkeys(HEADER, "") | row("H01-9") | cells
)


@pytest.mark.slow
@settings(max_examples=6, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(rows=st.lists(ROW, min_size=1, max_size=12))
def test_any_rows_give_the_same_result_in_every_format(rows: list[dict[str, str]]) -> None:
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, content in FORMATS.items():
            path = Path(folder) / name
            path.write_bytes(content(rows))
            accepted, refused = landed(path, Path(folder) / "kq.parquet")
            first = 4 if name == "tieu-de.xlsx" else 0
            found[name] = (accepted, [(number - first, reasons) for number, reasons in refused])
        found |= landed_in_parts(Path(folder))
    usual = found["bom.csv"]
    assert {name: outcome for name, outcome in found.items() if outcome != usual} == {}, usual


# What the cells of a column show decides between years of four digits and of two.
LONG, SHORT = (with_times([*days, *PLAIN]) for days in (DAY_FIRST, SHORT_YEARS))
WRITTEN = st.builds(
    lambda day, gap, hour, half, zone: f"{day}{gap}{hour}{half}{zone}",
    st.sampled_from(
        ["05/01/2026", "5/1/2026", "2026-01-05", "05-01-26", "31/02/2026", "5 Jan 2026", "2026/01/05"]
    ),
    st.sampled_from([" ", "  ", "T", ", ", "\n"]),
    st.sampled_from(["8:30", "08:30:25", "14:30:25.537", "00:05", "12:05:00,1", "24:00", "8:60"]),
    st.sampled_from(["", " SA", "CH", " AM", " p.m.", " Chiều"]),
    st.sampled_from(
        [
            "",
            "Z",
            "+07:00",
            "+0000",
            " GMT+7",
            "-05",
            " UTC",
            "+7",
            "+99:00",
            "-14:30",
            " GMT+7:30",
            "GMT+730",
        ]
    ),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(texts=st.lists(WRITTEN, min_size=1, max_size=30), formats=st.sampled_from([LONG, SHORT]))
def test_a_moment_is_the_same_in_python_and_in_duckdb(
    macros: Any, texts: list[str], formats: tuple[str, ...]
) -> None:
    macros.execute("SET VARIABLE earliest_day = DATE '1900-01-01'")
    macros.execute(
        "CREATE OR REPLACE TEMP TABLE cells AS SELECT unnest($texts::VARCHAR[]) AS text", {"texts": texts}
    )
    for usual in (formats[0], "never %Y"):
        date_cells(macros, {"text": usual}, {"text": formats})
        found = macros.execute("SELECT text_moment FROM dated").fetchall()
        here = [moment_of(text, formats) for text in texts]
        assert [moment for (moment,) in found] == [moment and moment.replace(tzinfo=None) for moment in here]


PLAIN_CELLS = st.text(st.sampled_from("aĐé19 .\t\n"), max_size=4)
ODD_CELLS = st.text(st.sampled_from("aĐé19 =\"'\t\n\u00a0\u200b\ufeff\u2007\u0301e\u001f."), max_size=12)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.one_of(st.lists(cells, min_size=1, max_size=30) for cells in (ODD_CELLS, PLAIN_CELLS)))
def test_a_cell_is_bared_alike_in_python_and_in_duckdb(macros: Any, texts: list[str]) -> None:
    for bared in (trimmed("text"), trimmed_among("text", "".join(texts))):
        found = macros.execute(
            f"SELECT {bared} FROM (SELECT unnest($texts::VARCHAR[]) AS text)", {"texts": texts}
        )
        assert [value or "" for (value,) in found.fetchall()] == [cell_text(text) for text in texts]
