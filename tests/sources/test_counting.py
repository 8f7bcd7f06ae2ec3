"""The SQL against the plain Python of `reference_counts`, dossier by dossier and in the sums, under any rules."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sources import reference_counts as reference
from tests.sources.samples import register

from cchc.errors import CchcError
from cchc.sources import counting
from cchc.sources.counting import DIMENSIONS, DocumentCounter, DossierCounter, one_stop_identities
from cchc.sources.duck import connect
from cchc.sources.rules import CountingRules, DocumentRules, OneStopRules
from cchc.year import Window

FIRST, LAST = date(2025, 12, 15), date(2026, 3, 14)
WINDOW = Window(FIRST, LAST)
DAY = timedelta(days=1)
UNITS = ("30001", "30002", "so-thu")
DOSSIER_COLUMNS = {
    "dossier_code": pa.string(), "unit": pa.string(), "field": pa.string(), "field_key": pa.string(),
    "channel": pa.int8(), "service_level": pa.int8(), "status": pa.int8(), "return_channel": pa.int8(),
    "received_at": pa.timestamp("us"),
    "due_at": pa.timestamp("us"), "ended_at": pa.timestamp("us"), "returned_at": pa.timestamp("us"),
}  # fmt: skip
DOCUMENT_COLUMNS = {
    "document_key": pa.string(), "unit": pa.string(), "direction": pa.string(), "medium": pa.string(),
    "signed": pa.bool_(), "registered_on": pa.date32(),
}  # fmt: skip
FIELDS = {"ho tich": "Hộ tịch", "dat dai": "Đất đai", "hoat dong xay dung": "Hoạt động xây dựng"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dem")


@pytest.fixture(scope="module")
def connection() -> Iterator[Any]:
    with connect() as one:
        yield one


def parquet(folder: Path, name: str, columns: dict[str, pa.DataType], rows: list[dict[str, Any]]) -> Path:
    path = folder / f"{name}.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=pa.schema(list(columns.items()))), path)
    return path


edge_days = st.sampled_from(
    [FIRST - 9 * DAY, FIRST - DAY, FIRST, FIRST + DAY, LAST - DAY, LAST, LAST + DAY, LAST + 9 * DAY]
)
moments = st.builds(datetime.combine, edge_days, st.sampled_from([time(), time(8), time(16, 30)]))
dossiers = st.lists(
    st.fixed_dictionaries(
        {
            "unit": st.sampled_from(UNITS),
            "field_key": st.sampled_from(sorted(FIELDS)),
            "channel": st.sampled_from([0, 1, 2, 3]),
            "service_level": st.sampled_from([None, 1, 2, 3, 4]),
            "status": st.sampled_from(range(1, 11)),
            "return_channel": st.sampled_from([None, 1, 2, 3]),
            "received_at": st.one_of(st.none(), moments),
            "due_at": st.one_of(st.none(), moments),
            "ended_at": st.one_of(st.none(), moments),
            "returned_at": st.one_of(st.none(), moments),
        }
    ),
    max_size=40,
)
window_rules = st.fixed_dictionaries(
    {name: st.sampled_from(["included", "excluded"]) for name in ("first_day", "last_day")}
)
choices = st.fixed_dictionaries(
    {
        "window": window_rules,
        "closing_day": st.sampled_from(["ended", "returned"]),
        "late_by": st.sampled_from(["day", "hour"]),
        "ended_on_due_day": st.sampled_from(["on_time", "early"]),
        "due_on_last_day": st.sampled_from(["in_term", "overdue"]),
        "no_due_date": st.fixed_dictionaries(
            {
                "resolved": st.sampled_from(["on_time", "own_class"]),
                "open": st.sampled_from(["in_term", "own_class"]),
            }
        ),
        "always_on_time": st.sampled_from([[], [7], [7, 10]]),
        "always_in_term": st.sampled_from([[5, 8], [5, 6, 8], []]),
        "not_counted": st.sampled_from([[1, 3], [1]]),
    }
)


def landed(rows: list[dict[str, Any]], finished: list[int]) -> list[dict[str, Any]]:
    """The drawn rows as landing would let them pass: a finished one has an end, and not before its start."""
    sound = []
    for number, row in enumerate(rows):
        if row["status"] in finished and row["ended_at"] is None:
            continue
        if row["ended_at"] and row["received_at"] and row["ended_at"].date() < row["received_at"].date():
            continue
        sound.append({**row, "dossier_code": f"H-{number:04d}", "field": FIELDS[row["field_key"]]})
    return sound


def as_configured() -> dict[str, Any]:
    return CountingRules.load().one_stop.model_dump(mode="json")


quiet = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@quiet
@given(dossiers, choices)
def test_every_dossier_falls_where_a_person_would_put_it(
    folder: Path, connection: Any, rows: list[dict[str, Any]], chosen: dict[str, Any]
) -> None:
    rules = as_configured() | chosen
    rows = landed(rows, rules["finished"])
    path = parquet(folder, "ho-so", DOSSIER_COLUMNS, rows)
    DossierCounter(connection, path, WINDOW, OneStopRules.model_validate(rules))
    answer = connection.execute(
        "SELECT dossier_code, arrival, outcome, coalesce(returned_by_post, false) FROM classed"
    )
    found = {code: reference.Place(*rest) for code, *rest in answer.fetchall()}
    nowhere = reference.Place(None, None, False)
    for row in rows:
        expected = reference.place(row, FIRST, LAST, rules)
        # A dossier that closed before the window has no outcome; the view may tell that it is not in the form
        # by leaving it out.
        assert found.get(row["dossier_code"], nowhere) == expected, row


@quiet
@given(dossiers, choices, st.sets(st.sampled_from(DIMENSIONS)))
def test_the_sums_are_a_person_s_in_every_dimension(
    folder: Path, connection: Any, rows: list[dict[str, Any]], chosen: dict[str, Any], asked: set[str]
) -> None:
    rules = as_configured() | chosen
    rows = landed(rows, rules["finished"])
    path = parquet(folder, "ho-so", DOSSIER_COLUMNS, rows)
    counter = DossierCounter(connection, path, WINDOW, OneStopRules.model_validate(rules), fields=True)
    by = [name for name in DIMENSIONS if name in asked]
    expected = reference.count(rows, FIRST, LAST, rules, by)
    found = {(one.unit, *(getattr(one, name) for name in by)): one.counts for one in counter.counts(by)}
    nothing = reference.ZERO
    assert {key: counts for key, counts in found.items() if counts != nothing} == expected
    # Whatever is asked for besides, a unit's own counts stay the same, and its parts add up to them.
    for whole in counter.counts():
        parts = [counts for key, counts in found.items() if key[0] == whole.unit]
        assert whole.counts == {name: sum(part[name] for part in parts) for name in nothing}


@quiet
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "unit": st.sampled_from(UNITS),
                "direction": st.sampled_from(["di", "den"]),
                "medium": st.sampled_from(["giay", "dien-tu", "dien-tu-va-giay"]),
                "signed": st.sampled_from([None, True, False]),
                "registered_on": edge_days,
            }
        ),
        max_size=40,
    ),
    st.fixed_dictionaries({"window": window_rules, "wholly_electronic": st.sampled_from(["signed", "any"])}),
)
def test_every_document_and_its_sums_are_a_person_s(
    folder: Path, connection: Any, rows: list[dict[str, Any]], chosen: dict[str, Any]
) -> None:
    rules = CountingRules.load().doc_management.model_dump(mode="json") | chosen
    rows = [{**row, "document_key": f"V-{number:04d}"} for number, row in enumerate(rows)]
    path = parquet(folder, "van-ban", DOCUMENT_COLUMNS, rows)
    counter = DocumentCounter(connection, path, WINDOW, DocumentRules.model_validate(rules))
    answer = connection.execute("SELECT document_key, register || '_' || form FROM classed").fetchall()
    expected = {
        row["document_key"]: column
        for row in rows
        if (column := reference.place_document(row, FIRST, LAST, rules)) is not None
    }
    assert dict(answer) == expected
    found = {one.unit: one.counts for one in counter.counts()}
    assert found == reference.count_documents(rows, FIRST, LAST, rules)


DUE_AT_TEN, ENDED_AT_TEN_PAST = datetime(2026, 1, 5, 10), datetime(2026, 1, 5, 10, 10)
PLAIN = {
    "dossier_code": "H-1", "unit": "30001", "field": "Hộ tịch", "field_key": "ho tich", "channel": 1,
    "service_level": None, "status": 9, "return_channel": None, "received_at": datetime(2026, 1, 2),
    "due_at": DUE_AT_TEN, "ended_at": ENDED_AT_TEN_PAST, "returned_at": None,
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "rule", "expected"),
    [
        ({}, {}, ("direct_or_post", "on_time")),
        ({}, {"late_by": "hour"}, ("direct_or_post", "late")),
        ({"due_at": datetime(2026, 1, 5)}, {"late_by": "hour"}, ("direct_or_post", "on_time")),
        ({"ended_at": datetime(2026, 1, 5)}, {"late_by": "hour"}, ("direct_or_post", "on_time")),
        ({}, {"ended_on_due_day": "early"}, ("direct_or_post", "early")),
        ({"due_at": None}, {}, ("direct_or_post", "on_time")),
        (
            {"due_at": None},
            {"no_due_date": {"resolved": "own_class", "open": "in_term"}},
            ("direct_or_post", "resolved_without_due"),
        ),
        (
            {"due_at": None, "status": 4, "ended_at": None},
            {"no_due_date": {"resolved": "on_time", "open": "own_class"}},
            ("direct_or_post", "open_without_due"),
        ),
        (
            {"received_at": datetime(2025, 12, 15)},
            {"window": {"first_day": "excluded", "last_day": "included"}},
            ("carried_over", "on_time"),
        ),
        (
            {"received_at": datetime(2026, 3, 14), "status": 4, "ended_at": None},
            {"window": {"first_day": "included", "last_day": "excluded"}},
            None,
        ),
        (
            {"due_at": datetime(2026, 3, 14), "status": 4, "ended_at": None},
            {"due_on_last_day": "overdue"},
            ("direct_or_post", "overdue"),
        ),
        (
            {
                "received_at": datetime(2025, 12, 1),
                "ended_at": datetime(2025, 12, 10),
                "returned_at": datetime(2025, 12, 15),
            },
            {},
            (None, None),
        ),
        (
            {
                "received_at": datetime(2025, 12, 1),
                "ended_at": datetime(2025, 12, 10),
                "due_at": datetime(2025, 12, 11),
                "returned_at": datetime(2025, 12, 15),
            },
            {"closing_day": "returned"},
            ("carried_over", "early"),
        ),
        ({"status": 7}, {"late_by": "hour"}, ("direct_or_post", "on_time")),
        ({"status": 7}, {"late_by": "hour", "always_on_time": []}, ("direct_or_post", "late")),
        ({"status": 3}, {}, None),
        (
            {"status": 3},
            {"not_counted": [1], "finished": [3, 7, 9, 10], "always_on_time": [3, 7]},
            ("direct_or_post", "on_time"),
        ),
    ],
)
def test_each_rule_moves_the_dossier_it_speaks_of(
    folder: Path,
    connection: Any,
    changed: dict[str, Any],
    rule: dict[str, Any],
    expected: tuple[str | None, str | None] | None,
) -> None:
    path = parquet(folder, "mot-ho-so", DOSSIER_COLUMNS, [PLAIN | changed])
    DossierCounter(connection, path, WINDOW, OneStopRules.model_validate(as_configured() | rule))
    assert connection.execute("SELECT arrival, outcome FROM classed").fetchone() == expected


def test_a_broken_identity_in_a_dimension_names_unit_part_window_identity_and_numbers(
    folder: Path, connection: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = parquet(folder, "mot-ho-so", DOSSIER_COLUMNS, [PLAIN])
    counter = DossierCounter(connection, path, WINDOW, CountingRules.load().one_stop, fields=True)
    real = counting._stream
    monkeypatch.setattr(
        counting, "_stream", lambda cursor: [row | {"carried_over": 2} for row in real(cursor)]
    )
    with pytest.raises(
        CchcError,
        match=r"UBND xã Thử Một \(30001\), lĩnh vực ho tich, kỳ 15/12/2025 - 14/03/2026: "
        r"T06\.1 = T06\.2 \+ T06\.3 \+ T06\.4 \(1 ≠ 0 \+ 1 \+ 2\)",
    ):
        list(counter.counts(["field"], {unit.code: unit.name for unit in register().all}))


def test_each_identity_is_checked() -> None:
    rules = as_configured()
    for own in ("own_class", None):
        if own:
            rules["no_due_date"] = {"resolved": own, "open": own}
        identities = one_stop_identities(OneStopRules.model_validate(rules))
        for _, whole, parts in (*identities, *counting.DOCUMENT_IDENTITIES):
            sound = dict.fromkeys((whole, *parts), 0)
            assert counting.broken_identity(sound, [("x", whole, parts)]) is None
            for part in parts:
                assert counting.broken_identity(sound | {part: 1}, [("x", whole, parts)]) is not None


def test_a_channel_that_nobody_knows_breaks_the_identity_instead_of_vanishing(
    folder: Path, connection: Any
) -> None:
    path = parquet(folder, "mot-ho-so", DOSSIER_COLUMNS, [PLAIN | {"channel": 9}])
    counter = DossierCounter(connection, path, WINDOW, CountingRules.load().one_stop)
    with pytest.raises(CchcError, match=r"T06\.1 = .*\(1 ≠ 0 \+ 0 \+ 0\)"):
        list(counter.counts())


def test_two_spellings_of_a_field_are_one_field(folder: Path, connection: Any) -> None:
    rows = [
        PLAIN | {"dossier_code": f"H-{n}", "field": name}
        for n, name in enumerate(["HỘ TỊCH", *["Hộ tịch"] * 2])
    ]
    path = parquet(folder, "mot-ho-so", DOSSIER_COLUMNS, rows)
    counter = DossierCounter(connection, path, WINDOW, CountingRules.load().one_stop, fields=True)
    (one,) = counter.counts(["field"])
    assert (one.field, one.counts["total"]) == ("ho tich", 3)
    assert counter.field_names() == {"ho tich": "Hộ tịch"}
