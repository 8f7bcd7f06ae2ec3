"""What an audit finds, and how it is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cchc.clock import vn_instant
from cchc.texts import t

# Told the name of a check (a key of the texts `audit.checks`), how many things of it are done, and whether all are.
Progress = Callable[[str, int, bool], None]


@dataclass(frozen=True)
class Damage:
    """One thing that is not as it was recorded.

    kind: a key of the texts `audit.damage` and `audit.remedies`. thing: the file, row or page. detail: the values of
    the text. since: when the check was last found whole, so that the damage happened later; None when it never was.
    """

    check: str
    kind: str
    thing: str
    detail: Mapping[str, object]
    since: datetime | None = None

    def __str__(self) -> str:
        """What is damaged and since when, one line."""
        since = t("audit.since", moment=vn_instant(self.since)) if self.since else t("audit.never_proven")
        return f"{self.words} {since}"

    @property
    def words(self) -> str:
        return t(f"audit.damage.{self.kind}", thing=self.thing, **self.detail)

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return t(f"audit.remedies.{self.kind}")


@dataclass(frozen=True)
class Audit:
    """What was looked at, by check, and what is damaged. notes: what could not be looked at, and why. place, link: the
    head of the chain as it was looked at."""

    checked: Mapping[str, int]
    damages: tuple[Damage, ...]
    notes: tuple[str, ...] = ()
    place: int = 0
    link: str = ""

    @property
    def proven(self) -> bool:
        return not self.damages

    def told(self, most: int = 50) -> str:
        """The damages line by line, by what is to be done about them; no more than `most` of them."""
        by_remedy: dict[str, list[str]] = {}
        for one in self.damages[:most]:
            by_remedy.setdefault(one.remedy, []).append(f"- {one}")
        parts = [
            "\n".join([*lines, t("audit.what_to_do", remedy=remedy)]) for remedy, lines in by_remedy.items()
        ]
        if len(self.damages) > most:
            parts.append(t("audit.and_more", count=len(self.damages) - most))
        return "\n".join(parts)
