"""Sentences of a made report: each is right, or holds one planted fault."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from random import Random

from cchc_rehearsal.made_reports.writing import Hand, slip, slip_share, split

# What a sentence is called in the measurements, and the sentence.
Said = tuple[str, str]
Sentence = Callable[[Random, Hand, bool], Said]

PLACES = (
    "Toàn tỉnh",
    "Cấp tỉnh",
    "Cấp xã",
    "Trung tâm Phục vụ hành chính công",
    "UBND xã Phú Hòa",
    "Sở Nội vụ",
)
FIELDS = (
    "đất đai",
    "hộ tịch",
    "xây dựng",
    "chứng thực",
    "bảo trợ xã hội",
    "lao động",
    "tư pháp",
    "nông nghiệp",
)
COMMUNES = (
    "An Phú",
    "Bình Hòa",
    "Cái Dầu",
    "Định Mỹ",
    "Gành Dầu",
    "Hòa Lạc",
    "Kiên Lương",
    "Long Thạnh",
    "Mỹ Đức",
)
THINGS = (
    ("văn bản", ("nghị quyết", "quyết định", "kế hoạch", "công văn", "thông báo")),
    ("đơn vị sự nghiệp", ("đơn vị giáo dục", "đơn vị y tế", "đơn vị văn hóa", "đơn vị khác")),
    ("nhiệm vụ", ("nhiệm vụ đã hoàn thành", "nhiệm vụ đang thực hiện", "nhiệm vụ chưa đến hạn")),
    ("thủ tục hành chính", ("thủ tục cấp tỉnh", "thủ tục cấp xã", "thủ tục dùng chung")),
    ("người", ("công chức", "viên chức", "lao động hợp đồng")),
    ("đơn", ("đơn khiếu nại", "đơn tố cáo", "đơn kiến nghị, phản ánh")),
    ("phiếu", ("phiếu rất hài lòng", "phiếu hài lòng", "phiếu không hài lòng")),
)


def dossiers(chance: Random, hand: Hand, wrong: bool) -> Said:
    """Received, done and open; done by early, on time and late."""
    n = hand.count
    early, late, still = chance.randint(900, 60_000), chance.randint(2, 300), chance.randint(20, 3000)
    ontime = chance.randint(300, 9000)
    done = early + ontime + late
    shown = {"early": early, "ontime": ontime, "late": late, "done": done, "open": still, "all": done + still}
    if wrong:
        name = chance.choice(["early", "ontime", "done"])
        shown[name] = slip(chance, shown[name])
    w = {key: n(value) for key, value in shown.items()} | {"place": chance.choice(PLACES)}
    text = chance.choice((
        "{place} tiếp nhận {all} hồ sơ; đã giải quyết {done} hồ sơ (trước hạn {early} hồ sơ, đúng hạn {ontime} hồ sơ, "
        "quá hạn {late} hồ sơ); đang giải quyết {open} hồ sơ.",
        "Tổng số hồ sơ tiếp nhận của {place} là {all} hồ sơ. Số hồ sơ đã giải quyết: {done}, trong đó trước hạn "
        "{early}, đúng hạn {ontime}, trễ hạn {late}. Số hồ sơ còn đang giải quyết: {open}.",
        "{place} đã trả kết quả {done} hồ sơ, gồm {early} hồ sơ trả trước hạn, {ontime} hồ sơ trả đúng hạn và {late} "
        "hồ sơ trả trễ hạn.",
        "Trong kỳ, {place} xử lý xong {done} hồ sơ. Trong đó: sớm hạn {early} hồ sơ; đúng hạn {ontime} hồ sơ; quá hạn "
        "{late} hồ sơ.",
    ))  # fmt: skip
    return "flow", text.format(**w)


def inflow(chance: Random, hand: Hand, wrong: bool) -> Said:
    """New ones and carried ones are what was there."""
    new, carried = chance.randint(800, 70_000), chance.randint(30, 4000)
    shown = [new, carried, new + carried]
    if wrong:
        place = chance.choice([0, 2])
        shown[place] = slip(chance, shown[place])
    n, c, a = (hand.count(one) for one in shown)
    return "flow", chance.choice((
        f"Số hồ sơ tiếp nhận mới là {n} hồ sơ, kỳ trước chuyển sang {c} hồ sơ; tổng số phải giải quyết {a} hồ sơ.",
        f"Tổng số {a} hồ sơ phải giải quyết, trong đó: {c} hồ sơ từ kỳ trước chuyển qua, {n} hồ sơ tiếp nhận trong kỳ.",
        f"Trong kỳ nhận {a} hồ sơ (tiếp nhận mới {n} hồ sơ; tồn kỳ trước {c} hồ sơ).",
    ))  # fmt: skip


def parts(chance: Random, hand: Hand, wrong: bool) -> Said:
    thing, kinds = chance.choice(THINGS)
    count = chance.randint(2, len(kinds))
    total = chance.randint(count * 3, chance.choice([60, 500, 9000]))
    values = split(chance, total, count)
    if wrong:
        if chance.random() < 0.5:
            total = slip(chance, total)
        else:
            place = chance.randrange(count)
            values[place] = slip(chance, values[place])
    some = [f"{hand.count(value)} {kind}" for value, kind in zip(values, kinds, strict=False)]
    all_ = hand.count(total)
    ways = [
        f"Đến nay có {all_} {thing} ({', '.join(some)}).",
        f"Tổng số {all_} {thing}, gồm: {'; '.join(some)}.",
        f"Toàn ngành có {all_} {thing}, bao gồm {', '.join(some[:-1])} và {some[-1]}.",
        f"Tổng số {thing} là {all_}:\n- {chr(10).join(f'- {one};' for one in some)[2:]}",
        f"{', '.join(some[:-1])} và {some[-1]}, tổng cộng {all_} {thing}."[0].upper()
        + f"{', '.join(some[:-1])} và {some[-1]}, tổng cộng {all_} {thing}."[1:],
    ]
    return "parts", chance.choice(ways)


def remainder(chance: Random, hand: Hand, wrong: bool) -> Said:
    total = chance.randint(12, chance.choice([40, 400, 3000]))
    done = chance.randint(total // 2, total - 2)
    rest = total - done
    if wrong:
        rest = slip(chance, rest)
    all_, d, r = hand.count(total), hand.count(done), hand.count(rest)
    return "parts", chance.choice((
        f"Đã thực hiện {d}/{all_} nhiệm vụ, còn lại {r} nhiệm vụ đang thực hiện.",
        f"Qua kiểm tra phát hiện {all_} hạn chế, đã khắc phục {d} hạn chế, còn {r} hạn chế.",
        f"Tiếp nhận {all_} phản ánh, kiến nghị; đã trả lời {d} phản ánh, kiến nghị; đang xử lý {r} phản ánh, kiến nghị.",
        f"Tổng số {all_} vụ việc; đã giải quyết {d} vụ việc, còn lại {r} vụ việc đang xác minh.",
    ))  # fmt: skip


def share(chance: Random, hand: Hand, wrong: bool) -> Said:
    bottom = chance.randint(30, chance.choice([200, 5000, 90_000]))
    top = chance.randint(bottom // 3, bottom)
    told = hand.share(*slip_share(chance, top, bottom)) if wrong else hand.share(top, bottom)
    t_, b = hand.count(top), hand.count(bottom)
    thing = chance.choice(["hồ sơ", "thủ tục", "văn bản", "nhiệm vụ", "phiếu"])
    return "share", chance.choice((
        f"Có {t_}/{b} {thing} đạt yêu cầu, đạt tỷ lệ {told}.",
        f"Tỷ lệ hoàn thành đạt {told} ({t_}/{b} {thing}).",
        f"Đã xử lý {t_}/{b} {thing} ({told}).",
        f"Trong tổng số {b} {thing} có {t_} {thing} gửi qua mạng, chiếm {told}.",
        f"Đã giải quyết {b} {thing}, trong đó đúng hạn {t_} {thing}, đạt {told}.",
        f"Tổng số {b} {thing}; số {thing} thực hiện trực tuyến là {t_}, chiếm tỷ lệ {told} trên tổng số.",
    ))  # fmt: skip


def shares(chance: Random, hand: Hand, wrong: bool) -> Said:
    """Parts with their shares."""
    total = chance.randint(300, 40_000)
    one, two, three = split(chance, total, 3)
    told = [hand.share(value, total) for value in (one, two, three)]
    if wrong:
        told[0] = hand.share(*slip_share(chance, one, total))
    a, b, c, all_ = (hand.count(value) for value in (one, two, three, total))
    return "share", chance.choice((
        f"Tiếp nhận {all_} hồ sơ, trong đó trực tuyến {a} hồ sơ (chiếm {told[0]}), trực tiếp {b} hồ sơ (chiếm {told[1]}), "
        f"qua bưu chính công ích {c} hồ sơ (chiếm {told[2]}).",
        f"Thu về {all_} phiếu: {a} phiếu rất hài lòng ({told[0]}), {b} phiếu hài lòng ({told[1]}), {c} phiếu bình thường "
        f"({told[2]}).",
    ))  # fmt: skip


def change(chance: Random, hand: Hand, wrong: bool) -> Said:
    before = chance.randint(80, chance.choice([900, 40_000]))
    now = max(5, before + chance.choice([-1, 1]) * chance.randint(before // 20 + 1, before // 2))
    word, by = ("tăng", now - before) if now > before else ("giảm", before - now)
    told_by, told = by, hand.share(by, before)
    if wrong and chance.random() < 0.5:
        told_by = slip(chance, by)
    elif wrong:
        told = hand.points(Decimal(by) * 100 / before + chance.choice([7, 13, 21]))
    n, b, d = hand.count(now), hand.count(before), hand.count(told_by)
    both = (
        f"Trong kỳ ban hành {n} văn bản, {word} {d} văn bản ({told}) so với cùng kỳ năm trước ({b} văn bản).",
        f"Số hồ sơ tiếp nhận {word} từ {b} hồ sơ {'lên' if now > before else 'xuống'} {n} hồ sơ ({word} {d} hồ sơ, tương "
        f"ứng {told}).",
    )
    return "change", chance.choice(both)


def names(chance: Random, hand: Hand, wrong: bool) -> Said:
    listed = chance.sample(COMMUNES, chance.randint(3, 6))
    told = len(listed) + (chance.choice([-1, 1]) if wrong else 0)
    return "count", chance.choice((
        f"Còn {hand.count(told)} xã chưa gửi báo cáo gồm: {', '.join(listed)}.",
        f"Đoàn đã kiểm tra tại {hand.count(told)} xã ({', '.join(listed)}).",
    ))  # fmt: skip


def each(chance: Random, hand: Hand, wrong: bool) -> Said:
    units, per = chance.randint(6, 60), chance.randint(2, 6)
    total = units * per
    if wrong:
        total = slip(chance, total)
    return "per_unit", chance.choice((
        f"Tổ chức {hand.count(total)} lớp tập huấn tại {units} xã, mỗi xã {hand.count(per)} lớp.",
        f"Cấp {hand.count(total)} máy quét cho {units} xã (mỗi xã {hand.count(per)} máy).",
    ))  # fmt: skip


def days(chance: Random, hand: Hand, wrong: bool) -> Said:
    year, month, number = 2025, chance.randint(1, 9), chance.randint(20, 900)
    way = chance.randrange(3)
    if way == 0:
        day = (31 if month in (4, 6, 9) else 30) if wrong and month in (2, 4, 6, 9) else chance.randint(1, 28)
        if wrong and day <= 28:
            month, day = 2, 30
        return "date", f"Hội nghị sơ kết được tổ chức vào ngày {day:02d}/{month:02d}/{year}."
    if way == 1:
        told = year - 1 if wrong else year
        return (
            "date",
            f"Thực hiện Nghị định số {number}/{told}/NĐ-CP ngày 12/{month:02d}/{year} của Chính phủ.",
        )
    first, last = (f"15/{month + 2:02d}/{year}", f"14/{month:02d}/{year}")
    if not wrong:
        first, last = last, first
    return "date", f"Số liệu tính từ ngày {first} đến ngày {last}."


def beside(chance: Random, hand: Hand, wrong: bool) -> Said:
    """Right figures that stand in no relation, or in one that only looks like one."""
    n = hand.count
    women, party = chance.randint(5, 19), chance.randint(10, 24)
    return "beside", chance.choice((
        f"Đơn vị có 25 công chức, trong đó có {n(women)} nữ, {n(party)} đảng viên.",
        f"Có {n(chance.randint(3, 9))}/{n(12)} xã đạt trên 95% hồ sơ trực tuyến.",
        f"Chỉ số hài lòng đạt {chance.randint(80, 95)},3%, tăng {chance.randint(1, 9)},2% so với cùng kỳ.",
        f"Dự kiến thực hiện {n(chance.randint(20, 90))} nhiệm vụ trong 6 tháng cuối năm {chance.randint(2025, 2026)}.",
        f"Ban hành {n(women)} kế hoạch, {n(party)} công văn chỉ đạo về dịch vụ công trực tuyến mức độ 3, 4.",
        f"Tổ chức {n(women)} cuộc họp với {n(chance.randint(100, 900))} lượt người dự; phát {n(2000)} tờ rơi.",
        f"Thực hiện Nghị quyết số {n(women)}/NQ-HĐND; phấn đấu 100% xã hoàn thành trước quý IV.",
        f"Khoảng {n(1500)} hồ sơ nộp qua mạng, tăng {chance.randint(2, 40)}% so với cùng kỳ, đã xử lý {n(1100)} hồ sơ.",
    ))  # fmt: skip


SENTENCES: tuple[Sentence, ...] = (
    dossiers, inflow, parts, parts, remainder, share, share, shares, change, names, each, days,
)  # fmt: skip
