"""A state of one source to count from: a frozen snapshot, or what had landed by an instant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from cchc.clock import from_text, to_text, vn_date, vn_instant
from cchc.errors import CchcError
from cchc.files import scratch
from cchc.indicators import format_number
from cchc.paths import Instance
from cchc.sources.duck import connect
from cchc.sources.layouts import Layout, load_layouts
from cchc.sources.snapshots import find_snapshot, layouts_in, merge_landings
from cchc.store import Store
from cchc.texts import t, table


@dataclass(frozen=True)
class SourceState:
    """What one source tells. `told_at`: when it was frozen, or when the last landing in it was received.

    `sha256` is over the bytes of the file, the same for a snapshot and for the landings that would be frozen
    into it; `snapshot_id` and `cut_off` are None for a state that is not frozen. `path` is the Parquet file.
    """

    source: str
    path: Path
    sha256: str
    row_count: int
    told_at: datetime
    layouts: tuple[Layout, ...]
    landings: int = 0
    snapshot_id: str | None = None
    cut_off: date | None = None

    def provenance(self) -> tuple[str, str]:
        """Two lines for people: what was counted, and its hash."""
        source, rows = table("sources.form_06.sources")[self.source], format_number(self.row_count)
        if self.cut_off is not None:
            told = t(
                "sources.form_06.source.frozen",
                source=source,
                snapshot=self.snapshot_id,
                cut_off=vn_date(self.cut_off),
                at=vn_instant(self.told_at),
                rows=rows,
            )
        else:
            told = t(
                "sources.form_06.source.landed",
                source=source,
                landings=format_number(self.landings),
                at=vn_instant(self.told_at),
                rows=rows,
            )
        return told, t("sources.form_06.source.hash", sha256=self.sha256)


def frozen_state(store: Store, instance: Instance, source: str, cut_off: date) -> SourceState | None:
    """The snapshot of a cut-off day, or None. Raises CchcError when its file is gone."""
    snapshot = find_snapshot(store, instance, source, cut_off)
    if snapshot is None:
        return None
    if not snapshot.path.exists():
        raise CchcError(
            t(
                "sources.form_06.gone",
                source=table("sources.form_06.sources")[source],
                day=vn_date(cut_off),
                file=snapshot.path,
            )
        )
    used = layouts_in(store, snapshot)
    return SourceState(
        source,
        snapshot.path,
        snapshot.sha256,
        snapshot.row_count,
        snapshot.frozen_at,
        tuple(layout for layout in load_layouts() if layout.layout in used),
        snapshot_id=snapshot.snapshot_id,
        cut_off=cut_off,
    )


@contextmanager
def landed_state(store: Store, instance: Instance, source: str, at: datetime) -> Iterator[SourceState]:
    """What the exports received by `at` tell, as a freeze at that instant would keep it; nothing is recorded.

    The Parquet file lives as long as the context. Raises CchcError when nothing had landed by then.
    """
    landings = store.query("sources.landings_known", source=source, at=to_text(at))
    if not landings:
        raise CchcError(
            t(
                "sources.form_06.nothing_landed",
                source=table("sources.form_06.sources")[source],
                at=vn_instant(at),
            )
        )
    used = {row["layout"] for row in landings}
    with scratch(instance.data) as folder, connect() as connection:
        path = folder / "hien-co.parquet"
        digest, row_count = merge_landings(connection, instance, source, landings, path)
        yield SourceState(
            source,
            path,
            digest,
            row_count,
            from_text(landings[-1]["received_at"]),
            tuple(layout for layout in load_layouts() if layout.layout in used),
            landings=len(landings),
        )
