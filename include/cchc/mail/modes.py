"""Whether mail leaves the house: preview, redirected, live; and the tags and banners that say so."""

from __future__ import annotations

import io
import ipaddress
import socket
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from ruamel.yaml import YAML

from cchc.addresses import check_address
from cchc.clock import from_text, to_text
from cchc.config_files import samples_by_file, samples_left
from cchc.errors import RuleRefused
from cchc.files import write_atomic
from cchc.mail.department import Department
from cchc.mail.server import SmtpConfig
from cchc.paths import MAIL_MODES, Instance, InstanceSettings
from cchc.store import Store
from cchc.texts import t


def subject_tags(settings: InstanceSettings) -> str:
    """What stands before every subject outside live, e.g. `[DIỄN TẬP] [CHUYỂN HƯỚNG]`; empty when live."""
    tags = []
    if settings.rehearsal:
        tags.append(t("mail.mode.tag.rehearsal"))
    if settings.mail_mode != "live":
        tags.append(t(f"mail.mode.tag.{settings.mail_mode}"))
    return " ".join(tags)


def is_real(settings: InstanceSettings) -> bool:
    """Whether mails reach the people they are addressed to."""
    return settings.mail_mode == "live" and not settings.rehearsal


def is_loopback(host: str) -> bool:
    """Whether every address of `host` lies on this machine."""
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return bool(found) and all(ipaddress.ip_address(address.split("%")[0]).is_loopback for address in found)


def unusable_base_url(instance: Instance) -> str | None:
    """Why links in real mails would lead nowhere; None when others can follow them."""
    if not instance.base_url:
        return t("mail.mode.no_base_url")
    parts = urlsplit(instance.base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return t("mail.mode.bad_base_url", found=instance.base_url)
    if _names_this_machine(parts.hostname):
        return t("mail.mode.loopback_base_url", found=instance.base_url)
    return None


def address_fault(address: str) -> str | None:
    """Why links to a public address of ours would lead nowhere, or not safely; None when they do."""
    parts = urlsplit(address)
    if _names_this_machine(parts.hostname or ""):
        return t("unit_page.loopback", address=address)
    return None if parts.scheme == "https" else t("unit_page.not_https", address=address)


def _names_this_machine(host: str) -> bool:
    """Whether a name means this machine to whoever reads it; nothing is asked of the network."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".localdomain"))
    return address.is_loopback or address.is_unspecified


def check_server(settings: InstanceSettings, smtp: SmtpConfig | None) -> None:
    """Refuse a batch that must not leave: no server outside preview, or a foreign server in a rehearsal.

    Raises RuleRefused('no-mail-server') or RuleRefused('rehearsal-loopback-only').
    """
    if settings.mail_mode != "dry_run" and smtp is None:
        raise RuleRefused("no-mail-server", t("mail.no_server", mode=settings.mail_mode))
    if settings.rehearsal and smtp is not None and not is_loopback(smtp.host):
        raise RuleRefused("rehearsal-loopback-only", t("mail.rehearsal_loopback", host=smtp.host))


def check_confirmed(store: Store, settings: InstanceSettings) -> None:
    """Refuse real mail that nobody switched on: a hand-edited setting is no decision.

    Raises RuleRefused('live-not-confirmed') unless the last recorded switch says live.
    """
    if not is_real(settings):
        return
    changes = mode_changes(store)
    if not changes or changes[-1].mode != "live":
        raise RuleRefused(
            "live-not-confirmed", t("mail.mode.live_not_confirmed", name=Department.load().name)
        )


def why_unconfirmed(store: Store, settings: InstanceSettings) -> str:
    """Why the outbox would send nothing in this mail mode; empty when it would."""
    try:
        check_confirmed(store, settings)
    except RuleRefused as refusal:
        return str(refusal)
    return ""


@dataclass(frozen=True)
class ModeChange:
    """Who switched the mail mode, when, to what."""

    changed_at: datetime
    mode: str
    redirect_to: str | None
    actor: str


def mode_changes(store: Store) -> list[ModeChange]:
    """Every switch, oldest first."""
    return [
        ModeChange(from_text(row["changed_at"]), row["mode"], row["redirect_to"], row["actor"])
        for row in store.query("mail.modes")
    ]


def set_mode(
    store: Store,
    instance: Instance,
    mode: str,
    *,
    actor: str,
    at: datetime,
    typed_name: str | None = None,
    redirect_to: str | None = None,
) -> InstanceSettings:
    """Switch the mail mode: recorded in the store with who and when, then written into the settings.

    Everything else in the settings stays. Raises RuleRefused: 'unknown-mode', 'mode-needs-actor',
    'live-needs-name' when the department's name was not typed exactly, 'live-needs-own-addresses' while an address or
    a telephone number of the sample is left in the configuration, 'live-needs-base-url' while links in mails would lead
    to this machine only (a rehearsal mails nobody outside and may keep both), 'bad-address' for a redirect without one
    plain address.
    """
    if mode not in MAIL_MODES:
        raise RuleRefused("unknown-mode", t("mail.mode.unknown", mode=mode, known=", ".join(MAIL_MODES)))
    if not actor.strip():
        raise RuleRefused("mode-needs-actor", t("chasing.refused.actor"))
    name = Department.load().name
    if mode == "live" and (typed_name or "").strip() != name:
        raise RuleRefused("live-needs-name", t("mail.mode.live_needs_name", name=name))
    if mode == "live" and not instance.settings.rehearsal and (left := samples_left()):
        lines = "\n".join(samples_by_file(left))
        raise RuleRefused(
            "live-needs-own-addresses", t("mail.mode.live_needs_own", count=len(left), samples=lines)
        )
    if mode == "live" and not instance.settings.rehearsal and (why := unusable_base_url(instance)):
        raise RuleRefused("live-needs-base-url", t("mail.mode.live_needs_base_url", why=why))
    target = check_address(redirect_to or "") if mode == "redirect" else None
    # Recorded first: a crash in between leaves a record without effect, never real mail without a record.
    with store.write() as tx:
        tx.add_numbered(
            "mail.add_mode", changed_at=to_text(at), mode=mode, redirect_to=target, actor=actor.strip()
        )
    yaml = YAML(typ="rt")
    path = instance.settings_file
    content = (yaml.load(path.read_text(encoding="utf-8")) if path.exists() else None) or {}
    content["mail_mode"] = mode
    if target:
        content["redirect_to"] = target
    buffer = io.StringIO()
    yaml.dump(content, buffer)
    write_atomic(path, buffer.getvalue())
    return instance.settings
