"""Faults that block: a unit that is 'wrong' has one of them in its first workbook."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from cchc_rehearsal.faults.scene import NO_REASON, PlantedFault, Scene
from cchc_rehearsal.fill import Answer


def _part_above_whole(scene: Scene) -> PlantedFault:
    typed = {"I.1.2": Answer(scene.count("I.1.1") + 3)}
    return PlantedFault("phan-lon-hon-toan-the", "nhiem-vu-hoan-thanh", typed)


def _sum_of_parts(scene: Scene) -> PlantedFault:
    typed = {"T06.5": Answer(scene.count("T06.5") + 7)}
    return PlantedFault("tong-khong-khop", f"t06-da-giai-quyet|{NO_REASON}", typed)


def _not_a_number(scene: Scene) -> PlantedFault:
    return PlantedFault("khong-phai-so", "o-khong-doc-duoc", {"I.1.3": Answer("khoảng 20 văn bản")})


def _negative(scene: Scene) -> PlantedFault:
    return PlantedFault("so-am", "so-khong-am", {"I.3.3": Answer(-5)})


def _percent_of_parts(scene: Scene) -> PlantedFault:
    """83/270 with 22,43 % typed over the form's formula."""
    whole = scene.chance.randint(200, 400)
    part = whole * 2 // 5
    typed = {"III.5.3": Answer(Decimal("22.43"), part, whole)}
    return PlantedFault("ty-le-go-de-cong-thuc", "ty-le-tu-phan", typed)


def _share_above_whole(scene: Scene) -> PlantedFault:
    whole = scene.chance.randint(20, 60)
    return PlantedFault(
        "tu-lon-hon-mau", "tu-so-khong-qua-mau-so", {"III.5.3": Answer(None, whole + 4, whole)}
    )


def _percent_above_hundred(scene: Scene) -> PlantedFault:
    return PlantedFault("ty-le-tren-100", "ty-le-0-100", {"I.3.1": Answer(Decimal("969"))})


def _signed_last_year(scene: Scene) -> PlantedFault:
    signed = scene.signed_on.replace(year=scene.signed_on.year - 1, day=min(scene.signed_on.day, 28))
    return PlantedFault("nham-nam-ky", "ky-truoc-ky-so-lieu", boxes={"signed_on": signed})


def _signed_on_no_day(scene: Scene) -> PlantedFault:
    return PlantedFault(
        "ngay-ky-khong-co-that", "o-khong-doc-duoc", boxes={"signed_on": f"31/06/{scene.year}"}
    )


def _nothing_but_figures(scene: Scene) -> PlantedFault:
    return PlantedFault(
        "khong-phat-sinh-ma-co-so", "khong-phat-sinh-ma-co-so", boxes={"nothing_to_report": True}
    )


def _discipline_of_parts(scene: Scene) -> PlantedFault:
    """A sum whose parts differ by tier: each adds up its own."""
    return PlantedFault("tong-theo-cap-khong-khop", "ky-luat", {"V.6.1": Answer(scene.count("V.6.1") + 2)})


def _rest_does_not_balance(scene: Scene) -> PlantedFault:
    """In term and late add up to what is open, but not to what was received and is not resolved."""
    typed = {code: Answer(scene.count(code) + 3) for code in ("T06.9", "T06.10")}
    return PlantedFault("khong-can-doi", f"t06-can-doi|{NO_REASON}", typed)


BLOCKING: tuple[Callable[[Scene], PlantedFault], ...] = (
    _part_above_whole,
    _sum_of_parts,
    _not_a_number,
    _negative,
    _percent_of_parts,
    _share_above_whole,
    _percent_above_hundred,
    _signed_last_year,
    _signed_on_no_day,
    _nothing_but_figures,
    _discipline_of_parts,
    _rest_does_not_balance,
)
