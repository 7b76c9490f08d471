"""A small town for running the program as a whole, and what a run leaves on disk.

::

    Noord (60 people)          Zuid (70 people)
    +------------------------+------------------+
    |                        |                k |
    |                        |     doctor       k  supermarket
    |  h h h h h h h h h h h h h h h h          k
    +------------------------+------------------+
    -50                     400                700   (metres; 30 homes on each of the two streets)
"""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pyogrio
from click.testing import CliRunner, Result

from towns import Town
from voorzieningen.cli import main

NOORD, ZUID = "BU99990000", "BU99990100"
MAP, EXTRACT = "wijkenbuurten_2024.gpkg", "town.osm.pbf"
Shape = list[tuple[float, float]]
NOORD_OUTLINE: Shape = [(-50, -50), (400, -50), (400, 450), (-50, 450)]
ZUID_OUTLINE: Shape = [(400, -50), (700, -50), (700, 450), (400, 450)]


def streets() -> Town:
    """Draw the streets, the homes and the facilities, and no buurten yet."""
    town = Town().node("a", 0, 0).node("b", 300, 0).node("c", 600, 0).node("d", 600, 400)
    town.way("a", "b", "c", "d", highway="residential")
    for number in range(30):
        town.home(f"h{number}", 20 * number, 10)
        town.home(f"k{number}", 610, 10 + 12 * number)
    town.node("dokter", 450, 5, amenity="doctors", name="Dokter Bakker")
    return town.node("winkel", 590, 390, shop="supermarket", name="De Buurtwinkel")


def small_town(noord: Shape = NOORD_OUTLINE, zuid: Shape = ZUID_OUTLINE) -> Town:
    """Draw the whole town."""
    town = streets()
    town.buurt(NOORD, "Noord", noord, aantal_inwoners=60, percentage_personen_65_jaar_en_ouder=20)
    return town.buurt(ZUID, "Zuid", zuid, aantal_inwoners=70, percentage_personen_65_jaar_en_ouder=30)


@dataclass(frozen=True)
class Place:
    """Where a study lives: its file, its raw files and its artefacts."""

    study: Path
    raw: Path
    out: Path

    @property
    def artefacts(self) -> Path:
        """The study's own folder."""
        return self.out / "tekenstad"

    def copy_to(self, folder: Path) -> "Place":
        """Copy all of it, to be changed freely."""
        shutil.copytree(self.study.parent, folder, dirs_exist_ok=True)
        return Place(folder / self.study.name, folder / "raw", folder / "out")

    def start(self, command: str, *arguments: str) -> Result:
        """Start a command about this study."""
        return program(command, str(self.study), *arguments, "--raw", str(self.raw), "--out", str(self.out))


def write(town: Town, folder: Path, extra: str = "") -> Place:
    """Write a town as a study that has not been run."""
    return Place(town.write(folder, extra), folder / "raw", folder / "out")


def program(*arguments: str) -> Result:
    """Start the program in this process; what is not a clean end is raised."""
    result = CliRunner().invoke(main, list(arguments))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def listing(folder: Path) -> dict[str, str]:
    """Name everything below a folder with its digest; nothing if the folder does not exist."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in sorted(folder.rglob("*"))
    }


def states(result: Result) -> dict[str, str]:
    """Read from what a run tells on stderr how each stage ended."""
    told = [line.removeprefix("tekenstad: ").split() for line in result.stderr.splitlines()]
    return {words[0]: words[1] for words in told if words[1:] in (["done"], ["unchanged"])}


def change_layer(path: Path, layer: str, change: Callable[[gpd.GeoDataFrame], gpd.GeoDataFrame | None]) -> None:
    """Rewrite a GeoPackage with one layer changed, or left out where `change` gives nothing."""
    names = [str(name) for name, _ in pyogrio.list_layers(path)]
    tables = {name: gpd.read_file(path, layer=name) for name in names}
    path.unlink()
    for name, table in tables.items():
        changed = change(table) if name == layer else table
        if changed is not None:
            changed.to_file(path, layer=name, driver="GPKG")
