"""Figures of several sentences taken together, and kinds that exclude each other."""

from __future__ import annotations

import pytest

from cchc.claims import check_text

RIGHT = [
    ("Trong 46 việc đã làm có 41 việc đúng hạn, 5 việc trễ hạn. Trong 9 việc đang làm có 2 việc đã trễ "
     "hạn. Tính chung, số việc trễ hạn là 7 việc."),
    ("Trạm 1 tiêm 402 mũi, Trạm 2 tiêm 355 mũi, Trạm 3 tiêm 291 mũi. Ba trạm này tiêm được 1.048 mũi."),
    ("Có 17/20 phường có số tin báo tăng, 3 phường có số tin báo giảm."),
    ("Cấp huyện quá hạn 14 hồ sơ. Cấp xã quá hạn 22 hồ sơ. Cộng hai cấp quá hạn 36 hồ sơ, bằng cùng kỳ năm"
     " trước."),
]  # fmt: skip
WRONG = [
    ("Trong 46 việc đã làm có 41 việc đúng hạn, 5 việc trễ hạn. Trong 9 việc đang làm có 2 việc đã trễ "
     "hạn. Tính chung, số việc trễ hạn là 9 việc."),
    ("Xã Hòa Bình có 42 người, xã Tân Phú có 35 người, xã An Lộc có 29 người được khen. Ba xã này có 116 "
     "người được khen."),
    ("Có 17/20 phường có số tin báo tăng, 5 phường có số tin báo giảm."),
    ("Cấp huyện quá hạn 14 hồ sơ, do thiếu người. Cấp xã quá hạn 22 hồ sơ, do lỗi mạng. Cộng hai cấp, số "
     "hồ sơ quá hạn là 46 hồ sơ."),
]  # fmt: skip


@pytest.mark.parametrize("text", RIGHT)
def test_what_fits_over_sentences_is_left_alone(text: str) -> None:
    assert check_text(text).faults == ()


@pytest.mark.parametrize("text", WRONG)
def test_what_several_sentences_contradict_is_told(text: str) -> None:
    assert [str(one.kind) for one in check_text(text).faults] == ["claim_parts"]
