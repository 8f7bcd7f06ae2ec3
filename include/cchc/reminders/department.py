"""The department that runs the year: its name, place, contact and mailboxes (`department.yaml`)."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from cchc.config_files import StrictModel, load_yaml
from cchc.paths import config_dir
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
        """From `department.yaml` of the configuration; parsed once per version of the file.

        Raises ConfigErrors naming line, value and what is allowed.
        """
        path = (folder or config_dir()) / "department.yaml"
        stamp = path.stat().st_mtime_ns if path.exists() else 0
        known = _PARSED.get(path)
        if known is None or known[0] != stamp:
            known = _PARSED[path] = (stamp, load_yaml(path, cls))
        return known[1]


_PARSED: dict[Path, tuple[int, Department]] = {}
