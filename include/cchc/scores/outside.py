"""What others say of units: filled survey forms, and indexes that are published elsewhere."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from cchc.clock import END, from_text, to_text
from cchc.store import Store, Transaction


@dataclass(frozen=True)
class FilledSurvey:
    """One filled form. form_id is the form's own number and is taken once. answers: question -> option."""

    form_id: str
    round_id: str
    survey: str
    about_unit: str
    answered_by_kind: str
    answers: Mapping[str, str]
    at: datetime
    channel: str


@dataclass(frozen=True)
class ExternalValue:
    """The value of a published index (SIPAS, DTI, ...) of one unit in a year, and the document that says so."""

    year: int
    index: str
    unit_code: str
    value: Decimal
    document_no: str
    document_date: date
    file_sha256: str
    note: str = ""

    @property
    def origin(self) -> str:
        return f"{self.index} {self.document_no}, {self.document_date.isoformat()}"


def put_survey_forms(transaction: Transaction, forms: Iterable[FilledSurvey]) -> int:
    """Keep forms; those whose number is there already are left. How many were new."""
    return sum(
        transaction.execute(
            "scores.add_survey_form",
            form_id=one.form_id,
            round_id=one.round_id,
            survey=one.survey,
            about_unit=one.about_unit,
            answered_by_kind=one.answered_by_kind,
            answers_json=json.dumps(dict(one.answers), ensure_ascii=False, sort_keys=True),
            at=to_text(one.at),
            channel=one.channel,
        )
        for one in forms
    )


def survey_forms(store: Store, round_id: str) -> dict[tuple[str, str], list[FilledSurvey]]:
    """(survey, unit) -> its forms."""
    found: defaultdict[tuple[str, str], list[FilledSurvey]] = defaultdict(list)
    for row in store.query("scores.survey_forms_of_round", round_id=round_id):
        form = FilledSurvey(
            row["form_id"], row["round_id"], row["survey"], row["about_unit"], row["answered_by_kind"],
            json.loads(row["answers_json"]), from_text(row["at"]), row["channel"],
        )  # fmt: skip
        found[form.survey, form.about_unit].append(form)
    return dict(found)


def put_external_values(
    transaction: Transaction, values: Iterable[ExternalValue], at: datetime, actor: str
) -> int:
    """Keep values of indexes; what stands there already is left, another value goes before it. How many were new."""
    count = 0
    for one in values:
        key = {"year": one.year, "index_code": one.index, "unit_code": one.unit_code}
        said = {
            "value": format(one.value, "f"),
            "document_no": one.document_no,
            "document_date": one.document_date.isoformat(),
            "file_sha256": one.file_sha256,
        }
        before = transaction.query("scores.external_values_of_unit", **key)
        if before and all(before[-1][name] == value for name, value in said.items()):
            continue
        transaction.execute(
            "scores.add_external_value",
            **key,
            **said,
            seq=len(before) + 1,
            note=one.note,
            recorded_at=to_text(at),
            actor=actor,
        )
        count += 1
    return count


def external_values(
    store: Store, year: int, as_of: datetime | None = None
) -> dict[tuple[str, str], ExternalValue]:
    """(index, unit) -> its value in a year, as known at `as_of` (None: now)."""
    rows = store.query("scores.external_values_of_year", year=year, as_of=to_text(as_of or END))
    return {
        (row["index_code"], row["unit_code"]): ExternalValue(
            row["year"], row["index_code"], row["unit_code"], Decimal(row["value"]), row["document_no"],
            date.fromisoformat(row["document_date"]), row["file_sha256"], row["note"] or "",
        )
        for row in rows
    }  # fmt: skip
