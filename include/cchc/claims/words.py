"""Words of reports as they stand in plain text, also as scanners bend them ('hd so', 'tlep nhan', 'ding han')."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from cchc.claims.flat import plain, words_of
from cchc.folding import CAPITALS

# What is counted. A number in front of one of these is a figure of the report.
NOUN = re.compile(
    r"\s{0,3}(?:(?:so|luot|tong so)\s+)?(h[a-z0-9]{1,2}\s+s[a-z0-9]{1,2}\b|hs\b|hstt?hc\b|don vi|"
    r"don thu|don\b|co quan|van ban|vb\b|vbqppl|nhiem vu|phan viec|viec\b"
    r"|ho\b(?!\s+(?:so|tich|chieu|ngheo|khau))|noi dung|chi tieu|"
    r"thu tuc|tthc|truong hop|nguoi|can bo|cong chuc|vien chuc|d/c|dong chi|luot|"
    r"bien che|vi tri|to chuc\b|ca nhan|phieu|danh gia"
    r"|y kien|kien nghi|phan anh|pakn|van de|xa\b|phuong\b|thi tran|dac khu|huyen|thanh pho|phong\b|"
    r"ban\b|trung tam|so, |truong\b|diem truong|doanh nghiep"
    r"|cuoc|lop|hoi nghi|buoi|tin bai|tin\b|bai\b|ky\b|quyet dinh|ke hoach|nghi quyet|cong van|"
    r"bao cao|thong bao|chi thi|to trinh"
    r"|dich vu|dvc|quy trinh|sang kien|mo hinh|giai phap|linh vuc|tai khoan|chung thu|chu ky|may\b|"
    r"bo\b|dong\b|trieu|ty dong|ty\b|giao dich"
    r"|bien ban|giay|chuyen vien|lanh dao|tien si|thac si|dai hoc|ap\b|khom|khu pho|thon|to\b|ban ghi|"
    r"trang|diem\b|hoc vien|cong dan|muc tieu)"
)

# Words after which a number is a name, not a figure ('mức độ 3', 'Điều 9', 'năm 2022').
_LABEL = re.compile(
    r"(?:\b(?:m[a-z]{1,4}\s+d[o06]|dieu|khoan|muc|chuong|(?<!mot )phan|phu luc|pl|bieu|mau|bang|hinh|quy|thang|"
    r"n[a-z]m|ngay|ky thi|khoa|s[o6]|lan|thu|"
    r"(?<!cao )(?<!trung )(?<!so )cap|loai|nhom|doi tuong|muc do|md|hang|bac|"
    r"giai doan|dot|iso|tcvn|phien ban|do tuoi|lop|to|khu|khu vuc|khu pho|ap|khom|quan|duong|dien thoai|"
    r"nghi dinh|nghi quyet|quyet dinh|thong tu|chi thi|de an|"
    r"ke hoach|cong van|bao cao|thong bao|(?<!ky )luat|covid|tieu chi|chi so|cong thuc|buoc|(?<!ha )tang|phong so|doi|"
    r"chi doan|trang|xep thu|thu hang|vi tri|xep hang|hang thu)|[a-z]-|n[ao]m hoc)"
    r"\s{0,3}:?\s{0,2}$"
)
# ... unless one of these ends stands there, which is followed by a figure ('số hồ sơ', 'tổng số').
_NOT_LABEL = re.compile(
    r"(?:h[a-z0-9]{1,2}\s+s[a-z0-9]{1,2}|tru so|tong s[o6]|tong|co so|mot so|ty so|con so|"
    r"(?:da|duoc)\s+cap|moi\s+[a-z]+|(?:trong|tren|con|dan|quyen|doi|nghe|te|hoi|ky|nang|tang|vien) so|"
    r"(?:da|phai|duoc)\s+thu)\s*:?\s*$"
)

# Numbers of three digits are labels of these alone.
_NAMES_LARGE = re.compile(
    r"(?:s[o6]|dieu|trang|n[a-z]m|nghi|quyet|thong|chi thi|de an|ke hoach|cong van|bao cao|"
    r"luat|iso|tcvn|duong|dien thoai|covid|[a-z]-)"
)
_LARGE = re.compile(r"[1-9][0-9]{2}|[0-9]{1,3}\.[0-9]{3}")
_KIND_OF_DOCUMENT = re.compile(
    r"nghi quyet|quyet dinh|chi thi|ke hoach|cong van|bao cao|thong bao|thong tu|nghi dinh"
)
_ITEM = re.compile(r"(?:[,(;:]|\bgom|\bva)\s*$")
_ITEM_ENDS = re.compile(r"[0-9.]+\s*(?:[,;)]|va\b)")
_VALUE_OF_LIST = re.compile(r"(?:[a-z]{2,} [0-9.]+; [a-z, ]{2,60}){2}$")
_ENDS_ITEM = re.compile(r"[0-9.]+ ?[;)]")
_GROUPED = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?![0-9])")
_MONTH = re.compile(r"(?:0?[1-9]|1[0-2])(?![0-9.,]*[0-9])")
_DAY_OF_MONTH = re.compile(r"[0-9]{1,2}(?![0-9.,]*[0-9])")
_LAST_WORD = re.compile(r"(\w+)\W{0,4}$")
_BENT_LEVEL = re.compile(r"m[a-z]{1,3}[ce]\s+do\W{0,4}$")  # 'mức độ' without its accents: mirc do, mue do
# Labels that are other words without their accents.
_ACCENTED = {
    plain(written.split("|")[0]): frozenset(written.split("|"))
    for written in words_of(
        "năm ngày tháng lần thứ đội tổ|tờ tầng quận bước hạng bậc cấp số bảng hình mẫu biểu khóa|khoá luật mục|mức "
        "điều quý loại nhóm đường ấp khóm khoản lớp phần chương đoàn độ án định quyết thị trình"
    )
}
_YEAR = re.compile(r"(?:[1-9]|[0-9]{2}|(?:19|20)[0-9]{2})(?![0-9.,]*[0-9])")
_LARGE_COUNT = re.compile(r"(?:[0-9]{2,}|[0-9]+[.,][0-9.,]+)" + NOUN.pattern)
_PEOPLE_OR_FILES = re.compile(
    r"[0-9]{2,4}\s(?:nguoi|ho so|don vi|truong hop|luot|can bo|cong chuc|vien chuc)\b"
)
_OF_MONEY = re.compile(r"[0-9][0-9.,]*\s(?:ty|trieu|nghin|ngan|dong)\b")
_COUNTED = re.compile(r"[0-9][0-9.,]*" + NOUN.pattern)
# A figure that is a name, with what it names: 'mức độ 3', 'cấp 1, 2'.
LABELLED = re.compile(
    r"(?:m[a-z]{1,4}\s+d[o06]|muc|md|cap|doi tuong|nhom|quy|loai|hang|khoa)\s*[0-9](?:\s*(?:,|va|-)\s*[0-9])?"
)

LINKED = re.compile(r"(?:d[ae]t|ch[il1]em|t[yi]\s*l[ei]|bang|tuong duong|tuong ung|la)\b|=")
APART = re.compile(
    r"(?:tang|giam|vuot|cao hon|thap hon|hon|tren|duoi|gan|khoang|it nhat|toi thieu|toi da|tu|den|kem|"
    r"hut|lech|them|bot|con lai|chenh lech|xap xi|>|<|≥|≤)"
    r"(?:\s+(?:la|thi|duoc|len|muc|toi|tu|ty le))?\s*:?\s*$"
)
AGAINST_OTHER = re.compile(
    r"\s{0,3}(?:\)|,|-|vuot|tang|giam)?\s{0,3}so\s+(?:voi\s+)?(?:cung ky|nam|quy|6 thang|thang|"
    r"ky truoc|trung binh|binh quan|muc)"
)
AGAINST_PLAN = re.compile(
    r"\s{0,3}(?:so\s+(?:voi\s+)?)?(?:ke hoach|chi tieu|muc tieu|nghi quyet|kh\b|du toan|nhu cau)"
)

# What became of files and tasks. The order decides: 'đang giải quyết' before 'giải quyết'.
ROLES: tuple[tuple[str, str], ...] = (
        ("early_ontime", r"tr(?!ong\b)[a-z]{2,4}\s*(?:thoi\s+)?(?:han|hen)?\s*(?:va|,|/|hoac|-|"
            r"&)\s*d[a-z]{1,2}ng\s+(?:thoi\s+)?h[ae]n|d[a-z]{1,2}ng\s*(?:han\s*)?(?:va|,|"
                r"/)\s*tr[a-z]{2,4}\s+h[ae]n|som\s+va\s+dung\s+han|d[a-z]{1,2}ng\s*(?:han\s*)?(?:va|"
                    r",)\s*som\s+h[ae]n"),
        ("late", r"q[a-z0-9]{2}\s*(?:thoi\s+)?h[ae]n|tr[e]\s+h[ae]n|cham\s+h[ae]n|(?:khong|"
            r"chua)\s+dung\s+h[ae]n|tre\s+tien do|cham\s+tien do|cham tre|muon\b"),
        ("early", r"tr(?!ong\b)[a-z]{2,4}\s+(?:thoi\s+)?h[ae]n|som\s+h[ae]n|som\s+hon"),
        ("open_in", r"ch[a-z]{1,2}a?\s+(?:d[e]n|toi)\s+(?:thoi\s+)?h[ae]n|trong\s+(?:thoi\s+)?h[ae]n|"
            r"con\s+(?:thoi\s+)?h[ae]n|chua\s+qua\s+h[ae]n"),
        ("ontime", r"d[a-z0-9]{1,2}ng\s+(?:thoi\s+)?(?:h[ae]n|gian quy dinh)|dung\s+tien\s+do|dung\s+thoi\s+gian"),
        ("carried", r"(?:ky|quy|nam|thang)\s+truoc\s*(?:chuyen|sang|ton|con|\))?|chuyen\s+(?:qua|sang|"
            r"tu|ky)|ton\s+(?:ky|dau|tu|cu)|cu\s+chuyen"),
        ("open", r"(?:dang|con|hien)\s+(?:dang\s+)?(?:duoc\s+)?(?:trong\s+)?(?:qua trinh\s+|"
            r"thoi\s+(?:gian|han)\s+)?(?:ti[e]p tuc\s+)?(?:giai quyet|xu ly|thuc hien|tham dinh|"
                r"xac minh|thu ly|trien khai)|\bton\b(?!\s+tai)|\bcon lai\b"),
        ("undone", r"chua\s+(?:duoc\s+)?(?:giai quyet|xu ly|hoan thanh|thuc hien|trien khai)"),
        ("returned", r"tra lai|tu choi|\brut\b|bo sung|dung xu ly|huy\b|khong\s+(?:du|thuoc|"
            r"tiep nhan)|chuyen tra|tam dung"),
        ("online", r"truc tuyen|qua mang|qua (?:cong|dvc)"),
        ("post", r"buu chinh|bcci|buu dien"),
        ("direct", r"truc tiep"),
        ("new", r"(?:tiep nhan|nhan|phat sinh)\s+(?:moi|trong ky)|\bmoi\s+(?:tiep nhan|phat sinh)|"
            r"\btrong ky\b"),
        ("done", r"gi[a-z]i\s+quy[a-z0-9]{0,2}t|xu ly|tra ket qua|hoan thanh|xu ly xong|da tra\b|ho so ra\b"),
        ("received", r"t[il1]+[e6]p\s+nh[a-z0-9]{1,2}n|nhan\s+(?:giai quyet|duoc)|\bnhan\b|"
            r"t[o6]ng\s+s[a-z0-9]{1,2}\b|t[o6]ng\s+cong|ho so vao\b|phat sinh|duoc giao|\bgiao\b|\bde ra\b"),
)  # fmt: skip
_CAME = re.compile(
    r"phai\s+(?:giai quyet|xu ly)|da\s+va\s+dang|du\s+dieu kien\s+xu ly|den\s+han\s+(?:phai\s+)?giai quyet"
)
ANY_ROLE = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in ROLES))
_RANK = {name: rank for rank, (name, _) in enumerate(ROLES)}

# A unit by its name, in the text as it is written.
UNIT_NAME = re.compile(
    rf"\b([Xx]ã|[Pp]hường|[Ss]ở|[Hh]uyện|[Pp]hòng|[Tt]hôn|[Tt]rường|[Tt]rung tâm|[Bb]an) (?=[{CAPITALS}])"
)

# Only some of what was counted follow.
SOME_OF = re.compile(
    r"\b(?:trong\s+do|chu\s+yeu|nhat\s+la|tap\s+trung|dien\s+hinh|tieu\s+bieu|noi\s+bat|nhu|mot\s+so|rieng|vi\s+du)\b"
)
WITHIN = re.compile(
    r"tr\s?[a-z0-9]{0,3}ng\s+d[o06eb]\b|bao\s+g[o6]m|\bg[o6]m\b|cu\s+th[e]|chia\s+ra|"
    r"trong\s+so\s+(?:do|nay)|phan\s+ra"
)
ALL_OF = re.compile(r"bao\s+g[o6]m|\bg[o6]m\b|chia\s+ra|phan\s+ra|cu\s+th[e]")
LEVEL = re.compile(
    r"c[ae]p\s+t[i]nh|c[a-z{]{1,2}p\s+huy[ae]n|c[ae]p\s+x[ae]\b|so,?\s+(?:ban,?\s+)?nganh|cac\s+so\b|"
    r"ubnd\s+(?:cac\s+|cap\s+)?(?:huyen|xa|phuong)|ubnd\s+cac\s+xa|"
    r"cac\s+(?:xa|phuong|phong|huyen)|van phong\s+(?:hdnd|ubnd)"
)


def is_label(flat: str, start: int, text: str) -> bool:
    """Whether the number at `start` is a name ('mức độ 3'), judged by the words before it; text: with its accents."""
    before = flat[max(0, start - 18) : start]
    label = _LABEL.search(before)
    if not label or _NOT_LABEL.search(before):
        return False
    if label[0].startswith(("thu", "cap", "to", "lop", "nhom", "loai", "mau")) and _LARGE_COUNT.match(
        flat, start
    ):
        return False  # 'khó thu 120 triệu đồng', 'cấp 118 máy quét'
    if _LARGE.match(flat, start) and not _NAMES_LARGE.match(label[0]):
        return False  # 'hạ tầng 398 ý kiến': no floor, no class, no group has such a number
    item = _KIND_OF_DOCUMENT.match(label[0]) and _ITEM.search(before[: label.start()])
    small = text is not flat and text[max(0, start - 18) + label.start()].islower()
    if item and small and _ITEM_ENDS.match(flat, start):
        return False  # '(nghị quyết 394, quyết định 670)': so many of them
    last = _LAST_WORD.search(text, max(0, start - 18), start)
    if (
        text is not flat
        and last
        and (accented := _ACCENTED.get(plain(last[1])))
        and last[1].lower() not in accented
        and not _BENT_LEVEL.search(text[max(0, start - 18) : start].lower())
    ):
        return False  # 'sửa đổi 11' is no 'đội 11', 'nam 241 người' no year
    if label[0].startswith("nam") and (":" in label[0] or not _YEAR.match(flat, start)):
        return False  # 'nhiệm vụ năm: 29'
    if _VALUE_OF_LIST.search(flat[max(0, start - 120) : start]) and _ENDS_ITEM.match(flat, start):
        return False  # '(dược phẩm 38; y tế dự phòng 17; giám định y khoa 8)': figures behind names
    if _OF_MONEY.match(flat, start):
        return False  # 'qua tài khoản 1,28 tỷ đồng'
    if label[0].startswith(("so", "ngay")) and _PEOPLE_OR_FILES.match(flat, start):
        return False  # 'dân tộc thiểu số 731 người', 'thôi việc ngay 17 người'
    if label[0].startswith("so") and _GROUPED.match(flat, start):
        return False
    if label[0].startswith(("ngay", "thang")) and not (_MONTH if label[0][0] == "t" else _DAY_OF_MONTH).match(
        flat, start
    ):
        return False  # 'trả lời ngay 1.876 cuộc', 'chi 6 tháng 18.720 triệu đồng'
    # A colon ends the name ('trong 6 tháng: 18 văn bản') where a noun follows.
    return not (":" in label[0] and _COUNTED.match(flat, start))


@lru_cache(maxsize=8192)  # reports say the same words over and over
def role_of(text: str) -> str | None:
    """What the words say became of what is counted; None when there is no word of it.

    Of several words the one that says more counts: 'giải quyết đúng hạn' is on time, 'đang giải quyết quá hạn' is
    open and late.
    """
    if _CAME.search(text):
        return "received"
    found = {match.lastgroup for match in ANY_ROLE.finditer(text)}
    if not found:
        return None
    if "late" in found and "open" in found:
        return "open_late"
    return min((name for name in found if name), key=_RANK.__getitem__)


_NO_CONTENT = words_of(
    "so tong ty le chiem dat bang la cua cac tren trong va voi duoc da co cho tai theo nay ve toan den dang tinh xa"
)


def content(text: str) -> frozenset[str]:
    """The words that tell one thing from another."""
    return frozenset(re.findall("[a-z]+", text)) - _NO_CONTENT


def syllables_beside(text: str, noun: Sequence[str]) -> list[str]:
    """The syllables of a text but those that name what is counted: others count the same."""
    return [word for word in re.findall("[a-z]+", text) if word not in noun]


def longest_run(one: Sequence[str], two: Sequence[str]) -> int:
    """How many syllables in a row two texts share."""
    best, rows = 0, [0] * (len(two) + 1)
    for word in one:
        rows = [0, *(rows[at] + 1 if word == other else 0 for at, other in enumerate(two))]
        best = max(best, *rows)
    return best
