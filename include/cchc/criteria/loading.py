"""The folders `criteria/<set>/` of the year's data, read and proved together."""

from __future__ import annotations

from pathlib import Path

from cchc.config_files import OpenedFiles, config_file, shown
from cchc.criteria.appraisers import load_appraisers
from cchc.criteria.figures import load_external_figures
from cchc.criteria.proof import Surroundings, prove
from cchc.criteria.sets import ROWS, SETTINGS, CriteriaSets, SetDraft, SetFiles, draft_of
from cchc.errors import ConfigError, ConfigErrors, ConfigSentence
from cchc.indicators import IndicatorRegister
from cchc.texts import t
from cchc.units import UnitRegister


@config_file("criteria/*/tieu_chi.csv")
def _row_files(opened: OpenedFiles) -> dict[str, bytes]:
    """By set; what stands in them is looked at with the rest of the set."""
    return {path.parent.name: opened.content(path) for path in opened.paths()}


@config_file("criteria/*/phieu/*.yaml")
def _survey_files(opened: OpenedFiles) -> dict[str, dict[str, bytes]]:
    """By set and survey."""
    found: dict[str, dict[str, bytes]] = {}
    for path in opened.paths():
        found.setdefault(path.parent.parent.name, {})[path.stem] = opened.content(path)
    return found


@config_file("criteria/*/bo.yaml")
def load_sets(opened: OpenedFiles) -> CriteriaSets:
    drafts, faults = drafts_of(opened)
    if faults:
        raise ConfigErrors(faults)
    return CriteriaSets(tuple(draft.finished() for draft in drafts))


def drafts_of(opened: OpenedFiles) -> tuple[list[SetDraft], list[ConfigError]]:
    """(every set that can be read, every fault of every set)."""
    drafts: list[SetDraft] = []
    faults: list[ConfigError] = []
    for place, files in _files(opened, faults):
        try:
            draft = draft_of(files)
        except ConfigErrors as several:
            faults += several.errors
            continue
        except ConfigError as one:
            faults.append(one)
            continue
        faults += draft.faults
        if draft.settings.code != place.name:
            said = t("criteria.proof.folder", code=draft.settings.code, folder=place.name)
            faults.append(ConfigSentence(files.name(SETTINGS), "code", said))
        drafts.append(draft)
    unread = len(drafts) < len(opened.paths())
    faults += proved(opened.folder, tuple(drafts), unread=unread)
    return drafts, faults


def proved(folder: Path | None, drafts: tuple[SetDraft, ...], *, unread: bool = False) -> list[ConfigError]:
    """What the drafts break beside each other and beside units, indicators, figures and appraisers of the folder.

    unread: there are sets besides, whose files could not be read.
    """
    surroundings = Surroundings(
        units=UnitRegister.load(folder, strict=False),
        indicators=IndicatorRegister.load(folder),
        figures=load_external_figures(folder),
        appraisers=load_appraisers(folder),
        drafts=drafts,
        unread=unread,
    )
    return list(prove(surroundings))


def _files(opened: OpenedFiles, faults: list[ConfigError]) -> list[tuple[Path, SetFiles]]:
    rows, surveys = _row_files(opened.folder), _survey_files(opened.folder)
    found = []
    for path in opened.paths():
        place = path.parent
        if place.name not in rows:
            faults.append(ConfigSentence(shown(place / ROWS), "", t("criteria.proof.no_file")))
            continue
        found.append(
            (
                place,
                SetFiles(shown(place), opened.content(path), rows[place.name], surveys.get(place.name, {})),
            )
        )
    lone = {*rows, *surveys} - {path.parent.name for path in opened.paths()}
    for name in sorted(lone):
        place = opened.folder / "criteria" / name / SETTINGS
        faults.append(ConfigSentence(shown(place), "", t("criteria.proof.no_file")))
    return found
