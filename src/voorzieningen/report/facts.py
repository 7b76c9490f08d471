"""What the tables say, looked up by area: names, dates, counts and shares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import pandas as pd

from voorzieningen.config import Catalogue, Norm, Study, TargetGroup, UsedSource
from voorzieningen.report.choices import Choices


class Place(NamedTuple):
    """An area by its code and name."""

    code: str
    name: str


@dataclass(frozen=True)
class Facts:
    """The tables of a run with what is needed to read them."""

    tables: Mapping[str, pd.DataFrame]
    study: Study
    sources: Sequence[UsedSource]
    choices: Choices

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue of the study."""
        return self.study.catalogue

    @cached_property
    def municipality(self) -> Place:
        """The municipality itself."""
        return Place(self.study.gemeentecode, self.study.gemeentenaam)

    @cached_property
    def wijken(self) -> list[Place]:
        """All wijken, in order of code."""
        rows = self.tables["buurten"].drop_duplicates("wijkcode").sort_values("wijkcode")
        return [Place(code, name) for code, name in zip(rows["wijkcode"], rows["wijknaam"], strict=True)]

    @cached_property
    def buurt_names(self) -> dict[str, str]:
        """The name of each buurt."""
        buurten = self.tables["buurten"].sort_values("buurtcode")
        return dict(zip(buurten["buurtcode"], buurten["buurtnaam"], strict=True))

    def buurten_of(self, wijkcode: str) -> list[Place]:
        """Return the buurten of a wijk, in order of code."""
        buurten = self.tables["buurten"]
        codes = sorted(buurten.loc[buurten["wijkcode"] == wijkcode, "buurtcode"])
        return [Place(code, self.buurt_names[code]) for code in codes]

    def track_of(self, code: str) -> Any | None:
        """Return the row of `tracks` for an area."""
        return self._tracks.get(code)

    def population_of(self, code: str, target_group: str) -> Any | None:
        """Return the row of `population` for an area and a target group."""
        return self._population.get((code, target_group))

    @cached_property
    def everybody(self) -> TargetGroup:
        """The group that all residents belong to."""
        return next(group for group in self.catalogue.target_group.values() if group.whole and group.unit == "personen")

    @cached_property
    def map_date(self) -> str | None:
        """The date of the map data from which facilities and ways were read."""
        area = self.tables["area"]
        dates = area.loc[(area["part"] == "dekking") & area["date"].notna(), "date"]
        return None if dates.empty else str(dates.iloc[0])

    @cached_property
    def covered_share(self) -> float:
        """The share of the municipality's surface that the map data cover."""
        outlines = self.tables["area"].set_index("part").geometry
        return float(outlines["dekking"].intersection(outlines["gemeente"]).area / outlines["gemeente"].area)

    def found(self, facility_type: str) -> int:
        """Return how many open facilities of a type, of the classes that count, were found in and around the area."""
        register = self.tables["facilities"]
        kinds = self.catalogue.facility_type[facility_type].combines or [facility_type]
        counted = register["facility_type"].isin(kinds) & register["facility_class"].isin(
            self.catalogue.counted_classes(facility_type)
        )
        return int((counted & (register["state"] == "open")).sum())

    def norm_of(self, facility_type: str, target_group: str) -> Norm | None:
        """Return the first norm in use that gives a verdict for this type and group."""
        for norm in self.catalogue.active_norms:
            if norm.gives_verdict and facility_type in norm.facility_types and target_group in norm.target_groups:
                return norm
        return None

    def residents_in(self, code: str) -> float | None:
        """Return how many people live in an area: the figure of CBS for the area itself, else the sum of buurten."""
        return self._count(code, self.everybody.key)

    def households_in(self, code: str) -> float | None:
        """Return how many households an area has."""
        columns = [group.of for group in self.catalogue.target_group.values() if group.unit == "huishoudens"]
        return next((value for value in (self._figure(code, column) for column in columns) if value is not None), None)

    def count_of(self, code: str, group: TargetGroup) -> float | None:
        """Return how many people or households of a group an area has."""
        return self._count(code, group.key)

    def share_of(self, code: str, group: TargetGroup) -> float | None:
        """Return a group as a share of all residents, or of all households."""
        count = self._count(code, group.key)
        whole = self.residents_in(code) if group.unit == "personen" else self.households_in(code)
        if count is not None and whole:
            return count / whole
        percentage = self._figure(code, group.share) if group.share else None
        return None if percentage is None else percentage / 100

    def _count(self, code: str, target_group: str) -> float | None:
        row = self.population_of(code, target_group)
        if row is None:
            return None
        value = row.published if pd.notna(row.published) else row.placed
        return None if pd.isna(value) else float(value)

    def _figure(self, code: str, measure: str) -> float | None:
        return self._figures.get((code, measure))

    @cached_property
    def _tracks(self) -> dict[str, Any]:
        return {str(row.code): row for row in self.tables["tracks"].itertuples()}

    @cached_property
    def _population(self) -> dict[tuple[str, str], Any]:
        return {(str(row.code), str(row.target_group)): row for row in self.tables["population"].itertuples()}

    @cached_property
    def _figures(self) -> dict[tuple[str, str], float]:
        figures = self.tables["figures"].dropna(subset=["value"]).drop_duplicates(["code", "measure"])
        return {
            (code, measure): float(value)
            for code, measure, value in zip(figures["code"], figures["measure"], figures["value"], strict=True)
        }
