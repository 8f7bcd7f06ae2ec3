"""The department that runs the year: its name, place, contact and mailboxes (`department.yaml`)."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from cchc.config_files import Opened, StrictModel, config_file
from cchc.reminders.addresses import ConfigAddress


class Contact(StrictModel):
    """Whom units call: a title and a number of the office, never a person's name."""

    title: str = Field(min_length=1)
    phone: str = Field(min_length=1)
    mailbox: ConfigAddress


class Department(StrictModel):
    """Every text and address that stands for the department in mails and documents."""

    name: str = Field(min_length=1)
    province: str = Field(min_length=1)
    place: str = Field(min_length=1)
    sender_name: str = Field(min_length=1)
    mail_domain: str = Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")
    reply_to: ConfigAddress
    contact: Contact
    failure_recipients: tuple[ConfigAddress, ...] = Field(min_length=1)
    approvers: tuple[ConfigAddress, ...] = Field(min_length=1)
    operators: tuple[ConfigAddress, ...] = Field(min_length=1)
    committee_mailbox: ConfigAddress

    @classmethod
    def load(cls, folder: Path | None = None) -> Department:
        """Raises ConfigErrors naming line, value and what is allowed."""
        return _load(folder)


@config_file("department.yaml")
def _load(opened: Opened) -> Department:
    return opened.yaml(Department)
