"""Gaps: each walk against each norm, and the matrix of area × facility type × target group.

A cell is computed from origins at every level, never from the cells below it. It says how many of a group live within
the norm, how much of it is known, and why if it is not.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from voorzieningen.config import Catalogue, FacilityType, Norm, Profile, TargetGroup
from voorzieningen.messages import Cell, cell_sentence
from voorzieningen.schema import stacked
from voorzieningen.summary import by_key, ratio, reason_of_area, summarise_walks, total_per_area

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

LEVEL_TABLES = {"buurt_gaps": ("buurt",), "wijk_gaps": ("wijk",), "area_gaps": ("gebied", "gemeente")}


@dataclass(frozen=True)
class _Case:
    """One norm for one facility type and one profile."""

    norm: Norm
    facility_type: FacilityType
    profile: Profile
    groups: tuple[TargetGroup, ...]


@dataclass(frozen=True)
class _Areas:
    """The areas of one table; each origin stands once per area it lies in (`origin` and `area` are parallel)."""

    code: Texts
    name: Texts
    track: Texts
    phase: Texts
    origin: Ints
    area: Ints


@dataclass(frozen=True)
class _Walked:
    """The walks of one case in all areas of a table, as often as their origin lies in one."""

    areas: _Areas
    walks: pd.DataFrame
    known: Flags
    within: Flags
    homes: Floats

    def total(self, values: Floats) -> Floats:
        """Add up per area."""
        return total_per_area(values, self.areas.area, len(self.areas.code))


def judge_walks(reach: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Hold each walk against the norms.

    Parameters
    ----------
    reach
        Table `reach`.
    catalogue
        Norms, target groups and profiles.

    Returns
    -------
    pandas.DataFrame
        Table `verdicts`; a norm above the scale of the wijk gives none.
    """
    walks_of = dict(iter(reach.groupby(["facility_type", "profile"], sort=False)))
    tables = []
    for case in _cases(catalogue):
        if not case.norm.gives_verdict:
            continue
        walks = walks_of[case.facility_type.key, case.profile.key]
        tables.append(
            walks[["origin_id", "facility_type", "profile", "reason"]].assign(
                norm=pd.array([case.norm.key] * len(walks), dtype="str"),
                verdict=pd.array(_verdicts(walks, case.norm), dtype="str"),
            )
        )
    return stacked("verdicts", tables)


def find_gaps(
    verdicts: pd.DataFrame,
    reach: pd.DataFrame,
    origins: gpd.GeoDataFrame,
    residents: pd.DataFrame,
    tracks: pd.DataFrame,
    members: pd.DataFrame,
    catalogue: Catalogue,
) -> dict[str, pd.DataFrame]:
    """Fill the matrix for buurten, wijken and the areas above them.

    Parameters
    ----------
    verdicts, reach, origins, residents, tracks
        The tables of that name.
    members
        Which buurten make up each area (see `areas.memberships`).
    catalogue
        Norms, target groups, profiles and thresholds.

    Returns
    -------
    dict
        The tables `buurt_gaps`, `wijk_gaps` and `area_gaps`. Every area has a row for every norm, type and group.
    """
    order = origins["origin_id"]
    walks_of = by_key(reach, ["facility_type", "profile"], order)
    verdicts_of = by_key(verdicts, ["norm", "facility_type", "profile"], order)
    within_of = {key: (own["verdict"] == "binnen_norm").to_numpy() for key, own in verdicts_of.items()}
    people_of = by_key(residents, ["target_group"], order)
    homes = origins["homes"].to_numpy(dtype=np.float64)
    no_one = np.zeros(len(order), dtype=bool)
    tables = {}
    for name, levels in LEVEL_TABLES.items():
        areas = _areas(members[members["level"].isin(levels)], origins, tracks)
        cells = []
        for case in _cases(catalogue):
            walks = walks_of[case.facility_type.key, case.profile.key]
            # a norm without verdicts has nobody within it
            within = within_of.get((case.norm.key, case.facility_type.key, case.profile.key), no_one)
            walked = _walked(areas, walks, within, homes)
            cells += [_cells(case, group, walked, people_of[(group.key,)], catalogue) for group in case.groups]
        tables[name] = stacked(name, cells)
    return tables


