"""The cells of the matrix, as a page shows them: a mark, the share within the norm, the number outside, a sentence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from voorzieningen import messages
from voorzieningen.config import FacilityType, Norm, TargetGroup, Threshold
from voorzieningen.report.facts import Facts, Place

JUDGED = ("groen", "oranje", "rood")
SHORTFALL = ("oranje", "rood")
BASES = ("personen", "huishoudens", "woningen")


@dataclass(frozen=True)
class Cell:
    """One cell: an area, a facility type, a target group and a norm.

    `outside` is the number of people, households or homes (`basis`) whose known walk is longer than the norm.
    """

    area: Place
    facility: FacilityType
    group: TargetGroup
    norm: Norm
    norm_m: float | None
    norm_min: float | None
    status: str
    reason: str | None
    basis: str
    share_within: float | None
    share_known: float
    within: float | None
    outside: float | None
    outside_low: float | None
    outside_high: float | None
    walk_time_p50_min: float | None
    gap_types: tuple[str, ...]
    robustness: str | None
    explanation: str
    limits: Mapping[str, Threshold]

    @property
    def anchor(self) -> str:
        """The identifier of its sentence on the page."""
        return f"{self.area.code}-{self.facility.key}-{self.group.key}-{self.norm.key}"

    @property
    def mark(self) -> str:
        """The symbol that tells the status without colour."""
        return messages.STATUS_MARK[self.status]

    @property
    def word(self) -> str:
        """The status in words."""
        return messages.STATUS[self.status]

    @property
    def title(self) -> str:
        """What the cell is about, for a list."""
        return f"{messages.sentence(self.facility.label)} · {self.group.short}"

    @property
    def main(self) -> str:
        """What stands beside the mark: the share within the norm, or why there is none."""
        if self.status in JUDGED and self.share_within is not None:
            return messages.share_beside(self.share_within, self.limits)
        if self.status == "onbekend":
            return messages.REASON_SHORT.get(self.reason or "", "onbekend")
        if self.status == "te_klein":
            return "te klein"
        return ""

    @property
    def small(self) -> str:
        """The number outside the norm, or the walk where no verdict is given."""
        if self.status in JUDGED and self.outside is not None and round(self.outside) > 0:
            homes = " won." if self.basis == "woningen" else ""
            unknown = f" · {messages.percentage(1 - self.share_known)} onbekend" if self.share_known < 1 else ""
            return f"{messages.number(round(self.outside))}{homes} verder{unknown}"
        if self.status == "nvt" and self.walk_time_p50_min is not None:
            return f"helft ≤ {messages.minutes(self.walk_time_p50_min)} min"
        return ""

    @property
    def kinds(self) -> str:
        """The kinds of shortfall in words."""
        return messages.listing([messages.GAP_TYPE.get(kind, kind) for kind in self.gap_types])


def cells_of(gaps: pd.DataFrame, facts: Facts) -> list[Cell]:
    """Read the rows of a gaps table as cells, in the order of the catalogue.

    Parameters
    ----------
    gaps
        Rows of `buurt_gaps`, `wijk_gaps` or `area_gaps`.
    facts
        The tables of the run.
    """
    catalogue = facts.catalogue
    order = [list(kind) for kind in (catalogue.facility_type, catalogue.target_group, catalogue.norm)]
    cells = [_cell(row, facts) for row in gaps.itertuples()]
    return sorted(
        cells,
        key=lambda cell: (
            cell.area.code,
            order[0].index(cell.facility.key),
            order[1].index(cell.group.key),
            order[2].index(cell.norm.key),
        ),
    )


def by_people_concerned(cells: Iterable[Cell]) -> list[Cell]:
    """Sort by the number outside the norm, most first: people, then households, then homes."""
    return sorted(cells, key=lambda cell: (BASES.index(cell.basis), -round(cell.outside or 0)))


def with_status(cells: Iterable[Cell], statuses: Sequence[str]) -> list[Cell]:
    """Keep the cells that have one of these statuses."""
    return [cell for cell in cells if cell.status in statuses]


def _cell(row: Any, facts: Facts) -> Cell:
    catalogue = facts.catalogue
    norm = catalogue.norm[row.norm]
    profile = catalogue.profile[row.profile]
    return Cell(
        area=Place(row.code, row.name),
        facility=catalogue.facility_type[row.facility_type],
        group=catalogue.target_group[row.target_group],
        norm=norm,
        norm_m=norm.in_metres(profile),
        norm_min=norm.in_minutes(profile),
        status=row.status,
        reason=_text(row.reason),
        basis=row.basis,
        share_within=_number(row.share_within),
        share_known=float(row.share_known),
        within=_number(row.count_within),
        outside=_number(row.outside),
        outside_low=_number(row.outside_low),
        outside_high=_number(row.outside_high),
        walk_time_p50_min=_number(row.walk_time_p50_min),
        gap_types=tuple((_text(row.gap_types) or "").split(";")) if _text(row.gap_types) else (),
        robustness=_text(row.robustness),
        explanation=row.explanation,
        limits=catalogue.threshold,
    )


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _text(value: Any) -> str | None:
    return None if pd.isna(value) or not value else str(value)
