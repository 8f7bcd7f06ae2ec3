"""`./cchc kiem-tra`: what it prints and records, and who it refuses."""

from __future__ import annotations

import pytest

from cchc import cli
from cchc.errors import RuleRefused
from cchc.inspection import load_choices
from cchc.inspection.choices import load_ranked
from cchc.store import Store, upgrade


@pytest.fixture
def kiem_tra(instance, monkeypatch):
    monkeypatch.setenv("CCHC_HOME", str(instance.root))
    upgrade(Store(instance.store_url)).close()

    def run(*words: str) -> None:
        cli.app(["kiem-tra", *words], standalone_mode=False)

    return run


def test_units_are_chosen_looked_at_added_and_left_out(kiem_tra, instance, capsys) -> None:
    store = Store(instance.store_url)
    kiem_tra("chon", "2026", "--xem")
    assert "122 dòng." in capsys.readouterr().out and not load_ranked(store, "2026-KT"), (
        "looking records nothing"
    )
    kiem_tra("chon", "2026", "--nguoi", "van-hanh")
    assert "Đã chọn 37/122 đơn vị kiểm tra năm 2026." in capsys.readouterr().out
    left = next(one.unit_code for one in load_ranked(store, "2026-KT") if not one.chosen)
    kiem_tra("them", "2026", left, "--ly-do", "Có phản ánh", "--nguoi", "van-hanh")
    assert left in {one.unit_code for one in load_choices(store, "2026-KT")}
    must = next(one.unit_code for one in load_choices(store, "2026-KT") if one.must_go)
    with pytest.raises(RuleRefused, match="--van-ban"):
        kiem_tra("bot", "2026", must, "--ly-do", "Bận")
    kiem_tra("lich", "2026")
    kiem_tra("ton-tai", "2026")
    with pytest.raises(RuleRefused, match="Không có yêu cầu KT26-0001"):
        kiem_tra("xac-nhan", "KT26-0001")
    store.close()


def test_a_surprise_visit_is_opened_by_the_head_of_the_team_and_no_list_shows_it(
    kiem_tra, instance, capsys
) -> None:
    words = ("dot-xuat", "2026", "30307", "--ngay", "2026-05-05", "--ly-do", "Có phản ánh", "--nguoi")
    with pytest.raises(RuleRefused, match="truong-doan"):
        kiem_tra(*words, "van-hanh")
    kiem_tra(*words, "truong-doan")
    told = capsys.readouterr().out
    assert "KT26-C01" in told and "KT26-C01_ket-qua-kiem-tra.xlsx" in told
    assert (instance.round_out("2026-KT") / "KT26-C01_ket-qua-kiem-tra.xlsx").is_file()
    kiem_tra("lich", "2026")
    kiem_tra("ton-tai", "2026")
    assert "30307" not in capsys.readouterr().out
