"""The chain: a link for every record that the program writes, each over the link before it.

A record is what one key names in one table: an event, or all figures of a submission. Its link holds a hash of its
rows; a record that may change gets another link each time. Links are written at the very end of the transaction that
wrote the record, in the order of commits: whoever holds the head's row waits for nobody, so that writers at once wait
for each other and never in a circle. A row that is changed, added or removed past the program fits no link; a link that
is changed or removed breaks all that follow (`cchc.audit` looks).

What is sealed is frozen like a migration: a table that gains a column is sealed under a new name.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnClause, Connection, Select, bindparam, column, select, text, tuple_
from sqlalchemy import table as relation

from cchc.errors import CchcError
from cchc.files import sha256_bytes
from cchc.store.statements import sections, statement
from cchc.texts import t

NOTHING = ""  # the content of a record that is gone
START = "0" * 64
_CHUNK = 200
_WRITES = re.compile(r"\b(INSERT) INTO (\w+)|\b(UPDATE) (\w+)|\b(DELETE) FROM (\w+)")
_LOCK = re.compile(r"SET (\w+) = \1\b")  # a row set to itself is only locked


@dataclass(frozen=True)
class Sealed:
    """Rows of `table` with equal `key` are one record; `columns` are hashed. is_fixed: once written, never changed."""

    name: str
    table: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    is_fixed: bool

    @property
    def selected(self) -> list[str]:
        """The columns that are read: the key's first."""
        return list(dict.fromkeys((*self.key, *self.columns)))

    @property
    def content(self) -> list[int]:
        """Where among those that are read each column that is hashed stands."""
        return [self.selected.index(name) for name in self.columns]

    def rows(self) -> Select[Any]:
        columns: list[ColumnClause[Any]] = [column(name) for name in self.selected]
        return select(*columns).select_from(relation(self.table, *columns))

    def keys(self) -> Select[Any]:
        columns: list[ColumnClause[Any]] = [column(name) for name in self.key]
        return select(*columns).select_from(relation(self.table, *columns)).distinct()


@cache
def _rows_of_keys(sealed: Sealed) -> Select[Any]:
    """The rows of the records whose keys are `:keys`. Made once: building a statement costs more than running it."""
    key = tuple_(*map(column, sealed.key)) if len(sealed.key) > 1 else column(sealed.key[0])
    return sealed.rows().where(key.in_(bindparam("keys", expanding=True)))


def _last_links() -> Select[Any]:
    """The links of the records `:records` of `:name`, in their order."""
    columns: list[ColumnClause[Any]] = [column(name) for name in ("place", "record", "content")]
    links = select(*columns).select_from(relation("chain", *columns, column("name")))
    wanted = column("record").in_(bindparam("records", expanding=True))
    return links.where(column("name") == bindparam("name"), wanted).order_by(column("place"))


_LINKS = _last_links()


def _sealed(name: str, key: str, columns: str, *, fixed: bool, of: str = "") -> Sealed:
    return Sealed(name, of or name, tuple(key.split()), tuple(columns.split()), fixed)


