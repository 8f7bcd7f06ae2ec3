"""What is changed on page 'Danh mục': one place of a list, or a whole file after its differences were looked at."""

from __future__ import annotations

import re

from cchc.errors import RuleRefused
from cchc.registers import FileProposal, edits, propose
from cchc.run import Run
from cchc.texts import t
from cchc_board.actors import Right
from cchc_board.door import BoardAct, FirstStep
from cchc_board.registers.proposed import put, put_seen, sealed
from cchc_board.typed import TypedIn

SHOWN = "cu-"  # before the name of a field: what stood in it when the form was shown
_FIELDS = {"dien-thoai": "phone", "nghe-may": "contact", "hop-thu": "mailboxes", "thu-truong": "head"}


def _unit(run: Run, typed: TypedIn) -> str:
    values = {column: typed.text_if_any(name) for name, column in _FIELDS.items() if _typed_anew(typed, name)}
    return put(run, edits.unit_contact(typed.one("don-vi"), values), typed.text())


def _typed_anew(typed: TypedIn, name: str) -> bool:
    """Whether the field came, and not as its form showed it: what a colleague changed meanwhile stays."""
    shown = f"{SHOWN}{name}"
    return name in typed.fields and (shown not in typed.fields or typed.one(name) != typed.one(shown))


def _receiver(run: Run, typed: TypedIn) -> str:
    mailboxes = re.split(r"[;,\s]+", typed.text_if_any("hop-thu"))
    return put(run, edits.receiver(typed.one("muc"), mailboxes), typed.text())


def _signer(run: Run, typed: TypedIn) -> str:
    issuer, _, title = typed.one("muc").partition("|")
    return put(run, edits.signer(issuer, title, typed.text("ten"), typed.day("tu")), typed.text())


def _rung(run: Run, typed: TypedIn) -> str:
    days = typed.one("so-ngay").replace("−", "-")
    if not re.fullmatch(r"-?\d{1,3}", days):
        raise RuleRefused("days-needed", t("board_registers.days_needed"))
    return put(run, edits.rung_days(typed.one("muc"), int(days)), typed.text())


def _look(_run: Run, typed: TypedIn) -> FirstStep:
    reason = typed.text()
    _, content = typed.upload()
    proposal: FileProposal = propose(typed.one("ten"), content)
    return FirstStep(proposal, sealed(proposal, reason))


LIST_ACTS = (
    BoardAct("sua_lien_he", "danh-muc don-vi", _unit, about=("don-vi",)),
    BoardAct("sua_noi_nhan", "danh-muc noi-nhan", _receiver),
    BoardAct("sua_nguoi_ky", "danh-muc nguoi-ky", _signer),
    BoardAct("sua_bac", "danh-muc bac", _rung),
)
FILE_ACTS = (
    BoardAct("xem_tep", "danh-muc thay", _look, Right.ADMINISTER),
    BoardAct("thay_tep", "danh-muc thay", put_seen, Right.ADMINISTER),
)
