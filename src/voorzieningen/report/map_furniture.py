"""What stands on a map beside its data: scale bar, north arrow, names of buurten, legend."""

from collections.abc import Sequence
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

from voorzieningen import messages
from voorzieningen.report.labels import Box, Name, place_names

LEGEND_IN = 1.28
SCALE_BARS_M = (50, 100, 200, 250, 500, 1000, 2000, 5000, 10000)
KILOMETRE_M = 1000
FAR_NAME_PX = 32
HALO = [withStroke(linewidth=2.6, foreground="white")]


class View(NamedTuple):
    """What part of the country is drawn: a box in EPSG:28992."""

    left: float
    bottom: float
    right: float
    top: float

    def holds(self, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
        """Tell which points lie within the view."""
        inside: npt.NDArray[np.bool_] = (x >= self.left) & (x <= self.right) & (y >= self.bottom) & (y <= self.top)
        return inside

    @property
    def frame(self) -> shapely.Polygon:
        """The view as a polygon."""
        return shapely.box(*self)


def draw_scale_and_north(axes: Axes, view: View) -> list[Box]:
    """Draw a scale bar and a north arrow; return the boxes they take, in metres."""
    unit = (view.right - view.left) / 100
    return [_draw_scale(axes, view, unit), _draw_north(axes, view, unit)]


def _draw_scale(axes: Axes, view: View, unit: float) -> Box:
    length_m = max(length for length in SCALE_BARS_M if length <= max(25 * unit, SCALE_BARS_M[0]))
    x, y = view.left + 2.5 * unit, view.bottom + 2.5 * unit
    box = (view.left + unit, view.bottom + unit, x + max(length_m, 12 * unit) + 2 * unit, y + 4.6 * unit)
    _draw_white_box(axes, box)
    axes.plot([x, x, x + length_m, x + length_m], [y + unit, y, y, y + unit], color="black", linewidth=1.2, zorder=9)
    in_km = length_m >= KILOMETRE_M
    label = f"{messages.number(length_m / KILOMETRE_M)} kilometer" if in_km else f"{messages.number(length_m)} meter"
    axes.text(x, y + 1.6 * unit, label, fontsize=7, zorder=9)
    return box


def _draw_north(axes: Axes, view: View, unit: float) -> Box:
    box = (view.right - 6 * unit, view.top - 9.5 * unit, view.right - unit, view.top - unit)
    _draw_white_box(axes, box)
    middle = (box[0] + box[2]) / 2
    axes.annotate(
        "",
        (middle, box[3] - 0.4 * unit),
        (middle, box[1] + 3.4 * unit),
        arrowprops={"arrowstyle": "-|>", "color": "black", "linewidth": 1.2},
        zorder=9,
    )
    axes.text(middle, box[1] + 0.6 * unit, "N", ha="center", fontsize=8, fontweight="bold", zorder=9)
    return box


def _draw_white_box(axes: Axes, box: Box) -> None:
    left, bottom, right, top = box
    axes.add_patch(
        Rectangle(
            (left, bottom), right - left, top - bottom, facecolor="white", edgecolor="#777777", linewidth=0.4, zorder=8
        )
    )


def draw_names(
    axes: Axes, buurten: gpd.GeoDataFrame, view: View, symbols: npt.NDArray[np.float64], taken: Sequence[Box]
) -> list[str]:
    """Name the buurten in view where there is room.

    Parameters
    ----------
    axes, view
        The map.
    buurten
        The buurten to name.
    symbols
        Points (n × 2, EPSG:28992) that are better not covered.
    taken
        Boxes (EPSG:28992) that must stay free.

    Returns
    -------
    list of str
        The names that found no room.
    """
    seen = buurten.assign(geometry=buurten.geometry.intersection(view.frame))
    seen = seen[~seen.geometry.is_empty]
    points = shapely.get_coordinates(seen.geometry.representative_point().to_numpy())
    texts = [_write_name(axes, name, x, y) for name, (x, y) in zip(seen["buurtnaam"], points, strict=True)]
    anchors = axes.transData.transform(points)
    names = [_name(text, *anchor) for text, anchor in zip(texts, anchors, strict=True)]
    boxes = [_in_pixels(axes, box) for box in taken]
    spots = place_names(names, _in_pixels(axes, view), boxes, axes.transData.transform(symbols))
    for text, spot, anchor in zip(texts, spots, anchors, strict=True):
        _move(axes, text, spot, anchor)
    return [name.text for name, spot in zip(names, spots, strict=True) if spot is None]


def _write_name(axes: Axes, name: str, x: float, y: float) -> Text:
    text = axes.text(x, y, name, fontsize=7.5, fontweight="bold", ha="center", va="center", zorder=7)
    text.set(path_effects=HALO, parse_math=False)
    return text


def _name(text: Text, x: float, y: float) -> Name:
    extent = text.get_window_extent()
    return Name(text.get_text(), x, y, extent.width + 6, extent.height + 4)


def _move(axes: Axes, text: Text, spot: tuple[float, float] | None, anchor: npt.NDArray[np.float64]) -> None:
    """Put a name on its spot, with a line to its buurt when that is far; take it off when there is none."""
    if spot is None:
        text.remove()
        return
    here, there = axes.transData.inverted().transform(np.array([spot, anchor]))
    text.set_position((here[0], here[1]))
    if np.hypot(*(np.array(spot) - anchor)) > FAR_NAME_PX:
        axes.plot([here[0], there[0]], [here[1], there[1]], color="#222222", linewidth=0.6, zorder=6.5)


def _in_pixels(axes: Axes, box: Box) -> Box:
    (left, bottom), (right, top) = axes.transData.transform([box[:2], box[2:]])
    return (float(left), float(bottom), float(right), float(top))


def draw_legend(figure: Figure, columns: Sequence[tuple[float, str, Sequence[Artist]]], source: str) -> None:
    """Explain squares, letters and lines below the map.

    Parameters
    ----------
    figure
        The figure, with `LEGEND_IN` inches free at the bottom.
    columns
        Per column its left side as a share of the width, its head and its entries.
    source
        Whose data these are.
    """
    height = figure.get_figheight()
    for left, head, handles in columns:
        legend = figure.legend(
            handles=list(handles),
            title=head,
            loc="upper left",
            bbox_to_anchor=(left, (LEGEND_IN - 0.03) / height),
            frameon=False,
            fontsize=7,
            title_fontproperties={"size": 7.5, "weight": "bold"},
            alignment="left",
        )
        for text in legend.get_texts():
            text.set_parse_math(False)
    figure.text(0.012, 0.06 / height, source, fontsize=6.5, color="#444444")