SEALED: tuple[Sealed, ...] = (
    _sealed("rounds", "round_id", "round_id year kind title opens_at window_first window_last unit_due_at "
            "province_due_on closes_at", fixed=True),
    _sealed("round_events", "round_id seq", "round_id seq kind happened_at recorded_at actor reason detail event_key",
            fixed=True),
    _sealed("obligations", "obligation_id", "obligation_id round_id unit_code product item title due_at", fixed=True),
    _sealed("obligation_events", "obligation_id seq",
            "obligation_id seq kind happened_at recorded_at actor reason detail event_key", fixed=True),
    _sealed("counted_submissions", "obligation_id", "obligation_id submission_id counted_from counted_until",
            fixed=False),
    _sealed("submissions", "submission_id", "submission_id obligation_id received_at recorded_at channel file_name "
            "file_sha256 stored_path form_version sender_unit", fixed=True),
    _sealed("submission_outcomes", "submission_id", "outcome", fixed=False, of="submissions"),
    _sealed("enclosures", "submission_id", "seq file_name file_sha256 stored_path", fixed=True),
    _sealed("submission_values", "submission_id",
            "indicator raw value numerator denominator explanation evidence cell", fixed=True),
    _sealed("shown_figures", "submission_id", "indicator shown_by stance value numerator denominator", fixed=True),
    _sealed("submission_narratives", "submission_id", "section content", fixed=True),
    _sealed("submission_nothing", "submission_id", "part section", fixed=True),
    _sealed("findings", "submission_id", "seq rule severity sheet cell indicator found expected message", fixed=True),
    _sealed("mailbox_messages", "message_mark", "message_mark mailbox uid_validity uid received_at recorded_at verdict "
            "review unit_code", fixed=False),
    _sealed("landings", "landing_id", "landing_id source layout file_name file_sha256 received_at rows_read "
            "rows_accepted rows_quarantined parquet_path quarantine_path rows_superseded rows_outside dropped_columns "
            "is_mended", fixed=True),
    _sealed("landing_files", "landing_id", "part sha256", fixed=False),
    _sealed("export_refusals", "file_sha256", "file_sha256 file_name received_at reason", fixed=False),
    _sealed("snapshots", "snapshot_id", "snapshot_id source cut_off frozen_at sha256 path row_count", fixed=True),
    _sealed("system_values", "round_id", "unit_code indicator snapshot_id value numerator denominator", fixed=False),
    _sealed("precedence", "round_id", "indicator first second third", fixed=False),
    _sealed("reminders", "mail_key", "obligation_id rung occasion as_of", fixed=False),
    _sealed("holds", "unit_code round_id", "recorded_at kind last_day reason actor", fixed=False),
    _sealed("mail_modes", "", "seq changed_at mode redirect_to actor", fixed=False),
    _sealed("bounces", "message_mark", "address unit_code status words message_id bounced_at recorded_at", fixed=False),
    _sealed("mended_addresses", "address", "recorded_at actor reason", fixed=False),
    _sealed("mails", "mail_key", "kind as_of round_id unit_code copies subject attachments message_id in_reply_to "
            "decided_at html plain", fixed=True),
    _sealed("mail_states", "mail_key", "recipients mode state attempts claimed_at sent_at server_answer delivered",
            fixed=False, of="mails"),
    _sealed("mail_turns", "", "line next_ms", fixed=False),
    _sealed("mail_tries", "mail_key", "refused unknown", fixed=False),
    _sealed("mail_stops", "", "seq stopped_at rest_until cause words actor", fixed=False),
    _sealed("mail_acts", "mail_key", "recorded_at act new_key actor reason", fixed=False),
    _sealed("consolidated", "round_id draft", "indicator scope value numerator denominator distribution units_counted "
            "units_obliged missing stated reported_nothing as_of", fixed=False),
    _sealed("documents", "document_id", "document_id round_id kind draft unit_code file_name file_sha256 number symbol "
            "issued_on made_at provenance", fixed=True),
    _sealed("rewrite_checks", "round_id checked_at", "content_sha256 document_id", fixed=False),
    _sealed("rewrite_counts", "round_id checked_at", "source unit_code kind cases", fixed=False),
    _sealed("inspection_choices", "round_id", "unit_code risk reason", fixed=False),
    _sealed("inspection_findings", "round_id unit_code", "number content order_text answer_due_at", fixed=False),
    _sealed("scores", "round_id unit_code", "criterion criteria_version self_points computed_points final_points basis "
            "evidence", fixed=False),
    _sealed("folder_looks", "round_id", "looked_at", fixed=False),
    _sealed("folder_sightings", "place", "mark came_after first_seen_at size modified unchanged_since", fixed=False),
    _sealed("set_aside", "item_id", "channel origin title held_in file_sha256 received_at came_after reason fault",
            fixed=False),
    _sealed("set_aside_steps", "item_id", "seq kind recorded_at actor reason", fixed=False),
    _sealed("homes", "", "seq identity home taken_at place actor reason", fixed=False),
    _sealed("sent_before_restore", "message_id", "sent_at recorded_at told_by", fixed=False),
    _sealed("past_imports", "seq", "seq file_name file_sha256 stored_path recorded_at actor", fixed=True),
    _sealed("past_figures", "seq", "round_id unit_code indicator value numerator denominator units_counted cell",
            fixed=True),
    _sealed("source_gaps", "round_id", "source unit_code first_day last_day expected", fixed=False),
    _sealed("settled_figures", "round_id unit_code indicator seq", "witness recorded_at actor reason", fixed=True),
    _sealed("inspection_visits", "visit_id", "visit_id round_id unit_code kind source actor at", fixed=True),
    _sealed("inspected_findings", "finding_id", "finding_id round_id unit_code source actor at", fixed=True),
    _sealed("inspection_events", "subject subject_id seq", "event_id subject subject_id seq round_id unit_code kind "
            "actor reason document_no at payload_json", fixed=True),
    _sealed("consolidated_readings", "round_id draft", "indicator scope origins other_rule other_value "
            "other_numerator other_denominator other_distribution other_counted", fixed=False),
    _sealed("scoring_sets", "round_id list seq", "round_id list seq version content pinned_at actor reason document_no",
            fixed=True),
    # What one step says of one unit is one record: a scoring of all units is a link a unit and not one a criterion.
    _sealed("score_events", "round_id unit_code stage at", "event_id round_id unit_code seq criterion set_version "
            "stage points dropped basis numbers_json reason document_no actor at prior_event_id", fixed=False),
    _sealed("score_file_events", "event_id", "event_id round_id unit_code seq kind actor reason document_no at detail",
            fixed=True),
    _sealed("evidence", "received_with", "evidence_id round_id unit_code criterion kind name sha256 bytes stored_path "
            "url document_no document_date summary status received_with at", fixed=False),
    _sealed("evidence_checks", "evidence_id", "evidence_id seq status detail at", fixed=False),
    _sealed("explanations", "round_id unit_code round_no", "criterion stance text evidence_ids actor at", fixed=False),
    _sealed("survey_forms", "round_id survey about_unit", "form_id answered_by_kind answers_json at channel",
            fixed=False),
    _sealed("external_values", "year index_code unit_code", "seq value document_no document_date note file_sha256 "
            "recorded_at actor", fixed=False),
    _sealed("council_sessions", "session_id", "session_id round_id held_at present_json written_json "
            "minutes_document_id actor recorded_at", fixed=True),
    _sealed("objections", "objection_id", "objection_id round_id unit_code criterion text evidence_ids received_at",
            fixed=True),
    _sealed("objection_decisions", "objection_id seq", "objection_id seq decision points document_no reason actor at",
            fixed=True),
    _sealed("rankings", "round_id list edition", "unit_code index_value rank class inputs_sha256", fixed=False),
    _sealed("config_changes", "file", "file seq recorded_at actor reason before_sha256 kept_path after_sha256 "
            "differences", fixed=False),
    _sealed("figure_marks", "indicator unit_code", "indicator unit_code seq kind round_id note recorded_at actor",
            fixed=False),
    _sealed("unit_page_revocations", "unit_code round_id", "seq recorded_at actor reason", fixed=False),
    _sealed("unit_page_uses", "unit_code round_id generation kind day visitor", "times first_at last_at", fixed=False),
)  # fmt: skip
BY_TABLE: Mapping[str, list[Sealed]] = {
    name: [one for one in SEALED if one.table == name] for name in {one.table for one in SEALED}
}


