"""The production shape, as far as it can be judged without a container engine."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest
import yaml
from airflow.configuration import conf

from cchc.paths import PROJECT_ROOT

COMPOSE = PROJECT_ROOT / "docker-compose.yaml"
VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?:(:[?-])([^}]*))?\}")
SECRET = re.compile(
    r"PASSWORD|SECRET|FERNET|SQL_ALCHEMY_CONN|RESULT_BACKEND|BROKER_URL|STORE_URL|CONN_CCHC_SMTP"
)
SERVICES = {
    "postgres", "airflow-init", "airflow-apiserver", "airflow-scheduler", "airflow-dag-processor",
    "airflow-triggerer", "airflow-worker", "redis", "hop-thu-thu",
}  # fmt: skip


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return dict(yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"])


@pytest.fixture(scope="module")
def example() -> dict[str, str]:
    """Names and values of `.env.example`."""
    lines = (PROJECT_ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    pairs = [line.partition("=") for line in lines if line and not line.startswith("#")]
    return {name: value for name, _, value in pairs}


def test_the_services_are_there_and_say_whether_they_are_well(services: dict[str, Any]) -> None:
    assert set(services) == SERVICES
    for name, service in services.items():
        if name != "airflow-init":
            assert service["healthcheck"]["test"], name
            assert service["restart"] == "unless-stopped", name
    assert {name: service["profiles"] for name, service in services.items() if "profiles" in service} == {
        "airflow-worker": ["celery"],
        "redis": ["celery"],
        "hop-thu-thu": ["thu-thu"],
    }


def test_nothing_starts_before_the_databases_are_in_form(services: dict[str, Any]) -> None:
    for name, service in services.items():
        if name.startswith("airflow-") and name != "airflow-init":
            assert service["depends_on"]["airflow-init"] == {"condition": "service_completed_successfully"}, (
                name
            )
    assert services["airflow-init"]["depends_on"]["postgres"] == {"condition": "service_healthy"}


def test_ports_are_open_on_this_machine_only(services: dict[str, Any]) -> None:
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert len(ports) == 2
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_every_secret_comes_from_the_env_file_and_none_has_a_default(services: dict[str, Any]) -> None:
    for service, description in services.items():
        for name, value in (description.get("environment") or {}).items():
            if SECRET.search(name):
                used = list(VARIABLE.finditer(str(value)))
                assert used, f"{service}: {name} is written down"
                assert all(not one[3] or one[2] == ":?" for one in used), f"{service}: {name} has a default"


def test_the_example_names_every_variable_and_gives_no_secret_away(example: dict[str, str]) -> None:
    text = COMPOSE.read_text(encoding="utf-8")
    used = {match[1] for match in VARIABLE.finditer(text)}
    assert used <= set(example), f"not in .env.example: {used - set(example)}"
    assert set(example) - used == {"COMPOSE_PROFILES"}
    assert all(not value for name, value in example.items() if re.search("PASSWORD|SECRET|FERNET", name))


def test_airflow_knows_every_setting_that_is_made(services: dict[str, Any]) -> None:
    described = conf.configuration_description
    known = {name.upper(): {key.upper() for key in section["options"]} for name, section in described.items()}
    for name in services["airflow-apiserver"]["environment"]:
        if match := re.fullmatch(r"AIRFLOW__(\w+?)__(\w+)", name):
            if match[1] == "CELERY":  # its provider is installed in the image only
                continue
            assert match[2] in known[match[1]], name


def test_the_image_is_made_of_what_the_checkout_holds_and_may_be_sent() -> None:
    allowed = [
        line.removeprefix("!").strip()
        for line in (PROJECT_ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    ]
    copied: list[str] = []
    for line in (PROJECT_ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines():
        if line.startswith("COPY "):
            copied += shlex.split(line)[1:-1]
    names = [name.removeprefix("./") for name in copied]
    assert names
    for name in names:
        assert (PROJECT_ROOT / name).exists(), name
        assert name in allowed, f"{name} is kept out by .dockerignore"
