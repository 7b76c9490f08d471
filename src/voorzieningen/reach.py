"""Reach: the shortest walk from every origin to every facility type, for every profile, and what is not known of it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from voorzieningen.config import Catalogue, FacilityType, Profile
from voorzieningen.network import Network, Places, WalkGraph, Walks
from voorzieningen.schema import stacked
from voorzieningen.summary import by_key, reason_of_area, summarise_walks

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

MINUTES = (5, 10, 15)


@dataclass(frozen=True)
class _Homes:
    """The origins as the searches need them; `tied` are the rows that have a place on the network."""

    origin_id: Texts
    tied: Ints
    places: Places
    state: Texts
    extract_edge_m: Floats


@dataclass(frozen=True)
class _Targets:
    """The open facilities of one type and where walks to them end; `owner` indexes `facility_id`."""

    facility_id: Texts
    places: Places
    owner: Ints
    reason_without: str | None


def walk_reach(
    origins: gpd.GeoDataFrame,
    facilities: gpd.GeoDataFrame,
    entrances: pd.DataFrame,
    network: Network,
    catalogue: Catalogue,
    complete_types: Collection[str] = (),
) -> pd.DataFrame:
    """Find the walk from each origin to the nearest open facility of each type, for each profile.

    Parameters
    ----------
    origins, facilities, entrances
        The tables of that name.
    network
        The walking network.
    catalogue
        Facility types and profiles.
    complete_types
        Types of which the municipality's own list is complete: one that is not on it does not exist.

    Returns
    -------
    pandas.DataFrame
        Table `reach`. A walk that is longer than the distance to the edge of the map data keeps its length, with the
        reason `buiten_uittreksel`: something nearer may lie beyond that edge.
    """
    homes = _homes(origins)
    at_edge = network.nodes["at_extract_edge"].to_numpy(dtype=bool)
    tables = []
    for closed, profiles in _by_closures(catalogue):
        graph = WalkGraph(network, closed)
        runs_out = graph.leads_to(homes.places, at_edge)
        for facility_type in catalogue.facility_type.values():
            targets = _targets(facility_type, facilities, entrances, catalogue, complete_types)
            walks = graph.nearest(homes.places, targets.places)
            reason = _reasons(homes, targets, walks, runs_out)
            counts = _counts(graph, homes, targets, profiles)
            tables += [_reach(homes, targets, walks, reason, counts[p.key], facility_type, p) for p in profiles]
    return stacked("reach", tables)


def _homes(origins: gpd.GeoDataFrame) -> _Homes:
    tied = np.flatnonzero((origins["state"] == "gekoppeld").to_numpy())
    return _Homes(
        origin_id=origins["origin_id"].to_numpy(dtype=object),
        tied=tied,
        places=Places.from_ties(origins.iloc[tied]),
        state=origins["state"].to_numpy(dtype=object),
        extract_edge_m=origins["extract_edge_m"].to_numpy(dtype=np.float64),
    )


def _by_closures(catalogue: Catalogue) -> Iterator[tuple[frozenset[str], list[Profile]]]:
    """Group the profiles to which the same things are closed: they share their searches."""
    profiles = list(catalogue.profile.values())
    for closed in dict.fromkeys(frozenset(profile.closed) for profile in profiles):
        yield closed, [profile for profile in profiles if frozenset(profile.closed) == closed]


def _targets(
    facility_type: FacilityType,
    facilities: gpd.GeoDataFrame,
    entrances: pd.DataFrame,
    catalogue: Catalogue,
    complete_types: Collection[str],
) -> _Targets:
    types = facility_type.combines or [facility_type.key]
    counted = [(key, name) for key in types for name in catalogue.counted_classes(key)]
    pairs = pd.MultiIndex.from_frame(facilities[["facility_type", "facility_class"]])
    open_ones = facilities.loc[pairs.isin(counted) & (facilities["state"] == "open").to_numpy(), "facility_id"]
    own = entrances[entrances["facility_id"].isin(open_ones)].sort_values(["facility_id", "entrance"])
    owner, facility_id = pd.factorize(own["facility_id"])
    reason = None
    if len(open_ones) == 0 and not set(types) <= set(complete_types):
        reason = "type_niet_gevonden"
    elif len(open_ones) and own.empty:
        reason = "niet_te_koppelen"
    return _Targets(facility_id.to_numpy(dtype=object), Places.from_ties(own), owner.astype(np.int64), reason)


def _counts(graph: WalkGraph, homes: _Homes, targets: _Targets, profiles: list[Profile]) -> dict[str, Ints]:
    """Count per profile how many facilities lie within 5, 10 and 15 minutes; a column per limit."""
    counts = {profile.key: np.zeros((len(homes.tied), len(MINUTES)), dtype=np.int64) for profile in profiles}
    furthest = max(profile.speed_m_s for profile in profiles) * MINUTES[-1] * 60
    for rows, walk_m in graph.each(homes.places, targets.places, targets.owner, furthest):
        for profile in profiles:
            for column, minutes in enumerate(MINUTES):
                counts[profile.key][rows, column] += walk_m <= _range_m(profile, minutes)
    return counts


def _range_m(profile: Profile, minutes: float) -> float:
    return profile.speed_m_s * minutes * 60


def _reach(
    homes: _Homes,
    targets: _Targets,
    walks: Walks,
    reason: Texts,
    counts: Ints,
    facility_type: FacilityType,
    profile: Profile,
) -> pd.DataFrame:
    """Make the rows of one type and profile."""
    size = len(homes.origin_id)
    distance, nearest = np.full(size, np.nan), np.full(size, None, dtype=object)
    found = np.isfinite(walks.distance_m)
    distance[homes.tied[found]] = walks.distance_m[found]
    nearest[homes.tied[found]] = targets.facility_id[targets.owner[walks.entrance[found]]]
    table = pd.DataFrame(
        {
            "origin_id": pd.array(homes.origin_id, dtype="str"),
            "facility_type": pd.array([facility_type.key] * size, dtype="str"),
            "profile": pd.array([profile.key] * size, dtype="str"),
            "facility_id": pd.array(nearest, dtype="str"),
            "walk_distance_m": distance,
            "walk_time_s": distance / profile.speed_m_s,
            "reason": pd.array(reason, dtype="str"),
        }
    )
    for column, minutes in enumerate(MINUTES):
        table[f"within_{minutes}"] = _known_counts(homes, targets, counts[:, column], _range_m(profile, minutes))
    return table


def _reasons(homes: _Homes, targets: _Targets, walks: Walks, runs_out: Flags) -> Texts:
    """Say per origin why its walk is not known, if it is not."""
    if targets.reason_without is not None:
        return np.full(len(homes.origin_id), targets.reason_without, dtype=object)
    reason = np.full(len(homes.origin_id), "niet_te_koppelen", dtype=object)
    reason[(homes.state == "niet_op_kaart") & (homes.extract_edge_m == 0)] = "buiten_uittreksel"
    edge = homes.extract_edge_m[homes.tied]
    # a complete list that names none leaves nothing to look for beyond the edge
    may_lead_on = runs_out if len(targets.places) else np.zeros(len(homes.tied), dtype=bool)
    beyond = np.where(np.isfinite(walks.distance_m), walks.distance_m > edge, may_lead_on)
    reason[homes.tied] = None
    reason[homes.tied[beyond]] = "buiten_uittreksel"
    return reason


def _known_counts(homes: _Homes, targets: _Targets, counts: Ints, range_m: float) -> pd.Series:
    """Keep a count only where the map data reach as far as the walk: elsewhere there may be more."""
    known = pd.Series(pd.NA, index=range(len(homes.origin_id)), dtype="Int64")
    if targets.reason_without is None:
        complete = homes.extract_edge_m[homes.tied] >= range_m
        known[homes.tied[complete]] = counts[complete]
    return known


def summarise_by_buurt(
    reach: pd.DataFrame, origins: gpd.GeoDataFrame, buurten: pd.DataFrame, catalogue: Catalogue
) -> pd.DataFrame:
    """Summarise the walks per buurt; each home counts once.

    Parameters
    ----------
    reach, origins, buurten
        The tables of that name.
    catalogue
        The threshold of what must be known.

    Returns
    -------
    pandas.DataFrame
        Table `buurt_reach`: a row for every buurt, type and profile. Distances and times are over homes with a walk.
    """
    position = pd.Series(range(len(buurten)), index=buurten["buurtcode"])
    area: Ints = np.asarray(position[origins["buurtcode"]], dtype=np.int64)
    homes = origins["homes"].to_numpy(dtype=np.float64)
    on_map = np.bincount(area[(origins["state"] != "niet_op_kaart").to_numpy()], minlength=len(buurten))
    tables = []
    for walks in by_key(reach, ["facility_type", "profile"], origins["origin_id"]).values():
        summary = summarise_walks(walks, area, len(buurten), homes, homes)
        reasons = [
            reason_of_area(known, reason, catalogue.limit("known_share"))
            for known, reason in zip(summary["share_known"], summary["reason"], strict=True)
        ]
        tables.append(
            summary.assign(
                buurtcode=buurten["buurtcode"].to_numpy(),
                facility_type=walks["facility_type"].iloc[0],
                profile=walks["profile"].iloc[0],
                origins=on_map,
                reason=pd.array(reasons, dtype="str"),
            )
        )
    return stacked("buurt_reach", tables)
