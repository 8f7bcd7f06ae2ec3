"""A made-up round over the real registers, and a store in which units report."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from cchc.checks import Rules
from cchc.figures.consolidate import Consolidation, add_up, owed_indicators
from cchc.figures.facts import RoundFacts, UnitStanding
from cchc.figures.last_year import compare
from cchc.figures.province import with_derived
from cchc.figures.reconciliation import Evidence, reconcile
from cchc.figures.tally import Tally
from cchc.indicators import Indicator, IndicatorRegister
from cchc.obligations import Event, EventKind, Ledger, Obligation, RoundLedger, RoundSummary
from cchc.paths import Instance
from cchc.sources import ONE_STOP
from cchc.sources.forms import UnitBlock
from cchc.sources.states import SourceState
from cchc.store import Store
from cchc.submissions.kept import ReceivedSubmission, put_submission
from cchc.units import Unit, UnitRegister
from cchc.workbooks.forms import CheckFinding, FilledForm, Identity, ReportedFigure
from cchc.workbooks.outline import load_outline
from cchc.year import Calendar, Round
from cchc_rehearsal.population import Population

ROUND = "2026-NAM"
TEXTS = (
    "Tiếp tục rà soát, đơn giản hóa thủ tục hành chính; nâng tỷ lệ hồ sơ nộp trực tuyến.",
    "Một số hồ sơ đất đai còn trễ hạn do chờ xác minh; việc cập nhật phần mềm một cửa chưa kịp thời.",
    "Đề nghị tỉnh sớm bàn giao trang thiết bị cho bộ phận một cửa và tổ chức tập huấn.",
)


def made_up(indicator: Indicator, chance: random.Random) -> ReportedFigure:
    """A plausible figure of the indicator; one ratio in ten is a percentage without its parts."""
    code = indicator.code
    if indicator.aggregation == "ratio":
        whole = chance.randint(5, 4000)
        part = int(whole * (1 - chance.random() ** 3 * 0.4))
        if chance.random() < 0.1:
            return ReportedFigure(code, raw="96.90", value=Decimal("96.90"))
        return ReportedFigure(code, numerator=Decimal(part), denominator=Decimal(whole), typed=False)
    if indicator.aggregation == "none":
        return ReportedFigure(code, raw="Mô hình “Ngày thứ Sáu không hẹn”")
    top = {"count_yes": 1, "distribution": 2}.get(indicator.aggregation, 900)
    value = chance.randint(0, top)
    return ReportedFigure(code, raw=str(value), value=Decimal(value))


def side_by_side(
    own: Mapping[str, Mapping[str, ReportedFigure]],
    system: Mapping[str, Mapping[str, ReportedFigure]],
    *order: str,
    source: str = ONE_STOP,
) -> dict[str, dict[str, Evidence]]:
    """The evidence that the store would give of these figures; `order` is the precedence of all of them."""
    found: dict[str, dict[str, Evidence]] = {}
    for unit in own.keys() | system.keys():
        mine, theirs = own.get(unit, {}), system.get(unit, {})
        for code in mine.keys() | theirs.keys():
            figures = {name: side[code] for name, side in (("self", mine), (source, theirs)) if code in side}
            numbers = {name for name, one in figures.items() if one.value is not None or one.denominator}
            ranked = [name for name in order or ("self",) if name in figures]
            found.setdefault(unit, {})[code] = Evidence(figures, ranked, numbers)
    return found


@cache
def agreeing(seed: int, round_id: str) -> dict[str, dict[str, ReportedFigure]]:
    """Figures of every unit that agree with each other, as units without mistakes report them."""
    population = Population(round_id, seed)
    return {
        unit.code: {
            code: ReportedFigure(
                code, value=one.value, numerator=one.numerator, denominator=one.denominator, typed=False
            )
            for code, one in population.figures(unit).items()
        }
        for unit in population.units
    }


def made_up_round(
    seed: int = 1, round_id: str = ROUND, blank: float = 0.04, silent: int = 4, *, consistent: bool = False
) -> RoundFacts:
    """Facts of a round of 122 units without a store; the same seed gives the same facts.

    consistent: sums are those of their parts and no part exceeds its whole; nothing is blank.
    """
    chance = random.Random(seed)
    calendar, register = Calendar.load(), IndicatorRegister.load()
    round_ = calendar.round(round_id)
    units = UnitRegister.load().on(round_.reference_day, round_.tiers)
    units.sort(key=lambda unit: round_.tiers.index(unit.tier))
    shown, owed = owed_indicators(round_, units, register)

    def report() -> dict[str, dict[str, ReportedFigure]]:
        if consistent:
            return with_derived(agreeing(chance.randint(1, 1000), round_id), shown, owed)
        typed = {
            unit.code: {
                indicator.code: made_up(indicator, chance)
                for indicator in shown
                if indicator.asked and indicator.code in owed[unit.code] and chance.random() >= blank
            }
            for unit in units
        }
        return with_derived(typed, shown, owed)

    figures, then = report(), report()
    quiet = {unit.code for unit in chance.sample(units, silent)}
    nothing = {next(unit.code for unit in units if unit.code not in quiet)} if silent < len(units) else set()
    for code in quiet | nothing:
        figures.pop(code)
    standings = [_standing(unit, round_, unit.code in quiet, unit.code in nothing, chance) for unit in units]
    system = {
        unit: {
            code: replace(figure, raw=None, value=figure.value + (7 if chance.random() < 0.05 else 0))
            for code, figure in own.items()
            if code.startswith("T06.")
            and figure.value is not None
            and register.get(code).aggregation == "sum"
        }
        for unit, own in figures.items()
    }
    outline = [section for section in load_outline() if section.asked_in(round_.kind)]
    known = {"I.2.3": 34, "KH.1": 24, "KH.2": 22, "KT.1": 40, "KT.2": 85, "KT.3": 60}
    books = {
        code: Tally(code, "tinh", Decimal(value), units_counted=1, units_obliged=1)
        for code, value in known.items()
    }
    lines = add_up(shown, owed, units, figures, nothing, stated=books)
    speaking = [unit.code for unit in units if unit.code in figures]
    finding = CheckFinding(
        "tong", "canh_bao", "Số liệu", "D12", "T06.1", "812", "810", "Tổng số khác tổng các phần."
    )
    return RoundFacts(
        round_=round_,
        as_of=round_.closes_at,
        indicators=shown,
        owed=owed,
        consolidation=Consolidation(round_.round_id, 1, lines, round_.closes_at),
        standings=standings,
        summary=_summary(standings),
        summary_by_tier={
            tier: _summary([s for s in standings if s.unit.tier == tier]) for tier in round_.tiers
        },
        figures=figures,
        system=system,
        system_lines=add_up(shown, owed, units, system),
        reconciliation=reconcile(
            shown, owed, units, side_by_side(figures, system), Decimal("0.05"), Rules.load(), str(round_.kind)
        ),
        findings=[(units[5], finding)],
        outline=outline,
        sections=list(dict.fromkeys(indicator.section for indicator in register.all)),
        narratives={code: {s.code: chance.choice(TEXTS) for s in outline} for code in speaking},
        last_year=compare(calendar.same_round_last_year(round_), shown, owed, units, figures, then),
        history=[(calendar.round("2026-Q1"), _summary(standings[:60])), (round_, _summary(standings))],
    )


def _standing(unit: Unit, round_: Round, quiet: bool, nothing: bool, chance: random.Random) -> UnitStanding:
    if quiet:
        return UnitStanding(unit, "open", "missing", round_.unit_due_at, None, None, 2, 4)
    days = chance.choice((-5, -3, -1, -1, 0, 2))
    sent = round_.unit_due_at + timedelta(days=days)
    word, late = ("late", days) if days > 0 else ("on_time", 0)
    status = "nothing_to_report" if nothing else "accepted"
    return UnitStanding(unit, status, word, round_.unit_due_at, sent, sent, late, late)


def _summary(standings: list[UnitStanding]) -> RoundSummary:
    words = [standing.timeliness for standing in standings]
    nothing = sum(standing.status == "nothing_to_report" for standing in standings)
    return RoundSummary(
        len(words),
        words.count("on_time"),
        words.count("late"),
        words.count("missing"),
        0,
        0,
        0,
        nothing,
        0,
        0,
    )


@pytest.fixture(scope="session")
def facts() -> RoundFacts:
    return made_up_round()


FIELDS = {  # in time out of ten thousand: so no two fields are alike by chance
    "Đất đai": 8_000, "Hộ tịch": 9_990, "Xây dựng": 8_900, "Bảo trợ xã hội": 9_500, "Người có công": 9_200,
    "Chứng thực": 9_999, "Môi trường": 9_000, "Lâm nghiệp": 9_100, "Thủy sản": 9_300, "Giáo dục và Đào tạo": 9_400,
    "Thành lập và hoạt động của hộ kinh doanh, tổ hợp tác, hợp tác xã, liên hiệp hợp tác xã": 9_600, "Tôn giáo": 0,
}  # fmt: skip


def made_up_form(
    facts: RoundFacts, chances: Mapping[str, int] = FIELDS
) -> tuple[list[UnitBlock], SourceState]:
    """Biểu 06 of all units but the last, of which no export tells; a field with chance 0 has resolved nothing."""
    chance, blocks = random.Random(6), list[UnitBlock]()
    for unit in facts.units[:-1]:
        rows = []
        for name, of_ten_thousand in chances.items():
            resolved = chance.randint(100, 900) if of_ten_thousand else 0
            in_time = resolved * of_ten_thousand // 10_000
            early = in_time * 2 // 3
            counts = {"total": resolved + 3, "resolved": resolved, "early": early, "on_time": in_time - early,
                      "late": resolved - in_time, "still_open": 3, "in_term": 2, "overdue": 1,
                      "received_online": resolved, "received_direct_or_post": 3, "carried_over": 0}  # fmt: skip
            rows.append((name, counts))
        whole = {key: sum(counts[key] for _, counts in rows) for key in rows[0][1]}
        blocks.append(UnitBlock(unit, whole, tuple(rows)))
    assert facts.round_.window is not None
    cut_off = facts.round_.window.last
    state = SourceState(ONE_STOP, Path("x.parquet"), "ab" * 32, 9, facts.as_of, (), 1, "one_stop-1", cut_off)
    return [*blocks, UnitBlock(facts.units[-1], None)], state


@pytest.fixture(scope="session")
def one_stop(facts: RoundFacts) -> tuple[list[UnitBlock], SourceState]:
    """What Biểu 06 says of the made-up round."""
    return made_up_form(facts)


@pytest.fixture(scope="session")
def new_facts() -> Callable[..., RoundFacts]:
    return made_up_round


@dataclass
class Reporting:
    """A round of a few units in a store; units report by word of code."""

    store: Store
    instance: Instance
    round_: Round
    units: list[Unit]

    def obligation(self, unit: Unit) -> str:
        return f"{self.round_.round_id}/{unit.code}/bao_cao"

    def report(
        self,
        unit: Unit,
        figures: Mapping[str, ReportedFigure],
        when: datetime | None = None,
        texts: Mapping[str, str] | None = None,
        nothing: Collection[str] = (),
    ) -> str:
        """The unit sends its report, and it is accepted at once; returns the submission's id."""
        when = when or self.round_.unit_due_at - timedelta(days=2)
        identity = Identity("bao_cao", unit.code, self.round_.round_id)
        filled = FilledForm(
            identity,
            "bao-cao.xlsx",
            dict(figures),
            dict(texts or {}),
            nothing_sections=dict.fromkeys(nothing, "I9"),
        )
        content = repr((unit.code, sorted(figures.items()), when, nothing)).encode()
        finding = CheckFinding("thu", "canh_bao", "Số liệu", "D5", "I.1.1", "1", "2", "Xem lại.")
        with self.store.write() as tx:
            submission = put_submission(
                tx,
                self.instance,
                ReceivedSubmission(
                    obligation_id=self.obligation(unit),
                    content=content,
                    file_name="bao-cao.xlsx",
                    received_at=when,
                    recorded_at=when,
                    channel="thu_muc",
                    filled=filled,
                    findings=[finding],
                    outcome="accepted",
                ),
            )
        detail = {"submission_id": submission}
        for kind in (EventKind.submitted, EventKind.accepted):
            Ledger(self.store).record(Event(self.obligation(unit), kind, when, when, "thu", detail=detail))
        return submission

    def event(self, unit: Unit, kind: EventKind, when: datetime | None = None) -> None:
        when = when or self.round_.unit_due_at - timedelta(days=2)
        reason = "theo đề nghị của đơn vị"
        Ledger(self.store).record(Event(self.obligation(unit), kind, when, when, "thu", reason=reason))


@pytest.fixture
def reporting(any_store: Store, instance: Instance) -> Reporting:
    """Round 2026-Q1 opened for two provincial bodies and four communes, on both engines."""
    round_ = Calendar.load().round("2026-Q1")
    valid = UnitRegister.load().on(round_.reference_day)
    units = [u for u in valid if u.tier == "so"][:2] + [u for u in valid if u.tier == "xa"][:4]
    RoundLedger(any_store).open(round_, round_.opens_at, "thu")
    Ledger(any_store).open(
        [
            Obligation(f"2026-Q1/{u.code}/bao_cao", "2026-Q1", u.code, "bao_cao", "", "Báo cáo", round_.unit_due_at)
            for u in units
        ],
        round_.opens_at,
        "thu",
    )  # fmt: skip
    return Reporting(any_store, instance, round_, units)


@pytest.fixture
def own_config(tmp_path: Path) -> Path:
    """An editable copy of the configuration."""
    import shutil

    from cchc.config_files.folder import config_dir

    return Path(shutil.copytree(config_dir(), tmp_path / "config"))
