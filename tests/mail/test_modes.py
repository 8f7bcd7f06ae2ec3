from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cchc.clock import at
from cchc.errors import RuleRefused
from cchc.mail.department import Department
from cchc.mail.modes import is_loopback, mode_changes, set_mode
from cchc.mail.outbox import SendResult, send_pending
from cchc.mail.server import SmtpConfig
from cchc.paths import Instance, InstanceSettings
from cchc.store import Store

AT = at(date(2026, 3, 9), 9)
WHO: dict[str, Any] = {"actor": "quản trị viên", "at": AT}


def test_live_needs_the_departments_name_typed(store: Store, instance: Instance, own_addresses: Path) -> None:
    for typed in (None, "", "So Noi vu", "sở nội vụ"):
        with pytest.raises(RuleRefused) as refusal:
            set_mode(store, instance, "live", typed_name=typed, **WHO)
        assert refusal.value.rule == "live-needs-name"
    assert instance.settings.mail_mode == "dry_run"
    assert set_mode(store, instance, "live", typed_name=Department.load().name, **WHO).mail_mode == "live"


@pytest.mark.parametrize(
    ("file", "own", "sample", "place"),
    [
        ("department.yaml", "0296 123 4567", "0296 000 0000", "contact.phone"),
        (
            "department.yaml",
            "quantri@sonoivu.angiang.mau-thu.vn",
            "quantri@x.example",
            "failure_recipients.0",
        ),
        (
            "documents.yaml",
            "vanthu@bonoivu.mau-thu.vn",
            "vanthu@bonoivu.example",
            "mailing.receivers.Bộ Nội vụ",
        ),
        ("units.csv", "so-y-te@angiang.mau-thu.vn", "so-y-te@angiang.example", "cột mailboxes"),
    ],
)
def test_live_is_refused_while_one_sample_is_left_and_says_where(
    store: Store, instance: Instance, own_addresses: Path, file: str, own: str, sample: str, place: str
) -> None:
    path = own_addresses / file
    text = path.read_text(encoding="utf-8")
    assert own in text
    path.write_text(text.replace(own, sample, 1), encoding="utf-8")
    with pytest.raises(RuleRefused) as refusal:
        set_mode(store, instance, "live", typed_name=Department.load().name, **WHO)
    assert refusal.value.rule == "live-needs-own-addresses"
    assert [word for word in (file, sample, place) if word not in str(refusal.value)] == []
    assert mode_changes(store) == [] and instance.settings.mail_mode == "dry_run"


@pytest.mark.parametrize(
    ("base_url", "word"),
    [
        (None, "base_url"),
        ("http://127.0.0.1:8080", "127.0.0.1"),
        ("http://localhost:8080/", "localhost"),
        ("https://[::1]", "::1"),
        ("http://0.0.0.0:8080", "0.0.0.0"),
        ("cchc.tinh.gov.vn", "https://"),
    ],
)
def test_live_is_refused_while_links_in_mails_lead_nowhere(
    store: Store,
    instance: Instance,
    own_addresses: Path,
    monkeypatch: pytest.MonkeyPatch,
    base_url: str | None,
    word: str,
) -> None:
    monkeypatch.delenv("CCHC_BASE_URL")
    if base_url:
        instance.root.mkdir(parents=True, exist_ok=True)
        instance.settings_file.write_text(f'base_url: "{base_url}"\n', encoding="utf-8")
    with pytest.raises(RuleRefused, match="khoi-tao") as refusal:
        set_mode(store, instance, "live", typed_name=Department.load().name, **WHO)
    assert refusal.value.rule == "live-needs-base-url"
    assert word in str(refusal.value)
    assert mode_changes(store) == []
    instance.root.mkdir(parents=True, exist_ok=True)
    instance.settings_file.write_text("base_url: https://cchc.tinh.gov.vn/\n", encoding="utf-8")
    assert set_mode(store, instance, "live", typed_name=Department.load().name, **WHO).mail_mode == "live"


def test_a_rehearsal_may_keep_the_samples_for_it_mails_nobody_outside(
    store: Store, instance: Instance
) -> None:
    instance.root.mkdir(parents=True, exist_ok=True)
    instance.settings_file.write_text("rehearsal: true\n", encoding="utf-8")
    assert set_mode(store, instance, "live", typed_name=Department.load().name, **WHO).mail_mode == "live"


def test_changing_the_mode_keeps_everything_else_in_the_settings(store: Store, instance: Instance) -> None:
    instance.root.mkdir(parents=True, exist_ok=True)
    instance.settings_file.write_text(
        "# ghi chú của quản trị\nrehearsal: true\nmail_mode: dry_run\n", encoding="utf-8"
    )
    set_mode(store, instance, "redirect", redirect_to="thu@nghiem.example", **WHO)
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
    store: Store, instance: Instance, mode: str, redirect_to: str | None, rule: str
) -> None:
    with pytest.raises(RuleRefused) as refusal:
        set_mode(store, instance, mode, redirect_to=redirect_to, **WHO)
    assert refusal.value.rule == rule
    assert not instance.settings_file.exists()
    assert mode_changes(store) == []


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


def test_every_switch_is_kept_with_who_and_when(
    any_store: Store, instance: Instance, own_addresses: Path
) -> None:
    set_mode(any_store, instance, "redirect", redirect_to="thu@nghiem.example", **WHO)
    set_mode(any_store, instance, "live", typed_name=Department.load().name, actor="chị B", at=AT)
    assert [(one.mode, one.redirect_to, one.actor, one.changed_at) for one in mode_changes(any_store)] == [
        ("redirect", "thu@nghiem.example", "quản trị viên", AT),
        ("live", None, "chị B", AT),
    ]
    with pytest.raises(RuleRefused, match="--nguoi"):
        set_mode(any_store, instance, "dry_run", actor=" ", at=AT)


def test_a_setting_edited_by_hand_sends_no_real_mail(
    store: Store,
    instance: Instance,
    put: Callable[..., None],
    serve: Callable[..., tuple[Any, SmtpConfig]],
    set_to: Callable[..., Instance],
    own_addresses: Path,
) -> None:
    script, config = serve()
    put()
    with pytest.raises(RuleRefused) as refused:
        send_pending(store, set_to(instance, "live"), config, AT)
    assert refused.value.rule == "live-not-confirmed"
    assert not script.taken
    set_mode(store, instance, "live", typed_name=Department.load().name, **WHO)
    assert send_pending(store, instance, config, AT) == SendResult(sent=1)
    set_mode(store, instance, "dry_run", **WHO)
    put_back = set_to(instance, "live")
    with pytest.raises(RuleRefused):
        send_pending(store, put_back, config, AT)
