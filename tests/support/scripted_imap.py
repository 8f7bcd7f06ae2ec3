"""A small IMAP server on loopback that behaves as scripted: odd answers, lies, dropped and dripping lines."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from cchc.mail.mailbox import MailboxConfig
from cchc.mail.mailbox_limits import MailboxLimits

PASSWORD = "mat-khau-hop-thu"


@dataclass
class ImapScript:
    """What the server has and does. odd: per UID one of no, nil, empty, drop, drop once, drip, no size, flood; or no
    facts, nil facts, empty facts: so answered is who asks for size and time.

    claims: sizes that it claims; move: ok, unknown, bad, full, no room, denied; capabilities: without MOVE it must be
    copied.
    """

    inbox: dict[int, bytes]
    odd: dict[int, str] = field(default_factory=dict)
    claims: dict[int, int] = field(default_factory=dict)
    move: str = "ok"
    capabilities: str = "IMAP4rev1 UIDPLUS MOVE"
    prefix: str = ""
    separator: str = "/"
    whole_only: bool = False  # knows no parts of messages
    folders: dict[str, list[int]] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    log: list[str] = field(default_factory=list)
    logins: int = 0


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    script: ImapScript


class _Session(socketserver.StreamRequestHandler):
    server: _Server

    def say(self, *lines: str | bytes) -> None:
        for line in lines:
            self.wfile.write((line.encode() if isinstance(line, str) else line) + b"\r\n")

    def handle(self) -> None:
        self.say("* OK ready")
        try:
            while line := self.rfile.readline():
                tag, _, rest = line.decode().strip().partition(" ")
                self.server.script.log.append(rest)
                command, _, arguments = rest.partition(" ")
                if command.upper() == "LOGOUT":
                    self.say("* BYE", f"{tag} OK")
                    return
                if not getattr(self, f"do_{command.lower()}", self.unknown)(tag, arguments):
                    return
        except OSError:
            return

    def unknown(self, tag: str, _arguments: str) -> bool:
        self.say(f"{tag} BAD unknown command")
        return True

    def done(self, tag: str, *lines: str | bytes, words: str = "OK done") -> bool:
        self.say(*lines, f"{tag} {words}")
        return True

    def do_capability(self, tag: str, _arguments: str) -> bool:
        return self.done(tag, f"* CAPABILITY {self.server.script.capabilities}")

    def do_login(self, tag: str, _arguments: str) -> bool:
        self.server.script.logins += 1
        return self.done(tag)

    def do_namespace(self, tag: str, _arguments: str) -> bool:
        script = self.server.script
        return self.done(tag, f'* NAMESPACE (("{script.prefix}" "{script.separator}")) NIL NIL')

    def do_list(self, tag: str, arguments: str) -> bool:
        script, name = self.server.script, arguments.split()[-1].strip('"')
        known = name == "INBOX" or name in script.folders
        return self.done(tag, *([f'* LIST () "{script.separator}" "{name}"'] if known else []))

    def do_create(self, tag: str, arguments: str) -> bool:
        name = arguments.strip('"')
        if not name.startswith(self.server.script.prefix):
            return self.done(tag, words="NO Invalid mailbox name")
        self.server.script.folders[name] = []
        return self.done(tag)

    def do_subscribe(self, tag: str, _arguments: str) -> bool:
        return self.done(tag)

    def do_select(self, tag: str, _arguments: str) -> bool:
        return self.done(tag, f"* {len(self.server.script.inbox)} EXISTS", words="OK [READ-WRITE] selected")

    def do_status(self, tag: str, arguments: str) -> bool:
        return self.done(tag, f"* STATUS {arguments.split()[0]} (UIDVALIDITY 7)")

    def do_expunge(self, tag: str, _arguments: str) -> bool:
        for uid in self.server.script.deleted:
            self.server.script.inbox.pop(uid, None)
        return self.done(tag)

    def do_uid(self, tag: str, arguments: str) -> bool:
        command, _, rest = arguments.partition(" ")
        return bool(getattr(self, f"uid_{command.lower()}", self.unknown)(tag, rest))

    def uid_search(self, tag: str, arguments: str) -> bool:
        wanted = arguments.rpartition("UID ")[2] if "UID " in arguments else ""
        found = [
            uid for uid in sorted(self.server.script.inbox) if not wanted or str(uid) == wanted.strip(")")
        ]
        return self.done(tag, f"* SEARCH {' '.join(map(str, found))}".rstrip())

    def uid_fetch(self, tag: str, arguments: str) -> bool:
        script = self.server.script
        uid = int(arguments.split()[0])
        raw, odd = script.inbox.get(uid), script.odd.get(uid, "")
        if raw is None:
            return self.done(tag)
        if "BODY" not in arguments:
            if odd == "no facts":
                return self.done(tag, words="NO Server error while fetching messages")
            if odd == "nil facts":
                return self.done(tag, f"* {uid} FETCH (UID {uid} RFC822.SIZE NIL INTERNALDATE NIL)")
            if odd == "empty facts":
                return self.done(tag)
            size = "" if odd == "no size" else f" RFC822.SIZE {script.claims.get(uid, len(raw))}"
            when = f'INTERNALDATE "10-Mar-2026 08:{uid:02d}:00 +0700"'
            return self.done(tag, f"* {uid} FETCH (UID {uid}{size} {when})")
        if "HEADER" in arguments:
            raw = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        elif "<" in arguments and not script.whole_only:
            start, _, length = arguments.partition("<")[2].partition(">")[0].partition(".")
            raw = raw[int(start) : int(start) + int(length)]
            if int(length) == 1:  # whether there is more than the bound
                return self.literal(tag, uid, raw)
        return self.oddly(tag, uid, raw, odd)

    def oddly(self, tag: str, uid: int, raw: bytes, odd: str) -> bool:
        if odd == "no":
            return self.done(tag, words="NO Server error while fetching messages")
        if odd == "nil":
            return self.done(tag, f"* {uid} FETCH (UID {uid} BODY[] NIL)")
        if odd == "empty":
            return self.done(tag)
        if odd == "flood":
            self.say(f"* {uid} FETCH (UID {uid} BODY[] {{{10**12}}}")
            return False
        if odd.startswith("drop"):
            if odd == "drop once":
                self.server.script.odd.pop(uid)
            self.wfile.write(
                f"* {uid} FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n".encode() + raw[: len(raw) // 2]
            )
            return False
        if odd == "drip":
            self.say(f"* {uid} FETCH (UID {uid} BODY[] {{{len(raw)}}}")
            for one in raw:
                self.wfile.write(bytes([one]))
                time.sleep(0.2)
        return self.literal(tag, uid, raw)

    def literal(self, tag: str, uid: int, raw: bytes) -> bool:
        self.wfile.write(f"* {uid} FETCH (UID {uid} BODY[] {{{len(raw)}}}\r\n".encode() + raw + b")\r\n")
        return self.done(tag)

    def uid_move(self, tag: str, arguments: str) -> bool:
        script = self.server.script
        words = {
            "unknown": "NO unknown command", "bad": "BAD Unknown command UID MOVE",
            "full": "NO [OVERQUOTA] Quota exceeded", "no room": "NO Mailbox is full",
            "denied": "NO [NOPERM] Permission denied",
        }.get(script.move)  # fmt: skip
        if words:
            return self.done(tag, words=words)
        self.put(arguments)
        script.inbox.pop(int(arguments.split()[0]), None)
        return self.done(tag)

    def uid_copy(self, tag: str, arguments: str) -> bool:
        if self.server.script.move == "full":
            return self.done(tag, words="NO [OVERQUOTA] Quota exceeded")
        self.put(arguments)
        return self.done(tag)

    def put(self, arguments: str) -> None:
        uid, _, folder = arguments.partition(" ")
        self.server.script.folders.setdefault(folder.strip('"'), []).append(int(uid))

    def uid_store(self, tag: str, arguments: str) -> bool:
        self.server.script.deleted.add(int(arguments.split()[0]))
        return self.done(tag)

    def uid_expunge(self, tag: str, arguments: str) -> bool:
        self.server.script.inbox.pop(int(arguments), None)
        return self.done(tag)


@contextmanager
def scripted(script: ImapScript, **changes: object) -> Iterator[MailboxConfig]:
    """The server runs; how a reader reaches it."""
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.script = script
        threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
        values = {
            "host": "127.0.0.1", "port": server.server_address[1], "user": "u", "password": PASSWORD,
            "security": "none", "limits": MailboxLimits(timeout_seconds=5),
        } | changes  # fmt: skip
        try:
            yield MailboxConfig(**values)  # type: ignore[arg-type]
        finally:
            server.shutdown()
