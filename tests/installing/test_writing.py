"""The own folder holds the answers and nothing of the sample's province; the checkout stays as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from cchc.config_files import check, is_own, samples_left
from cchc.criteria import Appraisers, CriteriaSets
from cchc.documents.form import DocumentSettings
from cchc.errors import CchcError, RuleRefused
from cchc.inspection.fields import InspectionFields
from cchc.installing.current import current_answers
from cchc.installing.questions import Answers
from cchc.installing.writing import own_folder, write_settings
from cchc.mail.department import Department
from cchc.obligations.plan_tasks import EVERY_UNIT, PlanTask
from cchc.paths import PROJECT_ROOT, Instance
from cchc.units import UnitRegister


def test_the_answers_stand_where_the_program_reads_them(made: Path, instance: Instance) -> None:
    assert is_own() and check() == []
    department = Department.load()
    assert (department.name, department.province) == ("Sở Nội vụ", "tỉnh Vĩnh Long")
    assert department.sender_name == "Sở Nội vụ tỉnh Vĩnh Long (CCHC)"
    assert (department.reply_to, department.operators) == (
        "cchc@vinhlong.gov.vn",
        ("vanhanh@vinhlong.gov.vn",),
    )
    assert department.mail_domain == "vinhlong.gov.vn"
    assert department.approver_mailboxes() == ("lanhdao@vinhlong.gov.vn",)
    issuers = DocumentSettings.load().issuers
    assert list(issuers["ubnd"].lines) == ["ỦY BAN NHÂN DÂN", "TỈNH VĨNH LONG"]
    assert instance.settings.mail_mode == "dry_run"


def test_nothing_of_the_sample_is_left_to_be_mailed(made: Path) -> None:
    assert samples_left() == []
    for path in made.glob("*.yaml"):
        assert "an giang" not in path.read_text(encoding="utf-8").lower(), path.name


def test_every_comment_of_the_sample_is_kept(made: Path) -> None:
    for name in ("department.yaml", "documents.yaml"):
        sample = (PROJECT_ROOT / "include" / "config" / name).read_text(encoding="utf-8")
        comments = [line.strip() for line in sample.splitlines() if line.strip().startswith("#")]
        own = (made / name).read_text(encoding="utf-8")
        assert [line for line in comments if line not in own] == []


def test_a_short_list_of_units_begins_with_the_tasks_that_fit_it(made: Path) -> None:
    assert [unit.code for unit in UnitRegister.load().all] == ["so-noi-vu", "so-tai-chinh", "xa-an-binh"]
    leads = {task.lead for task in PlanTask.load()}
    assert EVERY_UNIT in leads
    assert leads <= {EVERY_UNIT, "so", "xa", "so-noi-vu", "so-tai-chinh"}


def test_without_a_list_of_units_the_folder_is_sound_and_has_none(
    instance: Instance, answers: Answers
) -> None:
    folder, remarks = own_folder(instance, answers | {"units": ""}, {})
    write_settings(instance, folder, "")
    assert UnitRegister.load().all == [] and check() == []
    assert "bỏ 22 nhiệm vụ" in remarks[0]
    assert "để trống đơn vị không có trong danh sách" in remarks[1]
    assert "3 bộ mẫu chưa áp dụng cho đơn vị nào" in remarks[2]


def test_answering_again_changes_what_is_answered_and_nothing_else(
    made: Path, instance: Instance, answers: Answers
) -> None:
    department = made / "department.yaml"
    own_words = "name: Sở Nội vụ và Dân tộc"
    text = department.read_text(encoding="utf-8").replace("name: Sở Nội vụ\n", own_words + "\n", 1)
    text = text.replace(
        "  - vanhanh@vinhlong.gov.vn\n", "  - vanhanh@vinhlong.gov.vn\n  - hai@vinhlong.gov.vn\n"
    )
    department.write_text(text, encoding="utf-8")
    before = current_answers(instance)
    own_folder(instance, before | {"approver": "gd@vinhlong.gov.vn", "units": ""}, before)
    write_settings(instance, made, "https://cchc.vinhlong.gov.vn")
    assert department.read_text(encoding="utf-8") == text.replace("lanhdao@vinhlong", "gd@vinhlong")
    assert instance.base_url == "https://cchc.vinhlong.gov.vn"
    assert len(UnitRegister.load().all) == 3


def test_an_attempt_that_broke_off_can_be_taken_up_again(instance: Instance, answers: Answers) -> None:
    own_folder(instance, answers, {})  # and before the settings were written the power failed
    folder, _ = own_folder(instance, answers, {})
    write_settings(instance, folder, "")
    assert check() == [] and samples_left() == []


def test_a_second_folder_for_one_installation_is_refused(
    made: Path, instance: Instance, answers: Answers, tmp_path: Path
) -> None:
    with pytest.raises(CchcError, match="đã có thư mục cấu hình"):
        own_folder(instance, answers | {"folder": str(tmp_path / "khac")}, {})


def test_the_sample_of_scoring_is_emptied_where_it_names_bodies_that_are_not_there(made: Path) -> None:
    """A group whose units nobody told could appraise its own; a set for other bodies would score nobody rightly."""
    appraisers = Appraisers.load()
    assert appraisers.secretary.unit == "so-noi-vu"
    assert set(appraisers.unsettled) == {group.code for group in appraisers.groups}, "no Văn phòng UBND tỉnh"
    with pytest.raises(CchcError, match="chưa thẩm định được"):
        appraisers.group("so-tai-chinh")
    assert not any(one.settings.applies_to.any for one in CriteriaSets.load().all)
    with pytest.raises(RuleRefused, match="chưa xác nhận được"):
        InspectionFields.load().confirmers_of("thu-tuc", "xa-an-binh")
    assert not list(made.glob("kiem-tra/*/doan.yaml")), "a team of bodies that are not there"
