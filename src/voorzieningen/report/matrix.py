"""The matrix as a grid: of one area (facility type by target group), and of areas below each other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from voorzieningen import messages
from voorzieningen.report.cells import Cell
from voorzieningen.report.facts import Facts, Place


@dataclass(frozen=True)
class Heading:
    """The head of a column: what it is about, and the unit or group."""

    label: str
    detail: str


@dataclass(frozen=True)
class Line:
    """A row: its head, what stands below that in small, the link of an area where it has one, and its cells."""

    label: str
    detail: str
    href: str
    entries: list[list[Cell]]


@dataclass(frozen=True)
class Grid:
    """A table of cells."""

    caption: str
    corner: str
    headings: list[Heading]
    lines: list[Line]


def matrix_of(area: Place, cells: Sequence[Cell], facts: Facts) -> Grid:
    """Lay the cells of one area out: facility types down, target groups across, both in the order of the catalogue."""
    catalogue = facts.catalogue
    types = [kind for kind in catalogue.facility_type.values() if any(cell.facility == kind for cell in cells)]
    groups = [group for group in catalogue.target_group.values() if any(cell.group == group for cell in cells)]
    lines = [
        Line(
            messages.sentence(kind.label),
            f"{messages.number(facts.found(kind.key))} gevonden op de kaart",
            "",
            [[cell for cell in cells if cell.facility == kind and cell.group == group] for group in groups],
        )
        for kind in types
    ]
    headings = [Heading(group.short, group.unit) for group in groups]
    return Grid(f"Voorzieningen te voet in {area.name}, per doelgroep", "Voorziening", headings, lines)


def overview_of(
    places: Iterable[Place], cells: Sequence[Cell], facts: Facts, *, caption: str, level: str, links: Mapping[str, str]
) -> Grid:
    """List areas below each other, in the given order, with the headline cells; an area without cells is listed too.

    Parameters
    ----------
    places
        The areas.
    cells
        The cells of those areas.
    facts
        The tables of the run.
    caption, level
        The caption of the table, and the word for an area.
    links
        Where the name of an area leads, by code.
    """
    columns = [
        (catalogue_type, group)
        for catalogue_type, group in (
            (facts.catalogue.facility_type[choice.facility_type], facts.catalogue.target_group[choice.target_group])
            for choice in facts.choices.headline
        )
        if any(cell.facility == catalogue_type and cell.group == group for cell in cells)
    ]
    lines = [
        Line(
            place.name,
            place.code,
            links.get(place.code, ""),
            [
                [cell for cell in cells if (cell.area.code, cell.facility, cell.group) == (place.code, kind, group)]
                for kind, group in columns
            ],
        )
        for place in places
    ]
    headings = [Heading(messages.sentence(kind.label), group.short) for kind, group in columns]
    return Grid(caption, messages.sentence(level), headings, lines)
