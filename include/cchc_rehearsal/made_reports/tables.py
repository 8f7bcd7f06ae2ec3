"""Tables of a made report: sums across, totals below, shares, running stocks, outlines; some with one cell wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from cchc_rehearsal.made_reports.sentences import COMMUNES, FIELDS
from cchc_rehearsal.made_reports.writing import Hand, slip

NAMES = tuple(f"Xã {one}" for one in COMMUNES) + tuple(
    f"Phường {one}" for one in ("Vĩnh Thanh", "Rạch Giá", "Hà Tiên")
)


@dataclass
class Made:
    """kind; rows of written cells, the header first; the rows where a fault can be seen: its own, and its total's."""

    kind: str
    rows: list[list[str]]
    bad: list[int] = field(default_factory=list)


def made_table(chance: Random, hand: Hand, wrong: bool) -> Made:
    return chance.choice((_sums, _shares, _stocks, _outline, _plain))(chance, hand, wrong)


def _body(chance: Random) -> list[str]:
    pool = NAMES if chance.random() < 0.6 else tuple(f"Lĩnh vực {one}" for one in FIELDS)
    return chance.sample(pool, chance.randint(5, min(11, len(pool))))


def _finish(
    draw: tuple[Random, Hand, bool], kind: str, head: list[str], names: list[str], body: list[list[int]],
    whole: str = "Tổng cộng",
) -> Made:  # fmt: skip
    """Cells as written, with a total row; wrong (the last of `draw`): one of the figures is a slip."""
    (chance, hand, wrong), told = draw, _totals(body)
    figures = [list(row) for row in body] + [list(told)]
    bad: list[int] = []
    if wrong:
        for _ in range(30):
            row, column = chance.randrange(len(figures)), chance.randrange(len(told))
            if figures[row][column] > 9:
                figures[row][column] = slip(chance, figures[row][column])
                bad = sorted({row + 1, len(figures)})
                break
    rows = [["TT", "Đơn vị", *head]]
    rows += [
        [str(n), name, *map(hand.count, row)]
        for n, (name, row) in enumerate(zip(names, figures, strict=False), 1)
    ]
    rows.append(["", whole, *map(hand.count, figures[-1])])
    return Made(kind, rows, bad)


def _totals(body: list[list[int]]) -> list[int]:
    return [sum(column) for column in zip(*body, strict=True)]


def _sums(chance: Random, hand: Hand, wrong: bool) -> Made:
    names, body = _body(chance), []
    for _ in names:
        a, b, c = chance.randint(20, 900), chance.randint(5, 300), chance.randint(0, 60)
        body.append([a + b + c, a, b, c])
    head = ["Tổng số hồ sơ", "Trước hạn", "Đúng hạn", "Quá hạn"]
    return _finish((chance, hand, wrong), "table_sum", head, names, body)


def _shares(chance: Random, hand: Hand, wrong: bool) -> Made:
    names, body = _body(chance), []
    for _ in names:
        bottom = chance.randint(60, 3000)
        body.append([bottom, chance.randint(bottom // 2, bottom)])
    made = _finish((chance, hand, False), "table_share", ["Tiếp nhận", "Đúng hạn"], names, body)
    shares = [Decimal(top) * 100 / bottom for bottom, top in [*body, _totals(body)]]
    made.rows[0].append("Tỷ lệ (%)")
    for row, exact in zip(made.rows[1:], shares, strict=True):
        row.append(hand.points(exact).rstrip("%"))
    if wrong:
        place = chance.randrange(len(body))
        exact = shares[place]
        made.rows[place + 1][-1] = hand.points(exact - 11 if exact > 60 else exact + 7).rstrip("%")
        made.bad = [place + 1]
    return made


def _stocks(chance: Random, hand: Hand, wrong: bool) -> Made:
    names, body = _body(chance), []
    for _ in names:
        opening, new = chance.randint(10, 200), chance.randint(40, 1500)
        done = chance.randint(new // 2, new + opening)
        body.append([opening, new, done, opening + new - done])
    head = ["Tồn kỳ trước", "Tiếp nhận mới", "Đã giải quyết", "Tồn cuối kỳ"]
    return _finish((chance, hand, wrong), "table_stock", head, names, body, "Tổng")


def _plain(chance: Random, hand: Hand, wrong: bool) -> Made:
    names = _body(chance)
    body = [[chance.randint(10, 90), chance.randint(100, 9000), chance.randint(1, 50)] for _ in names]
    head = ["Số lớp tập huấn", "Lượt người dự", "Tin, bài"]
    return _finish((chance, hand, wrong), "table_total", head, names, body, "Tổng số")


def _outline(chance: Random, hand: Hand, wrong: bool) -> Made:
    rows, groups, total = [["STT", "Nội dung", "Số lượng", "Trong đó trực tuyến"]], [], [0, 0]
    bad: list[int] = []
    lines: list[tuple[str, str, list[int]]] = []
    for mark, name in (("I", "Cấp tỉnh"), ("II", "Cấp xã"), ("III", "Cơ quan ngành dọc"))[
        : chance.randint(2, 3)
    ]:
        below = []
        for _ in range(chance.randint(3, 5)):
            count = chance.randint(30, 900)
            below.append([count, chance.randint(1, count)])
        sums = _totals(below)
        groups.append(len(lines) + 1)
        lines.append((mark, name, sums))
        lines += [(str(n), f"Đơn vị {chance.choice(COMMUNES)} {n}", one) for n, one in enumerate(below, 1)]
        total = [total[0] + sums[0], total[1] + sums[1]]
    lines.append(("", "Tổng cộng", total))
    if wrong:
        place = chance.randrange(len(lines))
        lines[place][2][0] = slip(chance, lines[place][2][0])
        group = max((one for one in groups if one <= place + 1), default=len(lines))
        bad = sorted({place + 1, group, len(lines)})
    rows += [[mark, name, *map(hand.count, values)] for mark, name, values in lines]
    return Made("table_outline", rows, bad)
