"""The sample of scoring and inspection in an installation of another province: it names bodies that may not be there.

What does not fit is emptied, never guessed: groups without their unit can appraise nothing, sets that apply to nobody
score nobody, confirmers without theirs confirm nothing, until the department has told its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from cchc.criteria import CriteriaSets
from cchc.criteria.appraisers import FILE as APPRAISERS
from cchc.errors import CchcError
from cchc.installing.yaml_changes import change_yaml
from cchc.texts import t
from cchc.units import UnitRegister

FIELDS = "inspection_fields.yaml"


def fit_scoring(folder: Path) -> list[str]:
    """Fit the files of a new folder to its units; remarks about what was emptied."""
    try:
        units = {unit.code for unit in UnitRegister.load(folder, strict=False).all}
    except CchcError:
        return []  # a list of units with faults is told by itself
    remarks = []
    unset: list[str] = []
    change_yaml(folder / APPRAISERS, lambda content: unset.extend(_without_strangers(content, units)))
    if unset:
        remarks.append(t("installing.appraisers_unset", file=folder / APPRAISERS))
    if not units or not _sets_fit(folder):
        files = sorted(folder.glob("criteria/*/bo.yaml"))
        for path in files:
            change_yaml(path, _applying_to_nobody)
        remarks.append(t("installing.sets_unset", count=len(files)))
    change_yaml(folder / FIELDS, lambda content: _without_strange_confirmers(content, units))
    for path in sorted(folder.glob("kiem-tra/*/doan.yaml")):
        if not _is_of(path, units):
            (path.parent / "lich.csv").unlink(missing_ok=True)
            path.unlink()
            remarks.append(t("installing.team_left_out", file=path))
    return remarks


def _without_strange_confirmers(content: Any, units: set[str]) -> None:
    for group in content["confirmers"].values():
        if group["unit"] not in units:
            group["unit"] = ""


def _is_of(path: Path, units: set[str]) -> bool:
    """Whether everybody of a team comes from a unit that is there."""
    team = YAML(typ="safe").load(path)
    people = [team["head"], *team.get("deputies", ()), *team["members"]]
    return all(one["unit"] in units for one in people)


def _sets_fit(folder: Path) -> bool:
    try:
        CriteriaSets.load(folder)
    except CchcError:
        return False
    return True


def _without_strangers(content: Any, units: set[str]) -> list[str]:
    """Empty the units that are not among those given; which they were."""
    unset = []
    holders = [content["secretary"], *content["groups"], *(one["substitute"] for one in content["groups"])]
    for holder in holders:
        if holder["unit"] not in units:
            unset.append(str(holder["unit"]))
            holder["unit"] = ""
    own = content["council"].get("units") or {}
    for account in [account for account, unit in own.items() if unit not in units]:
        unset.append(str(own.pop(account)))
    return unset


def _applying_to_nobody(content: Any) -> None:
    content["applies_to"].clear()
