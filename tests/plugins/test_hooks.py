"""What the hooks make of connections as an administrator may have entered them."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from cchc.errors import CchcError
from cchc.paths import Instance
from cchc_airflow.connection_types import provider_info
from cchc_airflow.hooks import SmtpHook, StoreHook
from cchc_airflow.sources_hooks import DocManagementHook, OneStopHook, server_of

SECRET = "ma-tuyet-mat-90ab"


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Defines a connection of that id for the test."""

    def define(
        connection_id: str, conn_type: str, extra: dict[str, Any] | None = None, **fields: Any
    ) -> None:
        value = {"conn_type": conn_type, "extra": extra or {}, **fields}
        monkeypatch.setenv(f"AIRFLOW_CONN_{connection_id.upper()}", json.dumps(value))

    return define


def test_airflow_accepts_what_we_tell_about_ourselves_and_finds_every_hook() -> None:
    from airflow.providers_manager import _create_provider_info_schema_validator

    info = provider_info()
    validator: jsonschema.protocols.Validator = _create_provider_info_schema_validator()
    validator.validate(info)
    for one in info["connection-types"]:
        module, _, name = one["hook-class-name"].rpartition(".")
        hook = getattr(importlib.import_module(module), name)
        assert (hook.conn_type, hook.hook_name) == (one["connection-type"], one["hook-name"])
        assert hook.conn_name_attr and hasattr(hook, "test_connection")


@pytest.mark.parametrize(
    ("host", "port", "address"),
    [
        ("https://mc.example", None, "https://mc.example"),
        ("https://mc.example/", 8443, "https://mc.example:8443"),
        (" mc.example ", None, "https://mc.example"),
        ("mc.example:8443", None, "https://mc.example:8443"),
    ],
)
def test_an_address_may_be_entered_as_people_write_it(
    connect: Any, host: str, port: int | None, address: str
) -> None:
    connect("cchc_mot_cua", "cchc_one_stop", host=host, port=port, password=SECRET)
    server = OneStopHook("cchc_mot_cua").get_conn()
    assert (server.address, server.login, server.secret) == (address, None, SECRET)
    assert server.header == "Authorization" and server.plain_http is False


def test_the_forms_own_fields_reach_the_server_and_empty_ones_mean_nothing(connect: Any) -> None:
    extra = {"header": "", "ca_file": None, "plain_http": True, "test_path": ""}
    connect("cchc_qlvb", "cchc_doc_management", extra, host="http://10.0.0.9", login="ten", password=SECRET)
    server = DocManagementHook("cchc_qlvb").get_conn()
    assert (server.header, server.ca_file, server.plain_http) == ("Authorization", None, True)
    assert (server.login, server.secret) == ("ten", SECRET)


@pytest.mark.parametrize(
    ("conn_type", "fields", "words"),
    [
        ("cchc_doc_management", {"host": "mc.example"}, "CCHC: phần mềm một cửa"),
        ("cchc_one_stop", {"host": "https://mc.example/api"}, "không kèm đường dẫn"),
        ("cchc_one_stop", {}, "Ghi dạng https"),
        ("cchc_one_stop", {"host": "http://mc.example"}, "Cho phép http"),
    ],
)
def test_a_wrong_connection_is_named_without_its_secret(
    connect: Any, conn_type: str, fields: dict[str, str], words: str
) -> None:
    connect("cchc_mot_cua", conn_type, password=SECRET, **fields)
    with pytest.raises(CchcError) as caught:
        OneStopHook("cchc_mot_cua").get_conn()
    assert "cchc_mot_cua" in str(caught.value) and words in str(caught.value)
    assert SECRET not in str(caught.value)


def test_the_server_of_an_endpoint_comes_from_the_connection_that_it_names(
    connect: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cau-hinh"
    (folder / "sources").mkdir(parents=True)
    entry = (
        "{name: qlvb-di, title: QLVB, source: doc_management, connection: cchc_thu, path: /x, format: csv}"
    )
    (folder / "sources" / "endpoints.yaml").write_text(f"endpoints: [{entry}]\n", encoding="utf-8")
    monkeypatch.setenv("CCHC_CONFIG", str(folder))
    with pytest.raises(CchcError, match="Chưa có kết nối cchc_thu"):
        server_of("qlvb-di")
    connect("cchc_thu", "cchc_doc_management", host="https://qlvb.example", password=SECRET)
    assert server_of("qlvb-di").address == "https://qlvb.example"


def test_a_store_of_our_own_type_is_sqlite_or_postgresql(connect: Any, instance: Instance) -> None:
    connect("cchc_store", "cchc_store", {"engine": "sqlite"}, host="/srv/so-cai.db")
    assert StoreHook().url == "sqlite:////srv/so-cai.db"
    connect("cchc_store", "cchc_store", host="10.0.0.5", login="cchc", password="a/b", schema="so_cai")
    assert StoreHook().url == "postgresql+psycopg://cchc:a%2Fb@10.0.0.5/so_cai"
    connect("cchc_store", "mysql", host="10.0.0.5")
    with pytest.raises(CchcError, match="mysql"):
        _ = StoreHook().url


def test_a_mail_server_is_taken_from_our_form_and_from_the_usual_type(connect: Any) -> None:
    for conn_type in ("cchc_smtp", "smtp"):
        extra = {"security": "tls", "sender": "", "ca_file": ""}
        connect("cchc_smtp", conn_type, extra, host="mail.example", login="a@so.example", password=SECRET)
        config = SmtpHook().get_conn()
        assert config is not None
        assert (config.port, config.security, config.sender) == (465, "tls", "a@so.example")
        assert config.ca_file is None
