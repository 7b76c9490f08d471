"""The stages in order: open data in, a gap report per wijk out.

Read the raw files; make the walking network; register the facilities; place the residents; walk from every home; tell
the tracks; find the gaps; write the report.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from voorzieningen.artefacts import Artefacts
from voorzieningen.config import Study
from voorzieningen.store import Recipe, Store, Writer, write_tables

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[str, str], None]


@dataclass(frozen=True)
class Stage:
    """One step of the pipeline.

    Attributes
    ----------
    name
        Its module, command, artefact and test.
    needs
        The stages whose tables it uses.
    told
        What it is told of the study and of the catalogue; a change in these makes it run again.
    make
        Computes, and returns what writes the result.
    """

    name: str
    needs: tuple[str, ...]
    told: tuple[str, ...]
    make: Callable[[Study, Artefacts, Path], Writer]


def read(study: Study, _: Artefacts, raw: Path) -> Writer:
    """Read the raw files to clean tables."""
    from voorzieningen.read import read_study

    return _tables(**read_study(raw, study))


def network(study: Study, tables: Artefacts, _: Path) -> Writer:
    """Make the walking network."""
    from voorzieningen.network import build_network

    walkable, rules = build_network(tables["ways"], tables["barriers"], study.catalogue.rule, tables.coverage)
    return _tables(nodes=walkable.nodes, edges=walkable.edges, rules=rules)


def facilities(study: Study, tables: Artefacts, _: Path) -> Writer:
    """Register the facilities."""
    from voorzieningen.facilities import build_register

    register = build_register(
        tables["places"],
        tables["own_places"],
        tables["buurten"],
        tables.network,
        study.catalogue,
        study.own_lists,
        study.peildatum,
    )
    return _tables(facilities=register.facilities, entrances=register.entrances, notes=register.notes)


def residents(study: Study, tables: Artefacts, _: Path) -> Writer:
    """Place the residents."""
    from voorzieningen.residents import place_homes, place_residents, reconcile

    homes = place_homes(
        tables["addresses"],
        tables["buurten"],
        tables["figures"],
        tables.network,
        tables.coverage,
        study.catalogue,
        study.peildatum,
    )
    people = place_residents(homes.origins, tables["figures"], study.catalogue)
    population = reconcile(members_of(study, tables), homes.origins, people, tables["figures"], study.catalogue)
    return _tables(
        origins=homes.origins, residents=people, population=population, unplaced=homes.unplaced, notes=homes.notes
    )


def reach(study: Study, tables: Artefacts, _: Path) -> Writer:
    """Walk from every home to the nearest facility."""
    from voorzieningen.reach import summarise_by_buurt, walk_reach

    origins = tables["origins"]
    complete = {own.facility_type for own in study.own_lists if own.complete}
    walks = walk_reach(origins, tables["facilities"], tables["entrances"], tables.network, study.catalogue, complete)
    return _tables(reach=walks, buurt_reach=summarise_by_buurt(walks, origins, tables["buurten"], study.catalogue))


def tracks(study: Study, tables: Artefacts, _: Path) -> Writer:
    """Tell the tracks."""
    from voorzieningen.tracks import phase_and_track

    return _tables(
        tracks=phase_and_track(members_of(study, tables), tables["origins"], study.catalogue, study.peildatum)
    )


def gaps(study: Study, tables: Artefacts, _: Path) -> Writer:
    """Find the gaps."""
    from voorzieningen.gaps import find_gaps, judge_walks

    walks = tables["reach"]
    verdicts = judge_walks(walks, study.catalogue)
    members = members_of(study, tables)
    matrix = find_gaps(
        verdicts, walks, tables["origins"], tables["residents"], tables["tracks"], members, study.catalogue
    )
    return _tables(verdicts=verdicts, **matrix)


def report(study: Study, tables: Artefacts, raw: Path) -> Writer:
    """Write the report."""
    from voorzieningen.read import used_sources
    from voorzieningen.report import write_report

    return lambda folder: write_report(folder, dict(tables), study, used_sources(study, raw))


STAGES: tuple[Stage, ...] = (
    Stage(
        "read",
        needs=(),
        told=(
            "gemeentecode",
            "gemeentenaam",
            "peildatum",
            "buffer_m",
            "sources",
            "own_lists",
            "facility_type",
            "buildings",
            "dataset",
        ),
        make=read,
    ),
    Stage("network", needs=("read",), told=("rule",), make=network),
    Stage(
        "facilities",
        needs=("read", "network"),
        told=("facility_type", "threshold", "own_lists", "peildatum"),
        make=facilities,
    ),
    Stage(
        "residents",
        needs=("read", "network"),
        told=("target_group", "threshold", "peildatum", "areas", "gemeentecode", "gemeentenaam"),
        make=residents,
    ),
    Stage(
        "reach",
        needs=("read", "network", "facilities", "residents"),
        told=("facility_type", "profile", "threshold", "own_lists"),
        make=reach,
    ),
    Stage(
        "tracks",
        needs=("read", "residents"),
        told=("threshold", "peildatum", "areas", "gemeentecode", "gemeentenaam"),
        make=tracks,
    ),
    Stage(
        "gaps",
        needs=("read", "residents", "reach", "tracks"),
        told=("facility_type", "target_group", "profile", "norm", "threshold", "areas", "gemeentecode", "gemeentenaam"),
        make=gaps,
    ),
    Stage(
        "report",
        needs=("read", "network", "facilities", "residents", "reach", "tracks", "gaps"),
        told=(
            "gemeentecode",
            "gemeentenaam",
            "peildatum",
            "sources",
            "areas",
            "dataset",
            "facility_type",
            "target_group",
            "profile",
            "norm",
            "threshold",
            "own_lists",
        ),
        make=report,
    ),
)
STAGE_NAMES = tuple(stage.name for stage in STAGES)


def run(
    study: Study,
    raw: Path,
    out: Path,
    *,
    stages: Collection[str] = STAGE_NAMES,
    force: Collection[str] = (),
    progress: Progress | None = None,
) -> Path:
    """Run stages in order, skipping what is unchanged.

    Parameters
    ----------
    study
        What is asked.
    raw
        The folder with the study's raw files.
    out
        The parent of the study's artefacts.
    stages
        The stages wanted; what they need runs before them.
    force
        Stages to run even if nothing changed.
    progress
        Is told each stage twice: `running`, then `done`; or once: `unchanged`.

    Returns
    -------
    pathlib.Path
        The folder with the study's artefacts.

    Raises
    ------
    VoorzieningenError
        The run is refused; nothing on disk has changed.
    """
    from voorzieningen.read import used_sources

    sources = used_sources(study, raw)
    store = Store(out / study.name)
    with store.hold():
        for stage in _with_needs(stages):
            inputs = {need: store.contents(need) for need in stage.needs}
            recipe = Recipe(stage.name, told_to(stage, study), sources, inputs)
            if stage.name not in force and store.is_current(recipe):
                _tell(progress, stage.name, "unchanged")
                continue
            _tell(progress, stage.name, "running")
            store.write(recipe, stage.make(study, Artefacts(store), raw))
            _tell(progress, stage.name, "done")
    return store.root


def stages_until(last: str) -> tuple[str, ...]:
    """Return the names of the stages up to and including one."""
    return STAGE_NAMES[: STAGE_NAMES.index(last) + 1]


def _tell(progress: Progress | None, stage: str, state: str) -> None:
    if progress is not None:
        progress(stage, state)


def _with_needs(wanted: Collection[str]) -> list[Stage]:
    """Return the wanted stages and all they need, in order."""
    needed = set(wanted)
    for stage in reversed(STAGES):
        if stage.name in needed:
            needed.update(stage.needs)
    return [stage for stage in STAGES if stage.name in needed]


def told_to(stage: Stage, study: Study) -> dict[str, Any]:
    """Return the settings that a stage is told, as plain data."""
    own = study.model_dump(mode="json")
    catalogue = own.pop("catalogue")
    return {key: own[key] if key in own else catalogue[key] for key in stage.told}


def members_of(study: Study, tables: Artefacts) -> "pd.DataFrame":
    """Return which buurten make up each buurt, wijk, area of the study and the municipality."""
    from voorzieningen.areas import memberships

    return memberships(tables["buurten"], study.areas, gemeentecode=study.gemeentecode, gemeentenaam=study.gemeentenaam)


def _tables(**tables: "pd.DataFrame") -> Writer:
    return lambda folder: write_tables(folder, tables)
