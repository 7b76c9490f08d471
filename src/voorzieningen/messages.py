"""What planners read: Dutch numbers, labels and sentences, in one place.

The sentences stand in the tables as well as in the reports, so they live below both.
"""

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voorzieningen.config import FacilityType, Norm, TargetGroup, Threshold

STATUS = {
    "groen": "op orde",
    "oranje": "aandacht",
    "rood": "opgave",
    "te_klein": "groep te klein",
    "onbekend": "onbekend",
    "nvt": "geen oordeel",
}
STATUS_MARK = {"groen": "●", "oranje": "◐", "rood": "○", "te_klein": "·", "onbekend": "?", "nvt": "–"}
REASON = {
    "buiten_uittreksel": "de kaartgegevens houden te dichtbij op",
    "type_niet_gevonden": "niet gevonden in de gegevens",
    "geen_cijfer": "hier is geen cijfer van CBS",
    "niet_te_koppelen": "de woningen of de voorzieningen staan niet op de kaart of niet aan een weg",
    "onvolledige_bron": "de bron is hier aantoonbaar onvolledig",
    "te_weinig_bekend": "van te weinig woningen is de loop bekend",
}
PHASE = {
    "bestaand": "bestaand",
    "in_aanbouw": "in aanbouw",
    "te_ontwikkelen": "te ontwikkelen",
    "herstructurering": "herstructurering",
}
TRACK = {"spoor_1": "spoor 1", "spoor_2": "spoor 2", "gemengd": "gemengd (spoor 1 en 2)"}
NORM_STATUS = {
    "wettelijk": "wettelijk",
    "gemeentelijk": "van de gemeente",
    "richtlijn": "een richtlijn",
    "aanname": "een aanname",
}
UNIT = {
    "personen": ("persoon", "personen"),
    "huishoudens": ("huishouden", "huishoudens"),
    "woningen": ("woning", "woningen"),
}
REASON_SHORT = {
    "buiten_uittreksel": "buiten de kaart",
    "type_niet_gevonden": "niet gevonden",
    "geen_cijfer": "geen cijfer",
    "niet_te_koppelen": "niet te koppelen",
    "onvolledige_bron": "bron onvolledig",
    "te_weinig_bekend": "te weinig bekend",
}
GAP_TYPE = {
    "afstand": "te ver",
    "capaciteit": "te vol",
    "barriere": "barrière",
    "keuze": "weinig keuze",
    "timing": "te laat",
    "data": "gegevens onzeker",
}
CONFIDENCE = {
    "in_beide": "in OpenStreetMap en in een eigen lijst",
    "alleen_osm": "alleen in OpenStreetMap",
    "alleen_eigen_lijst": "alleen in een eigen lijst",
}
STATE = {"open": "open", "gepland": "gepland", "gesloten": "gesloten"}
STAGE = {
    "read": "lezen",
    "network": "loopnetwerk",
    "facilities": "voorzieningen",
    "residents": "bewoners",
    "reach": "bereik",
    "tracks": "sporen",
    "gaps": "oordelen",
    "report": "rapport",
}
MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)
COLOURS_FOOTER = "Kleuren gaan over bereikbaarheid, niet over bewoners. Groepen overlappen; niet optellen."


@dataclass(frozen=True)
class Cell:
    """The facts of one cell of the matrix, in the units in which they are told.

    `outside` is the number of people, households or homes whose known walk is longer than the norm.
    """

    name: str
    facility_type: FacilityType
    group: TargetGroup
    norm: Norm
    norm_m: float | None
    norm_min: float | None
    status: str
    reason: str | None
    basis: str
    outside: float | None
    outside_low: float | None
    outside_high: float | None
    share_within: float | None
    share_known: float
    walk_time_p50_min: float | None
    limits: dict[str, Threshold]


def number(value: float, decimals: int = 0) -> str:
    """Write a number the Dutch way: 1.234,5."""
    text = f"{value:,.{decimals}f}"
    if float(text.replace(",", "")) == 0:
        text = text.removeprefix("-")
    return text.translate(str.maketrans(",.", ".,"))


def minutes(value: float) -> str:
    """Write a time in minutes: a decimal only where it says something."""
    return number(value, 1).removesuffix(",0")


def percentage(share: float) -> str:
    """Write a share as a whole percentage that never rounds up to all or down to none."""
    percent = f"{share:.0%}"
    if percent == "100%" and share < 1:
        return "ruim 99%"
    if percent == "0%" and share > 0:
        return "minder dan 1%"
    return percent


def share_beside(share: float, limits: Mapping[str, Threshold]) -> str:
    """Write a share so that rounding does not lift it over the threshold it stays below: 49,7%, not 50%."""
    thresholds = (limits["green_share"].value, limits["orange_share"].value)
    if any(share < threshold <= round(share, 2) for threshold in thresholds):
        return f"{number(math.floor(share * 1000) / 10, 1)}%"
    return percentage(share)


def amount(value: float, unit: str) -> str:
    """Write a count with its unit, singular or plural."""
    rounded = round(value)
    return f"{number(rounded)} {UNIT[unit][0 if rounded == 1 else 1]}"


def signed(value: float) -> str:
    """Write a difference as a whole number with its sign; the minus is a real one."""
    rounded = round(value)
    if rounded == 0:
        return "0"
    return f"{'+' if rounded > 0 else '−'}{number(abs(rounded))}"


