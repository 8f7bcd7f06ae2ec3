"""Limits and waiting times of the outbox (`mail.yaml`)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pydantic import Field

from cchc.config_files import OpenedFiles, StrictModel, config_file

LONGEST_WAIT_MINUTES = 240


class OutboxRules(StrictModel):
    """How the outbox treats failures, crashes and pace."""

    max_attempts: int = Field(ge=1, le=100)
    retry_after_minutes: int = Field(ge=0, le=240)
    stale_after_minutes: int = Field(ge=1)
    per_minute: int = Field(ge=0)
    timeout_seconds: int = Field(ge=1, le=600)

    @classmethod
    def load(cls, folder: Path | None = None) -> OutboxRules:
        """Raises ConfigErrors naming line, value and what is allowed."""
        return _load(folder)

    def wait_after(self, attempts: int) -> timedelta:
        """How long a mail that was refused for now rests after so many attempts; doubles, at most four hours."""
        return timedelta(
            minutes=min(self.retry_after_minutes * 2 ** max(0, attempts - 1), LONGEST_WAIT_MINUTES)
        )


@config_file("mail.yaml")
def _load(opened: OpenedFiles) -> OutboxRules:
    return opened.yaml(OutboxRules)
