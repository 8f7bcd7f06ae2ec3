"""The bench of a whole country goes all the way with a few dossiers; how fast that is, is not judged here."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from cchc.cli import app
from cchc_rehearsal.bench import scale
from cchc_rehearsal.bench.scale import pieces

ASKED = ("bench", "quy-mo", "--ho-so", "6000", "--khoi", "3000", "--tinh", "2")


@given(st.integers(1, 10**9), st.integers(1, 10**8), st.integers(1, 99))
def test_the_pieces_are_the_dossiers_asked_for_one_after_the_other(
    total: int, block: int, provinces: int
) -> None:
    block = max(block, total // 200)
    found = pieces(total, block, provinces)
    assert [piece.number for piece in found] == list(range(len(found)))
    assert [piece.start for piece in found] == [sum(one.rows for one in found[:n]) for n in range(len(found))]
    assert sum(piece.rows for piece in found) == total
    for index in {piece.block for piece in found}:
        own = [piece.rows for piece in found if piece.block == index]
        assert sum(own) == min(block, total - index * block)
        assert 0 < min(own) <= max(own) <= min(own) + 1


def test_a_hundred_million_dossiers_are_those_of_34_provinces_in_ten_equal_blocks() -> None:
    found = pieces(100_000_000, 10_000_000, 34)
    assert len({piece.province for piece in found}) == len(found) == 34
    assert {piece.block for piece in found} == set(range(10))


def interrupted(*_: object) -> scale.Made:
    raise KeyboardInterrupt


@pytest.mark.slow
def test_every_province_comes_out_right_and_a_broken_run_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, runner = [*ASKED, "--thu-muc", str(tmp_path)], CliRunner()
    first = runner.invoke(app, asked, env={"COLUMNS": "220"})
    assert first.exit_code == 0, first.output
    assert "số liệu của 244 đơn vị đúng từng đơn vị" in first.output
    rows = re.findall(r"│ (\d)\. 3\.000 \(1\) +│(.*)", first.output)
    assert [number for number, _ in rows] == ["1", "2"]
    for _, row in rows:
        *_, own, to_mean, to_floor, wall, one, every = (
            cell.strip() for cell in row.split("│") if cell.strip()
        )
        one, every = (megabytes.replace(".", "") for megabytes in (one, every))
        assert all(float(cell) > 0 for cell in (own, to_mean, to_floor, wall))
        assert 0 < int(one) < int(every)

    record = tmp_path / "quy-mo.jsonl"
    plan, kept, _ = record.read_text(encoding="utf-8").splitlines()
    told = json.loads(kept)
    assert told["accepted"] + told["quarantined"] == 3_000
    assert told["quarantined"] > 0
    assert not list(tmp_path.glob("tinh/*/du-lieu")), (
        "what is measured is not kept: a hundred million would not fit"
    )
    record.write_text(f"{plan}\n{kept}\n", encoding="utf-8")
    with monkeypatch.context() as patches:
        patches.setattr(scale, "_through", interrupted)
        broken = runner.invoke(app, asked, env={"COLUMNS": "220"})
    assert broken.exit_code == 0, broken.output
    assert "Dừng ở 1/2 tỉnh" in broken.output
    assert re.findall(r"│ (\d)\. 3\.000 \(1\)", broken.output) == ["1"], "what is done is shown"

    again = runner.invoke(app, asked, env={"COLUMNS": "220"})
    assert again.exit_code == 0, again.output
    assert "2/2: tỉnh H02" in again.output and "1/2: tỉnh H01" not in again.output
    assert record.read_text(encoding="utf-8").splitlines()[:2] == [plan, kept]

    other = runner.invoke(app, [*asked[:-4], "--tinh", "3", "--thu-muc", str(tmp_path)])
    assert other.exit_code != 0
    assert "--khoi 3000 --tinh 2" in other.output + str(other.exception)

    # One dossier of one unit too many is noticed, and said.
    record.write_text(f"{plan}\n{kept}\n", encoding="utf-8")
    make = scale._make

    def one_too_many(piece: scale.Piece, path: Path) -> scale.Made:
        told = make(piece, path)
        if piece.rows == scale.WARM_UP:
            return told
        unit, (drawn, accepted, resolved) = next(iter(told["truth"].items()))
        told["truth"][unit] = [drawn, accepted, resolved + 1]
        return told

    monkeypatch.setattr(scale, "_make", one_too_many)
    wrong = runner.invoke(app, asked)
    assert wrong.exit_code != 0
    assert "Tỉnh H02: số liệu T06.1 và T06.5 của các đơn vị không đúng" in wrong.output + str(wrong.exception)
