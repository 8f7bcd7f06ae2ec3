"""The whole year 2026 through the real Dags, with a quarter of the communes, against the synthetic province's truth."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from tests.support import inspected_cycle, scored_cycle, truth
from tests.support.plain_ladder import plain_reading
from tests.support.rehearsed_year import Year, good_arrival, issued_at, known_by, rehearsed, replay

from cchc.claims import check_text
from cchc.clock import at
from cchc.indicators import IndicatorRegister
from cchc.report.narrative_rules import NarrativeRules
from cchc.report.page_limit import page_texts, pages_before_the_appendix
from cchc.store import Store, fingerprint
from cchc.units import UnitRegister
from cchc.year import REPORT_KINDS, Calendar

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600), pytest.mark.whole_year]

REPORTS = [f"2026-{kind}" for kind in REPORT_KINDS]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    with rehearsed(tmp_path_factory.mktemp("nam")) as made:
        yield made


def test_every_run_of_the_year_succeeds(year: Year) -> None:
    assert year.result["failed"] == []
    assert set(year.result["runs"]) == {
        "ke_hoach_nam", "mo_dot_bao_cao", "thu_thap_so_lieu", "tiep_nhan_bao_cao", "don_doc", "chot_dot_bao_cao",
        "kiem_tra", "kiem_tra_dot_xuat", "kiem_tra_don_vi", "cham_diem", "bao_tri",
    }  # fmt: skip


@pytest.mark.parametrize("round_id", REPORTS)
def test_every_total_is_the_truth_by_its_meaning_and_says_who_stands_behind_it(
    year: Year, round_id: str
) -> None:
    """Systems first, silent units included; else the unit's own figure; the catalogue for what is one list of the
    province. The other reading is what the units gave or confirmed themselves."""
    round_ = Calendar.load().round(round_id)
    day, kind, cut = round_.reference_day, round_.kind, known_by(round_.closes_at)
    assert round_.window is not None
    register, units = IndicatorRegister.load(), UnitRegister.load().on(day, round_.tiers)
    behind = {unit.code: {one.code for one in register.counted(unit, day, kind)} for unit in units}
    in_export, catalogue = truth.in_systems(units, round_.window), truth.in_catalogue(round_.window)
    lines = truth.of_last_draft(year.rows, "consolidated", round_id)
    readings = truth.of_last_draft(year.rows, "consolidated_readings", round_id)
    said = truth.stances(year.rows, round_id, lines["I.2.3"]["as_of"])
    typed, counted, spoken = dict[str, truth.Figures](), dict[str, truth.Figures](), set[str]()
    for unit in units:
        entry = year.truth[round_id, unit.code]
        arrival = good_arrival(entry)
        if arrival is not None and arrival <= cut:
            spoken.add(unit.code)
        own = entry["figures"] if unit.code in spoken and entry["manner"] != "khong-phat-sinh" else {}
        known = in_export[unit.code] | {
            code: figure for code, figure in catalogue.items() if register.get(code).owner == unit.code
        }
        answered = {code: answer or known[code] for (who, code), answer in said.items() if who == unit.code}
        typed[unit.code] = own | answered | truth.follows(own | answered, unit.tier)
        taken = own | answered | {code: one for code, one in known.items() if code in behind[unit.code]}
        counted[unit.code] = taken | truth.follows(taken, unit.tier)
    as_of = lines["I.2.3"]["as_of"]
    of_ledger = truth.plan_tasks(year.rows, as_of) | truth.inspections(year.rows, as_of, units)
    assert set(lines) == set(readings) == {*(code for own in behind.values() for code in own), *of_ledger}
    assert {code: lines[code]["value"] for code in of_ledger} == of_ledger
    by_system = silent = 0
    for code in set(lines) - set(of_ledger):
        owing = [unit.code for unit in units if code in behind[unit.code]]
        form = register.get(code).aggregation
        given = {unit: counted[unit][code] for unit in owing if code in counted[unit]}
        expected, line, reading = truth.total(form, given), lines[code], readings[code]
        truth.assert_equals(code, form, line, expected, "")
        assert line["units_obliged"] == len(owing), code
        # Missing units are named, and none of them is counted as zero.
        assert set(json.loads(line["missing"])) == set(owing) - expected.units, code
        origins = json.loads(reading["origins"])
        assert sum(origins.values()) == line["units_counted"], code
        systems = {unit for unit in expected.units if code in in_export[unit]}
        if code in catalogue:
            assert origins == {"catalogue": 1}, code
        elif systems:
            assert origins.get("system", 0) == len(systems & spoken), code
            assert origins.get("system_for_silent", 0) == len(systems - spoken), code
            by_system, silent = by_system + 1, max(silent, len(systems - spoken))
        if reading["other_rule"] is None:
            assert not systems and code not in catalogue, code
        else:
            one = next(row for row in register.on(day) if row.code == code)
            own = {unit: truth.by_its_parts(one, typed[unit]) for unit in owing if code in typed[unit]}
            truth.assert_equals(code, form, reading, truth.total(form, own), "other_")
    assert by_system > 30
    assert silent > 0, "units that never reported have their figures from the systems"


@pytest.mark.parametrize("round_id", REPORTS)
def test_the_dossiers_of_the_province_are_those_of_the_frozen_exports_silent_units_included(
    year: Year, round_id: str
) -> None:
    """Biểu 06 is the sum of what was frozen, of whichever unit; who has no dossiers in the export says so itself."""
    frozen = year.rows(
        "SELECT unit_code, indicator, value FROM system_values WHERE round_id = ? AND indicator LIKE 'T06.%'"
        " AND indicator <> 'T06.R'", round_id,
    )  # fmt: skip
    sums: dict[str, int] = defaultdict(int)
    for row in frozen:
        sums[row["indicator"]] += int(Decimal(row["value"]))
    said = truth.of_last_draft(year.rows, "consolidated", round_id)
    assert len(sums) == 11
    assert {code: int(Decimal(said[code]["value"])) for code in sums} == sums
    assert said["T06.1"]["units_counted"] >= len(frozen) / len(sums)
    communes = UnitRegister.load().on(Calendar.load().round(round_id).reference_day, ["xa"])
    assert {unit.code for unit in communes} <= {row["unit_code"] for row in frozen}


@pytest.mark.parametrize("round_id", REPORTS)
def test_each_late_unit_gets_each_rung_once_and_none_after_it_has_submitted_or_the_report_is_issued(
    year: Year, round_id: str
) -> None:
    round_, days = Calendar.load().round(round_id), Calendar.load().working_days
    issued = issued_at(year, round_id)
    due = round_.unit_due_at.date()
    rungs = {
        "nhac_truoc_han_1": -5,
        "nhac_truoc_han_2": -1,
        "ngay_han": 0,
        "qua_han_1": 1,
        "qua_han_2": 3,
        "qua_han_3": 5,
    }
    sent = defaultdict(list)
    for row in year.rows(
        "SELECT obligation_id, rung, as_of FROM reminders WHERE obligation_id LIKE ?", f"{round_id}/%/bao_cao"
    ):
        sent[row["obligation_id"].split("/")[1]].append((row["rung"], row["as_of"][:10]))
    for (one, unit), entry in year.truth.items():
        if one != round_id or entry["manner"] == "sai":
            continue
        arrival = good_arrival(entry)
        expected = {("yeu_cau", round_.opens_at.date().isoformat())}
        for rung, shift in rungs.items():
            day = days.add(due, shift)
            # Read in the evening of the day it arrives, so that day's 08:00 reminder still goes out.
            silent = arrival is None or arrival.date() >= day
            if silent and round_.opens_at.date() < day and at(day, 8) < issued:
                expected.add((rung, day.isoformat()))
        assert sorted(sent[unit]) == sorted(expected), (unit, entry["manner"])


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize("round_id", REPORTS)
def test_each_report_keeps_its_limit_of_pages_before_its_appendix(year: Year, round_id: str) -> None:
    found = year.rows(
        "SELECT file_name FROM documents WHERE kind = 'bao_cao_pdf' AND round_id = ? AND number IS NOT NULL",
        round_id,
    )
    assert found, "LibreOffice made no PDF"
    for row in found:
        texts = page_texts((year.instance.round_out(round_id) / row["file_name"]).read_bytes())
        before = pages_before_the_appendix(texts)
        assert 4 <= before <= NarrativeRules.load().limits.pages and before < len(texts), row["file_name"]


def test_the_mails_of_the_year_equal_a_plain_reading_of_the_ladder_mail_by_mail(year: Year) -> None:
    units = UnitRegister.load()
    history: dict[str, list[Any]] = defaultdict(list)
    for event in year.rows("SELECT * FROM obligation_events ORDER BY recorded_at, seq"):
        history[event["obligation_id"]].append(event)
    sent: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in year.rows(
        "SELECT r.obligation_id, r.rung, r.as_of, m.recipients, m.copies, m.unit_code, o.unit_code AS owner"
        " FROM reminders r JOIN mails m USING (mail_key) JOIN obligations o USING (obligation_id)"
    ):
        assert row["unit_code"] == row["owner"]
        assert json.loads(row["recipients"]) == list(units.get(row["owner"]).mailboxes), row["obligation_id"]
        assert (row["rung"] == "qua_han_3") <= bool(json.loads(row["copies"])), (
            "the department reads the last rung"
        )
        if row["rung"] not in ("yeu_cau", "da_tra_lai"):
            sent[row["obligation_id"]].add((row["rung"], row["as_of"][:10]))
    checked = 0
    for row in year.rows("SELECT * FROM obligations"):
        events = history[row["obligation_id"]]
        # What was turned back climbs another ladder (see tests/chasing); the truth of it stands in the next test.
        if any(event["kind"] in ("rejected", "returned", "extended", "rescheduled") for event in events):
            continue
        assert sent[row["obligation_id"]] == plain_reading(row, events), row["obligation_id"]
        checked += 1
    assert checked > 10 * len(units.on(date(2026, 6, 30), ["so", "xa"]))


def test_nobody_is_reminded_of_what_is_answered_waived_or_not_owed(year: Year) -> None:
    kinds = ("submitted", "nothing_to_report", "waived", "accepted")
    valid = {unit.code for unit in UnitRegister.load().on(date(2026, 6, 30))}
    for row in year.rows(
        "SELECT r.obligation_id, r.as_of, o.unit_code FROM reminders r JOIN obligations o USING (obligation_id)"
        " WHERE r.rung <> 'yeu_cau'"
    ):
        known = year.rows(
            "SELECT kind FROM obligation_events WHERE obligation_id = ? AND recorded_at <= ? ORDER BY recorded_at, seq",
            row["obligation_id"],
            row["as_of"],
        )
        assert known[-1]["kind"] not in kinds, row["obligation_id"]
        assert row["unit_code"] in valid


def test_operators_hear_of_each_working_day_and_letters_urge_for_nothing_that_is_issued(year: Year) -> None:
    assert len(year.rows("SELECT 1 FROM mails WHERE kind = 'tong_hop_ngay'")) > 60
    letters = year.rows("SELECT round_id, as_of, attachments FROM mails WHERE kind = 'cong_van_don_doc'")
    assert {"2026-KH", "2026-KT"} <= {row["round_id"] for row in letters}
    for row in letters:
        if row["round_id"] in REPORTS:
            assert datetime.fromisoformat(row["as_of"]) < issued_at(year, row["round_id"])
        (name,) = json.loads(row["attachments"])
        assert (year.instance.root / name).is_file()


def test_each_issued_document_reached_everybody_on_its_list_once(year: Year) -> None:
    """The lists of the plan, the reports and the decision name the same bodies: see documents.yaml."""
    bodies = {
        "vanthu@bonoivu.example",
        "vanphong@tinhuy.angiang.example",
        "vanphong@hdnd.angiang.example",
        "vanphong@ubnd.angiang.example",
    }
    issued = year.rows(
        "SELECT * FROM documents WHERE number IS NOT NULL AND kind IN ('ke_hoach', 'bao_cao', 'quyet_dinh_xep_hang')"
    )
    assert {row["round_id"] for row in issued} == {*REPORTS, "2026-KH", "2026-CD"}
    for row in issued:
        day = date.fromisoformat(row["made_at"][:10])
        units = {box for unit in UnitRegister.load().on(day, ["so", "xa"]) for box in unit.mailboxes}
        mails = year.rows(
            "SELECT recipients, copies, attachments, subject, delivered FROM mails"
            " WHERE kind = 'van_ban_ban_hanh' AND round_id = ? AND subject LIKE ?",
            row["round_id"], f"%số {row['number']}/{row['symbol']}%",
        )  # fmt: skip
        reached = [box for mail in mails for box in json.loads(mail["recipients"])]
        assert sorted(reached) == sorted(units | bodies), row["round_id"]
        for mail in mails:
            assert f"số {row['number']}/{row['symbol']}" in mail["subject"]
            assert sorted(json.loads(mail["delivered"])) == sorted(json.loads(mail["recipients"]))
            names = [Path(one).name for one in json.loads(mail["attachments"])]
            assert names[0] == f"{Path(row['file_name']).stem}_da-ky.pdf", "signed before it is sent"
            assert any(name.endswith(".xlsx") for name in names)


def test_scores_are_people_s_decisions_and_every_paper_tells_the_same_ranks(year: Year) -> None:
    assert (scored_cycle.undecided(year), scored_cycle.silent_above(year)) == ([], [])
    in_book, in_decision, kept = scored_cycle.published_ranks(year)
    assert len(kept) == len(UnitRegister.load().on(date(2026, 12, 31), ["so", "xa"]))
    assert in_book == in_decision == kept
    editions, differences, recomputed = scored_cycle.verified(year)
    assert (editions, differences) == (2, []) and recomputed > 1000, "an objection made the second edition"
    assert scored_cycle.happened(year) >= scored_cycle.EVENTS
    assert scored_cycle.drafts(year) == ({1, 2}, {2}), "what was returned is not what is published"


def test_files_with_more_time_or_opened_again_lock_when_that_time_is_over(year: Year) -> None:
    assert scored_cycle.more_time(year) == [] and scored_cycle.opened_again(year) == []


def test_a_unit_merged_in_the_year_is_asked_for_nothing_and_listed_with_where_it_went(year: Year) -> None:
    assert scored_cycle.of_the_merged(year) == []


def test_an_answer_that_was_returned_counts_as_mended_only_when_it_came_again(year: Year) -> None:
    assert inspected_cycle.faults_of_returned(year) == []


def test_reports_name_what_inspections_found_and_what_was_mended(year: Year) -> None:
    assert inspected_cycle.missing_in_annual_report(year) + inspected_cycle.missing_in_team_report(year) == []


def test_every_mail_of_the_year_is_of_a_kind_that_these_tests_know(year: Year) -> None:
    known = {
        "yeu_cau", "don_doc", "bien_nhan", "tra_loi_thu", "su_co", "cho_phe_duyet", "danh_sach_qua_han",
        "cong_van_don_doc", "tong_hop_ngay", "van_ban_ban_hanh",
    }  # fmt: skip
    assert {row["kind"] for row in year.rows("SELECT DISTINCT kind FROM mails")} <= known


def test_no_plain_mail_runs_into_its_signature(year: Year) -> None:
    plain = year.rows(
        "SELECT mail_key, plain FROM mails WHERE plain LIKE '%' || char(10) || '--' || char(10) || '%'"
    )
    assert len(plain) > 1000
    assert [row["mail_key"] for row in plain if "\n\n--\n" not in row["plain"]] == []


def test_no_mail_leaves_on_a_day_off(year: Year) -> None:
    days = Calendar.load().working_days
    mails = year.rows("SELECT as_of, kind FROM mails WHERE kind != 'failure'")
    assert len(mails) > 1000
    assert [row["as_of"] for row in mails if not days.is_working(date.fromisoformat(row["as_of"][:10]))] == []


def test_every_decided_mail_reached_the_sink_exactly_once(year: Year) -> None:
    states = {
        row["state"]: row["n"] for row in year.rows("SELECT state, count(*) AS n FROM mails GROUP BY state")
    }
    assert set(states) == {"sent"}
    assert len(list(year.instance.mail_sink.glob("*.eml"))) == states["sent"]


def test_planted_faults_are_found_in_the_report_that_holds_them(year: Year) -> None:
    planted = {key: entry["fault"] for key, entry in year.truth.items() if entry.get("fault")}
    assert len({fault["kind"] for fault in planted.values()}) >= 10
    missed = []
    for (round_id, unit), fault in planted.items():
        rules = {
            row["rule"]
            for row in year.rows(
                "SELECT f.rule FROM findings AS f JOIN submissions AS s USING (submission_id)"
                " WHERE s.obligation_id = ?",
                f"{round_id}/{unit}/bao_cao",
            )
        }
        if not rules & set(fault["rule"].split("|")):
            missed.append((round_id, unit, fault, rules))
    assert missed == []


def test_documents_of_a_rehearsal_say_so_on_each_page(year: Year) -> None:
    for path in (year.instance.out / "2026").rglob("*.docx"):
        for section in Document(str(path)).sections:
            headers = (
                [section.header, section.first_page_header]
                if section.different_first_page_header_footer
                else [section.header]
            )
            for header in headers:
                words = " ".join(paragraph.text for paragraph in header.paragraphs)
                assert "BẢN DIỄN TẬP" in words, path


def test_our_own_documents_make_no_wrong_claim_and_reports_compare_with_the_year_before(year: Year) -> None:
    """Units' planted contradictions are among the texts that the reports quote from."""
    checked, compared = 0, set[str]()
    for path in (year.instance.out / "2026").rglob("*.docx"):
        prose = "\n".join(paragraph.text for paragraph in Document(str(path)).paragraphs)
        assert [fault.message for fault in check_text(prose).faults] == [], path.name
        checked += 1
        if re.search(r"(?:tăng|giảm) [\d.,]+(?:%| điểm phần trăm) so với cùng kỳ năm trước", prose):
            compared.add(path.relative_to(year.instance.out / "2026").parts[0])
    assert checked > 10
    assert compared >= {"2026-Q1", "2026-6T", "2026-Q3", "2026-NAM"}


