"""Values of a YAML file of the own folder are changed; its comments stay where they are."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from cchc.files import write_atomic


def change_yaml(path: Path, change: Callable[[Any], None]) -> None:
    """Change values of a YAML file; its comments stay where they are."""
    write_atomic(path, changed_yaml(path.read_text(encoding="utf-8"), change))


def changed_yaml(text: str, change: Callable[[Any], None]) -> str:
    """The text of a YAML file with other values; its comments stay where they are."""
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    content = yaml.load(text)
    change(content)
    buffer = io.StringIO()
    yaml.dump(content, buffer)
    return buffer.getvalue()
