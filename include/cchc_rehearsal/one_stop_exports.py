"""A year of dossiers in a synthetic province, as the one-stop software exports them week by week.

Every dossier has a course of events. A weekly file holds the dossiers with an event in its days, in their
state of its last day.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from cchc.units import Tier
from cchc_rehearsal.behaviour import seeded
from cchc_rehearsal.dossier_counts import count_dossiers, dossier_figures
from cchc_rehearsal.dossiers import (
    CHANNEL_WORDS,
    DIRECT,
    FEE,
    FINISHED,
    LEVEL_WORDS,
    NEW,
    ONLINE,
    POST,
    PROCEDURES,
    PROCESSING,
    RECEIVED,
    REFUSED,
    RETURNED,
    STATUS_WORDS,
    STOPPED,
    SUPPLEMENT,
    WITHDRAWN,
    Dossier,
)
from cchc_rehearsal.export_parts import (
    KnownValue,
    csv_bytes,
    days_later,
    made_up_person,
    shown_day,
    working,
)

if TYPE_CHECKING:
    from cchc.units import Unit
    from cchc.year import Window

TOTAL = 60_000
CARRIED_FROM = 45  # days before the year whose dossiers can still be open when it begins
WITHOUT_DOSSIERS = 3  # provincial bodies that have none at all

IMPOSSIBLE = ("31/02/{year}", "00/00/0000", "31/06/{year}", "1/13/{year}")
NOWHERE = "UBND xã Không Có Trong Danh Mục"

HEADER = (
    "STT", "Mã hồ sơ", "Mã TTHC", "Tên TTHC", "Lĩnh vực", "Kênh thực hiện", "Chủ hồ sơ", "Số giấy tờ",
    "Số điện thoại", "Email", "Địa chỉ", "Ngày nộp", "Ngày tiếp nhận", "Ngày hẹn trả", "Ngày kết thúc xử lý",
    "Ngày trả", "Trạng thái", "Hình thức trả", "Mã đơn vị", "Đơn vị xử lý", "Mức độ DVC",
    "Được thanh toán trực tuyến", "Số hoá thành phần",
)  # fmt: skip
PERSONAL = ("Chủ hồ sơ", "Số giấy tờ", "Số điện thoại", "Email", "Địa chỉ")


class OneStopYear:
    """All dossiers of the reporting year `year` (15 December before it to 14 December).

    Deterministic by `seed`. `units`: who reports that year, with code, name and tier.
    """

    def __init__(self, units: Sequence[Unit], year: int, seed: int, total: int = TOTAL) -> None:
        self.units = list(units)
        self.year, self.seed = year, seed
        self.first, self.last = date(year - 1, 12, 15).toordinal(), date(year, 12, 14).toordinal()
        self.dossiers: list[Dossier] = []
        self._by_day: dict[int, list[int]] = defaultdict(list)
        for place, count in enumerate(self._volumes(seed, total)):
            self._fill(place, count, seeded(seed, "mot-cua", self.units[place].code))
        for index, dossier in enumerate(self.dossiers):
            days = {max(happened, self.first) for happened, _ in dossier.events}
            if dossier.rewritten:
                days.add(dossier.rewritten[0])
            for day in days:
                self._by_day[day].append(index)

    def weekly_file(self, first: date, last: date) -> bytes:
        """CSV (semicolons, UTF-8 with BOM) of the dossiers created or changed from `first` to `last`.

        Dossiers that were open when the year began come with the file that holds its first day.
        """
        days = range(max(first.toordinal(), self.first), last.toordinal() + 1)
        touched = sorted({index for day in days for index in self._by_day.get(day, ())})
        chance = seeded(self.seed, first, last)
        rows = (
            self._row(place, self.dossiers[index], last.toordinal(), chance)
            for place, index in enumerate(touched, 1)
        )
        return csv_bytes(HEADER, rows, delimiter=";", bom=True)

    def truth(self, window: Window) -> dict[tuple[str, str], KnownValue]:
        """(unit, indicator) -> figure for `window`, as known on its last day.

        Units without any dossier: communes have 0 (the software serves them all), others have no figure.
        """
        last = window.last.toordinal()
        counts = count_dossiers(self._told(last), window.first.toordinal(), last)
        values: dict[tuple[str, str], KnownValue] = {}
        for place, unit in enumerate(self.units):
            if place in counts or unit.tier == Tier.COMMUNE:
                for code, value in dossier_figures(counts[place], unit.tier).items():
                    values[unit.code, code] = value
        return values

    # -- making ------------------------------------------------------------------------------------

    def _volumes(self, seed: int, total: int) -> list[int]:
        chance = seeded(seed, "mot-cua")
        weights = [
            chance.lognormvariate(0, 0.6) * (1.6 if unit.tier == Tier.BODY else 1.0) for unit in self.units
        ]
        bodies = [place for place, unit in enumerate(self.units) if unit.tier == Tier.BODY]
        for place in chance.sample(bodies, min(WITHOUT_DOSSIERS, max(len(bodies) - 1, 0))):
            weights[place] = 0.0
        whole = sum(weights) or 1.0
        return [round(total * weight / whole) for weight in weights]

    def _fill(self, place: int, count: int, chance: random.Random) -> None:
        lateness = min(0.35, chance.expovariate(14))  # share of this unit's dossiers that run late
        online = chance.uniform(0.35, 0.85)
        old_codes = place % 3 == 0
        span = self.last - self.first + 1
        start = self.first - CARRIED_FROM
        for serial in range(1, round(count * (span + CARRIED_FROM) / span) + 1):
            dossier = self._dossier(
                place, start + chance.randrange(span + CARRIED_FROM), serial, lateness, online, chance
            )
            if dossier.ended is not None and dossier.ended < self.first:
                continue  # over before the year began: never exported
            if not dossier.events or (dossier.received is None and dossier.submitted < self.first):
                continue
            day = date.fromordinal(dossier.submitted)
            stamp = f"{day:%y%m%d}-{serial:04d}"
            dossier.code = (
                f"000.{place % 40 + 10}.{place:02d}.H01-{stamp}" if old_codes else f"H01.{place}-{stamp}"
            )
            self.dossiers.append(dossier)

    def _dossier(
        self, place: int, day: int, serial: int, lateness: float, online: float, chance: random.Random
    ) -> Dossier:
        procedure = chance.choices(range(len(PROCEDURES)), [row[4] for row in PROCEDURES])[0]
        _, field_name, level, term, _ = PROCEDURES[procedure]
        draw = chance.random()
        channel = ONLINE if level > 2 and draw < online else POST if draw > 0.96 else DIRECT
        submitted = day if channel == ONLINE else working(day)
        received = working(submitted + (channel == ONLINE and chance.random() < 0.3))
        number = len(self.dossiers) + 1
        dossier = Dossier(number, "", place, procedure, channel, submitted, received, due=None)
        if channel == ONLINE:
            dossier.events.append((submitted, NEW))
            if chance.random() < 0.02:
                dossier.events.append((received, REFUSED))
                dossier.received = None
                return dossier
        self._course(dossier, term, field_name, lateness, chance)
        self._fault(dossier, chance)
        return dossier

    def _course(
        self, dossier: Dossier, term: int, field_name: str, lateness: float, chance: random.Random
    ) -> None:
        received = dossier.received
        assert received is not None
        dossier.due = None if chance.random() < 0.015 else days_later(received, term)
        dossier.events.append((received, RECEIVED))
        started = received if term < 3 else working(received + chance.randint(0, 2))
        dossier.events.append((started, PROCESSING))
        if chance.random() < lateness:
            ended = days_later(received, term + 1 + int(chance.expovariate(0.18)))
        elif chance.random() < 0.35:
            ended = days_later(received, term)
        else:
            ended = days_later(received, chance.randint(0, max(term - 1, 0)))
        ended = max(ended, started)
        draw = chance.random()
        if draw < 0.004:  # suspended, and for good
            dossier.events.append((max(started, ended - 1), STOPPED))
            return
        if draw < 0.054 and term:
            waits = working(started + chance.randint(0, 3))
            dossier.events.append((waits, SUPPLEMENT))
            if draw < 0.006:
                return  # the supplement never comes
            resumed = days_later(waits, chance.randint(1, 25))
            dossier.events.append((resumed, PROCESSING))
            ended = max(ended, resumed)
        elif field_name == "Đất đai" and draw < 0.3:
            asked = working(started + 1)
            paid = days_later(asked, chance.randint(1, 6))
            dossier.events += [(asked, FEE), (paid, PROCESSING)]
            ended = max(ended, paid)
        dossier.ended = ended
        if draw > 0.985:
            dossier.withdrawn = True
            dossier.events.append((ended, WITHDRAWN))
            return
        dossier.events.append((ended, FINISHED))
        if chance.random() < 0.9:
            dossier.returned = working(ended + chance.randint(0, 4))
            dossier.return_channel = chance.choices((DIRECT, ONLINE, POST), (60, 32, 8))[0]
            dossier.events.append((dossier.returned, RETURNED))
        if dossier.due is not None and ended > dossier.due and chance.random() < 0.02:
            # An administrator 'mends' the end date long after: the dossier was late only until then.
            dossier.rewritten = (ended + chance.randint(20, 60), dossier.due)

    def _fault(self, dossier: Dossier, chance: random.Random) -> None:
        draw = chance.random()
        dossier.fault = "date" if draw < 0.0015 else "unit" if draw < 0.0025 else ""

    # -- writing -----------------------------------------------------------------------------------

    def _row(self, place: int, dossier: Dossier, day: int, chance: random.Random) -> list[object]:
        unit = self.units[dossier.unit]
        name, field_name, level, _, _ = PROCEDURES[dossier.procedure]
        received = dossier.received if dossier.received is not None and dossier.received <= day else None
        returned = dossier.returned if dossier.returned is not None and dossier.returned <= day else None
        hour = f" {8 + dossier.number % 9:02d}:{dossier.number % 60:02d}" if dossier.number % 2 else ""
        due = shown_day(dossier.due if received is not None else None)
        if dossier.fault == "date":
            due = IMPOSSIBLE[dossier.number % len(IMPOSSIBLE)].format(year=self.year)
        # Exports write a committee with or without 'UBND', in capitals or not.
        shown_unit = unit.name.removeprefix("UBND ") if dossier.number % 3 else unit.name.upper()
        return [
            place,
            dossier.code,
            f"1.{dossier.procedure + 1:06d}.000.00.00.H01",
            name,
            field_name,
            CHANNEL_WORDS[dossier.channel] if dossier.number % 5 else dossier.channel,
            *made_up_person(dossier.number, chance),
            shown_day(dossier.submitted) + hour,
            shown_day(received) + (hour if received else ""),
            due,
            shown_day(dossier.end(day)),
            shown_day(returned),
            STATUS_WORDS[dossier.status(day)],
            CHANNEL_WORDS[dossier.return_channel] if returned else "",
            # Some rows name the unit by code and name, some by name alone.
            "" if dossier.fault == "unit" or dossier.number % 4 == 0 else unit.code,
            NOWHERE if dossier.fault == "unit" else shown_unit,
            LEVEL_WORDS[level],
            "Có" if dossier.channel == ONLINE and dossier.number % 3 else "Không",
            "Có" if dossier.number % 4 else "Không",
        ]

    def _told(self, last: int) -> Iterator[Dossier]:
        """Dossiers of which a usable row was in a file up to the day `last`."""
        for dossier in self.dossiers:
            if not dossier.fault and max(dossier.events[0][0], self.first) <= last:
                yield dossier
