"""An IMAP server that is odd about one message or one folder, as some servers are."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from cchc.mail.mailbox import MailboxConfig

CAME = "10-Mar-2026 08:{uid:02d}:00 +0700"


@dataclass
class OddMailbox:
    """What lies in each folder, by number; and to what the server answers oddly.

    body, facts: message -> how ("no", "nil", "nothing") the server answers when asked for it or for its size and time.
    refuses: what it says when a message is to be moved; empty when it moves them.
    """

    folders: dict[str, dict[int, bytes]]
    body: dict[int, str] = field(default_factory=dict)
    facts: dict[int, str] = field(default_factory=dict)
    refuses: str = ""
    port: int = 0

    def config(self) -> MailboxConfig:
        return MailboxConfig("127.0.0.1", self.port, "u", "mat-khau-dai", security="none", timeout_seconds=10)


@contextmanager
def serving(*messages: bytes, **odd: object) -> Iterator[OddMailbox]:
    """Serve these messages, numbered from 1."""
    box = OddMailbox({"INBOX": dict(enumerate(messages, start=1))}, **odd)  # type: ignore[arg-type]

    class Handler(_Handler):
        mailbox = box

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        box.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield box
        finally:
            server.shutdown()
            thread.join()


class _Handler(socketserver.StreamRequestHandler):
    mailbox: OddMailbox
    chosen = "INBOX"

    def handle(self) -> None:
        self.say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, _, rest = line.partition(" ")
            word, _, more = rest.partition(" ")
            if word.upper() == "LOGOUT":
                self.say("* BYE")
            answer = getattr(self, f"on_{word.lower()}", self.otherwise)(more)
            self.say(f"{tag} {answer or 'OK done'}")
            if word.upper() == "LOGOUT":
                return

    def say(self, line: str | bytes) -> None:
        self.wfile.write(line if isinstance(line, bytes) else f"{line}\r\n".encode())

    def otherwise(self, _more: str) -> None:
        """NOOP, LOGIN, LOGOUT, EXPUNGE: done."""

    def on_capability(self, _more: str) -> None:
        self.say("* CAPABILITY IMAP4rev1 UIDPLUS MOVE")

    def on_list(self, more: str) -> None:
        name = more.split()[-1].strip('"')
        if name in self.mailbox.folders:
            self.say(f'* LIST (\\HasNoChildren) "/" {name}')

    def on_create(self, more: str) -> None:
        self.mailbox.folders.setdefault(more.strip('"'), {})

    def on_select(self, more: str) -> str:
        self.chosen = more.strip('"')
        self.say(f"* {len(self.lying)} EXISTS")
        return "OK [READ-WRITE] done"

    def on_status(self, _more: str) -> None:
        self.say("* STATUS INBOX (UIDVALIDITY 7)")

    @property
    def lying(self) -> dict[int, bytes]:
        return self.mailbox.folders[self.chosen]

    def on_uid(self, more: str) -> str | None:
        word, _, rest = more.partition(" ")
        if word.upper() == "SEARCH":
            wanted = rest.rpartition("UID ")[2] if "UID " in rest else ""
            found = [uid for uid in sorted(self.lying) if not wanted or str(uid) == wanted.strip("() ")]
            self.say(f"* SEARCH {' '.join(map(str, found))}")
            return None
        uid = int(rest.split()[0])
        if word.upper() == "MOVE":
            if self.mailbox.refuses:
                return f"NO {self.mailbox.refuses}"
            target = self.mailbox.folders[rest.split()[1].strip('"')]
            target[max(target, default=0) + 1] = self.lying.pop(uid)
            return None
        return self.fetch(uid, wants_body="BODY" in rest.upper())

    def fetch(self, uid: int, *, wants_body: bool) -> str | None:
        if uid not in self.lying:
            return None
        odd = (self.mailbox.body if wants_body else self.mailbox.facts).get(uid)
        raw, place = self.lying[uid], sorted(self.lying).index(uid) + 1
        if odd == "no":
            return "NO Server error while fetching messages"
        if odd == "nil":
            part = "BODY[] NIL" if wants_body else "RFC822.SIZE NIL INTERNALDATE NIL"
            self.say(f"* {place} FETCH (UID {uid} {part})")
        elif odd is None and wants_body:
            self.say(f"* {place} FETCH (UID {uid} BODY[] {{{len(raw)}}}")
            self.say(raw)
            self.say(")")
        elif odd is None:
            came = CAME.format(uid=uid)
            self.say(f'* {place} FETCH (UID {uid} RFC822.SIZE {len(raw)} INTERNALDATE "{came}")')
        return None
