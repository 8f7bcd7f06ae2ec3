"""Reading the inbox: what is tried again, and what stays for the next run."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.support.province import MORNING, ROUND, UNIT, Province

from cchc.errors import CchcError, RuleRefused
from cchc.stages import receiving
from cchc.submissions.inbox import REVIEW


def laid(province: Province) -> Path:
    path = province.instance.inbox / ROUND / f"{ROUND}_{UNIT}.xlsx"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(province.filled())
    return path


def received(province: Province) -> dict[str, int]:
    run = province.at(MORNING)
    return receiving.receive(run, receiving.pending(run))


def test_a_file_is_judged_once_more_when_the_ledger_moved_on_and_then_taken_in(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, real, tried = laid(province), receiving.write, list[str]()

    def once_refused(*given: Any) -> Any:
        tried.append("x")
        if len(tried) == 1:
            raise RuleRefused("moved-on", "sổ cái đã đổi")
        return real(*given)

    monkeypatch.setattr(receiving, "write", once_refused)
    assert received(province) == {"accepted": 1}
    assert not path.exists()


def test_what_the_ledger_refuses_twice_is_set_aside_with_the_words_of_the_ledger(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, tried = laid(province), list[str]()

    def refused(*_given: Any) -> Any:
        tried.append("x")
        raise RuleRefused("moved-on", "sổ cái đã đổi")

    monkeypatch.setattr(receiving, "write", refused)
    assert received(province) == {"set_aside": 1}
    assert len(tried) == 2
    kept = province.instance.inbox / REVIEW / ROUND / path.name
    assert kept.exists() and not path.exists()
    (reason,) = kept.parent.glob("*.ly-do.txt")
    assert "sổ cái đã đổi" in reason.read_text(encoding="utf-8")
    assert province.submissions() == []


def test_an_inbox_that_is_gone_is_named_and_is_not_an_empty_one(province: Province) -> None:
    shutil.rmtree(province.instance.inbox)
    with pytest.raises(CchcError, match=str(province.instance.inbox)):
        receiving.pending(province.run)
