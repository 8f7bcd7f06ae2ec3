"""Nobody reads logins or codes where a person is meant."""

from __future__ import annotations

import pytest

from cchc_board.who import title_of


@pytest.mark.parametrize(
    ("actor", "shown"),
    [
        ("he-thong", "Hệ thống"), ("don-vi", "Đơn vị"), ("nv2", "Thẩm định viên Sở Nội vụ"),
        ("van-hanh", "Người vận hành"), ("nguoi-cu", "nguoi-cu"),
    ],
)  # fmt: skip
def test_people_are_named_by_their_title(actor: str, shown: str) -> None:
    assert title_of(actor) == shown
