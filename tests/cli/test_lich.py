"""`./cchc lich` on an installation of its own: what it prints, compares, writes and applies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from cchc import clock
from cchc.cli.lich import lich
from cchc.clock import WEEKDAYS, at
from cchc.errors import CchcError, RuleRefused
from cchc.obligations import Event, EventKind, Ledger, Obligation, RoundEvent, RoundEventKind, RoundLedger
from cchc.paths import PROJECT_ROOT, Instance
from cchc.store import Store, fingerprint, upgrade
from cchc.year import MOMENTS, Calendar

UNITS = ("so-tai-chinh", "so-y-te", "30292")
EDIT = 'years:\n  2026:\n    Q1:\n      unit_due: {day: "03-19"}\n      province_due: {day: "03-23"}'

app = typer.Typer()
app.command()(lich)
Run = Callable[..., str]


@pytest.fixture
def run(instance: Instance, config_copy: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("USER", "thu-nghiem")
    on(monkeypatch, at(date(2026, 3, 10), 9))

    def call(*arguments: str) -> str:
        result = CliRunner().invoke(app, list(arguments))
        if isinstance(result.exception, CchcError):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.output

    return call


def on(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


def edit(folder: Path, old: str = "years: {}", new: str = EDIT) -> None:
    path = folder / "calendar.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def opened(instance: Instance) -> Iterator[Store]:
    """Q1 of 2026 as it was opened, with three units; the second one has reported."""
    store = upgrade(Store(instance.store_url))
    round_, moment = (
        Calendar.load(PROJECT_ROOT / "include" / "config").round("2026-Q1"),
        at(date(2026, 3, 2), 8),
    )
    RoundLedger(store).open(round_, moment, "thu")
    ledger = Ledger(store)
    ledger.open(
        [
            Obligation(
                f"2026-Q1/{unit}/bao_cao", "2026-Q1", unit, "bao_cao", "", round_.title, round_.unit_due_at
            )
            for unit in UNITS
        ],
        moment,
        "thu",
    )
    for kind in (EventKind.submitted, EventKind.accepted):
        done = at(date(2026, 3, 9), 9 if kind is EventKind.submitted else 10)
        ledger.record(
            Event(f"2026-Q1/{UNITS[1]}/bao_cao", kind, done, done, "thu", None, {"submission_id": "a"})
        )
    yield store
    store.close()


def dues(store: Store) -> set[datetime]:
    return {state.due_at for _, state in Ledger(store).states(at(date(2026, 12, 31)))}


def test_the_year_is_printed_with_its_explanations(run: Run) -> None:
    output = run("2026")
    assert "2026-NAM" in output
    assert "thứ Ba 17/03/2026 17:00" in output
    assert "2026-6T: 20/06/2026 là thứ Bảy, chuyển sang thứ Hai 22/06/2026." in output
    assert "Làm việc thứ Bảy 22/08/2026: làm bù cho ngày nghỉ 31/08/2026." in output


def test_without_a_year_it_is_this_one(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    on(monkeypatch, at(date(2027, 1, 4), 9))
    assert "2027-Q1" in run()


def test_looking_leaves_no_trace(run: Run, instance: Instance) -> None:
    run("2026")
    run("2026", "--so-sanh")
    assert list(instance.root.rglob("*")) == []


def test_files_are_written_whole_and_twice_the_same(run: Run, tmp_path: Path) -> None:
    ics, xlsx = tmp_path / "moi" / "lich.ics", tmp_path / "moi" / "lich.xlsx"
    assert str(ics) in run("2026", "--ics", str(ics), "--xlsx", str(xlsx)).replace("\n", "")
    first = ics.read_bytes(), xlsx.read_bytes()
    run("2026", "--ics", str(ics), "--xlsx", str(xlsx))
    assert (ics.read_bytes(), xlsx.read_bytes()) == first


def test_an_unchanged_calendar_moves_nothing(run: Run, opened: Store) -> None:
    output = run("2026", "--so-sanh")
    assert "với 1 đợt đã mở" in output
    assert "Không mốc nào của các đợt đã mở bị dời." in output


def test_an_edit_is_shown_with_the_units_it_touches_and_changes_nothing(
    run: Run, opened: Store, config_copy: Path
) -> None:
    edit(config_copy)
    before = fingerprint(opened)
    output = run("2026", "--so-sanh")
    assert "17 giờ 00 ngày 17/03/2026 (thứ Ba)" in output
    assert "17 giờ 00 ngày 19/03/2026 (thứ Năm)" in output
    assert "2026-Q1: 2 đơn vị còn nợ:" in output
    assert "Sở Tài chính" in output
    assert "Sở Y tế" not in output  # it has reported
    assert "--ap-dung" in output
    assert fingerprint(opened) == before


def test_applying_moves_open_obligations_by_recorded_events_and_only_once(
    run: Run, opened: Store, config_copy: Path
) -> None:
    edit(config_copy)
    output = run("2026", "--ap-dung", "--ly-do", "Công văn hoả tốc")
    due = at(date(2026, 3, 19), 17)
    assert "17 giờ 00 ngày 19/03/2026 (thứ Năm)" in output
    assert dues(opened) == {due}
    event = Ledger(opened).history(f"2026-Q1/{UNITS[0]}/bao_cao")[-1]
    assert (event.kind, event.reason, event.actor) == (
        EventKind.rescheduled,
        "Công văn hoả tốc",
        "thu-nghiem",
    )
    assert event.recorded_at == at(date(2026, 3, 10), 9)
    before = fingerprint(opened)
    assert "Không có hạn nộp nào phải dời." in run("2026", "--ap-dung", "--ly-do", "Lần nữa")
    assert fingerprint(opened) == before
    # What was applied is no difference any more; the provincial day still is.
    output = run("2026", "--so-sanh")
    assert "Hạn đơn vị nộp" not in output
    assert "Hạn tỉnh gửi Bộ" in output


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        (["--ap-dung"], "reschedule-needs-reason"),
        (["--ap-dung", "--ly-do", "  "], "reschedule-needs-reason"),
        (["--ly-do", "x"], "reason-without-apply"),
        (["--ap-dung", "--ly-do", "x", "--nguoi", " "], "reschedule-needs-actor"),
    ],
)
def test_what_is_not_complete_is_refused_and_nothing_written(
    run: Run, opened: Store, config_copy: Path, arguments: list[str], rule: str
) -> None:
    edit(config_copy)
    before = fingerprint(opened)
    with pytest.raises(RuleRefused) as caught:
        run("2026", *arguments)
    assert caught.value.rule == rule
    assert fingerprint(opened) == before


def test_a_due_date_that_has_passed_is_refused(run: Run, opened: Store, config_copy: Path) -> None:
    edit(config_copy, new='years:\n  2026:\n    Q1:\n      unit_due: {day: "03-09"}')
    before = fingerprint(opened)
    with pytest.raises(RuleRefused, match="2026-Q1") as caught:
        run("2026", "--ap-dung", "--ly-do", "x")
    assert caught.value.rule == "new-due-has-passed"
    assert fingerprint(opened) == before


def test_a_closed_round_stays_as_it_was(run: Run, opened: Store, config_copy: Path) -> None:
    moment = at(date(2026, 3, 10), 8)
    RoundLedger(opened).record(RoundEvent("2026-Q1", RoundEventKind.closed, moment, moment, "thu"))
    edit(config_copy)
    before = fingerprint(opened)
    output = run("2026", "--ap-dung", "--ly-do", "x")
    assert "2026-Q1: đợt đã chốt" in output
    assert fingerprint(opened) == before


def test_a_moved_window_warns_of_the_forms_that_were_sent(run: Run, opened: Store, config_copy: Path) -> None:
    edit(config_copy, 'last: "03-14"', 'last: "03-10"')
    assert "biểu mẫu đã gửi đơn vị ghi kỳ số liệu cũ" in run("2026", "--so-sanh")


def test_a_round_not_open_yet_is_compared_with_the_rule_and_says_how_many_it_concerns(
    run: Run, opened: Store, config_copy: Path
) -> None:
    edit(config_copy, new='years:\n  2026:\n    6T:\n      unit_due: {day: "06-15"}')
    output = run("2026", "--so-sanh")
    assert "15/06/2026 (thứ Hai)" in output
    assert "2026-6T: sẽ có 122 đơn vị phải thực hiện (20 cơ quan cấp tỉnh, 102 cấp xã)." in output
    assert "--ap-dung" not in output


def test_a_wrong_calendar_ends_with_exit_code_2(run: Run, config_copy: Path) -> None:
    edit(config_copy, '"06-17"', '"06-31"')
    with pytest.raises(CchcError, match="06-31") as caught:
        run("2026")
    assert caught.value.exit_code == 2


def test_the_moments_of_inspection_and_scoring_are_listed_into_the_next_year(run: Run) -> None:
    """Mended as D11: days of the next year could not be written, and only an opening and a closing were shown."""
    for arguments in (("2026",), ("2026", "--so-sanh")):
        output = " ".join(run(*arguments).split())
        for kind, names in MOMENTS.items():
            for name in names:
                instant = Calendar.load().round(f"2026-{kind}").moments[name]
                assert f"{WEEKDAYS[instant.weekday()]} {instant:%d/%m/%Y %H:%M}" in output, (kind, name)
    assert "thứ Sáu 29/01/2027 16:00" in output


def test_a_moved_moment_of_an_open_round_is_told_and_only_the_units_due_is_applied(
    run: Run, opened: Store, config_copy: Path
) -> None:
    scoring = Calendar.load().round("2026-CD")
    RoundLedger(opened).open(scoring, at(date(2026, 3, 10), 8), "thu")
    Ledger(opened).open(
        [Obligation(f"2026-CD/{UNITS[0]}/tu_cham", "2026-CD", UNITS[0], "tu_cham", "", "x", scoring.unit_due_at)],
        at(date(2026, 3, 10), 8), "thu",
    )  # fmt: skip
    assert "Không mốc nào của các đợt đã mở bị dời." in run("2026", "--so-sanh")
    edit(config_copy, 'tu_cham_han: {day: "12-22"', 'tu_cham_han: {day: "12-23"')
    output = " ".join(run("2026", "--so-sanh").split())
    assert "Hạn đơn vị tự chấm" in output
    assert "17 giờ 00 ngày 28/12/2026 (thứ Hai)" in output, "the lock is counted from it"
    run("2026", "--ap-dung", "--ly-do", "x")
    due = at(date(2026, 12, 23), 17)
    (state,) = [state for _, state in Ledger(opened).states(at(date(2026, 12, 31)), round_id="2026-CD")]
    assert state.due_at == due
    assert "Không có hạn nộp nào phải dời." in run("2026", "--ap-dung", "--ly-do", "x")
