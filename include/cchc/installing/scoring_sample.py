"""The sample of scoring in an installation of another province: it names bodies that may not be there.

What does not fit is emptied, never guessed: groups without their unit can appraise nothing, sets that apply to nobody
score nobody, until the department has told its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cchc.criteria import CriteriaSets
from cchc.criteria.appraisers import FILE as APPRAISERS
from cchc.errors import CchcError
from cchc.installing.yaml_changes import change_yaml
from cchc.texts import t
from cchc.units import UnitRegister


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
    return remarks


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