def _cases(catalogue: Catalogue) -> Iterator[_Case]:
    """List what is judged: facility types in the order of the catalogue, then norms and profiles."""
    for facility_type in catalogue.facility_type.values():
        for norm in catalogue.active_norms:
            if facility_type.key not in norm.facility_types:
                continue
            groups = [catalogue.target_group[key] for key in norm.target_groups]
            profiles = dict.fromkeys(catalogue.profile_of(norm, group.key).key for group in groups)
            for profile in profiles:
                own = tuple(group for group in groups if catalogue.profile_of(norm, group.key).key == profile)
                yield _Case(norm, facility_type, catalogue.profile[profile], own)


def _verdicts(walks: pd.DataFrame, norm: Norm) -> Texts:
    limit, walked = (
        (norm.value, walks["walk_distance_m"]) if norm.unit == "m" else ((norm.value or 0) * 60, walks["walk_time_s"])
    )
    choices = [walks["reason"].notna(), walked.isna(), walked <= limit]
    return np.select(choices, ["onbekend", "onbereikbaar", "binnen_norm"], "buiten_norm").astype(object)


def _areas(members: pd.DataFrame, origins: gpd.GeoDataFrame, tracks: pd.DataFrame) -> _Areas:
    codes = members.drop_duplicates("code").reset_index(drop=True)
    known = tracks.set_index("code").loc[codes["code"]]
    number = pd.Series(codes.index, index=codes["code"])
    rows = pd.DataFrame({"buurtcode": origins["buurtcode"], "origin": np.arange(len(origins))}).merge(
        members[["buurtcode", "code"]], on="buurtcode"
    )
    return _Areas(
        code=codes["code"].to_numpy(dtype=object),
        name=codes["name"].to_numpy(dtype=object),
        track=known["track"].to_numpy(dtype=object),
        phase=known["phase"].to_numpy(dtype=object),
        origin=rows["origin"].to_numpy(dtype=np.int64),
        area=number[rows["code"]].to_numpy(dtype=np.int64),
    )


def _walked(areas: _Areas, walks: pd.DataFrame, within: Flags, homes: Floats) -> _Walked:
    own = walks[["walk_distance_m", "walk_time_s", "reason"]].iloc[areas.origin]
    return _Walked(areas, own, own["reason"].isna().to_numpy(), within[areas.origin], homes[areas.origin])


def _cells(
    case: _Case, group: TargetGroup, walked: _Walked, people: pd.DataFrame, catalogue: Catalogue
) -> pd.DataFrame:
    """Fill the cells of one norm, type and group for all areas."""
    areas = walked.areas
    bounds = ["count", "count_low", "count_high"]
    counts = people[bounds].iloc[areas.origin]
    over_homes = _mostly_without_figure(walked, counts["count"].notna().to_numpy(), catalogue)
    weights = np.where(over_homes[areas.area], walked.homes, np.nan_to_num(counts["count"]))
    summary = summarise_walks(walked.walks, areas.area, len(areas.code), walked.homes, weights)
    known, within = walked.total(weights * walked.known), walked.total(weights * (walked.known & walked.within))
    table = pd.DataFrame(
        {
            "code": areas.code,
            "name": areas.name,
            "track": areas.track,
            "phase": areas.phase,
            **_labels(case, group, catalogue),
            "basis": np.where(over_homes, "woningen", group.unit),
            **{name: np.where(over_homes, np.nan, walked.total(np.nan_to_num(counts[name]))) for name in bounds},
            "count_within": np.where(over_homes, np.nan, within),
            **_outside(walked, counts, weights, over_homes),
            "share_within": ratio(within, known, otherwise=np.nan),
        }
    ).join(summary[["share_known", "walk_distance_p50_m", "walk_time_p50_min", "walk_time_p90_min"]])
    unknown = [
        reason_of_area(share, reason, catalogue.limit("known_share"))
        for share, reason in zip(summary["share_known"], summary["reason"], strict=True)
    ]
    table["reason"] = pd.array(unknown, dtype="str")
    table = table.assign(status=_statuses(unknown, table, walked.total(weights), case.norm, catalogue))
    table["gap_types"] = [_gap_types(*cell) for cell in zip(table["status"], table["reason"], strict=True)]
    table["reason"] = table["reason"].where(table["status"] == "onbekend")
    if not case.norm.gives_verdict:
        table[["count_within", "share_within", "outside", "outside_low", "outside_high"]] = np.nan
    table["explanation"] = _explanations(table, case, group, catalogue)
    table["reason"] = np.where(table["reason"].isna() & over_homes, "geen_cijfer", table["reason"])
    texts = ["code", "name", "track", "phase", "basis", "reason", "status", "gap_types", "explanation", "robustness"]
    return table.astype(dict.fromkeys(texts, "str"))


