"""What is said about a map: its classes with the homes in them, its text alternative, its caption, its source."""

from collections.abc import Sequence

import pandas as pd

from voorzieningen import messages
from voorzieningen.report.basispakket import CELL_M, FEW_HOMES, Classes
from voorzieningen.report.facts import Facts, Place
from voorzieningen.report.map_furniture import View


def per_class(classes: Classes, homes: pd.DataFrame) -> list[str]:
    """Name the classes with the number of homes in each; the smallest squares are told without.

    Parameters
    ----------
    classes
        The classes.
    homes
        The homes to count.
    """
    counts = homes.groupby("class")["homes"].sum()
    return [
        label if number == FEW_HOMES else f"{label}: {messages.amount(float(counts.get(number, 0)), 'woningen')}"
        for number, label in enumerate(classes.labels)
    ]


def source_line(facts: Facts) -> str:
    """Say whose data the map shows, and of when."""
    attributions = dict.fromkeys(source.attribution for source in facts.sources)
    return f"Bron: {'; '.join(attributions)}. Kaartgegevens: {messages.date_text(facts.map_date)}."


def alternative(wijk: Place, facts: Facts, classes: Classes, homes: pd.DataFrame) -> str:
    """Say in words what the map shows."""
    group = facts.catalogue.target_group[facts.choices.basispakket.target_group]
    types = messages.listing([kind.label for kind in classes.types])
    told = messages.sentence("; ".join(per_class(classes, homes)[:FEW_HOMES]))
    return (
        f"Kaart van {wijk.name}: per vak van {CELL_M} bij {CELL_M} meter hoeveel van {types} binnen de norm voor "
        f"{group.label} liggen. {told}."
    )


def caption(homes: pd.DataFrame, view: View, unnamed: Sequence[str]) -> str:
    """Say what the map leaves out.

    Parameters
    ----------
    homes
        The homes of the wijk.
    view
        What is drawn.
    unnamed
        The buurten in view that found no room for their name.
    """
    outside = int(homes.loc[~view.holds(homes["x"].to_numpy(), homes["y"].to_numpy()), "homes"].sum())
    parts = ["Een letter kan staan voor meer plekken dicht bij elkaar."]
    if outside:
        verb = "ligt" if outside == 1 else "liggen"
        parts.append(f"{messages.amount(outside, 'woningen')} {verb} buiten dit kaartbeeld.")
    if unnamed:
        parts.append(f"Zonder naam op de kaart, bij gebrek aan ruimte: {messages.listing(unnamed)}.")
    return " ".join(parts)