@dataclass(frozen=True)
class Touch:
    """What a statement writes to. touches: the statement that names the records beforehand, where its own values do
    not."""

    table: str
    verb: str
    touches: str | None


@cache
def touch_of(name: str) -> Touch | None:
    """What the statement `room.name` writes to that is sealed; None when nothing is."""
    words = statement(name).text
    found = _WRITES.search(re.sub(r"--.*", "", words))
    if found is None or _LOCK.search(words):
        return None
    verb, written = [part for part in found.groups() if part]
    if written not in BY_TABLE:
        return None
    room, _, section = name.partition(".")
    twin = f"{section}_touches"
    return Touch(written, verb, f"{room}.{twin}" if twin in sections("store", room) else None)


_written = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":")
).encode  # `dumps` makes one for every row


def record_of(values: Iterable[object]) -> str:
    """A record's key as it stands in the chain."""
    return _written(list(values))


def contents(
    connection: Connection, sealed: Sealed, keys: Iterable[tuple[object, ...]] | None
) -> dict[str, str]:
    """Record -> hash of its rows, of the records with these keys (None: of all); a record without rows is absent."""
    parts: defaultdict[tuple[object, ...], list[str]] = defaultdict(list)
    key, content = len(sealed.key), sealed.content
    for query, values in _queries(sealed, keys):
        options = {"yield_per": 1000} if keys is None else {}
        for row in connection.execute(query, values, execution_options=options):
            parts[row[:key]].append(sha256_bytes(_written([row[place] for place in content]).encode()))
    return {
        record_of(record): sha256_bytes("\n".join(sorted(hashes)).encode())
        for record, hashes in parts.items()
    }


def _queries(
    sealed: Sealed, keys: Iterable[tuple[object, ...]] | None
) -> Iterator[tuple[Select[Any], dict[str, Any]]]:
    if keys is None or not sealed.key:
        yield sealed.rows(), {}
        return
    wanted = [key if len(key) > 1 else key[0] for key in keys]
    for first in range(0, len(wanted), _CHUNK):
        yield _rows_of_keys(sealed), {"keys": wanted[first : first + _CHUNK]}


