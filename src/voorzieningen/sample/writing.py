"""All raw files of Polderstad in one folder: made beside it first, and moved in place when all are there."""

import shutil
import tempfile
from pathlib import Path

from voorzieningen.errors import StorageError
from voorzieningen.sample.addresses import write_addresses
from voorzieningen.sample.buildings import Stock, build_homes
from voorzieningen.sample.cbs import current_buurten, former_buurten, level_figures, write_buurt_map, write_statline
from voorzieningen.sample.land import Land, lay_land
from voorzieningen.sample.lists import (
    write_facility_lists,
    write_plan_areas,
    write_planned_facilities,
    write_planned_paths,
    write_programme,
    write_research_table,
)
from voorzieningen.sample.osm import write_map
from voorzieningen.sample.places import Place, kept_free, put_places
from voorzieningen.sample.plan import Plan, load_plan
from voorzieningen.sample.population import People, settle
from voorzieningen.sample.proximity import Roads
from voorzieningen.sample.squares import write_population, write_squares
from voorzieningen.sample.streets import draw_streets

NEWEST = 2024
CHANGED_BOUNDARIES = 3


def write_sample(folder: Path) -> list[Path]:
    """Write the raw files of Polderstad, the made-up municipality; the same bytes on every run.

    Parameters
    ----------
    folder
        Where to write them; files of that name are replaced.

    Returns
    -------
    list of pathlib.Path
        The files, in alphabetical order.

    Raises
    ------
    StorageError
        The folder cannot be written.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".polderstad-", dir=folder.parent) as draft:
            _write_all(Path(draft))
            folder.mkdir(exist_ok=True)
            return [_moved(path, folder) for path in sorted(Path(draft).iterdir())]
    except OSError as error:
        raise StorageError(
            f"cannot write the sample: {error.strerror or error}",
            where=str(folder),
            hint="is there room on the disk, and may this user write here?",
        ) from error


def _write_all(folder: Path) -> None:
    plan = load_plan()
    streets = draw_streets(plan)
    land = lay_land(plan, streets)
    places = put_places(plan, streets)
    stock = build_homes(plan, streets, land, kept_free(plan, streets, places))
    people = settle(plan, stock.dwellings)
    write_map(folder / "polderstad.osm.pbf", plan, streets, land, stock, places)
    _write_cbs(folder, plan, land, people, stock, Roads(streets, stock), places)
    write_squares(folder / "cbs_vk100_2023.gpkg", people, stock)
    write_population(folder / "bevolking_100m.tif", people, stock)
    write_addresses(folder / "adressen_bag.gpkg", plan, stock, places)
    write_facility_lists(folder, plan, places)
    write_research_table(folder / "onderzoek_en_statistiek.csv", plan, people, stock.dwellings)
    write_programme(folder / "woningbouwprogramma.csv", plan)
    write_planned_facilities(folder / "geplande_voorzieningen.csv", plan)
    write_planned_paths(folder / "geplande_paden.gpkg", plan)
    write_plan_areas(folder / "plangebieden.gpkg", plan)


def _write_cbs(
    folder: Path, plan: Plan, land: Land, people: People, stock: Stock, roads: Roads, places: list[Place]
) -> None:
    """Write what CBS publishes: the map of three years, and the counts of the newest."""
    divisions = {
        2021: former_buurten(plan, land, stock.dwellings),
        2022: current_buurten(plan, land, stock.dwellings, changed=CHANGED_BOUNDARIES),
        NEWEST: current_buurten(plan, land, stock.dwellings, changed=1),
    }
    for year, buurten in divisions.items():
        figures = level_figures(buurten, plan, people, stock, roads, places, year)
        write_buurt_map(folder / f"wijkenbuurten_{year}.gpkg", plan, land, buurten, figures, newest=year == NEWEST)
        if year == NEWEST:
            write_statline(folder / f"statline_{year}.csv", plan, figures)


def _moved(path: Path, folder: Path) -> Path:
    target = folder / path.name
    shutil.move(path, target)
    return target
