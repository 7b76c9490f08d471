"""`docs/begrippen.md`: every table, every word and every kind of thing, in Dutch, from the declarations in the code."""

from collections.abc import Iterable, Iterator, Sequence

from docs.markdown import code, markdown_table
from docs.words import WORD_LISTS, WordList
from voorzieningen.config import Catalogue, FacilityType, Norm, Tags, TargetGroup
from voorzieningen.messages import number
from voorzieningen.schema import TABLES, Column, Table

TYPES = {
    "text": "tekst",
    "int": "geheel getal",
    "count": "geheel getal",
    "number": "getal",
    "flag": "ja of nee",
    "list": "lijst",
    "geometry": "geometrie",
}
ABOUT = """\
De tabellen die de tool maakt, de woorden die erin staan, en de catalogus waar zij naar verwijzen. Hoe de getallen
worden berekend, staat in [methode.md](methode.md)."""
ABOUT_TABLES = """\
Elke tabel is lang: een nieuw type voorziening geeft rijen, geen kolommen. Alle geometrie staat in RD New (EPSG:28992,
meters)."""
ABOUT_CATALOGUE = "Dit levert de tool mee. Een studie kan blokken toevoegen of waarden vervangen."


def dictionary_page(catalogue: Catalogue) -> str:
    """Return the data dictionary in Markdown.

    Parameters
    ----------
    catalogue
        The catalogue it describes.
    """
    parts = [
        "# Begrippen",
        ABOUT,
        "## Tabellen",
        ABOUT_TABLES,
        *(_table_section(name, table) for name, table in TABLES.items()),
        "## Woorden",
        *(word_section(words) for words in WORD_LISTS),
        "## Catalogus",
        ABOUT_CATALOGUE,
        *_catalogue_sections(catalogue),
    ]
    return "\n\n".join(parts) + "\n"


def _table_section(name: str, table: Table) -> str:
    facts = f"Stap {code(table.stages)} · sleutel {code(table.key)}"
    if table.geometry:
        facts += f" · geometrie {', '.join(table.geometry)}"
    rows = [_column_row(name, column) for name, column in table.columns.items()]
    columns = ("kolom", "label", "betekenis", "type", "eenheid", "mag leeg zijn", "waarden")
    return f"### `{name}`\n\n{table.meaning}.\n\n{facts}\n\n{markdown_table(columns, rows)}"


def _column_row(name: str, column: Column) -> tuple[str, ...]:
    empty = "ja" if column.nullable else "nee"
    return (f"`{name}`", column.label, column.meaning, TYPES[column.kind], column.unit, empty, _values(column))


def _values(column: Column) -> str:
    if column.allowed:
        return code(column.allowed)
    if column.at_least is None:
        return ""
    if column.at_most is None:
        return f"vanaf {number(column.at_least)}"
    return f"{number(column.at_least)} tot en met {number(column.at_most)}"


def word_section(words: WordList) -> str:
    """Return the explanation of a closed list of words.

    Parameters
    ----------
    words
        The list, with an explanation of each word.

    Raises
    ------
    LookupError
        A word has no explanation, or an explanation has no word.
    """
    unmatched = sorted(set(words.words) ^ set(words.explained))
    if unmatched:
        msg = f"docs/words.py, {words.heading}: word without explanation, or the reverse: {', '.join(unmatched)}"
        raise LookupError(msg)
    rows = [(f"`{word}`", words.explained[word]) for word in words.words]
    return f"### {words.heading}\n\n{words.about}\n\n{markdown_table(('woord', 'betekenis'), rows)}"


