"""Closing, decision and issue on different days: what a person decides takes effect when it was decided."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest
from tests.support.copies import Kept, keep
from tests.support.province import OPENED, OTHER, ROUND, UNIT, Province, province_of

from cchc.clock import at, to_text
from cchc.documents.registry import documents
from cchc.documents.waiting import not_held, replaced, tell_late
from cchc.errors import RuleRefused
from cchc.mail.department import Department
from cchc.obligations import Phase, RoundEventKind
from cchc.paths import Instance
from cchc.run import Approval, Run
from cchc.stages import closing, receiving
from cchc.store import Store, fingerprint

BEFORE = at(date(2026, 3, 17), 9)
CLOSED = at(date(2026, 3, 19), 9)
BETWEEN = at(date(2026, 3, 20), 9)
RETURNED = at(date(2026, 3, 21), 15)
CLOSED_AGAIN = at(date(2026, 3, 22), 9)
DECIDED = at(date(2026, 3, 23), 10)


def decision(kind: str, moment: datetime, **more: Any) -> Approval:
    return Approval.parse({"decision": kind, "by": "Chủ tịch", "decided_at": to_text(moment), **more})


def approved(moment: datetime, number: str = "12") -> Approval:
    return decision("approve", moment, number=number, symbol="BC-UBND", issued_on=moment.date().isoformat())


def lay(province: Province, unit: str, moment: datetime, figure: int = 3) -> dict[str, int]:
    path = province.instance.inbox / ROUND / f"{ROUND}_{unit}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(province.filled(unit, figure=figure))
    run = province.at(moment)
    return receiving.receive(run, receiving.pending(run))


def drafted(province: Province, moment: datetime) -> list[str]:
    run = province.at(moment)
    return closing.draft(run, closing.consolidate(run))


@pytest.fixture(scope="module")
def closed_once(opened_province: Kept, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """One unit reported in time, the draft is made on the 19th, another unit is accepted on the 20th."""
    folder = tmp_path_factory.mktemp("chot")
    store, instance = Store(f"sqlite:///{folder / 'mo.db'}"), Instance(folder / "mo")
    opened_province.copied_to(store, instance)
    province = province_of(Run(store, instance, OPENED, ROUND))
    assert lay(province, UNIT, BEFORE) == {"accepted": 1}
    drafted(province, CLOSED)
    assert lay(province, OTHER, BETWEEN) == {"accepted": 1}
    kept = keep(store, instance, folder)
    store.close()
    return kept


@pytest.fixture
def closed(closed_once: Kept, store: Store, instance: Instance) -> Province:
    closed_once.copied_to(store, instance)
    return province_of(Run(store, instance, OPENED, ROUND))


def test_an_approval_days_after_the_closing_locks_every_obligation_at_its_own_moment(
    closed: Province,
) -> None:
    run = closed.at(CLOSED)
    ids = closing.issue(run, approved(DECIDED))
    assert ids
    state = run.rounds.state(ROUND, DECIDED)
    assert state is not None and state.phase is Phase.ISSUED
    assert run.rounds.state(ROUND, BETWEEN).phase is Phase.DRAFTED, "nobody had decided on the 20th"
    owed = run.ledger.states(DECIDED, round_id=ROUND)
    assert len(owed) == 122 and all(one.locked for _, one in owed)
    assert not any(one.locked for _, one in run.ledger.states(BETWEEN, round_id=ROUND))
    issued = [one for one in documents(run.store, ROUND) if one.document_id in ids]
    assert {one.made_at for one in issued} == {DECIDED}
    assert {one.issued_on for one in issued} == {DECIDED.date()}


def test_whoever_decides_is_told_whose_figures_the_draft_does_not_hold(closed: Province) -> None:
    run = closed.at(CLOSED)
    name = run.units.get(OTHER).name
    (told,) = not_held(run)
    assert name in told and run.units.get(UNIT).name not in told
    ids = closing.issue(run, approved(DECIDED))
    issued = [one for one in documents(run.store, ROUND) if one.document_id in ids]
    assert all(one.provenance["not_held"] == [OTHER] for one in issued)


def test_the_same_decision_twice_is_one(closed: Province) -> None:
    run = closed.at(CLOSED)
    ids = closing.issue(run, approved(DECIDED))
    before = fingerprint(run.store)
    assert closing.issue(run, approved(DECIDED)) == ids
    assert fingerprint(run.store) == before


def test_the_same_decision_after_an_upgrade_issues_nothing_anew(
    closed: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each document names the program that made it, and is another file when another one makes it."""
    run = closed.at(CLOSED)
    ids = closing.issue(run, approved(DECIDED))
    before = fingerprint(run.store)
    monkeypatch.setattr("cchc.documents.provenance.code_revision", lambda: "f" * 40)
    assert closing.issue(run, approved(DECIDED)) == ids
    assert fingerprint(run.store) == before
    later = approved(DECIDED, number="13")
    assert not set(closing.issue(run, later)) & set(ids), "another number is another issue"


