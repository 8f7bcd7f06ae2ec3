"""Percentages: of the fraction beside them, of a part and the whole that is named for it, above a whole, of nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from cchc.claims import words
from cchc.claims.bases import MARKED, Bases
from cchc.claims.grids import FigureTable
from cchc.claims.judging import HUNDRED, share_verdict
from cchc.claims.kinds import ClaimKind
from cchc.claims.named_shares import FigureNames, judge_listed, judge_named
from cchc.claims.passage import Passage
from cchc.claims.quantities import Quantity, Read
from cchc.claims.share_claims import ProvenShare, ShareClaim, say_share
from cchc.claims.tokens import Sort, Token
from cchc.severity import Severity
from cchc.texts import t

_FAR = 110  # characters between a figure and its share, what stands in brackets left out
_OWN = re.compile(r"[^()]{0,45}\(\s?[^()0-9;:,]{0,32}?")
_BRACKETED = re.compile(r"\s?\(\s?")
_TOLD = re.compile(
    r"[^.;()0-9]{0,40}?(?:,|\()?\s*(?:tuong ung|tuong duong|tuc la|tuc|voi|ung voi)\s+(?:voi\s+)?(?:la\s+)?"
)
_DIRECT = re.compile(
    r"(?: [a-z]+){0,3}\s?[,(]\s?(?:chi |da )?(?:chiem|dat|bang|tuong duong|tuong ung)(?: ty le)? "
)
_EVERY = re.compile(r"\b(?:tat ca|toan bo|deu)\b")
_TOLD_OF = re.compile(r"[,(;:]\s*(?:dat|chiem|bang|tuong|tuc)|t[yi] le|chiem|\(\s*$")
_OF_SOME = re.compile(r"\s*(?:cua\s+)?(?:tong\s+)?(?:so|cac)\s+[a-z]+")
_CAPPED = re.compile(r"h[a-z]i long|d[a-z]{1,2}ng h[ae]n|ky so|so hoa|truc tuyen|toan trinh|khong giay")
_NEVER_ABOVE = re.compile(r"h[a-z]i long|d[a-z]{1,2}ng h[ae]n")
_STEPPED, _OF_PART = re.compile(r"\b(?:tang|giam)(?: them| duoc)?\s*$"), re.compile(r"\bchiem\b|\bty le\b")
_COMPARED = re.compile(r"so voi|ke hoach|chi tieu|tang|vuot|giam|muc tieu|cung ky|du toan|nghi quyet|giao\b")
_RANKED = re.compile(r"(?:\b(?:hang|vi tri|vi thu|xep|dung)\s*:?\s*(?:thu\s+)?|\(\s*thu\s+)$")
_UNITS = re.compile(r"\s{0,3}(?:don vi|co quan|xa\b|phuong\b|huyen|phong\b|so\b|ho so|hs\b|phieu|truong hop)")
_NOTHING = re.compile(r"khong\s+(?:co\s+)?phat\s+sinh[^.;()%0-9]{0,60}(?:t[yi]\s+le|dat)[^.;()0-9]{0,25}$")
_BLEMISH = re.compile(r"(?<!dung )(?<!truoc )h[ae]n\b|cham|khieu nai|vi pham")


def check_shares(
    passage: Passage, read: Sequence[Read], tables: Sequence[FigureTable], tolerance: Decimal
) -> list[ProvenShare]:
    """Judge every percentage of a text; returns those that are right, with what they are of."""
    bases = Bases(passage, read, tolerance)
    claims = []
    for place, block in enumerate(read):
        for one in block.every:
            if one.sort is Sort.FRACTION:
                _above_whole(passage, one.token)
            elif one.sort is Sort.PERCENT:
                claim = _percentage(passage, block, place, one, bases)
                claims += [claim] if claim is not None else []
    claims = judge_named(bases, FigureNames(bases, tables), claims)
    bases.judge(judge_listed(bases, claims))
    return bases.proven


def _percentage(
    passage: Passage, block: Read, place: int, share: Quantity, bases: Bases
) -> ShareClaim | None:
    """Judge a percentage beside its fraction, above a whole, of nothing; any other is a claim on a base."""
    flat, every = passage.flat, block.every
    beside = _beside(passage, every, share)
    if _of_none(passage, share) or (
        (beside is None or beside.sort is not Sort.FRACTION) and _above_hundred(passage, share)
    ):
        return None
    lead = flat[max(0, share.start - 24) : share.start]
    if words.APART.search(lead) or words.AGAINST_OTHER.match(flat, share.end):
        return None
    claim = ShareClaim(place, every, share, beside, block.wholes)
    if beside is None:
        if share.value <= HUNDRED and re.search(
            r"chiem|t[yi] le|dat\b|100\s?(?:%|phan tram)", flat[max(0, share.start - 60) : share.end]
        ):
            passage.right(ClaimKind.OVER, share.start, share.end)
        return claim
    if beside.sort is Sort.FRACTION:
        _of_fraction(passage, claim, beside, bases)
        return None
    if _STEPPED.search(beside.before) and not _OF_PART.search(flat[beside.end : share.start]):
        return None  # 'tăng 240 hồ sơ so với quý II, tương đương 15%': a change, of what was before
    above = block.wholes.get(beside.start)
    if above is not None and above.value == 0 and share.value in (0, HUNDRED):
        _say_nothing(passage, above.start, share.end, share)
        return None
    if share.value == HUNDRED and not _TOLD_OF.search(flat[beside.end : share.start]):
        return None  # '4 địa phương là An Giang, Cà Mau đã đạt 100%'
    return claim


def _beside(passage: Passage, every: Sequence[Quantity], share: Quantity) -> Quantity | None:
    """The figure whose share a percentage can be: the nearest before it, or the one in the bracket behind it."""
    if share.index + 1 < len(every):
        behind = every[share.index + 1]
        gap = behind.gap
        if behind.sort is Sort.FRACTION and len(gap) < 90:
            after = every[behind.index + 1] if behind.index + 1 < len(every) else None
            opened = _OWN.fullmatch(gap)
            alone = not (after and after.sort is Sort.FRACTION and opened and ")" not in after.gap)
            if alone and (opened or _TOLD.fullmatch(gap)):
                return behind
        if behind.sort is Sort.NUMBER and _BRACKETED.fullmatch(gap):
            return behind
    for one in reversed(every[max(0, share.index - 8) : share.index]):
        if one.depth > share.depth or (one.depth == share.depth and one.opened != share.opened):
            continue
        if one.sort is Sort.PERCENT or one.sentence != share.sentence:
            return None
        between = passage.flat[one.end : share.start]
        outside = re.sub(r"\([^()]{0,400}\)", " ", between)
        if ";" in outside and one.sort is Sort.NUMBER:
            return None
        if share.value == HUNDRED and _EVERY.search(outside):
            return None  # 'tất cả đều được ký số, tỷ lệ 100%'
        linked = words.LINKED.search(outside) or re.search(r"\(\s*$", outside)
        if len(outside) > _FAR or not linked:
            return None
        return one
    return None


def _of_fraction(passage: Passage, claim: ShareClaim, one: Quantity, bases: Bases) -> None:
    share = claim.share
    token, given = one.token, share.value
    start, end = min(one.start, share.start), max(one.end, share.end)
    if _RANKED.search(passage.flat, max(0, one.start - 24), one.start):
        return None
    if token.bottom == 0:
        return _say_nothing(passage, start, end, share) if given in (0, HUNDRED) else None
    alike_ = len(token.values) == len(token.bottoms)  # written alike, they are read alike
    pairs = list(zip(token.values, token.bottoms, strict=True)) if alike_ else []
    # '1/124.339': one is of thousands, not of a hundred and a third.
    bottoms = [max(token.bottoms)] if len(token.values) == 1 else token.bottoms
    pairs = pairs or [(top, bottom) for top in token.values for bottom in bottoms]
    verdicts = [
        share_verdict(given, share.token.decimals, top * HUNDRED / bottom, bases.tolerance)
        for top, bottom in pairs
    ]
    exact = token.value * HUNDRED / token.bottom
    if "right" in verdicts:
        return bases.prove(claim, one, one, token.bottom)
    if "truncated" in verdicts or "near" in verdicts:
        return say_share(
            passage, one, share, exact, Severity.NOTE if "truncated" in verdicts else Severity.WARNING
        )
    between = passage.flat[one.end : share.start] if share.start > one.end else ""
    direct = share.start > one.end and _DIRECT.fullmatch(between)
    if not direct and bases.fits_another(claim, one):
        return None
    if abs(given - (HUNDRED - exact)) <= max(bases.tolerance, Decimal(1).scaleb(-share.token.decimals)) and (
        words.ANY_ROLE.search(between.split(",")[-1]) or "chua" in between
    ):
        return None  # 'có 5/100 hồ sơ quá hạn, tỷ lệ đúng hạn đạt 95%'
    unmarked = share.start > one.end and not MARKED.search(between)
    if unmarked and given == HUNDRED:
        return None  # '15/20 xã đạt 100% tiêu chí' says how many reached a target
    doubtful = (unmarked and not share.token.decimals) or words.AGAINST_PLAN.match(passage.flat, share.end)
    if (
        re.search(r"[0-9]", words.LABELLED.sub("", re.sub(r"\([^()]{0,400}\)", " ", between)))
        or ";" in between
    ):
        doubtful = True
    return say_share(passage, one, share, exact, Severity.WARNING if doubtful else Severity.ERROR)


def _above_whole(passage: Passage, token: Token) -> None:
    """A part above its whole: 11/9 xã, 120/100 hồ sơ đúng hạn."""
    if not (token.value > token.bottom > 0) or len(token.values) > 1 or len(token.bottoms) > 1:
        return
    around = passage.flat[max(0, token.start - 60) : token.end + 60]
    if not _UNITS.match(passage.flat, token.end) or _COMPARED.search(around):
        return
    written = passage.quoted(token.start, token.end)
    passage.say(
        ClaimKind.OVER, Severity.WARNING, token.start, token.end, stated=written, expected=t("claims.at_most_whole"),
        message=t("claims.above_whole", given=written),
    )  # fmt: skip


def _above_hundred(passage: Passage, share: Quantity) -> bool:
    """More than 100 % of what cannot exceed its whole: satisfaction, timeliness, digital signing."""
    if share.value <= HUNDRED or len(share.token.values) > 1:
        return False
    before = re.split(r"[.;]\s", passage.flat[max(0, share.start - 70) : share.start])[-1]
    if before.endswith("bang ") and _OF_SOME.match(share.after):
        return False  # 'bằng 205,6% số hồ sơ trực tuyến của quý I năm 2022'
    after = passage.flat[share.end : share.end + 40]
    if not _CAPPED.search(before) or words.APART.search(before) or _COMPARED.search(before + after):
        return False
    written = passage.quoted(share.start, share.end)
    passage.say(
        ClaimKind.OVER, Severity.ERROR if _NEVER_ABOVE.search(before) else Severity.WARNING, share.start, share.end,
        stated=written, expected=t("claims.at_most_hundred"), message=t("claims.above_hundred", given=written),
    )  # fmt: skip
    return True


def _of_none(passage: Passage, share: Quantity) -> bool:
    """'không phát sinh hồ sơ, tỷ lệ 0%', of what is no blemish."""
    if share.value:
        return False
    match = _NOTHING.search(passage.flat[max(0, share.start - 110) : share.start])
    if not match or _BLEMISH.search(match[0]):
        return False
    _say_nothing(passage, share.start - len(match[0]), share.end, share)
    return True


def _say_nothing(passage: Passage, start: int, end: int, share: Quantity) -> None:
    """A percentage of nothing, 0 % or 100 %: there is none."""
    written = passage.quoted(share.start, share.end)
    passage.say(
        ClaimKind.ZERO, Severity.WARNING, start, end, stated=written, expected=t("claims.empty"),
        message=t("claims.zero", given=written),
    )  # fmt: skip
