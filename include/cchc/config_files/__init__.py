"""The year's data: every file has one registered loader, is checked when it is loaded, and is read once."""

from cchc.config_files.faults import allowed, one_of, suggestion
from cchc.config_files.folder import config_hash, shown, shown_config
from cchc.config_files.reading import RowFaults, Rows, StrictModel, place_of
from cchc.config_files.registry import ConfigFile, OpenedFiles, check, config_file
from cchc.config_files.samples import Sample, samples_by_file, samples_left

__all__ = [
    "ConfigFile",
    "OpenedFiles",
    "RowFaults",
    "Rows",
    "Sample",
    "StrictModel",
    "allowed",
    "check",
    "config_file",
    "config_hash",
    "one_of",
    "place_of",
    "samples_by_file",
    "samples_left",
    "shown",
    "shown_config",
    "suggestion",
]
