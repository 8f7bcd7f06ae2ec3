"""The year's data: every file has one registered loader, is checked when it is loaded, and is read once."""

from cchc.config_files.faults import allowed, one_of, suggestion
from cchc.config_files.folder import SHIPPED, config_dir, config_hash, config_names, shown, shown_config
from cchc.config_files.kept import kept_csv, kept_yaml
from cchc.config_files.own_folder import (
    SampleNews,
    is_own,
    is_own_folder,
    load_version,
    make_own,
    news,
    sample_place,
    take_over,
)
from cchc.config_files.reading import RowFaults, Rows, StrictModel, place_of, text_of
from cchc.config_files.registry import ConfigFile, OpenedFiles, check, config_file
from cchc.config_files.samples import Sample, samples_by_file, samples_left

__all__ = [
    "SHIPPED",
    "ConfigFile",
    "OpenedFiles",
    "RowFaults",
    "Rows",
    "Sample",
    "SampleNews",
    "StrictModel",
    "allowed",
    "check",
    "config_dir",
    "config_file",
    "config_hash",
    "config_names",
    "is_own",
    "is_own_folder",
    "kept_csv",
    "kept_yaml",
    "load_version",
    "make_own",
    "news",
    "one_of",
    "place_of",
    "sample_place",
    "samples_by_file",
    "samples_left",
    "shown",
    "shown_config",
    "suggestion",
    "take_over",
    "text_of",
]
