"""Faults that really fall: a campaign whose faults miss would find everything in order."""

from __future__ import annotations

import errno
import socket
import threading
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest

from cchc.errors import DiskFull
from cchc.files import held_name, write_atomic
from cchc.inspection import team_book
from cchc.isolation.limits import ReadingLimits
from cchc.isolation.outcome import ItemFailed
from cchc.isolation.session import Session
from cchc.sources import read_apart
from cchc.units import UnitRegister
from cchc.workbooks.forms import NotAForm
from cchc_rehearsal.reception.cutting import LOOPBACK, CutLine
from cchc_rehearsal.reception.export_rows import as_csv, dossiers
from cchc_rehearsal.reception.strikes import (
    Strike,
    StrikePlan,
    Unforeseen,
    falling,
    full_disk,
    no_file_grows,
    striking_readers,
    striking_the_team,
    struck,
)


def test_an_exception_falls_at_the_call_it_was_drawn_for_and_only_once() -> None:
    fell: list[str] = []
    done: list[str] = []

    def work() -> None:
        with falling(Strike("unforeseen", 3), lambda: fell.append("x")):
            for number in range(1000):
                done.append(held_name(f"{number}.xlsx"))

    with pytest.raises(Unforeseen):
        work()
    assert fell == ["x"] and 0 < len(done) < 3
    assert held_name("sau.xlsx") == "sau.xlsx", "nothing strikes afterwards"


def test_work_that_ends_before_its_strike_is_not_struck() -> None:
    fell: list[str] = []
    with falling(Strike("unforeseen", 10_000), lambda: fell.append("x")):
        held_name("a.xlsx")
    assert fell == []


def test_an_item_is_struck_once_so_that_its_second_reading_succeeds(tmp_path: Path) -> None:
    plan = StrikePlan({3: Strike("division", 1)}, tmp_path / "log.txt")
    assert plan.due(3) is not None and plan.due(4) is None and plan.due(None) is None
    plan.log.write_text("3 division\n")
    assert plan.due(3) is None
    assert struck(plan.log) == {3: "division"}


def test_a_full_disk_takes_the_first_files_and_then_none(tmp_path: Path) -> None:
    fell: list[str] = []
    with full_disk(2, lambda: fell.append("x")):
        write_atomic(tmp_path / "a", b"a")
        with pytest.raises(DiskFull):
            write_atomic(tmp_path / "b", b"b")
    assert fell == ["x"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a"]


def test_the_kernel_itself_refuses_a_form_that_finds_no_room(tmp_path: Path) -> None:
    with no_file_grows():
        write_atomic(tmp_path / "nho", b"x" * 1000)
        with pytest.raises(DiskFull) as refused:
            write_atomic(tmp_path / "bieu.xlsx", b"x" * 46_000)
    assert isinstance(refused.value.__cause__, OSError) and refused.value.__cause__.errno == errno.EFBIG
    write_atomic(tmp_path / "bieu.xlsx", b"x" * 46_000)


def test_an_export_is_struck_where_it_is_read_and_only_once(tmp_path: Path) -> None:
    units = UnitRegister.load()
    file = tmp_path / "000007 so-lieu.csv"
    file.write_bytes(as_csv(dossiers(7, units.get("30292"), 2)))
    plan = StrikePlan({7: Strike("unforeseen", 1)}, tmp_path / "log.txt")
    with striking_readers(plan):
        with pytest.raises(ItemFailed) as failed:
            read_apart(units, date(2026, 3, 10), file, tmp_path)
        assert "Nguyễn" not in str(failed.value) + failed.value.place
        assert struck(plan.log) == {7: "unforeseen"}
        assert read_apart(units, date(2026, 3, 10), file, tmp_path).rows_accepted == 2


def test_the_workbook_of_the_team_is_struck_by_the_number_of_its_item(tmp_path: Path) -> None:
    plan = StrikePlan({9: Strike("killed", 1)}, tmp_path / "log.txt")
    for number, ends in ((8, NotAForm), (9, ItemFailed), (9, NotAForm)):
        with (
            striking_the_team(plan, number),
            Session(ReadingLimits(), str) as readers,
            pytest.raises(ends),
        ):
            readers.ask(team_book._findings_in, b"", "ket-qua.xlsx", [])
    assert struck(plan.log) == {9: "killed"}


@pytest.fixture
def echo() -> socket.socket:
    """A server that sends back what it is sent."""
    listener = socket.create_server((LOOPBACK, 0))

    def serve() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            with line, suppress(OSError):  # a line that was cut is no end of the server
                while piece := line.recv(1000):
                    line.sendall(piece)

    threading.Thread(target=serve, daemon=True).start()
    yield listener
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def through(port: int, content: bytes) -> bytes:
    """What comes back before the line is closed or everything is there."""
    with socket.create_connection((LOOPBACK, port), timeout=10) as line:
        line.sendall(content)
        back = b""
        while len(back) < len(content):
            try:
                piece = line.recv(1000)
            except ConnectionError:
                break
            if not piece:
                break
            back += piece
        return back


def test_a_line_is_cut_where_it_was_drawn_and_is_whole_the_next_time(echo: socket.socket) -> None:
    with CutLine(echo.getsockname()[1]) as line:
        assert through(line.port, b"x" * 5000) == b"x" * 5000
        line.cut_after(1200, from_server=True)
        assert through(line.port, b"x" * 5000) == b"x" * 1200
        assert line.cuts == 1
        assert through(line.port, b"x" * 5000) == b"x" * 5000