def test_a_draft_put_before_the_approvers_is_not_made_anew_by_the_same_run_after_an_upgrade(
    closed: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = closed.at(CLOSED)
    (event,) = [one for one in run.rounds.events(ROUND) if one.kind is RoundEventKind.drafted]
    before = fingerprint(run.store)
    monkeypatch.setattr("cchc.documents.provenance.code_revision", lambda: "f" * 40)
    assert closing.draft(run) == event.detail["documents"]
    assert fingerprint(run.store) == before
    assert len(run.notes) == 1 and "được giữ nguyên" in run.notes[0]
    assert not set(drafted(closed, BETWEEN)) & set(event.detail["documents"]), "another run is another draft"


@pytest.mark.parametrize("step", ["lock_round", "add_document", "append_round_event"])
def test_an_issue_that_breaks_half_way_leaves_nothing_and_is_whole_when_repeated(
    closed: Province, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    from cchc.documents import decisions

    run, before = closed.at(CLOSED), fingerprint(closed.store)
    place: Any = closing if step == "lock_round" else decisions
    real = getattr(place, step)

    def done_then_dead(*given: Any, **named: Any) -> Any:
        real(*given, **named)
        raise OSError("máy dừng giữa chừng")

    monkeypatch.setattr(place, step, done_then_dead)
    with pytest.raises(OSError, match="giữa chừng"):
        closing.issue(run, approved(DECIDED))
    assert fingerprint(closed.store) == before
    monkeypatch.undo()
    closing.issue(run, approved(DECIDED))
    assert all(one.locked for _, one in run.ledger.states(DECIDED, round_id=ROUND))
    assert run.rounds.state(ROUND, DECIDED).phase is Phase.ISSUED


def test_a_returned_draft_is_followed_by_a_new_one_that_is_approved_on_its_own_day(closed: Province) -> None:
    run = closed.at(CLOSED)
    with pytest.raises(RuleRefused, match="Bổ sung xã còn thiếu") as refused:
        closing.issue(run, decision("return", RETURNED, remarks="Bổ sung xã còn thiếu"))
    assert refused.value.rule == "returned"
    state = run.rounds.state(ROUND, RETURNED)
    assert state.phase is Phase.RETURNED
    assert not any(one.locked for _, one in run.ledger.states(DECIDED, round_id=ROUND))
    drafted(closed, CLOSED_AGAIN)
    again = closed.at(CLOSED_AGAIN)
    assert not_held(again) == [], "the new draft holds what came between"
    assert again.rounds.state(ROUND, CLOSED_AGAIN).draft == 2
    ids = closing.issue(again, approved(DECIDED))
    issued = [one for one in documents(run.store, ROUND) if one.document_id in ids]
    assert {one.draft for one in issued} == {2}
    assert again.rounds.state(ROUND, DECIDED).phase is Phase.ISSUED
    assert all(one.locked for _, one in run.ledger.states(DECIDED, round_id=ROUND))


def test_an_answer_without_its_moment_is_no_decision() -> None:
    with pytest.raises(RuleRefused) as refused:
        Approval.parse(
            {
                "decision": "approve",
                "by": "Chủ tịch",
                "number": "1",
                "symbol": "BC",
                "issued_on": "2026-03-23",
            }
        )
    assert refused.value.rule == "no-approval"


NEWER = at(date(2026, 3, 22), 9)


@pytest.fixture
def twice_drafted(closed: Province) -> Province:
    """While the draft of the 19th waits, another run drafts anew on the 22nd: it holds the unit of the 20th."""
    drafted(closed, NEWER)
    return closed


@pytest.mark.parametrize(
    "answer", [approved(DECIDED), decision("return", DECIDED, remarks="Bổ sung")], ids=["approve", "return"]
)
def test_an_answer_to_a_draft_that_a_newer_one_replaced_changes_nothing_and_says_where_to_decide(
    twice_drafted: Province, answer: Approval
) -> None:
    run = twice_drafted.at(CLOSED)
    before = fingerprint(run.store)
    with pytest.raises(RuleRefused) as refused:
        closing.issue(run, answer)
    assert refused.value.rule == "superseded"
    for words in (
        "09 giờ 00 ngày 19/03/2026",
        "dự thảo số 2",
        "09 giờ 00 ngày 22/03/2026",
        "Việc cần quyết định",
    ):
        assert words in str(refused.value), words
    assert fingerprint(run.store) == before
    state = run.rounds.state(ROUND, DECIDED)
    assert state is not None and state.waiting and state.draft == 2


def test_the_newer_draft_says_that_it_replaces_one_and_is_the_one_that_is_issued(
    twice_drafted: Province,
) -> None:
    run = twice_drafted.at(NEWER)
    (words,) = replaced(run)
    assert "dự thảo số 1" in words and "09 giờ 00 ngày 19/03/2026" in words
    assert replaced(twice_drafted.at(CLOSED)) == []
    assert closing.issue(run, approved(DECIDED))
    state = run.rounds.state(ROUND, DECIDED)
    assert state is not None and state.phase is Phase.ISSUED
    assert not any(issue.not_held for issue in state.issues), "its figures hold the unit of the 20th"
    with pytest.raises(RuleRefused, match="đã được thay"):
        closing.issue(twice_drafted.at(CLOSED), approved(at(date(2026, 3, 24), 8), "13"))


def test_a_draft_after_a_return_replaces_none_that_waits(closed: Province) -> None:
    with pytest.raises(RuleRefused, match="Bổ sung"):
        closing.issue(closed.at(CLOSED), decision("return", RETURNED, remarks="Bổ sung"))
    drafted(closed, CLOSED_AGAIN)
    assert replaced(closed.at(CLOSED_AGAIN)) == []


LINK = "http://127.0.0.1:8080/dags/chot_dot_bao_cao/runs/r/tasks/phe_duyet/required_actions"


def test_a_draft_that_waits_too_long_is_told_to_the_operators_once(closed: Province) -> None:
    run, late = closed.at(CLOSED), at(date(2026, 3, 26), 9)
    assert tell_late(run, late, LINK)
    assert not tell_late(run, at(date(2026, 3, 27), 9), LINK)
    (mail,) = [row for row in run.store.query("chasing.waiting") if "cho-quyet-dinh" in row["mail_key"]]
    mail = run.store.one("mail.mail", mail_key=mail["mail_key"])
    assert json.loads(mail["recipients"]) == list(Department.load().operators)
    assert mail["subject"].startswith("Đã 5 ngày làm việc chưa ai quyết định: ")
    for words in (run.round.title, "từ 09 giờ 00 ngày 19/03/2026", "Lãnh đạo Sở Nội vụ (lanh-dao)", LINK):
        assert words in mail["plain"], words
    assert f"bao-cao-{ROUND}_du-thao-1.docx" in mail["html"]


def test_a_draft_that_was_decided_on_or_replaced_is_told_to_nobody(twice_drafted: Province) -> None:
    late = at(date(2026, 3, 30), 9)
    assert not tell_late(twice_drafted.at(CLOSED), late, LINK), "the run of the newer draft tells it"
    assert closing.issue(twice_drafted.at(NEWER), approved(DECIDED))
    assert not tell_late(twice_drafted.at(NEWER), late, LINK)


def test_a_run_that_never_came_to_its_decision_is_told_by_its_failure_only(province: Province) -> None:
    assert not tell_late(province.at(CLOSED), at(date(2026, 3, 26), 9), LINK)
