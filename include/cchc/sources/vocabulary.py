"""Words, units and date formats of one file, made ready so that typing a row compares no texts."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from cchc.folding import loose
from cchc.sources.columns import COLUMNS, UNKNOWN, UNKNOWN_CODES, UNKNOWN_WORD, ExportColumn
from cchc.sources.duck import run
from cchc.sources.layouts import Layout
from cchc.sources.moments import date_cells, formats_of, spellings, usual_format
from cchc.sources.names import UnitFinder, may_be_person
from cchc.sources.rules import CountingRules
from cchc.sources.tables import Reading, SourceTable, TextTable
from cchc.store.statements import sections
from cchc.texts import t

if TYPE_CHECKING:
    from cchc.units import UnitRegister

TYPES = {"yes_no": "BOOLEAN", "direction": "VARCHAR", "medium": "VARCHAR"}  # of a code; else TINYINT
KEEPS_WORD = "field"  # a column without a list of its own: any word is right, compared in its normalised form


@dataclass
class Vocabulary:
    """What the words and unit cells of a file stand for. Grows as more of the file is seen.

    `codes`: column -> word as written -> code (None: unknown); `units`: (code cell, name cell) -> unit (None:
    unknown, with the reason in `unit_faults`); `formats`: date column -> its usual format, `all_formats` -> those to
    try where it fails.
    """

    layout: Layout
    finder: UnitFinder
    codes: dict[str, dict[str, str | None]] = field(default_factory=dict)
    units: dict[tuple[str, str], str | None] = field(default_factory=dict)
    unit_faults: dict[tuple[str, str], str] = field(default_factory=dict)
    formats: dict[str, str] = field(default_factory=dict)
    all_formats: dict[str, tuple[str, ...]] = field(default_factory=dict)
    days_seen: dict[str, list[str]] = field(default_factory=dict)

    def add_word(self, column: str, word: str) -> None:
        known = self.codes.setdefault(column, {})
        if word not in known:
            if word == UNKNOWN_WORD and self.layout.defaults.get(column) == UNKNOWN:
                known[word] = UNKNOWN_CODES[column]
            elif column == KEEPS_WORD:
                known[word] = None if may_be_person(word) else loose(word) or None
            else:
                known[word] = self._tables[column].get(loose(word))

    def add_unit(self, code: str, name: str) -> None:
        if (code, name) not in self.units:
            unit, fault = self.finder.find(code, name)
            self.units[code, name] = unit
            if fault is not None:
                self.unit_faults[code, name] = fault

    def settle_days(self) -> bool:
        """Decide from the days seen how each column writes them; returns whether that changed."""
        before = dict(self.all_formats)
        for name, how in spellings(self.days_seen).items():
            self.all_formats[name] = formats_of(how, self.layout.date_formats)
            self.formats[name] = usual_format(self.days_seen[name], self.all_formats[name])
        return before != self.all_formats

    def unit_reason(self, code: str, name: str) -> str:
        """Why the unit cells of a refused row (masked where they had to be) mean no unit, and what to do."""
        fault = self.unit_fault(code, name)
        if fault == "unknown_unit":
            near = self.nearest(code, name)
            fault += "_near" if near else ""
            return t(f"sources.reason.{fault}", unit=name or code, near=", ".join(near))
        return t(f"sources.reason.{fault}", unit=name or code, code=code)

    def unit_fault(self, code: str, name: str) -> str:
        self.add_unit(code, name)
        return self.unit_faults.get((code, name), "unknown_unit")

    def nearest(self, code: str, name: str) -> tuple[str, ...]:
        """Names of the register, with their codes, that an unknown unit resembles most; for people to choose."""
        key = (code, name)
        if key not in self._near:
            self._near[key] = self.finder.nearest(name or code)
        return self._near[key]

    @property
    def words_seen(self) -> set[str]:
        """Every word and unit cell met so far."""
        words = {word for known in self.codes.values() for word in known}
        return words | {cell for pair in self.units for cell in pair}

    @property
    def known(self) -> int:
        """How many words and units are understood: when it grows, rows that were refused may be right."""
        return sum(code is not None for words in self.codes.values() for code in words.values()) + sum(
            unit is not None for unit in self.units.values()
        )

    def __post_init__(self) -> None:
        self._near: dict[tuple[str, str], tuple[str, ...]] = {}
        self._tables: Mapping[str, Mapping[str, str]] = {
            column.name: self.layout.words(column.vocabulary)
            for column in COLUMNS[self.layout.source]
            if column.vocabulary
        }


def learn(
    connection: Any, table: SourceTable, reading: Reading, layout: Layout, units: UnitRegister, day: date
) -> Vocabulary:
    """What the table's words, units and dates look like: of a table in the database all, of a lazy one a sample."""
    vocabulary = Vocabulary(layout, UnitFinder(units, day, layout.unit_aliases))
    for column, code in layout.defaults.items():
        vocabulary.add_word(column, UNKNOWN_WORD if code == UNKNOWN else code)
    if layout.status_by_date is not None:
        by_date = layout.status_by_date
        for code in (by_date.returned, by_date.ended, by_date.open):
            vocabulary.add_word("status", code)
    dates = {column.name for column in COLUMNS[layout.source] if column.kind == "date"}
    samples = vocabulary.days_seen
    samples.update({name: [] for name in dates})
    if isinstance(table, TextTable) and table.lazy:
        cells: Iterable[Mapping[str, str]] = _sampled(table, reading)
        for row in cells:
            _learn_row(vocabulary, samples, row)
    else:
        learn_from(connection, vocabulary)
        for name, found in samples.items():
            relation = connection.table("cells").filter(f"{name} IS NOT NULL").select(name).limit(1000)
            found += [text for (text,) in relation.fetchall()]
    vocabulary.settle_days()
    return vocabulary


