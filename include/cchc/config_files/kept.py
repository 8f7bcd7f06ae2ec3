"""Files of the year's data as they were once: read from bytes that were kept, wherever the folder has gone since."""

from __future__ import annotations

from pathlib import Path

from cchc.config_files.reading import Model, Rows, read_csv, read_yaml


def kept_yaml(name: str, content: bytes, model: type[Model]) -> Model:
    """One YAML file. name: what errors call it. Raises ConfigErrors."""
    return read_yaml(Path(name), content, model)


def kept_csv(name: str, content: bytes, model: type[Model]) -> Rows[Model]:
    """One CSV file, with the number of each row. Raises ConfigErrors."""
    return read_csv(Path(name), content, model)
