from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
from tests.sources.samples import export, register

from cchc.clock import at
from cchc.indicators import IndicatorRegister
from cchc.paths import Instance
from cchc.sources import SystemValue, compute_values, freeze_snapshot, land_file, system_values
from cchc.store import Store
from cchc.year import Round, RoundKind, Window

OUT = ("Số", "Ký hiệu", "Ngày văn bản", "Trích yếu", "Hình thức gửi", "Ký số", "Đơn vị ban hành", "Người ký")
FIRST, LAST = date(2025, 12, 15), date(2026, 3, 14)
EVENING = at(LAST, 18)
KINDS = {
    "p": "Văn bản giấy",
    "e": "Văn bản điện tử không kèm văn bản giấy",
    "b": "Văn bản điện tử kèm văn bản giấy",
}


def sent(number: int, kind: str, signed: bool, day: str = "05/01/2026", **more: str) -> dict[str, str]:
    return {
        "Số": str(number),
        "Ký hiệu": "CV-UBND",
        "Ngày văn bản": day,
        "Trích yếu": "Về việc thường ngày",
        "Hình thức gửi": KINDS[kind],
        "Ký số": "Có" if signed else "Không",
        "Đơn vị ban hành": "Sở Thử Nghiệm",
        "Người ký": "Người Ký Giả Định",
    } | more


def compute(store: Store, instance: Instance, *contents: bytes) -> dict[tuple[str, str], SystemValue]:
    instance.export_drop.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(contents):
        path = instance.export_drop / f"{number}.csv"
        path.write_bytes(content)
        assert land_file(store, instance, path, register(), EVENING).source == "doc_management"
    freeze_snapshot(store, instance, "doc_management", LAST, EVENING)
    window = Window(FIRST, LAST)
    round_ = Round("2026-Q1", 2026, RoundKind.Q1, "", EVENING, window, EVENING, LAST, EVENING, ("so", "xa"))
    compute_values(store, instance, round_, register(), IndicatorRegister.load(), EVENING)
    return system_values(store, "2026-Q1")


def test_sent_documents_by_kind_and_signature(store: Store, instance: Instance) -> None:
    rows = [
        sent(1, "e", True, "15/12/2025"),
        sent(2, "e", False),
        sent(3, "b", True),
        sent(4, "p", False, "14/03/2026"),
        sent(5, "e", True, "14/12/2025"),  # before the window
    ]
    found = compute(store, instance, export(rows, header=OUT, delimiter=","))
    mine = {code: value for (unit, code), value in found.items() if unit == "so-thu"}
    assert [mine[f"VB.{n}"].value for n in (1, 2, 3, 4)] == [4, 1, 2, 1]
    assert mine["VII.2.3"].value == 4
    assert (mine["VB.11"].numerator, mine["VB.11"].denominator, mine["VB.11"].value) == (
        2,
        4,
        Decimal("50.00"),
    )
    assert (mine["VII.2.4"].numerator, mine["VII.2.5"].numerator) == (1, 3)


def test_the_register_of_sent_documents_says_nothing_about_received_ones(
    store: Store, instance: Instance
) -> None:
    found = compute(store, instance, export([sent(1, "e", True)], header=OUT))
    assert found["so-khong-ho-so", "VB.1"].value == 0  # every unit registers in this software
    assert not [code for _, code in found if code in ("VB.5", "VB.6", "VB.7", "VB.8")]


def test_a_corrected_entry_replaces_the_earlier_one_and_a_new_year_numbers_anew(
    store: Store, instance: Instance
) -> None:
    before = [sent(1, "p", False), sent(1, "p", False, "20/12/2025")]
    after = [sent(1, "e", True, "06/01/2026")]
    found = compute(store, instance, export(before, header=OUT), export(after, header=OUT))
    mine = {code: value.value for (unit, code), value in found.items() if unit == "so-thu"}
    assert (mine["VB.1"], mine["VB.2"], mine["VB.3"]) == (2, 1, 1)


def test_neither_signer_nor_an_everyday_excerpt_is_stored(store: Store, instance: Instance) -> None:
    compute(store, instance, export([sent(1, "e", True)], header=OUT))
    files = [path for path in instance.data.rglob("*") if path.is_file()]
    assert files
    for path in files:
        content = Path(path).read_bytes()
        if path.suffix == ".parquet":
            content = repr(duckdb.execute("SELECT * FROM read_parquet(?)", [str(path)]).fetchall()).encode()
        assert "Người Ký Giả Định".encode() not in content
        assert "Về việc thường ngày".encode() not in content
