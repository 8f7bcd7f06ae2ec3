"""A set comes back into an empty place as it was, and into no other place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cchc.backups import Shelf
from cchc.backups.missing import message_ids
from cchc.backups.restoring import Restored, end_restore
from cchc.backups.restoring import restore as begin_restore
from cchc.backups.sealing import new_key
from cchc.backups.taking import take
from cchc.clock import at
from cchc.config_files import config_dir, make_own
from cchc.errors import CchcError, RuleRefused
from cchc.identity import HALF_RESTORED, open_store, take_over
from cchc.paths import Instance
from cchc.store import Store, fingerprint

NIGHT = at(date(2026, 3, 17), 6)


@pytest.fixture
def kept(store: Store, home: Instance) -> Path:
    """A set of the installation `home`."""
    return Path(Shelf.of(home).address) / take(store, home, NIGHT, audited=True).note.name


@pytest.fixture
def place(tmp_path: Path) -> Instance:
    """Where nothing is yet."""
    return Instance(tmp_path / "noi-moi")


def restore(path: Path, place: Instance, **more: Any) -> Restored:
    """To its end."""
    found = begin_restore(path, place, **more)
    end_restore(place)
    return found


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_every_file_stands_again_readable_by_its_owner_only(
    store: Store, home: Instance, kept: Path, place: Instance
) -> None:
    restore(kept, place)
    before, after = files_of(home.root), files_of(place.root)
    lost = {name for name in before if name not in after}
    assert lost == {"nhat-ky/scheduler.log", *(name for name in before if name.startswith("sao-luu/"))}
    assert {name: after[name] for name in before if name in after and name != "airflow/airflow.db"} == {
        name: content for name, content in before.items() if name not in lost and name != "airflow/airflow.db"
    }
    assert (place.inbox / "2026-6T").is_dir(), "a folder that nobody sent to yet"
    files = [path for path in place.root.rglob("*") if path.is_file()]
    assert {path.stat().st_mode & 0o077 for path in (place.root, *files)} == {0}
    copy = Store(place.store_url)
    assert fingerprint(copy) == fingerprint(store)
    copy.close()


def test_the_times_of_files_that_wait_come_back_with_them(
    home: Instance, kept: Path, place: Instance
) -> None:
    restore(kept, place)
    name = "2026-Q1/bieu.xlsx"
    before, after = ((one.inbox / name).stat().st_mtime for one in (home, place))
    assert after == pytest.approx(before, abs=1e-3)


@pytest.mark.parametrize("there", ["so-cai.db", "du-lieu", "ghi-chu.txt"])
def test_nothing_is_restored_over_what_is_there(kept: Path, place: Instance, there: str) -> None:
    place.root.mkdir()
    (place.root / there).write_text("sống")
    with pytest.raises(RuleRefused, match=there) as refused:
        restore(kept, place)
    assert refused.value.rule == "living-installation"
    assert [path.name for path in place.root.iterdir()] == [there]


def test_the_folder_of_sets_may_have_been_brought_first(kept: Path, place: Instance) -> None:
    (place.root / "sao-luu").mkdir(parents=True)
    for name in (kept.name, f"{kept.name}.json"):
        kept.with_name(name).rename(place.root / "sao-luu" / name)
    restore(place.root / "sao-luu" / kept.name, place)
    assert (place.root / "sao-luu" / kept.name).exists() and place.settings_file.exists()


def test_nothing_is_restored_over_a_store_with_rows(
    store: Store, kept: Path, place: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCHC_STORE_URL", store.url)
    with pytest.raises(RuleRefused) as refused:
        restore(kept, place)
    assert refused.value.rule == "living-store"


def test_airflow_s_database_may_be_left_as_it_is(
    home: Instance, kept: Path, place: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCHC_AIRFLOW_DATABASE", f"sqlite:///{home.airflow_home / 'airflow.db'}")
    with pytest.raises(RuleRefused, match="--bo-airflow") as refused:
        restore(kept, place)
    assert refused.value.rule == "living-airflow"
    restore(kept, place, with_airflow=False)
    assert not (place.airflow_home / "airflow.db").exists()


def test_a_store_is_not_restored_into_another_kind_of_database(
    kept: Path, place: Instance, empty_postgres: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCHC_STORE_URL", empty_postgres.url)
    with pytest.raises(RuleRefused, match="sqlite") as refused:
        restore(kept, place)
    assert refused.value.rule == "other-engine"
    assert list(place.root.iterdir()) == []


def test_a_damaged_set_leaves_the_place_empty(kept: Path, place: Instance) -> None:
    content = bytearray(kept.read_bytes())
    content[len(content) // 2] ^= 1
    kept.write_bytes(content)
    for note_there in (True, False):
        with pytest.raises(CchcError, match="Bộ sao lưu bị hỏng"):
            restore(kept, place)
        assert list(place.root.iterdir()) == []
        if note_there:
            kept.with_name(f"{kept.name}.json").unlink()


def test_a_sealed_set_asks_for_its_key(
    store: Store,
    home: Instance,
    place: Instance,
    tmp_path: Path,
    change_config: Callable[[str, str, str], None],
) -> None:
    public = new_key(tmp_path / "khoa.txt")
    change_config("backup.yaml", "encrypt_to: []", f"encrypt_to: [{public}]")
    kept = Path(Shelf.of(home).address) / take(store, home, NIGHT, audited=True).note.name
    with pytest.raises(RuleRefused, match="--khoa") as refused:
        restore(kept, place)
    assert refused.value.rule == "key-needed"
    restore(kept, place, key_file=tmp_path / "khoa.txt")
    assert place.settings_file.exists()


def test_year_s_data_of_one_s_own_come_back_inside_the_folder_and_are_the_ones_in_use(
    store: Store, home: Instance, place: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "cau-hinh-rieng"
    make_own(own)
    home.settings_file.write_text(f"# của Sở\nmail_mode: dry_run\nconfig_folder: {own}\n")
    (own / "units.csv").write_bytes((own / "units.csv").read_bytes() + b"# rieng\n")
    kept = Path(Shelf.of(home).address) / take(store, home, NIGHT, audited=True).note.name
    restored = restore(kept, place)
    monkeypatch.setenv("CCHC_HOME", str(place.root))
    assert config_dir() == place.root / "cau-hinh" == restored.config_folder
    assert files_of(config_dir()) == files_of(own)
    assert "# của Sở" in place.settings_file.read_text()


def test_an_interrupted_restore_is_begun_again(kept: Path, place: Instance) -> None:
    (place.root / ".dang-ghi.cu" / "nha").mkdir(parents=True)
    restore(kept, place)
    assert not list(place.root.glob(".dang-ghi.*")) and place.settings_file.exists()


def test_message_ids_of_ours_are_found_in_whatever_is_left(tmp_path: Path) -> None:
    ours = [f"cchc.{number:032x}@sonoivu.mau.vn" for number in range(3)]
    (tmp_path / "hop").mkdir()
    # One lies across the border between two pieces that are read.
    (tmp_path / "hop" / "lon.mbox").write_bytes(
        b"x" * ((1 << 20) - 20) + f"<{ours[0]}>".encode() + b"y" * 1000
    )
    (tmp_path / "mail.log").write_text(
        f"postfix: message-id=<{ours[1]}> \n References: <la@x.vn>\n <{ours[2]}>"
    )
    found = {identity for identity, _ in message_ids([tmp_path / "hop", tmp_path / "mail.log"])}
    assert found == {f"<{one}>" for one in ours}


def test_a_restore_that_died_half_way_is_asked_for_again_and_nobody_works_there_before(
    store: Store, home: Instance, kept: Path, place: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its store would not know yet what was sent since, and would send it again."""

    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    monkeypatch.setattr("cchc.backups.restoring._move", die)
    with pytest.raises(Killed):
        begin_restore(kept, place)
    monkeypatch.undo()
    for work in (
        lambda: open_store(place, NIGHT),
        lambda: take_over(store, place, NIGHT, actor="quản trị", reason="vừa phục hồi"),
    ):
        with pytest.raises(RuleRefused) as refused:
            work()
        assert refused.value.rule == "half-restored"
        assert kept.name in str(refused.value)
    restore(kept, place)
    assert HALF_RESTORED not in files_of(place.root)
    again = Store(place.store_url)
    assert fingerprint(again) == fingerprint(store)
    again.close()


def test_a_folder_in_use_is_never_taken_for_a_half_restored_one(
    home: Instance, kept: Path, place: Instance
) -> None:
    restore(kept, place)
    before = files_of(place.root)
    with pytest.raises(RuleRefused) as refused:
        begin_restore(kept, place)
    assert refused.value.rule == "living-installation"
    assert files_of(place.root) == before