def link_of(before: str, place: int, name: str, record: str, content: str) -> str:
    return sha256_bytes("\n".join((before, str(place), name, record, content)).encode())


class Seals:
    """The records that a transaction has written to, until they are linked."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._touched: defaultdict[Sealed, set[tuple[object, ...]]] = defaultdict(set)

    def note(self, name: str, values: Mapping[str, Any]) -> None:
        """Statement `name` is about to run with these values."""
        touch = touch_of(name)
        if touch is None:
            return
        rows: Iterable[Mapping[Any, Any]] = [values]
        if touch.touches:
            rows = list(self._connection.execute(statement(touch.touches), values).mappings())
        for sealed in BY_TABLE[touch.table]:
            # What never changes is written once; changing it would be no fact, and gets no link.
            if touch.verb == "INSERT" or not sealed.is_fixed:
                self._touched[sealed].update(tuple(row[key] for key in sealed.key) for row in rows)

    def add(self, sealed: Sealed, keys: Iterable[tuple[object, ...]]) -> None:
        """Records that were written past `note`."""
        self._touched[sealed].update(keys)

    def link(self) -> None:
        """Write the links; the last thing of the transaction."""
        if not self._touched:
            return
        self._connection.execute(statement("chain.lock_head"))
        head = self._connection.execute(statement("chain.head")).mappings().first()
        if head is None:
            raise CchcError(t("store.chain_lost"))
        rows, place, link = [], int(head["place"]), str(head["link"])
        for sealed in SEALED:
            for record, content in self._changed(sealed):
                place += 1
                link = link_of(link, place, sealed.name, record, content)
                rows.append(
                    {"place": place, "name": sealed.name, "record": record, "content": content, "link": link}
                )
        self._touched.clear()
        if rows:
            self._connection.execute(statement("chain.add"), rows)
            self._connection.execute(statement("chain.move_head"), {"place": place, "link": link})

    def _changed(self, sealed: Sealed) -> Iterator[tuple[str, str]]:
        keys = self._touched.get(sealed)
        if not keys:
            return
        found = contents(self._connection, sealed, keys)
        known = self._known(sealed, [record_of(key) for key in keys])
        for key in sorted(keys, key=record_of):
            record = record_of(key)
            content = found.get(record, NOTHING)
            if known.get(record, NOTHING) == content or (sealed.is_fixed and record in known):
                continue
            yield record, content

    def _known(self, sealed: Sealed, records: list[str]) -> dict[str, str]:
        """Record -> content of its last link."""
        found: dict[str, str] = {}
        for first in range(0, len(records), _CHUNK):
            values = {"name": sealed.name, "records": records[first : first + _CHUNK]}
            found |= {row.record: row.content for row in self._connection.execute(_LINKS, values)}
        return found


_MOMENTS = ("recorded_at", "decided_at")


def seal_all(connection: Connection, names: Iterable[str]) -> None:
    """Link everything that a store holds already, in the order in which it was written as far as the rows tell."""
    rows, place, link = [], 0, START
    wanted = set(names)
    for sealed in SEALED:
        if sealed.name not in wanted:
            continue
        when = next((name for name in _MOMENTS if name in sealed.columns), None)
        order = dict(_moments(connection, sealed, when)) if when else {}
        found = contents(connection, sealed, None)
        for record in sorted(found, key=lambda one: (order.get(one, ""), one)):
            place += 1
            link = link_of(link, place, sealed.name, record, found[record])
            rows.append(
                {
                    "place": place,
                    "name": sealed.name,
                    "record": record,
                    "content": found[record],
                    "link": link,
                }
            )
    add = "INSERT INTO chain (place, name, record, content, link) VALUES (:place, :name, :record, :content, :link)"
    if rows:
        connection.execute(text(add), rows)
    connection.execute(
        text("INSERT INTO chain_head (line, place, link) VALUES ('so-cai', :place, :link)"),
        {"place": place, "link": link},
    )


def seal_added(connection: Connection, names: Iterable[str]) -> None:
    """Link the records of tables that a migration of a store in use has filled, behind all links there are."""
    seals, wanted = Seals(connection), set(names)
    for sealed in SEALED:
        if sealed.name in wanted:
            seals.add(sealed, (tuple(row.values()) for row in connection.execute(sealed.keys()).mappings()))
    seals.link()


def _moments(connection: Connection, sealed: Sealed, when: str) -> Iterator[tuple[str, str]]:
    for row in connection.execute(sealed.rows()).mappings():
        yield record_of(row[name] for name in sealed.key), str(row[when])
