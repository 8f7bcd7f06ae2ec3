"""A real TLS server on loopback with certificates of a CA of its own, good and bad, chosen by the name asked for."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

GOOD, EXPIRED, NOT_YET, OTHER, SELF_MADE = (
    "tot.gov.vn", "het-han.gov.vn", "chua-toi.gov.vn", "nham-ten.gov.vn", "tu-ky.gov.vn",
)  # fmt: skip
_DAY = timedelta(days=1)
_NOW = datetime.now(UTC)
_ENDLESS = b"x" * 65536
_REDIRECTS = {
    "/trong": "https://trong.gov.vn/mat", "/so": "https://192.168.1.9/", "/http": "http://tot.gov.vn/",
    "/vong": "/vong", "/hong": "https://[", "/tiep": "/",
}  # fmt: skip


@dataclass
class LinkServer:
    """trusted: a client's context that believes the CA. asked: the first lines of what came."""

    port: int
    trusted: ssl.SSLContext
    asked: list[str]


def _made(host: str, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, signer: ec.EllipticCurvePrivateKey,
          first: datetime, last: datetime, is_ca: bool) -> bytes:  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(first)
        .not_valid_after(last)
        .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    )
    return builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _contexts(folder: Path) -> tuple[dict[str, ssl.SSLContext], ssl.SSLContext]:
    ca_key = ec.generate_private_key(ec.SECP256R1())
    ca = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "ca.mau-thu")])
    ca_file = folder / "ca.pem"
    ca_file.write_bytes(_made("ca.mau-thu", ca, ca_key, ca_key, _NOW - 9 * _DAY, _NOW + 9 * _DAY, True))
    spans = {
        GOOD: (GOOD, ca, _NOW - _DAY, _NOW + _DAY),
        EXPIRED: (EXPIRED, ca, _NOW - 3 * _DAY, _NOW - 2 * _DAY),
        NOT_YET: (NOT_YET, ca, _NOW + 2 * _DAY, _NOW + 3 * _DAY),
        OTHER: ("khac.gov.vn", ca, _NOW - _DAY, _NOW + _DAY),
        SELF_MADE: (SELF_MADE, None, _NOW - _DAY, _NOW + _DAY),
    }
    found = {}
    for host, (named, issuer, first, last) in spans.items():
        key = ec.generate_private_key(ec.SECP256R1())
        own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, named)])
        cert = _made(named, issuer or own, key, ca_key if issuer else key, first, last, False)
        path = folder / f"{host}.pem"
        path.write_bytes(
            cert
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        found[host] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        found[host].load_cert_chain(path)
    return found, ssl.create_default_context(cafile=str(ca_file))


@contextmanager
def link_server(folder: Path) -> Iterator[LinkServer]:
    contexts, trusted = _contexts(folder)

    def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        connection.context = contexts[name or GOOD]

    contexts[GOOD].sni_callback = choose
    stopping = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    server = LinkServer(listener.getsockname()[1], trusted, [])

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=_answer, args=(connection, server, contexts[GOOD], stopping)).start()

    threading.Thread(target=serve).start()
    try:
        yield server
    finally:
        stopping.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def _answer(
    connection: socket.socket, server: LinkServer, context: ssl.SSLContext, stopping: threading.Event
) -> None:
    with suppress(OSError), connection, context.wrap_socket(connection, server_side=True) as line:
        request = b""
        while b"\r\n\r\n" not in request:
            request += line.recv(4096)
        first = request.split(b"\r\n")[0].decode()
        server.asked.append(first)
        path = first.split(" ")[1]
        if path in _REDIRECTS:
            line.sendall(f"HTTP/1.1 302 Found\r\nLocation: {_REDIRECTS[path]}\r\n\r\n".encode())
        elif path == "/nho-giot":
            for byte in b"HTTP/1.1 200 OK\r\nX-Dai: " + b"a" * 65536:
                line.sendall(bytes([byte]))
                if stopping.wait(0.05):
                    return
        elif path == "/im":
            stopping.wait(30)
        elif path == "/dau-vo-tan":
            line.sendall(b"HTTP/1.1 200 OK\r\n")
            while not stopping.is_set():
                line.sendall(b"X-Dai: " + _ENDLESS + b"\r\n")
        elif path == "/vo-tan":
            line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            while not stopping.is_set():
                line.sendall(_ENDLESS)
        elif path == "/rac":
            line.sendall(b"\x00\x01 khong phai HTTP\r\n\r\n")
        else:
            code = {"/mat": "404 Not Found", "/cam": "403 Forbidden"}.get(path, "200 OK")
            line.sendall(f"HTTP/1.1 {code}\r\nContent-Length: 99\r\n\r\n".encode())
