"""Where exports can be fetched, as data (`include/config/sources/endpoints.yaml`)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from string import Formatter
from typing import Literal

from pydantic import Field, field_validator, model_validator

from cchc.config_files import OpenedFiles, StrictModel, config_file, shown
from cchc.errors import CchcError, ConfigError
from cchc.texts import t

_SAMPLE = date(2026, 2, 3)


class Paging(StrictModel):
    """JSON in pages: `parameter` counts from `first`, until a page is empty. How many rows a page has stands in
    the endpoint's `parameters`.

    `total`: the field where the server says how many rows there are; then none may be missing.
    """

    parameter: str
    first: int = Field(default=1, ge=0)
    total: str | None = None


class DownloadLimits(StrictModel):
    """Where a download gives up. `seconds` is the total of all pages, tries and waits.

    `read_seconds`: of silence; `wait_seconds`: before the second try, doubled each time unless the server says how
    long; `megabytes`: of everything received (10^6 bytes).
    """

    seconds: float = Field(default=1200, gt=0, le=21_600)
    read_seconds: float = Field(default=60, gt=0, le=1800)
    tries: int = Field(default=5, ge=1, le=20)
    wait_seconds: float = Field(default=2, ge=0, le=300)
    megabytes: float = Field(default=500, gt=0, le=20_000)


class Endpoint(StrictModel):
    """One export that can be fetched. `connection` is the id of the connection with address and secret.

    `parameters` may hold `{first}` and `{last}`, the days asked for, with a format such as `{first:%d/%m/%Y}`.
    `days_back`: so many days before the data window are asked for too, because entries are made late. `rows`: the
    JSON field with the list of rows, as in `data.items`; without it a file is kept as it comes.
    """

    name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)
    title: str = Field(min_length=1)
    source: Literal["one_stop", "doc_management"]
    connection: str = Field(pattern=r"^[\w.\-]{1,200}$")
    path: str = Field(pattern=r"^/[^?#\s]*$")
    parameters: dict[str, str] = Field(default_factory=dict)
    format: Literal["csv", "csv.gz", "xlsx", "xls", "ods", "json", "parquet"]
    rows: str | None = None
    paging: Paging | None = None
    days_back: int = Field(default=7, ge=0, le=366)
    limits: DownloadLimits = DownloadLimits()

    @field_validator("parameters")
    @classmethod
    def _days_only(cls, parameters: dict[str, str]) -> dict[str, str]:
        for value in parameters.values():
            try:
                fields = [(name, how) for _, name, _, how in Formatter().parse(value)]
                # Only whole names: `{first.year}` would open every attribute of the value.
                if any(name not in (None, "first", "last") or how for name, how in fields):
                    raise ValueError
                value.format(first=_SAMPLE, last=_SAMPLE)
            except ValueError:
                raise ValueError(t("sources.web.config.placeholder")) from None
        return parameters

    @model_validator(mode="after")
    def _fits_its_format(self) -> Endpoint:
        if self.rows and self.format != "json":
            raise ValueError(t("sources.web.config.rows"))
        if self.paging and not self.rows:
            raise ValueError(t("sources.web.config.paging"))
        return self

    def query(self, first: date, last: date) -> dict[str, str]:
        """The query parameters for these days, both included."""
        return {key: value.format(first=first, last=last) for key, value in self.parameters.items()}


class _EndpointFile(StrictModel):
    endpoints: tuple[Endpoint, ...] = ()


def load_endpoints(folder: Path | None = None) -> list[Endpoint]:
    """Every declared endpoint, in the order of the file. Raises ConfigError(s) with file, place and value."""
    return list(_load(folder))


@config_file("sources/endpoints.yaml")
def _load(opened: OpenedFiles) -> tuple[Endpoint, ...]:
    path, endpoints = opened.path, opened.yaml(_EndpointFile).endpoints
    seen: set[str] = set()
    for number, one in enumerate(endpoints):
        if one.name in seen:
            raise ConfigError(
                shown(path), f"endpoints.{number}.name", one.name, t("sources.web.config.name_once")
            )
        seen.add(one.name)
    return endpoints


def find_endpoint(name: str) -> Endpoint:
    """The endpoint of that name; CchcError names those that are declared."""
    endpoints = load_endpoints()
    for one in endpoints:
        if one.name == name:
            return one
    known = ", ".join(one.name for one in endpoints) or t("sources.web.config.none")
    raise CchcError(t("sources.web.unknown_endpoint", name=name, known=known))
