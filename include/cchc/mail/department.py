"""The department that runs the year: its name, place, contact, mailboxes and accounts (`department.yaml`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from cchc.config_files import OpenedFiles, StrictModel, config_file, one_of, place_of, shown
from cchc.errors import ConfigError, ConfigErrors
from cchc.mail.accounts import MAY, InterfaceAct, Role, may
from cchc.mail.addresses import ConfigAddress
from cchc.texts import t
from cchc.units import ReportingTier

# What stands between accounts and their roles where Airflow reads them must not stand in a login.
Login = Annotated[str, Field(pattern=r"^[A-Za-z0-9._@-]+$")]


class Contact(StrictModel):
    """Whom units call: a title and a number of the office, never a person's name."""

    title: str = Field(min_length=1)
    phone: str = Field(min_length=1)
    mailbox: ConfigAddress


class Account(StrictModel):
    """One login. `name` is a title, never a person's name; `id` what Airflow calls the account, where not its login.

    role: the department's (`accounts.Role`), or Airflow's own as files of before say it.
    """

    name: str = Field(min_length=1)
    role: Literal["lanh-dao", "van-hanh", "tham-dinh", "xem", "quan-tri", "viewer", "user", "op", "admin"]
    id: Annotated[str, Field(min_length=1, coerce_numbers_to_str=True)] | None = None
    mailbox: ConfigAddress | None = None
    # Whose units an officer looks after (`accounts.scope_of`); neither: all of them.
    units: tuple[str, ...] = ()
    tiers: tuple[ReportingTier, ...] = ()
    locked: bool = False  # may not sign in


class Approvers(StrictModel):
    """The logins that may decide on each kind of document that is issued only after a decision."""

    bao_cao: tuple[str, ...] = Field(min_length=1)
    ke_hoach: tuple[str, ...] = Field(min_length=1)
    ket_qua_cham_diem: tuple[str, ...] = Field(min_length=1)
    # Plan, team, letters and report of inspections; whoever decides on the year's plan, where nobody is named.
    ke_hoach_kiem_tra: tuple[str, ...] = ()

    def of(self, kind: str) -> tuple[str, ...]:
        """The logins of a kind of document; a kind that nobody decides on is a fault of the program."""
        found: tuple[str, ...] = getattr(self, kind)
        return found or self.ke_hoach


@dataclass(frozen=True)
class Approver:
    """An account that may decide. `account_id`: by which Airflow knows it."""

    login: str
    account_id: str
    name: str
    mailbox: str

    @property
    def title(self) -> str:
        """As events and documents' histories name who decided: title and login."""
        return f"{self.name} ({self.login})"


class Department(StrictModel):
    """Every text and address that stands for the department in mails and documents, and who may sign in.

    `unit` is the department's own code among the units that report; it writes itself no official letter.
    """

    name: str = Field(min_length=1)
    province: str = Field(min_length=1)
    place: str = Field(min_length=1)
    sender_name: str = Field(min_length=1)
    mail_domain: str = Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")
    reply_to: ConfigAddress
    contact: Contact
    failure_recipients: tuple[ConfigAddress, ...] = Field(min_length=1)
    accounts: dict[Login, Account] = Field(min_length=1)
    approvers: Approvers
    decision_days: int = Field(ge=1, le=60)
    operators: tuple[ConfigAddress, ...] = Field(min_length=1)
    committee_mailbox: ConfigAddress
    unit: str = ""

    @classmethod
    def load(cls, folder: Path | None = None) -> Department:
        """Raises ConfigErrors naming line, value and what is allowed."""
        return _load(folder)

    def approvers_of(self, kind: str) -> tuple[Approver, ...]:
        """Who may decide on a kind of document, in the order of the file."""
        found = []
        for login in dict.fromkeys(self.approvers.of(kind)):
            account = self.accounts[login]
            found.append(Approver(login, account.id or login, account.name, str(account.mailbox)))
        return tuple(found)

    def approver_mailboxes(self) -> tuple[str, ...]:
        """The mailboxes of everybody who may decide on anything, each once."""
        kinds = Approvers.model_fields
        return tuple(dict.fromkeys(one.mailbox for kind in kinds for one in self.approvers_of(kind)))

    def staff_mailboxes(self) -> frozenset[str]:
        """Addresses of the people who run the year, in lower case: no unit's and no stranger's."""
        own = (*self.operators, *self.approver_mailboxes(), *self.failure_recipients)
        return frozenset(
            address.casefold() for address in (*own, self.committee_mailbox, self.contact.mailbox)
        )


@config_file("department.yaml")
def _load(opened: OpenedFiles) -> Department:
    department = opened.yaml(Department)
    if faults := list(_account_faults(opened.path, department)):
        raise ConfigErrors(faults)
    return department


def _account_faults(path: Path, department: Department) -> Iterator[ConfigError]:
    """Approvers that could not decide, and accounts that Airflow could not tell apart."""
    accounts = department.accounts

    def fault(keys: tuple[str, ...], found: object, allowed: str) -> ConfigError:
        return ConfigError(shown(path), place_of(path, keys), found, allowed)

    for kind in Approvers.model_fields:
        for place, login in enumerate(department.approvers.of(kind)):
            keys = ("approvers", kind, str(place))
            if login not in accounts:
                yield fault(keys, login, one_of(login, accounts))
            elif not may(accounts[login], InterfaceAct.ANSWER):
                roles = ", ".join(one for one in Role if one in MAY[InterfaceAct.ANSWER])
                yield fault(keys, login, t("config_files.approver_role", roles=roles))
            elif accounts[login].mailbox is None:
                yield fault(keys, login, t("config_files.approver_mailbox"))
            elif accounts[login].units or accounts[login].tiers:
                yield fault(keys, login, t("config_files.approver_scope"))
    times = Counter(account.id or login for login, account in accounts.items())
    for login, account in accounts.items():
        if times[account.id or login] > 1:
            yield fault(("accounts", login), account.id or login, t("config_files.account_id_once"))
