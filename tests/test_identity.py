"""One store, one home: a second one, a copy beside the living one and a foreign folder are refused, with what to do."""

from __future__ import annotations

import multiprocessing
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from cchc import identity
from cchc.clock import at
from cchc.errors import CchcError, RuleRefused
from cchc.identity import FILE, identity_of, open_store, read_home, settle, take_over
from cchc.paths import Instance
from cchc.store import Store

NOW = at(date(2026, 3, 10), 9)
LATER = NOW + timedelta(days=1)


@pytest.fixture
def second(tmp_path: Path) -> Instance:
    """Another folder."""
    return Instance(tmp_path / "thu-hai")


def refusal(store: Store, instance: Instance) -> RuleRefused:
    with pytest.raises(RuleRefused) as refused:
        settle(store, instance, LATER)
    assert "./cchc" in str(refused.value) or "tiep-quan" in str(refused.value), "says what to do"
    return refused.value


def test_store_and_folder_get_one_identity_and_keep_it(any_store: Store, instance: Instance) -> None:
    first = settle(any_store, instance, NOW)
    assert first == identity_of(any_store) == settle(any_store, instance, LATER)
    assert (instance.root / FILE).stat().st_mode & 0o077 == 0
    assert len(any_store.query("identity.last_home")) == 1


def _settle(place: tuple[str, Path]) -> str:
    store = Store(place[0])
    try:
        return settle(store, Instance(place[1]), NOW)
    finally:
        store.close()


def test_processes_that_start_together_settle_one(any_store: Store, instance: Instance) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        found = pool.map(_settle, [(any_store.url, instance.root)] * 6)
    assert len(set(found)) == 1
    with any_store.read() as tx:
        assert tx.connection.exec_driver_sql("SELECT COUNT(*) FROM homes").scalar() == 1


