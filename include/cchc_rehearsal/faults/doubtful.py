"""Faults in cells that a unit may explain: accepted with a warning, so the rehearsal's truth stays without them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from cchc_rehearsal.faults.scene import NO_REASON, PlantedFault, Scene
from cchc_rehearsal.fill import Answer


def _more(scene: Scene, codes: Iterable[str], by: int) -> dict[str, Answer]:
    return {code: Answer(scene.count(code) + by) for code in codes}


def _not_what_the_system_says(scene: Scene) -> PlantedFault:
    """Documents that the system does not know; the sums of the sheet hold."""
    by = 10 + scene.count("VB.1") // 10
    return PlantedFault(
        "khac-he-thong", f"khac-he-thong|{NO_REASON}", _more(scene, ("VB.1", "VB.2", "VII.2.3"), by)
    )


def _carried_over(scene: Scene) -> PlantedFault:
    """Another opening stock than the last period's closing one; the identities hold."""
    return PlantedFault(
        "ton-dau-ky", f"ton-dau-ky|{NO_REASON}", _more(scene, ("T06.1", "T06.4", "T06.9", "T06.10"), 4)
    )


def _thousandfold(scene: Scene) -> PlantedFault:
    """Typed in another unit of measure."""
    return PlantedFault("nham-don-vi-tinh", "khac-don-vi-cung-loai", {"I.5.1": Answer(300_000)})


def _typed_twice(scene: Scene) -> PlantedFault:
    """62 typed twice into one cell: 6262."""
    typed = {"IV.2.1": Answer(int(f"{scene.count('IV.2.1')}" * 2))}
    return PlantedFault("go-lap-chu-so", "khac-ky-truoc|khac-don-vi-cung-loai", typed)


def _below_what_was_reported(scene: Scene) -> PlantedFault:
    """The year below the 6 months; a round that covers no other one has the fault of the unit of measure again."""
    if scene.round_kind in ("6T", "NAM"):
        return PlantedFault("nho-hon-ky-con", "nho-hon-ky-con", {"I.3.3": Answer(0)})
    return _thousandfold(scene)


def _zero_percent_of_nothing(scene: Scene) -> PlantedFault:
    return PlantedFault("khong-phan-tram-cua-khong", "ty-le-cua-khong", {"III.5.3": Answer(Decimal(0), 0, 0)})


def _fraction_for_percent(scene: Scene) -> PlantedFault:
    return PlantedFault("go-0-969", "ty-le-go-nham-don-vi", {"I.3.1": Answer(Decimal("0.969"))})


def _percent_without_parts(scene: Scene) -> PlantedFault:
    return PlantedFault("ty-le-khong-co-phan", "ty-le-khong-co-phan", {"I.3.1": Answer(Decimal("96.9"))})


def _one_part_only(scene: Scene) -> PlantedFault:
    return PlantedFault("thieu-mau-so", "ty-le-khong-co-phan", {"I.3.1": Answer(None, 12)})


def _left_out(scene: Scene) -> PlantedFault:
    return PlantedFault("bo-trong", "con-trong", {"I.1.3": Answer()})


def _another_denominator(scene: Scene) -> PlantedFault:
    """The share of the one-stop dossiers taken of another whole."""
    figure = scene.figures.get("III.6.8") or scene.figures["III.6.3"]
    code = "III.6.8" if "III.6.8" in scene.figures else "III.6.3"
    numerator, whole = (int(part or 0) for part in (figure.numerator, figure.denominator))
    return PlantedFault(
        "mau-so-khac", f"mau-so-xa|mau-so-huyen|{NO_REASON}", {code: Answer(None, numerator, whole + 30)}
    )


def _hundred_without_looking(scene: Scene) -> PlantedFault:
    """Faults found where nothing was looked at."""
    typed = dict.fromkeys(("I.2.1", "I.2.2"), Answer(0)) | {"I.2.4": Answer(6), "I.2.5": Answer(5)}
    return PlantedFault("phat-hien-ma-khong-kiem-tra", "van-de-khong-kiem-tra", typed)


DOUBTFUL: tuple[Callable[[Scene], PlantedFault], ...] = (
    _not_what_the_system_says,
    _carried_over,
    _thousandfold,
    _typed_twice,
    _below_what_was_reported,
    _zero_percent_of_nothing,
    _fraction_for_percent,
    _percent_without_parts,
    _one_part_only,
    _left_out,
    _another_denominator,
    _hundred_without_looking,
)
