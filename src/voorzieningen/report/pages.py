"""What stands on each page: the index of a municipality, and a page per wijk."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from voorzieningen import messages
from voorzieningen.config import Catalogue
from voorzieningen.report import sections
from voorzieningen.report.cells import SHORTFALL, Cell, by_people_concerned, cells_of, with_status
from voorzieningen.report.facts import Facts, Place
from voorzieningen.report.headlines import headlines
from voorzieningen.report.maps import WijkMap
from voorzieningen.report.matrix import Grid, matrix_of, overview_of

WORKBOOK = "werkboek.xlsx"
GEOPACKAGE = "kaart.gpkg"
PHASE_UNKNOWN = "fase onbekend"
TRACK_HEADS = (
    ("spoor_1", "Spoor 1: bestaande wijken", "Past wat er is bij wie er woont?"),
    ("spoor_2", "Spoor 2: nieuwe wijken", "Is de basis er als de eerste bewoners komen?"),
    ("gemengd", "Gemengd: beide sporen", "Oud en nieuw naast elkaar: beide vragen gelden."),
    (None, "Spoor onbekend", "Van geen woning is het bouwjaar bekend."),
)


NEARLY_ALL = 0.995


@dataclass(frozen=True)
class Statement:
    """One sentence with the cells that it holds for."""

    title: str
    kinds: str
    text: str
    cells: list[Cell]


@dataclass(frozen=True)
class Common:
    """What every page tells."""

    municipality: Place
    population_date: str
    map_date: str
    norms: list[sections.NormRow]
    assumptions: list[sections.Assumption]
    sources: list[sections.SourceRow]
    notes: list[sections.NoteRow]
    not_measured: list[str]
    without_norm: str
    not_covered: str
    green: str
    orange: str
    footer: str = messages.COLOURS_FOOTER


@dataclass(frozen=True)
class Findings:
    """The cells of an area as a matrix and as sentences."""

    headlines: list[str]
    matrix: Grid
    tasks: list[Statement]
    well: list[Statement]
    unknown: list[Statement]
    too_small: list[Statement]
    unjudged: list[Statement]


@dataclass(frozen=True)
class TrackColumn:
    """The wijken of one track, in order of code."""

    head: str
    question: str
    wijken: list[tuple[Place, Any]]


@dataclass(frozen=True)
class WijkPage:
    """The page of one wijk."""

    place: Place
    phase: str
    track: str
    evidence: str
    population: str
    without_figure: list[str]
    shares: list[sections.GroupShare]
    findings: Findings
    buurten: Grid
    map: WijkMap
    register: list[sections.Entry]
    previous: Place | None
    following: Place | None


@dataclass(frozen=True)
class IndexPage:
    """The page of the municipality."""

    population: str
    without_figure: list[str]
    shares: list[sections.GroupShare]
    findings: Findings
    wijken: Grid
    areas: Grid | None
    tracks: list[TrackColumn]
    unplaced: int


def common_parts(facts: Facts) -> Common:
    """Gather what every page tells.

    Parameters
    ----------
    facts
        The tables of the run.
    """
    return Common(
        municipality=facts.municipality,
        population_date=messages.date(facts.study.peildatum),
        map_date=messages.date_text(facts.map_date),
        norms=sections.norm_rows(facts),
        assumptions=sections.assumptions(facts),
        sources=sections.source_rows(facts),
        notes=sections.note_rows(facts),
        not_measured=facts.choices.not_measured.items,
        without_norm=_without_norm(facts.catalogue),
        not_covered=_not_covered(facts.covered_share),
        green=messages.percentage(facts.catalogue.limit("green_share")),
        orange=messages.percentage(facts.catalogue.limit("orange_share")),
    )


def _not_covered(share: float) -> str:
    if share >= NEARLY_ALL:
        return ""
    return (
        f"De kaartgegevens beslaan {messages.percentage(share)} van het grondgebied van de gemeente. "
        "Over wie daarbuiten woont, zegt dit rapport niets."
    )


def index_page(facts: Facts) -> IndexPage:
    """Gather the page of the municipality.

    Parameters
    ----------
    facts
        The tables of the run.
    """
    areas = facts.tables["area_gaps"]
    own = areas["code"] == facts.municipality.code
    wijk_cells = cells_of(facts.tables["wijk_gaps"], facts)
    other = cells_of(areas[~own], facts)
    others = list(dict.fromkeys(cell.area for cell in other))
    return IndexPage(
        population=sections.population_sentence(facts.municipality.code, facts),
        without_figure=sections.without_figure(facts.buurt_names, facts),
        shares=sections.group_shares(facts.municipality, facts),
        findings=_findings(facts.municipality, cells_of(areas[own], facts), facts),
        wijken=overview_of(
            facts.wijken,
            wijk_cells,
            facts,
            caption="Alle wijken, op volgorde van code",
            level="wijk",
            links={wijk.code: f"wijken/{wijk.code}.html" for wijk in facts.wijken},
        ),
        areas=overview_of(
            others, other, facts, caption="Gebieden van deze studie, op volgorde van code", level="gebied", links={}
        )
        if others
        else None,
        tracks=_tracks(facts),
        unplaced=len(facts.tables["unplaced"]),
    )


def wijk_page(number: int, facts: Facts, wijk_map: WijkMap) -> WijkPage:
    """Gather the page of one wijk.

    Parameters
    ----------
    number
        Its place in the list of wijken.
    facts
        The tables of the run.
    wijk_map
        Its map.
    """
    wijk = facts.wijken[number]
    wijk_gaps, buurt_gaps = facts.tables["wijk_gaps"], facts.tables["buurt_gaps"]
    buurten = facts.buurten_of(wijk.code)
    in_wijk = buurt_gaps["code"].isin([buurt.code for buurt in buurten])
    track = facts.track_of(wijk.code)
    return WijkPage(
        place=wijk,
        phase=PHASE_UNKNOWN if track is None or pd.isna(track.phase) else messages.PHASE[track.phase],
        track="spoor onbekend" if track is None or pd.isna(track.track) else messages.TRACK[track.track],
        evidence="" if track is None else track.evidence,
        population=sections.population_sentence(wijk.code, facts),
        without_figure=sections.without_figure([buurt.code for buurt in buurten], facts),
        shares=sections.group_shares(wijk, facts),
        findings=_findings(wijk, cells_of(wijk_gaps[wijk_gaps["code"] == wijk.code], facts), facts),
        buurten=overview_of(
            buurten,
            cells_of(buurt_gaps[in_wijk], facts),
            facts,
            caption=f"Alle buurten van {wijk.name}, op volgorde van code",
            level="buurt",
            links={},
        ),
        map=wijk_map,
        register=sections.register_of(wijk, facts),
        previous=facts.wijken[number - 1] if number > 0 else None,
        following=facts.wijken[number + 1] if number + 1 < len(facts.wijken) else None,
    )


def _findings(area: Place, cells: list[Cell], facts: Facts) -> Findings:
    return Findings(
        headlines=headlines(area, cells, facts),
        matrix=matrix_of(area, cells, facts),
        tasks=_statements(by_people_concerned(with_status(cells, SHORTFALL))),
        well=_statements(with_status(cells, ("groen",))),
        unknown=_statements(with_status(cells, ("onbekend",))),
        too_small=_statements(with_status(cells, ("te_klein",))),
        unjudged=_statements(with_status(cells, ("nvt",))),
    )


def _statements(cells: Sequence[Cell]) -> list[Statement]:
    """Say each sentence once, with all the groups that it holds for."""
    by_text: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        by_text.setdefault((cell.facility.key, cell.explanation), []).append(cell)
    return [
        Statement(
            title=messages.sentence(own[0].facility.label),
            kinds=own[0].kinds if own[0].status in SHORTFALL else "",
            text=text,
            cells=own,
        )
        for (_, text), own in by_text.items()
    ]


def _tracks(facts: Facts) -> list[TrackColumn]:
    """Set the tracks side by side; the one without a track only where there are such wijken."""
    rows = [(wijk, facts.track_of(wijk.code)) for wijk in facts.wijken]
    columns = [
        TrackColumn(head, question, [(wijk, row) for wijk, row in rows if _track_key(row) == key])
        for key, head, question in TRACK_HEADS
    ]
    return [column for column in columns if column.wijken or column.head != TRACK_HEADS[-1][1]]


def _track_key(row: Any | None) -> str | None:
    return None if row is None or pd.isna(row.track) else str(row.track)


def _without_norm(catalogue: Catalogue) -> str:
    """Name the facility types that no norm is applied to: they have no row in the matrix."""
    judged = {key for norm in catalogue.active_norms for key in norm.facility_types}
    return messages.listing([kind.label for key, kind in catalogue.facility_type.items() if key not in judged])
