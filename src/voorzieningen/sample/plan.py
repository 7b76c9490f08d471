"""The plan of Polderstad: what stands in plan.toml, as data, and how a point of the plan lies on the map.

Plan coordinates are metres on a drawing of straight lines. `Plan.on_map` turns them a little around each wijk, so that
the town curves as a town does; distances change by less than a tenth.
"""

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Tags = dict[str, str]
Box = tuple[float, float, float, float]  # west, south, east, north in plan metres
XY = tuple[float, float]

STEP_M = 20.0  # outlines get a point at least this often, so that they bend with the map
SEED = 9990


@dataclass(frozen=True)
class Buurt:
    """A buurt: where it lies, how its streets run, and who lives there."""

    code: str
    naam: str
    outline: tuple[Box, ...]
    cells: tuple[Box, ...]
    pattern: str
    woningen: int
    gebouwd: tuple[int, int]
    mix: str
    stems: str
    endings: tuple[str, ...]
    gates: tuple[str, ...] = ()
    klaar: float = 1.0
    geheim: bool = False

    @property
    def wijkcode(self) -> str:
        """The wijk it belongs to."""
        return f"WK{self.code[2:8]}"


@dataclass(frozen=True)
class Corridor:
    """A main line between buurten: a canal, a dreef, a busbaan or the railway."""

    kind: str
    line: tuple[XY, ...]
    name: str


@dataclass(frozen=True)
class Crossing:
    """Where one walks across a main line."""

    at: XY
    kind: str
    name: str = ""


@dataclass(frozen=True)
class Line:
    """A way on the plan. `row` is the kind of houses along it, `sides` on which sides (left 1, right -1)."""

    kind: str
    points: Floats
    name: str | None = None
    row: str | None = None
    sides: tuple[int, ...] = (1, -1)
    level: int = 0
    tags: Tags = field(default_factory=dict)
    buurt: str | None = None


@dataclass(frozen=True)
class Plan:
    """The whole plan."""

    data: dict[str, Any]
    buurten: tuple[Buurt, ...]
    corridors: tuple[Corridor, ...]
    crossings: tuple[Crossing, ...]

    def buurt(self, code: str) -> Buurt:
        """Return a buurt by its code."""
        return next(buurt for buurt in self.buurten if buurt.code == code)

    def on_map(self, points: Floats) -> Floats:
        """Turn plan coordinates into RD New (EPSG:28992, metres)."""
        xy = np.array(points, dtype=np.float64).reshape(-1, 2)
        moved = xy.copy()
        for swirl in self.data["swirl"]:
            centre = np.array(swirl["centre"], dtype=np.float64)
            offset = xy - centre
            away = np.hypot(offset[:, 0], offset[:, 1]) / swirl["reach"]
            angle = np.radians(swirl["degrees"]) * np.exp(-(away**2))
            cosine, sine = np.cos(angle) - 1, np.sin(angle)
            moved[:, 0] += cosine * offset[:, 0] - sine * offset[:, 1]
            moved[:, 1] += sine * offset[:, 0] + cosine * offset[:, 1]
        moved[:, 0] += 50 * np.sin(xy[:, 1] / 520 + xy[:, 0] / 1900) + 20 * np.sin(xy[:, 0] / 233)
        moved[:, 1] += 42 * np.sin(xy[:, 0] / 560 - xy[:, 1] / 1500) + 17 * np.sin(xy[:, 1] / 251 + 1)
        return moved + np.array(self.data["town"]["origin"], dtype=np.float64)

    def shape_on_map(self, shape: shapely.Geometry) -> Any:
        """Turn a shape on the plan into RD New, with points enough to bend."""
        return shapely.transform(shapely.segmentize(shape, STEP_M), self.on_map)


@cache
def load_plan() -> Plan:
    """Read the plan that is shipped."""
    data = load_data("plan.toml")
    buurten = tuple(_buurt(block) for block in data["buurt"])
    corridors = tuple(
        Corridor(block["kind"], tuple((x, y) for x, y in block["line"]), block["name"]) for block in data["corridor"]
    )
    named = [Crossing((block["at"][0], block["at"][1]), block["kind"], block["name"]) for block in data["crossing"]]
    plain = [Crossing((x, y), f"over_{kind}") for kind, places in data["crossings"].items() for x, y in places]
    return Plan(data, buurten, corridors, (*named, *plain))


@cache
def load_data(name: str) -> dict[str, Any]:
    """Read a TOML file of the sample."""
    return tomllib.loads((resources.files("voorzieningen.sample") / name).read_text(encoding="utf-8"))


def random(*keys: int) -> np.random.Generator:
    """Start a row of random numbers that is the same in every run; each use has keys of its own."""
    return np.random.Generator(np.random.PCG64([SEED, *keys]))


def _buurt(block: dict[str, Any]) -> Buurt:
    listed: dict[str, Any] = {
        key: tuple(tuple(item) if isinstance(item, list) else item for item in value)
        if isinstance(value, list)
        else value
        for key, value in block.items()
    }
    return Buurt(**listed)
