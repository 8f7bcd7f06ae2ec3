"""A real Dovecot for tests and campaigns: own port, own folders, stopped by its own master process."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from imap_tools import MailBoxUnencrypted

from cchc.mail.mailbox import MailboxConfig
from cchc.mail.mailbox_limits import MailboxLimits

LOOPBACK = "127.0.0.1"
PASSWORD = "mat-khau-hop-thu"  # noqa: S105 - of a server that lives as long as a test
PROGRAM = shutil.which("dovecot") or ("/usr/sbin/dovecot" if Path("/usr/sbin/dovecot").exists() else None)


@dataclass(frozen=True)
class ImapAccount:
    """One mailbox of the server, as the people who write to it and the reader see it."""

    user: str
    port: int
    tls_port: int
    cert_file: Path | None

    def config(self, **changes: Any) -> MailboxConfig:
        """How the reader reaches it: over TLS, with the server's own certificate."""
        values: dict[str, Any] = {
            "host": LOOPBACK, "port": self.tls_port, "user": self.user, "password": PASSWORD, "security": "tls",
            "ca_file": str(self.cert_file), "limits": MailboxLimits(timeout_seconds=20),
        } | changes  # fmt: skip
        return MailboxConfig(**values)

    def deliver(self, raw: bytes, taken_at: datetime, folder: str = "INBOX") -> None:
        """Lay a message into the mailbox as if the server had taken it at that moment."""
        with self._session() as box:
            box.append(raw, folder, dt=taken_at)

    def lying_in(self, folder: str) -> list[str]:
        """Subjects of what lies in a folder, oldest first; none where there is no such folder."""
        with self._session() as box:
            if not box.folder.exists(folder):
                return []
            box.folder.set(folder)
            return [mail.subject for mail in box.fetch(mark_seen=False, headers_only=True)]

    def headers(self, name: str, only: str | None = None) -> list[tuple[str, str]]:
        """(folder, value of the header) of every message that carries it, in all folders or `only` in one."""
        found = []
        with self._session() as box:
            for folder in [only] if only else [one.name for one in box.folder.list()]:
                box.folder.set(folder)
                if not box.uids():
                    continue
                _, answer = box.client.uid("FETCH", "1:*", f"(BODY.PEEK[HEADER.FIELDS ({name})])")
                lines = [item[1] for item in answer if isinstance(item, tuple)]
                values = [line.decode("ascii", "replace").partition(":")[2].strip() for line in lines]
                found += [(folder, value) for value in values if value]
        return found

    def flags_in(self, folder: str) -> list[tuple[str, ...]]:
        with self._session() as box:
            box.folder.set(folder)
            return [mail.flags for mail in box.fetch(mark_seen=False, headers_only=True)]

    def move_back(self, folder: str, header: str = "", values: Collection[str] = ()) -> None:
        """As an operator does who wants messages to be read again: they get new places. All, or those of which a header
        has one of the values."""
        with self._session() as box:
            if not box.folder.exists(folder):
                return
            box.folder.set(folder)
            for uid in box.uids():
                _, answer = box.client.uid(
                    "FETCH", uid, f"(BODY.PEEK[HEADER.FIELDS ({header or 'Subject'})])"
                )
                line = next((item[1] for item in answer if isinstance(item, tuple)), b"")
                if not header or line.decode("ascii", "replace").partition(":")[2].strip() in values:
                    box.move(uid, "INBOX")

    @contextmanager
    def _session(self) -> Iterator[MailBoxUnencrypted]:
        with MailBoxUnencrypted(LOOPBACK, self.port, timeout=20).login(self.user, PASSWORD) as box:
            yield box


@dataclass
class Dovecot:
    """The running server; any user name is an account of its own."""

    port: int
    tls_port: int
    cert_file: Path | None
    numbers: Iterator[int]

    def account(self) -> ImapAccount:
        return ImapAccount(f"hop-thu-{next(self.numbers)}", self.port, self.tls_port, self.cert_file)


@contextmanager
def running(cert_file: Path | None = None, key_file: Path | None = None) -> Iterator[Dovecot]:
    """Start the server and stop it at the end; without a certificate it speaks in the clear alone."""
    assert PROGRAM is not None
    root = Path(tempfile.mkdtemp(prefix="cchc-imap-"))
    root.chmod(0o755)
    port, tls_port = _free_ports(2)
    config = root / "dovecot.conf"
    certificate = (cert_file, key_file) if cert_file and key_file else None
    config.write_text(_config(root, port, tls_port, certificate), encoding="utf-8")
    process = subprocess.Popen(
        [PROGRAM, "-F", "-c", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    try:
        _wait(process, port, root)
        yield Dovecot(port, tls_port, cert_file, count(1))
    finally:
        process.terminate()
        process.wait(timeout=20)
        if process.stderr:
            process.stderr.close()
        shutil.rmtree(root, ignore_errors=True)


def _config(root: Path, port: int, tls_port: int, certificate: tuple[Path, Path] | None) -> str:
    """As root the mails belong to `nobody` (Dovecot serves no mail of root's); else to whoever runs the tests."""
    me = pwd.getpwuid(os.getuid())
    owner = pwd.getpwnam("nobody") if me.pw_uid == 0 else me
    homes = root / "nha"
    homes.mkdir()
    os.chown(homes, owner.pw_uid, owner.pw_gid)
    group = "" if me.pw_uid == 0 else f"default_internal_group = {_group(me.pw_gid)}\n"
    internal = (
        "" if me.pw_uid == 0 else f"default_internal_user = {me.pw_name}\ndefault_login_user = {me.pw_name}\n"
    )
    tls = (
        f"ssl = yes\nssl_cert = <{certificate[0]}\nssl_key = <{certificate[1]}\n"
        if certificate
        else "ssl = no\n"
    )
    return f"""
protocols = imap
listen = {LOOPBACK}
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
{tls}disable_plaintext_auth = no
first_valid_uid = 1
first_valid_gid = 0
mail_location = maildir:~/thu
{internal}{group}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = {"yes" if certificate else "no"}
  }}
}}
service anvil {{
  chroot =
}}
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={owner.pw_uid} gid={owner.pw_gid} home={homes}/%u
}}
"""


def _group(gid: int) -> str:
    import grp

    return grp.getgrgid(gid).gr_name


def _free_ports(number: int) -> list[int]:
    sockets = [socket.socket() for _ in range(number)]
    try:
        for one in sockets:
            one.bind((LOOPBACK, 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def _wait(process: subprocess.Popen[bytes], port: int, root: Path) -> None:
    for _ in range(200):
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex((LOOPBACK, port)) == 0:
                return
        time.sleep(0.05)
    words = process.stderr.read().decode() if process.poll() is not None and process.stderr else ""
    log = (root / "log").read_text(encoding="utf-8") if (root / "log").exists() else ""
    raise RuntimeError(f"Dovecot did not start: {words}{log}")
