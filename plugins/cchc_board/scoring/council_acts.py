"""Acts of the council and about objections, as `./cchc cham-diem hoi-dong` and `kien-nghi` do them; whose they are, the
library asks."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from cchc.clock import vn_instant
from cchc.run import Run
from cchc.texts import t
from cchc_board.actors import Right
from cchc_board.door import BoardAct
from cchc_board.typed import TypedIn

Points = Callable[[TypedIn], Decimal | None]


def session_acts() -> tuple[BoardAct, ...]:
    """Of the round's page."""
    return (BoardAct("hop", "cham-diem hoi-dong hop", _hold, Right.APPRAISE),)


def ruling_acts(points: Points) -> tuple[BoardAct, ...]:
    """Of a unit's sheet. points: those that were typed, None for none."""

    def rule(run: Run, typed: TypedIn) -> str:
        from cchc.scoring.council import Council, Ruling

        unit, criterion = typed.one("don-vi"), typed.one("tieu-chi")
        ruling = Ruling(unit, criterion, typed.one("quyet-dinh"), typed.text(), points(typed))
        new = Council.of(run).rule(typed.one("phien"), ruling)
        return t(f"scoring.cli.said.{'decided' if new else 'unchanged'}", unit=unit, criterion=criterion)

    def decide(run: Run, typed: TypedIn) -> str:
        from cchc.scoring.objections import decide_objection

        objection, document = typed.one("kien-nghi"), typed.text_if_any("van-ban")
        choice = typed.one("quyet-dinh")
        new = decide_objection(run, objection, choice, typed.text(), document, points(typed))
        key = "objection_decided" if new else "objection_unchanged"
        return t(f"scoring.cli.said.{key}", objection=objection)

    unit = ("don-vi",)
    return (
        BoardAct("hoi_dong", "cham-diem hoi-dong quyet", rule, Right.APPRAISE, about=unit),
        BoardAct("cho_xep_hang", "cham-diem hoi-dong xep-hang", _rank, Right.APPRAISE, about=unit),
        BoardAct("nhan_kien_nghi", "cham-diem kien-nghi nhan", _receive, Right.APPRAISE, about=unit),
        BoardAct(
            "quyet_kien_nghi", "cham-diem kien-nghi quyet", decide, Right.APPRAISE, about=("kien-nghi",)
        ),
    )


def _hold(run: Run, typed: TypedIn) -> str:
    from cchc.scoring.council import Council

    present, written = (re.split(r"[;,\s]+", typed.text_if_any(name)) for name in ("du", "y-kien"))
    session = Council.of(run).hold(
        [one for one in present if one], [one for one in written if one], typed.moment("luc")
    )
    return t("scoring.cli.said.held", session=session.session_id, moment=vn_instant(session.held_at))


def _rank(run: Run, typed: TypedIn) -> str:
    from cchc.scoring.council import Council

    unit = typed.one("don-vi")
    new = Council.of(run).approve_few_points(typed.one("phien"), unit, typed.text())
    return t(f"scoring.cli.said.{'ranked' if new else 'ranked_before'}", unit=unit)


def _receive(run: Run, typed: TypedIn) -> str:
    from cchc.scoring.objections import receive_objection

    files = [typed.upload()] if typed.file else []
    link = typed.text_if_any("lien-ket")
    found = receive_objection(
        run,
        typed.one("don-vi"),
        typed.one("tieu-chi"),
        typed.text(),
        typed.moment("luc"),
        files=files,
        links=[link] if link else [],
    )
    return t("board_scoring.objection_received", objection=found.objection_id)