def learn_from(connection: Any, vocabulary: Vocabulary, relation: str = "cells") -> None:
    """Add the words and unit cells of `relation`, which has the columns of `cells`."""
    source = vocabulary.layout.source
    connection.execute(f"CREATE OR REPLACE TEMP VIEW seen AS FROM {relation}")
    for column, word in run(connection, f"{source}/landing.words").fetchall():
        vocabulary.add_word(column, word)
    for code, name in run(connection, "exports/macros.units").fetchall():
        vocabulary.add_unit(code, name)


def use(connection: Any, vocabulary: Vocabulary, rules: CountingRules) -> None:
    """Make the types, variables and the view `dated` that the statements of `landing.sql` look things up in."""
    source = vocabulary.layout.source
    columns = _word_columns(source)
    entries = [
        (column.name, word, code)
        for column in columns
        for word, code in vocabulary.codes.get(column.name, {}).items()
        if code is not None
    ]
    run(
        connection,
        "exports/macros.words",
        column_names=[entry[0] for entry in entries],
        words=[entry[1] for entry in entries],
        codes=[entry[2] for entry in entries],
    )
    statement = sections("exports", "macros")["vocabulary"]
    for column in columns:
        kind = TYPES.get(column.vocabulary or "", "TINYINT")
        if column.name == KEEPS_WORD:  # few texts in many rows: an ENUM is written without comparing them
            found = {code for code in vocabulary.codes.get(column.name, {}).values() if code is not None}
            _make_enum(connection, "keys", sorted(found) or [""])
            kind = "keys"
        connection.execute(statement.replace("{column}", column.name).replace("{type}", kind))
    _use_units(connection, vocabulary)
    connection.execute("SET VARIABLE earliest_day = $day", {"day": rules.earliest_day})
    date_cells(connection, vocabulary.formats, vocabulary.all_formats)


def _word_columns(source: str) -> list[ExportColumn]:
    return [column for column in COLUMNS[source] if column.vocabulary or column.name == KEEPS_WORD]


def _use_units(connection: Any, vocabulary: Vocabulary) -> None:
    """A grid of code cells by name cells; only pairs that mean a unit are in it, the others are faults."""
    pairs = {pair: unit for pair, unit in vocabulary.units.items() if unit is not None}
    codes = list(dict.fromkeys(code for code, _ in pairs)) or [""]
    names = list(dict.fromkeys(name for _, name in pairs)) or [""]
    known = sorted(set(pairs.values())) or [""]
    for name, values in (("unit_code_words", codes), ("unit_name_words", names), ("unit_values_type", known)):
        _make_enum(connection, name, values)
    rows = {code: place for place, code in enumerate(codes)}
    places = {name: place for place, name in enumerate(names)}
    run(
        connection,
        "exports/macros.unit_pairs",
        places=[rows[code] * len(names) + places[name] for code, name in pairs],
        units=list(pairs.values()),
    )
    run(connection, "exports/macros.unit_grid", cells=len(codes) * len(names))
    connection.execute("SET VARIABLE unit_name_count = $count", {"count": len(names)})


def _make_enum(connection: Any, name: str, values: Sequence[str]) -> None:
    connection.execute("SET VARIABLE members = $values::VARCHAR[]", {"values": list(values)})
    connection.execute(sections("exports", "macros")["members"].replace("{name}", name))


def _sampled(table: TextTable, reading: Reading) -> Iterable[Mapping[str, str]]:
    try:
        for cells in table.sample(reading):
            if len(cells) == reading.width:
                yield {name: cells[place] for name, place in reading.columns.items() if place is not None}
    except csv.Error:  # a piece that begins inside a quoted cell
        return


def _learn_row(vocabulary: Vocabulary, samples: Mapping[str, list[str]], row: Mapping[str, str]) -> None:
    for column in _word_columns(vocabulary.layout.source):
        if word := row.get(column.name):
            vocabulary.add_word(column.name, word)
    vocabulary.add_unit(row.get("unit_code", ""), row.get("unit_name", ""))
    for name, texts in samples.items():
        if (text := row.get(name)) and len(texts) < 1000:
            texts.append(text)
