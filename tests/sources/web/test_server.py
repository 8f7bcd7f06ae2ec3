"""Secrets: shown to the declared server, by the declared means, and to nobody else."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.sources.web.conftest import FIRST, LAST, SECRET, endpoint, server_at
from tests.sources.web.scripted_server import Reply, ScriptedServer

from cchc.errors import CchcError
from cchc.sources.web import WebError, WebServer, download, probe

Serve = Callable[..., ScriptedServer]
CSV = b"a;b\n1;2\n"


def headers_for(serve: Serve, drop: Path, **changed: object) -> dict[str, str]:
    server = serve(Reply(CSV))
    download(endpoint(), server_at(server.address, **changed), FIRST, LAST, drop)
    return server.seen[0].headers


def test_a_token_goes_as_bearer_or_in_its_own_header(serve: Serve, drop: Path) -> None:
    assert headers_for(serve, drop)["Authorization"] == f"Bearer {SECRET}"
    assert headers_for(serve, drop, secret="Token abc")["Authorization"] == "Token abc"
    own = headers_for(serve, drop, header="X-Api-Key")
    assert own["X-Api-Key"] == SECRET and "Authorization" not in own


def test_a_login_goes_as_basic_with_any_letters(serve: Serve, drop: Path) -> None:
    sent = headers_for(serve, drop, login="so-nội-vụ", secret="mật:khẩu")["Authorization"]
    assert b64decode(sent.removeprefix("Basic ")).decode() == "so-nội-vụ:mật:khẩu"


def test_without_a_secret_none_is_taken_from_the_users_own_files(
    serve: Serve, drop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ai password gi\n")
    monkeypatch.setenv("NETRC", str(netrc))
    assert "Authorization" not in headers_for(serve, drop, secret=None)


@pytest.mark.parametrize("header", ["Authorization", "X-Api-Key"])
def test_a_redirect_to_another_server_is_refused_and_never_called(
    serve: Serve, drop: Path, header: str
) -> None:
    other = serve(Reply(CSV))
    server = serve(Reply(status=307, headers={"Location": f"{other.address}/lay?khoa=bi-mat"}))
    with pytest.raises(WebError, match="Không đi theo") as caught:
        download(endpoint(), server_at(server.address, header=header), FIRST, LAST, drop)
    assert other.address in str(caught.value) and "khoa" not in str(caught.value)
    assert other.seen == []


@pytest.mark.parametrize(
    ("address", "changed", "words"),
    [
        ("https://ten:mat-khau@may.example", {}, "không kèm đường dẫn, tên"),
        ("https://may.example/api", {}, "đường dẫn ghi trong endpoints.yaml"),
        ("may.example", {}, "https://motcua"),
        ("ftp://may.example", {}, "https://motcua"),
        ("https://may.example:99999", {}, "https://motcua"),
        ("http://may.example", {}, "không mã hóa"),
        ("https://may.example", {"header": "X Key"}, "X-Api-Key"),
        ("https://may.example", {"secret": "mã\n"}, "khoảng trắng"),
        ("https://may.example", {"login": "a:b"}, "hai chấm"),
        ("https://may.example", {"login": "a", "secret": None}, "Điền mật khẩu"),
        ("https://may.example", {"ca_file": "/khong/co.pem"}, "/khong/co.pem"),
    ],
)
def test_a_wrong_server_is_told_without_its_secret(address: str, changed: dict[str, str], words: str) -> None:
    with pytest.raises(CchcError) as caught:
        WebServer(**({"address": address, "secret": SECRET} | changed))  # type: ignore[arg-type]  # mixed keywords
    assert words in str(caught.value)
    for secret in (SECRET, "mat-khau", "mã\n"):
        assert secret not in str(caught.value)


def test_the_representation_holds_no_secret() -> None:
    server = WebServer("https://may.example", login="ten", secret=SECRET)
    assert SECRET not in repr(server) and SECRET not in repr(server.auth)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that nobody but its own file vouches for, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "may thu")])
    start = datetime.datetime(2020, 1, 1)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    signed = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(start).not_valid_after(datetime.datetime(2100, 1, 1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    path = tmp_path_factory.mktemp("tls") / "may.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


def test_certificates_are_verified_and_an_own_authority_may_be_named(certificate: Path, drop: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with ScriptedServer(lambda _seen, _number: Reply(CSV)).running(context) as server:
        address = server.address.replace("http:", "https:")
        with pytest.raises(WebError, match="không được tin cậy") as caught:
            download(endpoint(), WebServer(address, secret=SECRET), FIRST, LAST, drop)
        assert "(mot-cua-thu)" in str(caught.value) and server.seen == []
        trusting = WebServer(address, secret=SECRET, ca_file=str(certificate))
        path = download(endpoint(), trusting, FIRST, LAST, drop)
        assert path.read_bytes() == CSV


def test_a_bundle_of_the_environment_does_not_replace_the_named_one(
    certificate: Path, drop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "khac.pem"
    other.write_bytes(certificate.read_bytes())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "khong-co.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with ScriptedServer(lambda _seen, _number: Reply(CSV)).running(context) as server:
        address = server.address.replace("http:", "https:")
        trusting = WebServer(address, secret=SECRET, ca_file=str(other))
        assert download(endpoint(), trusting, FIRST, LAST, drop)


def test_a_tls_server_that_drips_meets_the_total_time_limit_too(certificate: Path, drop: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with ScriptedServer(lambda _seen, _number: Reply(CSV * 999, drip=True)).running(context) as server:
        trusting = WebServer(server.address.replace("http:", "https:"), ca_file=str(certificate))
        with pytest.raises(WebError, match=r"0\.6 giây"):
            download(endpoint(limits={"seconds": 0.6}), trusting, FIRST, LAST, drop)


@pytest.mark.parametrize(("status", "answered"), [(200, 200), (204, 204), (404, 404), (400, 400)])
def test_a_probe_tells_that_the_server_is_there(serve: Serve, status: int, answered: int) -> None:
    server = serve(Reply(status=status))
    assert probe(server_at(server.address), "/thu") == answered
    assert server.seen[0].path == "/thu"


@pytest.mark.parametrize(
    ("status", "words"), [(401, "401"), (403, "403"), (500, "500"), (302, "Không đi theo")]
)
def test_a_probe_tells_why_it_is_not_let_in(serve: Serve, status: int, words: str) -> None:
    server = serve(Reply(status=status, headers={"Location": "/dang-nhap?ve=/thu"}))
    with pytest.raises(WebError, match=words) as caught:
        probe(server_at(server.address), "/thu")
    assert "ve=" not in str(caught.value) and len(server.seen) == 1
