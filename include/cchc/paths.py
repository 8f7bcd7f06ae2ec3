"""Where things lie: the checkout's own folders, and the folders of one installation (an *instance*)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from cchc.errors import ConfigError, ProductionHere

PROJECT_ROOT = Path(__file__).resolve().parents[2]
SQL_DIR = PROJECT_ROOT / "include" / "sql"
TEMPLATE_DIR = PROJECT_ROOT / "include" / "templates"
TEXT_DIR = PROJECT_ROOT / "include" / "texts"
PRODUCTION_SETTINGS = PROJECT_ROOT / ".env"  # of docker-compose.yaml
MAIL_MODES = ("dry_run", "redirect", "live")


@dataclass(frozen=True)
class InstanceSettings:
    """What an administrator decides for one installation (`cai-dat.yaml` in its folder).

    `mail_mode`: dry_run (default: nothing leaves), redirect (all to `redirect_to`), live.
    `rehearsal`: approvals may be passed by the replay, every document says 'BẢN DIỄN TẬP', and mail goes
    only to a loopback server. `config_folder`: the installation's own year's data, outside of the checkout.
    `base_url`: the address under which people reach the pages; links in mails begin with it.
    `shared_folder`: several machines work in this one folder (a mounted share). `kept_files`: several machines have a
    folder each and share their files through this address of object storage (`depot`); `kept_files_secrets`: a JSON
    file with what opens it. `open_links`: links that units send as evidence are opened from this machine when their
    files are locked (default: nobody is asked for anything). `unit_page_url`: the public address of the units' own
    page; without it the page is off and no mail carries a link. `unit_page_days`: how long a link counts after its
    mail.
    """

    mail_mode: str = "dry_run"
    redirect_to: str | None = None
    rehearsal: bool = False
    config_folder: str | None = None
    base_url: str | None = None
    shared_folder: bool = False
    kept_files: str | None = None
    kept_files_secrets: str | None = None
    open_links: bool = False
    unit_page_url: str | None = None
    unit_page_days: int = 60


@dataclass(frozen=True)
class Instance:
    """Folders of one installation, all below `root`."""

    root: Path

    @property
    def airflow_home(self) -> Path:
        return self.root / "airflow"

    @property
    def store_url(self) -> str:
        """SQLAlchemy URL of the working store; `CCHC_STORE_URL` overrides (PostgreSQL in production)."""
        return os.environ.get("CCHC_STORE_URL") or f"sqlite:///{self.root / 'so-cai.db'}"

    @property
    def reader_url(self) -> str | None:
        """The same store under a role that can only read (`CCHC_READER_URL`); None where there is no such role."""
        return os.environ.get("CCHC_READER_URL") or None

    @property
    def data(self) -> Path:
        """Raw exports and submissions, content-addressed; Parquet; snapshots."""
        return self.root / "du-lieu"

    @property
    def inbox(self) -> Path:
        """Folder in which units' workbooks arrive, one sub-folder a round."""
        return self.root / "hop-nhan"

    @property
    def export_drop(self) -> Path:
        """Folder in which exports of the one-stop and document-management software are dropped."""
        return self.root / "tha-tep"

    @property
    def out(self) -> Path:
        """What people open: workbooks, letters, reports; `out/<year>/<round_id>/...`."""
        return self.root / "ket-qua"

    @property
    def mail_sink(self) -> Path:
        """Where the local mail sink of the demo writes `.eml` files."""
        return self.root / "thu-da-gui"

    @property
    def form_key_file(self) -> Path:
        """The secret with which forms are signed."""
        return self.root / "khoa-ky-bieu"

    @property
    def proof_file(self) -> Path:
        """What the last audit found."""
        return self.root / "kiem-toan.json"

    @property
    def settings_file(self) -> Path:
        return self.root / "cai-dat.yaml"

    @property
    def settings(self) -> InstanceSettings:
        try:
            content = self.settings_file.read_bytes()
        except FileNotFoundError:
            return InstanceSettings()
        return _settings(self.settings_file, content)

    @property
    def base_url(self) -> str | None:
        """Where people reach the pages, without a slash at the end; None while nobody has said it.

        `CCHC_BASE_URL` overrides the setting (services in containers).
        """
        given = os.environ.get("CCHC_BASE_URL") or self.settings.base_url
        return given.rstrip("/") if given else None

    @property
    def unit_page_url(self) -> str | None:
        """Where units reach their own page, without a slash at the end; None while the page is off.

        `CCHC_UNIT_PAGE_URL` overrides the setting (services in containers).
        """
        given = os.environ.get("CCHC_UNIT_PAGE_URL") or self.settings.unit_page_url
        return given.rstrip("/") if given else None

    @property
    def kept_files(self) -> tuple[str | None, str | None]:
        """Address and secrets of the object storage through which machines share files; no address: there is none.

        `CCHC_KEPT_FILES` and `CCHC_KEPT_FILES_SECRETS` override the settings (services in containers).
        """
        if address := os.environ.get("CCHC_KEPT_FILES"):
            return address, os.environ.get("CCHC_KEPT_FILES_SECRETS") or None
        settings = self.settings
        return settings.kept_files, settings.kept_files_secrets

    def round_out(self, round_id: str) -> Path:
        """Folder of a round's products, e.g. `out/2026/2026-Q1`."""
        return self.out / round_id[:4] / round_id


