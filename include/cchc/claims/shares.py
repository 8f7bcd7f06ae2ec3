"""Percentages: of the fraction beside them, of a part and the whole that is named for it, above a whole, of nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from cchc.claims import words
from cchc.claims.judging import HUNDRED, share_verdict
from cchc.claims.kinds import ClaimKind
from cchc.claims.named_shares import of_named_base, of_named_figures, say_share
from cchc.claims.passage import Passage
from cchc.claims.quantities import Quantity, alike, same_things
from cchc.claims.tokens import Sort, Token
from cchc.severity import Severity
from cchc.texts import t

_FAR = 110  # characters between a figure and its share, what stands in brackets left out
_OWN = re.compile(r"[^()]{0,45}\(\s?[^()0-9;:,]{0,32}?")
_TOLD = re.compile(
    r"[^.;()0-9]{0,40}?(?:,|\()?\s*(?:tuong ung|tuong duong|tuc la|tuc|voi|ung voi)\s+(?:voi\s+)?(?:la\s+)?"
)
_OF_OTHERS = re.compile(r"trong do|cap |rieng|gom|cung ky|nam truoc|so voi")
_EVERY = re.compile(r"\b(?:tat ca|toan bo|deu)\b")
_MARKED = re.compile(r"[,(;:]|t[yi] le|chiem")
_TOLD_OF = re.compile(r"[,(;:]\s*(?:dat|chiem|bang|tuong|tuc)|t[yi] le|chiem|\(\s*$")
_NAMED_BASE = re.compile(r"\s*(?:tren|trong|so voi|cua)?\s*(?:tong\s+)?(?:so|cac)\s+([a-z]+)([a-z ]*)")
_PLAIN_PLAN = re.compile(
    r"\s*(?:so voi\s+)?(?:chi tieu|ke hoach|muc tieu)(?:\s+(?:giao|de ra|duoc giao|nam|von|ca nam))?\s*"
)
_ELSEWHERE = re.compile(
    r"\s*(?:so\s+(?:voi\s+)?|ke hoach|chi tieu|muc tieu|du toan|nhu cau|nghi quyet|dan so)"
)
_LISTED = re.compile(r"lan luot|tuong ung\s+la|\bva\s+$|khong\s+(?:dat|bang)|so\s+voi")
_CAPPED = re.compile(r"h[a-z]i long|d[a-z]{1,2}ng h[ae]n|ky so|so hoa|truc tuyen|toan trinh|khong giay")
_NEVER_ABOVE = re.compile(r"h[a-z]i long|d[a-z]{1,2}ng h[ae]n")
_COMPARED = re.compile(r"so voi|ke hoach|chi tieu|tang|vuot|giam|muc tieu|cung ky|du toan|nghi quyet|giao\b")
_RANKED = re.compile(r"(?:\b(?:hang|vi tri|vi thu|xep|dung)\s*:?\s*(?:thu\s+)?|\(\s*thu\s+)$")
_UNITS = re.compile(r"\s{0,3}(?:don vi|co quan|xa\b|phuong\b|huyen|phong\b|so\b|ho so|hs\b|phieu|truong hop)")
_NOTHING = re.compile(r"khong\s+(?:co\s+)?phat\s+sinh[^.;()%0-9]{0,60}(?:t[yi]\s+le|dat)[^.;()0-9]{0,25}$")
_BLEMISH = re.compile(r"(?<!dung )(?<!truoc )h[ae]n\b|cham|khieu nai|vi pham")
_REST = re.compile(r"chua|qua han|tre|cham|con lai|khong")


def check_shares(
    passage: Passage, every: Sequence[Quantity], wholes: Mapping[int, Quantity], earlier: Sequence[Quantity],
    tolerance: Decimal,
) -> None:  # fmt: skip
    """Judge every percentage of a block. wholes: of each part, by its place; earlier: figures of blocks before."""
    shown: dict[int, Quantity] = {}
    for one in every:
        if one.sort is Sort.FRACTION:
            _above_whole(passage, one.token)
        elif one.sort is Sort.PERCENT:
            _percentage(passage, every, one, wholes, earlier, shown, tolerance)


def _percentage(
    passage: Passage, every: Sequence[Quantity], share: Quantity, wholes: Mapping[int, Quantity],
    earlier: Sequence[Quantity], shown: dict[int, Quantity], tolerance: Decimal,
) -> None:  # fmt: skip
    flat = passage.flat
    beside = _beside(passage, every, share)
    if _of_none(passage, share) or (
        (beside is None or beside.sort is not Sort.FRACTION) and _above_hundred(passage, share)
    ):
        return
    lead = flat[max(0, share.start - 24) : share.start]
    if words.APART.search(lead) or words.AGAINST_OTHER.match(flat, share.end):
        return
    if beside is None:
        if of_named_figures(passage, every, share, earlier, tolerance):
            return
        if share.value <= HUNDRED and re.search(
            r"chiem|t[yi] le|dat\b|100\s?%", flat[max(0, share.start - 60) : share.end]
        ):
            passage.right(ClaimKind.OVER, share.start, share.end)
        return
    if beside.sort is Sort.FRACTION:
        _of_fraction(passage, every, beside, share, tolerance)
    else:
        _of_part(passage, every, beside, share, wholes, earlier, shown, tolerance)


def _beside(passage: Passage, every: Sequence[Quantity], share: Quantity) -> Quantity | None:
    """The figure whose share a percentage can be: the nearest before it, or the one in the bracket behind it."""
    if share.index + 1 < len(every):
        behind = every[share.index + 1]
        gap = behind.gap
        if behind.sort is Sort.FRACTION and len(gap) < 90 and not _OF_OTHERS.search(gap):
            after = every[behind.index + 1] if behind.index + 1 < len(every) else None
            opened = _OWN.fullmatch(gap)
            alone = not (after and after.sort is Sort.FRACTION and opened and ")" not in after.gap)
            if alone and (opened or _TOLD.fullmatch(gap)):
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
        if len(outside) > _FAR or not linked or _LISTED.search(outside):
            return None
        return one
    return None


def _of_fraction(
    passage: Passage, every: Sequence[Quantity], one: Quantity, share: Quantity, tolerance: Decimal
) -> None:
    token, given = one.token, share.value
    start, end = min(one.start, share.start), max(one.end, share.end)
    if _RANKED.search(passage.flat, max(0, one.start - 24), one.start):
        return None
    if token.bottom == 0:
        return _say_nothing(passage, start, end, share) if given in (0, HUNDRED) else None
    alike_ = len(token.values) == len(token.bottoms)  # written alike, they are read alike
    pairs = list(zip(token.values, token.bottoms, strict=True)) if alike_ else []
    pairs = pairs or [(top, bottom) for top in token.values for bottom in token.bottoms]
    verdicts = [
        share_verdict(given, share.token.decimals, top * HUNDRED / bottom, tolerance) for top, bottom in pairs
    ]
    exact = token.value * HUNDRED / token.bottom
    if "right" in verdicts:
        return passage.right(ClaimKind.PERCENT, start, end)
    if "truncated" in verdicts or "near" in verdicts:
        return say_share(
            passage, one, share, exact, Severity.NOTE if "truncated" in verdicts else Severity.WARNING
        )
    between = passage.flat[one.end : share.start] if share.start > one.end else ""
    if _fits_another(every, one, share, tolerance):
        return None
    if abs(given - (HUNDRED - exact)) <= max(tolerance, Decimal(1).scaleb(-share.token.decimals)) and (
        words.ANY_ROLE.search(between.split(",")[-1]) or "chua" in between
    ):
        return None  # 'có 5/100 hồ sơ quá hạn, tỷ lệ đúng hạn đạt 95%'
    if share.start > one.end and _waiting(every, one):
        return None
    unmarked = share.start > one.end and not _MARKED.search(between)
    if unmarked and given == HUNDRED:
        return None  # '15/20 xã đạt 100% tiêu chí' says how many reached a target
    doubtful = (unmarked and not share.token.decimals) or words.AGAINST_PLAN.match(passage.flat, share.end)
    if (
        re.search(r"[0-9]", words.LABELLED.sub("", re.sub(r"\([^()]{0,400}\)", " ", between)))
        or ";" in between
    ):
        doubtful = True
    return say_share(passage, one, share, exact, Severity.WARNING if doubtful else Severity.ERROR)


def _waiting(every: Sequence[Quantity], one: Quantity) -> bool:
    """Whether a fraction before it waits for the same percentage ('15/20 xã và 3/5 phòng, đạt ...')."""
    return bool(
        one.index
        and every[one.index - 1].sort is Sort.FRACTION
        and len(one.gap) < 80
        and not re.search(r"[.;%(]", one.gap)
    )


def _of_part(
    passage: Passage, every: Sequence[Quantity], part: Quantity, share: Quantity, wholes: Mapping[int, Quantity],
    earlier: Sequence[Quantity], shown: dict[int, Quantity], tolerance: Decimal,
) -> None:  # fmt: skip
    """A part with its share: right with any whole that fits, wrong only against one that the text names.

    shown: the whole that another share of the same sentence was of.
    """
    given, decimals = share.value, share.token.decimals
    if given == HUNDRED and not _TOLD_OF.search(passage.flat[part.end : share.start]):
        return None  # '4 địa phương là An Giang, Cà Mau đã đạt 100%'
    span = (part.start, share.end)
    above = wholes.get(part.start)
    if above is not None and above.value == 0 and given in (0, HUNDRED):
        return _say_nothing(passage, above.start, share.end, share)
    near = [one for one in every if one.sort is not Sort.PERCENT and one is not part]
    told = [
        (one, value)
        for one in (*near, *earlier[-12:])
        for value in _wholes_of(one)
        if 0 < value >= part.value
    ]

    def verdict(base: Decimal) -> str:
        return share_verdict(given, decimals, part.value * HUNDRED / base, tolerance)

    if decimals or given == HUNDRED or len(told) == 1:
        fits = [one for one, value in told if verdict(value) in ("right", "truncated")]
        if fits:
            shown[share.sentence] = fits[0]
            return passage.right(ClaimKind.PERCENT, *span)
        if decimals and _fits_another(every, part, share, tolerance):
            return None
    whole = _named(passage, every, part, share, wholes, shown.get(share.sentence))
    if whole is None:
        return of_named_base(passage, every, part, share, earlier, tolerance)
    if not whole.value or part.value > whole.value:
        return None
    if any(verdict(value) != "wrong" for _, value in told):
        return passage.right(ClaimKind.PERCENT, *span)
    exact = part.value * HUNDRED / whole.value
    sure = (
        wholes.get(part.start) is whole and (decimals > 0 or abs(given - exact) > 2) and not part.approximate
    )
    clear = sure and _MARKED.search(passage.flat[part.end : share.start])
    say_share(passage, part, share, exact, Severity.ERROR if clear else Severity.WARNING, whole)
    return None


def _wholes_of(one: Quantity) -> tuple[Decimal, ...]:
    return (*one.token.values, *one.token.bottoms)


def _named(
    passage: Passage,
    every: Sequence[Quantity],
    part: Quantity,
    share: Quantity,
    wholes: Mapping[int, Quantity],
    beside: Quantity | None,
) -> Quantity | None:
    """The whole that the text names for a share; None when it names none, or one that is not here."""
    after = share.after
    if share.index + 1 < len(every):
        behind = every[share.index + 1]
        if behind.sort is Sort.NUMBER and re.fullmatch(
            r"[a-z ]{0,30}\b(?:tong|du toan|ke hoach|chi tieu)\b[a-z ]{0,40}\(?|\s*tren\s+(?:tong so\s+)?",
            behind.gap,
        ):
            return behind
    base = _NAMED_BASE.match(after)
    known = wholes.get(part.start)
    kin = [
        one for one in every[: part.index]
        if one.sort is Sort.NUMBER and alike(one, part) and one.value >= part.value and not one.approximate
        and part.sentence - one.sentence <= 1
    ]  # fmt: skip
    if base:
        found = known if known and alike(known, part) else kin[0] if len(kin) == 1 else None
        if found is None and "tong" in after and kin:
            found = max(kin, key=lambda one: one.value)
        same = found is not None and base[1] in (part.noun[:1] + found.noun[:1])
        # 'tổng số văn bản phải ký' is not 'ký số 1.200 văn bản'.
        extra = (
            set(base[2].split()[1:]) - set(found.before.split()) - set(found.after.split())
            if found
            else set()
        )
        return found if same and not extra else None
    if _ELSEWHERE.match(after) and not _PLAIN_PLAN.fullmatch(after.rstrip(" .")):
        return None
    if known is not None:
        return known
    flat = passage.flat
    own = [one for one in kin if one.sentence == part.sentence and ";" not in flat[one.end : part.start]]
    if own and part.sentence == kin[-1].sentence and len(kin) > 1 and ";" in flat[kin[0].start : part.start]:
        return own[0] if len(own) == 1 else None
    last = kin[0] if len(kin) == 1 else None
    if last and last.sentence == part.sentence and last.index == part.index - 1 and last.depth <= part.depth:
        return last
    return beside if beside is not None and same_things(beside, part) and part.depth < share.depth else None


def _fits_another(every: Sequence[Quantity], one: Quantity, share: Quantity, tolerance: Decimal) -> bool:
    """Whether a percentage with decimals follows from two other figures close by: then it is theirs."""
    if not share.token.decimals:
        return False
    near = every[max(0, share.index - 8) : share.index + 6]
    told = {two.value for two in near if two.sort is Sort.NUMBER and two.value > 9}
    values = sorted(told | set(one.token.bottoms[:1]) | {one.value})
    close = min(tolerance, Decimal("0.005"))
    own = {one.value, *one.token.bottoms}
    return any(
        bottom and {top, bottom} != own
        and share_verdict(share.value, share.token.decimals, top * HUNDRED / bottom, close) == "right"
        for place, bottom in enumerate(values) for top in values[:place]
    )  # fmt: skip


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
    if before.endswith("bang ") and _NAMED_BASE.match(share.after):
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
