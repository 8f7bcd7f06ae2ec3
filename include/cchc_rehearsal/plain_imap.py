"""A small IMAP server within this process, for machines without Dovecot: one mailbox a user, kept in memory.

It knows the commands that a reader and a sender of tests use, and nothing of flags.
"""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

from cchc_rehearsal.dovecot import LOOPBACK, Dovecot

_WORDS = re.compile(rb'"((?:[^"\\]|\\.)*)"|(\([^)]*\))|([^\s"()]+)')
_LITERAL = re.compile(rb"\{(\d+)\+?\}\r?\n$")
_VALIDITY = 7


@dataclass
class _KeptMail:
    uid: int
    raw: bytes
    taken_at: bytes  # as IMAP writes it


@dataclass
class _MailStore:
    """Folders of one user; `numbers` gives each mail of each folder a number of its own."""

    folders: dict[str, list[_KeptMail]] = field(default_factory=lambda: {"INBOX": []})
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def put(self, folder: str, raw: bytes, taken_at: bytes) -> None:
        self.folders[folder].append(_KeptMail(next(self.numbers), raw, taken_at))


class _Session(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        self._user: _MailStore = _MailStore()
        self._folder = "INBOX"
        self._say(b"* OK ready")
        while line := self.rfile.readline():
            content = b""
            if literal := _LITERAL.search(line):
                self._say(b"+ go on")
                content = self.rfile.read(int(literal[1]))
                self.rfile.readline()
                line = line[: literal.start()]
            tag, command, *words = [a or b or c for a, b, c in _WORDS.findall(line)]
            with self.server.lock:
                said = self._answer(command.upper(), words, content)
            self._say(tag + b" " + (said or b"OK done"))
            if command.upper() == b"LOGOUT":
                return

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")

    def _answer(self, command: bytes, words: list[bytes], content: bytes) -> bytes | None:
        """The server's last word on a command, where it is not 'done'."""
        if command == b"UID":
            command, words = words[0].upper(), words[1:]
        known: dict[bytes, Callable[[list[bytes]], bytes | None]] = {
            b"LOGIN": self._login, b"LIST": self._list, b"CREATE": self._create, b"SELECT": self._select,
            b"STATUS": self._status, b"SEARCH": self._search, b"FETCH": self._fetch, b"MOVE": self._move,
            b"APPEND": lambda given: self._append(given, content), b"CAPABILITY": self._capability,
            b"NOOP": lambda _: None, b"LOGOUT": lambda _: self._say(b"* BYE"),
        }  # fmt: skip
        return known[command](words) if command in known else b"BAD unknown command"

    def _capability(self, _words: list[bytes]) -> None:
        self._say(b"* CAPABILITY IMAP4rev1 UIDPLUS MOVE")

    def _login(self, words: list[bytes]) -> None:
        self._user = self.server.users.setdefault(words[0].decode(), _MailStore())

    def _list(self, words: list[bytes]) -> None:
        wanted = words[-1].decode()
        for name in self._user.folders:
            if wanted in ("*", name):
                self._say(f'* LIST (\\HasNoChildren) "/" "{name}"'.encode())

    def _create(self, words: list[bytes]) -> None:
        self._user.folders.setdefault(words[0].decode(), [])

    def _select(self, words: list[bytes]) -> bytes | None:
        name = words[0].decode()
        if name not in self._user.folders:
            return b"NO no such folder"
        self._folder = name
        self._say(b"* %d EXISTS" % len(self._mails))
        self._say(b"* OK [UIDVALIDITY %d] valid" % _VALIDITY)
        return b"OK [READ-WRITE] done"

    def _status(self, words: list[bytes]) -> None:
        self._say(b"* STATUS %b (UIDVALIDITY %d)" % (words[0], _VALIDITY))

    @property
    def _mails(self) -> list[_KeptMail]:
        return self._user.folders[self._folder]

    def _search(self, _words: list[bytes]) -> None:
        self._say(b" ".join([b"* SEARCH", *(b"%d" % one.uid for one in self._mails)]))

    def _wanted(self, word: bytes) -> list[tuple[int, _KeptMail]]:
        numbered = list(enumerate(self._mails, start=1))
        if word == b"1:*":
            return numbered
        uids = {int(one) for one in word.split(b",")}
        return [(place, one) for place, one in numbered if one.uid in uids]

    def _fetch(self, words: list[bytes]) -> None:
        asked = b" ".join(words[1:]).upper()
        for place, one in self._wanted(words[0]):
            head = one.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            if b"HEADER.FIELDS" in asked:
                name = re.escape(asked.partition(b"(")[2].partition(b"(")[2].strip(b") ]"))
                lines = re.findall(rb"^%b:[^\n]*\n" % name, head, re.MULTILINE | re.IGNORECASE)
                self._body(place, one.uid, b"BODY[HEADER.FIELDS]", b"".join(lines) + b"\r\n")
            elif b"HEADER" in asked:
                self._body(place, one.uid, b"BODY[HEADER]", head)
            elif b"BODY" in asked:
                self._body(place, one.uid, b"BODY[]", one.raw)
            else:
                values = (place, one.uid, len(one.raw), one.taken_at)
                self._say(b'* %d FETCH (UID %d RFC822.SIZE %d INTERNALDATE "%b")' % values)

    def _body(self, place: int, uid: int, name: bytes, content: bytes) -> None:
        self._say(b"* %d FETCH (UID %d %b {%d}" % (place, uid, name, len(content)))
        self.wfile.write(content + b")\r\n")

    def _move(self, words: list[bytes]) -> bytes | None:
        target = words[1].decode()
        if target not in self._user.folders:
            return b"NO [TRYCREATE] no such folder"
        for _, one in self._wanted(words[0]):
            self._user.put(target, one.raw, one.taken_at)
            self._mails.remove(one)
        return None

    def _append(self, words: list[bytes], content: bytes) -> None:
        self._user.put(words[0].decode(), content, words[-1])


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__((LOOPBACK, 0), _Session)
        self.users: dict[str, _MailStore] = {}
        self.lock = threading.Lock()

    def handle_error(self, request: object, client_address: object) -> None:
        """A line that was cut is nobody's fault."""


@contextmanager
def running_in_memory() -> Iterator[Dovecot]:
    """Start the server and stop it at the end; used as a Dovecot is."""
    with _Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        port = server.server_address[1]
        yield Dovecot(port, port, None, count(1))
        server.shutdown()
