"""Reports: what planners open. One page per wijk, an index, a workbook and a map."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pandas as pd
from pyogrio.errors import DataLayerError, DataSourceError
from xlsxwriter.exceptions import XlsxFileError

from voorzieningen.config import Study, UsedSource
from voorzieningen.errors import StorageError
from voorzieningen.report.choices import load_choices
from voorzieningen.report.facts import Facts
from voorzieningen.report.geopackage import write_geopackage
from voorzieningen.report.html import render
from voorzieningen.report.maps import draw_map, make_layers
from voorzieningen.report.pages import GEOPACKAGE, WORKBOOK, common_parts, index_page, wijk_page
from voorzieningen.report.workbook import write_workbook

__all__ = ["write_report"]


def write_report(folder: Path, tables: Mapping[str, pd.DataFrame], study: Study, sources: Sequence[UsedSource]) -> None:
    """Write the reports of a run: the same bytes for the same tables, in any folder.

    Parameters
    ----------
    folder
        An existing, empty folder. It gets `index.html`, `wijken/<wijkcode>.html`, `werkboek.xlsx` and `kaart.gpkg`.
    tables
        The tables of the run, by name (see `schema.TABLES`); geometry in EPSG:28992.
    study
        The study with its catalogue.
    sources
        The raw files as they were read.

    Raises
    ------
    ConfigError
        The choices of the report name what is not in the catalogue.
    StorageError
        A file cannot be written.
    """
    facts = Facts(tables, study, sources, load_choices(study.catalogue))
    try:
        for write in WRITERS.values():
            write(folder, facts)
    except (OSError, DataSourceError, DataLayerError, XlsxFileError) as error:
        if isinstance(error, StorageError):
            raise
        raise StorageError(
            f"cannot be written: {getattr(error, 'strerror', None) or str(error).partition(':')[0]}",
            where="report",
            hint="is the disk full or read-only?",
        ) from error


def _write_pages(folder: Path, facts: Facts) -> None:
    common, layers = common_parts(facts), make_layers(facts)
    pages = folder / "wijken"
    pages.mkdir()
    for number, wijk in enumerate(facts.wijken):
        page = wijk_page(number, facts, draw_map(wijk, layers))
        _write_text(pages / f"{wijk.code}.html", render("wijk.html.j2", page=page, common=common))
    text = render("index.html.j2", page=index_page(facts), common=common, workbook=WORKBOOK, geopackage=GEOPACKAGE)
    _write_text(folder / "index.html", text)


def _write_workbook(folder: Path, facts: Facts) -> None:
    write_workbook(folder / WORKBOOK, facts)


def _write_geopackage(folder: Path, facts: Facts) -> None:
    write_geopackage(folder / GEOPACKAGE, facts)


WRITERS: dict[str, Callable[[Path, Facts], None]] = {
    "paginas": _write_pages,
    "werkboek": _write_workbook,
    "kaart": _write_geopackage,
}


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
