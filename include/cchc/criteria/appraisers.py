"""`appraisers.yaml`: who appraises which criteria, who does so for the body's own unit, council, secretary, leaders."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from pydantic import Field

from cchc.config_files import OpenedFiles, StrictModel, config_file, one_of, shown
from cchc.errors import CchcError, ConfigErrors, ConfigSentence
from cchc.texts import t
from cchc.units import UnitRegister

FILE = "appraisers.yaml"


class Secretary(StrictModel):
    """Opens, locks and reopens; decides no points."""

    unit: str
    accounts: tuple[str, ...] = Field(min_length=1)


class ScoringCouncil(StrictModel):
    """quorum: more than this share of all must be in the room or write. units: the unit of each account that has one:
    nobody decides on points of his own."""

    chair: str = Field(min_length=1)
    members: tuple[str, ...] = Field(min_length=1)
    quorum: Decimal = Field(gt=0, lt=1)
    units: dict[str, str] = Field(default_factory=dict)


class SubstituteGroup(StrictModel):
    """Who appraises the group's criteria of the group's own unit. unit: '' until a new installation has told it."""

    unit: str
    accounts: tuple[str, ...] = Field(min_length=1)
    head: str


class GroupEntry(SubstituteGroup):
    """A body that appraises, and its substitute. head: the account that confirms the group done."""

    code: str = Field(min_length=1)
    substitute: SubstituteGroup


class _AppraisersFile(StrictModel):
    secretary: Secretary
    council: ScoringCouncil
    leaders: tuple[str, ...] = Field(min_length=1)
    groups: tuple[GroupEntry, ...] = Field(min_length=1)


class AppraisalGroup(StrictModel):
    """The accounts that decide criteria of one group. is_substitute: for the unit of the body itself."""

    code: str
    unit: str
    accounts: tuple[str, ...]
    head: str
    is_substitute: bool = False


class _Appraised(Protocol):
    @property
    def appraiser(self) -> str: ...


class _OfUnit(Protocol):
    @property
    def code(self) -> str: ...


class Appraisers:
    """Who appraises what."""

    def __init__(self, file: _AppraisersFile) -> None:
        self.secretary, self.council, self.leaders = file.secretary, file.council, file.leaders
        self._entries = {entry.code: entry for entry in file.groups}
        self.groups = tuple(
            AppraisalGroup(code=one.code, unit=one.unit, accounts=one.accounts, head=one.head)
            for one in file.groups
        )

    @classmethod
    def load(cls, folder: Path | None = None) -> Appraisers:
        """Raises ConfigErrors: unknown units, a group twice, a head that is no account, no true substitute."""
        return load_appraisers(folder)

    def __contains__(self, code: str) -> bool:
        return code in self._entries

    def group(self, code: str) -> AppraisalGroup:
        """Raises CchcError that names the groups there are; also for one whose unit, or its substitute's, is not told
        yet: whose own unit is whose cannot be known."""
        found = next((one for one in self.groups if one.code == code), None)
        if found is None:
            raise CchcError(t("criteria.appraisers.unknown", code=code, allowed=one_of(code, self._entries)))
        if code in self.unsettled:
            raise CchcError(t("criteria.appraisers.unsettled", code=code))
        return found

    @property
    def unsettled(self) -> tuple[str, ...]:
        """Groups whose unit, or whose substitute's, is not told yet: they can appraise nothing."""
        entries = self._entries.values()
        return tuple(one.code for one in entries if not one.unit or not one.substitute.unit)

    @property
    def accounts(self) -> tuple[str, ...]:
        """Every account that the file names, each once: all of them must be able to sign in."""
        named = [*self.secretary.accounts, self.council.chair, *self.council.members, *self.leaders]
        for entry in self._entries.values():
            named += [*entry.accounts, *entry.substitute.accounts]
        return tuple(dict.fromkeys(named))

    def group_for(self, row: _Appraised, unit: _OfUnit) -> AppraisalGroup:
        """The group that appraises this criterion of this unit: the substitute where it is the body's own."""
        group = self.group(row.appraiser)
        if group.unit != unit.code:
            return group
        return self.substitute(group.code)

    def substitute(self, code: str) -> AppraisalGroup:
        """Who appraises for the group where its own unit is concerned."""
        other = self._entries[code].substitute
        return AppraisalGroup(
            code=code, unit=other.unit, accounts=other.accounts, head=other.head, is_substitute=True
        )


@config_file(FILE)
def load_appraisers(opened: OpenedFiles) -> Appraisers:
    file = opened.yaml(_AppraisersFile)
    units = UnitRegister.load(opened.folder, strict=False)
    if faults := list(_faults(file, units)):
        raise ConfigErrors(ConfigSentence(shown(opened.path), place, said) for place, said in faults)
    return Appraisers(file)


def _faults(file: _AppraisersFile, units: UnitRegister) -> Iterator[tuple[str, str]]:
    if file.secretary.unit and file.secretary.unit not in units:
        yield "secretary", t("criteria.appraisers.unit", unit=file.secretary.unit)
    council = file.council
    for account, unit in council.units.items():
        if account not in (council.chair, *council.members):
            yield "council.units", t("criteria.appraisers.no_member", account=account)
        if unit not in units:
            yield f"council.units.{account}", t("criteria.appraisers.unit", unit=unit)
    seen: set[str] = set()
    for group in file.groups:
        place = f"groups.{group.code}"
        if group.code in seen:
            yield place, t("criteria.appraisers.twice", code=group.code)
        seen.add(group.code)
        for who, where in ((group, place), (group.substitute, f"{place}.substitute")):
            if who.unit and who.unit not in units:
                yield where, t("criteria.appraisers.unit", unit=who.unit)
            if who.head not in who.accounts:
                yield where, t("criteria.appraisers.head", head=who.head)
        if group.unit and group.substitute.unit == group.unit:
            yield place, t("criteria.appraisers.own", unit=group.unit)
        if both := set(group.accounts) & set(group.substitute.accounts):
            yield place, t("criteria.appraisers.both", accounts=", ".join(sorted(both)))