def test_nothing_personal_of_the_exports_is_kept(year: Year) -> None:
    from cchc_rehearsal.one_stop_exports import OneStopYear

    units = UnitRegister.load().on(date(2026, 6, 30), ["so", "xa"])
    header, *rows = (
        OneStopYear(units, 2026, 1)
        .weekly_file(date(2025, 12, 15), date(2026, 1, 2))
        .decode("utf-8-sig")
        .splitlines()
    )
    separator = ";" if ";" in header else ","
    place = [name.strip().lower() for name in header.split(separator)].index("chủ hồ sơ")
    owners = {row.split(separator)[place].strip('" ') for row in rows[:200]} - {""}
    assert owners
    kept = b"".join(
        path.read_bytes()
        for path in Path(year.instance.data).rglob("*")
        if path.suffix in (".csv", ".parquet")
    )
    kept += (year.instance.root / "so-cai.db").read_bytes()
    assert [owner for owner in owners if owner.encode() in kept] == []


def test_a_second_rehearsal_changes_no_row_and_sends_no_mail(year: Year) -> None:
    # These days hold every kind of run but scoring; the whole year again is what `./cchc demo` twice shows.
    store = Store(year.instance.store_url)
    before, mails = fingerprint(store), len(list(year.instance.mail_sink.glob("*.eml")))
    truth = (year.instance.root / "su-that.json").read_bytes()
    for since, until in (("2026-01-05", "2026-01-05"), ("2026-03-02", "2026-03-25")):
        again = replay(year.instance, "--since", since, "--until", until)
        assert again["failed"] == []
        assert set(again["runs"]) & {"ke_hoach_nam", "chot_dot_bao_cao"}
    assert fingerprint(store) == before
    assert len(list(year.instance.mail_sink.glob("*.eml"))) == mails
    (year.instance.root / "su-that.json").write_bytes(truth)
    store.close()