def _catalogue_sections(catalogue: Catalogue) -> Iterator[str]:
    yield _section(
        "Typen voorzieningen",
        ("sleutel", "label", "klassen", "klassen die meetellen", "telt samen", "loop eindigt bij", "minstens"),
        [_facility_type_row(kind) for kind in catalogue.facility_type.values()],
    )
    yield _section(
        "Hoe OpenStreetMap ze kent",
        ("type", "klasse", "kenmerken (een van)", "behalve"),
        [row for kind in catalogue.facility_type.values() for row in _rule_rows(kind)],
    )
    yield _section(
        "Doelgroepen",
        ("sleutel", "label", "eenheid", "loopprofiel", "cijfer van CBS"),
        [
            (f"`{group.key}`", group.label, group.unit, f"`{group.profile}`", _figure(group))
            for group in catalogue.target_group.values()
        ],
    )
    yield _section(
        "Loopprofielen",
        ("sleutel", "label", "snelheid", "dicht voor", "bron", "jaar", "status"),
        [
            (
                f"`{profile.key}`",
                profile.label,
                f"{number(profile.speed_m_s, 2)} m/s",
                code(profile.closed),
                profile.source,
                _year(profile.year),
                profile.status,
            )
            for profile in catalogue.profile.values()
        ],
    )
    yield _section(
        "Normen",
        ("sleutel", "label", "typen", "doelgroepen", "norm", "schaal", "bron", "jaar", "status"),
        [_norm_row(norm) for norm in catalogue.norm.values()],
    )
    yield from _remaining_sections(catalogue)


def _remaining_sections(catalogue: Catalogue) -> Iterator[str]:
    yield _section(
        "Drempels",
        ("sleutel", "label", "waarde", "eenheid", "bron", "status"),
        [
            (f"`{limit.key}`", limit.label, _plain(limit.value), limit.unit, limit.source, limit.status)
            for limit in catalogue.threshold.values()
        ],
    )
    yield _section(
        "Loopregels",
        ("sleutel", "soort", "gevolg", "kenmerk", "koppelbaar", "reden", "bron"),
        [
            (
                f"`{rule.key}`",
                rule.kind,
                rule.action,
                rule.flag or "",
                "ja" if rule.kind == "way" and rule.action == "keep" and rule.ties else "nee",
                rule.reason,
                rule.source,
            )
            for rule in catalogue.rule
        ],
    )
    yield _section(
        "Bronnen",
        ("sleutel", "titel", "houder", "licentie", "naamsvermelding", "verplicht", "zonder dit bestand"),
        [
            (
                f"`{dataset.key}`",
                dataset.title,
                dataset.holder,
                dataset.licence,
                dataset.attribution,
                "ja" if dataset.required else "nee",
                dataset.without or "",
            )
            for dataset in catalogue.dataset.values()
        ],
    )
    buildings = catalogue.buildings
    yield (
        "### Gebouwen zonder woningen\n\n"
        f"Een adres in een gebouw van deze soort is geen woning: {code(sorted(buildings.not_homes))}.\n\n"
        f"Bron: {buildings.source} ({buildings.status})."
    )


def _section(heading: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return f"### {heading}\n\n{markdown_table(columns, rows)}"


def _facility_type_row(kind: FacilityType) -> tuple[str, ...]:
    return (
        f"`{kind.key}`",
        kind.label,
        code(kind.classes),
        code(kind.counted_classes),
        code(kind.combines),
        "omtrek" if kind.tie == "outline" else "punt",
        f"{number(kind.min_area_m2)} m²" if kind.min_area_m2 else "",
    )


def _rule_rows(kind: FacilityType) -> Iterator[tuple[str, ...]]:
    for rule in kind.rules:
        yield (f"`{kind.key}`", f"`{rule.facility_class}`", _conditions(rule.match), _conditions(rule.unless))


def _conditions(alternatives: Iterable[Tags]) -> str:
    """Write tag conditions on one line: `+` joins what must hold together, `;` stands between alternatives."""
    return "; ".join(" + ".join(f"`{key}={'/'.join(values)}`" for key, values in tags.items()) for tags in alternatives)


def _figure(group: TargetGroup) -> str:
    columns = [f"`{column}`" for column in (group.count, group.share) if column]
    return " of ".join(columns) if columns else group.missing or "geen"


def _norm_row(norm: Norm) -> tuple[str, ...]:
    value = "tijd zonder oordeel" if norm.value is None else f"{_plain(norm.value)} {norm.unit}"
    return (
        f"`{norm.key}`",
        norm.label + ("" if norm.active else " (staat uit)"),
        code(norm.facility_types),
        code(norm.target_groups),
        value,
        norm.schaal,
        norm.source,
        _year(norm.year),
        norm.status,
    )


def _plain(value: float) -> str:
    """Write a setting without decimals that say nothing."""
    text = f"{value:g}"
    return number(value, len(text.partition(".")[2]))


def _year(year: int | None) -> str:
    return "" if year is None else str(year)
