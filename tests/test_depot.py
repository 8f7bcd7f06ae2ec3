"""Machines that share a depot have the same files: nothing is lost, nothing older takes the place of newer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.support.object_storage import BUCKET, s3_secrets

from cchc.depot import Depot, hand_over, keep, kept_content, share
from cchc.errors import CchcError, ConfigError
from cchc.files import write_atomic
from cchc.paths import PROJECT_ROOT, Instance

PLACE = f"s3://{BUCKET}/so-noi-vu"


@pytest.fixture
def machines(bucket: Any, s3_server: str, tmp_path: Path) -> tuple[Instance, Instance]:
    """Two folders that name the same depot."""
    secrets = s3_secrets(tmp_path, s3_server)
    found = Instance(tmp_path / "may-a"), Instance(tmp_path / "may-b")
    for one in found:
        settings = f'kept_files: "{PLACE}"\nkept_files_secrets: {secrets}\n'
        write_atomic(one.settings_file, settings)
    return found


def depot(instance: Instance) -> Depot:
    found = Depot.of(instance)
    assert found is not None
    return found


def test_without_the_setting_nothing_is_shared(instance: Instance) -> None:
    assert Depot.of(instance) is None
    share(instance, instance.data / "khong-co")
    assert hand_over(instance) == 0


def test_what_one_machine_keeps_the_other_gets_as_it_is(machines: tuple[Instance, Instance]) -> None:
    one, other = machines
    path = write_atomic(one.data / "bai-nop" / "ab" / "abcd.xlsx", b"bieu")
    share(one, path)
    assert depot(other).pull() == 1
    copy = other.data / "bai-nop" / "ab" / "abcd.xlsx"
    assert (copy.read_bytes(), copy.stat().st_mode & 0o077) == (b"bieu", 0)
    assert depot(other).pull() == 0
    assert not list(other.root.rglob(".dang-ghi*"))


def test_a_kept_file_that_is_gone_or_another_is_told_with_what_to_do(instance: Instance) -> None:
    digest, path = keep(instance, "bai-nop", b"bieu", ".xlsx")
    assert kept_content(instance, path, digest, "Biểu số 1.xlsx") == b"bieu"
    path.chmod(0o600)
    path.write_bytes(b"sua!")
    with pytest.raises(CchcError, match="không còn đúng như lúc lưu"):
        kept_content(instance, path, digest, "Biểu số 1.xlsx")
    path.unlink()
    with pytest.raises(
        CchcError, match=r"Không còn tệp đã lưu “Biểu số 1\.xlsx” \(du-lieu.*chép lại đúng tệp"
    ):
        kept_content(instance, path, digest, "Biểu số 1.xlsx")
    path.mkdir()
    with pytest.raises(CchcError, match="Không đọc được tệp đã lưu"):
        kept_content(instance, path, digest, "Biểu số 1.xlsx")


def test_a_kept_file_that_another_machine_has_is_brought(machines: tuple[Instance, Instance]) -> None:
    one, other = machines
    digest, path = keep(one, "bai-nop", b"bieu", ".xlsx")
    assert kept_content(other, other.root / path.relative_to(one.root), digest, "Biểu.xlsx") == b"bieu"


def test_what_people_open_follows_whoever_changed_it_last(machines: tuple[Instance, Instance]) -> None:
    one, other = machines
    form, copy = (where.out / "2026" / "Biểu số 1.xlsx" for where in machines)
    write_atomic(form, "bản 1")
    assert hand_over(one) == 1
    assert hand_over(one) == 0
    depot(other).pull()
    write_atomic(copy, "bản 2, sửa ở máy b")
    assert depot(other).pull() == 0, "what was changed here is not taken back"
    assert hand_over(other) == 1
    assert hand_over(one) == 0, "what was changed there is not taken back either"
    depot(one).pull()
    assert form.read_text() == "bản 2, sửa ở máy b"
    assert len(depot(one)._listed()) == len(depot(one)._keys("")) == 1, "older versions do not pile up"


def test_leftovers_and_files_of_open_programs_stay_here(machines: tuple[Instance, Instance]) -> None:
    one, _ = machines
    for name in (".dang-ghi.1/tep", "2026/~$bao-cao.docx", ".an"):
        write_atomic(one.out / name, "x")
    write_atomic(one.inbox / "2026-Q1" / "bieu.xlsx", "x")
    assert hand_over(one) == 0


def test_what_came_out_otherwise_is_refused_at_both_ends(
    machines: tuple[Instance, Instance], bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = machines
    path = write_atomic(one.data / "van-ban" / "a.docx", "văn bản")
    with monkeypatch.context() as patch:
        patch.setattr("cchc.storage.StoragePlace.sha256_of", lambda *_: "khac")
        with pytest.raises(CchcError, match="đọc lại thấy khác"):
            share(one, path)
    assert bucket.find(BUCKET) == []
    share(one, path)
    (key,) = bucket.find(BUCKET)
    bucket.pipe_file(key, b"hong")
    with pytest.raises(CchcError, match=r"van-ban/a\.docx.*hỏng"):
        depot(other).pull()
    assert not (other.data / "van-ban" / "a.docx").exists()


def test_a_key_that_leads_out_of_the_folder_is_left_alone(
    machines: tuple[Instance, Instance], bucket: Any
) -> None:
    for name in ("du-lieu/../cai-dat.yaml", "cai-dat.yaml"):
        bucket.pipe_file(f"{BUCKET}/so-noi-vu/{name}@{'0' * 64}", b"x")
    assert depot(machines[1]).pull() == 0


def test_a_depot_that_is_down_is_told_and_nothing_goes_on(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "may-a")
    secrets = s3_secrets(tmp_path, "http://127.0.0.1:9")
    write_atomic(instance.settings_file, f'kept_files: "{PLACE}"\nkept_files_secrets: {secrets}\n')
    path = write_atomic(instance.data / "a.xlsx", "x")
    with pytest.raises(CchcError, match="Không tới được nơi lưu") as down:
        share(instance, path)
    assert "bi-mat" not in str(down.value)


def test_services_in_containers_are_told_by_their_environment(
    instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCHC_KEPT_FILES", PLACE)
    assert instance.kept_files == (PLACE, None)
    monkeypatch.setenv("CCHC_KEPT_FILES_SECRETS", "/run/secrets/kho.json")
    assert instance.kept_files == (PLACE, "/run/secrets/kho.json")


@pytest.mark.parametrize(
    "settings", ["kept_files: /mnt/chung\n", 'kept_files: "s3://kho/x"\nshared_folder: true\n']
)
def test_a_setting_that_cannot_be_is_refused(instance: Instance, settings: str) -> None:
    write_atomic(instance.settings_file, settings)
    with pytest.raises(ConfigError, match="kept_files"):
        _ = instance.kept_files


def test_nobody_keeps_a_file_past_the_depot() -> None:
    named = [
        path.name
        for path in (PROJECT_ROOT / "include").rglob("*.py")
        if "keep_by_content" in path.read_text("utf-8")
    ]
    assert sorted(named) == ["depot.py", "files.py"]
