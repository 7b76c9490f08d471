"""How streets run inside a block: the patterns by name, each drawn with the main street entering from the south."""

from collections.abc import Callable

from voorzieningen.sample.blocks import blokken, centrum, raster, stroken
from voorzieningen.sample.erven import woonerf
from voorzieningen.sample.loops import bogen, lussen
from voorzieningen.sample.plots import bedrijven, kavels
from voorzieningen.sample.sketch import Sketch

PATTERNS: dict[str, Callable[[Sketch], None]] = {
    "woonerf": woonerf,
    "raster": raster,
    "lussen": lussen,
    "bogen": bogen,
    "centrum": centrum,
    "blokken": blokken,
    "stroken": stroken,
    "kavels": kavels,
    "bedrijven": bedrijven,
}
