"""Pictures of the report: grey and hatched, so that a black-and-white print says the same as the screen."""

from __future__ import annotations

import io
import logging
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Any, ParamSpec

from cchc.indicators.numbers import number
from cchc.texts import t

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Canvas

# matplotlib takes half a second to import: it is, where something is drawn.

log = logging.getLogger(__name__)

# DejaVu comes with matplotlib and has every Vietnamese letter: the same picture on every machine. Some systems pack
# matplotlib without it; then another font that has the letters is taken, and the log says so.
FONT = "DejaVu Sans"
_LETTERS = frozenset(map(ord, "ăâđêôơưắặầấậẽếệỉịốộớợủữựỳỷỹỵĐƯƠ"))
_STYLE: Any = {
    "font.size": 9,
    "hatch.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_WIDTH_INCH = 6.3
_DPI = 200
_FILLS = (("0.35", ""), ("0.75", "////"), ("white", "...."), ("0.55", "xx"))
_KEPT = 32  # pictures of about 50 KB; a report has nine

Shown = ParamSpec("Shown")


def drawn_once(draw: Callable[Shown, bytes]) -> Callable[Shown, bytes]:
    """The same figures in the same font give the same picture: a draft and its issue draw it once, at 0.2 s each."""
    pictures: dict[str, bytes] = {}

    @wraps(draw)
    def picture(*shown: Shown.args, **named: Shown.kwargs) -> bytes:
        key = repr((shown, named, _style()))
        if key not in pictures:
            while len(pictures) >= _KEPT:
                del pictures[next(iter(pictures))]
            pictures[key] = draw(*shown, **named)
        return pictures[key]

    return picture


@drawn_once
def stacked(labels: Sequence[str], series: Sequence[tuple[str, Sequence[int]]], unit_label: str) -> bytes:
    """Horizontal bars of 100 %, one a label, one fill a series, with the counts written inside. PNG bytes."""
    totals = [sum(counts) for counts in zip(*(values for _, values in series), strict=True)]
    with _drawing():
        canvas, axes = _canvas(0.9 + 0.5 * len(labels))
        left = [0.0] * len(labels)
        places = range(len(labels))
        for (name, counts), (colour, hatch) in zip(series, _FILLS, strict=False):
            shares = [
                100 * count / total if total else 0.0 for count, total in zip(counts, totals, strict=True)
            ]
            look = {"color": colour, "hatch": hatch, "edgecolor": "black", "linewidth": 0.6}
            axes.barh(places, shares, left=left, height=0.6, label=name, **look)
            for place, (count, size) in enumerate(zip(counts, shares, strict=True)):
                if size >= 1.2 + len(str(count)):  # room for the figure itself
                    _inside(
                        axes, left[place] + size / 2, place, number(Decimal(count)), dark=colour == "0.35"
                    )
            left = [start + size for start, size in zip(left, shares, strict=True)]
        axes.set_yticks(places, labels)
        axes.invert_yaxis()
        axes.set_xlim(0, 100)
        axes.set_xlabel(unit_label)
        axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncol=len(series), frameon=False)
        return _png(canvas)


@drawn_once
def bars(
    rows: Sequence[tuple[str, Decimal]],
    mark: tuple[str, Decimal] | None,
    unit_label: str,
    split: int | None = None,
) -> bytes:
    """Horizontal bars of percentages with figures; `mark` draws a named line, `split` a gap after n rows."""
    with _drawing():
        canvas, axes = _canvas(0.9 + 0.3 * (len(rows) + (split is not None)))
        places = [n + (1 if split is not None and n >= split else 0) for n in range(len(rows))]
        values = [float(value) for _, value in rows]
        for n, (place, value) in enumerate(zip(places, values, strict=True)):
            light = split is not None and n >= split
            axes.barh(
                place,
                value,
                color="0.8" if light else "0.45",
                hatch="////" if light else "",
                edgecolor="black",
                linewidth=0.6,
                height=0.7,
            )
            # A white ground: the line of the province may run through the figure.
            ground = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
            shown = number(rows[n][1], "percent")
            axes.annotate(shown, (value, place), (4, 0), textcoords="offset points", va="center", bbox=ground)
        axes.set_yticks(places, [_label(name) for name, _ in rows])
        axes.invert_yaxis()
        axes.set_xlim(0, max([100.0, *values]) * 1.1)
        axes.set_xlabel(unit_label)
        if mark:
            axes.axvline(float(mark[1]), color="black", linestyle="--", linewidth=1)
            axes.text(
                float(mark[1]), 1.01, mark[0], transform=axes.get_xaxis_transform(), ha="right", va="bottom"
            )
        return _png(canvas)


@drawn_once
def columns(rows: Sequence[tuple[str, Decimal]], unit_label: str) -> bytes:
    """Upright columns of percentages with their figures above them."""
    with _drawing():
        canvas, axes = _canvas(2.6)
        places = range(len(rows))
        axes.bar(
            places,
            [float(value) for _, value in rows],
            color="0.6",
            edgecolor="black",
            linewidth=0.6,
            width=0.5,
        )
        for place, (_, value) in enumerate(rows):
            axes.text(place, float(value), number(value, "percent"), ha="center", va="bottom")
        axes.set_xticks(places, [name for name, _ in rows])
        axes.set_ylim(0, 112)
        axes.set_yticks(range(0, 101, 20))
        axes.set_ylabel(unit_label)
        return _png(canvas)


@contextmanager
def _drawing() -> Iterator[None]:
    from matplotlib import rc_context

    with rc_context(_style()):
        yield


def _style() -> Any:
    from matplotlib import font_manager

    return {**_STYLE, "font.family": font_in_use(FONT, len(font_manager.fontManager.ttflist))}


@lru_cache(maxsize=4)
def font_in_use(wanted: str, _known: int) -> str:
    """`wanted` when the machine has it, else a font with every Vietnamese letter; the log tells once what was taken.

    Without any such font matplotlib takes its last resort, and the log says what to install.
    """
    from matplotlib import font_manager
    from matplotlib.ft2font import FT2Font

    fonts = font_manager.fontManager.ttflist
    if any(font.name == wanted for font in fonts):
        return wanted
    upright = [font for font in fonts if font.style == "normal"]
    for font in sorted(upright, key=lambda font: (" Sans" not in f" {font.name}", font.name, font.fname)):
        if set(FT2Font(font.fname).get_charmap()) >= _LETTERS:
            log.warning(t("charts.other_font", wanted=wanted, used=font.name))
            return font.name
    log.warning(t("charts.no_font"))
    return wanted


def _label(name: str) -> str:
    """A name beside its bar: two lines at most, so that a long one leaves room for the bars."""
    return textwrap.fill(name, 40, max_lines=2, placeholder=" …")


def _inside(axes: Any, x: float, y: float, text: str, dark: bool) -> None:
    box = {"facecolor": "0.35" if dark else "white", "edgecolor": "none", "pad": 1.5}
    axes.text(x, y, text, ha="center", va="center", color="white" if dark else "black", bbox=box)


def _canvas(height: float) -> tuple[Canvas, Any]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    canvas = Figure(figsize=(_WIDTH_INCH, height), dpi=_DPI, layout="constrained")
    FigureCanvasAgg(canvas)  # no pyplot: nothing global, safe in any process
    return canvas, canvas.add_subplot()


def _png(canvas: Canvas) -> bytes:
    buffer = io.BytesIO()
    canvas.savefig(buffer, format="png", metadata={"Software": None})
    return buffer.getvalue()
