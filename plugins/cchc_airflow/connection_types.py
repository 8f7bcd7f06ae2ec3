"""Our own types of connections, told to Airflow by the entry point `apache_airflow_provider` in pyproject.toml.

The forms under Admin > Connections are drawn from this; the hooks are imported only when one is used. Airflow
reads it in every process: keep this module light.
"""

from __future__ import annotations

from typing import Any

from cchc.mail.mailbox_limits import BOUNDS
from cchc.texts import t

STORE, SMTP, IMAP = "cchc_store", "cchc_smtp", "cchc_imap"
ONE_STOP, DOC_MANAGEMENT = "cchc_one_stop", "cchc_doc_management"
ALL_STANDARD = ("host", "schema", "login", "password", "port", "extra")


def provider_info() -> dict[str, Any]:
    """In the shape of Airflow's `provider_info.schema.json`; the package is the project itself."""
    return {
        "package-name": "cchc",
        "name": t("airflow.connections.provider"),
        "description": t("airflow.connections.about"),
        # Our assets as OpenLineage's data; the handler is explicitly none, for names need no tidying.
        "asset-uris": [
            {
                "schemes": ["x-cchc"],
                "handler": None,
                "to_openlineage_converter": "cchc_airflow.lineage.to_openlineage",
            }
        ],
        "connection-types": [
            _store(),
            _smtp(),
            _imap(),
            _web(ONE_STOP, "OneStopHook"),
            _web(DOC_MANAGEMENT, "DocManagementHook"),
        ],
    }


def _store() -> dict[str, Any]:
    return _type(
        STORE,
        "cchc_airflow.hooks.StoreHook",
        shown=("host", "port", "login", "password", "schema"),
        fields={"engine": _choice(STORE, "engine", ["postgresql", "sqlite"], "postgresql")},
    )


def _smtp() -> dict[str, Any]:
    return _type(
        SMTP,
        "cchc_airflow.hooks.SmtpHook",
        shown=("host", "port", "login", "password"),
        fields={
            "security": _choice(SMTP, "security", ["starttls", "tls", "none"], "starttls"),
            "sender": _text(SMTP, "sender"),
            "ca_file": _text(SMTP, "ca_file"),
        },
    )


def _imap() -> dict[str, Any]:
    return _type(
        IMAP,
        "cchc_airflow.imap_hook.ImapHook",
        shown=("host", "port", "login", "password"),
        fields={
            "security": _choice(IMAP, "security", ["tls", "starttls", "none"], "tls"),
            **{
                name: _text(IMAP, name)
                for name in ("ca_file", "folder", "done_folder", "review_folder", "authserv_id")
            },
            **{
                name: {
                    **_words(IMAP, name),
                    "schema": {"type": ["integer", "null"], "minimum": bound.least, "maximum": bound.most},
                }
                for name, bound in BOUNDS.items()
            },
        },
    )


def _web(name: str, hook: str) -> dict[str, Any]:
    return _type(
        name,
        f"cchc_airflow.sources_hooks.{hook}",
        shown=("host", "port", "login", "password"),
        fields={
            "header": _text("web", "header"),
            "ca_file": _text("web", "ca_file"),
            "plain_http": {
                **_words("web", "plain_http"),
                "schema": {"type": ["boolean", "null"], "default": False},
            },
            "test_path": _text("web", "test_path"),
        },
        texts="web",
    )


def _type(
    name: str, hook: str, shown: tuple[str, ...], fields: dict[str, Any], texts: str | None = None
) -> dict[str, Any]:
    """One connection type. Labels and placeholders of the standard fields are texts of the type."""
    own = texts or name
    return {
        "connection-type": name,
        "hook-class-name": hook,
        "hook-name": t(f"airflow.connections.names.{name}"),
        "conn-fields": fields,
        "ui-field-behaviour": {
            "hidden-fields": [field for field in ALL_STANDARD if field not in shown],
            "relabeling": {field: t(f"airflow.connections.{own}.{field}.label") for field in shown},
            "placeholders": {field: t(f"airflow.connections.{own}.{field}.hint") for field in shown},
        },
    }


def _words(own: str, field: str) -> dict[str, Any]:
    return {
        "label": t(f"airflow.connections.{own}.{field}.label"),
        "description": t(f"airflow.connections.{own}.{field}.hint"),
    }


def _text(own: str, field: str) -> dict[str, Any]:
    return {**_words(own, field), "schema": {"type": ["string", "null"]}}


def _choice(own: str, field: str, values: list[str], usual: str) -> dict[str, Any]:
    return {**_words(own, field), "schema": {"type": "string", "enum": values, "default": usual}}
