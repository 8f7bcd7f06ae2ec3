"""An export that a person brings: read as landing would, and only then laid where exports wait."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from cchc.clock import TZ, to_text
from cchc.depot import Depot
from cchc.errors import CchcError, RuleRefused
from cchc.files import append_line, free_path, held_name, sha256_bytes, write_atomic
from cchc.paths import Instance
from cchc.sources.preview import Preview, preview_apart
from cchc.texts import t
from cchc.units import UnitRegister

JOURNAL = "tha-tep.jsonl"


def look_at(name: str, content: bytes, units: UnitRegister, at: datetime) -> Preview:
    """What landing the file would do; it is gone afterwards. Raises as `preview_apart`."""
    with _laid(name, content) as path:
        return preview_apart(path, units, at.astimezone(TZ).date())


def drop_export(
    instance: Instance, name: str, content: bytes, units: UnitRegister, at: datetime, actor: str
) -> Preview:
    """Lay the file in the folder of exports for the next run; who did it is a line of `nhat-ky/tha-tep.jsonl`.

    RuleRefused: 'drop-needs-actor'; 'several-machines' where this folder need not be that of the machine that lands.
    Raises as `look_at` for a file that cannot be landed, and lays nothing.
    """
    if not actor.strip():
        raise RuleRefused("drop-needs-actor", t("sources.dropping.actor_needed"))
    if Depot.of(instance):
        raise RuleRefused("several-machines", t("sources.dropping.several_machines"))
    found = look_at(name, content, units, at)
    if not found.accepted:
        raise CchcError(t("sources.dropping.no_row", file=name))
    digest = sha256_bytes(content)
    target = write_atomic(free_path(instance.export_drop, held_name(name), digest), content)
    line = {"at": to_text(at), "actor": actor.strip(), "file": target.name, "sha256": digest}
    append_line(instance.root / "nhat-ky" / JOURNAL, json.dumps(line, ensure_ascii=False))
    return found


@contextmanager
def _laid(name: str, content: bytes) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / held_name(name.replace("/", "_"))
        path.write_bytes(content)
        yield path
