"""docker-compose.yaml: Docker Compose accepts it, nothing in it leads nowhere, and no service may more than it must."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from airflow.configuration import conf
from airflow.providers_manager import ProvidersManager
from tests.production import compose_file
from tests.production.containers import image_of

from cchc.paths import PROJECT_ROOT

VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)(?:(:[?-])([^}]*))?\}")
MOUNTED = re.compile(r"/run/secrets/([\w-]+)")
AIRFLOW = {
    "airflow-apiserver",
    "airflow-scheduler",
    "airflow-dag-processor",
    "airflow-triggerer",
    "airflow-worker",
}
SERVICES = AIRFLOW | {"postgres", "airflow-init", "redis", "cchc", "hop-thu-thu", "trang-don-vi"}
# Who is given what; a secret that another service gets as well is a decision, and stands here.
GIVEN = {
    "postgres-password": {"postgres"},
    "admin-password": {"airflow-init"},
    "jwt-key": {"airflow-apiserver", "airflow-scheduler"},
    "session-key": {"airflow-apiserver", "airflow-init"},
    "fernet-key": {"airflow-apiserver", "airflow-scheduler", "airflow-triggerer", "airflow-init", "cchc"},
    "broker-url": {"airflow-scheduler", "airflow-worker"},
    "redis-conf": {"redis"},
    "pgpass-airflow": {"airflow-dag-processor"},
    "pgpass-cchc": {"trang-don-vi"},
    "pgpass": {"postgres", "airflow-init", "cchc", *AIRFLOW - {"airflow-dag-processor"}},
}
TASK_MB, SCHEDULER_MB = 250, 500


def words_of(service: dict[str, Any]) -> Iterator[str]:
    """Everything a service is told: command, entry, health check, environment."""
    yield from service.get("command") or []
    yield from service.get("entrypoint") or []
    yield from (service.get("healthcheck") or {}).get("test", [])
    yield from map(str, (service.get("environment") or {}).values())


def test_compose_refuses_what_is_misspelt(project: Path) -> None:
    text = (project / "docker-compose.yaml").read_text(encoding="utf-8")
    (project / "sai.yaml").write_text(
        text.replace("stop_grace_period:", "stop_grace_periods:"), encoding="utf-8"
    )
    with pytest.raises(AssertionError, match="stop_grace_periods"):
        compose_file.read(project, project / ".env", "sai.yaml")


def test_the_services_are_there_and_say_whether_they_are_well(services: dict[str, Any]) -> None:
    assert set(services) == SERVICES
    for name in SERVICES - {"airflow-init", "cchc"}:
        assert services[name]["healthcheck"]["test"], name
        assert services[name]["restart"] == "unless-stopped", name
    assert {name: one["profiles"] for name, one in services.items() if "profiles" in one} == {
        "airflow-worker": ["celery"],
        "redis": ["celery"],
        "hop-thu-thu": ["thu-thu"],
        "trang-don-vi": ["trang-don-vi"],
        "cchc": ["lenh"],
    }


def test_nothing_starts_before_the_databases_are_in_form(services: dict[str, Any]) -> None:
    for name in (*AIRFLOW, "cchc", "trang-don-vi"):
        condition = services[name]["depends_on"]["airflow-init"]["condition"]
        assert condition == "service_completed_successfully", name
    assert services["airflow-init"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    assert services["airflow-worker"]["depends_on"]["redis"]["condition"] == "service_healthy"


def test_ports_are_open_on_this_machine_only(services: dict[str, Any]) -> None:
    ports = [port for service in services.values() for port in service.get("ports", [])]
    assert len(ports) == 3
    assert {port["host_ip"] for port in ports} == {"127.0.0.1"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_may_no_more_than_it_must(services: dict[str, Any], name: str) -> None:
    service = services[name]
    assert service["user"] == "50000:0"
    assert service["cap_drop"] == ["ALL"] and not service.get("cap_add") and not service.get("privileged")
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert int(service["mem_limit"]) and service["cpus"] and service["pids_limit"]
    assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    writable = [one["target"] for one in service.get("volumes", []) if not one.get("read_only")]
    assert set(writable) <= {"/var/lib/cchc", "/var/log/airflow", "/var/lib/postgresql/data"}
    assert all("size=" in one for one in service.get("tmpfs", [])), "memory without a bound"
    # Docker would make a folder that is not there as root, and the service could not write.
    for mount in service.get("volumes", []):
        assert mount["type"] == "volume" or not mount["bind"].get("create_host_path")


def test_a_secret_is_given_to_those_alone_that_are_told_of_it(services: dict[str, Any]) -> None:
    given: dict[str, set[str]] = {}
    for name, service in services.items():
        mounted = {
            one["target"].removeprefix("/run/secrets/"): one["source"] for one in service.get("secrets", [])
        }
        told = {found for word in words_of(service) for found in MOUNTED.findall(word)}
        if name == "hop-thu-thu" or name == "redis":
            assert "environment" not in service
        assert set(mounted) == told, name
        for source in mounted.values():
            given.setdefault(source, set()).add(name)
    assert given == GIVEN


def test_no_secret_stands_in_an_environment_or_a_command(project: Path, services: dict[str, Any]) -> None:
    secrets = set()
    for path in (project / "bi-mat").iterdir():
        assert path.stat().st_mode & 0o777 == 0o400, path.name
        secrets |= set(re.findall(r"[\w\-=+/]{12,}", path.read_text(encoding="utf-8")))
    assert len(secrets) >= 9
    told = [word for service in services.values() for word in words_of(service)]
    assert [word for word in told for secret in secrets if secret in word] == []


def test_services_share_a_network_with_those_that_they_speak_to_and_databases_have_no_way_out(
    deployment: dict[str, Any], services: dict[str, Any]
) -> None:
    networks = {name: set(service["networks"]) for name, service in services.items()}
    inside = {name for name, one in deployment["networks"].items() if one.get("internal")}
    assert networks["postgres"] == networks["redis"] == networks["airflow-dag-processor"] == inside
    host = re.compile(rf"(?:@|//)({'|'.join(SERVICES)})\b")
    for name, service in services.items():
        for other in {found for word in words_of(service) for found in host.findall(word)}:
            assert networks[name] & networks[other], f"{name} cannot reach {other}"


def test_the_example_names_every_variable_and_holds_no_secret() -> None:
    text = (PROJECT_ROOT / "docker-compose.yaml").read_text(encoding="utf-8")
    used = {match[1] for match in VARIABLE.finditer(text)}
    lines = (PROJECT_ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    example = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert used == set(example) - {"COMPOSE_PROFILES"}
    assert not [name for name in example if re.search("PASSWORD|KEY|TOKEN", name)]
    assert '"password"' not in example["CCHC_SMTP"]


def test_airflow_knows_every_setting_and_runs_a_command_only_for_those_that_may_be_secret(
    services: dict[str, Any],
) -> None:
    ProvidersManager().initialize_providers_configuration()
    described = conf.configuration_description
    known = {name.upper(): {key.upper() for key in section["options"]} for name, section in described.items()}
    secret = {(section.upper(), key.upper()) for section, key in conf.sensitive_config_values}
    seen = 0
    for name in AIRFLOW | {"airflow-init", "cchc"}:
        for variable, value in services[name]["environment"].items():
            if match := re.fullmatch(r"AIRFLOW__(\w+?)__(\w+)", variable):
                key = match[2].removesuffix("_CMD")
                assert key in known[match[1]], variable
                assert key == match[2] or (match[1], key) in secret, f"{variable}: {value} would not be run"
                seen += 1
    assert seen > 60


def test_every_program_and_path_that_is_named_exists(
    deployment: dict[str, Any], services: dict[str, Any]
) -> None:
    for service in (services[name] for name in AIRFLOW | {"airflow-init", "cchc", "trang-don-vi"}):
        begin = [*service["entrypoint"], *(service.get("command") or [])]
        module = begin[4] if len(begin) > 4 else "cchc.cli"
        assert importlib.util.find_spec(module), module
        for word in words_of(service):
            for module in re.findall(r"python -m (\w[\w.]*)", word):
                assert importlib.util.find_spec(module), module
            for path in re.findall(r"/opt/cchc/[\w/]+", word):
                assert any(path.startswith(f"{place}") for place in image_of(PROJECT_ROOT)), path
    for name in ("dag_processor", "scheduler", "triggerer", "api-server"):
        assert any(name in word for service in services.values() for word in words_of(service))
    for kind in ("secrets", "configs"):
        assert deployment[kind]
        for one in deployment[kind].values():
            assert Path(one["file"]).is_file(), one


def test_as_many_tasks_at_once_as_the_memory_holds(services: dict[str, Any]) -> None:
    for name, setting in (
        ("airflow-scheduler", "AIRFLOW__CORE__PARALLELISM"),
        ("airflow-worker", "AIRFLOW__CELERY__WORKER_CONCURRENCY"),
    ):
        tasks = int(services[name]["environment"][setting])
        assert tasks * TASK_MB + SCHEDULER_MB <= int(services[name]["mem_limit"]) // 2**20


def test_every_image_of_others_is_pinned_by_its_digest_in_env(project: Path) -> None:
    """The registry is not asked here: `.env` names what an administrator has tried."""
    digest = "@sha256:" + "0" * 64
    names = {
        one
        for one, _, _ in VARIABLE.findall((project / "docker-compose.yaml").read_text())
        if "_IMAGE" in one
    }
    pinned = project / "ghim.env"
    lines = [f"{name}=anh{digest}" for name in sorted(names)]
    pinned.write_text(
        (project / ".env").read_text(encoding="utf-8") + "\n".join(lines) + "\n", encoding="utf-8"
    )
    config = compose_file.read(project, pinned)
    images = {service["image"] for service in config["services"].values()}
    assert images == {f"anh{digest}", "cchc:local"}
    bases = {
        one["build"]["args"]["CCHC_PYTHON_IMAGE"] for one in config["services"].values() if "build" in one
    }
    assert bases == {f"anh{digest}"}
    assert "FROM ${CCHC_PYTHON_IMAGE}" in (project / "Dockerfile").read_text(encoding="utf-8")
    example = (PROJECT_ROOT / ".env.example").read_text(encoding="utf-8")
    assert names <= set(re.findall(r"^(\w+)=", example, re.MULTILINE))
