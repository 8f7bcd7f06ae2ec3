"""When a round is closed: at its hour, or as soon as an asset says that it is complete.

Airflow's own `AssetOrTimeSchedule` knows no partitions, and its `PartitionedAssetTimetable` knows no hours. The
scheduler asks any partitioned timetable for an asset condition and a mapper, so this one has both.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow.partition_mappers.base import PartitionMapper
from airflow.timetables.base import Timetable

from cchc.errors import CchcError
from cchc.texts import t
from cchc.year import Calendar
from cchc_airflow.timetable_base import utc
from cchc_airflow.timetables import RoundTimetable

if TYPE_CHECKING:
    from airflow.sdk import Asset
    from airflow.serialization.definitions.assets import SerializedAssetBase


class RoundMapper(PartitionMapper):
    """An event about a round starts a run for that round, which stands among the others by the hour of its closing."""

    def to_downstream(self, key: str) -> str:
        return key

    def to_partition_date(self, downstream_key: str) -> datetime | None:
        try:
            return utc(Calendar.load().round(downstream_key).closes_at)
        except CchcError:
            return None

    def serialize(self) -> dict[str, Any]:
        return {}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> PartitionMapper:
        return cls()


class ClosingTimetable(RoundTimetable):
    """Runs for each round of `kinds` at the hour of its closing, and when an event of `complete` names the round."""

    def __init__(self, kinds: Iterable[str], complete: Asset | SerializedAssetBase) -> None:
        from airflow.serialization.encoders import ensure_serialized_asset

        super().__init__(kinds, ["closes"])
        self.asset_condition = ensure_serialized_asset(complete)
        self.description = t("airflow.by_round_or_complete", kinds=", ".join(self.kinds))

    @property
    def summary(self) -> str:
        return t("airflow.by_round_or_complete_short")

    def get_partition_mapper(self, *, name: str = "", uri: str = "") -> PartitionMapper:
        return RoundMapper()

    def serialize(self) -> dict[str, Any]:
        from airflow.serialization.encoders import encode_asset_like

        return {"kinds": self.kinds, "complete": encode_asset_like(self.asset_condition)}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> Timetable:
        from airflow.serialization.decoders import decode_asset_like

        return cls(data["kinds"], decode_asset_like(data["complete"]))