def test_a_start_that_was_interrupted_between_folder_and_store_goes_on(
    store: Store, instance: Instance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(identity, "_add", cut)
        with pytest.raises(KeyboardInterrupt):
            settle(store, instance, NOW)
    home = read_home(instance)
    assert home is not None and not home.settled
    assert settle(store, instance, NOW) == home.identity
    real = identity._write

    def write_once(instance: Instance, home: identity.Home) -> None:
        if home.settled:
            raise KeyboardInterrupt
        real(instance, home)

    other_store, other = store, Instance(instance.root.parent / "khac")
    with other_store.write() as tx:
        tx.connection.exec_driver_sql("DELETE FROM homes")
    with monkeypatch.context() as patch:
        patch.setattr(identity, "_write", write_once)
        with pytest.raises(KeyboardInterrupt):
            settle(other_store, other, NOW)
    assert settle(other_store, other, NOW) == identity_of(other_store)


def test_a_second_home_on_the_same_store_is_refused(
    any_store: Store, instance: Instance, second: Instance
) -> None:
    settle(any_store, instance, NOW)
    refused = refusal(any_store, second)
    assert refused.rule == "second-home" and str(instance.root.resolve()) in str(refused)
    assert not (second.root / FILE).exists()


def test_a_copy_of_the_folder_is_refused_and_a_renamed_one_is_not(
    store: Store, instance: Instance, second: Instance
) -> None:
    settle(store, instance, NOW)
    shutil.copytree(instance.root, second.root)
    assert refusal(store, second).rule == "copied-home"
    assert settle(store, instance, LATER)
    renamed = Instance(instance.root.rename(instance.root.parent / "ten-moi"))
    assert settle(store, renamed, LATER)
    found = read_home(renamed)
    assert found is not None and found.place.path == str(renamed.root.resolve())


@pytest.mark.parametrize(
    ("machine", "shared", "rule"),
    [
        pytest.param("may-khac", False, "copied-home", id="another machine"),
        pytest.param("may-khac", True, None, id="a share of several machines"),
        pytest.param("", False, None, id="another container of the same path"),
        pytest.param("may-nay", False, None, id="brought back to where it was"),
    ],
)
def test_the_same_path_is_the_same_folder_on_its_own_machine_only(
    store: Store,
    instance: Instance,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    machine: str,
    shared: bool,
    rule: str | None,
) -> None:
    (tmp_path / "machine-id").write_text("may-nay")
    monkeypatch.setattr(identity, "_MACHINE", tmp_path / "machine-id")
    instance.root.mkdir()
    if shared:
        instance.settings_file.write_text("shared_folder: true\n")
    settle(store, instance, NOW)
    instance.root.rename(tmp_path / "cu")  # so that the copy has a number of its own on the disk
    shutil.copytree(tmp_path / "cu", instance.root)
    (tmp_path / "machine-id").write_text(machine)
    if not machine:
        (tmp_path / "machine-id").unlink()
    if rule is None:
        assert settle(store, instance, LATER)
    else:
        assert refusal(store, instance).rule == rule


def test_a_folder_of_another_installation_is_refused(
    new_store: Callable[[str], Store], instance: Instance, second: Instance
) -> None:
    one, other = new_store("sqlite"), new_store("sqlite")
    settle(one, instance, NOW)
    settle(other, second, NOW)
    assert refusal(one, second).rule == "foreign-home"
    assert refusal(other, instance).rule == "foreign-home"


def test_an_empty_store_under_a_folder_in_use_is_refused_before_anything_is_opened_anew(
    new_store: Callable[[str], Store], instance: Instance
) -> None:
    open_store(instance, NOW).close()
    for name in ("so-cai.db", "so-cai.db-wal", "so-cai.db-shm"):
        (instance.root / name).unlink(missing_ok=True)
    with pytest.raises(RuleRefused, match="phuc-hoi") as refused:
        open_store(instance, LATER)
    assert refused.value.rule == "empty-store"
    assert not (instance.root / "so-cai.db").exists()
    assert refusal(new_store("postgresql"), instance).rule == "empty-store"


def test_who_takes_over_says_so_and_the_one_before_is_refused(
    any_store: Store, instance: Instance, second: Instance, tmp_path: Path
) -> None:
    first = settle(any_store, instance, NOW)
    for actor, reason, rule in (
        ("", "hỏng máy", "take-over-needs-actor"),
        ("Lan", " ", "take-over-needs-reason"),
    ):
        with pytest.raises(RuleRefused) as refused:
            take_over(any_store, second, LATER, actor=actor, reason=reason)
        assert refused.value.rule == rule
    with pytest.raises(RuleRefused, match=str(instance.root)) as refused:
        take_over(any_store, second, LATER, actor="Lan", reason="hỏng máy")
    assert refused.value.rule == "living-home"
    away = Instance(instance.root.rename(tmp_path / "cu"))
    assert take_over(any_store, second, LATER, actor="Lan", reason="hỏng máy").identity == first
    assert settle(any_store, second, LATER) == first
    refused_one = refusal(any_store, away)
    assert refused_one.rule == "not-in-charge" and "Lan" in str(refused_one)
    with pytest.raises(RuleRefused) as again:
        take_over(any_store, second, LATER, actor="Lan", reason="lần nữa")
    assert again.value.rule == "in-charge"


def test_a_copy_of_store_and_folder_beside_the_living_one_cannot_take_over_either(
    instance: Instance, second: Instance
) -> None:
    open_store(instance, NOW).close()
    shutil.copytree(instance.root, second.root)
    with pytest.raises(RuleRefused) as refused:
        open_store(second, LATER)
    assert refused.value.rule == "copied-home"
    copy = Store(second.store_url)
    with pytest.raises(RuleRefused) as living:
        take_over(copy, second, LATER, actor="Lan", reason="thử")
    assert living.value.rule == "living-home"
    copy.close()


def test_a_damaged_file_of_the_folder_is_named(store: Store, instance: Instance) -> None:
    settle(store, instance, NOW)
    (instance.root / FILE).write_text('{"identity": 1')
    with pytest.raises(CchcError, match=FILE):
        settle(store, instance, NOW)
