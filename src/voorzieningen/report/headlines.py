"""In het kort: at most five sentences on an area, built from its cells."""

from collections.abc import Mapping, Sequence

from voorzieningen import messages
from voorzieningen.report.cells import JUDGED, SHORTFALL, Cell, by_people_concerned, with_status
from voorzieningen.report.facts import Facts, Place


def headlines(area: Place, cells: Sequence[Cell], facts: Facts) -> list[str]:
    """Say in a few sentences who lives here, what is in order, what is the largest task, and what is not known.

    Parameters
    ----------
    area
        The area.
    cells
        All cells of that area.
    facts
        The tables of the run.

    Returns
    -------
    list of str
        At most five sentences or short paragraphs in Dutch.
    """
    shortfalls = _most_telling(by_people_concerned(with_status(cells, SHORTFALL)), facts)
    told = [
        _people(area, facts),
        _well_arranged(cells),
        _largest_task(shortfalls, cells),
        _how_firm(shortfalls[0]) if shortfalls else "",
        _unknown(cells),
    ]
    return [text for text in told if text]


def _most_telling(shortfalls: Sequence[Cell], facts: Facts) -> list[Cell]:
    """Put figures of people before those of homes, opgaven before aandacht, and then what the reports put first.

    Without the last, the largest group, which is everybody, would always lead.
    """
    first = {(choice.facility_type, choice.target_group) for choice in facts.choices.headline}
    return sorted(
        shortfalls,
        key=lambda cell: (
            cell.basis == "woningen",
            SHORTFALL.index(cell.status) == 0,
            (cell.facility.key, cell.group.key) not in first,
        ),
    )


def _people(area: Place, facts: Facts) -> str:
    residents = facts.residents_in(area.code)
    if residents is None:
        return f"CBS geeft voor {area.name} geen aantal inwoners."
    households = facts.households_in(area.code)
    where = f"de gemeente {area.name}" if area.code == facts.study.gemeentecode else area.name
    text = f"In {where} wonen {messages.number(residents)} mensen"
    if households is not None:
        text += f" in {messages.amount(households, 'huishoudens')}"
    share = facts.share_of(area.code, facts.catalogue.target_group[facts.choices.residents.ageing_group])
    if share is not None:
        text += f"; {messages.percentage(share)} {facts.choices.residents.ageing_phrase}"
    return f"{text}."


def _well_arranged(cells: Sequence[Cell]) -> str:
    """Name the cell in order that holds for most people, and how many more there are."""
    judged = with_status(cells, JUDGED)
    if not judged:
        return ""
    green = with_status(judged, ("groen",))
    if not green:
        return "Bij geen enkele combinatie van voorziening en groep wonen genoeg mensen binnen de norm."
    short = {cell.facility.key for cell in with_status(judged, SHORTFALL) if cell.basis != "woningen"}
    without_doubt = [cell for cell in green if cell.basis != "woningen" and cell.facility.key not in short]
    if not without_doubt:
        return f"Op orde: {len(green)} van de {len(judged)} beoordeelde combinaties van voorziening en groep."
    best = max(without_doubt, key=lambda cell: (cell.within or 0, cell.share_within or 0))
    verb, whom = _who(best)
    return (
        f"Goed geregeld: {best.main} van {whom} {verb} binnen {_distance(best)} "
        f"van {best.facility.article}. {messages.known_part(best.share_known)}".rstrip()
        + f" Op orde: {len(green)} van de {len(judged)} beoordeelde combinaties."
    )


def _largest_task(shortfalls: Sequence[Cell], cells: Sequence[Cell]) -> str:
    if not with_status(cells, JUDGED):
        return ""
    if not shortfalls:
        return "Geen opgaven: wat is beoordeeld, is op orde."
    largest = shortfalls[0]
    outside = round(largest.outside or 0)
    low, high = largest.outside_low, largest.outside_high
    bounds = ""
    if largest.basis != "woningen" and low is not None and high is not None and round(low) != round(high):
        bounds = f" ({messages.number(round(low))}–{messages.number(round(high))})"
    what = messages.UNIT[largest.basis][0 if outside == 1 else 1]
    whom = "" if largest.group.whole or largest.basis == "woningen" else f" ({largest.group.label})"
    verb = {True: "ligt", False: "liggen"} if largest.basis == "woningen" else {True: "woont", False: "wonen"}
    return (
        f"Eerste opgave: {messages.number(outside)}{bounds} {what}{whom} {verb[outside == 1]} verder dan "
        f"{_distance(largest)} van {largest.facility.article}. {messages.known_part(largest.share_known)}".rstrip()
    )


def _how_firm(largest: Cell) -> str:
    """Say what the largest task rests on: whose norm it is, and whether another assumption tips it."""
    year = f" ({largest.norm.year})" if largest.norm.year else ""
    text = f"De norm daarvoor, {largest.norm.label}{year}, is {messages.NORM_STATUS[largest.norm.status]}"
    text += ", geen vastgesteld beleid." if largest.norm.status == "aanname" else "."
    if largest.robustness == "vast":
        return f"{text} Dit beeld is stevig."
    if largest.robustness:
        return f"{text} Dit beeld kantelt: {largest.robustness}."
    return f"{text} Hoe het beeld verandert bij een andere norm of loopsnelheid, is nog niet berekend."


def _unknown(cells: Sequence[Cell]) -> str:
    """Name the facility types that nothing can be said about, with the reasons."""
    asked = [cell for cell in cells if cell.status != "nvt"]
    known = {cell.facility.key for cell in asked if cell.status != "onbekend"}
    unknown = [cell for cell in asked if cell.facility.key not in known]
    if not unknown:
        return ""
    by_reason: dict[str, list[str]] = {}
    for cell in unknown:
        types = by_reason.setdefault(messages.REASON.get(cell.reason or "", "de loop is niet bekend"), [])
        if cell.facility.plural not in types:
            types.append(cell.facility.plural)
    if not known:
        return f"Over de bereikbaarheid te voet kunnen we hier niets zeggen: {_reasons(by_reason)}."
    told = [f"over {messages.listing(types)} ({reason})" for reason, types in by_reason.items()]
    return f"Niets te zeggen {'; '.join(told)}."


def _reasons(by_reason: Mapping[str, Sequence[str]]) -> str:
    """Tell the reason that holds for most types, and with the others the types that they hold for."""
    first, *others = sorted(by_reason.items(), key=lambda item: -len(item[1]))
    return "; ".join([first[0], *(f"{messages.listing(types)}: {reason}" for reason, types in others)])


def _who(cell: Cell) -> tuple[str, str]:
    if cell.basis == "woningen":
        return "ligt", "de woningen"
    return "woont", cell.group.label if cell.group.whole else f"de {cell.group.label}"


def _distance(cell: Cell) -> str:
    return f"{messages.number(cell.norm_m or 0)} meter lopen ({messages.minutes(cell.norm_min or 0)} minuten)"
