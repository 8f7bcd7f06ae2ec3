"""Letters and decisions: request, urging, inspection plan, letter after inspection, result of scoring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cchc.clock import TZ, vn_date, vn_instant
from cchc.documents.blocks import DocumentTable, columns_of
from cchc.documents.form import DocumentSettings
from cchc.documents.marking import Marking
from cchc.documents.word import build
from cchc.indicators.numbers import share
from cchc.texts import t, table
from cchc.year import Round


@dataclass(frozen=True)
class LateRow:
    """One overdue obligation in an urging letter; `state` is Vietnamese (`Chưa gửi`, `Trả lại bổ sung`)."""

    unit_name: str
    product: str
    due_at: datetime
    late_working_days: int
    state: str


@dataclass(frozen=True)
class ChoiceRow:
    """One unit of the inspection plan, with the reason why it was chosen."""

    unit_name: str
    reason: str
    risk: str = ""
    when: str = ""


@dataclass(frozen=True)
class OrderRow:
    """One finding of a letter after inspection with what is ordered. `responsible`: the body inside the unit.

    `further`: orders of the same finding behind the first. `is_reply`: an answer (`order`) to a proposal of the unit
    (`finding`), which orders nothing of it.
    """

    number: int
    finding: str
    order: str
    due_at: datetime
    responsible: str = ""
    further: tuple[OrderRow, ...] = ()
    is_reply: bool = False


@dataclass(frozen=True)
class LetterWords:
    """What a letter after inspection says besides its orders. `addressee`: the head of the unit, by title; `basis`: the
    team's report with number and day; `results`: what was achieved, a paragraph a line; `through`: by whose hands the
    unit reports. `form`: `sau_kiem_tra` (letter of orders) or `thong_bao_ket_luan` (announcement)."""

    addressee: str = ""
    basis: str = ""
    results: str = ""
    through: str = "Sở Nội vụ"
    form: str = "sau_kiem_tra"


def build_request_letter(round_: Round, marking: Marking, settings: DocumentSettings | None = None) -> bytes:
    """Công văn yêu cầu báo cáo of a report round, to all units."""
    in_force = (settings or DocumentSettings.load()).directives_on(round_.reference_day)
    directives = [
        t("documents.letters.directives", code=code, texts="; ".join(texts))
        for code, texts in sorted(in_force.items())
    ]
    values = {
        "round": round_,
        "directives": " ".join(directives),
        "year": str(round_.year),
        "period": t(f"documents.period.{round_.kind.value}", year=round_.year),
        "due": vn_instant(round_.unit_due_at),
    }
    return build("yeu_cau", values, {}, marking, settings)


def build_urging_letter(
    rows: Sequence[LateRow],
    subject: str,
    new_due: date,
    marking: Marking,
    asked: str = "",
    settings: DocumentSettings | None = None,
) -> bytes:
    """Công văn đôn đốc with the list of overdue obligations.

    Args:
        subject: what is owed, in running text: `báo cáo cải cách hành chính quý I năm 2026`.
        new_due: the day until which it must come in.
        asked: the document that asked for it (`Công văn số ...`), may be empty.
    """
    heads = table("documents.letters.late_table")
    columns = columns_of(heads, "number:10^ unit:50 product:46 due:24^ days:22^ state:26^")
    cells = [
        [str(n), row.unit_name, row.product, _day(row.due_at), str(row.late_working_days), row.state]
        for n, row in enumerate(rows, start=1)
    ]
    values = {
        "subject": subject,
        "asked": asked,
        "rows": rows,
        "units": len({row.unit_name for row in rows}),
        "as_of": vn_date(marking.as_of.astimezone(TZ).date()),
        "new_due": t("documents.on_day", day=vn_date(new_due)),
        "year": str(marking.day.year),
    }
    return build("don_doc", values, {"danh_sach": [DocumentTable(columns, cells)]}, marking, settings)


def choice_table(rows: Sequence[ChoiceRow]) -> DocumentTable:
    """The list of the inspection plan."""
    heads = table("documents.letters.choice_table")
    columns = columns_of(heads, "number:10^ unit:50 risk:18^ reason:62 when:28^")
    cells = [[str(n), row.unit_name, row.risk, row.reason, row.when] for n, row in enumerate(rows, start=1)]
    return DocumentTable(columns, cells)


def build_inspection_plan_docx(
    year: int,
    rows: Sequence[ChoiceRow],
    total: int,
    marking: Marking,
    settings: DocumentSettings | None = None,
) -> bytes:
    """Kế hoạch kiểm tra; `total` is the number of units from which the rows were chosen."""
    values = {"year": str(year), "rows": rows, "total": total, "share": share}
    return build("ke_hoach_kiem_tra", values, {"danh_sach": [choice_table(rows)]}, marking, settings)


def build_inspection_letter(
    unit_name: str,
    year: int,
    orders: Sequence[OrderRow],
    marking: Marking,
    words: LetterWords | None = None,
    settings: DocumentSettings | None = None,
) -> bytes:
    """Văn bản sau kiểm tra to one unit: findings with their orders, one deadline for all or one for each."""
    words = words or LetterWords()
    all_orders = [part for one in orders if not one.is_reply for part in (one, *one.further)]
    dues = sorted(one.due_at for one in all_orders)
    same = not dues or dues[0] == dues[-1]
    values = {
        "unit": unit_name,
        "head": words.addressee or unit_name,
        "year": str(year),
        "rows": [_order_row(one, same) for one in orders],
        "basis": words.basis,
        "results": [line.strip() for line in words.results.splitlines() if line.strip()],
        "through": words.through,
        "earliest": _on(dues[0]) if dues else "",
        "latest": _on(dues[-1]) if dues else "",
    }
    addressees = [words.addressee or unit_name]
    return build(words.form, values, {}, marking, settings, addressees=addressees)


def _order_row(one: OrderRow, same_due: bool) -> dict[str, object]:
    """A row as the template shows it; what stands in the order already is not said twice."""
    order = _sentence(one.order)
    finding = one.finding.strip().rstrip(". ")
    said = order.casefold()
    return {
        "number": one.number,
        "reply": one.is_reply,
        "finding": _sentence(finding) if one.is_reply else "" if finding.casefold() in said else finding,
        "order": order,
        "body": "" if one.responsible.casefold() in said else one.responsible,
        "due": "" if same_due else _on(one.due_at),
        "further": [_order_row(part, same_due) for part in one.further],
    }


def appendix_labels(count: int) -> list[str]:
    """`Phụ lục` when it is the only one, else with Roman numerals (Nghị định 30/2020/NĐ-CP, Phụ lục I)."""
    if count == 1:
        return [t("documents.appendix")]
    return [t("documents.appendix_of", number=_roman(place)) for place in range(1, count + 1)]


def _roman(value: int) -> str:
    shown = ""
    for size, letters in ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        shown += letters * (value // size)
        value %= size
    return shown


def _day(instant: datetime) -> str:
    return vn_date(instant.astimezone(TZ).date())


def _on(instant: datetime) -> str:
    return t("documents.on_day", day=_day(instant))


def _sentence(text: str) -> str:
    text = text.strip().rstrip(";")
    return text if text.endswith((".", "!", "?")) else f"{text}."