@lru_cache(maxsize=8)  # asked for with every file of the year's data
def _settings(file: Path, content: bytes) -> InstanceSettings:
    raw = yaml.safe_load(content.decode("utf-8")) or {}
    known = set(InstanceSettings.__dataclass_fields__)
    for key in raw:
        if key not in known:
            raise ConfigError(file, key, key, ", ".join(sorted(known)))
    settings = InstanceSettings(**raw)
    if settings.mail_mode not in MAIL_MODES:
        raise ConfigError(file, "mail_mode", settings.mail_mode, ", ".join(MAIL_MODES))
    if settings.mail_mode == "redirect" and not settings.redirect_to:
        raise ConfigError(file, "redirect_to", None, "một địa chỉ thư nhận thay")
    if not isinstance(settings.open_links, bool):
        raise ConfigError(file, "open_links", settings.open_links, "true, false")
    if settings.unit_page_url and not settings.unit_page_url.startswith(("http://", "https://")):
        raise ConfigError(file, "unit_page_url", settings.unit_page_url, "địa chỉ bắt đầu bằng https://")
    if not isinstance(settings.unit_page_days, int) or not 1 <= settings.unit_page_days <= 366:
        raise ConfigError(file, "unit_page_days", settings.unit_page_days, "số ngày, từ 1 đến 366")
    if settings.kept_files and settings.shared_folder:
        raise ConfigError(
            file, "kept_files", settings.kept_files, "một trong hai: kept_files hoặc shared_folder"
        )
    if settings.kept_files and "://" not in settings.kept_files:
        raise ConfigError(
            file, "kept_files", settings.kept_files, "địa chỉ kho đối tượng, ví dụ s3://kho/so-noi-vu"
        )
    if settings.config_folder and not Path(settings.config_folder).is_dir():
        raise ConfigError(
            file, "config_folder", settings.config_folder, "một thư mục có thật (./cchc khoi-tao)"
        )
    return settings


def current_instance() -> Instance:
    """The instance named by `CCHC_HOME`, else `var/hang-ngay` of the checkout.

    Raises ProductionHere beside the services of docker-compose.yaml: the local folder is not what people mean there.
    """
    named = os.environ.get("CCHC_HOME")
    if not named and PRODUCTION_SETTINGS.exists():
        raise ProductionHere(PRODUCTION_SETTINGS)
    return Instance(Path(named or PROJECT_ROOT / "var" / "hang-ngay"))
