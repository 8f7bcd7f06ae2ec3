"""What a share is a share of: every figure that it can be of is tried, and weighed by what speaks for it.

A share that any of them makes is right; chance makes one in thousands with two decimals. One that none makes is told
when a base that the text names gives another, or when it is one slip from what a base that others share gives.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from enum import IntEnum
from itertools import groupby

from cchc.claims import words
from cchc.claims.judging import HUNDRED, share_slip, share_verdict
from cchc.claims.kinds import ClaimKind
from cchc.claims.passage import Passage
from cchc.claims.quantities import Quantity, Read, alike, same_things
from cchc.claims.share_claims import ProvenShare, ShareClaim, say_share
from cchc.claims.tokens import Sort
from cchc.claims.words import UNIT_NAME
from cchc.indicators import format_number
from cchc.severity import Severity

MARKED = re.compile(r"[,(;:]|t[yi] le|chiem")
# Words behind a share that name its base, and those that name one which is hardly written here.
_NAMED = re.compile(r"\s*(?:tren|trong|so voi|cua)?\s*(?:tong\s+)?(?:so|cac|tong)\s+[a-z]+")
_PLAN = re.compile(
    r"\s*(?:so voi\s+)?(?:chi tieu|ke hoach|muc tieu|du toan)(?:\s+(?:giao|de ra|duoc giao|nam|von|ca nam))?\s*"
)
_ELSEWHERE = re.compile(
    r"\s*(?:so\s+(?:voi\s+)?|ke hoach|chi tieu|muc tieu|du toan|nhu cau|nghi quyet|dan so)"
)
_BEHIND = re.compile(
    r"[a-z ]{0,30}\b(?:tong|du toan|ke hoach|chi tieu)\b[a-z ]{0,40}\(?|\s*(?:tren|cua)\s+(?:tong so\s+)?"
)
_REST = re.compile(r"\bcon\b(?! [0-9])")
_POOL = 14  # figures before a share that it can be of
_FURTHER = 32  # figures before a share that stands alone
_AROUND = 3  # blocks between shares of one list
_AGREED = 12  # blocks between shares that bear each other out
_NAME = 80  # letters of a unit's name
_TRIED = 3  # readings that a message tells


class Ground(IntEnum):
    """What speaks for a base: it counts the like, in the same sentence, its words or other shares, the text itself."""

    ALIKE = 0
    BESIDE = 1
    NAMED = 2
    TOLD = 3


class Bases:
    """All counts of a text, and the shares that were found right of them."""

    def __init__(self, passage: Passage, read: Sequence[Read], tolerance: Decimal) -> None:
        self.passage, self.tolerance = passage, tolerance
        self.counts = [one for block in read for one in block.every if one.sort is not Sort.PERCENT]
        self._wholes = {start: whole for block in read for start, whole in block.wholes.items()}
        self._starts = [one.start for one in self.counts]
        self._by_value = sorted((value, one.start) for one in self.counts for value in _values(one))
        self.proven: list[ProvenShare] = []
        self._by_block: dict[int, list[ProvenShare]] = defaultdict(list)

    def judge(self, claims: Sequence[ShareClaim]) -> None:
        left = [one for one in self._of_their_sum(claims) if not self._fits_near(one)]
        left = self._agreed(left)
        for one in left:
            if one.part is None:
                self._alone(one)
            else:
                self._weigh(one, one.part)

    def prove(self, claim: ShareClaim, part: Quantity, whole: Quantity, base: Decimal) -> None:
        self.proven.append(ProvenShare(claim.block, claim.share, part, whole, base))
        self._by_block[claim.block].append(self.proven[-1])
        share = claim.share
        self.passage.right(ClaimKind.PERCENT, min(part.start, share.start), max(part.end, share.end))

    def before(self, place: int, count: int) -> list[Quantity]:
        """The counts up to a place, the last of them in the end."""
        at = bisect_left(self._starts, place)
        return self.counts[max(0, at - count) : at]

    def verdict(self, share: Quantity, part: Decimal, base: Decimal) -> str:
        return share_verdict(share.value, share.token.decimals, part * HUNDRED / base, self.tolerance)

    def right(self, share: Quantity, part: Decimal, base: Decimal) -> bool:
        # To its last digit: of many figures some come near any share.
        step = Decimal(1).scaleb(-share.token.decimals)
        if base <= 0 or abs(share.value * base - part * HUNDRED) > step * base:
            return False
        verdict = share_verdict(share.value, share.token.decimals, part * HUNDRED / base, Decimal(0))
        return verdict == "right" or (verdict == "truncated" and share.token.decimals > 0)

    def whole(self, part: int) -> Quantity | None:
        """What the figure at a place is a part of."""
        return self._wholes.get(part)

    def makes(self, share: Quantity, part: Decimal) -> Decimal | None:
        """A figure of the text of which a part would be just that share."""
        if not share.value or not share.token.decimals:
            return None
        step = Decimal(1).scaleb(-share.token.decimals)
        first = bisect_left(self._by_value, (part * HUNDRED / (share.value + step), -1))
        for value, _ in self._by_value[first : first + _POOL]:
            if value and self.right(share, part, value):
                return value
        return None

    def _fits_near(self, claim: ShareClaim) -> bool:
        """Whether a figure close by makes the share: any for one with decimals, else one that is told as its base."""
        part, share = claim.part, claim.share
        if part is None:
            return False
        own = [one for one in claim.every if one.sort is not Sort.PERCENT and one is not part]
        above, exact = claim.wholes.get(part.start), bool(share.token.decimals) or share.value == HUNDRED
        near = [*self.before(claim.every[0].start, _POOL), *own]
        near.sort(key=lambda one: (one is not above, abs(one.start - part.start)))
        for one in near:
            if not (
                exact or one is above
                or (one in own and part.sentence - 1 <= one.sentence <= part.sentence and alike(one, part))
            ):  # fmt: skip
                continue
            for base in _values(one):
                if (base >= part.value or share.value > HUNDRED) and self.right(share, part.value, base):
                    self.prove(claim, part, one, base)
                    return True
        return False

    def _of_their_sum(self, claims: Sequence[ShareClaim]) -> list[ShareClaim]:
        """'Tốt 2.340, chiếm 78%, khá 630, chiếm 21%, ...': shares of what their figures add up to. Returns the rest."""
        found: set[int] = set()
        for _, some in groupby(claims, key=lambda one: (one.block, one.share.sentence)):
            same = [(one, one.part) for one in some if one.part is not None]
            total = sum((part.value for _, part in same), Decimal(0))
            fit = [(one, part) for one, part in same if total and self.right(one.share, part.value, total)]
            if len(fit) > 1 and len(fit) * 3 >= 2 * len(same):
                for one, part in fit:
                    self.prove(one, part, part, total)
                    found.add(one.share.start)
        return [one for one in claims if one.share.start not in found]

    def _agreed(self, claims: Sequence[ShareClaim]) -> list[ShareClaim]:
        """Shares further from their base: two that one figure makes bear each other out. Returns the others."""
        fits: dict[Decimal, list[ShareClaim]] = defaultdict(list)
        for claim in claims:
            part, share = claim.part, claim.share
            if part is None or not part.value or not share.token.decimals or share.value <= 0:
                continue
            step = Decimal(1).scaleb(-share.token.decimals)
            most = part.value * HUNDRED / max(share.value - step, step / 2)
            first = bisect_left(self._by_value, (part.value * HUNDRED / (share.value + step), -1))
            last = min(bisect_right(self._by_value, (most, 0)), first + _POOL)
            for base in {value for value, _ in self._by_value[first:last]}:
                if base > part.value and self.verdict(share, part.value, base) == "right":
                    fits[base].append(claim)
        known = {one.base for one in self.proven}
        found: dict[int, ShareClaim] = {}
        for base, same in fits.items():
            said: dict[int, set[Decimal]] = defaultdict(set)
            for one in same:
                said[one.block].add(one.share.value)
            for one in same:
                blocks = range(one.block - _AGREED, one.block + _AGREED + 1)
                beside = set().union(*(said.get(block, ()) for block in blocks))
                whole = self._of_value(base)
                if one.part is None or one.share.start in found or whole is None:
                    continue
                if (
                    len(beside) > 1
                    or base in known
                    or (one.share.token.decimals > 1 and same_things(whole, one.part))
                ):
                    self.prove(one, one.part, whole, base)
                    found[one.share.start] = one
        return [one for one in claims if one.share.start not in found]

    def _of_value(self, base: Decimal) -> Quantity | None:
        place = bisect_left(self._by_value, (base, -1))
        start = self._by_value[place][1]
        return self.counts[bisect_left(self._starts, start)]

    def _candidates(self, claim: ShareClaim, part: Quantity) -> Iterator[tuple[Ground, Quantity, Decimal]]:
        """Every figure that a share can be of, with what speaks for it."""
        share, after = claim.share, claim.share.after
        if share.index + 1 < len(claim.every):
            behind = claim.every[share.index + 1]
            if behind.sort is Sort.NUMBER and _BEHIND.fullmatch(behind.gap):
                yield Ground.TOLD, behind, behind.value
            if _REST.search(behind.gap) and behind.sentence == share.sentence and alike(behind, part):
                rest = part.value + behind.value  # 'đã thu a, đạt c %, còn phải thu b'
                yield from (
                    (Ground.TOLD, one, rest) for one in self.before(part.start, _POOL) if one.value == rest
                )
        above = claim.wholes.get(part.start)
        elsewhere = bool(_ELSEWHERE.match(after)) and not _PLAN.fullmatch(after.rstrip(" .;,)"))
        named = words.content(after) if _NAMED.match(after) or elsewhere else None
        if above is not None and named is None:
            yield Ground.TOLD, above, above.token.bottoms[0] if above.token.bottoms else above.value
        blocks = range(claim.block - _AROUND, claim.block + _AROUND + 1) if named is None else ()
        for other in (
            other for block in blocks for other in self._by_block[block][-_POOL:] if alike(other.part, part)
        ):
            # Without decimals a share fits many: then only one of the same list tells what it is of.
            if share.token.decimals or other.block != claim.block or other.share.sentence == share.sentence:
                yield Ground.NAMED, other.whole, other.base
        within = bool(words.WITHIN.search(part.gap))
        for one in reversed(self.before(part.start, _POOL)):
            base = max(_values(one))
            if one is above or one.approximate or base <= part.value or not (alike(one, part) or named):
                continue
            if named is not None:
                shared = named & words.content(f"{one.before} {one.after}")
                if len(shared) * (1 if elsewhere else 2) >= len(named) and (shared or "tong" in one.before):
                    yield Ground.NAMED, one, base
            else:
                beside = (
                    one in claim.every and one.sentence == part.sentence
                    and ";" not in self.passage.flat[one.end : part.start]
                )  # fmt: skip
                # 'a máy, bình quân ...; trong đó b máy': the nearest of the sentence is what it is among.
                among = (
                    one in claim.every and one.sentence == part.sentence and within and same_things(one, part)
                )
                within = within and not among
                yield Ground.NAMED if among else Ground.BESIDE if beside else Ground.ALIKE, one, base

    def _weigh(self, claim: ShareClaim, part: Quantity) -> None:
        share, decimals = claim.share, claim.share.token.decimals
        if not part.value or part.approximate or share.value > HUNDRED * 2:
            return
        found = [
            one for one in self._candidates(claim, part)
            if one[2] + (one[0] is Ground.TOLD) > part.value or share.value > HUNDRED
        ]  # fmt: skip
        tried = list({one[2]: one for one in sorted(found, key=lambda one: one[0])}.values())
        tried.sort(key=lambda one: -one[0])
        if not tried:
            return
        ground, whole, base = tried[0]
        kin = [one for one in tried if one[0] is Ground.BESIDE]
        for reading in tried:
            verdict = self.verdict(share, part.value, reading[2])
            near = verdict == "near" and ground is Ground.TOLD
            if reading[0] >= Ground.NAMED and (self.right(share, part.value, reading[2]) or near):
                self.prove(claim, part, *reading[1:])
                return
            if verdict in ("near", "truncated"):
                return  # rounded another way
        if self.fits_another(claim, part):
            return
        slips = [one for one in tried if share_slip(share.value, decimals, part.value, one[2])]
        if ground is Ground.TOLD and whole.sort is Sort.NUMBER and (tried[0] in slips or not slips):
            sure = claim.wholes.get(part.start) is whole and (
                decimals > 0 or abs(share.value - part.value * HUNDRED / base) > 2
            )
            clear = sure and MARKED.search(self.passage.flat[part.end : share.start])
            self._say(claim, part, tried, tried[0], Severity.ERROR if clear else Severity.WARNING)
            return
        # Of bases that nothing names but their like, only the nearest: each further one may be near by chance.
        least = Ground.ALIKE if decimals else Ground.BESIDE
        loose = [one for one in tried if least <= one[0] <= Ground.BESIDE][: min(decimals, 2) + 1]
        if not decimals and any(
            self.right(share, part.value, base)
            for one in self.before(part.start, _POOL)
            for base in _values(one)
        ):
            return  # a round share fits many: it may be that one's
        for one in slips:
            if one[0] >= Ground.NAMED or one in loose:
                self._say(claim, part, tried, one, Severity.WARNING)
                return
        next_to_it = len(kin) == 1 and kin[0][1].index == part.index - 1 and kin[0][1].depth <= part.depth
        named = (
            ground is Ground.NAMED
            and alike(whole, part)
            and (len(tried) == 1 or self._beside(claim, part, base))
        )
        if named or next_to_it:
            self._say(claim, part, tried, kin[0] if next_to_it else tried[0], Severity.WARNING)

    def _beside(self, claim: ShareClaim, part: Quantity, base: Decimal) -> bool:
        """Whether another share of the same sentence, of the same things, was found to be of that base."""
        return any(
            one.base == base and one.share.sentence == claim.share.sentence and same_things(one.part, part)
            for one in self._by_block[claim.block]
        )

    def fits_another(self, claim: ShareClaim, part: Quantity) -> bool:
        """Whether a share with decimals follows from two other figures close by: then it is theirs."""
        share, token = claim.share, part.token
        if not share.token.decimals:
            return False
        near = claim.every[max(0, share.index - 8) : share.index + 6]
        told = {two.value for two in near if two.sort is Sort.NUMBER and two.value > 9}
        values = sorted(told | set(token.bottoms[:1]) | {part.value})
        close = min(self.tolerance, Decimal("0.005"))
        own = {part.value, *token.bottoms}
        pairs = [(top, base) for place, base in enumerate(values) for top in values[:place]]
        pairs += [(two.value, two.token.bottom) for two in near if two.sort is Sort.FRACTION]
        return any(
            base
            and {top, base} != own
            and share_verdict(share.value, share.token.decimals, top * HUNDRED / base, close) == "right"
            for top, base in pairs
        )

    def _alone(self, claim: ShareClaim) -> None:
        """'Tỷ lệ đúng hạn đạt 99,27%', 'số bị phạt chiếm 23,9% số được kiểm tra': both figures are named further up."""
        share = claim.share
        if share.value >= HUNDRED or self._of_a_fraction(claim) or self._of_one_unit(share):
            return
        before = self.before(share.start, _FURTHER)
        pool = [one for one in before if one.sort is Sort.NUMBER and not one.approximate]
        subject, downs = share.gap[-90:].rpartition(". ")[2], words.content(share.after)
        enough = 1 if downs else 2  # words that name it, besides those that name its base
        in_time = words.role_of(subject) in ("ontime", "early_ontime")
        readings: list[tuple[int, Quantity, Quantity, Decimal]] = []
        for top in pool:
            of_it = (subject, f"{top.before} {top.after}")
            said = words.longest_run(*(words.syllables_beside(text, top.noun) for text in of_it))
            if said < enough and top.role != "late":
                continue
            for whole in pool:
                named = downs & words.content(f"{whole.before} {whole.after}")
                if top.value < whole.value and (named or (not downs and alike(top, whole))):
                    readings.append((said, top, whole, top.value))
                    if top.role == "late" and in_time:  # what is not late
                        readings.append((enough, top, whole, whole.value - top.value))
        for said, top, whole, value in readings:
            if said >= enough and self.right(share, value, whole.value):
                self.prove(claim, top, whole, whole.value)
                return
        best = max((said for said, *_ in readings), default=0)
        likely = [one for one in readings if one[0] == best and best >= enough]
        parts = [one for one in likely if one[2] is self._wholes.get(one[1].start)]
        told = parts or likely[-1:]
        slips = [one for one in told if self._slips(share, one[3], one[2].value)]
        if len(slips) == 1 and (parts or in_time or len({one[1].start for one in likely}) == 1):
            _, top, whole, _ = slips[0]
            self._say(
                claim,
                top,
                [(Ground.NAMED, whole, whole.value)],
                (Ground.NAMED, whole, whole.value),
                Severity.WARNING,
            )

    def _of_a_fraction(self, claim: ShareClaim) -> bool:
        """'chiếm 57,62% số hồ sơ của thủ tục có dịch vụ công trực tuyến (5.842/10.139 hồ sơ)'."""
        for one in claim.every:
            if one.sort is Sort.FRACTION and self.right(claim.share, one.value, one.token.bottom):
                self.prove(claim, one, one, one.token.bottom)
                return True
        return False

    def _of_one_unit(self, share: Quantity) -> bool:
        """'cao nhất: UBND xã Thạnh Đông (98,27%)': nothing that was told of all."""
        ahead = self.passage.text[max(0, share.start - _NAME) : share.start]
        name = re.split(r"[;:()\n]", ahead[:-1])[-1] if ahead.endswith("(") else ""
        return bool(UNIT_NAME.search(name))

    def _slips(self, share: Quantity, part: Decimal, base: Decimal) -> bool:
        """One slip between a share and what it should be; of a round one, only its two digits swapped."""
        if share.token.decimals:
            return share_slip(share.value, share.token.decimals, part, base)
        given, right = str(share.value), str(round(part * 100 / base))
        return given != right and sorted(given) == sorted(right)

    def _say(
        self, claim: ShareClaim, part: Quantity, tried: Sequence[tuple[Ground, Quantity, Decimal]],
        meant: tuple[Ground, Quantity, Decimal], severity: Severity,
    ) -> None:  # fmt: skip
        others = [] if meant[0] is Ground.TOLD else [one for one in tried if one[2] != meant[2]]
        written = self.passage.quoted(part.start, part.end)
        readings = [
            f"{written}/{format_number(base)} = {format_number(part.value * HUNDRED / base, 2)}%"
            for _, _, base in others[: _TRIED - 1]
        ]
        say_share(
            self.passage,
            part,
            claim.share,
            part.value * HUNDRED / meant[2],
            severity,
            base=meant[2],
            tried=readings,
        )


def _values(one: Quantity) -> tuple[Decimal, ...]:
    return (*one.token.values, *one.token.bottoms)
