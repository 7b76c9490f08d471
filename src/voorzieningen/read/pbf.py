"""An OpenStreetMap extract as a file: whether it is one, whether it is whole, and how far it reaches."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import osmium
import shapely

from voorzieningen import schema
from voorzieningen.config import Study
from voorzieningen.errors import SourceError
from voorzieningen.messages import number
from voorzieningen.read.files import how_to_get
from voorzieningen.read.notes import Note
from voorzieningen.read.projection import Box, box_around, geometries_to_rd
from voorzieningen.schema import RD

FEW_WAYS = 1000  # a file with more ways than this and no relation at all is suspect
STEP_DEGREES = 0.005  # a parallel is no straight line in RD: points of the box lie at most this far apart


@dataclass(frozen=True)
class Extract:
    """A PBF file and its header: the box in degrees (west, south, east, north), the date, and where it comes from."""

    path: Path
    box: Box | None
    date: str | None
    origin: str

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.path.name


def read_header(path: Path) -> Extract:
    """Read the header of a PBF file.

    Raises
    ------
    SourceError
        The file is not a PBF file.
    """
    with readable(path):
        header = osmium.FileProcessor(pbf_file(path)).header
    corners = header.box()
    box = None
    if corners.valid():
        box = (corners.bottom_left.lon, corners.bottom_left.lat, corners.top_right.lon, corners.top_right.lat)
    date = header.get("osmosis_replication_timestamp")[:10] or None
    return Extract(path, box, date, header.get("osmosis_replication_base_url"))


def check_whole(extract: Extract) -> list[Note]:
    """Refuse a file without nodes or ways; a file that is cut off between two blobs says nothing by itself.

    Raises
    ------
    SourceError
        There are no nodes or no ways.
    """
    path = extract.path
    with readable(path):
        kinds = Counter(
            thing.type_str() for thing in osmium.FileProcessor(pbf_file(path), osmium.osm.WAY | osmium.osm.RELATION)
        )
        has_nodes = next(iter(osmium.FileProcessor(pbf_file(path), osmium.osm.NODE)), None) is not None
        if not has_nodes or not kinds["w"]:
            nodes = sum(1 for _ in osmium.FileProcessor(pbf_file(path), osmium.osm.NODE))
            raise SourceError(
                f"holds {nodes} nodes, {kinds['w']} ways and {kinds['r']} relations: it is empty or cut off",
                where=path.name,
                hint="download it again",
            )
    if kinds["w"] > FEW_WAYS and not kinds["r"]:
        text = (
            f"{path.name} bevat {number(kinds['w'])} wegen en geen enkele relatie: het bestand is misschien "
            "afgebroken. Parken en gebouwen uit meer delen ontbreken dan."
        )
        return [Note("OpenStreetMap zonder relaties", 1, text)]
    return []


def read_area(extract: Extract, outline: shapely.Geometry, study: Study) -> tuple[gpd.GeoDataFrame, list[Note]]:
    """Return the municipality, and the part of its surroundings that the extract covers.

    Parameters
    ----------
    extract
        The header of the PBF file.
    outline
        The municipality, in EPSG:28992.
    study
        The study: how far around the municipality to look.

    Returns
    -------
    tuple of geopandas.GeoDataFrame and list of Note
        The table `area`.

    Raises
    ------
    SourceError
        The extract does not touch the municipality.
    """
    box, notes = (extract.box, []) if extract.box else _box_of_nodes(extract)
    surroundings = shapely.buffer(outline, study.buffer_m)
    reach = _in_rd(box, surroundings)
    if not shapely.intersects(reach, outline):
        raise SourceError(
            f"covers {describe_box(box)}, which does not touch {study.gemeentenaam} "
            f"({describe_box(box_around(outline))})",
            where=extract.name,
            hint=f"this is the extract of another region: {how_to_get('osm', study)}",
        )
    area = gpd.GeoDataFrame(
        {
            "part": ["dekking", "gemeente"],
            "name": [extract.name, study.gemeentenaam],
            "date": [extract.date, study.peildatum.isoformat()],
        },
        geometry=[shapely.intersection(reach, surroundings), outline],
        crs=RD,
    ).astype({"date": "str"})
    return gpd.GeoDataFrame(schema.validate("area", area)), [*notes, *_origin_notes(extract)]


def describe_box(box: Box) -> str:
    """Write a box in degrees as the data of OpenStreetMap are described: west,south–east,north."""
    west, south, east, north = box
    return f"{west:.3f},{south:.3f}–{east:.3f},{north:.3f}"


def pbf_file(path: Path) -> osmium.io.File:
    """Name a file as PBF whatever its extension is."""
    return osmium.io.File(str(path), "pbf")


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Say of a file that cannot be read as PBF that it is none, or that it is cut off."""
    try:
        yield
    except (RuntimeError, UnicodeDecodeError) as error:
        raise SourceError(
            f"is not a readable PBF file, or is cut off ({error})", where=path.name, hint="download it again"
        ) from error


def _box_of_nodes(extract: Extract) -> tuple[Box, list[Note]]:
    west, south, east, north = np.inf, np.inf, -np.inf, -np.inf
    with readable(extract.path):
        for node in osmium.FileProcessor(pbf_file(extract.path), osmium.osm.NODE):
            longitude, latitude = _position(node)
            west, east = min(west, longitude), max(east, longitude)
            south, north = min(south, latitude), max(north, latitude)
    text = f"{extract.name} zegt niet tot waar het reikt: de rechthoek om alle punten is als dekking genomen."
    return (west, south, east, north), [Note("dekking van OpenStreetMap", 1, text)]


def _position(node: Any) -> tuple[float, float]:
    return node.lon, node.lat


def _in_rd(box: Box, surroundings: shapely.Geometry) -> shapely.Geometry:
    """Turn the part of a box near the municipality into RD New; the extract may be of a whole country."""
    west, south, east, north = box_around(surroundings)
    near = shapely.box(west - 0.1, south - 0.1, east + 0.1, north + 0.1)
    part = shapely.segmentize(shapely.intersection(shapely.box(*box), near), STEP_DEGREES)
    in_rd: shapely.Geometry = geometries_to_rd(np.array([part]))[0]
    return in_rd


def _origin_notes(extract: Extract) -> list[Note]:
    if "geofabrik" not in extract.origin:
        return []
    text = (
        "Geofabrik snijdt een uittreksel langs de provinciegrens, terwijl de dekking de rechthoek daaromheen is: "
        "over de provinciegrens kunnen wegen en voorzieningen ontbreken."
    )
    return [Note("rand van het uittreksel", 1, text)]
