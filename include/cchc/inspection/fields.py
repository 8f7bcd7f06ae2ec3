"""Fields of an inspection: what is asked and looked at, and who confirms that a finding is mended."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field

from cchc.config_files import OpenedFiles, StrictModel, config_file, one_of, place_of, shown
from cchc.errors import ConfigError, ConfigErrors, RuleRefused
from cchc.folding import folded
from cchc.inspection.findings import Gravity
from cchc.mail.department import Login
from cchc.texts import t
from cchc.units import UnitRegister

Shown = Literal["late_dossiers", "not_online", "unsigned", "open_tasks", "last_findings"]


class InspectionField(StrictModel):
    """One field; see the comments in the file."""

    code: str = Field(pattern=r"^[a-z0-9-]+$")
    name: str = Field(min_length=1)
    severity: Gravity
    questions: tuple[str, ...] = Field(min_length=1)
    checklist: tuple[str, ...]
    confirmer: str
    show: tuple[Shown, ...] = ()
    counts_as: Literal["bao_cao", "chenh_lech"] | None = None


class Confirmers(StrictModel):
    """Accounts that accept or return what units report of mending. substitute: the group for their own unit.

    unit: '' until a new installation has told it; nobody can confirm until then.
    """

    unit: str
    accounts: tuple[Login, ...] = Field(min_length=1)
    substitute: str


class InspectionFields(StrictModel):
    """`inspection_fields.yaml`."""

    fields: tuple[InspectionField, ...] = Field(min_length=1)
    confirmers: dict[str, Confirmers] = Field(min_length=1)
    otherwise: str

    @classmethod
    def load(cls, folder: Path | None = None) -> InspectionFields:
        """Raises ConfigErrors naming line, value and what is allowed."""
        return _load(folder)

    def of(self, topic: str) -> InspectionField | None:
        """The field that a row of the team's workbook names; None for another one."""
        wanted = folded(topic)
        return next((one for one in self.fields if wanted in (folded(one.name), one.code)), None)

    def confirmers_of(self, topic: str, unit_code: str) -> Confirmers:
        """Who confirms findings of a field at a unit: its group, at the group's own unit the substitute."""
        found = self.of(topic)
        name = found.confirmer if found else self.otherwise
        group = self.confirmers[name]
        other = self.confirmers[group.substitute]
        if not group.unit or not other.unit:
            # Whose own unit is whose cannot be known.
            raise RuleRefused("confirmers-untold", t("inspection.confirmers_untold", name=name))
        return other if group.unit == unit_code else group


@config_file("inspection_fields.yaml")
def _load(opened: OpenedFiles) -> InspectionFields:
    settings, units = opened.yaml(InspectionFields), UnitRegister.load(opened.folder)
    faults = []

    def fault(keys: tuple[str, ...], found: str, allowed: str) -> None:
        faults.append(ConfigError(shown(opened.path), place_of(opened.path, keys), found, allowed))

    groups = settings.confirmers
    for place, one in enumerate(settings.fields):
        if one.confirmer not in groups:
            fault(("fields", str(place), "confirmer"), one.confirmer, one_of(one.confirmer, groups))
        if one.code in {other.code for other in settings.fields[:place]}:
            fault(("fields", str(place), "code"), one.code, "-")
    if settings.otherwise not in groups:
        fault(("otherwise",), settings.otherwise, one_of(settings.otherwise, groups))
    known = [unit.code for unit in units.all]
    for name, group in groups.items():
        if group.unit and group.unit not in units:
            fault(("confirmers", name, "unit"), group.unit, one_of(group.unit, known))
        other = groups.get(group.substitute)
        if other is None or (group.unit and other.unit == group.unit):
            apart = [code for code, one in groups.items() if one.unit != group.unit]
            fault(("confirmers", name, "substitute"), group.substitute, one_of(group.substitute, apart))
    if faults:
        raise ConfigErrors(faults)
    return settings
