"""What is done on a unit's own page beside the acts of 'Hôm nay': files sent back, handed in for it, holds lifted."""

from __future__ import annotations

from cchc import clock
from cchc.chasing import by_hand, waiving
from cchc.chasing.unit_links import revoke_links
from cchc.errors import RuleRefused
from cchc.run import Run
from cchc.stages.handing_in import for_round, hand_in, of_person
from cchc.submissions.arrivals import Channel
from cchc.submissions.entering import record_earlier_receipt
from cchc.submissions.handed import HandedFile
from cchc.submissions.returning import send_back
from cchc.texts import t
from cchc_board.door import BoardAct
from cchc_board.today.acts import ACTS as TODAY_ACTS
from cchc_board.today.chasing_acts import told
from cchc_board.typed import TypedIn


def _send_back(run: Run, typed: TypedIn) -> str:
    submission = typed.one("bai-nop")
    due_at = send_back(run, submission, typed.day("den"), typed.text())
    return t("cli.late.returned", submission=submission, moment=clock.vn_instant(due_at))


def _hand_in(run: Run, typed: TypedIn) -> str:
    file = HandedFile(*typed.upload())
    run = for_round(run, typed.one("dot"))
    note = of_person(run, typed.text())
    return "\n".join(hand_in(run, typed.one("code"), [file], Channel.BY_HAND, note).lines)


def _lift(run: Run, typed: TypedIn) -> str:
    lifted = by_hand.lift(run, typed.units(), typed.text())
    return t("board_units.lifted" if lifted else "board_units.nothing_lifted")


def _revoke(run: Run, typed: TypedIn) -> str:
    return revoke_links(run, typed.one("code"), typed.text())


def _ask_again(run: Run, typed: TypedIn) -> str:
    if not run.round_id:
        raise RuleRefused("round-needed", t("board.acts.refused.round"))
    return told(run, waiving.ask_again(run, typed.units(), typed.text()), "asked_again")


def _letter(run: Run, typed: TypedIn) -> str:
    by_hand.refuse_letter_to_come(run, day := typed.day("ngay-ky"))
    done = by_hand.log_letter(run, typed.units(), typed.one("so"), day, typed.text_if_any())
    return told(run, done, "noted")


def _earlier(run: Run, typed: TypedIn) -> str:
    submission, received = typed.one("bai-nop"), typed.moment("luc")
    done = record_earlier_receipt(run, submission, received, typed.text())
    return t(
        f"cli.late.{'earlier' if done else 'already'}",
        submission=submission,
        moment=clock.vn_instant(received),
    )


ACTS = (
    *TODAY_ACTS,
    BoardAct("tra_lai", "bai-nop tra-lai", _send_back, about=("bai-nop",)),
    BoardAct("nop_ho", "bai-nop nop-ho", _hand_in, about=("code",)),
    BoardAct("nhan_som", "bai-nop nhan-som", _earlier, about=("bai-nop",)),
    BoardAct("mo_lai", "don-doc mo-lai", _ask_again, about=("don-vi",)),
    BoardAct("cong_van", "don-doc cong-van", _letter, about=("don-vi",)),
    BoardAct("thu_hoi", "trang-don-vi thu-hoi", _revoke, about=("code",)),
    BoardAct("nhac_lai", "don-doc nhac-lai", _lift, about=("don-vi",)),
)
