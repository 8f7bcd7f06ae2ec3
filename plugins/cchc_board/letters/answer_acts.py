"""Answering a letter under 'Cần xem lại': looked at as it would leave, then put into the outbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from cchc.errors import RuleRefused
from cchc.mail.mail import Mail
from cchc.mail.modes import subject_tags
from cchc.run import Run
from cchc.stages.showing import ShownText
from cchc.submissions.written_answers import WrittenAnswer, as_mail, compose, send_answer
from cchc.texts import t
from cchc_board.door import BoardAct, FirstStep
from cchc_board.typed import TypedIn

ShownOf = Callable[[Run, str], ShownText]
LOOK, SEND = "xem_tra_loi", "gui_tra_loi"


@dataclass(frozen=True)
class AnswerSeen:
    """What is looked at before an answer leaves. shown: the letter, so that it is not fetched twice; tags: what the
    mail mode puts before the subject."""

    mail: Mail
    shown: ShownText
    tags: str


def answer_acts(shown_of: ShownOf) -> tuple[BoardAct, ...]:
    """shown_of: the letter of something set aside, by its number."""

    def look(run: Run, typed: TypedIn) -> FirstStep:
        item_id = typed.one("item_id")
        shown = shown_of(run, item_id)
        answer = compose(run, item_id, shown.letter, typed.one("thu"), typed.one("don-vi"))
        return FirstStep(
            AnswerSeen(as_mail(run, answer), shown, subject_tags(run.instance.settings)), asdict(answer)
        )

    return (BoardAct(LOOK, "can-xem-lai tra-loi", look), BoardAct(SEND, "can-xem-lai tra-loi", _send))


def _send(run: Run, typed: TypedIn) -> str:
    """What was looked at, as it was."""
    kept = typed.kept
    if not isinstance(kept, dict) or kept.get("item_id") != typed.one("item_id"):
        raise RuleRefused("not-looked-at", t("board_letters.answer.look_first"))
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()
    }
    mail = send_answer(run, WrittenAnswer(**values))
    return t("cli.review.answered", to=", ".join(mail.recipients))
