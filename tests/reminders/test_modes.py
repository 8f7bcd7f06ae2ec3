from __future__ import annotations

import pytest

from cchc.errors import RuleRefused
from cchc.paths import Instance, InstanceSettings
from cchc.reminders import Department, set_mode
from cchc.reminders.modes import is_loopback


def test_live_needs_the_departments_name_typed(instance: Instance) -> None:
    for typed in (None, "", "So Noi vu", "sở nội vụ"):
        with pytest.raises(RuleRefused) as refusal:
            set_mode(instance, "live", typed_name=typed)
        assert refusal.value.rule == "live-needs-name"
    assert instance.settings.mail_mode == "dry_run"
    assert set_mode(instance, "live", typed_name=Department.load().name).mail_mode == "live"


def test_changing_the_mode_keeps_everything_else_in_the_settings(instance: Instance) -> None:
    instance.root.mkdir(parents=True, exist_ok=True)
    instance.settings_file.write_text(
        "# ghi chú của quản trị\nrehearsal: true\nmail_mode: dry_run\n", encoding="utf-8"
    )
    set_mode(instance, "redirect", redirect_to="thu@nghiem.example")
    assert instance.settings == InstanceSettings("redirect", "thu@nghiem.example", rehearsal=True)
    assert "# ghi chú của quản trị" in instance.settings_file.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("mode", "redirect_to", "rule"),
    [
        ("gui-that", None, "unknown-mode"),
        ("redirect", None, "bad-address"),
        ("redirect", "a b@c.example", "bad-address"),
    ],
)
def test_a_mode_that_makes_no_sense_is_refused_and_nothing_written(
    instance: Instance, mode: str, redirect_to: str | None, rule: str
) -> None:
    with pytest.raises(RuleRefused) as refusal:
        set_mode(instance, mode, redirect_to=redirect_to)
    assert refusal.value.rule == rule
    assert not instance.settings_file.exists()


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("::1", True),
        ("192.0.2.7", False),
        ("khong-co.invalid", False),
    ],
)
def test_only_this_machine_is_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