def date(day: dt.date) -> str:
    """Write a date in full: 1 januari 2024."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def date_text(text: str | None) -> str:
    """Write the date that a source gives; what is no date stands as it is, and none is told."""
    if not text:
        return "datum onbekend"
    try:
        return date(dt.date.fromisoformat(text[:10]))
    except ValueError:
        return text


def listing(items: Sequence[str]) -> str:
    """Name several things: a, b en c."""
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} en {items[-1]}"


def known_part(share_known: float) -> str:
    """Say that figures are over the homes whose walk is known, if those are not all."""
    if share_known >= 1:
        return ""
    return f"Dit gaat over de {percentage(share_known)} van de woningen waarvan de loop bekend is."


def sentence(text: str) -> str:
    """Begin with a capital."""
    return text[:1].upper() + text[1:]


def norm_text(norm: Norm, norm_m: float | None, norm_min: float | None) -> str:
    """Name a norm with both units, its source, year and status."""
    year = f" ({norm.year})" if norm.year else ""
    if norm_m is None or norm_min is None:
        return f"op de schaal van {norm.schaal}, {NORM_STATUS[norm.status]}: {norm.source}{year}"
    return (
        f"{number(norm_m)} meter ({minutes(norm_min)} minuten) lopen, {NORM_STATUS[norm.status]}: {norm.source}{year}"
    )


def cell_sentence(cell: Cell) -> str:
    """Say in plain Dutch what one cell of the matrix shows, so that a planner can paste it.

    Parameters
    ----------
    cell
        The facts of the cell.

    Returns
    -------
    str
        One to three sentences with the people concerned, the norm, its source and its status.
    """
    if cell.status == "onbekend":
        return _unknown(cell)
    if cell.status == "te_klein":
        return _too_small(cell)
    if cell.status == "nvt":
        return _without_verdict(cell)
    return _judged(cell)


def _unknown(cell: Cell) -> str:
    facility = cell.facility_type
    if cell.reason == "type_niet_gevonden":
        return (
            f"{sentence(facility.plural)} zijn niet gevonden in de gegevens. "
            "Dat is iets anders dan dat ze er niet zijn: een eigen lijst van de gemeente kan dit aanvullen."
        )
    if cell.reason == "te_weinig_bekend":
        return (
            f"Over {facility.plural} in {cell.name} geven we geen oordeel: van {percentage(cell.share_known)} van de "
            f"woningen is de loop bekend, en dat moet minstens {percentage(cell.limits['known_share'].value)} zijn."
        )
    why = REASON.get(cell.reason or "", "de loop is niet bekend")
    return f"Over {facility.plural} in {cell.name} kunnen we niets zeggen: {why}."


def _too_small(cell: Cell) -> str:
    whom = cell.group.label if cell.basis != "woningen" else "woningen"
    minimum = number(cell.limits["group_min"].value)
    return f"In {cell.name} gaat het om minder dan {minimum} {_of_basis(cell, whom)}: te weinig voor een oordeel."


def _of_basis(cell: Cell, whom: str) -> str:
    return whom if cell.basis in ("woningen", "huishoudens") else f"{UNIT[cell.basis][1]} ({whom})"


def _without_verdict(cell: Cell) -> str:
    scale = f"geldt op de schaal van {cell.norm.schaal}, dus zonder oordeel per buurt of wijk"
    if cell.walk_time_p50_min is None or cell.share_known < cell.limits["known_share"].value:
        return f"De norm voor {cell.facility_type.plural} {scale}. Van te weinig woningen is de loop bekend."
    time = minutes(cell.walk_time_p50_min)
    told = (
        f"De helft loopt in {time} minuten of minder naar {cell.facility_type.article}. {known_part(cell.share_known)}"
    )
    return f"{told.strip()} De norm {scale}."


def _judged(cell: Cell) -> str:
    share = share_beside(cell.share_within or 0, cell.limits)
    within = f"binnen {number(cell.norm_m or 0)} meter lopen ({minutes(cell.norm_min or 0)} minuten)"
    about = f"van {cell.facility_type.article}"
    if cell.basis == "woningen":
        who = f"In {cell.name} ligt {share} van de woningen {within} {about}."
        who += f" Het aandeel gaat over woningen: voor {cell.group.label} is hier geen cijfer van CBS."
    else:
        who = f"In {cell.name} woont {share} van {_the(cell.group)} {within} {about}."
    parts = [
        who,
        _outside(cell),
        known_part(cell.share_known),
        f"Norm: {norm_text(cell.norm, cell.norm_m, cell.norm_min)}.",
    ]
    return " ".join(part for part in parts if part)


def _the(group: TargetGroup) -> str:
    return group.label if group.whole else f"de {group.label}"


def _outside(cell: Cell) -> str:
    """Say how many live further, with the bounds that rounding leaves."""
    if cell.outside is None or round(cell.outside) == 0:
        return ""
    verb = "woont" if round(cell.outside) == 1 else "wonen"
    if cell.basis == "woningen":
        verb = "ligt" if round(cell.outside) == 1 else "liggen"
    low, high = cell.outside_low, cell.outside_high
    bounds = ""
    if low is not None and high is not None and round(low) != round(high):
        bounds = f" ({number(low)}–{number(high)})"
    unit = UNIT[cell.basis][0 if round(cell.outside) == 1 else 1]
    return f"{sentence(number(cell.outside))}{bounds} {unit} {verb} verder."
