"""A set holds everything, is proven before it is called one, and never takes the place of the last proven one."""

from __future__ import annotations

import fcntl
import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from cchc.backups import Shelf
from cchc.backups.archive import read_set, writing_set
from cchc.backups.checking import check_set
from cchc.backups.manifest import Manifest
from cchc.backups.sealing import new_key
from cchc.backups.taking import Taken, take
from cchc.clock import at, to_text
from cchc.errors import CchcError, RuleRefused
from cchc.paths import Instance
from cchc.store import Store

NIGHT = at(date(2026, 3, 17), 6)


def taken(store: Store, instance: Instance, moment: datetime = NIGHT, *, audited: bool = True) -> Taken:
    return take(store, instance, moment, audited=audited)


def path_of(instance: Instance, one: Taken) -> Path:
    return Path(Shelf.of(instance).address) / one.note.name


def names(manifest: Manifest) -> set[str]:
    return {one.name for one in manifest.members}


def test_a_set_holds_store_airflow_files_keys_and_the_year_s_data(store: Store, home: Instance) -> None:
    found = taken(store, home)
    assert {
        "so-cai.db", "airflow.db", "nha/hop-nhan/2026-Q1/bieu.xlsx", "nha/tha-tep/mot cửa.csv",
        "nha/du-lieu/ab/abcd.xlsx", "nha/ket-qua/2026/bao.docx", "nha/airflow/bi-mat.json", "nha/khoa-ky-bieu",
        "nha/cai-dat.yaml", "cau-hinh/units.csv",
    } <= names(found.manifest)  # fmt: skip
    assert not [name for name in names(found.manifest) if "nhat-ky" in name or "sao-luu" in name]
    assert found.manifest.engines == {"so-cai": "sqlite", "airflow": "sqlite"}


def test_what_waits_is_copied_before_the_store_and_what_it_names_after(store: Store, home: Instance) -> None:
    order = [one.name for one in taken(store, home).manifest.members]
    waiting = ("nha/hop-nhan/2026-Q1/bieu.xlsx", "nha/tha-tep/mot cửa.csv")
    places = [order.index(name) for name in (*waiting, "so-cai.db", "nha/du-lieu/ab/abcd.xlsx")]
    assert places == sorted(places)


def test_keys_of_the_environment_are_in_the_set_when_the_folder_has_none(
    store: Store, home: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__CORE__FERNET_KEY", "khoa-fernet")
    monkeypatch.setenv("AIRFLOW__API_AUTH__JWT_SECRET_CMD", "printf khoa-%s jwt")  # a secret of a container
    monkeypatch.setenv("CCHC_FORM_KEY", "khoa-bieu")
    (home.airflow_home / "bi-mat.json").unlink()
    path = path_of(home, taken(store, home))
    with path.open("rb") as file:
        read_set(file, take=lambda name: home.root.parent / "mo" / name)
    kept = json.loads((home.root.parent / "mo" / "khoa.json").read_text())
    assert kept == {"fernet": "khoa-fernet", "jwt": "khoa-jwt", "form": "khoa-bieu"}


def test_nobody_else_may_read_a_set(store: Store, home: Instance) -> None:
    path = path_of(home, taken(store, home))
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_link_and_a_pipe_are_named_and_not_followed(store: Store, home: Instance) -> None:
    (home.inbox / "lien-ket").symlink_to("/etc")
    found = taken(store, home)
    assert found.manifest.left_out == ("nha/hop-nhan/lien-ket",)
    assert not [name for name in names(found.manifest) if "lien-ket" in name]


def test_a_store_with_a_damaged_page_gives_no_set_and_the_one_before_stays(
    store: Store, home: Instance
) -> None:
    before = taken(store, home)
    with store.write() as tx:
        for number in range(400):
            tx.execute(
                "mail.add_mode",
                changed_at=to_text(NIGHT),
                mode="dry_run",
                redirect_to=None,
                actor=f"x{number}",
            )
    store.close()
    file = Path(str(store.engine.url.database))
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'mail_modes'").fetchone()[
            0
        ]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    connection.close()
    with file.open("r+b") as handle:
        handle.seek((page - 1) * size)
        handle.write(b"\xff" * 64)
    with pytest.raises(CchcError, match="bị hỏng"):
        taken(store, home, NIGHT + timedelta(days=1))
    assert [note.name for note in Shelf.of(home).notes()] == [before.note.name]


