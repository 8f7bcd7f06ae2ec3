"""From when on a state of the installation is told as something to look at (`watching.yaml`)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pydantic import Field

from cchc.config_files import OpenedFiles, StrictModel, config_file

GB = 1024**3
FULL_SHARE = 5  # of `free_disk_gb`: below a fifth of it nothing works for long


class Limits(StrictModel):
    """Each in the unit that its name ends with. A folder of an older version that lacks a limit gets the usual one."""

    unread_minutes: int = Field(default=60, ge=30, le=1440)
    unsent_minutes: int = Field(default=120, ge=10, le=10080)
    backup_hours: int = Field(default=72, ge=1, le=2400)
    free_disk_gb: int = Field(default=5, ge=1, le=10000)

    @classmethod
    def load(cls, folder: Path | None = None) -> Limits:
        """Raises ConfigErrors naming line, value and what is allowed."""
        return _load(folder)

    @property
    def unread(self) -> timedelta:
        return timedelta(minutes=self.unread_minutes)

    @property
    def unsent(self) -> timedelta:
        return timedelta(minutes=self.unsent_minutes)

    @property
    def backup(self) -> timedelta:
        return timedelta(hours=self.backup_hours)

    @property
    def free_bytes(self) -> int:
        return self.free_disk_gb * GB


@config_file("watching.yaml")
def _load(opened: OpenedFiles) -> Limits:
    return opened.yaml(Limits)
