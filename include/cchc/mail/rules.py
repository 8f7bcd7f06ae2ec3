"""Limits and waiting times of the outbox (`mail.yaml`)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pydantic import Field, ValidationInfo, field_validator

from cchc.config_files import OpenedFiles, StrictModel, config_file
from cchc.texts import t

LONGEST_WAIT_MINUTES = 240


class OutboxRules(StrictModel):
    """How the outbox treats refusals, crashes, slowness and pace."""

    max_attempts: int = Field(ge=1, le=100)
    retry_after_minutes: int = Field(ge=0, le=240)
    stale_after_minutes: int = Field(ge=1)
    per_minute: int = Field(ge=0)
    timeout_seconds: int = Field(ge=1, le=600)
    answer_seconds: int = Field(ge=1, le=3600)
    refused_in_a_row: int = Field(ge=2, le=100)
    alarm_hours: int = Field(default=6, ge=0, le=168)  # a folder of an older version lacks it

    @field_validator("answer_seconds")
    @classmethod
    def _before_a_claim_is_stale(cls, value: int, info: ValidationInfo) -> int:
        stale = info.data.get("stale_after_minutes")
        if stale is not None and value >= stale * 60:
            raise ValueError(t("mail.config.answer_seconds", most=stale * 60 - 1))
        return value

    @classmethod
    def load(cls, folder: Path | None = None) -> OutboxRules:
        """Raises ConfigErrors naming line, value and what is allowed."""
        return _load(folder)

    @property
    def alarm_quiet(self) -> timedelta:
        """How long the same fault of a task is not told again."""
        return timedelta(hours=self.alarm_hours)

    def wait_after(self, times: int) -> timedelta:
        """How long a mail, or all sending, rests after so many refusals; doubles, at most four hours."""
        doubled = self.retry_after_minutes * 2 ** min(max(0, times - 1), 10)
        return timedelta(minutes=min(doubled, LONGEST_WAIT_MINUTES))


@config_file("mail.yaml")
def _load(opened: OpenedFiles) -> OutboxRules:
    return opened.yaml(OutboxRules)