def test_a_set_that_cannot_be_read_back_is_none(
    store: Store, home: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = writing_set

    def spoiled(path: Path, progress: object = None) -> object:
        assert progress is None or callable(progress)
        monkeypatch.setattr("cchc.backups.taking.writing_set", real)
        return _Spoiled(real(path), path)

    monkeypatch.setattr("cchc.backups.taking.writing_set", spoiled)
    with pytest.raises(CchcError, match="Bộ sao lưu bị hỏng"):
        taken(store, home)
    assert Shelf.of(home).notes() == []
    assert [one.name for one in (home.root / "sao-luu").iterdir()] == [".dang-chay"]


class _Spoiled:
    """Writes a set and flips a byte of it, as a disk does."""

    def __init__(self, inner: object, path: Path) -> None:
        self.inner, self.path = inner, path

    def __enter__(self) -> object:
        return self.inner.__enter__()  # type: ignore[attr-defined]

    def __exit__(self, *error: object) -> None:
        self.inner.__exit__(*error)  # type: ignore[attr-defined]
        content = bytearray(self.path.read_bytes())
        content[len(content) // 2] ^= 1
        self.path.write_bytes(content)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda raw: raw[: len(raw) // 2], id="cut off"),
        pytest.param(lambda raw: raw[:1000] + bytes([raw[1000] ^ 1]) + raw[1001:], id="a byte"),
        pytest.param(lambda _raw: b"", id="empty"),
        pytest.param(lambda raw: raw + b"them", id="too long"),
    ],
)
def test_a_damaged_set_is_known_with_and_without_its_note(
    store: Store, home: Instance, damage: Callable[[bytes], bytes]
) -> None:
    path = path_of(home, taken(store, home))
    assert check_set(path, None) is not None
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(CchcError, match="Bộ sao lưu bị hỏng"):
        check_set(path, None)
    path.with_name(f"{path.name}.json").unlink()
    with pytest.raises(CchcError, match="Bộ sao lưu bị hỏng"):
        check_set(path, None)


def test_a_set_that_leads_out_of_its_folder_is_refused(tmp_path: Path, home: Instance, store: Store) -> None:
    manifest = taken(store, home).manifest
    with writing_set(tmp_path / "la.tar.zst") as writer:
        writer.add_bytes(b"x", "../ngoai")
        writer.finish(manifest)
    with (tmp_path / "la.tar.zst").open("rb") as file, pytest.raises(CchcError, match=r"\.\./ngoai"):
        read_set(file, take=lambda name: tmp_path / "mo" / name)
    assert not (tmp_path / "ngoai").exists()


def test_a_sealed_set_opens_with_its_key_and_with_no_other(
    store: Store, home: Instance, tmp_path: Path, change_config: Callable[[str, str, str], None]
) -> None:
    public = new_key(tmp_path / "khoa.txt")
    new_key(tmp_path / "khac.txt")
    change_config("backup.yaml", "encrypt_to: []", f"encrypt_to: [{public}]")
    found = taken(store, home)
    path = path_of(home, found)
    assert path.suffix == ".age" and b"so-cai.db" not in path.read_bytes()
    assert check_set(path, None) is None
    assert check_set(path, tmp_path / "khoa.txt") == found.manifest
    with pytest.raises(CchcError, match="khóa khác"):
        check_set(path, tmp_path / "khac.txt")
    path.write_bytes(path.read_bytes()[:-40])
    path.with_name(f"{path.name}.json").unlink()
    with pytest.raises(CchcError, match="Bộ sao lưu bị hỏng"):
        check_set(path, tmp_path / "khoa.txt")
    assert (tmp_path / "khoa.txt").stat().st_mode & 0o777 == 0o600
    with pytest.raises(RuleRefused, match="đã có"):
        new_key(tmp_path / "khoa.txt")


def test_a_second_one_at_the_same_time_is_refused_and_leftovers_go(store: Store, home: Instance) -> None:
    folder = home.root / "sao-luu"
    (folder / ".dang-ghi.cu").mkdir(parents=True)
    with (folder / ".dang-chay").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(RuleRefused, match="Đang có một lượt"):
            taken(store, home)
    taken(store, home)
    assert not (folder / ".dang-ghi.cu").exists()


def test_sets_go_by_the_rule_and_the_last_proven_one_never(store: Store, home: Instance) -> None:
    first = taken(store, home, at(date(2025, 1, 1), 6))
    second = taken(store, home, at(date(2025, 1, 1), 7))
    later = [taken(store, home, at(date(2025, 1, 10), hour), audited=False) for hour in (6, 7)]
    later += [taken(store, home, at(date(2025, 1, 20), hour), audited=False) for hour in (6, 7)]
    left = [note.name for note in Shelf.of(home).notes()]
    assert left == [second.note.name, later[1].note.name, later[2].note.name, later[3].note.name]
    assert first.note.name not in left, "not the last of its day, and a later one is proven"


def test_two_sets_of_one_second_stand_side_by_side(store: Store, home: Instance) -> None:
    assert len({taken(store, home).note.name for _ in range(2)}) == 2 == len(Shelf.of(home).notes())


def test_a_place_with_sets_of_another_installation_is_left_alone(
    store: Store, home: Instance, tmp_path: Path, change_config: Callable[[str, str, str], None]
) -> None:
    change_config("backup.yaml", "elsewhere: []", f"elsewhere: [{{ address: {tmp_path}/chung }}]")
    note = taken(store, home).note
    Shelf.at(tmp_path / "chung").put_note(replace(note, identity="ban-khac", root="/srv/khac"))
    (failure,) = taken(store, home, NIGHT + timedelta(days=1)).failures
    assert "/srv/khac" in failure
    assert len(Shelf.at(tmp_path / "chung").notes()) == 1


def test_another_place_gets_the_same_set_and_one_that_is_down_is_told_after_the_others(
    store: Store, home: Instance, tmp_path: Path, change_config: Callable[[str, str, str], None]
) -> None:
    (tmp_path / "tep").write_text("không phải thư mục")
    places = f"[{{ address: {tmp_path}/tep/x }}, {{ address: {tmp_path}/may-khac }}]"
    change_config("backup.yaml", "elsewhere: []", f"elsewhere: {places}")
    found = taken(store, home)
    (failure,) = found.failures
    assert f"{tmp_path}/tep/x" in failure
    (note,) = Shelf.at(tmp_path / "may-khac").notes()
    assert note == found.note == Shelf.of(home).notes()[0]
    assert check_set(tmp_path / "may-khac" / note.name, None) == found.manifest
