"""Whatever becomes of one question, there is one answer, and the next question is answered too."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.isolation import readers

from cchc.errors import CchcError, ConfigError, DiskFull, RuleRefused
from cchc.isolation.limits import ReadingLimits
from cchc.isolation.outcome import ItemFailed, Why
from cchc.isolation.session import Session

SHORT = ReadingLimits(seconds=3, processor_seconds=1, memory=256 << 20)


@pytest.fixture
def session() -> Iterator[Session]:
    with Session(SHORT, readers.counter, 0) as found:
        yield found


def why(session: Session, function: Callable[..., Any], *arguments: Any) -> ItemFailed:
    with pytest.raises(ItemFailed) as caught:
        session.ask(function, *arguments)
    return caught.value


def test_one_reader_answers_all_questions_and_keeps_what_it_was_given(session: Session) -> None:
    first, second = session.ask(readers.count), session.ask(readers.count)

    assert first[0] == second[0] != os.getpid()
    assert (first[1], second[1]) == (1, 2)


@pytest.mark.parametrize(
    ("function", "arguments", "expected"),
    [
        (readers.sleep, (60,), Why.TIME),
        (readers.spin, (), Why.TIME),
        (readers.fill_memory, (), Why.MEMORY),
        (readers.die, (signal.SIGKILL,), Why.MEMORY),
        (readers.die, (signal.SIGSEGV,), Why.DIED),
        (readers.leave, (), Why.DIED),
        (readers.sink, (0,), Why.FAULT),
        (readers.untransportable, (), Why.FAULT),
        (readers.end, (), Why.FAULT),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_an_item_that_breaks_its_reader_is_named_and_the_next_is_read(
    session: Session, function: Callable[..., Any], arguments: tuple[Any, ...], expected: Why
) -> None:
    session.ask(readers.count)

    assert why(session, function, *arguments).why is expected
    assert session.ask(readers.count)[1] == 1  # by a new reader, which starts from the beginning


def test_an_unforeseen_exception_names_its_place_and_quotes_nothing_of_the_item(session: Session) -> None:
    error = why(session, readers.stumble, "bí mật")

    assert error.place.startswith("KeyError in ")
    assert "Nguyễn" not in f"{error}{error.place}"


def test_our_own_errors_come_back_as_they_are(session: Session) -> None:
    with pytest.raises(RuleRefused, match="không thuộc diện") as caught:
        session.ask(readers.refuse)

    assert caught.value.rule == "not-obliged"


def test_a_full_disk_is_nobodys_item(session: Session) -> None:
    with pytest.raises(DiskFull):
        session.ask(readers.no_room)


def test_a_reader_ends_with_its_session_and_the_next_gets_one_of_its_own() -> None:
    with Session(SHORT, readers.counter, 0) as session:
        first, _ = session.ask(readers.count)
    # The program deals with one thing after the other: whoever answers now was forked after the first was ended.
    with Session(SHORT, readers.counter, 0) as other:
        second, count = other.ask(readers.count)
    assert (second != first, count) == (True, 1)
    with session:
        third, count = session.ask(readers.count)
        assert not Path(f"/proc/{second}").exists(), "its memory is free before the next one takes any"
    assert (third != first, count) == (True, 1)
    deadline = time.monotonic() + 20
    while Path(f"/proc/{third}").exists():
        assert time.monotonic() < deadline, "the reader lives on although nobody asks it any more"
        time.sleep(0.05)


def test_large_answers_and_questions_pass(session: Session) -> None:
    assert len(session.ask(readers.large, 30 << 20)) == 30 << 20


def test_a_reader_sees_the_settings_of_whoever_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ("/a", "/b"):
        monkeypatch.setenv("CCHC_HOME", value)
        with Session(SHORT, readers.counter, 0) as session:
            assert session.ask(readers.setting, "CCHC_HOME") == value


def test_what_is_prepared_is_loaded_once_for_all_readers_even_after_a_crash() -> None:
    with Session(SHORT, readers.counter, 0, prepare=readers.prepare) as session:
        program, _ = session.ask(readers.prepared)
        first, _ = session.ask(readers.count)
        why(session, readers.leave)
        second, _ = session.ask(readers.count)

        assert session.ask(readers.prepared)[0] == program
        assert len({os.getpid(), program, first, second}) == 4


def test_it_is_prepared_anew_under_the_settings_of_each_session(monkeypatch: pytest.MonkeyPatch) -> None:
    for value in ("/a", "/b"):
        monkeypatch.setenv("CCHC_HOME", value)
        with Session(SHORT, readers.counter, 0, prepare=readers.prepare) as session:
            assert session.ask(readers.prepared)[1] == value


def test_a_setting_that_is_taken_away_is_gone_for_the_next_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCHC_CONFIG", "/a")
    with Session(SHORT, readers.counter, 0) as session:
        assert session.ask(readers.setting, "CCHC_CONFIG") == "/a"
    monkeypatch.delenv("CCHC_CONFIG")
    with Session(SHORT, readers.counter, 0) as session:
        assert session.ask(readers.setting, "CCHC_CONFIG") is None


def test_what_cannot_be_prepared_stops_no_reader() -> None:
    with Session(SHORT, readers.counter, 0, prepare=readers.refuse_to_prepare) as session:
        assert session.ask(readers.count)[1] == 1


def test_a_program_that_is_gone_is_started_again() -> None:
    from cchc.isolation.session import _program

    with Session(SHORT, readers.counter, 0) as session:
        session.ask(readers.count)
        assert _program._process is not None
        _program._process.kill()
        _program._process.wait()

        assert session.ask(readers.count)[1] == 1


@pytest.mark.parametrize(
    "error",
    [
        CchcError("a"),
        RuleRefused("rule", "b"),
        ConfigError("f.yaml", "x", 3, "4"),
        DiskFull("/x", "no room"),
        ItemFailed(Why.TIME, "there"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_errors_survive_the_way_between_processes(error: CchcError) -> None:
    import pickle

    copy = pickle.loads(pickle.dumps(error))

    assert type(copy) is type(error)
    assert (str(copy), copy.__dict__) == (str(error), error.__dict__)