def _outside(walked: _Walked, counts: pd.DataFrame, weights: Floats, over_homes: Flags) -> dict[str, Floats]:
    """Count who walks further than the norm, with the bounds that rounding leaves; homes have none."""
    further = walked.known & ~walked.within
    bounds = {
        f"outside_{bound}": np.where(
            over_homes, np.nan, walked.total(np.nan_to_num(counts[f"count_{bound}"]) * further)
        )
        for bound in ("low", "high")
    }
    return {"outside": walked.total(weights * further), **bounds}


def _mostly_without_figure(walked: _Walked, counted: Flags, catalogue: Catalogue) -> Flags:
    """Tell for which areas CBS gives a figure for too few homes, so that shares are over homes."""
    homes = walked.total(walked.homes)
    share = ratio(walked.total(walked.homes * counted), homes, otherwise=0.0)
    # people whose homes nobody counted or mapped are people all the same
    without_homes = (homes == 0) & (walked.total(counted.astype(np.float64)) > 0)
    over_homes: Flags = (share < catalogue.limit("known_share")) & ~without_homes
    return over_homes


def _labels(case: _Case, group: TargetGroup, catalogue: Catalogue) -> dict[str, object]:
    text = {
        "facility_type": case.facility_type.key,
        "facility_class": ";".join(catalogue.counted_classes(case.facility_type.key)),
        "target_group": group.key,
        "unit": group.unit,
        "profile": case.profile.key,
        "norm": case.norm.key,
        "norm_unit": case.norm.unit,
        "norm_source": case.norm.source,
        "norm_status": case.norm.status,
    }
    value = np.nan if case.norm.value is None else float(case.norm.value)
    return {**text, "norm_value": value, "robustness": None}


def _statuses(unknown: list[str | None], table: pd.DataFrame, size: Floats, norm: Norm, catalogue: Catalogue) -> Texts:
    share = table["share_within"]
    choices = [
        np.full(len(table), not norm.gives_verdict),
        (table["count"] == 0).to_numpy(),
        np.array([reason is not None for reason in unknown]),
        size < catalogue.limit("group_min"),
        (share >= catalogue.limit("green_share")).to_numpy(),
        (share >= catalogue.limit("orange_share")).to_numpy(),
    ]
    return np.select(choices, ["nvt", "te_klein", "onbekend", "te_klein", "groen", "oranje"], "rood").astype(object)


def _gap_types(status: str, reason: str | None) -> str | None:
    if status in ("oranje", "rood"):
        return "afstand"
    if status == "onbekend" and reason == "type_niet_gevonden":
        return "data"
    return None


def _explanations(table: pd.DataFrame, case: _Case, group: TargetGroup, catalogue: Catalogue) -> list[str]:
    return [
        cell_sentence(
            Cell(
                name=row["name"],
                facility_type=case.facility_type,
                group=group,
                norm=case.norm,
                norm_m=case.norm.in_metres(case.profile),
                norm_min=case.norm.in_minutes(case.profile),
                status=row["status"],
                reason=row["reason"],
                basis=row["basis"],
                outside=_or_none(row["outside"]),
                outside_low=_or_none(row["outside_low"]),
                outside_high=_or_none(row["outside_high"]),
                share_within=_or_none(row["share_within"]),
                share_known=row["share_known"],
                walk_time_p50_min=_or_none(row["walk_time_p50_min"]),
                limits=catalogue.threshold,
            )
        )
        for row in table.to_dict("records")
    ]


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else value
