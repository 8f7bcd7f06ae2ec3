"""Sets on object storage, over HTTP to an S3 server of the test's own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.support.object_storage import BUCKET, s3_secrets

from cchc.backups import BackupRules, Shelf
from cchc.backups.checking import check_set
from cchc.backups.taking import Taken, take
from cchc.clock import at
from cchc.errors import CchcError
from cchc.paths import Instance
from cchc.store import Store

NIGHT = at(date(2026, 3, 17), 6)
PLACE = f"s3://{BUCKET}/so-noi-vu"
Change = Callable[[str, str, str], None]


@pytest.fixture
def place(s3_server: str, bucket: Any, tmp_path: Path, change_config: Change) -> Any:
    """The bucket, empty; the configuration names a folder of it."""
    file = s3_secrets(tmp_path, s3_server)
    change_config(
        "backup.yaml", "elsewhere: []", f'elsewhere: [{{ address: "{PLACE}", secrets_file: {file} }}]'
    )
    return bucket


def there() -> Shelf:
    (one,) = BackupRules.load().elsewhere
    return Shelf.on(one)


def taken(store: Store, home: Instance, hours: int = 0, *, audited: bool = True) -> Taken:
    return take(store, home, NIGHT + timedelta(hours=hours), audited=audited)


def test_a_set_is_laid_on_object_storage_and_read_back_there(
    store: Store, home: Instance, place: Any, tmp_path: Path
) -> None:
    found = taken(store, home)
    assert found.failures == ()
    assert there().notes() == [found.note] == Shelf.of(home).notes()
    names = {one.rpartition("/")[2] for one in place.ls(f"{BUCKET}/so-noi-vu", detail=False)}
    assert names == {found.note.name, f"{found.note.name}.json"}, "nothing half-written is left"
    there().fetch(found.note.name, tmp_path / found.note.name)
    assert check_set(tmp_path / found.note.name, None) == found.manifest


def test_the_rule_holds_there_too(store: Store, home: Instance, place: Any) -> None:
    names = [taken(store, home, number, audited=number == 0).note.name for number in (0, 1, 2, 24 * 40)]
    assert [one.name for one in there().notes()] == [names[0], names[2], names[3]], (
        "proven, last of its day, newest"
    )


def test_a_copy_that_came_out_otherwise_is_no_set(
    store: Store, home: Instance, place: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Shelf, "sha256_of", lambda *_: "khac")
    (failure,) = taken(store, home).failures
    assert "đọc lại thấy khác" in failure
    monkeypatch.undo()


def test_a_server_that_is_down_is_told_and_the_set_stands_here(
    store: Store, home: Instance, tmp_path: Path, change_config: Change
) -> None:
    file = s3_secrets(tmp_path, "http://127.0.0.1:9")
    change_config(
        "backup.yaml", "elsewhere: []", f'elsewhere: [{{ address: "{PLACE}", secrets_file: {file} }}]'
    )
    (failure,) = taken(store, home).failures
    assert PLACE in failure and "bi-mat" not in failure
    assert len(Shelf.of(home).notes()) == 1


def test_secrets_that_others_may_read_are_refused(
    store: Store, home: Instance, s3_server: str, tmp_path: Path, change_config: Change
) -> None:
    file = s3_secrets(tmp_path, s3_server, 0o644)
    change_config(
        "backup.yaml", "elsewhere: []", f'elsewhere: [{{ address: "{PLACE}", secrets_file: {file} }}]'
    )
    (failure,) = taken(store, home).failures
    assert "chmod 600" in failure


def test_a_set_is_restored_straight_from_object_storage(
    store: Store, home: Instance, place: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from typer.testing import CliRunner

    from cchc.cli import app

    note = taken(store, home).note
    monkeypatch.setenv("CCHC_HOME", str(tmp_path / "may-moi"))
    result = CliRunner().invoke(app, ["phuc-hoi", f"{PLACE}/{note.name}", "--nguoi", "Lan"])
    assert result.exit_code == 0, result.output + str(result.exception)
    assert "Kiểm toán đạt" in result.output
    unknown = CliRunner().invoke(app, ["phuc-hoi", "s3://kho-la/x.tar.zst"])
    assert isinstance(unknown.exception, CchcError) and "elsewhere" in str(unknown.exception)
