"""Where exports can be fetched, as data (`include/config/sources/endpoints.yaml`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from string import Formatter
from typing import Literal

from pydantic import Field, field_validator, model_validator

from cchc.config_files import StrictModel, load_yaml, shown
from cchc.errors import CchcError, ConfigError
from cchc.sources.layouts import sources_dir
from cchc.texts import t

Format = Literal["csv", "csv.gz", "xlsx", "xls", "ods", "json", "parquet"]
_SAMPLE = date(2026, 2, 3)
_UNSAFE = set('/\\:*?"<>|')


class Paging(StrictModel):
    """How an answer goes on.

    `page`: `parameter` counts from `first`; `offset`: it is the number of rows already received; `next`: the
    address of the next page stands in the JSON field `next_field`, or in the HTTP header Link. Pages are asked
    for until one is empty: a server may give fewer rows than `size`. `total_field`: where the JSON says how
    many rows there are; then they are counted. Fields of JSON are named as in `data.items`.
    """

    kind: Literal["page", "offset", "next"]
    parameter: str | None = None
    first: int = Field(default=1, ge=0)
    size_parameter: str | None = None
    size: int | None = Field(default=None, ge=1, le=100_000)
    next_field: str | None = None
    total_field: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> Paging:
        if (self.kind == "next") != (self.parameter is None):
            raise ValueError(t("web.config.parameter"))
        if self.next_field and self.kind != "next":
            raise ValueError(t("web.config.next_field"))
        if (self.size_parameter is None) != (self.size is None):
            raise ValueError(t("web.config.size"))
        return self


class Days(StrictModel):
    """Which days are asked for, always up to the day of the run.

    `window`: from the first day of the data window (for software that selects by the day of receipt);
    `landing`: from the last landing (for software that selects by the day of change). Both begin `back` days
    earlier, because entries are made late.
    """

    since: Literal["window", "landing"] = "window"
    back: int = Field(default=7, ge=0, le=366)


class Limits(StrictModel):
    """Where a download gives up. `seconds` is the total of all pages, tries and waits of one download.

    `megabytes`: of everything received (10^6 bytes), also after unpacking; `wait_seconds`: before the second
    try, doubled each time unless the server says how long.
    """

    seconds: float = Field(default=1200, gt=0, le=21_600)
    connect_seconds: float = Field(default=10, gt=0, le=300)
    read_seconds: float = Field(default=60, gt=0, le=1800)
    tries: int = Field(default=5, ge=1, le=20)
    wait_seconds: float = Field(default=2, ge=0, le=300)
    megabytes: float = Field(default=500, gt=0, le=20_000)
    pages: int = Field(default=1000, ge=1, le=100_000)

    @property
    def size(self) -> int:
        """In bytes."""
        return int(self.megabytes * 1_000_000)


class Endpoint(StrictModel):
    """One export that can be fetched. `connection` is the id of the connection with address and secret.

    `parameters` and `file_name` may hold `{first}` and `{last}`, the days asked for, with a format such as
    `{first:%d/%m/%Y}`. `rows`: the JSON field with the list of rows; without it the list is the whole answer.
    """

    name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)
    title: str = Field(min_length=1)
    source: Literal["one_stop", "doc_management"]
    connection: str = Field(pattern=r"^[\w.\-]{1,200}$")
    path: str = Field(pattern=r"^/[^?#\s]*$")
    parameters: dict[str, str] = Field(default_factory=dict)
    format: Format
    rows: str | None = None
    paging: Paging | None = None
    days: Days = Days()
    file_name: str = "{name}-{first}-{last}"
    limits: Limits = Limits()

    @field_validator("parameters")
    @classmethod
    def _days_only(cls, parameters: dict[str, str]) -> dict[str, str]:
        for value in parameters.values():
            _filled(value, {"first": _SAMPLE, "last": _SAMPLE})
        return parameters

    @field_validator("file_name")
    @classmethod
    def _plain_name(cls, pattern: str) -> str:
        name = _filled(pattern, {"name": "a", "first": _SAMPLE, "last": _SAMPLE})
        # The name tells later which landings were this endpoint's.
        if not pattern.startswith("{name}") or _UNSAFE & set(name):
            raise ValueError(t("web.config.file_name"))
        return pattern

    @model_validator(mode="after")
    def _fits_its_format(self) -> Endpoint:
        if self.rows and self.format != "json":
            raise ValueError(t("web.config.rows"))
        paging = self.paging
        if paging and self.format not in ("json", "csv"):
            raise ValueError(t("web.config.paging_format"))
        if (
            paging
            and self.format == "csv"
            and (paging.kind == "offset" or paging.next_field or paging.total_field)
        ):
            raise ValueError(t("web.config.csv_paging"))
        return self

    def query(self, first: date, last: date) -> dict[str, str]:
        """The query parameters for these days, both included."""
        return {key: _filled(value, {"first": first, "last": last}) for key, value in self.parameters.items()}

    def file_stem(self, first: date, last: date) -> str:
        """The file's name without its suffix."""
        return _filled(self.file_name, {"name": self.name, "first": first, "last": last})


class _EndpointFile(StrictModel):
    endpoints: tuple[Endpoint, ...] = ()


def load_endpoints(folder: Path | None = None) -> list[Endpoint]:
    """Every declared endpoint, in the order of the file. Raises ConfigError(s) with file, place and value."""
    path = (folder or sources_dir()) / "endpoints.yaml"
    endpoints = list(load_yaml(path, _EndpointFile).endpoints)
    seen: set[str] = set()
    for number, one in enumerate(endpoints):
        if one.name in seen:
            raise ConfigError(shown(path), f"endpoints.{number}.name", one.name, t("web.config.name_once"))
        seen.add(one.name)
    return endpoints


def find_endpoint(name: str) -> Endpoint:
    """The endpoint of that name; CchcError names those that are declared."""
    endpoints = load_endpoints()
    for one in endpoints:
        if one.name == name:
            return one
    known = ", ".join(one.name for one in endpoints) or t("web.config.none")
    raise CchcError(t("web.unknown_endpoint", name=name, known=known))


def _filled(pattern: str, values: Mapping[str, object]) -> str:
    """The pattern with its placeholders filled; ValueError for any other placeholder or a strange format."""
    try:
        fields = [(name, conversion) for _, name, _, conversion in Formatter().parse(pattern)]
        # Only whole names: `{first.year}` would open every attribute of the value.
        if any(name is not None and (name not in values or conversion) for name, conversion in fields):
            raise ValueError(pattern)
        return pattern.format(**values)
    except ValueError:
        names = ", ".join(f"{{{name}}}" for name in values)
        raise ValueError(t("web.config.placeholder", names=names)) from None
