"""Who looks at the board, and what Airflow lets that person do."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Right(StrEnum):
    """What a person may do beside looking; the value is the word for it in `board.rights`."""

    APPRAISE = "tham_dinh"  # decide points; the record asks besides whose group it is
    OPERATE = "van_hanh"  # everything of the daily work
    DECIDE = "phe_duyet"  # answer for the department: approve, return, issue
    ADMINISTER = "quan_tri"  # the installation itself


@dataclass(frozen=True)
class Actor:
    """Somebody who is signed in. name: as it is recorded with what the person does, and by which units are given;
    rights: none for whoever may only look; account: what Airflow calls the account, and user: the person as Airflow's
    own functions take one."""

    name: str
    rights: frozenset[Right] = frozenset(Right)
    account: str = ""
    user: Any = field(default=None, repr=False, compare=False)

    def __str__(self) -> str:
        return self.name
