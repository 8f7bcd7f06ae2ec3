"""Kinds that together leave nothing out: men and women, in time and late, done and not yet, what is and what is not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from cchc.claims.flat import words_of
from cchc.claims.quantities import Quantity

TIMELY = frozenset({"early", "ontime", "early_ontime", "late"})
_DENIED_ACT = re.compile(r"\b(?:chua|khong)\s+(?:duoc\s+)?([a-z]+)")
_NOT = words_of("khong chua")
NO_LABEL = words_of("cac so nhung cua theo ve va trong do ket qua la nay")
# Kinds that leave nothing out when a list names the first and the last of them, and nothing besides them.
_PARTITIONS = tuple(
    tuple(re.compile(rf"\b(?:{kind})\b") for kind in kinds.split(" / "))
    for kinds in (
        "nam / nu",
        "cap tinh|nganh|cac so|khoi tinh / cap huyen|huyen / cap xa|cac xa|phuong|khoi xa|ubnd xa",
        "truc tuyen|qua mang / buu chinh|buu dien|bcci / truc tiep|tai quay|mot cua",
        "trong (?:thoi )?han|con h[ae]n|chua den han|chua qua han / qua han|(?:tre|lo) h[ae]n",
        "xuat sac / tot / khong hoan thanh / hoan thanh(?: nhiem vu)?",
        "rat hai long / binh thuong|chap nhan / hai long / khong hai long|chua hai long",
        "duoi [0-9]+(?: tuoi)?|duoi / tu|den / tren [0-9]+(?: tuoi)?|tren",
        "tien si / thac si|sau dai hoc / cao dang / trung cap / khac / dai hoc",
        "cao cap|cu nhan / so cap / trung cap",
        "toan trinh / mot phan / thong tin|con lai|chua",
        "hop le / khong hop le",
        "xa|xa thuong / dac khu|thi tran / phuong",
        "khien trach / canh cao / giang chuc|ha bac luong / cach chuc / buoc thoi viec",
        "truong|cap truong / pho|cap pho",
        "da / dang / chua",
        "dung(?! han)|dung toan bo / dung mot phan|co dung,? co sai / sai(?! sot| pham)",
        "chinh thuc / du bi",
        "khieu nai / to cao / kien nghi|phan anh|tranh chap|de nghi",
        "thuong xuyen / dinh ky / dot xuat",
        "giu nguyen / thay the / sua doi|bo sung / bai bo",
    )
)


def exhaustive(parts: Sequence[Quantity]) -> bool:
    """Whether parts are kinds that together leave nothing out: men and women, good and bad, in time and late."""
    if len(parts) < 2:
        return False
    roles = {one.role for one in parts}
    if roles <= TIMELY and "late" in roles and roles & {"ontime", "early_ontime"}:
        return True
    return _denied(parts) or _split(parts)


def _denied(parts: Sequence[Quantity]) -> bool:
    """'4.673 đơn đủ điều kiện, 637 đơn không đủ điều kiện': the second is what the first is not."""
    if len(parts) != 2:
        return False
    one, two = ({*part.before.split(), *part.after.rstrip(".,;").split()} - NO_LABEL for part in parts)
    denied = (one ^ two) & _NOT
    enough = 1 if re.search(r"\bcon(?: lai)?\s*$", parts[1].before) else 2
    act = _DENIED_ACT.search(f"{parts[1].before} {parts[1].after}")
    told = act is not None and act[1] in one
    return len(denied) == 1 and (told or len(one & two - set(parts[0].noun[:1])) >= enough)


@lru_cache(maxsize=8192)  # reports say the same words over and over
def _kinds_said(text: str) -> tuple[tuple[int, ...], ...]:
    """For each partition the places of its kinds that a text names."""
    return tuple(
        tuple(place for place, kind in enumerate(kinds) if kind.search(text)) for kinds in _PARTITIONS
    )


def _split(parts: Sequence[Quantity]) -> bool:
    """Whether each part is another kind of one partition, the first and the last of them included."""
    said = [_kinds_said(f"{one.before} | {one.after}") for one in parts]
    for nth, kinds in enumerate(_PARTITIONS):
        found: list[int] = []
        for told in said:
            new = [place for place in told[nth] if place not in found]
            if not new:
                break
            found.append(new[0])
        if len(found) == len(said) and 0 in found and len(kinds) - 1 in found:
            return True
    return False
